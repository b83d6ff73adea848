//! The API over a real socket, one module a concern.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod attest;
mod description;
mod enrolment;
mod hostile;
mod idempotency;
mod letters;
mod matters;
mod money;
mod pages;
mod parties;
mod personal;
mod pictures;
mod privacy;
mod registers;
mod support;
mod together;
mod visits;
