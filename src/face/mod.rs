//! Face login on the terminal's own processor: detection, guidance in words, an active challenge,
//! and the comparison one to one. Models are the six ONNX files named in [`models`].
//!
//! Pictures, crops and embeddings live in memory only. Every buffer of ours zeroes itself when
//! dropped and has no `Debug`; what the inference library allocates between its layers is freed
//! without being zeroed, so the process should not write core dumps.
//!
//! The challenge is no certified presentation attack detection (ISO/IEC 30107-3): it stops a held
//! up photograph and makes a replayed film harder, no more.

pub mod align;
pub mod challenge;
#[cfg(feature = "terminal")]
pub mod check;
pub mod detect;
pub mod embed;
pub mod engine;
pub mod error;
pub mod eyes;
pub mod gate;
pub mod landmarks;
pub mod liveness;
pub mod matching;
pub mod models;
pub mod picture;
pub mod pose;
pub mod thresholds;
