//! The loudspeaker through `aplay` of the ALSA utilities: one process per clip, fed through its
//! standard input. Killing it is silence at once, and a driver that hangs takes down nothing else.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::child::Running;
use super::clip::Clip;
use super::error::SpeechError;
use super::output::{Output, Playing};
use super::wav;

const PROGRAM: &str = "aplay";
/// What opening and emptying a loudspeaker may take beyond the length of the clip.
const SPARE: Duration = Duration::from_secs(5);

/// An ALSA device.
pub struct Aplay {
    device: String,
}

impl Aplay {
    /// `device` is a name of `aplay -L`.
    #[must_use]
    pub fn new(device: impl Into<String>) -> Self {
        Self {
            device: device.into(),
        }
    }
}

impl Output for Aplay {
    fn check(&self) -> Result<(), SpeechError> {
        let mut command = Command::new(PROGRAM);
        command
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Running::start(PROGRAM, &mut command, SPARE).map(|_| ())
    }

    fn play(&mut self, clip: Clip) -> Result<Box<dyn Playing>, SpeechError> {
        let rate = clip.sound.rate.to_string();
        let mut command = Command::new(PROGRAM);
        command
            .args([
                "-q",
                "-D",
                &self.device,
                "-t",
                "raw",
                "-f",
                "S16_LE",
                "-c",
                "1",
                "-r",
                &rate,
                "-",
            ])
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let within = Duration::from_secs_f64(clip.sound.seconds()) + SPARE;
        let mut running = Running::start(PROGRAM, &mut command, within)?;
        let input = running.child.stdin.take();
        // Ends with the program: its pipe closes.
        thread::spawn(move || {
            if let Some(mut input) = input {
                // Fails only when the program has ended, and that is seen by who waits for it.
                let _ = input.write_all(&wav::pcm(&clip.sound));
            }
        });
        Ok(Box::new(PlayingProcess(running)))
    }
}

struct PlayingProcess(Running);

impl Playing for PlayingProcess {
    fn ended(&mut self) -> Result<bool, SpeechError> {
        match self.0.ended()? {
            None => Ok(false),
            Some(true) => Ok(true),
            Some(false) => Err(SpeechError::Player {
                program: PROGRAM,
                reason: self.last_words(),
            }),
        }
    }
}

impl PlayingProcess {
    /// Its messages in one line.
    fn last_words(&mut self) -> String {
        let mut words = Vec::new();
        if let Some(mut messages) = self.0.child.stderr.take() {
            let _ = messages.read_to_end(&mut words);
        }
        let words = String::from_utf8_lossy(&words).trim().replace('\n', "; ");
        if words.is_empty() {
            "no reason given".to_owned()
        } else {
            words
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Instant;

    use zeroize::Zeroizing;

    use super::super::clip::{Sound, at_volume};
    use super::*;

    fn clip(length: usize) -> Clip {
        let wave = |at: usize| if at % 50 < 25 { 12_000 } else { -12_000 };
        Clip {
            text: Zeroizing::default(),
            sound: Sound {
                samples: Zeroizing::new((0..length).map(wave).collect()),
                rate: 22_050,
            },
        }
    }

    fn play_to_the_end(device: &str, clip: Clip) -> Result<(), SpeechError> {
        let mut playing = Aplay::new(device).play(clip)?;
        while !playing.ended()? {
            thread::yield_now();
        }
        Ok(())
    }

    /// ALSA's own device that writes what it plays into a file.
    fn to_file(file: &std::path::Path) -> String {
        format!("file:FILE={},FORMAT=raw", file.display())
    }

    fn played(clip: Clip) -> Vec<i16> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("played");
        play_to_the_end(&to_file(&file), clip).unwrap();
        let bytes = fs::read(file).unwrap();
        bytes
            .as_chunks::<2>()
            .0
            .iter()
            .copied()
            .map(i16::from_le_bytes)
            .collect()
    }

    #[test]
    fn every_sample_is_played_and_nothing_but_silence_after_it() {
        let clip = clip(30_000);
        let heard = played(clip.clone());
        let (same, after) = heard.split_at(30_000);
        assert!(same == clip.sound.samples.as_slice());
        assert!(after.iter().all(|sample| *sample == 0));
    }

    #[test]
    fn one_step_down_is_played_at_half_the_peak() {
        let clip = clip(30_000);
        let quiet = Clip {
            sound: at_volume(&clip.sound, 4),
            ..clip
        };
        assert_eq!(played(quiet).into_iter().max(), Some(6000));
    }

    #[test]
    fn a_device_that_is_not_there_is_explained_in_the_players_words() {
        let error = play_to_the_end("no_such_device", clip(100))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("aplay failed: ") && error.contains("no_such_device"),
            "{error}"
        );
    }

    #[test]
    fn dropping_a_clip_is_silence_within_50_ms_even_when_the_device_hangs() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        // Opened by nobody: the player hangs while it opens its device.
        let mut playing = Aplay::new(to_file(&pipe)).play(clip(30_000)).unwrap();
        assert!(!playing.ended().unwrap());
        let begin = Instant::now();
        drop(playing);
        assert!(
            begin.elapsed() < Duration::from_millis(50),
            "{:?}",
            begin.elapsed()
        );
    }
}
