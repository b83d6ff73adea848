//! Driver of an identity card reader on a serial port.

mod config;
mod line;
mod opening;
mod refusal;
mod removal;
mod state;

use std::collections::VecDeque;
use std::mem;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::{Zeroize, Zeroizing};

pub use config::{IdReaderConfig, Timing};

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Link, Reason};
use crate::port::id_reader::{CardFault, CardKind, CardWarning, IdCard, IdReader, ReaderEvent};
use crate::wire::id_text;
use crate::wire::sdt::{Answer, Baud, Command, SamNumber};
use crate::wire::sdt_card::CardData;
use crate::wire::sdt_status::{Meaning, Status};
use line::{Line, LineError};
use refusal::refused;
use state::{Goal, Placement, State};

/// A read without an answer is tried once more from the search.
const READ_TRIES: u32 = 2;
/// A card that is found and cannot be selected is searched so often.
const SELECT_TRIES: u32 = 3;
/// Failed exchanges in a row that call for a reset.
const TROUBLES: u32 = 3;

/// An identity card reader on a serial port.
pub struct SerialIdReader {
    config: IdReaderConfig,
    line: Option<Line>,
    /// The speed that worked last.
    baud: Baud,
    sam: Option<SamNumber>,
    health: Health,
    state: State,
    placement: Placement,
    /// Not before this instant goes the next command out.
    due: Instant,
    /// Failed exchanges in a row.
    troubles: u32,
    /// The module was reset and nothing has worked since.
    was_reset: bool,
    /// The reader at this line does not know 30 03.
    no_addresses: bool,
    /// Events that came at once with an earlier one.
    pending: VecDeque<ReaderEvent>,
}

type Turn = Result<Option<ReaderEvent>, DeviceError>;

impl SerialIdReader {
    /// A closed reader.
    pub fn new(config: IdReaderConfig) -> Self {
        Self {
            baud: config.baud,
            config,
            line: None,
            sam: None,
            health: Health::absent("not opened"),
            state: State::WaitCard,
            placement: Placement::default(),
            due: Instant::now(),
            troubles: 0,
            was_reset: false,
            no_addresses: false,
            pending: VecDeque::new(),
        }
    }

    fn close(&mut self) {
        self.line = None;
        self.state = State::WaitCard;
        self.placement = Placement::default();
        self.troubles = 0;
        self.was_reset = false;
        self.no_addresses = false;
        self.pending.clear();
    }

    /// Closes after an error, and remembers it as the reader's health.
    fn fail(&mut self, error: DeviceError) -> DeviceError {
        self.close();
        tracing::warn!(%error, cause = ?error.cause, "card reader failed");
        self.health = refusal::health_of(&error);
        error
    }

    fn turn(&mut self) -> Turn {
        let command = self.state.command(&self.placement);
        match self.exchange(command) {
            Ok(answer) => self.answered(command, &answer),
            Err(error @ (LineError::Silent | LineError::Damaged)) => self.unanswered(command, error),
            Err(error) => Err(error.into_device_error(command.name())),
        }
    }

    /// Sends a command, and once more when that can help and no reset is due.
    fn exchange(&mut self, command: Command) -> Result<Answer, LineError> {
        let timing = &self.config.timing;
        let line = self.line.as_mut().ok_or(LineError::Closed)?;
        let first = line.exchange_once(command, timing);
        if !line::worth_again(command, &first) {
            return first;
        }
        self.troubles += 1;
        if self.troubles >= TROUBLES {
            return first;
        }
        line.exchange_once(command, timing)
    }

    fn answered(&mut self, command: Command, answer: &Answer) -> Turn {
        let resetting = matches!(self.state, State::Reset | State::Check);
        match answer.status.meaning() {
            Meaning::Device(Reason::SelfTestFailed) if !resetting => {
                self.health.reasons = vec![Reason::SelfTestFailed];
                self.reset_or(refused(command, answer.status))?;
                return Ok(None);
            }
            Meaning::Device(Reason::Hardware) | Meaning::SendAgain => {
                return self.unanswered(command, LineError::Damaged);
            }
            Meaning::Device(_) => return Err(refused(command, answer.status)),
            _ => self.troubles = 0,
        }
        if !resetting {
            self.was_reset = false;
            self.health.reasons.clear();
        }
        match mem::replace(&mut self.state, State::WaitCard) {
            State::WaitCard => self.searched(answer),
            State::Select(goal) => self.selected(goal, answer),
            State::Read(goal) => self.read(goal, answer),
            State::Addresses(card) => self.addressed(card, answer),
            State::WaitRemoval => self.probed(command, answer),
            State::Reset => {
                self.state = State::Check;
                Ok(None)
            }
            State::Check => self.recovered(),
        }
    }

    /// No usable answer, even to the second try.
    fn unanswered(&mut self, command: Command, error: LineError) -> Turn {
        self.troubles += 1;
        self.health.reasons = vec![Reason::Timeout];
        tracing::debug!(command = command.name(), %error, troubles = self.troubles, "no answer");
        if matches!(self.state, State::Reset | State::Check) {
            return Err(error.into_device_error(command.name()));
        }
        let event = match mem::replace(&mut self.state, State::WaitCard) {
            State::Select(Goal::Deliver) | State::Read(Goal::Deliver) => self.start_again(READ_TRIES),
            State::Addresses(card) => Some(self.deliver(card, true)),
            State::Select(Goal::Compare) | State::Read(Goal::Compare) | State::WaitRemoval => {
                self.wait_removal();
                None
            }
            State::WaitCard | State::Reset | State::Check => self.wait_card(),
        };
        if self.troubles >= TROUBLES {
            let (kind, cause) = (DeviceErrorKind::Hardware, "a reset did not help");
            self.reset_or(DeviceError::caused(kind, command.name(), cause))?;
        }
        Ok(event)
    }

    /// Resets the module next. Trouble again before anything has worked is the error, or a module
    /// that answers resets and nothing else would be reset for ever.
    fn reset_or(&mut self, useless: DeviceError) -> Result<(), DeviceError> {
        if mem::replace(&mut self.was_reset, true) {
            return Err(useless);
        }
        self.state = State::Reset;
        self.due = Instant::now();
        Ok(())
    }

    /// The module works again after a reset. A card that was told must be looked for by its number,
    /// since the module has forgotten it.
    fn recovered(&mut self) -> Turn {
        self.troubles = 0;
        if self.placement.settled {
            self.placement.by_search = true;
            self.wait_removal();
            return Ok(None);
        }
        Ok(self.wait_card())
    }

    fn searched(&mut self, answer: &Answer) -> Turn {
        if answer.status == Status::Found {
            self.state = State::Select(Goal::Deliver);
            return Ok(None);
        }
        if self.placement.announced {
            return Ok(Some(self.fault(CardFault::MovedTooEarly)));
        }
        // Nothing lies there: the next card has all its tries.
        self.placement.restarts = 0;
        Ok(self.wait_card())
    }

    fn selected(&mut self, goal: Goal, answer: &Answer) -> Turn {
        match (answer.status.meaning(), goal) {
            (Meaning::Good, _) => {
                self.state = State::Read(goal);
                let first = goal == Goal::Deliver && !mem::replace(&mut self.placement.announced, true);
                Ok(first.then_some(ReaderEvent::Reading))
            }
            (_, Goal::Compare) => Ok(self.miss()),
            (Meaning::Card(fault), Goal::Deliver) => Ok(Some(self.fault(fault))),
            (_, Goal::Deliver) => Ok(self.start_again(SELECT_TRIES)),
        }
    }

    fn read(&mut self, goal: Goal, answer: &Answer) -> Turn {
        match (answer.status.meaning(), goal) {
            (Meaning::Good, _) => self.parsed(goal, answer),
            (Meaning::Card(fault), Goal::Deliver) => Ok(Some(self.fault(fault))),
            (_, Goal::Deliver) => Ok(self.start_again(READ_TRIES)),
            // A card that could not be read the first time either is still the same one.
            (Meaning::Card(fault), Goal::Compare)
                if fault != CardFault::MovedTooEarly && self.placement.number.is_empty() =>
            {
                Ok(self.still_there())
            }
            (_, Goal::Compare) => Ok(self.miss()),
        }
    }

    fn parsed(&mut self, goal: Goal, answer: &Answer) -> Turn {
        let Ok(data) = CardData::parse(&answer.data, false) else {
            return self.read_garbled(goal);
        };
        let Ok(card) = id_text::card(&data) else {
            return Ok(match goal {
                Goal::Deliver => Some(self.fault(CardFault::WrongKind)),
                Goal::Compare => self.still_there(),
            });
        };
        if goal == Goal::Compare {
            if card.number == *self.placement.number {
                return Ok(self.still_there());
            }
            // Another card lies there: the first one has gone.
            self.pending.push_back(ReaderEvent::Reading);
            self.placement = Placement {
                announced: true,
                ..Placement::default()
            };
            let event = self.accept(Box::new(card));
            self.pending.extend(event);
            return Ok(Some(ReaderEvent::Removed));
        }
        Ok(self.accept(Box::new(card)))
    }

    fn read_garbled(&mut self, goal: Goal) -> Turn {
        match goal {
            Goal::Deliver => Ok(self.start_again(READ_TRIES)),
            Goal::Compare => Ok(self.miss()),
        }
    }

    /// A card was read: asks for its newest address, or tells it at once.
    fn accept(&mut self, card: Box<IdCard>) -> Option<ReaderEvent> {
        let wanted = self.config.read_addresses && matches!(card.kind, CardKind::Resident | CardKind::HkMoTw);
        if wanted && !self.no_addresses {
            self.state = State::Addresses(card);
            return None;
        }
        Some(self.deliver(card, wanted))
    }

    fn addressed(&mut self, mut card: Box<IdCard>, answer: &Answer) -> Turn {
        let mut unavailable = false;
        match answer.status.meaning() {
            Meaning::Good => match id_text::decode_addresses(&answer.data) {
                Ok(addresses) => {
                    if let Some(newest) = addresses.last() {
                        card.address.zeroize();
                        card.address.push_str(newest);
                    }
                }
                Err(_) => unavailable = true,
            },
            Meaning::Nothing if answer.status == Status::Empty => {}
            meaning => {
                self.no_addresses |= meaning == Meaning::Unsupported;
                unavailable = true;
            }
        }
        Ok(Some(self.deliver(card, unavailable)))
    }

    fn deliver(&mut self, mut card: Box<IdCard>, address_unavailable: bool) -> ReaderEvent {
        if address_unavailable {
            card.warnings.push(CardWarning::AddressUnavailable);
        }
        self.placement.number = Zeroizing::new(card.number.clone());
        self.settle();
        ReaderEvent::Card(card)
    }

    fn fault(&mut self, fault: CardFault) -> ReaderEvent {
        self.placement.pulled = fault == CardFault::MovedTooEarly;
        self.settle();
        ReaderEvent::CardFault(fault)
    }

    /// The application knows the outcome; what remains is the removal.
    fn settle(&mut self) {
        self.placement.settled = true;
        self.placement.by_search = self.no_addresses;
        self.placement.misses = 0;
        self.wait_removal();
    }

    /// Searches once more, or gives the card up after so many tries.
    fn start_again(&mut self, tries: u32) -> Option<ReaderEvent> {
        self.placement.restarts += 1;
        if self.placement.restarts >= tries {
            return Some(self.fault(CardFault::MovedTooEarly));
        }
        self.wait_card()
    }

    fn wait_card(&mut self) -> Option<ReaderEvent> {
        self.state = State::WaitCard;
        self.wait(self.config.timing.search);
        None
    }

    fn wait(&mut self, time: Duration) {
        self.due = Instant::now() + time;
    }
}

impl IdReader for SerialIdReader {
    fn open(&mut self) -> Result<String, DeviceError> {
        self.close();
        self.health = Health {
            link: Link::Opening,
            ..Health::online()
        };
        match self.try_open() {
            Ok(sam) => Ok(self.opened(sam)),
            Err(error) => Err(self.fail(error)),
        }
    }

    fn poll(&mut self) -> Turn {
        if let Some(event) = self.pending.pop_front() {
            return Ok(Some(event));
        }
        thread::sleep(self.due.saturating_duration_since(Instant::now()));
        self.turn().map_err(|error| self.fail(error))
    }

    fn health(&self) -> Health {
        self.health.clone()
    }
}
