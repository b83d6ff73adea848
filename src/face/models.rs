//! The six ONNX files of npm `faceplugin-face-recognition-js` 0.0.1, checked by SHA-256 at load.

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tract_onnx::prelude::{
    Datum, Framework, InferenceFact, InferenceModelExt, IntoRunnable, IntoTensor, TValue, Tensor,
    TypedRunnableModel, tvec,
};
use zeroize::{Zeroize, Zeroizing};

use super::error::FaceError;
use super::picture::Samples;

/// One model file.
pub struct ModelFile {
    /// File name in the models' folder.
    pub name: &'static str,
    /// SHA-256, hex.
    pub sha256: &'static str,
    /// Shape of the one input.
    shape: [usize; 4],
}

/// Faces in a picture.
pub const DETECT: ModelFile = ModelFile {
    name: "fr_detect.onnx",
    sha256: "6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854",
    shape: [1, 3, 240, 320],
};
/// 68 points of a face.
pub const LANDMARK: ModelFile = ModelFile {
    name: "fr_landmark.onnx",
    sha256: "f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258",
    shape: [1, 1, 64, 64],
};
/// Embedding of a face. Its hash names the kind of template that travels to the backend.
pub const FEATURE: ModelFile = ModelFile {
    name: "fr_feature.onnx",
    sha256: "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
    shape: [1, 3, 112, 112],
};
/// Passive hint whether a face is alive.
pub const LIVENESS: ModelFile = ModelFile {
    name: "fr_liveness.onnx",
    sha256: "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
    shape: [1, 3, 128, 128],
};
/// Pose of the head.
pub const POSE: ModelFile = ModelFile {
    name: "fr_pose.onnx",
    sha256: "72d032ec941b7153bf8d3f2c03a4c165453cc7e63d479041ec7c6ef087e5839d",
    shape: [1, 3, 224, 224],
};
/// Eye open or shut.
pub const EYE: ModelFile = ModelFile {
    name: "fr_eye.onnx",
    sha256: "1afcea006abc1ccac3c517022abde0aa092bed74ff3c9fe6878483ef9e6e38de",
    shape: [1, 1, 24, 24],
};

/// A model that can be run.
pub struct Model {
    name: &'static str,
    shape: [usize; 4],
    plan: Arc<TypedRunnableModel>,
}

impl Model {
    /// Reads a model from `folder` and checks that it is the pinned one.
    ///
    /// # Errors
    /// `Missing`, `Altered` or `Unusable`, each naming the file.
    pub fn load(folder: &Path, model: &ModelFile) -> Result<Self, FaceError> {
        let file = folder.join(model.name);
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(source) => return Err(FaceError::Missing { file, source }),
        };
        let found = hex(&Sha256::digest(&bytes));
        if found != model.sha256 {
            return Err(FaceError::Altered {
                file,
                expected: model.sha256,
                found,
            });
        }
        let unusable = |error: tract_onnx::prelude::TractError| FaceError::Unusable {
            name: model.name,
            reason: error.to_string(),
        };
        let fact = InferenceFact::dt_shape(f32::datum_type(), model.shape);
        let plan = tract_onnx::onnx()
            .model_for_read(&mut bytes.as_slice())
            .and_then(|graph| graph.with_input_fact(0, fact))
            .and_then(|graph| graph.into_optimized())
            .and_then(|graph| graph.into_runnable())
            .map_err(unusable)?;
        Ok(Self {
            name: model.name,
            shape: model.shape,
            plan,
        })
    }

    /// Runs the model. Input and outputs are zeroed.
    ///
    /// # Errors
    /// `Inference` when the input does not fit or the library fails.
    pub fn run(&self, input: &[f32]) -> Result<Vec<Samples>, FaceError> {
        let failed = |reason: String| FaceError::Inference {
            name: self.name,
            reason,
        };
        let tensor = Tensor::from_shape(&self.shape, input).map_err(|error| failed(error.to_string()))?;
        let value: TValue = tensor.into();
        let answer = self.plan.run(tvec!(value.clone()));
        wipe(value);
        let mut outputs = Vec::new();
        for output in answer.map_err(|error| failed(error.to_string()))? {
            let copy = output.as_plain_ram().and_then(|view| {
                view.as_slice::<f32>()
                    .ok()
                    .map(|values| Zeroizing::new(values.to_vec()))
            });
            wipe(output);
            outputs.push(copy.ok_or_else(|| failed("an output is not of 32-bit floats".to_owned()))?);
        }
        Ok(outputs)
    }

    /// The output number `index`, which must have `length` values.
    ///
    /// # Errors
    /// `Inference` when it is not there or has another length.
    pub fn output(&self, outputs: &mut [Samples], index: usize, length: usize) -> Result<Samples, FaceError> {
        match outputs.get_mut(index).map(std::mem::take) {
            Some(values) if values.len() == length => Ok(values),
            Some(values) => Err(FaceError::Inference {
                name: self.name,
                reason: format!("output {index} has {} values, expected {length}", values.len()),
            }),
            None => Err(FaceError::Inference {
                name: self.name,
                reason: format!("output {index} is missing"),
            }),
        }
    }
}

/// Zeroes a tensor of which nobody else holds a part.
fn wipe(value: TValue) {
    if value.is_exclusive() {
        value.into_tensor().as_bytes_mut().zeroize();
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Turns logits into probabilities.
pub(super) fn softmax(logits: &[f32]) -> Samples {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut shares: Samples = Zeroizing::new(logits.iter().map(|logit| (logit - highest).exp()).collect());
    let total: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= total);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_model_names_the_file_and_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let error = Model::load(folder.path(), &EYE).err().unwrap();
        assert!(matches!(error, FaceError::Missing { .. }));
        let words = error.to_string();
        assert!(
            words.contains("fr_eye.onnx") && words.contains("fetch-models.sh"),
            "{words}"
        );
    }

    #[test]
    fn an_altered_model_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(EYE.name), b"something else").unwrap();
        let error = Model::load(folder.path(), &EYE).err().unwrap();
        assert!(matches!(error, FaceError::Altered { .. }));
        assert!(error.to_string().contains(EYE.sha256));
    }

    #[test]
    fn softmax_adds_up_to_one() {
        let shares = softmax(&[1000.0, 1000.0, -1000.0]);
        assert_eq!(shares.as_slice(), &[0.5, 0.5, 0.0]);
    }
}
