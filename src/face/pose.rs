//! Pose of the head.

use std::path::Path;

use super::detect::FaceBox;
use super::error::FaceError;
use super::models::{Model, POSE, softmax};
use super::picture::{Picture, planes};

const SIDE: usize = 224;
/// The model looks at half as much again as the box. The box is not made square: squares made of
/// its height lose the rest position of long faces.
const CROP: f32 = 1.5;
/// Each angle is a distribution over so many bins of 3 degrees, from -99 degrees.
const BINS: usize = 66;
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

/// Angles in degrees. Only differences to the person's own rest position mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pose {
    /// Negative towards the person's own left.
    pub yaw: f32,
    /// Negative downwards.
    pub pitch: f32,
}

/// Measures the pose.
pub struct PoseMeter(Model);

impl PoseMeter {
    /// Loads the model from `folder`.
    ///
    /// # Errors
    /// See [`Model::load`].
    pub fn load(folder: &Path) -> Result<Self, FaceError> {
        Model::load(folder, &POSE).map(Self)
    }

    /// The pose of the head in a box.
    ///
    /// # Errors
    /// `Inference`.
    pub fn measure(&self, picture: Picture<'_>, face: &FaceBox) -> Result<Pose, FaceError> {
        let samples = picture.sample(face.region.scaled(CROP), SIDE, SIDE);
        let input = planes(&samples, [0, 1, 2], |channel, value| {
            let (mean, deviation) = (MEAN.get(channel), DEVIATION.get(channel));
            (value / 255.0 - mean.copied().unwrap_or(0.0)) / deviation.copied().unwrap_or(1.0)
        });
        let mut outputs = self.0.run(&input)?;
        let yaw = self.0.output(&mut outputs, 0, BINS)?;
        let pitch = self.0.output(&mut outputs, 1, BINS)?;
        Ok(Pose {
            yaw: degrees(&yaw),
            pitch: degrees(&pitch),
        })
    }
}

/// Expected value of the distribution.
fn degrees(logits: &[f32]) -> f32 {
    let expected: f32 = softmax(logits)
        .iter()
        .enumerate()
        .map(|(bin, share)| bin as f32 * share)
        .sum();
    expected * 3.0 - 99.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bin_in_the_middle_is_no_turn() {
        let mut logits = [0.0; BINS];
        logits[33] = 50.0;
        assert!(degrees(&logits).abs() < 1e-3);
    }
}
