//! The embedding of a face: 512 numbers of unit length. Two of one person point the same way.

use std::path::Path;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::align::aligned;
use super::error::FaceError;
use super::landmarks::Landmarks;
use super::models::{FEATURE, Model};
use super::picture::{Picture, planes};

/// Numbers of an embedding.
pub const LENGTH: usize = 512;

/// Describes one face. Zeroed when dropped; there is no way to print it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Embedding(Vec<f32>);

impl Embedding {
    /// Scales numbers to unit length; `None` for anything but [`LENGTH`] finite numbers that are
    /// not all zero.
    pub fn new(mut values: Vec<f32>) -> Option<Self> {
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        if values.len() != LENGTH || !length.is_normal() {
            values.zeroize();
            return None;
        }
        values.iter_mut().for_each(|value| *value /= length);
        Some(Self(values))
    }

    /// The direction in the middle of several; `None` for none.
    pub fn mean<'a>(several: impl IntoIterator<Item = &'a Embedding>) -> Option<Self> {
        let mut sum = vec![0.0; LENGTH];
        for embedding in several {
            for (total, value) in sum.iter_mut().zip(&embedding.0) {
                *total += value;
            }
        }
        Self::new(sum)
    }

    /// Cosine of the angle between two.
    pub fn cosine(&self, other: &Embedding) -> f32 {
        self.0.iter().zip(&other.0).map(|(one, two)| one * two).sum()
    }

    /// The numbers, for the template that is sent to the backend.
    pub fn values(&self) -> &[f32] {
        &self.0
    }
}

/// Makes embeddings.
pub struct Embedder(Model);

impl Embedder {
    /// Loads the model from `folder`.
    ///
    /// # Errors
    /// See [`Model::load`].
    pub fn load(folder: &Path) -> Result<Self, FaceError> {
        Model::load(folder, &FEATURE).map(Self)
    }

    /// The embedding of a face; `None` when its points coincide.
    ///
    /// # Errors
    /// `Inference`.
    pub fn embed(&self, picture: Picture<'_>, landmarks: &Landmarks) -> Result<Option<Embedding>, FaceError> {
        let Some(samples) = aligned(picture, &landmarks.five()) else {
            return Ok(None);
        };
        let input = planes(&samples, [0, 1, 2], |_, value| (value - 127.0) / 128.0);
        let mut outputs = self.0.run(&input)?;
        let values = self.0.output(&mut outputs, 0, LENGTH)?;
        Ok(Embedding::new(values.to_vec()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A vector with `share` of one axis and the rest of another.
    pub fn towards(axis: usize, share: f32) -> Embedding {
        let mut values = vec![0.0; LENGTH];
        values[axis] = share;
        values[LENGTH - 1] = (1.0 - share * share).sqrt();
        Embedding::new(values).unwrap()
    }

    #[test]
    fn an_embedding_has_unit_length_and_512_finite_numbers() {
        let embedding = Embedding::new(vec![3.0; LENGTH]).unwrap();
        assert!((embedding.cosine(&embedding) - 1.0).abs() < 1e-5);
        assert!(Embedding::new(vec![1.0; 511]).is_none());
        assert!(Embedding::new(vec![0.0; LENGTH]).is_none());
        assert!(Embedding::new(vec![f32::NAN; LENGTH]).is_none());
    }

    #[test]
    fn the_mean_lies_between() {
        let (one, other) = (towards(0, 1.0), towards(1, 1.0));
        let mean = Embedding::mean([&one, &other]).unwrap();
        assert!((mean.cosine(&one) - mean.cosine(&other)).abs() < 1e-6);
        assert!((mean.cosine(&one) - 0.5_f32.sqrt()).abs() < 1e-5);
        assert!(Embedding::mean([]).is_none());
    }
}
