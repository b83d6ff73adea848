//! Receipt printer on a serial line (also a USB one that shows as a serial line), by ESC/POS.
//!
//! A job is sent in blocks and ends with a fence; only the answer to the fence and a ready printer
//! after it make it complete. When the printer stops in the middle, what it still holds is cleared,
//! so that it does not come out for the next person.

mod encode;
mod layout;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use escpos::printer::Printer;
use escpos::utils::{Encoder, Protocol};
use serde::Deserialize;

use self::transport::{LineError, Transport, blocking_reason};
use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Link, Reason};
use crate::port::receipt_printer::{PrintOutcome, Receipt, ReceiptPrinter};
use crate::raster::{FontError, FontFiles, Typeface};
use crate::wire::escpos::StatusTable;

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
        let health = self.line()?.health();
        if matches!(health, Err(LineError::Lost(_))) {
            self.line = None;
        }
        health
    }

    /// Why nothing can be printed now, if so.
    fn obstacle(&mut self) -> Result<Option<Reason>, DeviceError> {
        // First, so that the answers to the questions after it are the last that are under way.
        let earlier = if self.unfinished {
            self.finish_earlier()
        } else {
            Ok(())
        };
        let health = self.health();
        if health.link == Link::Absent {
            return Err(self.absent(&health.detail));
        }
        Ok(blocking_reason(&health).or(earlier.err().map(|_| Reason::Timeout)))
    }

    /// Makes sure that nothing of the job before is left, neither lines nor an answer.
    fn finish_earlier(&self) -> Result<(), LineError> {
        let line = self.line()?;
        if self.config.clear_buffer {
            line.clear()
        } else {
            line.begin(self.limit());
            line.let_finish()
        }
    }

    /// Encodes and sends a receipt. What fails after the first byte is the inner result.
    fn send(&mut self, receipt: &Receipt) -> Result<Result<(), LineError>, DeviceError> {
        let columns = self.config.paper.columns();
        let items = layout::lay_out(&receipt.lines, columns);
        let Some(line) = &self.line else {
            return Err(self.absent("closed"));
        };
        line.begin(self.limit());
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
        match written {
            Ok(()) => Ok(Ok(())),
            Err(error) if line.sent() == 0 => Err(match line.failure() {
                Some(failure) => self.absent(&failure.to_string()),
                None => DeviceError::caused(DeviceErrorKind::Unsupported, "encode receipt", error),
            }),
            Err(error) => Ok(Err(line.failure().unwrap_or(LineError::Lost(error.to_string())))),
        }
    }

    /// The job's data are on their way: finds out how it ends.
    fn outcome(&mut self, sending: Result<(), LineError>) -> PrintOutcome {
        let ended = sending.and_then(|()| self.line()?.await_end());
        let outcome = match (&ended, self.ask().map(|health| blocking_reason(&health))) {
            (Ok(()), Ok(None)) => PrintOutcome::Completed,
            // Also when all data were processed: a printer that is not ready now may have swallowed some.
            (_, Ok(Some(reason))) => PrintOutcome::Incomplete(reason),
            (Err(LineError::Stopped), Ok(None)) => PrintOutcome::Incomplete(Reason::Unknown),
            _ => PrintOutcome::Unknown,
        };
        if ended.is_err() {
            self.discard();
        }
        outcome
    }

    /// Makes the printer forget the rest of the job: it must not come out for the next person.
    fn discard(&mut self) {
        if self.config.clear_buffer && self.line().is_ok_and(|line| line.clear().is_err()) {
            self.line = None;
        }
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(self.config.job_seconds)
    }

    fn line(&self) -> Result<&Transport, LineError> {
        self.line.as_ref().ok_or_else(|| LineError::Lost("closed".into()))
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

impl ReceiptPrinter for EscPosPrinter {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.line = None;
        let patience = Duration::from_millis(self.config.reply_ms);
        let opened = Transport::open(&self.config.path, self.config.baud, patience, self.config.status);
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
        if let Some(reason) = self.obstacle()? {
            return Ok(PrintOutcome::Failed(reason));
        }
        let sending = self.send(receipt)?;
        let outcome = self.outcome(sending);
        self.unfinished = outcome != PrintOutcome::Completed;
        Ok(outcome)
    }
}
