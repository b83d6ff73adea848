//! Why nothing is heard. No error holds a word of what was to be said.

use std::time::Duration;

/// A failure of the engine or of the loudspeaker.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// A program is not installed.
    #[error("{0} is not installed")]
    Missing(&'static str),
    /// A program cannot be started, for another reason.
    #[error("{program} cannot be started: {cause}")]
    Start {
        /// Which.
        program: &'static str,
        /// Why.
        cause: std::io::Error,
    },
    /// The player gave up, in its own words.
    #[error("{program} failed: {reason}")]
    Player {
        /// Which.
        program: &'static str,
        /// Its last words.
        reason: String,
    },
    /// A program did not end; it was killed.
    #[error("{program} did not end within {within:?}")]
    Stuck {
        /// Which.
        program: &'static str,
        /// How long was waited.
        within: Duration,
    },
    /// The engine answered with something that is no sound.
    #[error("espeak-ng gave no sound: {0}")]
    NoSound(super::wav::WavError),
    /// The engine reads Chinese in an English voice: its Mandarin data are broken or missing.
    #[error("espeak-ng does not speak Mandarin: its voice cmn-latn-pinyin is missing or broken")]
    NotMandarin,
}
