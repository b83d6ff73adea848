//! Where the reader is and how patient its driver is.

use std::path::PathBuf;
use std::time::Duration;

use crate::wire::sdt::{Baud, Command};

/// Configuration of one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdReaderConfig {
    /// The serial device, best by its stable name (`/dev/serial/by-id/…`).
    pub path: PathBuf,
    /// The speed that is tried first; the others follow when it stays silent.
    pub baud: Baud,
    /// Whether the newest additional address is read (30 03) and takes the place of the printed one.
    pub read_addresses: bool,
    /// Times.
    pub timing: Timing,
}

impl IdReaderConfig {
    /// A reader with the usual settings.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            baud: Baud::B115200,
            read_addresses: true,
            timing: Timing::default(),
        }
    }
}

/// Every interval and limit of the driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// After opening, since opening can reset the module.
    pub settle: Duration,
    /// Between two searches (20 01) of an empty field.
    pub search: Duration,
    /// Between two questions whether a card still lies there.
    pub presence: Duration,
    /// The same after a card that was pulled while it was read: it is most likely gone.
    pub pulled: Duration,
    /// So many questions in a row must be answered with no before a card counts as removed.
    pub misses: u32,
    /// Silence inside an answer after which it is dropped.
    pub inter_byte: Duration,
    /// First byte of the answer to 11 FF, 12 FF, 60 nn, 61 FF.
    pub status: Duration,
    /// First byte of the answer to 20 01 and 20 02.
    pub find: Duration,
    /// First byte of the answer to 30 03 and 30 05.
    pub addresses: Duration,
    /// First byte of the answer to 30 01.
    pub read: Duration,
    /// First byte of the answer to 10 FF.
    pub reset: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            settle: Duration::from_millis(500),
            search: Duration::from_millis(400),
            presence: Duration::from_millis(600),
            pulled: Duration::from_millis(200),
            misses: 3,
            inter_byte: Duration::from_millis(250),
            status: Duration::from_millis(500),
            find: Duration::from_millis(1000),
            addresses: Duration::from_millis(2000),
            read: Duration::from_millis(3000),
            reset: Duration::from_millis(3000),
        }
    }
}

impl Timing {
    /// Short pauses, for a simulated reader with short think times. The limits are waited out only
    /// where an answer fails to come, so they leave room for a busy machine.
    pub fn fast() -> Self {
        Self {
            settle: Duration::from_millis(5),
            search: Duration::from_millis(10),
            presence: Duration::from_millis(10),
            pulled: Duration::from_millis(5),
            misses: 3,
            inter_byte: Duration::from_millis(250),
            status: Duration::from_millis(500),
            find: Duration::from_millis(500),
            addresses: Duration::from_millis(500),
            read: Duration::from_millis(500),
            reset: Duration::from_millis(500),
        }
    }

    /// The limit for the first byte of an answer.
    pub(super) fn first_byte(&self, command: Command) -> Duration {
        match command {
            Command::Status | Command::SamNumber | Command::SetBaud(_) | Command::SetRfFrame(_) => {
                self.status
            }
            Command::Find | Command::Select => self.find,
            Command::ReadAddresses | Command::ReadManagement => self.addresses,
            Command::Read | Command::ReadWithFingerprints => self.read,
            Command::Reset => self.reset,
        }
    }
}
