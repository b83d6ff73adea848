//! The `kiosk` program: one binary, several commands.

use std::process::ExitCode;

#[cfg(feature = "terminal")]
fn main() -> ExitCode {
    use clap::Parser;
    kiosk::commands::run(kiosk::commands::Arguments::parse())
}

#[cfg(not(feature = "terminal"))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
