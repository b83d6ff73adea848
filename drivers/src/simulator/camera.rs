//! A camera that plays pictures of people who do not exist. A camera has no wire of ours, so the
//! port itself is the frontier: this implements [`Camera`] and can fail like one.

mod stage;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::DeviceError;
use crate::health::Health;
use crate::port::camera::{Camera, Frame};

use super::code_picture;
pub use super::feed::Pace;
use super::feed::{Feed, Scene};
use super::people::People;
use stage::{Play, Stage};

/// The sequence of the empty place.
const NOBODY: &str = "nobody";
/// Pictures at rest between two actions, so that the challenge sees the rest position.
const PAUSE: usize = 3;

/// What the screen asks of a cooperative person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Look ahead.
    LookAhead,
    /// Blink.
    Blink,
    /// Turn to the own left.
    TurnLeft,
    /// Turn to the own right.
    TurnRight,
}

impl Asked {
    fn sequence(self) -> Option<&'static str> {
        match self {
            Self::LookAhead => None,
            Self::Blink => Some("blink"),
            Self::TurnLeft => Some("turn-left"),
            Self::TurnRight => Some("turn-right"),
        }
    }
}

/// The folder has no such person or sequence, or the bytes fit no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the camera simulator has no {0}")]
pub struct NotInFolder(pub String);

type Shared = Scene<Stage>;

/// The camera.
pub struct SimulatedCamera {
    shared: Arc<Shared>,
    due: Instant,
}

/// What a test, the demo's dock or a scripted visit does to the camera and before it.
#[derive(Clone)]
pub struct CameraControl {
    shared: Arc<Shared>,
}

impl SimulatedCamera {
    /// A camera before an empty place, and its control.
    ///
    /// # Errors
    /// `NotInFolder` when the folder has no pictures of the empty place.
    pub fn new(people: People, pace: Pace) -> Result<(Self, CameraControl), NotInFolder> {
        let nobody = people.sequence(None, NOBODY);
        let pictures = nobody.ok_or_else(|| NotInFolder("picture of the empty place".to_owned()))?;
        let playback = people.playback(NOBODY);
        let shared = Arc::new(Shared::new(Stage {
            people,
            who: None,
            play: Play {
                name: NOBODY.to_owned(),
                pictures,
                playback,
                step: 0,
                once: false,
            },
            cooperative: true,
            asked: Asked::LookAhead,
            pause: 0,
            code: None,
            feed: Feed::new(pace),
        }));
        let control = CameraControl {
            shared: Arc::clone(&shared),
        };
        Ok((
            Self {
                shared,
                due: Instant::now(),
            },
            control,
        ))
    }
}

impl Camera for SimulatedCamera {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.shared.open()?;
        self.due = Instant::now();
        Ok(())
    }

    fn frame(&mut self, deadline: Duration) -> Result<Frame, DeviceError> {
        self.shared.next(&mut self.due, deadline)
    }

    fn close(&mut self) {
        let mut stage = self.shared.stage();
        stage.feed.open = false;
        stage.asked = Asked::LookAhead;
    }

    fn frames_delivered(&self) -> u64 {
        self.shared.stage().feed.delivered
    }

    fn health(&mut self) -> Health {
        self.shared.health()
    }
}

impl CameraControl {
    fn change<T>(&self, change: impl FnOnce(&mut Stage) -> T) -> T {
        self.shared.change(change)
    }

    /// A person comes before the camera, looks ahead, and then does what is asked.
    ///
    /// # Errors
    /// When the folder has no such person.
    pub fn present(&self, person: &str) -> Result<(), NotInFolder> {
        self.change(|stage| {
            if stage.people.person(person).is_none() {
                return Err(NotInFolder(format!("person `{person}`")));
            }
            stage.who = Some(person.to_owned());
            stage.code = None;
            stage.cooperative = true;
            stage.play = stage.find("neutral", false)?;
            Ok(())
        })
    }

    /// The place before the camera is empty.
    pub fn nobody(&self) {
        self.change(|stage| {
            stage.who = None;
            stage.code = None;
            stage.start(NOBODY, false);
        });
    }

    /// The person does this and nothing else (`neutral`, `blink`, `turn-left`, `too-dark`,
    /// `two-people`, `mask`, `print`, `screen`, …), until [`CameraControl::cooperate`].
    ///
    /// # Errors
    /// When the folder has no such sequence of the person.
    pub fn perform(&self, sequence: &str) -> Result<(), NotInFolder> {
        self.change(|stage| {
            stage.play = stage.find(sequence, false)?;
            stage.cooperative = false;
            Ok(())
        })
    }

    /// The person does this once (there and back), then looks ahead.
    ///
    /// # Errors
    /// When the folder has no such sequence of the person.
    pub fn perform_once(&self, sequence: &str) -> Result<(), NotInFolder> {
        self.change(|stage| {
            stage.play = stage.find(sequence, true)?;
            stage.cooperative = false;
            Ok(())
        })
    }

    /// The person does what is asked from now on.
    pub fn cooperate(&self) {
        self.change(|stage| {
            stage.cooperative = true;
            stage.start("neutral", false);
        });
    }

    /// What the screen asks now; a cooperative person does it after a moment, and again when the
    /// screen keeps asking.
    pub fn asked(&self, action: Asked) {
        self.change(|stage| {
            if stage.asked != action {
                stage.asked = action;
                stage.pause = PAUSE;
            }
        });
    }

    /// Holds a sheet with a QR code before the camera.
    ///
    /// # Errors
    /// When the bytes do not fit into a code.
    pub fn show_code(&self, payload: &[u8]) -> Result<(), NotInFolder> {
        let picture =
            code_picture::draw(payload).ok_or_else(|| NotInFolder("QR code of that length".to_owned()))?;
        self.change(|stage| stage.code = Some(picture));
        Ok(())
    }

    /// Takes the sheet away.
    pub fn hide_code(&self) {
        self.change(|stage| stage.code = None);
    }

    /// Pulls the plug, also while streaming.
    pub fn unplug(&self) {
        self.change(|stage| stage.feed.plugged = false);
    }

    /// Puts the plug back.
    pub fn replug(&self) {
        self.change(|stage| stage.feed.plugged = true);
    }

    /// The stream hangs: no frames until it is set to false.
    pub fn freeze(&self, frozen: bool) {
        self.change(|stage| stage.feed.frozen = frozen);
    }

    /// The stream is open: a camera's light would be on.
    pub fn is_open(&self) -> bool {
        self.shared.stage().feed.open
    }

    /// Frames delivered since the beginning.
    pub fn frames_delivered(&self) -> u64 {
        self.shared.stage().feed.delivered
    }

    /// Time by the pictures: what has passed, or would have passed, since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.shared.stage().feed.elapsed
    }
}
