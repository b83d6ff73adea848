//! Sample data, generated from a seed: the same seed gives the same registers and cases.

pub mod cases;
pub mod dice;
pub mod papers;
pub mod profile;
pub mod records;
