//! Speech: recorded prompts by message id, and the `espeak-ng` program for everything else, played
//! by `aplay`. What is said to one person alone never touches a disk and is zeroed after it was
//! played.

mod aplay;
mod cache;
mod child;
mod clip;
pub mod engine;
mod error;
mod heard;
mod output;
mod pieces;
mod pronounce;
mod readings;
mod recordings;
mod talk;
mod tone;
mod wav;
mod words;

use std::fmt;
use std::path::PathBuf;

use zeroize::Zeroizing;

pub use aplay::Aplay;
pub use clip::{Clip, LOUDEST, Sound};
pub use error::SpeechError;
pub use heard::{Ears, Heard};
pub use output::{Output, Playing};
pub use recordings::{RecordingError, Recordings};
pub use talk::{Progress, Speech};
pub use wav::WavError;

/// Words of a page.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Text id, when the words are a message without arguments: it may have been recorded, and may
    /// be kept.
    pub id: Option<&'static str>,
    /// What the screen shows.
    pub text: Zeroizing<String>,
}

/// The words stay out of every log.
impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Part({})", self.id.unwrap_or("…"))
    }
}

/// What a terminal speaks with.
pub struct Loudspeaker {
    /// Where the sound goes.
    pub output: Box<dyn Output>,
    /// Folder of the recorded voices: `<voice>/<message id>.wav`.
    pub recordings: Option<PathBuf>,
}

#[cfg(test)]
mod tests;
