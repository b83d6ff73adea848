//! What the simulated camera sees: a sequence of pictures, and what comes after it.

use std::path::PathBuf;
use std::time::Duration;

use super::{Asked, NOBODY, NotInFolder, PAUSE};
use crate::error::{DeviceError, DeviceErrorKind};
use crate::port::camera::Frame;
use crate::simulator::feed::{self, Feed};
use crate::simulator::people::{People, Playback, decode};

/// What is played.
pub(super) struct Play {
    pub(super) name: String,
    pub(super) pictures: Vec<PathBuf>,
    pub(super) playback: Playback,
    pub(super) step: usize,
    /// Once there and back, then at rest.
    pub(super) once: bool,
}

impl Play {
    pub(super) fn index(&self) -> usize {
        let last = self.pictures.len().saturating_sub(1);
        match self.playback {
            Playback::Forward => self.step.min(last),
            Playback::PingPong if last == 0 => 0,
            Playback::PingPong => {
                let within = self.step % (2 * last);
                if within > last { 2 * last - within } else { within }
            }
        }
    }

    pub(super) fn finished(&self) -> bool {
        let last = self.pictures.len().saturating_sub(1);
        let end = match self.playback {
            Playback::Forward => last,
            Playback::PingPong => 2 * last,
        };
        self.once && self.step > end
    }
}

/// The camera, and what stands before it.
pub(super) struct Stage {
    pub(super) people: People,
    pub(super) who: Option<String>,
    pub(super) play: Play,
    pub(super) cooperative: bool,
    pub(super) asked: Asked,
    pub(super) pause: usize,
    pub(super) code: Option<Frame>,
    pub(super) feed: Feed,
}

impl Stage {
    pub(super) fn find(&self, name: &str, once: bool) -> Result<Play, NotInFolder> {
        let who = self.who.as_deref();
        let missing = || {
            NotInFolder(format!(
                "complete sequence `{name}` of `{}`",
                who.unwrap_or(NOBODY)
            ))
        };
        // The folder has one sequence of the empty place, whatever it is asked for.
        if who.is_none() && name != NOBODY {
            return Err(missing());
        }
        Ok(Play {
            name: name.to_owned(),
            pictures: self.people.sequence(who, name).ok_or_else(missing)?,
            playback: self.people.playback(name),
            step: 0,
            once,
        })
    }

    /// Chooses the next picture: rest after an action, the next action of a cooperative person.
    pub(super) fn advance(&mut self) {
        if self.play.finished() {
            self.pause = PAUSE;
            self.start("neutral", false);
        }
        if !self.cooperative || self.play.name != "neutral" || self.who.is_none() {
            return;
        }
        if self.pause > 0 {
            self.pause -= 1;
        } else if let Some(action) = self.asked.sequence() {
            self.start(action, true);
        }
    }

    pub(super) fn start(&mut self, name: &str, once: bool) {
        if let Ok(play) = self.find(name, once) {
            self.play = play;
        }
    }
}

impl feed::Stage for Stage {
    fn feed(&mut self) -> &mut Feed {
        &mut self.feed
    }

    fn period(&self) -> Duration {
        Duration::from_secs(1) / self.people.fps()
    }

    fn picture(&mut self) -> Result<Frame, DeviceError> {
        if let Some(code) = &self.code {
            return Ok(code.clone());
        }
        self.advance();
        let file = self
            .play
            .pictures
            .get(self.play.index())
            .cloned()
            .unwrap_or_default();
        self.play.step += 1;
        let picture = decode(&file)
            .map_err(|error| DeviceError::caused(DeviceErrorKind::Hardware, "play picture", error))?;
        Ok(Frame {
            width: picture.width,
            height: picture.height,
            rgb: picture.rgb,
        })
    }
}
