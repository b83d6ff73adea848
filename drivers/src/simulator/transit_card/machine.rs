//! The state machine of the simulated reader: slot, power, and which answer a command gets. No I/O and
//! no time.

use std::time::Duration;

use zeroize::Zeroizing;

use super::card::{ChipFaults, SimulatedTransitCard};
use super::settings::Settings;
use crate::wire::ccid::{Answer, Command, Failure, Outcome, Slot};
use crate::wire::pboc::{self, Response};
use crate::wire::pboc_status::Status;

/// An answer to reset (T=CL cards behind such readers show one like this).
const ATR: [u8; 5] = [0x3B, 0x80, 0x80, 0x01, 0x01];

/// The names of the two halves of a load.
const CHALLENGE: &str = "initialize for load";
const WRITE: &str = "credit for load";

/// What happens to the card at a step of the load, once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Moves {
    /// It leaves when its challenge was given.
    pub(super) after_initialize: bool,
    /// It carries the write out and leaves before it has answered.
    pub(super) before_answer: bool,
    /// It leaves when its receipt was given.
    pub(super) after_answer: bool,
    /// The write is carried out and nothing is answered.
    pub(super) swallow_answer: bool,
    /// The write is carried out and its answer comes so much later.
    pub(super) late: Duration,
    /// The write is carried out and the cable is pulled.
    pub(super) unplug: bool,
    /// The write is carried out and so many frames of its answer go out garbled.
    pub(super) garble: u32,
}

/// The reader's slot.
#[derive(Default)]
pub(super) struct Machine {
    card: Option<SimulatedTransitCard>,
    powered: bool,
    /// Cards that came and left, still to be told to the host.
    notices: Vec<bool>,
    /// An answer that waits to be fetched.
    waiting: Option<Zeroizing<Vec<u8>>>,
    /// Commands of the purse that were carried out.
    pub(super) served: Vec<&'static str>,
    /// The one among them that is being answered.
    now: Option<&'static str>,
    pub(super) faults: ChipFaults,
    pub(super) moves: Moves,
}

impl Machine {
    pub(super) fn insert(&mut self, card: SimulatedTransitCard) {
        self.remove();
        self.card = Some(card);
        self.notices.push(true);
    }

    pub(super) fn remove(&mut self) {
        self.power_off();
        if self.card.take().is_some() {
            self.notices.push(false);
        }
    }

    pub(super) fn card(&self) -> Option<SimulatedTransitCard> {
        self.card.clone()
    }

    pub(super) fn take_notices(&mut self) -> Vec<bool> {
        std::mem::take(&mut self.notices)
    }

    /// Power of the reader itself came: a lying card is told by the slot's state only.
    pub(super) fn power_up(&mut self) {
        self.power_off();
        self.notices.clear();
    }

    fn power_off(&mut self) {
        self.powered = false;
        self.waiting = None;
        if let Some(card) = &self.card {
            card.reset();
        }
    }

    fn slot(&self) -> Slot {
        match (&self.card, self.powered) {
            (None, _) => Slot::Empty,
            (Some(_), false) => Slot::Inactive,
            (Some(_), true) => Slot::Active,
        }
    }

    /// Carries out a command; `None` when nothing is answered.
    pub(super) fn respond(
        &mut self,
        command: Result<Command, u8>,
        seq: u8,
        settings: &Settings,
    ) -> Option<Answer> {
        let (outcome, data) = match command {
            Ok(Command::SlotStatus) => (Outcome::Done, None),
            Ok(Command::PowerOff) => {
                self.power_off();
                (Outcome::Done, None)
            }
            Ok(Command::PowerOn) => self.power_on(),
            Ok(Command::Transfer(apdu)) => {
                let (outcome, data) = self.transfer(&apdu, settings)?;
                (outcome, Some(data))
            }
            Err(_) => (Outcome::Failed(Failure::UNSUPPORTED), None),
        };
        Some(Answer {
            seq,
            slot: self.slot(),
            outcome,
            data,
        })
    }

    fn power_on(&mut self) -> (Outcome, Option<Zeroizing<Vec<u8>>>) {
        self.power_off();
        self.powered = self.card.as_ref().is_some_and(SimulatedTransitCard::reset);
        if self.powered {
            (Outcome::Done, Some(Zeroizing::new(ATR.to_vec())))
        } else {
            (Outcome::Failed(Failure::MUTE), Some(Zeroizing::default()))
        }
    }

    fn transfer(&mut self, apdu: &[u8], settings: &Settings) -> Option<(Outcome, Zeroizing<Vec<u8>>)> {
        let mute = (Outcome::Failed(Failure::MUTE), Zeroizing::default());
        let (Some(card), true) = (&self.card, self.powered) else {
            return Some(mute);
        };
        let response = match pboc::Command::parse(apdu) {
            Ok(pboc::Command::GetResponse(_)) => {
                self.waiting.take().map_or(refusal(Status::WRONG_STATE), good)
            }
            Err(status) => refusal(status),
            Ok(command) => {
                let response = card.execute(&command, &mut self.faults);
                self.served.push(command.name());
                self.now = Some(command.name());
                let writes = matches!(command, pboc::Command::CreditForLoad(_));
                if writes && std::mem::take(&mut self.moves.swallow_answer) {
                    return None;
                }
                if writes && std::mem::take(&mut self.moves.before_answer) {
                    self.remove();
                    return Some(mute);
                }
                self.held_back(response, settings)
            }
        };
        Some((Outcome::Done, response.bytes()))
    }

    /// With T=0 an answer waits until it is fetched.
    fn held_back(&mut self, response: Response, settings: &Settings) -> Response {
        if !settings.fetch || response.data.is_empty() {
            return response;
        }
        let length = u16::try_from(response.data.len()).unwrap_or(0);
        self.waiting = Some(response.data);
        refusal(Status(0x6100 | (length & 0xFF)))
    }

    /// How many frames of the answer at hand go out garbled.
    pub(super) fn take_garble(&mut self) -> u32 {
        if self.now == Some(WRITE) {
            std::mem::take(&mut self.moves.garble)
        } else {
            0
        }
    }

    /// How much later than others the answer at hand comes.
    pub(super) fn take_late(&mut self) -> Duration {
        if self.now == Some(WRITE) {
            std::mem::take(&mut self.moves.late)
        } else {
            Duration::ZERO
        }
    }

    /// Whether the cable is pulled instead of an answer.
    pub(super) fn take_unplug(&mut self) -> bool {
        self.now == Some(WRITE) && std::mem::take(&mut self.moves.unplug)
    }

    /// What happens when the answer has gone out.
    pub(super) fn answered(&mut self) {
        let now = self.now.take();
        let of = |name: &str| now == Some(name);
        if of(CHALLENGE) && std::mem::take(&mut self.moves.after_initialize) {
            self.remove();
        }
        if of(WRITE) && std::mem::take(&mut self.moves.after_answer) {
            self.remove();
        }
    }
}

fn good(data: Zeroizing<Vec<u8>>) -> Response {
    Response {
        data,
        status: Status::GOOD,
    }
}

fn refusal(status: Status) -> Response {
    Response {
        data: Zeroizing::default(),
        status,
    }
}
