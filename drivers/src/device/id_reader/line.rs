//! One serial line to a secure module: sends a command, waits for the answer that fits it.

use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serialport::{ClearBuffer, SerialPort};
use zeroize::Zeroizing;

use super::config::Timing;
use crate::device::serial;
use crate::error::{DeviceError, DeviceErrorKind};
use crate::wire::sdt::{Answer, Baud, Command};
use crate::wire::sdt_frame::{Heard, Receiver};
use crate::wire::sdt_status::Meaning;
use crate::wire::serial::wire_time;

/// Longest frame, for the limit of an answer that never pauses and never ends.
const LONGEST_FRAME: usize = 4103;

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error("no complete answer within the limit")]
    Silent,
    #[error("the answer was damaged on its way")]
    Damaged,
    #[error("the device is gone")]
    Gone(#[source] io::Error),
    #[error("the line is not open")]
    Closed,
}

impl LineError {
    /// The error that the port's caller sees.
    pub(super) fn into_device_error(self, operation: &str) -> DeviceError {
        match self {
            Self::Silent => DeviceError::caused(DeviceErrorKind::TimedOut, operation, self),
            Self::Damaged => DeviceError::caused(DeviceErrorKind::Protocol, operation, self),
            Self::Gone(cause) => DeviceError::caused(DeviceErrorKind::Absent, operation, cause),
            Self::Closed => DeviceError::new(DeviceErrorKind::NotReady, operation),
        }
    }
}

/// An open line. Closed when dropped.
pub(super) struct Line {
    port: Box<dyn SerialPort>,
    receiver: Receiver,
    baud: Baud,
}

impl Line {
    pub(super) fn open(path: &Path, baud: Baud) -> Result<Self, DeviceError> {
        Ok(Self {
            port: serial::open(path, baud.rate())?,
            receiver: Receiver::of_answers(),
            baud,
        })
    }

    pub(super) fn baud(&self) -> Baud {
        self.baud
    }

    pub(super) fn set_baud(&mut self, baud: Baud) -> Result<(), LineError> {
        self.port
            .set_baud_rate(baud.rate())
            .map_err(|error| LineError::Gone(error.into()))?;
        self.baud = baud;
        Ok(())
    }

    /// Sends a command and waits for its answer; once more when that can help.
    pub(super) fn exchange(&mut self, command: Command, timing: &Timing) -> Result<Answer, LineError> {
        let first = self.exchange_once(command, timing);
        if worth_again(command, &first) {
            self.exchange_once(command, timing)
        } else {
            first
        }
    }

    /// Sends a command and waits for its answer.
    pub(super) fn exchange_once(&mut self, command: Command, timing: &Timing) -> Result<Answer, LineError> {
        self.receiver.clear();
        self.port
            .clear(ClearBuffer::Input)
            .map_err(|error| LineError::Gone(error.into()))?;
        self.port.write_all(&command.frame()).map_err(LineError::Gone)?;
        let result = self.wait_answer(command, timing);
        self.receiver.clear();
        result
    }

    fn wait_answer(&mut self, command: Command, timing: &Timing) -> Result<Answer, LineError> {
        let mut first_byte = Instant::now() + timing.first_byte(command);
        let last_byte = first_byte + wire_time(LONGEST_FRAME, self.baud.rate());
        let mut damaged = false;
        loop {
            let in_frame = self.receiver.in_frame();
            let now = Instant::now();
            let limit = if in_frame {
                timing.inter_byte.min(last_byte.saturating_duration_since(now))
            } else {
                first_byte.saturating_duration_since(now)
            };
            let (heard, ended) = match self.receive(limit)? {
                Some(heard) => (heard, false),
                None => (self.receiver.silence(), true),
            };
            damaged |= heard.contains(&Heard::BadChecksum) || (ended && in_frame);
            if let Some(answer) = heard.into_iter().find_map(|one| answer_to(command, one)) {
                return Ok(answer);
            }
            match (ended, damaged) {
                (true, true) => return Err(LineError::Damaged),
                (true, false) => return Err(LineError::Silent),
                // What is left of a damaged answer follows at once or never.
                (false, true) => first_byte = first_byte.min(Instant::now() + timing.inter_byte),
                (false, false) => {}
            }
        }
    }

    /// What came within the limit; `None` for silence.
    fn receive(&mut self, limit: Duration) -> Result<Option<Vec<Heard>>, LineError> {
        let mut bytes = Zeroizing::new([0_u8; 512]);
        let count = serial::receive(self.port.as_mut(), bytes.as_mut(), limit).map_err(LineError::Gone)?;
        let heard = bytes.get(..count).map(|bytes| self.receiver.push(bytes));
        Ok(heard.filter(|_| count > 0))
    }
}

/// Whether sending the command again can help: its answer is missing or damaged, or the module
/// received it damaged. Never for reads, since a second read needs a new search.
pub(super) fn worth_again(command: Command, first: &Result<Answer, LineError>) -> bool {
    match first {
        Ok(answer) => answer.status.meaning() == Meaning::SendAgain,
        Err(LineError::Silent | LineError::Damaged) => {
            !matches!(command, Command::Read | Command::ReadWithFingerprints)
        }
        Err(LineError::Gone(_) | LineError::Closed) => false,
    }
}

/// The answer in a frame, unless it is damaged or belongs to an earlier command.
fn answer_to(command: Command, heard: Heard) -> Option<Answer> {
    match heard {
        Heard::Frame(body) => Answer::parse(&body).filter(|answer| command.fits(answer)),
        Heard::BadChecksum => None,
    }
}
