//! The API over a real socket, one module a concern.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod description;
mod enrolment;
mod hostile;
mod idempotency;
mod privacy;
mod support;
mod visits;
