//! The receipt printer: one slip at a time, its state asked for in between.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use kiosk_drivers::health::Link;
use kiosk_drivers::port::receipt_printer::{Receipt, ReceiptPrinter};

use crate::runtime::outlet::{BackOff, Outlet, Stop};
use crate::runtime::reason;
use crate::session::event::{DeviceRole, Event};
use crate::session::ticket::Ticket;

const ROLE: DeviceRole = DeviceRole::ReceiptPrinter;
/// How often the printer is asked.
const LOOK: Duration = Duration::from_secs(2);

/// A slip to print.
pub(crate) struct Slip {
    pub ticket: Ticket,
    pub receipt: Receipt,
}

/// The worker of the receipt printer.
pub(crate) struct ReceiptWorker {
    pub printer: Box<dyn ReceiptPrinter>,
    pub slips: Receiver<Slip>,
    pub outlet: Outlet,
    pub stop: Stop,
}

impl ReceiptWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        let mut back_off = BackOff::default();
        let mut open = self.open();
        while !self.stop.stopped() {
            if open {
                back_off.reset();
            }
            match self.slips.recv_timeout(if open { LOOK } else { back_off.next() }) {
                Ok(slip) => {
                    if !open {
                        self.open();
                    }
                    self.print(&slip);
                    open = self.report_health();
                }
                Err(RecvTimeoutError::Timeout) if open => open = self.report_health(),
                Err(RecvTimeoutError::Timeout) => open = self.open(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn open(&mut self) -> bool {
        match self.printer.open() {
            Ok(()) => self.report_health(),
            Err(error) => {
                self.outlet.health(ROLE, reason::health_of(&error));
                false
            }
        }
    }

    /// The line is open, whatever the printer's state.
    fn report_health(&mut self) -> bool {
        let health = self.printer.health();
        let open = health.link != Link::Absent;
        self.outlet.health(ROLE, health);
        open
    }

    fn print(&mut self, slip: &Slip) {
        let outcome = self.printer.print(&slip.receipt);
        if let Err(error) = &outcome {
            tracing::warn!(event = "receipt.failed", cause = reason::detail_of(error));
        }
        self.outlet.event(Event::Printed {
            ticket: slip.ticket,
            end: reason::receipt_end(outcome),
        });
    }
}
