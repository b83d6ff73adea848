//! Code scanner on a serial port (USB CDC or RS-232), which sends the bytes of each code, mostly with
//! CR or CR LF behind them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serialport::SerialPort;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::serial;
use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::Health;
use crate::port::code_scanner::{CodeScanner, ScannedCode};

/// No code is longer.
const LONGEST: usize = 4096;
const CHUNK: usize = 512;

/// Configuration of one scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeScannerConfig {
    /// The serial device, best by its stable name (`/dev/serial/by-id/…`).
    pub path: PathBuf,
    /// Bits a second: 9600 on older scanners, 115200 on newer ones; any on USB CDC.
    pub baud: u32,
    /// Silence that ends a code without a suffix.
    pub silence: Duration,
    /// The same code is not given again within this time.
    pub repeat: Duration,
}

impl CodeScannerConfig {
    /// A scanner with the usual settings.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            baud: 115_200,
            silence: Duration::from_millis(80),
            repeat: Duration::from_secs(3),
        }
    }
}

/// A code scanner on a serial port.
pub struct SerialCodeScanner {
    config: CodeScannerConfig,
    port: Option<Box<dyn SerialPort>>,
    health: Health,
    /// The bytes of codes that were not yet given. Never outgrows its first allocation.
    buffer: Zeroizing<Vec<u8>>,
    last_byte: Instant,
    /// A code was too long; the rest of it is dropped too.
    overlong: bool,
    /// Digest of the code given last, so that the code itself is not kept.
    given: Option<([u8; 32], Instant)>,
}

impl SerialCodeScanner {
    /// A closed scanner.
    pub fn new(config: CodeScannerConfig) -> Self {
        Self {
            config,
            port: None,
            health: Health::absent("not opened"),
            buffer: Zeroizing::new(Vec::with_capacity(LONGEST + CHUNK)),
            last_byte: Instant::now(),
            overlong: false,
            given: None,
        }
    }

    fn forget(&mut self) {
        self.port = None;
        self.buffer.zeroize();
        self.overlong = false;
    }

    /// Takes in what comes within the limit; `false` for silence.
    fn receive(&mut self, limit: Duration) -> Result<bool, DeviceError> {
        const OPERATION: &str = "read a code";
        let Some(port) = &mut self.port else {
            return Err(DeviceError::new(DeviceErrorKind::NotReady, OPERATION));
        };
        let mut bytes = Zeroizing::new([0_u8; CHUNK]);
        match serial::receive(port.as_mut(), bytes.as_mut(), limit) {
            Ok(0) => Ok(false),
            Ok(count) => {
                self.buffer
                    .extend_from_slice(bytes.get(..count).unwrap_or_default());
                self.last_byte = Instant::now();
                Ok(true)
            }
            Err(error) => {
                self.forget();
                self.health = Health::absent(OPERATION);
                Err(DeviceError::caused(DeviceErrorKind::Absent, OPERATION, error))
            }
        }
    }

    /// Takes the next whole code out of the buffer: up to a CR or LF, or all of it after a silence.
    fn take_code(&mut self) -> Option<Vec<u8>> {
        loop {
            let end = self.buffer.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let silent = !self.buffer.is_empty() && self.last_byte.elapsed() >= self.config.silence;
            let Some(end) = end.or(silent.then_some(self.buffer.len())) else {
                if self.buffer.len() > LONGEST {
                    self.buffer.zeroize();
                    self.overlong = true;
                }
                return None;
            };
            let code = self.buffer.get(..end).unwrap_or_default().to_vec();
            let used = (end + 1).min(self.buffer.len());
            self.buffer.drain(..used);
            let overlong = std::mem::take(&mut self.overlong) || code.len() > LONGEST;
            if overlong {
                tracing::warn!(limit = LONGEST, "a code was too long and was dropped");
            } else if !code.is_empty() {
                return Some(code);
            }
        }
    }

    /// Whether this code was given a moment ago; remembers it.
    fn is_repeat(&mut self, code: &[u8]) -> bool {
        let digest: [u8; 32] = Sha256::digest(code).into();
        let window = self.config.repeat;
        if self
            .given
            .is_some_and(|(last, when)| last == digest && when.elapsed() < window)
        {
            return true;
        }
        self.given = Some((digest, Instant::now()));
        false
    }
}

impl CodeScanner for SerialCodeScanner {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.forget();
        let opened = serial::open(&self.config.path, self.config.baud).and_then(|port| {
            port.clear(serialport::ClearBuffer::Input)
                .map_err(|error| DeviceError::caused(DeviceErrorKind::Absent, "open the scanner", error))?;
            Ok(port)
        });
        match opened {
            Ok(port) => {
                self.port = Some(port);
                self.health = Health::online();
                Ok(())
            }
            Err(error) => {
                self.health = Health::absent(error.operation.clone());
                Err(error)
            }
        }
    }

    fn read(&mut self, deadline: Duration) -> Result<Option<ScannedCode>, DeviceError> {
        let end = Instant::now() + deadline;
        loop {
            while let Some(code) = self.take_code() {
                if !self.is_repeat(&code) {
                    return Ok(Some(ScannedCode(code)));
                }
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let limit = if self.buffer.is_empty() && !self.overlong {
                left
            } else {
                left.min(self.config.silence)
            };
            let heard = self.receive(limit)?;
            if !heard && self.buffer.is_empty() {
                self.overlong = false;
            }
        }
    }

    fn health(&self) -> Health {
        self.health.clone()
    }
}
