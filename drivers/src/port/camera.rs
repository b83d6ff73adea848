//! Camera: a stream that is open only while a step needs it.

use std::fmt;
use std::time::Duration;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::DeviceError;
use crate::health::Health;

/// One picture in RGB, rows from the top, not mirrored. Zeroed when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Frame {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height * 3` bytes.
    pub rgb: Vec<u8>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Frame {}x{}", self.width, self.height)
    }
}

/// A camera.
pub trait Camera: Send {
    /// Opens the stream. The stream's light is on from here to [`Camera::close`].
    ///
    /// # Errors
    /// `Absent` when the camera is not there, `Unsupported` when no format fits.
    fn open(&mut self) -> Result<(), DeviceError>;

    /// The next picture.
    ///
    /// # Errors
    /// `TimedOut` after `deadline`; `Absent` when the camera was unplugged while streaming.
    fn frame(&mut self, deadline: Duration) -> Result<Frame, DeviceError>;

    /// Ends the stream; harmless when closed.
    fn close(&mut self);

    /// Frames delivered since the program started: proof that none came before consent.
    fn frames_delivered(&self) -> u64;

    /// The present state (looks for the device when closed).
    fn health(&mut self) -> Health;
}
