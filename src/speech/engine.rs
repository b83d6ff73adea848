//! The voice: the `espeak-ng` program, one process per sentence. The words go through its standard
//! input, because arguments of a process can be read by others; the sound comes back the same way.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::child::Running;
use super::clip::Sound;
use super::error::SpeechError;
use super::wav::{self, WavError};

const PROGRAM: &str = "espeak-ng";
/// Words per minute: slow enough for who is old, not so slow that others walk away.
pub(super) const SPEED: &str = "150";
/// A sentence takes some 20 ms, on a machine under load 160.
const RENDERED_WITHIN: Duration = Duration::from_secs(10);
/// The question whether Chinese is spoken: these are read in an English voice when it is not.
const PROBE: &str = "身份证";

/// A voice of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Voice {
    /// 普通话.
    Mandarin,
    /// 粤语.
    Cantonese,
    /// English.
    English,
}

impl Voice {
    /// The voice of a tag (`cmn`, `yue`, `en`); the others have recordings alone.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Some(match tag {
            "cmn" => Self::Mandarin,
            "yue" => Self::Cantonese,
            "en" => Self::English,
            _ => return None,
        })
    }

    /// Name at the engine. Its `cmn` reads pinyin in an English voice on Debian 12.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mandarin => "cmn-latn-pinyin",
            Self::Cantonese => "yue",
            Self::English => "en",
        }
    }
}

/// The program is there.
#[must_use]
pub fn is_installed() -> bool {
    let asked = Command::new(PROGRAM)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

/// The program is there and really speaks Chinese.
///
/// # Errors
/// When it is missing, or its Mandarin voice is.
pub fn check() -> Result<(), SpeechError> {
    if !is_installed() {
        return Err(SpeechError::Missing(PROGRAM));
    }
    let sounds = phonemes(PROBE, Voice::Mandarin)?;
    if sounds.trim().is_empty() || sounds.contains("(en)") {
        return Err(SpeechError::NotMandarin);
    }
    Ok(())
}

/// What would be heard, in the engine's letters.
///
/// # Errors
/// When the program cannot be run.
pub(super) fn phonemes(text: &str, voice: Voice) -> Result<String, SpeechError> {
    let mut asked = Command::new(PROGRAM);
    asked.args(["-v", voice.name(), "-x", "-q", text]);
    let answer = asked.stderr(Stdio::null()).output();
    let answer = answer.map_err(|cause| SpeechError::Start {
        program: PROGRAM,
        cause,
    })?;
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}

/// A sentence that is being rendered. Dropping it ends the program.
pub(super) struct Rendering {
    running: Running,
    file: Receiver<Zeroizing<Vec<u8>>>,
}

impl Rendering {
    /// Begins; `text` is what is to be said and nothing else.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn begin(text: &Zeroizing<String>, voice: Voice) -> Result<Self, SpeechError> {
        let mut command = Command::new(PROGRAM);
        command
            .args(["-v", voice.name(), "-s", SPEED, "--stdin", "--stdout"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut running = Running::start(PROGRAM, &mut command, RENDERED_WITHIN)?;
        let (input, output) = (running.child.stdin.take(), running.child.stdout.take());
        let (sender, file) = channel();
        let text = text.clone();
        // Ends with the program: its pipes close.
        thread::spawn(move || {
            if let Some(mut input) = input {
                // Fails only when the program has ended, and that is seen by who waits for it.
                let _ = input.write_all(text.as_bytes());
            }
            let mut sound = Zeroizing::new(Vec::new());
            if let Some(mut output) = output {
                let _ = output.read_to_end(&mut sound);
            }
            let _ = sender.send(sound);
        });
        Ok(Self { running, file })
    }

    /// The sound, once it is there.
    ///
    /// # Errors
    /// When the program has hung or gave no sound.
    pub fn take(&mut self) -> Result<Option<Sound>, SpeechError> {
        match self.file.try_recv() {
            Ok(file) => wav::read(&file).map(Some).map_err(SpeechError::NoSound),
            Err(TryRecvError::Empty) => self.running.ended().map(|_| None),
            Err(TryRecvError::Disconnected) => Err(SpeechError::NoSound(WavError::Empty)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mandarin_voice_speaks_chinese() {
        assert!(check().is_ok());
    }

    #[test]
    fn every_voice_has_its_tag() {
        let voices = ["cmn", "yue", "en", "bo"].map(Voice::of_tag);
        let known = [Voice::Mandarin, Voice::Cantonese, Voice::English].map(Some);
        assert_eq!(voices, [known[0], known[1], known[2], None]);
    }
}
