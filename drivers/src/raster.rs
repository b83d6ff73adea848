//! Dots: a one-bit picture, and the drawing of characters into it with a system font.
//!
//! The receipt printer's driver draws the lines whose characters the device lacks; the simulated
//! printer draws the paper. Both set every character into the cell that a printer gives it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ab_glyph::{Font, FontVec, Glyph, GlyphId, PxScale, point};
use serde::Deserialize;

use crate::wire::escpos::Raster;

/// Debian's package of the font.
const PACKAGE: &str = "fonts-noto-cjk";
const REGULAR: &str = "NotoSansCJK-Regular.ttc";
const BOLD: &str = "NotoSansCJK-Bold.ttc";
/// Rare characters (Extension B) of the package `fonts-hanazono`.
const RARE: &str = "HanaMinB.ttf";
/// The fixed-pitch simplified Chinese face in Noto's collections: Latin letters are half as wide
/// as Chinese ones, as a receipt printer has them.
const MONO_SC: u32 = 7;
/// Height of the baseline in the em box of a Chinese font.
const BASELINE: f32 = 0.88;
/// A dot is black when the stroke covers at least this part of it.
const INK: f32 = 0.46;

/// Why no font could be had.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// Not in any of the usual folders.
    #[error(
        "{file} is in none of the font folders ({folders}): install {PACKAGE} (apt-get install {PACKAGE})"
    )]
    Missing {
        /// File name.
        file: &'static str,
        /// Where it was looked for.
        folders: String,
    },
    /// Found, and not readable.
    #[error("cannot read the font {path}")]
    Unreadable {
        /// File.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Not a font.
    #[error("{0} is no OpenType font")]
    NoFont(PathBuf),
}

/// Which font files to use; what is left out is looked for in the usual folders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FontFiles {
    /// Regular weight.
    pub regular: Option<PathBuf>,
    /// Bold weight.
    pub bold: Option<PathBuf>,
    /// Characters that the others lack.
    pub rare: Option<PathBuf>,
}

/// A Chinese typeface of two weights, and a fallback for rare characters.
pub struct Typeface {
    regular: FontVec,
    bold: FontVec,
    rare: Option<FontVec>,
}

impl Typeface {
    /// Loads the files.
    ///
    /// # Errors
    /// When a file is missing, unreadable or no font; the message says what to install.
    pub fn load(files: &FontFiles) -> Result<Self, FontError> {
        let rare = files.rare.clone().or_else(|| find(RARE));
        Ok(Self {
            regular: open(&located(files.regular.as_deref(), REGULAR)?)?,
            bold: open(&located(files.bold.as_deref(), BOLD)?)?,
            rare: rare.as_deref().map(open).transpose()?,
        })
    }

    /// The system's typeface, loaded once in a process.
    ///
    /// # Errors
    /// As [`Typeface::load`].
    pub fn system() -> Result<Arc<Self>, FontError> {
        static LOADED: Mutex<Option<Arc<Typeface>>> = Mutex::new(None);
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(typeface) = loaded.as_ref() {
            return Ok(Arc::clone(typeface));
        }
        let typeface = Arc::new(Self::load(&FontFiles::default())?);
        *loaded = Some(Arc::clone(&typeface));
        Ok(typeface)
    }

    /// Draws a character in the middle of its cell; a hollow box stands for what no font has.
    pub fn draw(&self, picture: &mut Bitmap, character: char, cell: Cell, bold: bool) {
        let main = if bold { &self.bold } else { &self.regular };
        let fonts = [Some(main), self.rare.as_ref()];
        let known = fonts
            .into_iter()
            .flatten()
            .find(|font| font.glyph_id(character) != GlyphId(0));
        match known {
            Some(font) => draw_glyph(font, picture, character, cell),
            None => draw_box(picture, cell),
        }
    }
}

/// Place of one character, in dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Width.
    pub width: usize,
    /// Height: that of a Chinese character.
    pub height: usize,
}

fn draw_glyph(font: &FontVec, picture: &mut Bitmap, character: char, cell: Cell) {
    let id = font.glyph_id(character);
    let units = font.units_per_em().unwrap_or(1000.0);
    let size = cell.height as f32;
    let advance = font.h_advance_unscaled(id) / units * size;
    let room = cell.width as f32;
    let squeeze = if advance > room { room / advance } else { 1.0 };
    let scale = size * font.height_unscaled() / units;
    let glyph = Glyph {
        id,
        scale: PxScale {
            x: scale * squeeze,
            y: scale,
        },
        position: point(
            cell.x as f32 + (room - advance * squeeze) / 2.0,
            cell.y as f32 + (size * BASELINE).round(),
        ),
    };
    let Some(outline) = font.outline_glyph(glyph) else {
        return;
    };
    let bounds = outline.px_bounds();
    outline.draw(|x, y, coverage| {
        let (x, y) = (bounds.min.x + x as f32, bounds.min.y + y as f32);
        if coverage >= INK && x >= 0.0 && y >= 0.0 {
            picture.set(x as usize, y as usize);
        }
    });
}

fn draw_box(picture: &mut Bitmap, cell: Cell) {
    let (left, right) = (cell.x + 2, (cell.x + cell.width).saturating_sub(3));
    let (top, bottom) = (cell.y + 2, (cell.y + cell.height).saturating_sub(3));
    for x in left..=right {
        picture.set(x, top);
        picture.set(x, bottom);
    }
    for y in top..=bottom {
        picture.set(left, y);
        picture.set(right, y);
    }
}

fn located(given: Option<&Path>, file: &'static str) -> Result<PathBuf, FontError> {
    given
        .map(Path::to_path_buf)
        .or_else(|| find(file))
        .ok_or_else(|| {
            let folders: Vec<String> = folders()
                .iter()
                .map(|folder| folder.display().to_string())
                .collect();
            FontError::Missing {
                file,
                folders: folders.join(", "),
            }
        })
}

fn open(path: &Path) -> Result<FontVec, FontError> {
    let read = || {
        fs::read(path).map_err(|cause| FontError::Unreadable {
            path: path.to_path_buf(),
            cause,
        })
    };
    FontVec::try_from_vec_and_index(read()?, MONO_SC).or_else(|_| {
        read().map(|data| FontVec::try_from_vec(data).map_err(|_| FontError::NoFont(path.to_path_buf())))?
    })
}

/// The folders of fontconfig's default configuration.
fn folders() -> Vec<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from);
    let of_home = |folder: &str| home.as_ref().map(|home| home.join(folder));
    let system = ["/usr/local/share/fonts", "/usr/share/fonts"].map(|folder| Some(PathBuf::from(folder)));
    let [local, shared] = system;
    [of_home(".local/share/fonts"), of_home(".fonts"), local, shared]
        .into_iter()
        .flatten()
        .collect()
}

fn find(file: &str) -> Option<PathBuf> {
    folders().iter().find_map(|folder| find_below(folder, file, 4))
}

fn find_below(folder: &Path, file: &str, depth: usize) -> Option<PathBuf> {
    let here = folder.join(file);
    if here.is_file() {
        return Some(here);
    }
    let below = depth.checked_sub(1)?;
    let entries = fs::read_dir(folder).ok()?;
    let folders = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir());
    folders
        .into_iter()
        .find_map(|folder| find_below(&folder, file, below))
}

/// A picture of black and white dots that grows downwards.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    dots: Vec<bool>,
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Bitmap({} x {})", self.width, self.height())
    }
}

impl Bitmap {
    /// A white picture, in dots.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            dots: vec![false; width * height],
        }
    }

    /// Dots in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.dots.len().checked_div(self.width).unwrap_or(0)
    }

    /// Adds white rows, or takes rows off at the bottom.
    pub fn resize(&mut self, height: usize) {
        self.dots.resize(self.width * height, false);
    }

    /// Makes a dot black; nothing happens outside.
    pub fn set(&mut self, x: usize, y: usize) {
        if x < self.width
            && let Some(dot) = self.dots.get_mut(y * self.width + x)
        {
            *dot = true;
        }
    }

    /// Whether a dot is black; white outside.
    pub fn dot(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dots.get(y * self.width + x).copied().unwrap_or(false)
    }

    /// The rows from here to the end, taken off this picture.
    pub fn split_off(&mut self, row: usize) -> Self {
        let at = (row * self.width).min(self.dots.len());
        Self {
            width: self.width,
            dots: self.dots.split_off(at),
        }
    }

    /// As the printer takes it.
    pub fn to_raster(&self) -> Raster {
        let row_bytes = self.width.div_ceil(8);
        let rows = self.height();
        let byte = |index: usize| {
            let (x, y) = (index % row_bytes * 8, index / row_bytes);
            (0..8).fold(0, |byte, bit| byte << 1 | u8::from(self.dot(x + bit, y)))
        };
        Raster {
            row_bytes,
            rows,
            bits: (0..row_bytes * rows).map(byte).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(character: char, bold: bool) -> Bitmap {
        let mut picture = Bitmap::new(24, 24);
        let cell = Cell {
            x: 0,
            y: 0,
            width: 24,
            height: 24,
        };
        Typeface::system()
            .unwrap()
            .draw(&mut picture, character, cell, bold);
        picture
    }

    fn ink(picture: &Bitmap) -> usize {
        picture.dots.iter().filter(|dot| **dot).count()
    }

    #[test]
    fn a_character_stays_in_its_cell() {
        let mut picture = Bitmap::new(72, 72);
        let cell = Cell {
            x: 24,
            y: 24,
            width: 24,
            height: 24,
        };
        Typeface::system().unwrap().draw(&mut picture, '国', cell, false);
        let strays = (0..72 * 72).filter(|at| {
            let (x, y) = (at % 72, at / 72);
            picture.dot(x, y) && !((23..49).contains(&x) && (23..49).contains(&y))
        });
        assert_eq!(strays.count(), 0);
        assert!(ink(&picture) > 60);
    }

    #[test]
    fn bold_has_more_ink() {
        assert!(ink(&drawn('务', true)) > ink(&drawn('务', false)));
    }

    #[test]
    fn a_character_beyond_the_basic_plane_is_drawn() {
        assert_ne!(drawn('𠮷', false), drawn('吉', false));
        assert!(ink(&drawn('𠮷', false)) > 60);
    }

    #[test]
    fn what_no_font_has_is_a_hollow_box() {
        let picture = drawn('\u{E5E5}', false);
        assert!(picture.dot(2, 2) && picture.dot(21, 21) && !picture.dot(12, 12));
    }

    #[test]
    fn a_raster_has_the_same_dots() {
        let picture = drawn('便', false);
        let raster = picture.to_raster();
        assert_eq!((raster.row_bytes, raster.rows, raster.bits.len()), (3, 24, 72));
        assert!((0..24 * 24).all(|at| raster.dot(at % 24, at / 24) == picture.dot(at % 24, at / 24)));
    }

    #[test]
    fn a_missing_font_names_the_package_to_install() {
        let error = located(None, "NoSuchFont.ttc").unwrap_err();
        assert!(
            error.to_string().contains("apt-get install fonts-noto-cjk"),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_is_no_font_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broken.ttc");
        fs::write(&path, b"no font").unwrap();
        let files = FontFiles {
            regular: Some(path.clone()),
            ..FontFiles::default()
        };
        let error = Typeface::load(&files).err().unwrap();
        assert!(matches!(error, FontError::NoFont(named) if named == path));
    }
}
