//! Where the reader is, which purses it serves and how patient its driver is.

use std::path::PathBuf;
use std::time::Duration;

use crate::wire::pboc::{LINGNAN, T_UNION};

/// Configuration of one reader of transit cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitCardConfig {
    /// The serial device, best by its stable name (`/dev/serial/by-id/…`).
    pub path: PathBuf,
    /// Bits a second.
    pub baud: u32,
    /// The names of the purses, in the order in which they are tried.
    pub applications: Vec<Vec<u8>>,
    /// Which of the card's load keys is used.
    pub key_index: u8,
    /// Times.
    pub timing: Timing,
}

impl TransitCardConfig {
    /// A reader with the usual settings, for 交通联合 and 羊城通 purses.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            baud: 115_200,
            applications: vec![T_UNION.to_vec(), LINGNAN.to_vec()],
            key_index: 1,
            timing: Timing::default(),
        }
    }
}

/// Every interval and limit of the driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// Between two questions whether a card is there; a notice from the reader ends the wait.
    pub search: Duration,
    /// Silence inside a frame after which it is given up, and before it is asked for again.
    pub inter_byte: Duration,
    /// First byte of an answer, and after each request for more time.
    pub answer: Duration,
    /// No command takes longer, however often the card asks for more time or a frame is repeated.
    pub command: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            search: Duration::from_millis(250),
            inter_byte: Duration::from_millis(100),
            answer: Duration::from_millis(2000),
            command: Duration::from_millis(5000),
        }
    }
}

impl Timing {
    /// Short pauses, for a simulated reader. The limits are waited out only where an answer fails to
    /// come, so they leave room for a busy machine.
    pub fn fast() -> Self {
        Self {
            search: Duration::from_millis(20),
            inter_byte: Duration::from_millis(60),
            answer: Duration::from_millis(700),
            command: Duration::from_millis(5000),
        }
    }
}
