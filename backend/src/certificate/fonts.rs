//! The fonts of certificates: Noto Serif CJK SC for the text, Noto Sans CJK SC for small print.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use super::CertificateError;

const FILES: [(&str, &str); 4] = [
    ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
    ("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
    ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
];

/// The fonts and their index.
#[derive(Clone)]
pub struct Fonts {
    /// Index.
    pub book: LazyHash<FontBook>,
    /// By place in the index.
    pub fonts: Vec<Font>,
}

/// 85 MB of font files are read once in a process, however many servers its tests start.
static READ: Mutex<Option<(PathBuf, Fonts)>> = Mutex::new(None);

impl Fonts {
    /// Finds and reads the fonts below `folder`.
    pub fn find(folder: &Path) -> Result<Self, CertificateError> {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, fonts)) = read.as_ref()
            && known == folder
        {
            return Ok(fonts.clone());
        }
        let fonts = FILES
            .into_iter()
            .map(|(name, family)| {
                let path = search(folder, name, 4).ok_or_else(|| CertificateError::FontMissing {
                    name,
                    folder: folder.to_owned(),
                })?;
                load(&path, family).ok_or(CertificateError::FontUnusable { path, family })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let found = Self {
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
        };
        *read = Some((folder.to_owned(), found.clone()));
        Ok(found)
    }
}

fn search(folder: &Path, name: &str, depth: u32) -> Option<PathBuf> {
    let direct = folder.join(name);
    if direct.is_file() {
        return Some(direct);
    }
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let next = depth.checked_sub(1)?;
    folders.iter().find_map(|child| search(child, name, next))
}

fn load(path: &Path, family: &str) -> Option<Font> {
    let bytes = Bytes::new(std::fs::read(path).ok()?);
    Font::iter(bytes).find(|font| font.info().family.as_str() == family)
}
