//! From the order to speak to the first sample that the loudspeaker is given.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::{Failure, Figure};
use crate::speech::{Clip, Loudspeaker, Output, Part, Playing, Speech, SpeechError};

const ROUNDS: usize = 100;
/// The worker looks as often.
const TURN: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(10);
/// The start of speech (508, ADA 707.5; our own figure).
const STARTS: Duration = Duration::from_millis(500);
const PEER: &str = "the start of speech";
/// As long as the prompt of a page.
const PROMPT: &str = "请把身份证放在读卡区";
/// As a page shows somebody.
const PERSON: &str = "张* 138****5678";

pub(super) fn figures() -> Result<Vec<Figure>, Failure> {
    let mut bench = Speaking::new()?;
    let mut figures = Vec::new();
    // Each prompt is another one the first time, and is kept the second.
    for name in ["new prompt to first sample", "kept prompt to first sample"] {
        let times = bench.times(|round| part(Some("card.spoken"), &format!("{PROMPT}，第 {round} 次")))?;
        figures.push(Figure::of_times(name, times, STARTS, PEER));
    }
    let times = bench.times(|round| part(None, &format!("{PROMPT} {PERSON} {round}")))?;
    figures.push(Figure::of_times(
        "sentence of a person to first sample",
        times,
        STARTS,
        PEER,
    ));
    Ok(figures)
}

fn part(id: Option<&'static str>, text: &str) -> Part {
    let text = Zeroizing::new(text.to_owned());
    Part { id, text }
}

/// Somebody who speaks to a stopwatch. Prompts are kept in a folder of their own, which is gone afterwards.
pub(super) struct Speaking {
    speech: Speech,
    clips: Receiver<Instant>,
    folder: PathBuf,
}

impl Speaking {
    fn new() -> Result<Self, Failure> {
        crate::speech::engine::check()?;
        let folder = std::env::temp_dir().join(format!("bianmin-kiosk-speech-{}", uuid::Uuid::new_v4()));
        let (sender, clips) = channel();
        let loudspeaker = Loudspeaker {
            output: Box::new(Stopwatch(sender)),
            recordings: None,
        };
        Ok(Self {
            speech: Speech::new(loudspeaker, folder.clone()),
            clips,
            folder,
        })
    }

    /// Has said the prompt in each of these voices.
    pub fn in_voices(voices: &[&'static str]) -> Result<Self, Failure> {
        let mut speaking = Self::new()?;
        for voice in voices {
            speaking.time(part(None, PROMPT), voice)?;
        }
        Ok(speaking)
    }

    fn times(&mut self, part: impl Fn(usize) -> Part) -> Result<Vec<Duration>, Failure> {
        (0..ROUNDS).map(|round| self.time(part(round), "cmn")).collect()
    }

    /// Turns as the worker does.
    fn time(&mut self, part: Part, voice: &str) -> Result<Duration, Failure> {
        let begin = Instant::now();
        self.speech.say(&[part], voice, 3);
        while begin.elapsed() < PATIENCE {
            self.speech.turn()?;
            if let Ok(at) = self.clips.try_recv() {
                return Ok(at - begin);
            }
            thread::sleep(TURN);
        }
        Err("nothing was said".into())
    }
}

impl Drop for Speaking {
    fn drop(&mut self) {
        // Not there when nothing was kept.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Notes when it is given a clip.
struct Stopwatch(Sender<Instant>);

impl Output for Stopwatch {
    fn check(&self) -> Result<(), SpeechError> {
        Ok(())
    }

    fn play(&mut self, _: Clip) -> Result<Box<dyn Playing>, SpeechError> {
        // Nobody listens any more only when the measurement is over.
        let _ = self.0.send(Instant::now());
        Ok(Box::new(Ended))
    }
}

struct Ended;

impl Playing for Ended {
    fn ended(&mut self) -> Result<bool, SpeechError> {
        Ok(true)
    }
}
