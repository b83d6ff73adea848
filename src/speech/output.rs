//! Where sound goes: a loudspeaker, or the ears of the simulator.

use super::clip::Clip;
use super::error::SpeechError;

/// Something that plays one clip after another.
pub trait Output: Send {
    /// Whether it can be tried at all; makes no sound.
    ///
    /// # Errors
    /// What is missing.
    fn check(&self) -> Result<(), SpeechError>;

    /// Begins to play and returns at once.
    ///
    /// # Errors
    /// When nothing can be played.
    fn play(&mut self, clip: Clip) -> Result<Box<dyn Playing>, SpeechError>;
}

/// A clip that is being played. Dropping it is silence.
pub trait Playing: Send {
    /// The last sample has been heard.
    ///
    /// # Errors
    /// When the loudspeaker failed.
    fn ended(&mut self) -> Result<bool, SpeechError>;
}
