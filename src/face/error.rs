//! What can go wrong with the models.

use std::path::PathBuf;

/// Why faces cannot be looked at. Face login is then off, with this as the reason; the other ways
/// of login do not depend on it.
#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// A model file is not there.
    #[error("face model {} cannot be read; run scripts/fetch-models.sh, or set the models' folder", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A model file is not the one that was pinned.
    #[error(
        "face model {} has SHA-256 {found}, expected {expected}; remove it and run scripts/fetch-models.sh",
        file.display()
    )]
    Altered {
        /// The file.
        file: PathBuf,
        /// Pinned, hex.
        expected: &'static str,
        /// Found, hex.
        found: String,
    },
    /// A model file cannot be used by this program.
    #[error("face model {name} cannot be loaded: {reason}")]
    Unusable {
        /// Name of the model.
        name: &'static str,
        /// What the inference library said.
        reason: String,
    },
    /// A model gave an answer of another form than expected, or none.
    #[error("face model {name} failed: {reason}")]
    Inference {
        /// Name of the model.
        name: &'static str,
        /// What the inference library said.
        reason: String,
    },
    /// A picture's bytes do not fit its size.
    #[error("a picture of {width}x{height} RGB cannot have {bytes} bytes")]
    Picture {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// Bytes given.
        bytes: usize,
    },
}
