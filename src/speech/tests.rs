//! The whole way from the words of a page to what is heard.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::*;
use crate::session::effect::Tone;

const PATIENCE: Duration = Duration::from_secs(30);

fn fixed(text: &str) -> Part {
    Part {
        id: Some("card.spoken"),
        text: Zeroizing::new(text.to_owned()),
    }
}

fn variable(text: &str) -> Part {
    Part {
        id: None,
        text: Zeroizing::new(text.to_owned()),
    }
}

/// A terminal whose loudspeaker is a pair of ears, with the folder of its cache.
struct Terminal {
    speech: Speech,
    ears: Ears,
    folder: tempfile::TempDir,
}

impl Terminal {
    fn new() -> Self {
        let (ears, folder) = (Ears::default(), tempfile::tempdir().unwrap());
        let speech = Speech::new(loudspeaker(ears.clone()), folder.path().join("speech"));
        Self { speech, ears, folder }
    }

    fn heard(&self) -> Vec<String> {
        self.ears
            .heard()
            .iter()
            .map(|heard| heard.text.to_string())
            .collect()
    }

    fn kept(&self) -> usize {
        fs::read_dir(self.folder.path().join("speech")).map_or(0, Iterator::count)
    }
}

fn loudspeaker(output: impl Output + 'static) -> Loudspeaker {
    Loudspeaker {
        output: Box::new(output),
        recordings: None,
    }
}

fn to_the_end(speech: &mut Speech) -> Result<(), SpeechError> {
    let begin = Instant::now();
    while speech.turn()? != Progress::Quiet {
        assert!(begin.elapsed() < PATIENCE, "speech does not end");
        std::thread::yield_now();
    }
    Ok(())
}

#[test]
fn sentences_are_heard_in_their_order() {
    let mut terminal = Terminal::new();
    let parts = [fixed("请核对。"), variable("姓名张*。电话138****5678。")];
    terminal.speech.say(&parts, "cmn", 3);
    to_the_end(&mut terminal.speech).unwrap();
    let wanted = ["请核对。", "姓名张某。", "电话一三八，中间不读，五六七八。"];
    assert_eq!(terminal.heard(), wanted);
    assert!(
        terminal
            .ears
            .heard()
            .iter()
            .all(|heard| heard.seconds > 0.3 && heard.peak > 500)
    );
}

#[test]
fn every_voice_is_heard() {
    for (voice, text) in [("cmn", "您好"), ("yue", "您好"), ("en", "Good morning")] {
        let mut terminal = Terminal::new();
        terminal.speech.say(&[variable(text)], voice, 5);
        to_the_end(&mut terminal.speech).unwrap();
        assert!(
            terminal.ears.heard().iter().any(|heard| heard.peak > 2000),
            "{voice}"
        );
    }
}

#[test]
fn only_fixed_prompts_are_kept() {
    let mut terminal = Terminal::new();
    terminal
        .speech
        .say(&[fixed("请放好身份证。"), variable("张三，您好。")], "cmn", 3);
    to_the_end(&mut terminal.speech).unwrap();
    assert_eq!((terminal.heard().len(), terminal.kept()), (2, 1));
}

#[test]
fn a_step_of_volume_doubles_what_is_heard() {
    let mut terminal = Terminal::new();
    for volume in [4, 5] {
        terminal.speech.say(&[fixed("请放好身份证。")], "cmn", volume);
        to_the_end(&mut terminal.speech).unwrap();
    }
    let peaks: Vec<u16> = terminal.ears.heard().iter().map(|heard| heard.peak).collect();
    assert_eq!(peaks[0], peaks[1] / 2);
}

#[test]
fn a_tone_is_heard_and_leaves_no_word_anywhere() {
    let mut terminal = Terminal::new();
    terminal.speech.tone(Tone::Accepted, 3);
    to_the_end(&mut terminal.speech).unwrap();
    assert_eq!((terminal.heard(), terminal.kept()), (vec![String::new()], 0));
    assert!(terminal.ears.heard().iter().all(|heard| heard.peak > 1000));
}

/// Plays until it is told to end, and counts what sounds.
#[derive(Clone, Default)]
struct Endless(Arc<Mutex<(Vec<String>, usize)>>);

struct Sounding(Endless);

impl Output for Endless {
    fn check(&self) -> Result<(), SpeechError> {
        Ok(())
    }

    fn play(&mut self, clip: Clip) -> Result<Box<dyn Playing>, SpeechError> {
        let mut state = self.0.lock().unwrap();
        state.0.push(clip.text.to_string());
        state.1 += 1;
        Ok(Box::new(Sounding(self.clone())))
    }
}

impl Playing for Sounding {
    fn ended(&mut self) -> Result<bool, SpeechError> {
        Ok(false)
    }
}

impl Drop for Sounding {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().1 -= 1;
    }
}

fn until_heard(speech: &mut Speech, endless: &Endless, clips: usize) {
    let begin = Instant::now();
    while endless.0.lock().unwrap().0.len() < clips {
        assert!(begin.elapsed() < PATIENCE, "nothing is heard");
        speech.turn().unwrap();
        std::thread::yield_now();
    }
}

#[test]
fn newer_words_end_the_older_ones_at_once() {
    let (endless, folder) = (Endless::default(), tempfile::tempdir().unwrap());
    let mut speech = Speech::new(loudspeaker(endless.clone()), folder.path().to_owned());
    speech.say(&[variable("第一句。第二句。")], "cmn", 3);
    until_heard(&mut speech, &endless, 1);
    speech.say(&[variable("新的话。")], "cmn", 3);
    assert_eq!(
        endless.0.lock().unwrap().1,
        0,
        "silent before the newer words are ready"
    );
    until_heard(&mut speech, &endless, 2);
    assert_eq!(endless.0.lock().unwrap().0, ["第一句。", "新的话。"]);
}

#[test]
fn silence_drops_what_was_still_to_be_said() {
    let (endless, folder) = (Endless::default(), tempfile::tempdir().unwrap());
    let mut speech = Speech::new(loudspeaker(endless.clone()), folder.path().to_owned());
    speech.say(&[variable("第一句。第二句。")], "cmn", 3);
    until_heard(&mut speech, &endless, 1);
    speech.silence();
    assert_eq!(endless.0.lock().unwrap().1, 0);
    assert_eq!(speech.turn().unwrap(), Progress::Quiet);
}

#[test]
fn a_loudspeaker_that_fails_is_tried_again_with_the_next_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut speech = Speech::new(
        loudspeaker(Aplay::new("no_such_device")),
        folder.path().to_owned(),
    );
    for _ in 0..2 {
        speech.say(&[fixed("请放好身份证。"), variable("张三。")], "cmn", 3);
        assert!(matches!(to_the_end(&mut speech), Err(SpeechError::Player { .. })));
        assert_eq!(speech.turn().unwrap(), Progress::Quiet, "the rest is dropped");
    }
}

#[test]
fn no_word_is_shown_by_debug() {
    assert_eq!(
        format!("{:?} {:?}", variable("张三"), fixed("请放好")),
        "Part(…) Part(card.spoken)"
    );
}
