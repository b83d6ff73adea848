//! A passive look at one frame. It reacts to the surroundings of a face (bezels, edges of paper)
//! and misses much: nobody is refused for it. A low value makes the challenge longer, no more.

use std::path::Path;

use super::detect::FaceBox;
use super::error::FaceError;
use super::models::{LIVENESS, Model, softmax};
use super::picture::{Picture, Region, planes};

const SIDE: usize = 128;
const CROP: f32 = 2.7;

/// Gives the hint.
pub struct LivenessHint(Model);

impl LivenessHint {
    /// Loads the model from `folder`.
    ///
    /// # Errors
    /// See [`Model::load`].
    pub fn load(folder: &Path) -> Result<Self, FaceError> {
        Model::load(folder, &LIVENESS).map(Self)
    }

    /// 0 (looks like a picture of a face) to 1 (looks like a face).
    ///
    /// # Errors
    /// `Inference`.
    pub fn look(&self, picture: Picture<'_>, face: &FaceBox) -> Result<f32, FaceError> {
        let samples = picture.sample(surroundings(picture, face), SIDE, SIDE);
        let input = planes(&samples, [2, 1, 0], |_, value| value);
        let mut outputs = self.0.run(&input)?;
        let logits = self.0.output(&mut outputs, 0, 3)?;
        Ok(softmax(&logits).first().copied().unwrap_or(0.0))
    }
}

/// [`CROP`] times the box, less where that is larger than the picture, moved into the picture.
fn surroundings(picture: Picture<'_>, face: &FaceBox) -> Region {
    let (width, height) = (picture.width() as f32 - 1.0, picture.height() as f32 - 1.0);
    let fitting = (width / face.region.width).min(height / face.region.height);
    let mut region = face.region.scaled(CROP.min(fitting));
    region.x = region.x.clamp(0.0, (width - region.width).max(0.0));
    region.y = region.y.clamp(0.0, (height - region.height).max(0.0));
    region
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surroundings_stay_in_the_picture() {
        let rgb = vec![0; 640 * 480 * 3];
        let picture = Picture::new(640, 480, &rgb).unwrap();
        let face = FaceBox {
            region: Region::square([20.0, 460.0], 200.0),
            score: 1.0,
        };
        let region = surroundings(picture, &face);
        assert!((region.width - 479.0).abs() < 0.01);
        assert_eq!((region.x, region.y), (0.0, 0.0));
    }
}
