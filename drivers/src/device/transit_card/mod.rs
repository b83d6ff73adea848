//! Driver of a reader and writer of transit cards: serial CCID, electronic purse.
//!
//! The reader must exchange short APDUs with the card, as contactless ones do (CCID's short APDU level);
//! a card's answers may wait for GET RESPONSE. The load must not want a PIN, as on transit cards.

mod chip;
mod config;
mod line;
mod purse;

use std::time::{Duration, Instant};

pub use config::{Timing, TransitCardConfig};

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Reason};
use crate::port::transit_card::{
    CardNumber, CardSeen, LoadChallenge, LoadPermit, Loaded, TransitCard, TransitCardError,
};
use crate::wire::ccid::Slot;
use crate::wire::pboc::{self, Command};
use crate::wire::pboc_status::{Meaning, Status};
use chip::torn;
use line::Line;
use purse::good;

/// A load that was begun.
struct Begun {
    old_fen: u32,
    new_fen: u32,
}

/// A reader and writer of transit cards on a serial port.
pub struct SerialTransitCard {
    config: TransitCardConfig,
    line: Option<Line>,
    health: Health,
    /// The card that the calls are about.
    card: Option<CardNumber>,
    /// That card is powered and its purse selected.
    connected: bool,
    begun: Option<Begun>,
}

impl SerialTransitCard {
    /// A closed reader.
    pub fn new(config: TransitCardConfig) -> Self {
        Self {
            config,
            line: None,
            health: Health::absent("not opened"),
            card: None,
            connected: false,
            begun: None,
        }
    }

    /// The card was moved: what was selected and begun is lost.
    fn lose_card(&mut self) {
        self.connected = false;
        self.begun = None;
    }

    fn try_open(&mut self) -> Result<(), DeviceError> {
        self.line = Some(Line::open(&self.config.path, self.config.baud)?);
        self.slot().map(drop)
    }

    /// Listens for a card that comes or leaves.
    fn watch(&mut self, limit: Duration) -> Result<(), TransitCardError> {
        let Some(line) = &mut self.line else {
            return Err(DeviceError::new(DeviceErrorKind::NotReady, "wait for a card").into());
        };
        line.watch(limit)
            .map_err(|error| self.fail(error, "wait for a card").into())
    }

    /// Whether the card that was met is still powered in its place.
    fn still_there(&mut self) -> Result<(), TransitCardError> {
        if self.card.is_none() {
            return Err(TransitCardError::OutOfOrder("no card was waited for"));
        }
        if self.slot()? != Slot::Active {
            self.lose_card();
        }
        if self.connected {
            Ok(())
        } else {
            Err(TransitCardError::CardRemoved)
        }
    }

    /// Reads the balance after a write that the card confirmed with this receipt.
    fn verify(&mut self, begun: &Begun, tac: [u8; 4]) -> Result<Loaded, TransitCardError> {
        match self.get_balance() {
            Ok(balance_fen) if balance_fen == begun.new_fen => Ok(Loaded { tac, balance_fen }),
            Ok(balance_fen) => Err(TransitCardError::Unverified { tac, balance_fen }),
            Err(cause) => Err(unknown(Some(tac), cause)),
        }
    }

    /// What a refused write comes to, by the balance read again.
    fn refused(&mut self, begun: &Begun, status: Status) -> TransitCardError {
        match self.get_balance() {
            Ok(balance_fen) if balance_fen == begun.old_fen => match status.meaning() {
                Meaning::Mac => TransitCardError::MacRefused,
                _ => TransitCardError::Refused(status.0),
            },
            Ok(_) => unknown(None, TransitCardError::Refused(status.0)),
            Err(cause) => unknown(None, cause),
        }
    }
}

fn unknown(tac: Option<[u8; 4]>, cause: TransitCardError) -> TransitCardError {
    TransitCardError::OutcomeUnknown {
        tac,
        cause: Box::new(cause),
    }
}

impl TransitCard for SerialTransitCard {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.lose_card();
        self.line = None;
        match self.try_open() {
            Ok(()) => {
                tracing::info!("transit card reader is ready");
                Ok(())
            }
            Err(error) => {
                self.line = None;
                match error.kind {
                    // Told by the line.
                    DeviceErrorKind::TimedOut | DeviceErrorKind::Protocol => {}
                    DeviceErrorKind::Absent => self.health = Health::absent(error.operation.clone()),
                    _ => self.health = Health::faulted(Reason::Hardware, error.operation.clone()),
                }
                Err(error)
            }
        }
    }

    fn wait_for_card(&mut self, deadline: Duration) -> Result<Option<CardSeen>, TransitCardError> {
        let end = Instant::now() + deadline;
        self.card = None;
        self.lose_card();
        loop {
            let mut unreadable = None;
            if self.slot()? != Slot::Empty {
                match self.meet() {
                    Ok(seen) => {
                        self.card = Some(seen.card_no.clone());
                        return Ok(Some(seen));
                    }
                    Err(TransitCardError::CardRemoved) => {}
                    Err(TransitCardError::Device(error)) if error.kind == DeviceErrorKind::Media => {
                        unreadable = Some(error);
                    }
                    Err(error) => return Err(error),
                }
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return unreadable.map_or(Ok(None), |error| Err(error.into()));
            }
            self.watch(left.min(self.config.timing.search))?;
        }
    }

    fn begin_load(
        &mut self,
        amount_fen: u32,
        terminal_no: [u8; 6],
    ) -> Result<LoadChallenge, TransitCardError> {
        self.begun = None;
        if amount_fen == 0 {
            return Err(TransitCardError::OutOfOrder("an amount of nothing"));
        }
        self.still_there()?;
        let command = Command::InitializeForLoad {
            key_index: self.config.key_index,
            amount_fen,
            terminal_no,
        };
        let response = self.transmit(&command)?;
        let challenge = pboc::challenge(good(&response)?).ok_or_else(|| torn(command.name()))?;
        let new_fen = challenge.old_balance_fen.checked_add(amount_fen);
        self.begun = Some(Begun {
            old_fen: challenge.old_balance_fen,
            new_fen: new_fen.ok_or(TransitCardError::OutOfOrder("an amount beyond any purse"))?,
        });
        Ok(challenge)
    }

    fn finish_load(&mut self, permit: &LoadPermit) -> Result<Loaded, TransitCardError> {
        let begun = self
            .begun
            .take()
            .ok_or(TransitCardError::OutOfOrder("no load was begun"))?;
        self.still_there()?;
        // From here on the write is on its way.
        let response = match self.transmit(&Command::CreditForLoad(*permit)) {
            Ok(response) => response,
            Err(cause) => return Err(unknown(None, cause)),
        };
        match (response.status, pboc::tac(&response.data)) {
            (Status::GOOD, Some(tac)) => self.verify(&begun, tac),
            (Status::GOOD, None) => Err(unknown(None, torn("credit for load"))),
            (status, _) => Err(self.refused(&begun, status)),
        }
    }

    fn read_balance(&mut self) -> Result<u32, TransitCardError> {
        match self.still_there() {
            Ok(()) => match self.get_balance() {
                Err(TransitCardError::CardRemoved) => {}
                read => return read,
            },
            Err(TransitCardError::CardRemoved) => {}
            Err(error) => return Err(error),
        }
        if self.slot()? == Slot::Empty {
            return Err(TransitCardError::CardRemoved);
        }
        let seen = self.meet()?;
        if self.card.as_ref() != Some(&seen.card_no) {
            self.lose_card();
            return Err(TransitCardError::OtherCard);
        }
        Ok(seen.balance_fen)
    }

    fn health(&self) -> Health {
        self.health.clone()
    }
}
