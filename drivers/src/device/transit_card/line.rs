//! One serial line to a CCID reader: sends a command, waits for the answer that fits it.

use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serialport::{ClearBuffer, SerialPort, StopBits};
use zeroize::Zeroizing;

use super::config::Timing;
use crate::device::serial;
use crate::error::{DeviceError, DeviceErrorKind};
use crate::wire::ccid::{Answer, Command, Outcome};
use crate::wire::ccid_frame::{Heard, REPEAT, Receiver, encode};

/// So often is a frame sent or asked for again.
const REPEATS: u32 = 3;

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error("no complete answer within the limit")]
    Silent,
    #[error("frames are damaged on their way, even when repeated")]
    Damaged,
    #[error("the device is gone")]
    Gone(#[source] io::Error),
}

impl LineError {
    /// The error that the port's caller sees.
    pub(super) fn into_device_error(self, operation: &str) -> DeviceError {
        match self {
            Self::Silent => DeviceError::caused(DeviceErrorKind::TimedOut, operation, self),
            Self::Damaged => DeviceError::caused(DeviceErrorKind::Protocol, operation, self),
            Self::Gone(cause) => DeviceError::caused(DeviceErrorKind::Absent, operation, cause),
        }
    }
}

/// What came within a limit.
enum Received {
    Bytes(Vec<Heard>),
    /// Nothing; a frame that had begun was given up.
    Torn,
    Nothing,
}

/// An open line. Closed when dropped.
pub(super) struct Line {
    port: Box<dyn SerialPort>,
    receiver: Receiver,
    seq: u8,
    /// The reader told that a card left.
    left: bool,
}

impl Line {
    pub(super) fn open(path: &Path, baud: u32) -> Result<Self, DeviceError> {
        let mut port = serial::open(path, baud)?;
        // Serial CCID readers are driven with two stop bits.
        port.set_stop_bits(StopBits::Two)
            .and_then(|()| port.clear(ClearBuffer::Input))
            .map_err(|error| LineError::Gone(error.into()).into_device_error("open the reader"))?;
        Ok(Self {
            port,
            receiver: Receiver::of_answers(),
            seq: 0,
            left: false,
        })
    }

    /// Whether the reader told since the last question that a card left.
    pub(super) fn take_left(&mut self) -> bool {
        std::mem::take(&mut self.left)
    }

    /// Sends a command and waits for its answer. A damaged frame is asked for again, and one that the
    /// reader could not hear is sent again; the reader carries a command out once only.
    pub(super) fn exchange(&mut self, command: &Command, timing: &Timing) -> Result<Answer, LineError> {
        self.seq = self.seq.wrapping_add(1);
        self.receiver.clear();
        let frame = encode(&command.message(self.seq));
        self.send(&frame)?;
        let result = self.wait_answer(command, &frame, timing);
        self.receiver.clear();
        result
    }

    fn wait_answer(&mut self, command: &Command, frame: &[u8], timing: &Timing) -> Result<Answer, LineError> {
        let last = Instant::now() + timing.command;
        let mut due = Instant::now() + timing.answer;
        let mut repeats = 0;
        loop {
            let mut left = due.min(last).saturating_duration_since(Instant::now());
            if self.receiver.in_frame() {
                left = left.min(timing.inter_byte);
            }
            let heard = match self.receive(left)? {
                Received::Bytes(heard) => heard,
                Received::Torn => vec![Heard::Damaged],
                Received::Nothing => return Err(LineError::Silent),
            };
            for one in heard {
                let again: &[u8] = match one {
                    Heard::Message(message) => match self.answer_to(command, &message) {
                        Some(answer) if matches!(answer.outcome, Outcome::MoreTime(_)) => {
                            due = Instant::now() + timing.answer;
                            continue;
                        }
                        Some(answer) => return Ok(answer),
                        None => continue,
                    },
                    Heard::MoreTime(_) => {
                        due = Instant::now() + timing.answer;
                        continue;
                    }
                    Heard::Slot(present) => {
                        self.left |= !present;
                        continue;
                    }
                    Heard::Repeat => frame,
                    Heard::Damaged => &REPEAT,
                };
                repeats += 1;
                if repeats > REPEATS {
                    return Err(LineError::Damaged);
                }
                self.fall_silent(timing.inter_byte, last)?;
                self.send(again)?;
                due = Instant::now() + timing.answer;
                break;
            }
        }
    }

    /// The answer in a message, unless it is the command's echo or belongs to an earlier command.
    fn answer_to(&self, command: &Command, message: &[u8]) -> Option<Answer> {
        Answer::parse(message).filter(|answer| answer.fits(command, self.seq))
    }

    /// Listens for a notice of the reader. Ends at the limit, or when a card came or left.
    pub(super) fn watch(&mut self, limit: Duration) -> Result<(), LineError> {
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.receive(left)? {
                Received::Bytes(heard) => {
                    let mut notices = heard.iter().filter_map(|one| match one {
                        Heard::Slot(present) => Some(*present),
                        _ => None,
                    });
                    if let Some(present) = notices.next() {
                        self.left |= !present || notices.any(|present| !present);
                        return Ok(());
                    }
                }
                Received::Torn => {}
                Received::Nothing => return Ok(()),
            }
        }
    }

    /// Lets the rest of a damaged frame pass.
    fn fall_silent(&mut self, silence: Duration, last: Instant) -> Result<(), LineError> {
        while Instant::now() < last {
            match self.receive(silence)? {
                Received::Bytes(heard) => {
                    self.left |= heard.contains(&Heard::Slot(false));
                }
                Received::Torn | Received::Nothing => return Ok(()),
            }
        }
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.port.write_all(bytes).map_err(LineError::Gone)
    }

    fn receive(&mut self, limit: Duration) -> Result<Received, LineError> {
        let mut bytes = Zeroizing::new([0_u8; 512]);
        let count = serial::receive(self.port.as_mut(), bytes.as_mut(), limit).map_err(LineError::Gone)?;
        Ok(match bytes.get(..count) {
            Some(bytes) if count > 0 => Received::Bytes(self.receiver.push(bytes)),
            _ if self.receiver.silence().is_some() => Received::Torn,
            _ => Received::Nothing,
        })
    }
}
