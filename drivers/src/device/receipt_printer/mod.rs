//! Receipt printer on a serial line (also a USB one that shows as a serial line), by ESC/POS.
//!
//! A job is sent in blocks and ends with a fence; only the answer to the fence and a ready printer
//! after it make it complete. When the printer stops in the middle, what it still holds is cleared,
//! so that it does not come out for the next person.

mod encode;
mod layout;
mod transport;

use std::sync::Arc;
use std::time::{Duration, Instant};

use escpos::printer::Printer;
use escpos::utils::{Encoder, Protocol};
use serde::Deserialize;

use self::transport::{LineError, Transport};
use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Link, Reason};
use crate::port::receipt_printer::{PrintOutcome, Receipt, ReceiptPrinter};
use crate::raster::{FontError, FontFiles, Typeface};
use crate::wire::escpos::{CLEAR_BUFFER, StatusTable};

/// How often the status is asked for while the job's end is awaited.
const POLL: Duration = Duration::from_millis(200);
/// So many status replies in a row may be missing or garbled before the wait is given up.
const DISTURBED: u32 = 3;

/// Width of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum PaperWidth {
    /// 58 mm: 32 columns, 384 dots.
    #[serde(rename = "58mm")]
    Mm58,
    /// 80 mm: 48 columns, 576 dots.
    #[default]
    #[serde(rename = "80mm")]
    Mm80,
}

impl PaperWidth {
    /// Columns; a Chinese character takes two.
    pub fn columns(self) -> usize {
        match self {
            Self::Mm58 => 32,
            Self::Mm80 => 48,
        }
    }

    /// Printable dots at 203 dpi.
    pub fn dots(self) -> usize {
        self.columns() * encode::COLUMN
    }
}

/// Configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPrinterConfig {
    /// Serial device by a stable name, e.g. `/dev/serial/by-id/usb-…`.
    pub path: String,
    /// Speed.
    #[serde(default = "ReceiptPrinterConfig::default_baud")]
    pub baud: u32,
    /// Paper.
    #[serde(default)]
    pub paper: PaperWidth,
    /// How long a status reply may take, in milliseconds.
    #[serde(default = "ReceiptPrinterConfig::default_reply_ms")]
    pub reply_ms: u64,
    /// How long a whole receipt may take, in seconds.
    #[serde(default = "ReceiptPrinterConfig::default_job_seconds")]
    pub job_seconds: u64,
    /// The model knows DLE DC4 8 (clear buffer).
    #[serde(default = "ReceiptPrinterConfig::default_clear_buffer")]
    pub clear_buffer: bool,
    /// Meaning of the status bits on this model.
    #[serde(default)]
    pub status: StatusTable,
    /// Font of the lines that are drawn.
    #[serde(default)]
    pub font: FontFiles,
}

impl ReceiptPrinterConfig {
    /// A printer of 80 mm at this path, with the usual settings.
    pub fn at(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            baud: Self::default_baud(),
            paper: PaperWidth::default(),
            reply_ms: Self::default_reply_ms(),
            job_seconds: Self::default_job_seconds(),
            clear_buffer: Self::default_clear_buffer(),
            status: StatusTable::default(),
            font: FontFiles::default(),
        }
    }

    fn default_baud() -> u32 {
        115_200
    }

    fn default_reply_ms() -> u64 {
        500
    }

    fn default_job_seconds() -> u64 {
        30
    }

    fn default_clear_buffer() -> bool {
        true
    }
}

/// The driver.
pub struct EscPosPrinter {
    config: ReceiptPrinterConfig,
    line: Option<Transport>,
    typeface: Option<Arc<Typeface>>,
    /// The last job may have left lines that hang out uncut.
    unfinished: bool,
}

impl EscPosPrinter {
    /// A printer that is not opened yet.
    pub fn new(config: ReceiptPrinterConfig) -> Self {
        Self {
            config,
            line: None,
            typeface: None,
            // Whatever a process before us was doing when the power went.
            unfinished: true,
        }
    }

    fn absent(&self, why: &str) -> DeviceError {
        let operation = format!("receipt printer at {}", self.config.path);
        DeviceError::caused(DeviceErrorKind::Absent, operation, why.to_owned())
    }

    /// Asks for the state; a lost line is closed.
    fn ask(&mut self) -> Result<Health, LineError> {
        let Some(line) = &self.line else {
            return Err(LineError::Lost("not open".into()));
        };
        let status = line.status();
        if matches!(status, Err(LineError::Lost(_))) {
            self.line = None;
        }
        Ok(status?.health(&self.config.status))
    }

    /// The job's data are on their way: finds out how it ends.
    fn outcome(&mut self, sending: Result<(), LineError>) -> PrintOutcome {
        match sending.and_then(|()| self.await_end()) {
            Ok(()) => self.state_after(),
            Err(LineError::Stopped) => self.stop(),
            Err(_) => match self.state_after() {
                PrintOutcome::Incomplete(reason) => self.discard(reason),
                _ => PrintOutcome::Unknown,
            },
        }
    }

    /// All data were processed; a printer that is not ready now may have swallowed some.
    fn state_after(&mut self) -> PrintOutcome {
        match self.ask() {
            Ok(health) => match blocking_reason(&health) {
                None => PrintOutcome::Completed,
                Some(reason) => PrintOutcome::Incomplete(reason),
            },
            Err(_) => PrintOutcome::Unknown,
        }
    }

    /// The printer went offline: names the reason.
    fn stop(&mut self) -> PrintOutcome {
        match self.ask() {
            Ok(health) => self.discard(blocking_reason(&health).unwrap_or(Reason::Unknown)),
            Err(_) => PrintOutcome::Unknown,
        }
    }

    /// Makes the printer forget the rest of the job.
    fn discard(&mut self, reason: Reason) -> PrintOutcome {
        if self.config.clear_buffer
            && let Some(line) = &self.line
            && line.command(&CLEAR_BUFFER).is_err()
        {
            self.line = None;
        }
        PrintOutcome::Incomplete(reason)
    }

    /// Waits for the fence's answer and watches the state meanwhile.
    fn await_end(&mut self) -> Result<(), LineError> {
        let deadline = Instant::now() + Duration::from_secs(self.config.job_seconds);
        let mut disturbed = 0;
        loop {
            let Some(line) = &self.line else {
                return Err(LineError::Lost("closed".into()));
            };
            if line.await_fence(POLL)?.is_some() {
                return Ok(());
            }
            match line.is_online() {
                Ok(true) => disturbed = 0,
                // A hot print head recovers by itself; everything else needs a person.
                Ok(false) if blocking_reason(&self.ask()?) != Some(Reason::Overheated) => {
                    return Err(LineError::Stopped);
                }
                Ok(false) => {}
                Err(error) if disturbed == DISTURBED || matches!(error, LineError::Lost(_)) => {
                    return Err(error);
                }
                Err(_) => disturbed += 1,
            }
            if Instant::now() > deadline {
                return Err(LineError::Silent);
            }
        }
    }
}

fn load_typeface(font: &FontFiles, loaded: &mut Option<Arc<Typeface>>) -> Result<Arc<Typeface>, FontError> {
    let typeface = match loaded.take() {
        Some(typeface) => typeface,
        None if *font == FontFiles::default() => Typeface::system()?,
        None => Arc::new(Typeface::load(font)?),
    };
    *loaded = Some(Arc::clone(&typeface));
    Ok(typeface)
}

/// The reason why a printer cannot print, if it cannot.
fn blocking_reason(health: &Health) -> Option<Reason> {
    if health.link == Link::Online {
        return None;
    }
    let reason = health.reasons.iter().find(|reason| **reason != Reason::PaperLow);
    Some(reason.copied().unwrap_or(Reason::Unknown))
}

impl ReceiptPrinter for EscPosPrinter {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.line = None;
        let patience = Duration::from_millis(self.config.reply_ms);
        let opened = Transport::open(
            &self.config.path,
            self.config.baud,
            patience,
            self.config.status.offline,
        );
        self.line = Some(opened.map_err(|error| self.absent(&error.to_string()))?);
        match self.ask() {
            Ok(_) => Ok(()),
            Err(error) => {
                self.line = None;
                let kind = match error {
                    LineError::Lost(_) => DeviceErrorKind::Absent,
                    LineError::Silent => DeviceErrorKind::TimedOut,
                    LineError::Nonsense(_) | LineError::Stopped => DeviceErrorKind::Protocol,
                };
                let operation = format!("status of the receipt printer at {}", self.config.path);
                Err(DeviceError::caused(kind, operation, error))
            }
        }
    }

    fn health(&mut self) -> Health {
        match self.ask() {
            Ok(health) => health,
            Err(LineError::Lost(why)) => Health::absent(format!("{}: {why}", self.config.path)),
            Err(error @ LineError::Nonsense(_)) => Health::faulted(Reason::Protocol, error.to_string()),
            Err(error) => Health::faulted(Reason::Timeout, error.to_string()),
        }
    }

    fn print(&mut self, receipt: &Receipt) -> Result<PrintOutcome, DeviceError> {
        let columns = self.config.paper.columns();
        let items = layout::lay_out(&receipt.lines, columns);
        let unsupported = |error: encode::EncodeError| {
            DeviceError::caused(DeviceErrorKind::Unsupported, "encode receipt", error)
        };
        let health = self.health();
        if health.link == Link::Absent {
            return Err(self.absent(&health.detail));
        }
        if let Some(reason) = blocking_reason(&health) {
            return Ok(PrintOutcome::Failed(reason));
        }
        let Some(line) = &self.line else {
            return Err(self.absent("closed"));
        };
        line.begin();
        // No page code: with one, the crate would map characters one by one through its table.
        let mut printer = Printer::new(line, Protocol::new(Encoder::new(encoding_rs::GB18030)), None);
        let (font, loaded) = (&self.config.font, &mut self.typeface);
        let mut typeface = || load_typeface(font, loaded);
        let separated = if self.unfinished {
            encode::write_separation(&mut printer)
        } else {
            Ok(())
        };
        let written =
            separated.and_then(|()| encode::write_receipt(&mut printer, &items, columns, &mut typeface));
        let sending = match written {
            Ok(()) => Ok(()),
            Err(error) if line.sent() == 0 => match line.failure() {
                Some(failure) => return Err(self.absent(&failure.to_string())),
                None => return Err(unsupported(error)),
            },
            Err(error) => Err(line.failure().unwrap_or(LineError::Lost(error.to_string()))),
        };
        let outcome = self.outcome(sending);
        self.unfinished = outcome != PrintOutcome::Completed;
        Ok(outcome)
    }
}
