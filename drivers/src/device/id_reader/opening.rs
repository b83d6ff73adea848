//! Opening the line: finding the module's speed and its number.

use std::thread;
use std::time::Instant;

use super::SerialIdReader;
use super::line::{Line, LineError};
use super::refusal::refused;
use crate::error::DeviceError;
use crate::health::Health;
use crate::wire::sdt::{Answer, Baud, Command, SamNumber};
use crate::wire::sdt_status::{Meaning, Status};

/// Status checks at the expected speed, and at each other speed.
const CHECKS: (usize, usize) = (3, 1);

impl SerialIdReader {
    pub(super) fn try_open(&mut self) -> Result<SamNumber, DeviceError> {
        let mut line = Line::open(&self.config.path, self.baud)?;
        thread::sleep(self.config.timing.settle);
        self.find_speed(&mut line)?;
        let number = self.ask(&mut line, Command::SamNumber)?;
        let sam = SamNumber::parse(&number.data).ok_or_else(|| refused(Command::SamNumber, number.status))?;
        self.baud = line.baud();
        self.line = Some(line);
        Ok(sam)
    }

    /// Asks for the module's state at every speed until it answers.
    fn find_speed(&self, line: &mut Line) -> Result<(), DeviceError> {
        let others = Baud::ALL.into_iter().filter(|baud| *baud != self.baud);
        let speeds = std::iter::once((self.baud, CHECKS.0)).chain(others.map(|baud| (baud, CHECKS.1)));
        for (baud, checks) in speeds {
            line.set_baud(baud)
                .map_err(|error| error.into_device_error("set speed"))?;
            for _ in 0..checks {
                match line.exchange_once(Command::Status, &self.config.timing) {
                    Ok(answer) => return self.accept_module(line, &answer),
                    Err(LineError::Silent | LineError::Damaged) => {}
                    Err(error) => return Err(error.into_device_error(Command::Status.name())),
                }
            }
        }
        Err(LineError::Silent.into_device_error(Command::Status.name()))
    }

    /// A module that failed its self-test gets one reset.
    fn accept_module(&self, line: &mut Line, answer: &Answer) -> Result<(), DeviceError> {
        let mut status = answer.status;
        if status == Status::SelfTestFailed {
            self.ask(line, Command::Reset)?;
            status = self.ask(line, Command::Status)?.status;
        }
        match status.meaning() {
            Meaning::Good => Ok(()),
            _ => Err(refused(Command::Status, status)),
        }
    }

    fn ask(&self, line: &mut Line, command: Command) -> Result<Answer, DeviceError> {
        line.exchange(command, &self.config.timing)
            .map_err(|error| error.into_device_error(command.name()))
    }

    pub(super) fn opened(&mut self, sam: SamNumber) -> String {
        if self.sam.is_some_and(|before| before != sam) {
            tracing::warn!(%sam, "another card reader answers than before");
        }
        let speed = self.baud.rate();
        tracing::info!(%sam, speed, "card reader is ready");
        self.sam = Some(sam);
        self.health = Health {
            detail: format!("SAM {sam}, {speed} baud"),
            ..Health::online()
        };
        self.due = Instant::now();
        sam.to_string()
    }
}
