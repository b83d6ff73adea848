//! The receipt printer: one slip at a time, its state asked for in between.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use kiosk_drivers::health::Link;
use kiosk_drivers::port::receipt_printer::{Receipt, ReceiptPrinter};

use crate::runtime::outlet::{BackOff, Outlet, Stop};
use crate::runtime::reason;
use crate::runtime::vault::Vault;
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
    pub vault: Vault,
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
                // Nobody waits for it any more, and the next person must not find it.
                Ok(slip) if self.vault.is_over(slip.ticket.session) => {}
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Instant;

    use kiosk_drivers::device::receipt_printer::{EscPosPrinter, PaperWidth, ReceiptPrinterConfig};
    use kiosk_drivers::port::receipt_printer::{Align, Line, TextSize};
    use kiosk_drivers::simulator::receipt_printer::SimulatedReceiptPrinter;

    use super::*;
    use crate::runtime::outlet::Input;

    fn slip(session: u64, text: &str, lines: usize) -> Slip {
        let line = Line::Text {
            text: text.to_owned(),
            align: Align::Left,
            size: TextSize::Normal,
            bold: false,
        };
        Slip {
            ticket: Ticket { session, sequence: 1 },
            receipt: Receipt {
                lines: vec![line; lines],
            },
        }
    }

    #[test]
    fn a_slip_that_waits_when_its_visit_ends_is_not_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipt");
        let simulator = SimulatedReceiptPrinter::spawn(path, PaperWidth::Mm80).unwrap();
        simulator.slow_down(Duration::from_millis(50));
        let (slips, taken) = channel();
        let (sender, inputs) = channel();
        let vault = Vault::default();
        let worker = ReceiptWorker {
            printer: Box::new(EscPosPrinter::new(ReceiptPrinterConfig::at(
                simulator.path().to_string_lossy(),
            ))),
            slips: taken,
            vault: vault.clone(),
            outlet: Outlet::new(sender),
            stop: Stop::default(),
        };
        let thread = thread::spawn(move || worker.run());
        slips.send(slip(1, "第一张", 10)).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while !simulator.is_printing() {
            assert!(Instant::now() < deadline, "nothing is printed");
            thread::sleep(Duration::from_millis(1));
        }
        slips.send(slip(1, "第二张", 1)).unwrap();
        vault.end(1);
        slips.send(slip(2, "下一位", 1)).unwrap();
        let is_last = |input: &Input| matches!(input, Input::Event(Event::Printed { ticket, .. }) if ticket.session == 2);
        while !is_last(&inputs.recv_timeout(Duration::from_secs(20)).unwrap()) {}
        let texts: Vec<String> = simulator.receipts().into_iter().map(|slip| slip.text).collect();
        assert_eq!(texts, ["第一张\n".repeat(10), "下一位\n".to_owned()]);
        drop(slips);
        thread.join().unwrap();
    }
}
