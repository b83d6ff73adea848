//! The `kiosk` program: one binary, several commands.

use std::process::ExitCode;

/// Whatever is freed is zeroed first: names, numbers, pictures and templates pass through the
/// buffers of many libraries, and none of them may keep a trace for the next person.
#[cfg(feature = "terminal")]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

#[cfg(feature = "terminal")]
fn main() -> ExitCode {
    use clap::Parser;
    kiosk::commands::run(kiosk::commands::Arguments::parse())
}

#[cfg(not(feature = "terminal"))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
