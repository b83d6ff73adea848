//! Typing Chinese: from a key, or a drawing, to the candidates, through the child process.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::handwriting::drawings;
use super::{Failure, Figure, ms, percentile};
use crate::input::{
    EngineArgs, EngineProcess, InputEngine, InputError, InputMethods, Method, PinyinSupply, Readiness,
};

const ROUNDS: usize = 20;
const PREPARED_WITHIN: Duration = Duration::from_secs(60);
/// The candidates appear with the frame that shows the key pressed.
const FRAME: Duration = Duration::from_micros(16_667);
const LETTERS: [&str; 6] = [
    "zhangwei",
    "wangxiuying",
    "shenqing",
    "gaolingjintie",
    "beijingshi",
    "sb",
];
const DIGITS: [&str; 5] = ["94264934", "92649489464", "74367464", "64426", "2345464744"];
const STROKES: [&str; 6] = ["szhhshnh", "hhsh", "pszhhpzn", "h*hs", "nnhpzz", "zzzz"];
/// Title of the median, of the slowest of a hundred, method, whether names, and what is typed.
const METHODS: [(&str, &str, Method, bool, &[&str]); 4] = [
    (
        "pinyin key to candidates",
        "pinyin key, 99 of 100",
        Method::Pinyin,
        false,
        &LETTERS,
    ),
    (
        "name key to candidates",
        "name key, 99 of 100",
        Method::Pinyin,
        true,
        &LETTERS,
    ),
    (
        "nine-key digit to candidates",
        "nine-key digit, 99 of 100",
        Method::NinePinyin,
        true,
        &DIGITS,
    ),
    (
        "stroke key to candidates",
        "stroke key, 99 of 100",
        Method::Strokes,
        false,
        &STROKES,
    ),
];

/// `source`: our schemas (`config/input`); `templates` and `strokes` as for handwriting alone.
pub(super) fn figures(source: &Path, templates: &Path, strokes: &Path) -> Result<Vec<Figure>, Failure> {
    let staging = Staging::new();
    let supply = prepared(&staging, source, templates)?;
    let begin = Instant::now();
    let mut engine = supply.open()?;
    let mut figures = vec![Figure::of_times(
        "input engine started",
        vec![begin.elapsed()],
        FRAME,
        "a frame",
    )];
    let bare = percentile(&mut idle(&mut engine)?, 50);
    for (title, slow, method, names, words) in METHODS {
        engine.begin(method, names)?;
        figures.extend(pair(title, slow, typed(&mut engine, words)?, bare));
    }
    engine.begin(Method::Handwriting, false)?;
    figures.extend(pair(
        "drawing to candidates",
        "drawing, 99 of 100",
        drawn(&mut engine, strokes)?,
        bare,
    ));
    Ok(figures)
}

/// The median beside a request that composes nothing, and the 99th percentile beside a frame.
fn pair(title: &'static str, slow: &'static str, mut times: Vec<Duration>, bare: Duration) -> [Figure; 2] {
    let late = percentile(&mut times, 99);
    [
        Figure::of_times(title, times, bare, "an empty request"),
        Figure::single(slow, "ms", ms(late), ms(FRAME), "a frame"),
    ]
}

fn typed(engine: &mut EngineProcess, words: &[&str]) -> Result<Vec<Duration>, InputError> {
    let mut times = Vec::new();
    for word in words.iter().cycle().take(words.len() * ROUNDS) {
        engine.clear()?;
        for key in word.chars() {
            let begin = Instant::now();
            engine.key(key)?;
            times.push(begin.elapsed());
        }
    }
    Ok(times)
}

fn drawn(engine: &mut EngineProcess, strokes: &Path) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::new();
    for drawing in drawings(strokes)? {
        let begin = Instant::now();
        engine.write(&drawing)?;
        times.push(begin.elapsed());
    }
    Ok(times)
}

fn idle(engine: &mut EngineProcess) -> Result<Vec<Duration>, InputError> {
    let empty = (0..ROUNDS * 10).map(|_| {
        let begin = Instant::now();
        engine.clear().map(|()| begin.elapsed())
    });
    empty.collect()
}

pub(super) fn prepared(staging: &Staging, source: &Path, templates: &Path) -> Result<PinyinSupply, Failure> {
    let args = EngineArgs {
        staging: staging.0.clone(),
        source: source.to_owned(),
        data: PathBuf::from("/usr/share/rime-data"),
        handwriting: templates.to_owned(),
        prepare: false,
    };
    let supply = PinyinSupply::prepare(std::env::current_exe()?, args);
    let begin = Instant::now();
    while supply.readiness() == Readiness::Preparing && begin.elapsed() < PREPARED_WITHIN {
        thread::sleep(Duration::from_millis(20));
    }
    Ok(supply)
}

/// A directory for compiled schemas that goes with the measurement.
pub(super) struct Staging(PathBuf);

impl Staging {
    pub fn new() -> Self {
        Self(std::env::temp_dir().join(format!("bianmin-kiosk-bench-{}", uuid::Uuid::new_v4())))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What is left behind is only what the distribution's dictionaries hold.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
