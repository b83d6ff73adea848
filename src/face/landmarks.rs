//! The 68 points of a face (numbered as in iBUG 300-W, from 0).

use std::path::Path;

use zeroize::Zeroizing;

use super::detect::FaceBox;
use super::error::FaceError;
use super::models::{LANDMARK, Model};
use super::picture::{Picture, grey};

const SIDE: usize = 64;
const POINTS: usize = 68;

/// A point of the picture, in pixels.
pub type Point = [f32; 2];

/// The points of one face. Zeroed when dropped.
pub struct Landmarks(Zeroizing<Vec<Point>>);

impl Landmarks {
    /// Wraps 68 points.
    pub fn new(points: Vec<Point>) -> Option<Self> {
        (points.len() == POINTS).then(|| Self(Zeroizing::new(points)))
    }

    fn point(&self, index: usize) -> Point {
        self.0.get(index).copied().unwrap_or_default()
    }

    fn mean(&self, indices: &[usize]) -> Point {
        let count = indices.len().max(1) as f32;
        let sum = indices.iter().fold([0.0, 0.0], |[x, y], &index| {
            let [px, py] = self.point(index);
            [x + px, y + py]
        });
        sum.map(|value| value / count)
    }

    /// Middle and width of both eyes, in the order of the picture (left, right).
    pub fn eyes(&self) -> [(Point, f32); 2] {
        let width = |from: usize, to: usize| {
            let ([x0, y0], [x1, y1]) = (self.point(from), self.point(to));
            (x1 - x0).hypot(y1 - y0)
        };
        [
            (self.mean(&[37, 38, 40, 41]), width(36, 39)),
            (self.mean(&[43, 44, 46, 47]), width(42, 45)),
        ]
    }

    /// Eyes, tip of the nose, corners of the mouth: the five points of alignment.
    pub fn five(&self) -> [Point; 5] {
        let [(left, _), (right, _)] = self.eyes();
        [
            left,
            right,
            self.point(30),
            self.mean(&[48, 60]),
            self.mean(&[54, 64]),
        ]
    }

    /// How far the tip of the nose lies from the middle of the eyes, as a share of the eyes'
    /// outer distance. Positive when the person looks to the own left.
    pub fn nose_ratio(&self) -> f32 {
        let across = self.point(45)[0] - self.point(36)[0];
        if across.abs() < 1.0 {
            return 0.0;
        }
        (self.point(30)[0] - self.mean(&[36, 39, 42, 45])[0]) / across
    }
}

/// Finds the points of a face.
pub struct Landmarker(Model);

impl Landmarker {
    /// Loads the model from `folder`.
    ///
    /// # Errors
    /// See [`Model::load`].
    pub fn load(folder: &Path) -> Result<Self, FaceError> {
        Model::load(folder, &LANDMARK).map(Self)
    }

    /// The points of the face in a box.
    ///
    /// # Errors
    /// `Inference`.
    pub fn find(&self, picture: Picture<'_>, face: &FaceBox) -> Result<Landmarks, FaceError> {
        let mut input = grey(&picture.sample(face.region, SIDE, SIDE));
        input.iter_mut().for_each(|value| *value /= 256.0);
        let mut outputs = self.0.run(&input)?;
        let values = self.0.output(&mut outputs, 0, POINTS * 2)?;
        let region = face.region;
        let points = values.chunks_exact(2).filter_map(|pair| match *pair {
            [x, y] => Some([region.x + x * region.width, region.y + y * region.height]),
            _ => None,
        });
        Ok(Landmarks(Zeroizing::new(points.collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nose_ratio_is_positive_towards_the_right_of_the_picture() {
        let mut points = vec![[0.0, 0.0]; 68];
        (points[36], points[39], points[42], points[45]) =
            ([10.0, 0.0], [30.0, 0.0], [50.0, 0.0], [70.0, 0.0]);
        points[30] = [52.0, 20.0];
        let landmarks = Landmarks::new(points).unwrap();
        assert!((landmarks.nose_ratio() - 0.2).abs() < 1e-6);
    }

    #[test]
    fn a_face_has_68_points() {
        assert!(Landmarks::new(vec![[0.0, 0.0]; 67]).is_none());
    }
}
