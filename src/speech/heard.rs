//! The simulated loudspeaker: it hears instead of sounding, and remembers what was said.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::clip::Clip;
use super::error::SpeechError;
use super::output::{Output, Playing};

/// One clip that was played.
#[derive(Clone, PartialEq)]
pub struct Heard {
    /// The words, as they are spoken; empty for a tone.
    pub text: Zeroizing<String>,
    /// Its length.
    pub seconds: f64,
    /// The largest sample: 0 is silence.
    pub peak: u16,
}

/// The words stay out of every log.
impl fmt::Debug for Heard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Heard({:.1} s)", self.seconds)
    }
}

/// Everything that was played, in order. Clones are the same ears. A clip ends at once, so that a
/// test does not wait for it.
#[derive(Clone, Default)]
pub struct Ears(Arc<Mutex<Vec<Heard>>>);

impl Ears {
    /// What was heard so far.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Output for Ears {
    fn check(&self) -> Result<(), SpeechError> {
        Ok(())
    }

    fn play(&mut self, clip: Clip) -> Result<Box<dyn Playing>, SpeechError> {
        let peak = clip
            .sound
            .samples
            .iter()
            .map(|sample| sample.unsigned_abs())
            .max();
        let heard = Heard {
            seconds: clip.sound.seconds(),
            peak: peak.unwrap_or(0),
            text: clip.text,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
        Ok(Box::new(Gone))
    }
}

/// Ended as soon as it began.
struct Gone;

impl Playing for Gone {
    fn ended(&mut self) -> Result<bool, SpeechError> {
        Ok(true)
    }
}
