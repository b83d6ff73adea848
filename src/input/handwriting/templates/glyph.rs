//! The strokes of a character as npm `hanzi-writer-data` has them: one JSON file each.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::feature::Feature;
use super::super::ink::Ink;
use super::super::{HandwritingError, Point};

/// What we read of a file; it has outlines too.
#[derive(Deserialize)]
struct Glyph {
    /// For each stroke the points of its middle line, `y` upwards.
    medians: Vec<Vec<[f32; 2]>>,
}

/// The templates of a folder.
///
/// # Errors
/// `File`, `Glyph`, `NoGlyphs`.
pub(super) fn templates(folder: &Path) -> Result<Vec<(char, Feature)>, HandwritingError> {
    let files = files(folder)?;
    if files.is_empty() {
        return Err(HandwritingError::NoGlyphs(folder.to_owned()));
    }
    let templates = files
        .into_iter()
        .map(|(character, path)| Ok((character, feature(&path)?)));
    templates.collect()
}

/// The files that are named after one character, ascending. Radicals of dictionaries are symbols, not
/// letters: nobody's name has one.
fn files(folder: &Path) -> Result<Vec<(char, PathBuf)>, HandwritingError> {
    let unread = |cause| HandwritingError::file(folder, cause);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let json = path.extension().is_some_and(|extension| extension == "json");
        let mut name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .chars();
        if let (true, Some(character), None) = (json, name.next(), name.next())
            && character.is_alphabetic()
        {
            files.push((character, path));
        }
    }
    files.sort_unstable();
    Ok(files)
}

fn feature(path: &Path) -> Result<Feature, HandwritingError> {
    let wrong = |reason: String| HandwritingError::Glyph {
        path: path.to_owned(),
        reason,
    };
    let text = fs::read(path).map_err(|cause| HandwritingError::file(path, cause))?;
    let glyph: Glyph = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let downwards = |&[x, y]: &[f32; 2]| Point { x, y: -y };
    let strokes: Vec<Vec<Point>> = glyph
        .medians
        .iter()
        .map(|stroke| stroke.iter().map(downwards).collect())
        .collect();
    match Ink::new(&strokes) {
        Ink::Strokes(strokes) => Ok(Feature::new(strokes)),
        Ink::Dot | Ink::Empty => Err(wrong("the medians have no stroke".to_owned())),
    }
}
