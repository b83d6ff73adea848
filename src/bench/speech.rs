//! From the order to speak to the first sample that the loudspeaker is given.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::{Failure, Figure, percentile};
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

/// Prompts are kept in a folder of their own, which is gone afterwards.
pub(super) fn figures() -> Result<Vec<Figure>, Failure> {
    crate::speech::engine::check()?;
    let folder = std::env::temp_dir().join(format!("bianmin-kiosk-speech-{}", uuid::Uuid::new_v4()));
    let figures = measure(&folder);
    // Not there when nothing was kept.
    let _ = std::fs::remove_dir_all(folder);
    figures
}

fn measure(folder: &Path) -> Result<Vec<Figure>, Failure> {
    let (sender, clips) = channel();
    let output = Box::new(Stopwatch(sender));
    let loudspeaker = Loudspeaker {
        output,
        recordings: None,
    };
    let mut bench = Bench {
        speech: Speech::new(loudspeaker, folder.to_owned()),
        clips,
    };
    let mut figures = Vec::new();
    // Each prompt is another one the first time, and is kept the second.
    for (median, slowest) in [
        ("new prompt to first sample", "new prompt, 99 of 100"),
        ("kept prompt to first sample", "kept prompt, 99 of 100"),
    ] {
        let times = bench.times(|round| part(Some("card.spoken"), &format!("{PROMPT}，第 {round} 次")))?;
        figures.extend(pair(median, slowest, times));
    }
    let times = bench.times(|round| part(None, &format!("{PROMPT} {PERSON} {round}")))?;
    figures.extend(pair(
        "sentence of a person to first sample",
        "the same, 99 of 100",
        times,
    ));
    Ok(figures)
}

/// The median, and what 99 of a hundred keep to.
fn pair(median: &'static str, slowest: &'static str, mut times: Vec<Duration>) -> [Figure; 2] {
    let late = percentile(&mut times, 99);
    [
        Figure::of_times(median, times, STARTS, PEER),
        Figure::of_times(slowest, vec![late], STARTS, PEER),
    ]
}

fn part(id: Option<&'static str>, text: &str) -> Part {
    let text = Zeroizing::new(text.to_owned());
    Part { id, text }
}

struct Bench {
    speech: Speech,
    clips: Receiver<Instant>,
}

impl Bench {
    fn times(&mut self, part: impl Fn(usize) -> Part) -> Result<Vec<Duration>, Failure> {
        (0..ROUNDS).map(|round| self.time(part(round))).collect()
    }

    /// Turns as the worker does.
    fn time(&mut self, part: Part) -> Result<Duration, Failure> {
        let begin = Instant::now();
        self.speech.say(&[part], "cmn", 3);
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
