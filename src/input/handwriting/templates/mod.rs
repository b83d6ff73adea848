//! The file of templates: made once, then only read.
//!
//! A line of text, then little-endian numbers: version and count of characters (u32 each), the SHA-256
//! of what follows (32 bytes), the characters (u32 each, ascending), their features in the same order.

mod glyph;
mod sign;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::HandwritingError;
use super::feature::{DIMENSIONS, Feature};

/// The first line. It is also the notice that the Arphic Public License asks for in a changed file.
const MARK: &[u8] =
    b"Handwriting templates, made in 2026 by Bianmin Kiosk from strokes under the Arphic Public License\n";
/// To be raised with every change of the file, of `feature.rs` or of `ink.rs`: templates of another
/// version would be compared with features they have nothing to do with.
const VERSION: u32 = 1;
/// Bytes before the characters.
const HEADER: usize = MARK.len() + 4 + 4 + 32;
/// Bytes for each character.
const EACH: usize = 4 + DIMENSIONS;
/// More characters than Unicode has ideographs: a larger number is no number of characters.
const MOST_CHARACTERS: u32 = 200_000;

/// The templates of a file.
pub(super) struct Templates {
    /// Ascending.
    pub characters: Vec<char>,
    /// [`DIMENSIONS`] bytes for each character.
    pub features: Vec<u8>,
}

impl FromIterator<(char, Feature)> for Templates {
    /// Takes characters in any order.
    fn from_iter<T: IntoIterator<Item = (char, Feature)>>(templates: T) -> Self {
        let sorted: BTreeMap<char, Feature> = templates.into_iter().collect();
        Self {
            features: sorted.values().flat_map(|feature| feature.0).collect(),
            characters: sorted.into_keys().collect(),
        }
    }
}

/// Makes the file of templates `out` from a folder with one JSON file for each character, named
/// `张.json` and the like, as npm `hanzi-writer-data` has them; digits and capital letters are added.
/// Files of other names are left alone, also those of mere parts of characters, such as `⺮.json`.
/// Takes a second or two. Returns how many characters there are.
///
/// # Errors
/// [`HandwritingError::Glyph`] names the first file that cannot be used and what is wrong with it;
/// `NoGlyphs` when there is none; `File` when a file cannot be read or `out` cannot be written, of
/// which then nothing is changed.
pub fn build(folder: &Path, out: &Path) -> Result<usize, HandwritingError> {
    let mut all = glyph::templates(folder)?;
    all.extend(sign::templates());
    let templates: Templates = all.into_iter().collect();
    let body = body(&templates);
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend_from_slice(MARK);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    let count = u32::try_from(templates.characters.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&Sha256::digest(&body));
    bytes.extend_from_slice(&body);
    replace(out, &bytes).map_err(|cause| HandwritingError::file(out, cause))?;
    Ok(templates.characters.len())
}

fn body(templates: &Templates) -> Vec<u8> {
    let codes = templates.characters.iter();
    let mut body: Vec<u8> = codes
        .flat_map(|character| u32::from(*character).to_le_bytes())
        .collect();
    body.extend_from_slice(&templates.features);
    body
}

/// A file is there as a whole or not at all, also when power fails.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let half = path.with_extension("part");
    let mut file = fs::File::create(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&half, path)
}

/// Reads a file that [`build`] made.
///
/// # Errors
/// `Missing`, `NotTemplates`, `OtherVersion`, `OtherSize`, `Damaged`.
pub(super) fn read(path: &Path) -> Result<Templates, HandwritingError> {
    let bytes = fs::read(path).map_err(|cause| HandwritingError::Missing {
        path: path.to_owned(),
        cause,
    })?;
    parse(&bytes).map_err(|wrong| wrong.of(path))
}

/// What is wrong with the bytes of a file.
enum Wrong {
    NotTemplates,
    OtherVersion(u32),
    OtherSize { found: usize, expected: usize },
    Damaged,
}

impl Wrong {
    fn of(self, path: &Path) -> HandwritingError {
        let path = path.to_owned();
        match self {
            Self::NotTemplates => HandwritingError::NotTemplates(path),
            Self::OtherVersion(found) => HandwritingError::OtherVersion {
                path,
                found,
                expected: VERSION,
            },
            Self::OtherSize { found, expected } => HandwritingError::OtherSize {
                path,
                found: found as u64,
                expected: expected as u64,
            },
            Self::Damaged => HandwritingError::Damaged(path),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Templates, Wrong> {
    let rest = bytes.strip_prefix(MARK).ok_or(Wrong::NotTemplates)?;
    let cut_short = |expected| Wrong::OtherSize {
        found: bytes.len(),
        expected,
    };
    let (version, rest) = rest.split_first_chunk().ok_or(cut_short(HEADER))?;
    let version = u32::from_le_bytes(*version);
    if version != VERSION {
        return Err(Wrong::OtherVersion(version));
    }
    let (count, rest) = rest.split_first_chunk().ok_or(cut_short(HEADER))?;
    let (digest, body) = rest.split_first_chunk::<32>().ok_or(cut_short(HEADER))?;
    let count = u32::from_le_bytes(*count);
    if count > MOST_CHARACTERS {
        return Err(Wrong::Damaged);
    }
    let count = count as usize;
    if body.len() != count * EACH {
        return Err(cut_short(HEADER + count * EACH));
    }
    if Sha256::digest(body).as_slice() != digest {
        return Err(Wrong::Damaged);
    }
    let (codes, features) = body.split_at_checked(count * 4).ok_or(Wrong::Damaged)?;
    let (codes, _) = codes.as_chunks::<4>();
    let characters = codes.iter().map(|code| char::from_u32(u32::from_le_bytes(*code)));
    Ok(Templates {
        characters: characters.collect::<Option<_>>().ok_or(Wrong::Damaged)?,
        features: features.to_vec(),
    })
}
