//! What a person writes with a finger, as characters.
//!
//! A matcher without a fixed order of strokes: old people write in their own order and join
//! strokes. It compares where ink goes in which direction with one template for each of about 9,600
//! characters. The templates are made by [`templates::build`] out of the strokes of npm
//! `hanzi-writer-data`, with the code that looks at what was drawn too: both can never differ. The
//! script `handwriting-templates.sh` does it.

mod common;
mod feature;
mod ink;
mod matcher;
pub mod templates;
#[cfg(test)]
mod tests;
mod upright;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroize;

use feature::Feature;
use ink::Ink;
use matcher::Matcher;

/// The separator in the names of many peoples. A tap alone is read as it.
const MIDDLE_DOT: char = '·';

/// Where the finger was, in any unit, `y` downwards. Personal data: no `Debug`.
#[derive(Clone, Copy, PartialEq, Zeroize)]
pub struct Point {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
}

/// Knows characters by their templates.
pub struct Recogniser {
    characters: Vec<char>,
    matcher: Matcher,
}

impl Recogniser {
    /// Reads the templates, about 5 MB.
    ///
    /// # Errors
    /// [`HandwritingError::Missing`] when the file cannot be read; `NotTemplates`, `OtherVersion`,
    /// `OtherSize` or `Damaged` when it is not what [`templates::build`] of this version writes.
    pub fn load(path: &Path) -> Result<Self, HandwritingError> {
        let templates = templates::read(path)?;
        let advantages = templates.characters.iter().copied().map(common::advantage);
        Ok(Self {
            matcher: Matcher::new(&templates.features, advantages.collect()),
            characters: templates.characters,
        })
    }

    /// The characters that look most like the drawing, likest first: at most `candidates`, each once.
    ///
    /// One character a drawing; strokes in the order they were written, each in its own points. The
    /// size, the place and the number of points do not matter. Points that are not finite are left
    /// out. Without any point nothing is found; a drawing all in one place is the dot `·` of names.
    /// The answer is personal data: the caller zeroes it.
    #[must_use]
    pub fn recognise(&self, strokes: &[Vec<Point>], candidates: usize) -> Vec<char> {
        match Ink::new(strokes) {
            Ink::Empty => Vec::new(),
            Ink::Dot => std::iter::once(MIDDLE_DOT).take(candidates).collect(),
            Ink::Strokes(strokes) => {
                let likest = self.matcher.likest(&Feature::new(strokes), candidates);
                // Sized at once: a vector that grows leaves copies behind.
                let mut characters = Vec::with_capacity(likest.len());
                characters.extend(likest.iter().filter_map(|index| self.characters.get(*index)));
                characters
            }
        }
    }
}

impl fmt::Debug for Recogniser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Recogniser of {} characters", self.characters.len())
    }
}

/// Why there is no recogniser, or no templates.
#[derive(Debug, thiserror::Error)]
pub enum HandwritingError {
    /// The templates cannot be read.
    #[error(
        "handwriting templates {} cannot be read: {cause}; run scripts/handwriting-templates.sh",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file or a folder cannot be read or written while templates are made.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The file is something else.
    #[error("{} is not a file of handwriting templates", .0.display())]
    NotTemplates(PathBuf),
    /// The file was made by another version of this program.
    #[error(
        "{} has version {found} of the handwriting templates, expected {expected}; \
         run scripts/handwriting-templates.sh",
        path.display()
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// Ours.
        expected: u32,
    },
    /// The file is cut short or has something behind its end.
    #[error("{} has {found} bytes, expected {expected}; run scripts/handwriting-templates.sh", path.display())]
    OtherSize {
        /// The file.
        path: PathBuf,
        /// Its bytes.
        found: u64,
        /// What its beginning says.
        expected: u64,
    },
    /// The file was changed after it was made.
    #[error("{} is damaged; remove it and run scripts/handwriting-templates.sh", .0.display())]
    Damaged(PathBuf),
    /// The strokes of a character cannot be used.
    #[error("{}: {reason}", path.display())]
    Glyph {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No file is named after a character.
    #[error("{} has no file of strokes", .0.display())]
    NoGlyphs(PathBuf),
}

impl HandwritingError {
    fn file(path: &Path, cause: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            cause,
        }
    }
}
