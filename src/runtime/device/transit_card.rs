//! The reader and writer of transit cards: asked for a card only while a payment waits for one.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::health::Link;
use kiosk_drivers::port::transit_card::{CardSeen, LoadPermit as CardPermit, TransitCard, TransitCardError};
use zeroize::Zeroizing;

use crate::runtime::outlet::{BackOff, Outlet, Stop};
use crate::runtime::reason;
use crate::session::event::{DeviceRole, Event};
use crate::session::ticket::Ticket;
use crate::session::transit::{LoadChallenge, LoadEnd, LoadPermit, TransitFault, TransitSeen};

const ROLE: DeviceRole = DeviceRole::TransitCard;
/// How often a reader that nobody uses is opened anew: only so a pulled plug is found.
const LOOK: Duration = Duration::from_secs(5);
/// One wait for a card; a wait that was cancelled ends within it.
const TURN: Duration = Duration::from_millis(300);

/// What the worker is asked for.
pub(crate) enum Order {
    Wait {
        ticket: Ticket,
        /// The only card that counts.
        known: Option<Zeroizing<String>>,
        cancel: Arc<AtomicBool>,
    },
    Begin {
        ticket: Ticket,
        amount_fen: u32,
    },
    Finish {
        ticket: Ticket,
        permit: LoadPermit,
    },
    /// Nobody uses the reader any more.
    Release,
}

impl Order {
    /// The answer where there is no reader: nothing was written.
    pub fn reader_lost(&self) -> Option<Event> {
        let fault = TransitFault::ReaderLost;
        Some(match self {
            Self::Wait { ticket, .. } => Event::TransitCard {
                ticket: *ticket,
                result: Err(fault),
            },
            Self::Begin { ticket, .. } => Event::LoadBegun {
                ticket: *ticket,
                result: Err(fault),
            },
            Self::Finish { ticket, .. } => Event::LoadEnded {
                ticket: *ticket,
                end: LoadEnd::NotWritten(fault),
            },
            Self::Release => return None,
        })
    }
}

/// The worker of the reader.
pub(crate) struct TransitWorker {
    pub reader: Box<dyn TransitCard>,
    /// Number of this terminal at the issuer.
    pub terminal_no: [u8; 6],
    pub orders: Receiver<Order>,
    pub outlet: Outlet,
    pub stop: Stop,
}

impl TransitWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        let mut back_off = BackOff::default();
        let mut open = self.open();
        // The card that was met is remembered by the driver for as long as the line stays open.
        let mut in_use = false;
        while !self.stop.stopped() {
            if open {
                back_off.reset();
            }
            match self
                .orders
                .recv_timeout(if open { LOOK } else { back_off.next() })
            {
                Ok(order) => {
                    in_use = !matches!(order, Order::Release);
                    self.carry_out(order);
                    open = self.report_health();
                }
                Err(RecvTimeoutError::Timeout) if in_use => {}
                Err(RecvTimeoutError::Timeout) => open = self.open(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn open(&mut self) -> bool {
        match self.reader.open() {
            Ok(()) => self.report_health(),
            Err(error) => {
                self.outlet.health(ROLE, reason::health_of(&error));
                false
            }
        }
    }

    /// The line is open, whatever the reader's state.
    fn report_health(&mut self) -> bool {
        let health = self.reader.health();
        let open = health.link != Link::Absent;
        self.outlet.health(ROLE, health);
        open
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Wait {
                ticket,
                known,
                cancel,
            } => self.wait(ticket, known.as_ref(), &cancel),
            Order::Begin { ticket, amount_fen } => {
                let result = self.begin(amount_fen);
                self.outlet.event(Event::LoadBegun { ticket, result });
            }
            Order::Finish { ticket, permit } => {
                let end = self.finish(permit);
                self.outlet.event(Event::LoadEnded { ticket, end });
            }
            Order::Release => {}
        }
    }

    /// Until the card is there, or nobody waits any more. What is wrong is told once.
    fn wait(&mut self, ticket: Ticket, known: Option<&Zeroizing<String>>, cancel: &AtomicBool) {
        let mut told = None;
        while !cancel.load(Ordering::Relaxed) && !self.stop.stopped() {
            let result = match self.reader.wait_for_card(TURN) {
                Ok(None) => continue,
                Ok(Some(seen)) => of_card(seen, known),
                Err(error) => {
                    tracing::info!(event = "transit_card.unusable", cause = %error);
                    Err(fault_of(&error))
                }
            };
            let there = result.is_ok();
            if told != result.as_ref().err().copied() || there {
                told = result.as_ref().err().copied();
                self.outlet.event(Event::TransitCard { ticket, result });
            }
            if there {
                return;
            }
            if told == Some(TransitFault::ReaderLost) {
                self.open();
            }
            // The same card lies there still: asked again at leisure.
            if self.stop.sleep(TURN) {
                return;
            }
        }
    }

    fn begin(&mut self, amount_fen: u32) -> Result<LoadChallenge, TransitFault> {
        let terminal_no = self.terminal_no;
        match self.reader.begin_load(amount_fen, terminal_no) {
            Ok(challenge) => Ok(LoadChallenge {
                terminal_no,
                old_balance_fen: challenge.old_balance_fen,
                counter: challenge.counter,
                key_version: challenge.key_version,
                algorithm: challenge.algorithm,
                random: challenge.random,
                mac1: challenge.mac1,
            }),
            Err(error) => {
                tracing::warn!(event = "transit_card.not_begun", cause = %error);
                Err(fault_of(&error))
            }
        }
    }

    fn finish(&mut self, permit: LoadPermit) -> LoadEnd {
        let LoadPermit { date, time, mac2 } = permit;
        match self.reader.finish_load(&CardPermit { date, time, mac2 }) {
            Ok(loaded) => LoadEnd::Loaded {
                balance_fen: loaded.balance_fen,
                tac: loaded.tac,
            },
            Err(error) => {
                tracing::warn!(event = "transit_card.not_loaded", cause = %error);
                end_of(&error)
            }
        }
    }
}

fn of_card(seen: CardSeen, known: Option<&Zeroizing<String>>) -> Result<TransitSeen, TransitFault> {
    let card_no = Zeroizing::new(seen.card_no.0.clone());
    if known.is_some_and(|known| *known != card_no) {
        return Err(TransitFault::OtherCard);
    }
    Ok(TransitSeen {
        card_no,
        balance_fen: seen.balance_fen,
    })
}

fn fault_of(error: &TransitCardError) -> TransitFault {
    match error {
        TransitCardError::CardRemoved => TransitFault::Removed,
        TransitCardError::OtherCard => TransitFault::OtherCard,
        TransitCardError::WrongCard => TransitFault::WrongCard,
        TransitCardError::Device(error) if error.kind != DeviceErrorKind::Media => TransitFault::ReaderLost,
        _ => TransitFault::Unusable,
    }
}

/// What a write that was not confirmed means: only what the driver is certain of counts as not written.
fn end_of(error: &TransitCardError) -> LoadEnd {
    match error {
        TransitCardError::OutcomeUnknown { tac, .. } => LoadEnd::Unknown { tac: *tac },
        TransitCardError::Unverified { tac, .. } => LoadEnd::Unknown { tac: Some(*tac) },
        error if error.nothing_written() => LoadEnd::NotWritten(fault_of(error)),
        _ => LoadEnd::Unknown { tac: None },
    }
}
