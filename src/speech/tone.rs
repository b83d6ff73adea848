//! Short sounds that say that something happened, and not what: a secret that is typed is never
//! spoken.

use std::f64::consts::TAU;

use zeroize::Zeroizing;

use super::clip::Sound;
use crate::session::effect::Tone;

const RATE: u32 = 22_050;
/// Of the largest sample: as loud as the voice.
const PEAK: f64 = 12_000.0;
/// Seconds in which a note rises and falls, so that it does not click.
const SLOPE: f64 = 0.006;

/// Notes one after another: pitch in hertz (0 is a pause) and seconds. None is high, for high ones
/// are what old ears lose first; the three differ in rhythm, not in pitch alone.
fn notes(tone: Tone) -> &'static [(f64, f64)] {
    match tone {
        Tone::Accepted => &[(880.0, 0.08)],
        Tone::Refused => &[(220.0, 0.12), (0.0, 0.06), (220.0, 0.12)],
        Tone::Attention => &[(660.0, 0.25), (880.0, 0.25), (660.0, 0.25)],
    }
}

/// The sound of a tone.
pub(super) fn sound(tone: Tone) -> Sound {
    let samples = notes(tone)
        .iter()
        .flat_map(|(pitch, seconds)| note(*pitch, *seconds));
    Sound {
        samples: Zeroizing::new(samples.collect()),
        rate: RATE,
    }
}

fn note(pitch: f64, seconds: f64) -> impl Iterator<Item = i16> {
    let at = |sample: u32| f64::from(sample) / f64::from(RATE);
    (0..).map(at).take_while(move |at| *at < seconds).map(move |at| {
        let slope = (at.min(seconds - at) / SLOPE).min(1.0);
        // Within the bounds of a sample: PEAK is.
        ((TAU * pitch * at).sin() * slope * PEAK) as i16
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_are_short_and_no_two_are_the_same() {
        let tones = [Tone::Accepted, Tone::Refused, Tone::Attention].map(sound);
        assert!(tones.iter().all(|tone| (0.05..1.0).contains(&tone.seconds())));
        assert!(tones[0] != tones[1] && tones[1] != tones[2] && tones[0] != tones[2]);
    }

    #[test]
    fn a_tone_neither_clips_nor_clicks() {
        let tone = sound(Tone::Attention);
        let steps = tone
            .samples
            .windows(2)
            .map(|pair| (i32::from(pair[0]) - i32::from(pair[1])).abs());
        assert!(steps.max() < Some(4000));
        assert!(tone.samples.iter().any(|sample| *sample > 11_000));
    }
}
