//! The screens, compiled from `.slint`. Nothing here knows the program: the presenter fills the globals of
//! `state.slint` and listens to `Api`.

#[allow(
    missing_docs,
    unused,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod generated {
    slint::include_modules!();
}

pub mod typography;

pub use generated::*;
