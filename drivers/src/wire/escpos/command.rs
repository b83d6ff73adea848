//! What a printer is told.

/// Horizontal placement of a line (ESC a).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Justify {
    /// At the left margin.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right margin.
    Right,
}

/// A picture of dots, one bit each, rows from the top, the left dot in the highest bit.
#[derive(Clone, PartialEq, Eq)]
pub struct Raster {
    /// Bytes in a row.
    pub row_bytes: usize,
    /// Rows.
    pub rows: usize,
    /// `row_bytes × rows` bytes.
    pub bits: Vec<u8>,
}

impl Raster {
    /// Whether the dot is black; white outside.
    pub fn dot(&self, x: usize, y: usize) -> bool {
        if x / 8 >= self.row_bytes {
            return false;
        }
        let byte = self.bits.get(y * self.row_bytes + x / 8);
        byte.is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }
}

impl std::fmt::Debug for Raster {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Raster({} x {})", self.row_bytes * 8, self.rows)
    }
}

/// One command, with its parameters checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A character to print.
    Character(char),
    /// A byte of a single-byte code page, sent outside Chinese mode.
    CodePageByte(u8),
    /// LF: print the line, go to the next.
    LineFeed,
    /// ESC @.
    Initialise,
    /// FS & and FS . (Chinese characters on, off).
    ChineseMode(bool),
    /// ESC E.
    Bold(bool),
    /// GS !: factors 1 to 8.
    Size {
        /// Width factor.
        width: u8,
        /// Height factor.
        height: u8,
    },
    /// ESC a.
    Justify(Justify),
    /// ESC 3 n in dots, ESC 2 (`None`: the printer's own).
    LineSpacing(Option<u8>),
    /// ESC d: feed so many lines.
    FeedLines(u8),
    /// ESC J: feed so many dots.
    FeedDots(u8),
    /// ESC $: dots from the left margin.
    Position(u16),
    /// ESC \: dots from here.
    Move(i16),
    /// GS L: left margin in dots.
    LeftMargin(u16),
    /// GS W: width of the printing area in dots.
    PrintArea(u16),
    /// GS v 0, or GS ( L / GS 8 L stored and printed.
    Raster(Raster),
    /// GS ( k: the stored QR symbol is printed.
    QrCode {
        /// Dots a module.
        module: u8,
        /// Level of error correction: L, M, Q or H.
        level: char,
        /// Payload.
        data: Vec<u8>,
    },
    /// GS V: feed to the cutter and so many dots more, then cut.
    Cut {
        /// Leaves a bridge.
        partial: bool,
        /// Dots, where the form of the command has them.
        feed: Option<u8>,
    },
    /// GS r: answer with this status, in order.
    TransmitStatus(u8),
    /// GS a: push the status on changes of these bits.
    AutomaticStatus(u8),
    /// A known command with nothing to show on this paper, e.g. the choice of a font.
    Accepted(&'static str),
}
