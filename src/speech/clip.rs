//! Sound in memory.

use zeroize::Zeroizing;

/// Rendered sound: 16-bit samples of one channel. Zeroed when dropped, for it may hold a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Sound {
    /// Samples.
    pub samples: Zeroizing<Vec<i16>>,
    /// Samples per second.
    pub rate: u32,
}

impl Sound {
    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        // A sound of hours is still exact in a float.
        self.samples.len() as f64 / f64::from(self.rate.max(1))
    }
}

/// What a loudspeaker is given: a sound at the volume of the person, with its words.
#[derive(Clone, PartialEq, Eq)]
pub struct Clip {
    /// The words, as they are spoken; empty for a tone.
    pub text: Zeroizing<String>,
    /// The sound, at its volume.
    pub sound: Sound,
}

/// The volume at which a sound is played as it was recorded.
pub const LOUDEST: u8 = 5;

/// A sound at a volume of 1 to [`LOUDEST`]: each step down halves it (6 dB), so nothing ever clips.
#[must_use]
pub fn at_volume(sound: &Sound, volume: u8) -> Sound {
    let steps = LOUDEST - volume.clamp(1, LOUDEST);
    let part = 1_i16 << steps;
    let samples = sound.samples.iter().map(|sample| sample / part).collect();
    Sound {
        samples: Zeroizing::new(samples),
        rate: sound.rate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_down_halves_the_peak() {
        let loud = Sound {
            samples: Zeroizing::new(vec![i16::MIN, 0, 16_000]),
            rate: 8000,
        };
        let peak = |volume| {
            at_volume(&loud, volume)
                .samples
                .iter()
                .map(|sample| sample.unsigned_abs())
                .max()
        };
        let peaks: Vec<Option<u16>> = (1..=LOUDEST).map(peak).collect();
        assert_eq!(
            peaks,
            [Some(2048), Some(4096), Some(8192), Some(16_384), Some(32_768)]
        );
    }

    #[test]
    fn a_volume_out_of_bounds_is_the_nearest_one() {
        let sound = Sound {
            samples: Zeroizing::new(vec![1600]),
            rate: 8000,
        };
        assert_eq!(at_volume(&sound, 0).samples.as_slice(), [100]);
        assert_eq!(at_volume(&sound, 9).samples.as_slice(), [1600]);
    }
}
