//! The loudspeaker: says what the session asks for, the newest words first of all. Where the voice or
//! the loudspeaker fails, the terminal is silent and says so in its health; the next words try again.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use kiosk_drivers::health::{Health, Reason};

use crate::config::{self, Devices};
use crate::runtime::outlet::Outlet;
use crate::session::effect::Tone;
use crate::session::event::DeviceRole;
use crate::speech::{Loudspeaker, Part, Progress, Recordings, Speech, SpeechError, engine};

const ROLE: DeviceRole = DeviceRole::Speaker;
/// Between two looks at the engine and the player; nobody hears a pause of this length.
const TURN: Duration = Duration::from_millis(10);

/// What the worker is asked for.
pub(crate) enum Order {
    /// Say this, dropping what is being said.
    Say {
        parts: Vec<Part>,
        /// Tag of who speaks.
        voice: &'static str,
        /// 1 to 5.
        volume: u8,
    },
    /// A short sound, dropping what is being said.
    Tone {
        tone: Tone,
        /// 1 to 5.
        volume: u8,
    },
    /// Silence.
    Silence,
}

/// The worker of the loudspeaker.
pub(crate) struct SpeakerWorker {
    pub loudspeaker: Loudspeaker,
    /// Folder where fixed prompts are kept once they were rendered.
    pub prompts: PathBuf,
    pub orders: Receiver<Order>,
    pub outlet: Outlet,
}

/// A loudspeaker is configured, and the program that speaks is installed.
pub fn can_speak(devices: &Devices) -> bool {
    devices.speaker != config::Speaker::None && engine::is_installed()
}

/// Whether the voice and the player are there; makes no sound. Recordings that cannot be played are
/// named, and are no fault: the voice reads their words.
pub fn health_of(loudspeaker: &Loudspeaker) -> Health {
    match engine::check().and_then(|()| loudspeaker.output.check()) {
        Ok(()) => Health {
            detail: unusable(loudspeaker),
            ..Health::online()
        },
        Err(error) => of_error(&error),
    }
}

fn unusable(loudspeaker: &Loudspeaker) -> String {
    let recordings = loudspeaker.recordings.clone().map(Recordings::new);
    let errors = recordings.map_or_else(Vec::new, |recordings| recordings.check());
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    errors.join("; ")
}

fn of_error(error: &SpeechError) -> Health {
    let detail = error.to_string();
    match error {
        SpeechError::Missing(_) => Health::absent(detail),
        SpeechError::Stuck { .. } => Health::faulted(Reason::Timeout, detail),
        SpeechError::NotMandarin => Health::faulted(Reason::SelfTestFailed, detail),
        SpeechError::NoSound(_) => Health::faulted(Reason::Protocol, detail),
        SpeechError::Start { .. } | SpeechError::Player { .. } => Health::faulted(Reason::Hardware, detail),
    }
}

impl SpeakerWorker {
    /// Runs until its orders end.
    pub fn run(self) {
        let found = health_of(&self.loudspeaker);
        let well = Health {
            detail: found.detail.clone(),
            ..Health::online()
        };
        let mut told = found.clone();
        self.outlet.health(ROLE, found);
        let mut speech = Speech::new(self.loudspeaker, self.prompts);
        let mut busy = false;
        while let Ok(order) = next(&self.orders, busy) {
            carry_out(&mut speech, order);
            let progress = speech.turn();
            busy = matches!(progress, Ok(Progress::Busy | Progress::Heard));
            let health = match progress {
                Ok(Progress::Heard) => well.clone(),
                Ok(Progress::Busy | Progress::Quiet) => continue,
                Err(error) => of_error(&error),
            };
            if health != told {
                told = health.clone();
                self.outlet.health(ROLE, health);
            }
        }
    }
}

/// The newest order; none while something is still to be said and nobody wants anything else.
fn next(orders: &Receiver<Order>, busy: bool) -> Result<Option<Order>, RecvTimeoutError> {
    let first = if busy {
        match orders.recv_timeout(TURN) {
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            first => first?,
        }
    } else {
        orders.recv().map_err(|_| RecvTimeoutError::Disconnected)?
    };
    // Whatever came in between is not wanted any more.
    Ok(Some(orders.try_iter().last().unwrap_or(first)))
}

fn carry_out(speech: &mut Speech, order: Option<Order>) {
    match order {
        Some(Order::Say { parts, voice, volume }) => speech.say(&parts, voice, volume),
        Some(Order::Tone { tone, volume }) => speech.tone(tone, volume),
        Some(Order::Silence) => speech.silence(),
        None => {}
    }
}
