//! The presenter: views become screens, touches become actions. No display is needed.

#![cfg(feature = "gui")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod keyboard;
mod keypad;
mod memory;
mod pages;
mod sample;
mod touches;
