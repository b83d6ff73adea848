//! Eyes, open or shut. The model's own crop loses some people; a tighter one with the contrast
//! evened out was chosen among ten variants on test pictures.

use std::path::Path;

use super::error::FaceError;
use super::landmarks::Landmarks;
use super::models::{EYE, Model, softmax};
use super::picture::{Picture, Region, Samples, grey};

const SIDE: usize = 24;
/// Side of the crop, in widths of the eye.
const CROP: f32 = 1.4;

/// Reads eyes.
pub struct EyeReader(Model);

impl EyeReader {
    /// Loads the model from `folder`.
    ///
    /// # Errors
    /// See [`Model::load`].
    pub fn load(folder: &Path) -> Result<Self, FaceError> {
        Model::load(folder, &EYE).map(Self)
    }

    /// How shut both eyes are, 0 (open) to 1, in the order of the picture (left, right).
    ///
    /// # Errors
    /// `Inference`.
    pub fn read(&self, picture: Picture<'_>, landmarks: &Landmarks) -> Result<[f32; 2], FaceError> {
        let [left, right] = landmarks.eyes();
        Ok([self.one(picture, left)?, self.one(picture, right)?])
    }

    fn one(&self, picture: Picture<'_>, (centre, width): ([f32; 2], f32)) -> Result<f32, FaceError> {
        let region = Region::square(centre, (width * CROP).max(4.0));
        let mut crop = grey(&picture.sample(region, SIDE, SIDE));
        even_out(&mut crop);
        let mut outputs = self.0.run(&crop)?;
        let logits = self.0.output(&mut outputs, 0, 2)?;
        Ok(softmax(&logits).first().copied().unwrap_or(0.0))
    }
}

/// Brings luma (0 to 255) to 0..1 with a mean of 0.5 and a deviation of 0.18.
fn even_out(crop: &mut Samples) {
    crop.iter_mut().for_each(|value| *value /= 255.0);
    let count = crop.len().max(1) as f32;
    let mean = crop.iter().sum::<f32>() / count;
    let deviation = (crop.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count).sqrt();
    for value in crop.iter_mut() {
        *value = ((*value - mean) / (deviation + 0.02) * 0.18 + 0.5).clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    #[test]
    fn a_dim_crop_gets_the_contrast_of_a_bright_one() {
        let mut dim: Samples = Zeroizing::new((0..576).map(|index| 20.0 + (index % 24) as f32).collect());
        even_out(&mut dim);
        let mean = dim.iter().sum::<f32>() / 576.0;
        assert!((mean - 0.5).abs() < 0.01);
        assert!(dim.iter().copied().fold(0.0, f32::max) > 0.6);
    }
}
