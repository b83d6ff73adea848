//! All models together, and what one picture says.

use std::path::Path;

use super::detect::{Detector, FaceBox};
use super::embed::{Embedder, Embedding};
use super::error::FaceError;
use super::eyes::EyeReader;
use super::landmarks::Landmarker;
use super::liveness::LivenessHint;
use super::models::FEATURE;
use super::picture::{Picture, Region};
use super::pose::PoseMeter;

/// The models, loaded once; can be used from several threads.
pub struct FaceEngine {
    /// Faces.
    pub detector: Detector,
    /// Points.
    pub landmarker: Landmarker,
    /// Embedding.
    pub embedder: Embedder,
    /// Pose.
    pub pose: PoseMeter,
    /// Eyes.
    pub eyes: EyeReader,
    /// Passive hint.
    pub liveness: LivenessHint,
}

impl FaceEngine {
    /// Loads all models from `folder` and checks each.
    ///
    /// # Errors
    /// The first model that is missing, altered or unusable, by name and with the remedy.
    pub fn load(folder: &Path) -> Result<Self, FaceError> {
        Ok(Self {
            detector: Detector::load(folder)?,
            landmarker: Landmarker::load(folder)?,
            embedder: Embedder::load(folder)?,
            pose: PoseMeter::load(folder)?,
            eyes: EyeReader::load(folder)?,
            liveness: LivenessHint::load(folder)?,
        })
    }

    /// SHA-256 (hex) of the model that makes embeddings: only those of one model can be compared.
    pub fn template_model() -> &'static str {
        FEATURE.sha256
    }

    /// The embedding of the face in an identity photo (102 x 126 on the chip, or any other size),
    /// `None` when there is no face. A tight crop is tried again with space around it.
    ///
    /// # Errors
    /// `Inference`.
    pub fn photo_embedding(&self, photo: Picture<'_>) -> Result<Option<Embedding>, FaceError> {
        const LOWEST_SCORE: f32 = 0.5;
        let mut faces = self.detector.find(photo, LOWEST_SCORE)?;
        if faces.is_empty() {
            faces = self.find_with_space(photo, LOWEST_SCORE)?;
        }
        let Some(face) = faces.first() else {
            return Ok(None);
        };
        let landmarks = self.landmarker.find(photo, face)?;
        self.embedder.embed(photo, &landmarks)
    }

    /// Looks for faces in the photo with half of its size as a grey margin on each side.
    fn find_with_space(&self, photo: Picture<'_>, lowest_score: f32) -> Result<Vec<FaceBox>, FaceError> {
        let (width, height) = (photo.width(), photo.height());
        let whole = Region {
            x: 0.0,
            y: 0.0,
            width: width as f32,
            height: height as f32,
        };
        let samples = photo.sample(whole.scaled(2.0), width * 2, height * 2);
        let bytes = zeroize::Zeroizing::new(
            samples
                .iter()
                .map(|value| value.round() as u8)
                .collect::<Vec<u8>>(),
        );
        let wide = Picture::new(width * 2, height * 2, &bytes)?;
        let mut faces = self.detector.find(wide, lowest_score)?;
        for face in &mut faces {
            face.region.x -= width as f32 / 2.0;
            face.region.y -= height as f32 / 2.0;
        }
        Ok(faces)
    }
}
