//! Faces in a picture (an UltraFace of 320 x 240).

use std::path::Path;

use super::error::FaceError;
use super::models::{DETECT, Model};
use super::picture::{Picture, Region, planes};

const WIDTH: usize = 320;
const HEIGHT: usize = 240;
/// Number of candidate boxes that the model gives.
const CANDIDATES: usize = 4420;
/// Boxes that overlap by more than this share of their union are one face.
const SAME_FACE: f32 = 0.4;

/// One face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceBox {
    /// Where, in pixels of the picture; higher than wide.
    pub region: Region,
    /// 0 to 1.
    pub score: f32,
}

/// Finds faces.
pub struct Detector(Model);

impl Detector {
    /// Loads the model from `folder`.
    ///
    /// # Errors
    /// See [`Model::load`].
    pub fn load(folder: &Path) -> Result<Self, FaceError> {
        Model::load(folder, &DETECT).map(Self)
    }

    /// The faces of a picture, largest first. The picture is fitted into the model's 4:3 frame
    /// without being distorted.
    ///
    /// # Errors
    /// `Inference`.
    pub fn find(&self, picture: Picture<'_>, lowest_score: f32) -> Result<Vec<FaceBox>, FaceError> {
        let frame = fitted(picture);
        let samples = picture.sample(frame, WIDTH, HEIGHT);
        let input = planes(&samples, [0, 1, 2], |_, value| (value - 127.0) / 128.0);
        let mut outputs = self.0.run(&input)?;
        let scores = self.0.output(&mut outputs, 0, CANDIDATES * 2)?;
        let boxes = self.0.output(&mut outputs, 1, CANDIDATES * 4)?;
        let candidates = scores
            .chunks_exact(2)
            .zip(boxes.chunks_exact(4))
            .filter_map(|pair| match pair {
                (&[_, score], &[left, top, right, bottom]) if score >= lowest_score => {
                    Some(placed([left, top, right, bottom], score, frame))
                }
                _ => None,
            });
        Ok(distinct(candidates.collect()))
    }
}

/// The 4:3 region around the whole picture.
fn fitted(picture: Picture<'_>) -> Region {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let scale = (width / WIDTH as f32).max(height / HEIGHT as f32);
    let (across, down) = (WIDTH as f32 * scale, HEIGHT as f32 * scale);
    Region {
        x: (width - across) / 2.0,
        y: (height - down) / 2.0,
        width: across,
        height: down,
    }
}

fn placed([left, top, right, bottom]: [f32; 4], score: f32, frame: Region) -> FaceBox {
    let region = Region {
        x: frame.x + left * frame.width,
        y: frame.y + top * frame.height,
        width: (right - left) * frame.width,
        height: (bottom - top) * frame.height,
    };
    FaceBox { region, score }
}

/// Keeps the best box of each face, then orders by size.
fn distinct(mut candidates: Vec<FaceBox>) -> Vec<FaceBox> {
    candidates.sort_by(|one, other| other.score.total_cmp(&one.score));
    let mut kept: Vec<FaceBox> = Vec::new();
    for candidate in candidates {
        if kept
            .iter()
            .all(|face| overlap(&face.region, &candidate.region) <= SAME_FACE)
        {
            kept.push(candidate);
        }
    }
    kept.sort_by(|one, other| other.region.width.total_cmp(&one.region.width));
    kept
}

/// Intersection over union.
fn overlap(one: &Region, other: &Region) -> f32 {
    let across = (one.x + one.width).min(other.x + other.width) - one.x.max(other.x);
    let down = (one.y + one.height).min(other.y + other.height) - one.y.max(other.y);
    let common = across.max(0.0) * down.max(0.0);
    let union = one.width * one.height + other.width * other.height - common;
    if union > 0.0 { common / union } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(x: f32, side: f32, score: f32) -> FaceBox {
        FaceBox {
            region: Region {
                x,
                y: 0.0,
                width: side,
                height: side,
            },
            score,
        }
    }

    #[test]
    fn boxes_of_one_face_become_the_best_one_and_the_largest_comes_first() {
        let found = distinct(vec![
            face(0.0, 100.0, 0.7),
            face(5.0, 100.0, 0.9),
            face(300.0, 150.0, 0.8),
        ]);
        assert_eq!(found, [face(300.0, 150.0, 0.8), face(5.0, 100.0, 0.9)]);
    }

    #[test]
    fn a_portrait_is_fitted_without_distortion() {
        let rgb = vec![0; 102 * 126 * 3];
        let frame = fitted(Picture::new(102, 126, &rgb).unwrap());
        for (value, expected) in [
            (frame.x, -33.0),
            (frame.y, 0.0),
            (frame.width, 168.0),
            (frame.height, 126.0),
        ] {
            assert!((value - expected).abs() < 0.01, "{value} {expected}");
        }
    }
}
