//! A character written with a finger: from the last stroke to the candidates.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::{Failure, Figure};
use crate::input::handwriting::{Point, Recogniser};

const CANDIDATES: usize = 12;
/// What a match may take: nobody notices it, even on a machine of a tenth of the speed.
const BUDGET: Duration = Duration::from_millis(1);

/// `templates`: the file of templates; `strokes`: the test set, JSON of characters with their strokes.
pub(super) fn figures(templates: &Path, strokes: &Path) -> Result<Vec<Figure>, Failure> {
    let begin = Instant::now();
    let recogniser = Recogniser::load(templates)?;
    let load = begin.elapsed();
    let begin = Instant::now();
    black_box(Sha256::digest(std::fs::read(templates)?));
    let bare = begin.elapsed();
    let matches = drawings(strokes)?.into_iter().map(|drawing| {
        let begin = Instant::now();
        black_box(recogniser.recognise(black_box(&drawing), CANDIDATES));
        begin.elapsed()
    });
    Ok(vec![
        Figure::of_times(
            "handwriting templates loaded",
            vec![load],
            bare,
            "read and hashed",
        ),
        Figure::of_times(
            "character written to candidates",
            matches.collect(),
            BUDGET,
            "the budget",
        ),
    ])
}

/// The drawings of the test set.
pub(super) fn drawings(file: &Path) -> Result<Vec<Vec<Vec<Point>>>, Failure> {
    let characters: BTreeMap<char, Vec<Vec<(f32, f32)>>> = serde_json::from_slice(&std::fs::read(file)?)?;
    let points = |stroke: Vec<_>| stroke.into_iter().map(|(x, y)| Point { x, y }).collect();
    let drawing = |strokes: Vec<_>| strokes.into_iter().map(points).collect();
    Ok(characters.into_values().map(drawing).collect())
}
