//! Scanner of one- and two-dimensional codes.

use std::time::Duration;

use crate::error::DeviceError;
use crate::health::Health;

/// The bytes of one code, without the suffix that the scanner appended.
#[derive(Clone, PartialEq, Eq)]
pub struct ScannedCode(pub Vec<u8>);

/// A scanner.
pub trait CodeScanner: Send {
    /// Opens the line.
    ///
    /// # Errors
    /// `Absent` when nothing is at the address.
    fn open(&mut self) -> Result<(), DeviceError>;

    /// Waits for a code; `None` when none came within `deadline`. The same code is not given twice
    /// within three seconds.
    ///
    /// # Errors
    /// `Absent` when the scanner was unplugged; it must be opened again.
    fn read(&mut self, deadline: Duration) -> Result<Option<ScannedCode>, DeviceError>;

    /// The present state.
    fn health(&self) -> Health;
}
