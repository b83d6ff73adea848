//! What is promised of the recogniser: how often it finds the character, what it makes of any input,
//! and what it says of a file that is not its own.

mod accuracy;
mod files;
mod hand;
mod properties;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::templates::build;
use super::{Point, Recogniser};

type Drawing = Vec<Vec<Point>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The characters of the test set, each as it is written; see the README beside the file.
fn samples() -> BTreeMap<char, Drawing> {
    let file = root().join("tests/fixtures/handwriting/strokes.json");
    let strokes: BTreeMap<char, Vec<Vec<(f32, f32)>>> =
        serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let drawing = |strokes: Vec<Vec<_>>| strokes.into_iter().map(|stroke| points(&stroke)).collect();
    strokes
        .into_iter()
        .map(|(character, strokes)| (character, drawing(strokes)))
        .collect()
}

fn points(stroke: &[(f32, f32)]) -> Vec<Point> {
    stroke.iter().map(|&(x, y)| Point { x, y }).collect()
}

/// 十, 二, 口 and 人, in the frame of a text book.
const GLYPHS: [(&str, &str); 4] = [
    (
        "十",
        r#"{"strokes": ["M 1 1 Z"], "medians": [[[100, 450], [900, 480]], [[500, 850], [510, 10]]]}"#,
    ),
    (
        "二",
        r#"{"medians": [[[250, 700], [750, 720]], [[60, 100], [950, 120]]]}"#,
    ),
    (
        "口",
        r#"{"medians": [[[200, 700], [230, 100]], [[210, 690], [800, 720], [760, 110]], [[240, 130], [750, 140]]]}"#,
    ),
    (
        "人",
        r#"{"medians": [[[500, 850], [450, 500], [50, 50]], [[470, 500], [650, 250], [950, 60]]]}"#,
    ),
];

/// A folder with glyphs, as the package has them.
fn folder(glyphs: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, json) in glyphs {
        fs::write(folder.path().join(format!("{name}.json")), json).unwrap();
    }
    folder
}

/// A folder with [`GLYPHS`] and their file of templates.
fn built() -> (TempDir, PathBuf) {
    let folder = folder(&GLYPHS);
    let file = folder.path().join("templates.bin");
    build(folder.path(), &file).unwrap();
    (folder, file)
}

/// Knows [`GLYPHS`], digits and letters.
fn small() -> &'static Recogniser {
    static SMALL: OnceLock<Recogniser> = OnceLock::new();
    SMALL.get_or_init(|| Recogniser::load(&built().1).unwrap())
}
