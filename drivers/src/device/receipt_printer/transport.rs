//! The serial line: sends instructions, asks for the status, and never takes one reply for another.
//!
//! The four DLE EOT replies look alike, so an answer that comes too late would be read as the
//! answer to the next question, and every later one would be off by one. Therefore each question
//! begins with an empty line, has one answer, and after a missing answer the line is drained until
//! it is quiet.

use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use escpos::driver::Driver;
use escpos::errors::PrinterError;
use serialport::{ClearBuffer, SerialPort};

use crate::wire::escpos::status::{Query, Reply, Status, classify};

/// Bytes that are sent before the printer is asked whether it still prints.
const BLOCK: usize = 2048;
/// A line is quiet when nothing arrived for so long.
const QUIET: Duration = Duration::from_millis(60);
/// After an answer, a second one within this time shows that the answers are off by one.
const AFTER: Duration = Duration::from_millis(6);
/// Longest wait for the printer to take more bytes.
const STALL: Duration = Duration::from_secs(5);

/// What the line may do to us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The device is gone.
    #[error("the line is gone: {0}")]
    Lost(String),
    /// No answer in time.
    #[error("no answer in time")]
    Silent,
    /// An answer that is none.
    #[error("answer {0:02X} is no status")]
    Nonsense(u8),
    /// The printer went offline while data were being sent.
    #[error("the printer stopped")]
    Stopped,
}

/// The open line.
pub struct Transport {
    port: RefCell<Box<dyn SerialPort>>,
    /// How long an answer may take.
    patience: Duration,
    /// Mask of "offline" in the reply to DLE EOT 1.
    offline: u8,
    outgoing: RefCell<Vec<u8>>,
    sent: Cell<usize>,
    fence: Cell<Option<u8>>,
    failure: RefCell<Option<LineError>>,
}

impl Transport {
    /// Opens a line.
    ///
    /// # Errors
    /// When nothing is at the path.
    pub fn open(path: &str, baud: u32, patience: Duration, offline: u8) -> Result<Self, serialport::Error> {
        let port = serialport::new(path, baud).timeout(patience).open()?;
        port.clear(ClearBuffer::All)?;
        Ok(Self {
            port: RefCell::new(port),
            patience,
            offline,
            outgoing: RefCell::default(),
            sent: Cell::new(0),
            fence: Cell::new(None),
            failure: RefCell::new(None),
        })
    }

    /// Begins a job: what came before is void.
    pub fn begin(&self) {
        self.outgoing.borrow_mut().clear();
        self.sent.set(0);
        self.fence.set(None);
        self.failure.replace(None);
    }

    /// Bytes of the job that were sent.
    pub fn sent(&self) -> usize {
        self.sent.get()
    }

    /// The failure that ended the job's sending, if any.
    pub fn failure(&self) -> Option<LineError> {
        self.failure.borrow().clone()
    }

    /// The answer to the job's fence, once it has come.
    pub fn fence(&self) -> Option<u8> {
        self.fence.get()
    }

    /// Asks all four questions.
    ///
    /// # Errors
    /// See [`LineError`]. After any but `Lost` the line is empty again.
    pub fn status(&self) -> Result<Status, LineError> {
        Ok(Status {
            printer: self.ask(Query::Printer)?,
            offline: self.ask(Query::Offline)?,
            error: self.ask(Query::Error)?,
            paper: self.ask(Query::Paper)?,
        })
    }

    /// Whether the printer says that it is online.
    ///
    /// # Errors
    /// As [`Transport::status`].
    pub fn is_online(&self) -> Result<bool, LineError> {
        Ok(self.ask(Query::Printer)? & self.offline == 0)
    }

    /// Waits a while for the fence's answer.
    ///
    /// # Errors
    /// As [`Transport::status`].
    pub fn await_fence(&self, limit: Duration) -> Result<Option<u8>, LineError> {
        if self.fence.get().is_none()
            && let Some(byte) = self.read_byte(limit)?
        {
            self.note(byte);
        }
        Ok(self.fence.get())
    }

    /// Sends bytes that are no part of the job, e.g. a real-time command, and drops the answer.
    ///
    /// # Errors
    /// `Lost` when the line is gone.
    pub fn command(&self, bytes: &[u8]) -> Result<(), LineError> {
        self.send(bytes)?;
        self.drain(QUIET)
    }

    fn ask(&self, query: Query) -> Result<u8, LineError> {
        self.drain(Duration::ZERO)?;
        self.send(&query.bytes())?;
        match self.answer() {
            Err(LineError::Lost(why)) => Err(LineError::Lost(why)),
            Err(other) => {
                self.drain(QUIET)?;
                Err(other)
            }
            Ok(byte) => Ok(byte),
        }
    }

    /// One status reply, and nothing but a fence after it.
    fn answer(&self) -> Result<u8, LineError> {
        let deadline = Instant::now() + self.patience;
        let answer = loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let byte = self.read_byte(left)?.ok_or(LineError::Silent)?;
            match classify(byte) {
                Reply::RealTime(byte) => break byte,
                Reply::Fence(_) => self.note(byte),
                Reply::Other(byte) => return Err(LineError::Nonsense(byte)),
            }
        };
        match self.read_byte(AFTER)?.map(|byte| (byte, classify(byte))) {
            None => Ok(answer),
            Some((byte, Reply::Fence(_))) => {
                self.note(byte);
                Ok(answer)
            }
            Some((byte, _)) => Err(LineError::Nonsense(byte)),
        }
    }

    fn note(&self, byte: u8) {
        if matches!(classify(byte), Reply::Fence(_)) {
            self.fence.set(Some(byte));
        }
    }

    /// Reads away what is there, until nothing came for `quiet`; a fence's answer is kept.
    fn drain(&self, quiet: Duration) -> Result<(), LineError> {
        while let Some(byte) = self.read_byte(quiet)? {
            self.note(byte);
        }
        Ok(())
    }

    fn read_byte(&self, limit: Duration) -> Result<Option<u8>, LineError> {
        let lost = |error: &dyn std::fmt::Display| LineError::Lost(error.to_string());
        let mut port = self.port.borrow_mut();
        port.set_timeout(limit).map_err(|error| lost(&error))?;
        let mut byte = [0];
        match port.read(&mut byte) {
            // An unplugged terminal gives no bytes instead of an error.
            Ok(0) => Err(LineError::Lost("end of file".into())),
            Ok(_) => Ok(Some(byte[0])),
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => Ok(None),
            Err(error) => Err(lost(&error)),
        }
    }

    fn send(&self, bytes: &[u8]) -> Result<(), LineError> {
        let lost = |error: &dyn std::fmt::Display| LineError::Lost(error.to_string());
        let mut port = self.port.borrow_mut();
        port.set_timeout(self.patience).map_err(|error| lost(&error))?;
        let mut rest = bytes;
        let mut progress = Instant::now();
        while !rest.is_empty() {
            match port.write(rest) {
                Ok(0) => return Err(LineError::Lost("end of file".into())),
                Ok(count) => {
                    rest = rest.get(count..).unwrap_or_default();
                    progress = Instant::now();
                }
                Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                    if progress.elapsed() > STALL {
                        return Err(LineError::Silent);
                    }
                }
                Err(error) => return Err(lost(&error)),
            }
        }
        Ok(())
    }

    /// Sends what has gathered; asks before each further block whether the printer still prints,
    /// so that little is left in it when it stops.
    fn pass_on(&self) -> Result<(), LineError> {
        if self.sent.get() > 0 && !self.is_online()? {
            return Err(LineError::Stopped);
        }
        let bytes = self.outgoing.take();
        // Counted first: part of it may arrive although the send fails.
        self.sent.set(self.sent.get() + bytes.len());
        self.send(&bytes)
    }

    fn remember(&self, result: Result<(), LineError>) -> Result<(), PrinterError> {
        result.map_err(|error| {
            let text = error.to_string();
            self.failure.replace(Some(error));
            PrinterError::Io(text)
        })
    }
}

impl Driver for &Transport {
    fn name(&self) -> String {
        "serial line".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<(), PrinterError> {
        // The crate writes one whole instruction at a time, so a question between two writes never
        // stands inside a picture.
        let full = !self.outgoing.borrow().is_empty() && self.outgoing.borrow().len() + data.len() > BLOCK;
        if full {
            self.remember(self.pass_on())?;
        }
        self.outgoing.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, PrinterError> {
        match (self.read_byte(self.patience), buffer.first_mut()) {
            (Ok(Some(byte)), Some(slot)) => {
                *slot = byte;
                Ok(1)
            }
            (Ok(_), _) => Ok(0),
            (Err(error), _) => Err(PrinterError::Io(error.to_string())),
        }
    }

    fn flush(&self) -> Result<(), PrinterError> {
        self.remember(self.pass_on())
    }
}
