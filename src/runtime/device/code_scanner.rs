//! The code scanner: what it reads is dropped unless a step waits for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kiosk_drivers::port::code_scanner::CodeScanner;

use crate::runtime::outlet::{BackOff, Outlet, Stop};
use crate::runtime::reason;
use crate::session::event::{DeviceRole, Event};
use crate::session::ticket::Ticket;

const ROLE: DeviceRole = DeviceRole::QrScanner;
const TURN: Duration = Duration::from_millis(200);

/// Who waits for a code, if anybody does.
#[derive(Clone, Default)]
pub(crate) struct Waiting(Arc<Mutex<Option<Ticket>>>);

impl Waiting {
    /// This step waits from now on.
    pub fn start(&self, ticket: Ticket) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ticket);
    }

    /// Nobody waits.
    pub fn stop(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The code for who waits. A code that is no text does not use up the wait.
    fn hand_over(&self, code: &[u8]) -> Option<Event> {
        let payload = std::str::from_utf8(code).ok()?.to_owned();
        let ticket = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(Event::Code { ticket, payload })
    }
}

/// The worker of the scanner.
pub(crate) struct ScannerWorker {
    pub scanner: Box<dyn CodeScanner>,
    pub waiting: Waiting,
    pub outlet: Outlet,
    pub stop: Stop,
}

impl ScannerWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        let mut back_off = BackOff::default();
        while !self.stop.stopped() {
            let health = match self.scanner.open() {
                Ok(()) => {
                    back_off.reset();
                    self.outlet.health(ROLE, self.scanner.health());
                    self.read()
                }
                Err(error) => Some(reason::health_of(&error)),
            };
            if let Some(health) = health {
                self.outlet.health(ROLE, health);
            }
            if self.stop.sleep(back_off.next()) {
                return;
            }
        }
    }

    fn read(&mut self) -> Option<kiosk_drivers::health::Health> {
        while !self.stop.stopped() {
            match self.scanner.read(TURN) {
                Ok(None) => {}
                Ok(Some(code)) => {
                    if let Some(event) = self.waiting.hand_over(&code.0) {
                        self.outlet.event(event);
                    }
                }
                Err(error) => {
                    tracing::warn!(event = "code_scanner.lost", cause = reason::detail_of(&error));
                    return Some(reason::health_of(&error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_code_leaves_the_step_waiting_for_the_next() {
        let waiting = Waiting::default();
        let ticket = Ticket {
            session: 1,
            sequence: 1,
        };
        waiting.start(ticket);
        assert!(waiting.hand_over(&[0xff, 0xfe]).is_none());
        let Some(Event::Code { payload, .. }) = waiting.hand_over(b"BMK1.abc") else {
            panic!("the step no longer waits")
        };
        assert_eq!(payload, "BMK1.abc");
        assert!(waiting.hand_over(b"BMK1.abc").is_none(), "one code a wait");
    }
}
