//! Strict decoder of ESC/POS as a state machine without input or output: bytes are pushed in any
//! pieces, commands come out. What is not known is an error with its place, never skipped in silence.

use super::command::{Command, Justify, Raster};
use super::{ESC, FS, GS};

/// Most bytes that one command may hold: a page of 80 mm paper, and a bit.
const MAX_BLOCK: usize = 512 * 1024;
const LF: u8 = 0x0A;

/// Why bytes are no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeErrorKind {
    /// Not in the command set.
    #[error("unknown command {0:02X?}")]
    UnknownCommand([u8; 2]),
    /// The parameter is out of range.
    #[error("{0}: parameter {1} out of range")]
    Parameter(&'static str, u32),
    /// A control byte where only text may stand.
    #[error("control byte {0:02X} in text")]
    ControlByte(u8),
    /// No character of two bytes.
    #[error("{0:02X?} is no character of GB 18030 with two bytes")]
    Character([u8; 2]),
    /// A character of four bytes, which printers lack.
    #[error("a character of four bytes, which printers lack")]
    FourByteCharacter,
    /// A QR symbol or graphic is printed that was never stored.
    #[error("{0}: nothing is stored")]
    NothingStored(&'static str),
}

/// Bytes that are no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset}: {kind}")]
pub struct DecodeError {
    /// Bytes since the decoder was made, to the first wrong one.
    pub offset: u64,
    /// Why.
    pub kind: DecodeErrorKind,
}

struct Symbol {
    module: u8,
    level: char,
    data: Option<Vec<u8>>,
}

/// The decoder.
pub struct Decoder {
    buffer: Vec<u8>,
    /// Bytes of the buffer that are done.
    done: usize,
    /// Where the last answer's bytes begin in the buffer.
    start: usize,
    offset: u64,
    chinese: bool,
    symbol: Symbol,
    graphic: Option<Raster>,
}

/// A parsed piece: bytes consumed, and the command unless it only changes the decoder's state.
type Piece = (usize, Option<Command>);
/// `Ok(None)`: more bytes are needed. `Err`: bytes to skip, and why.
type Parsed = Result<Option<Piece>, (usize, DecodeErrorKind)>;

impl Default for Decoder {
    fn default() -> Self {
        Self {
            buffer: Vec::new(),
            done: 0,
            start: 0,
            offset: 0,
            chinese: false,
            symbol: Symbol {
                module: 3,
                level: 'L',
                data: None,
            },
            graphic: None,
        }
    }
}

impl Decoder {
    /// Takes bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.done);
        (self.done, self.start) = (0, 0);
        self.buffer.extend_from_slice(bytes);
    }

    /// Forgets what is not yet decoded, as after a cleared buffer.
    pub fn clear(&mut self) {
        self.offset += self.pending() as u64;
        self.buffer.clear();
        (self.done, self.start) = (0, 0);
    }

    /// Bytes that wait for the rest of their command, or for their turn.
    pub fn pending(&self) -> usize {
        self.rest().len()
    }

    /// The bytes that the last answer of [`Decoder::next_command`] consumed, until the next push.
    pub fn last(&self) -> &[u8] {
        self.buffer.get(self.start..self.done).unwrap_or_default()
    }

    /// Bytes decoded so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next command, `None` when more bytes are needed.
    ///
    /// # Errors
    /// The bytes are no command. They are skipped: the next call goes on after them.
    pub fn next_command(&mut self) -> Result<Option<Command>, DecodeError> {
        self.start = self.done;
        while let Some(parsed) = self.parse().transpose() {
            let (length, outcome) = match parsed {
                Ok((length, command)) => (length, Ok(command)),
                Err((length, kind)) => (length, Err(kind)),
            };
            let offset = self.offset;
            let length = length.min(self.pending());
            self.done += length;
            self.offset += length as u64;
            match outcome {
                Ok(Some(command)) => return Ok(Some(command)),
                Ok(None) => {}
                Err(kind) => return Err(DecodeError { offset, kind }),
            }
        }
        Ok(None)
    }

    fn parse(&mut self) -> Parsed {
        let Some(&first) = self.rest().first() else {
            return Ok(None);
        };
        match first {
            LF => Ok(Some((1, Some(Command::LineFeed)))),
            ESC | FS | GS => self.escape(first),
            0x20..=0x7E => Ok(Some((1, Some(Command::Character(char::from(first)))))),
            0x80..=0xFF if self.chinese => self.character(first),
            0x80..=0xFF => Ok(Some((1, Some(Command::CodePageByte(first))))),
            _ => Err((1, DecodeErrorKind::ControlByte(first))),
        }
    }

    fn character(&self, first: u8) -> Parsed {
        let Some(second) = self.byte(1) else {
            return Ok(None);
        };
        if second.is_ascii_digit() {
            return match self.pending() {
                4.. => Err((4, DecodeErrorKind::FourByteCharacter)),
                _ => Ok(None),
            };
        }
        let pair = [first, second];
        let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(&pair);
        let character = text.as_deref().map(str::chars).and_then(|mut chars| {
            let character = chars.next();
            character.filter(|_| chars.next().is_none())
        });
        match character {
            Some(character) => Ok(Some((2, Some(Command::Character(character))))),
            None => Err((1, DecodeErrorKind::Character(pair))),
        }
    }

    fn escape(&mut self, first: u8) -> Parsed {
        let Some(second) = self.byte(1) else {
            return Ok(None);
        };
        match (first, second) {
            (ESC, b'@') => {
                let offset = self.offset;
                let buffer = std::mem::take(&mut self.buffer);
                *self = Self {
                    buffer,
                    done: self.done,
                    start: self.start,
                    offset,
                    ..Self::default()
                };
                Ok(Some((2, Some(Command::Initialise))))
            }
            (FS, b'&' | b'.') => {
                self.chinese = second == b'&';
                Ok(Some((2, Some(Command::ChineseMode(self.chinese)))))
            }
            (ESC, b'2') => Ok(Some((2, Some(Command::LineSpacing(None))))),
            (GS, b'V') => self.cut(),
            (GS, b'v') => self.raster(),
            (GS, b'(' | b'8') | (FS, b'(') => self.block(first, second),
            (ESC, b'$' | b'\\') | (GS, b'L' | b'W') | (FS, b'S') => self.two_bytes(first, second),
            _ => self.one_byte(first, second),
        }
    }

    /// Commands with one byte of parameter.
    fn one_byte(&self, first: u8, second: u8) -> Parsed {
        use Command as C;
        let known = matches!(
            (first, second),
            (
                ESC,
                b'E' | b'a' | b'3' | b'd' | b'J' | b't' | b'R' | b'M' | b'-' | b' ' | b'{'
            ) | (GS, b'!' | b'r' | b'a' | b'B')
                | (FS, b'-' | b'C')
        );
        if !known {
            return Err((1, DecodeErrorKind::UnknownCommand([first, second])));
        }
        let Some(n) = self.byte(2) else {
            return Ok(None);
        };
        // Switches are given as 0 and 1, or as the digits '0' and '1'.
        let digit = n.checked_sub(b'0').filter(|digit| *digit < 3).unwrap_or(n);
        let command = match (first, second) {
            (ESC, b'E') => Ok(C::Bold(n & 1 == 1)),
            (ESC, b'a') => match digit {
                0 => Ok(C::Justify(Justify::Left)),
                1 => Ok(C::Justify(Justify::Centre)),
                2 => Ok(C::Justify(Justify::Right)),
                _ => Err("ESC a"),
            },
            (ESC, b'3') => Ok(C::LineSpacing(Some(n))),
            (ESC, b'd') => Ok(C::FeedLines(n)),
            (ESC, b'J') => Ok(C::FeedDots(n)),
            (ESC, b't') => Ok(C::Accepted("ESC t")),
            (ESC, b'R') if n <= 17 => Ok(C::Accepted("ESC R")),
            (ESC, b'M') if digit < 3 => Ok(C::Accepted("ESC M")),
            (ESC | FS, b'-') if digit < 3 => Ok(C::Accepted("ESC -")),
            (ESC, b' ') if n == 0 => Ok(C::Accepted("ESC SP")),
            (ESC, b'{') if n & 1 == 0 => Ok(C::Accepted("ESC {")),
            (GS, b'B') if n & 1 == 0 => Ok(C::Accepted("GS B")),
            (FS, b'C') if digit < 2 => Ok(C::Accepted("FS C")),
            (GS, b'!') if n & 0x88 == 0 => Ok(C::Size {
                width: (n >> 4) + 1,
                height: (n & 7) + 1,
            }),
            (GS, b'r') if matches!(digit, 1 | 2) => Ok(C::TransmitStatus(digit)),
            (GS, b'a') => Ok(C::AutomaticStatus(n)),
            (ESC, _) => Err("ESC"),
            (FS, _) => Err("FS"),
            _ => Err("GS"),
        };
        match command {
            Ok(command) => Ok(Some((3, Some(command)))),
            Err(name) => Err((3, DecodeErrorKind::Parameter(name, u32::from(n)))),
        }
    }

    /// Commands with a number of two bytes, the lower first.
    fn two_bytes(&self, first: u8, second: u8) -> Parsed {
        let (Some(low), Some(high)) = (self.byte(2), self.byte(3)) else {
            return Ok(None);
        };
        let number = u16::from_le_bytes([low, high]);
        let command = match (first, second) {
            (ESC, b'$') => Command::Position(number),
            (ESC, _) => Command::Move(i16::from_le_bytes([low, high])),
            (GS, b'L') => Command::LeftMargin(number),
            (GS, _) => Command::PrintArea(number),
            _ if number == 0 => Command::Accepted("FS S"),
            _ => return Err((4, DecodeErrorKind::Parameter("FS S", u32::from(number)))),
        };
        Ok(Some((4, Some(command))))
    }

    fn cut(&self) -> Parsed {
        let Some(mode) = self.byte(2) else {
            return Ok(None);
        };
        let (length, partial, feed) = match mode {
            0 | b'0' => (3, false, None),
            1 | b'1' => (3, true, None),
            b'A' | b'B' => match self.byte(3) {
                None => return Ok(None),
                Some(dots) => (4, mode == b'B', Some(dots)),
            },
            _ => return Err((3, DecodeErrorKind::Parameter("GS V", u32::from(mode)))),
        };
        Ok(Some((length, Some(Command::Cut { partial, feed }))))
    }

    /// GS v 0 m xL xH yL yH and the dots.
    fn raster(&self) -> Parsed {
        let Some(&[_, _, zero, mode, x_low, x_high, y_low, y_high]) = self.rest().first_chunk::<8>() else {
            return Ok(None);
        };
        if zero != b'0' || !matches!(mode, 0 | b'0') {
            return Err((4, DecodeErrorKind::Parameter("GS v 0", u32::from(mode))));
        }
        let row_bytes = usize::from(u16::from_le_bytes([x_low, x_high]));
        let rows = usize::from(u16::from_le_bytes([y_low, y_high]));
        let size = row_bytes * rows;
        if size == 0 || size > MAX_BLOCK {
            return Err((8, DecodeErrorKind::Parameter("GS v 0", size as u32)));
        }
        Ok(self.rest().get(8..8 + size).map(|bits| {
            let raster = Raster {
                row_bytes,
                rows,
                bits: bits.to_vec(),
            };
            (8 + size, Some(Command::Raster(raster)))
        }))
    }

    /// GS ( X pL pH …, GS 8 X p1 p2 p3 p4 …, FS ( X pL pH …
    fn block(&mut self, first: u8, second: u8) -> Parsed {
        let header = if second == b'8' { 7 } else { 5 };
        let (Some(letter), Some(size)) = (self.byte(2), self.rest().get(3..header)) else {
            return Ok(None);
        };
        let size = size
            .iter()
            .rev()
            .fold(0, |size, byte| size << 8 | usize::from(*byte));
        if !matches!((first, letter), (GS, b'k' | b'L') | (FS, b'A')) {
            return Err((3, DecodeErrorKind::UnknownCommand([second, letter])));
        }
        if size == 0 || size > MAX_BLOCK {
            return Err((header, DecodeErrorKind::Parameter("GS (", size as u32)));
        }
        let Some(body) = self.rest().get(header..header + size).map(<[u8]>::to_vec) else {
            return Ok(None);
        };
        let command = match letter {
            b'k' => self.two_dimensional(&body),
            b'L' => self.graphics(&body),
            _ => Ok(Some(Command::Accepted("FS ( A"))),
        };
        match command {
            Ok(command) => Ok(Some((header + size, command))),
            Err(kind) => Err((header + size, kind)),
        }
    }

    /// The QR functions (cn = 49) of GS ( k.
    fn two_dimensional(&mut self, body: &[u8]) -> Result<Option<Command>, DecodeErrorKind> {
        let wrong = |n: u8| DecodeErrorKind::Parameter("GS ( k", u32::from(n));
        match body {
            [49, 65, 49 | 50, 0] => Ok(None),
            [49, 67, module @ 1..=16] => {
                self.symbol.module = *module;
                Ok(None)
            }
            [49, 69, level @ 48..=51] => {
                self.symbol.level = ['L', 'M', 'Q', 'H']
                    .get(usize::from(level - 48))
                    .copied()
                    .unwrap_or('L');
                Ok(None)
            }
            [49, 80, 48, data @ ..] if !data.is_empty() && data.len() <= 7089 => {
                self.symbol.data = Some(data.to_vec());
                Ok(None)
            }
            [49, 81, 48] => match &self.symbol.data {
                Some(data) => Ok(Some(Command::QrCode {
                    module: self.symbol.module,
                    level: self.symbol.level,
                    data: data.clone(),
                })),
                None => Err(DecodeErrorKind::NothingStored("GS ( k")),
            },
            [_, function, ..] => Err(wrong(*function)),
            _ => Err(wrong(0)),
        }
    }

    /// Graphics: store a raster (function 112), print it (2, 50).
    fn graphics(&mut self, body: &[u8]) -> Result<Option<Command>, DecodeErrorKind> {
        match body {
            [48, 112, 48, 1, 1, 49, x_low, x_high, y_low, y_high, bits @ ..] => {
                let row_bytes = usize::from(u16::from_le_bytes([*x_low, *x_high])).div_ceil(8);
                let rows = usize::from(u16::from_le_bytes([*y_low, *y_high]));
                if row_bytes * rows != bits.len() {
                    return Err(DecodeErrorKind::Parameter("GS ( L", bits.len() as u32));
                }
                self.graphic = Some(Raster {
                    row_bytes,
                    rows,
                    bits: bits.to_vec(),
                });
                Ok(None)
            }
            [48, 2 | 50] => match self.graphic.take() {
                Some(raster) => Ok(Some(Command::Raster(raster))),
                None => Err(DecodeErrorKind::NothingStored("GS ( L")),
            },
            [_, function, ..] => Err(DecodeErrorKind::Parameter("GS ( L", u32::from(*function))),
            _ => Err(DecodeErrorKind::Parameter("GS ( L", 0)),
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.done..).unwrap_or_default()
    }

    fn byte(&self, index: usize) -> Option<u8> {
        self.rest().get(index).copied()
    }
}

#[cfg(test)]
#[path = "decoder_tests.rs"]
mod tests;
