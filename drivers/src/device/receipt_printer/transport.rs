//! The serial line: sends instructions, asks for the status, and never takes one reply for another.
//!
//! The four DLE EOT replies look alike, so an answer that comes too late would be read as the
//! answer to the next question, and every later one would be off by one. Therefore each question
//! begins with an empty line, has one answer, and after a missing answer the line is drained until
//! it is quiet. For the same reason a job begins only after the one before has no answer under way.

use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use escpos::driver::Driver;
use escpos::errors::PrinterError;
use serialport::{ClearBuffer, SerialPort};

use crate::health::{Health, Link, Reason};
use crate::wire::escpos::status::{Query, Reply, Status, StatusTable, classify};
use crate::wire::escpos::{CLEAR_BUFFER, CLEARED, FENCE};

/// Bytes that are sent before the printer is asked whether it still prints.
const BLOCK: usize = 2048;
/// After an answer, a second one within this time shows that the answers are off by one. Longer than
/// the 16 ms for which USB adapters hold bytes back.
const AFTER: Duration = Duration::from_millis(20);
/// Longest wait for the printer to take more bytes, and for a line that is never quiet.
const STALL: Duration = Duration::from_secs(5);
/// How often the state is asked for while the printer works.
const POLL: Duration = Duration::from_millis(200);
/// So many status replies in a row may be missing or garbled before the wait is given up.
const DISTURBED: u32 = 3;

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
    /// The printer went offline during a job and needs a person.
    #[error("the printer stopped")]
    Stopped,
}

/// The reason why a printer cannot print, if it cannot.
pub fn blocking_reason(health: &Health) -> Option<Reason> {
    if health.link == Link::Online {
        return None;
    }
    let reason = health.reasons.iter().find(|reason| **reason != Reason::PaperLow);
    Some(reason.copied().unwrap_or(Reason::Unknown))
}

/// The open line.
pub struct Transport {
    port: RefCell<Box<dyn SerialPort>>,
    /// How long an answer may take.
    patience: Duration,
    table: StatusTable,
    /// End of the present job's time.
    deadline: Cell<Instant>,
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
    pub fn open(
        path: &str,
        baud: u32,
        patience: Duration,
        table: StatusTable,
    ) -> Result<Self, serialport::Error> {
        let port = serialport::new(path, baud).timeout(patience).open()?;
        port.clear(ClearBuffer::All)?;
        Ok(Self {
            port: RefCell::new(port),
            patience,
            table,
            deadline: Cell::new(Instant::now()),
            outgoing: RefCell::default(),
            sent: Cell::new(0),
            fence: Cell::new(None),
            failure: RefCell::new(None),
        })
    }

    /// Begins a job that may take so long: what came before is void.
    pub fn begin(&self, limit: Duration) {
        self.deadline.set(Instant::now() + limit);
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

    /// Asks all four questions.
    ///
    /// # Errors
    /// See [`LineError`]. After any but `Lost` the line is empty again.
    pub fn health(&self) -> Result<Health, LineError> {
        let status = Status {
            printer: self.ask(Query::Printer)?,
            offline: self.ask(Query::Offline)?,
            error: self.ask(Query::Error)?,
            paper: self.ask(Query::Paper)?,
        };
        Ok(status.health(&self.table))
    }

    /// Waits until the printer has processed all that was sent, and watches its state meanwhile.
    ///
    /// # Errors
    /// As [`Transport::health`]; `Stopped` when a person must act, `Silent` when the time is over.
    pub fn await_end(&self) -> Result<(), LineError> {
        let mut disturbed = 0;
        loop {
            if let Some(byte) = self.read_byte(POLL)? {
                self.note(byte);
            }
            if self.fence.get().is_some() {
                return Ok(());
            }
            self.works(&mut disturbed)?;
        }
    }

    /// Makes the printer forget what it holds, and waits for its word.
    ///
    /// # Errors
    /// `Lost` when the line is gone. A model that clears without a word is no error.
    pub fn clear(&self) -> Result<(), LineError> {
        self.send(&CLEAR_BUFFER, Instant::now() + STALL)?;
        let end = Instant::now() + self.patience;
        let mut heard = Vec::new();
        while !heard.ends_with(&CLEARED)
            && Instant::now() < end
            && let Some(byte) = self.read_byte(self.patience)?
        {
            heard.push(byte);
        }
        Ok(())
    }

    /// For a printer that cannot clear: waits until it has done what it holds. The answers of the
    /// job before and of this fence look alike, so both are awaited.
    ///
    /// # Errors
    /// As [`Transport::await_end`].
    pub fn let_finish(&self) -> Result<(), LineError> {
        self.send(&FENCE, self.deadline.get())?;
        self.await_end()?;
        self.drain(self.patience)
    }

    /// One look at a printer with a job: whether it prints. A hot head recovers by itself, and a
    /// reply may get lost: both are waited for, everything else ends the job.
    fn works(&self, disturbed: &mut u32) -> Result<bool, LineError> {
        if Instant::now() > self.deadline.get() {
            return Err(LineError::Silent);
        }
        match self.blocked() {
            Ok(reason) => {
                *disturbed = 0;
                match reason {
                    None => Ok(true),
                    Some(Reason::Overheated) => Ok(false),
                    Some(_) => Err(LineError::Stopped),
                }
            }
            Err(error) if *disturbed == DISTURBED || matches!(error, LineError::Lost(_)) => Err(error),
            Err(_) => {
                *disturbed += 1;
                Ok(false)
            }
        }
    }

    /// Asks one question, and all four only when the printer is offline.
    fn blocked(&self) -> Result<Option<Reason>, LineError> {
        if self.ask(Query::Printer)? & self.table.offline == 0 {
            return Ok(None);
        }
        Ok(blocking_reason(&self.health()?))
    }

    fn ask(&self, query: Query) -> Result<u8, LineError> {
        self.drain(Duration::ZERO)?;
        self.send(&query.bytes(), Instant::now() + STALL)?;
        match self.answer() {
            Err(LineError::Lost(why)) => Err(LineError::Lost(why)),
            Err(other) => {
                // The answer may still come, and would be taken for the next one.
                self.drain(self.patience)?;
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
        let end = Instant::now() + STALL;
        while Instant::now() < end
            && let Some(byte) = self.read_byte(quiet)?
        {
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

    fn send(&self, bytes: &[u8], until: Instant) -> Result<(), LineError> {
        let lost = |error: &dyn std::fmt::Display| LineError::Lost(error.to_string());
        let mut port = self.port.borrow_mut();
        port.set_timeout(self.patience).map_err(|error| lost(&error))?;
        let mut rest = bytes;
        let mut progress = Instant::now();
        while !rest.is_empty() {
            if Instant::now() > until {
                return Err(LineError::Silent);
            }
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
        let mut disturbed = 0;
        while self.sent.get() > 0 && !self.works(&mut disturbed)? {
            self.drain(POLL)?;
        }
        let bytes = self.outgoing.take();
        // Counted first: part of it may arrive although the send fails.
        self.sent.set(self.sent.get() + bytes.len());
        // The last block holds the fence: an answer that came before it is none.
        self.fence.set(None);
        self.send(&bytes, self.deadline.get())
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
