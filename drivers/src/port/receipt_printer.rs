//! Receipt printer (凭条打印机).

use crate::error::DeviceError;
use crate::health::{Health, Reason};

/// Horizontal placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left margin.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right margin.
    Right,
}

/// Size of the characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextSize {
    /// 24 dots high.
    #[default]
    Normal,
    /// Twice as high and as wide.
    Double,
}

/// One element of a receipt, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A line of text. The device breaks what is too long and prints a line with characters it
    /// lacks as a raster; control characters are stripped.
    Text {
        /// The words.
        text: String,
        /// Placement.
        align: Align,
        /// Size.
        size: TextSize,
        /// Heavier strokes.
        bold: bool,
    },
    /// Two texts on one line, left and right; the right one goes below when both do not fit.
    Pair {
        /// At the left.
        label: String,
        /// At the right.
        value: String,
    },
    /// A rule across the paper.
    Rule,
    /// Empty space of so many dots.
    Space(u16),
    /// A QR code, centred.
    QrCode {
        /// The payload.
        data: String,
    },
}

/// One slip of paper: the lines, then a cut.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    /// From top to bottom.
    pub lines: Vec<Line>,
}

/// How a print job ended. `Unknown` asks a person and is never repeated by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrintOutcome {
    /// All data were processed and the printer was ready afterwards.
    Completed,
    /// The printer stopped in the middle for this reason; paper may have come out in part.
    Incomplete(Reason),
    /// Nothing was printed.
    Failed(Reason),
    /// The link was lost after data had been sent.
    Unknown,
}

/// A receipt printer.
pub trait ReceiptPrinter: Send {
    /// Opens the line and asks for the state.
    ///
    /// # Errors
    /// `Absent` when nothing is at the address.
    fn open(&mut self) -> Result<(), DeviceError>;

    /// Asks the device; never answers from memory.
    fn health(&mut self) -> Health;

    /// Prints one receipt and waits until the printer has processed all of it.
    ///
    /// # Errors
    /// Only when nothing was sent; anything later is an outcome.
    fn print(&mut self, receipt: &Receipt) -> Result<PrintOutcome, DeviceError>;
}
