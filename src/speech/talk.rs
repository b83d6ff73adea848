//! Says one thing at a time: renders the next sentence while one is heard, and drops everything when
//! something else is to be said. Nothing here waits; who owns it calls [`Speech::turn`] often.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::cache::Cache;
use super::clip::{Clip, Sound, at_volume};
use super::engine::Rendering;
use super::error::SpeechError;
use super::output::{Output, Playing};
use super::pieces::{Piece, Sentence, pieces};
use super::recordings::Recordings;
use super::tone::sound;
use super::{Loudspeaker, Part};
use crate::session::effect::Tone;

/// Sentences that are ready before they are needed.
const AHEAD: usize = 2;

/// How far the words have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left to say.
    Quiet,
    /// Being rendered or heard.
    Busy,
    /// A clip was heard to its end; there may be more.
    Heard,
}

/// The voice of the terminal.
pub struct Speech {
    output: Box<dyn Output>,
    recordings: Option<Recordings>,
    cache: Cache,
    volume: u8,
    waiting: VecDeque<Piece>,
    rendering: Option<(Rendering, Sentence)>,
    ready: VecDeque<(Zeroizing<String>, Arc<Sound>)>,
    playing: Option<Box<dyn Playing>>,
}

impl Speech {
    /// Fixed prompts are kept in the folder `cache`.
    #[must_use]
    pub fn new(loudspeaker: Loudspeaker, cache: PathBuf) -> Self {
        Self {
            output: loudspeaker.output,
            recordings: loudspeaker.recordings.map(Recordings::new),
            cache: Cache::new(cache),
            volume: 1,
            waiting: VecDeque::new(),
            rendering: None,
            ready: VecDeque::new(),
            playing: None,
        }
    }

    /// Says these parts in a voice (a tag such as `cmn`) at a volume of 1 to 5, and nothing of what
    /// was to be said before.
    pub fn say(&mut self, parts: &[Part], voice: &str, volume: u8) {
        self.silence();
        self.volume = volume;
        self.waiting = pieces(parts, voice, self.recordings.as_ref()).into();
    }

    /// Sounds a tone, and says nothing of what was to be said before.
    pub fn tone(&mut self, tone: Tone, volume: u8) {
        self.silence();
        self.volume = volume;
        self.ready
            .push_back((Zeroizing::default(), Arc::new(sound(tone))));
    }

    /// Silence, at once.
    pub fn silence(&mut self) {
        self.playing = None;
        self.rendering = None;
        self.waiting.clear();
        self.ready.clear();
    }

    /// Goes on.
    ///
    /// # Errors
    /// When the engine or the loudspeaker failed; what was to be said is dropped then.
    pub fn turn(&mut self) -> Result<Progress, SpeechError> {
        let progress = self.go_on();
        if progress.is_err() {
            self.silence();
        }
        progress
    }

    fn go_on(&mut self) -> Result<Progress, SpeechError> {
        let heard = self.listen()?;
        self.render()?;
        self.play()?;
        Ok(match (heard, &self.playing, &self.rendering) {
            (true, _, _) => Progress::Heard,
            (false, None, None) => Progress::Quiet,
            (false, _, _) => Progress::Busy,
        })
    }

    /// True when a clip has just come to its end.
    fn listen(&mut self) -> Result<bool, SpeechError> {
        let ended = match &mut self.playing {
            Some(playing) => playing.ended()?,
            None => false,
        };
        if ended {
            self.playing = None;
        }
        Ok(ended)
    }

    fn render(&mut self) -> Result<(), SpeechError> {
        if let Some((rendering, sentence)) = &mut self.rendering
            && let Some(sound) = rendering.take()?
        {
            let sound = Arc::new(sound);
            if let Some(key) = sentence.key() {
                self.cache.put(key, &sound);
            }
            self.ready.push_back((std::mem::take(&mut sentence.text), sound));
            self.rendering = None;
        }
        while self.rendering.is_none() && self.ready.len() < AHEAD {
            match self.waiting.pop_front() {
                None => break,
                Some(Piece::Recorded { text, sound }) => self.ready.push_back((text, Arc::new(sound))),
                Some(Piece::Sentence(sentence)) => self.begin(sentence)?,
            }
        }
        Ok(())
    }

    /// From the cache, else by the engine.
    fn begin(&mut self, sentence: Sentence) -> Result<(), SpeechError> {
        let kept = sentence.key().and_then(|key| self.cache.get(&key));
        if let Some(sound) = kept {
            self.ready.push_back((sentence.text, sound));
        } else {
            let rendering = Rendering::begin(&sentence.for_engine(), sentence.voice)?;
            self.rendering = Some((rendering, sentence));
        }
        Ok(())
    }

    fn play(&mut self) -> Result<(), SpeechError> {
        if self.playing.is_none()
            && let Some((text, sound)) = self.ready.pop_front()
        {
            let sound = at_volume(&sound, self.volume);
            self.playing = Some(self.output.play(Clip { text, sound })?);
        }
        Ok(())
    }
}
