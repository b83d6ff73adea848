//! Document camera (高拍仪): looks down at a sheet of paper or a photograph.

use std::time::Duration;

pub use super::camera::Frame as Picture;
use crate::error::DeviceError;
use crate::health::Health;

/// Whether a picture will do. A judgement of light and focus, not of what the picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// It will do.
    Good,
    /// Out of focus, or moved.
    Blurred,
    /// Too little light.
    TooDark,
    /// Too much light: nothing dark is left.
    TooBright,
    /// Nothing lies there.
    Empty,
}

/// A still picture with its judgement. `Debug` shows no pixels.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The sharpest of a few pictures in a row.
    pub picture: Picture,
    /// Whether it will do.
    pub quality: Quality,
}

/// A document camera.
pub trait DocumentCamera: Send {
    /// Opens the stream; harmless when open. The light is on from here to [`DocumentCamera::close`].
    ///
    /// # Errors
    /// `Absent` when the camera is not there, `Busy` when another holds it, `Unsupported` when no format
    /// fits.
    fn open(&mut self) -> Result<(), DeviceError>;

    /// The next picture, for the live preview.
    ///
    /// # Errors
    /// `NotReady` when closed, `TimedOut` after `deadline`, `Absent` when the camera was unplugged.
    fn frame(&mut self, deadline: Duration) -> Result<Picture, DeviceError>;

    /// The sharpest of the next few pictures, judged. A picture that will not do is given too, for the
    /// screen to say why. May be repeated.
    ///
    /// # Errors
    /// As [`DocumentCamera::frame`]; `TimedOut` only when no picture at all came within `deadline`.
    fn capture(&mut self, deadline: Duration) -> Result<Capture, DeviceError>;

    /// Ends the stream; harmless when closed.
    fn close(&mut self);

    /// The present state (looks for the device when closed).
    fn health(&mut self) -> Health;
}
