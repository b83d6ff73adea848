//! The paper of the simulated printer: what each command leaves on it, as dots and as text.

use std::sync::Arc;

use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

use crate::raster::{Bitmap, Cell, Typeface};
use crate::wire::escpos::{Command, Justify, Raster};

/// Dots of a single-width column.
const COLUMN: usize = 12;
/// Dots of a character's height.
const GLYPH: usize = 24;
/// Pitch of lines after ESC @ (1/6 inch at 203 dpi).
const DEFAULT_PITCH: usize = 34;
/// Distance from the print head to the cutter (10 mm), blank at the top of every slip.
pub const HEAD_TO_CUTTER: usize = 80;
/// Unprintable margin at each side (4 mm).
const MARGIN: u32 = 32;
/// Longest slip, against an endless one.
const MAX_ROWS: usize = 40_000;

/// A slip of paper that was cut off, or torn off by a person.
#[derive(Clone)]
pub struct Slip {
    /// The paper at 203 dpi, black on white.
    pub image: GrayImage,
    /// The words; pictures and codes in brackets.
    pub text: String,
}

#[derive(Clone, Copy)]
struct Style {
    bold: bool,
    width: usize,
    height: usize,
    justify: Justify,
    pitch: usize,
    margin: usize,
    area: usize,
}

#[derive(Clone, Copy)]
struct Printed {
    character: char,
    x: usize,
    style: Style,
}

/// The roll, from the cutter on.
pub struct Paper {
    typeface: Arc<Typeface>,
    dots: usize,
    roll: Bitmap,
    y: usize,
    text: String,
    style: Style,
    line: Vec<Printed>,
    x: usize,
    printed: bool,
}

impl Paper {
    /// A fresh roll with so many printable dots.
    pub fn new(typeface: Arc<Typeface>, dots: usize) -> Self {
        Self {
            typeface,
            dots,
            roll: Bitmap::new(dots, HEAD_TO_CUTTER),
            y: HEAD_TO_CUTTER,
            text: String::new(),
            style: Self::initial(dots),
            line: Vec::new(),
            x: 0,
            printed: false,
        }
    }

    fn initial(dots: usize) -> Style {
        Style {
            bold: false,
            width: 1,
            height: 1,
            justify: Justify::Left,
            pitch: DEFAULT_PITCH,
            margin: 0,
            area: dots,
        }
    }

    /// Whether something was printed since the last cut.
    pub fn is_printed(&self) -> bool {
        self.printed
    }

    /// ESC @ or power: the buffer of the line and the settings are void, the paper stays.
    pub fn initialise(&mut self) {
        self.style = Self::initial(self.dots);
        self.line.clear();
        self.x = 0;
    }

    /// Carries out what leaves a mark or sets how marks look; cuts are for [`Paper::cut`].
    /// Gives the number of lines that the paper moved by.
    pub fn apply(&mut self, command: &Command) -> usize {
        match command {
            Command::Character(character) => return self.character(*character),
            Command::CodePageByte(_) => return self.character('□'),
            Command::LineFeed => return self.feed_lines(1),
            Command::FeedLines(lines) => return self.feed_lines(usize::from(*lines)),
            Command::FeedDots(dots) => {
                self.end_line(0);
                self.advance(usize::from(*dots));
            }
            Command::Initialise => self.initialise(),
            Command::Bold(on) => self.style.bold = *on,
            Command::Size { width, height } => {
                (self.style.width, self.style.height) = (usize::from(*width), usize::from(*height));
            }
            Command::Justify(justify) => self.style.justify = *justify,
            Command::LineSpacing(pitch) => self.style.pitch = pitch.map_or(DEFAULT_PITCH, usize::from),
            Command::Position(dots) => self.x = usize::from(*dots),
            Command::Move(dots) => self.x = self.x.saturating_add_signed(isize::from(*dots)),
            Command::LeftMargin(dots) => self.style.margin = usize::from(*dots).min(self.dots),
            Command::PrintArea(dots) => self.style.area = usize::from(*dots),
            Command::Raster(raster) => {
                self.raster(raster);
                return raster.rows / GLYPH;
            }
            Command::QrCode { module, level, data } => self.qr_code(usize::from(*module), *level, data),
            Command::ChineseMode(_)
            | Command::Accepted(_)
            | Command::Cut { .. }
            | Command::TransmitStatus(_)
            | Command::AutomaticStatus(_) => return 0,
        }
        0
    }

    /// Cuts: with a feed the cut falls so many dots below the last line, without it where the
    /// cutter stands now.
    pub fn cut(&mut self, feed: Option<u8>) -> Slip {
        self.end_line(0);
        let at = match feed {
            Some(dots) => self.y + usize::from(dots),
            None => self.y.saturating_sub(HEAD_TO_CUTTER),
        };
        self.roll.resize(self.y.max(at));
        let mut rest = self.roll.split_off(at);
        rest.resize(HEAD_TO_CUTTER);
        let slip = Slip {
            image: picture(&self.roll),
            text: std::mem::take(&mut self.text),
        };
        self.roll = rest;
        self.y = HEAD_TO_CUTTER;
        self.printed = false;
        slip
    }

    fn area(&self) -> usize {
        self.style.area.min(self.dots - self.style.margin)
    }

    fn character(&mut self, character: char) -> usize {
        let columns = if character.is_ascii() { 1 } else { 2 };
        let width = columns * COLUMN * self.style.width;
        let wrapped = self.x + width > self.area() && !self.line.is_empty();
        if wrapped {
            self.feed_lines(1);
        }
        self.line.push(Printed {
            character,
            x: self.x,
            style: self.style,
        });
        self.x += width;
        usize::from(wrapped)
    }

    fn feed_lines(&mut self, lines: usize) -> usize {
        self.end_line(self.style.pitch);
        self.advance(self.style.pitch * lines.saturating_sub(1));
        lines
    }

    /// Prints the buffered line and moves by at least `pitch`.
    fn end_line(&mut self, pitch: usize) {
        let line = std::mem::take(&mut self.line);
        let end = std::mem::take(&mut self.x);
        let tallest = line.iter().map(|one| one.style.height * GLYPH).max().unwrap_or(0);
        let room = self.area().saturating_sub(end);
        let indent = match self.style.justify {
            Justify::Left => 0,
            Justify::Centre => room / 2,
            Justify::Right => room,
        };
        self.roll.resize(self.y + tallest);
        for one in &line {
            let height = one.style.height * GLYPH;
            let columns = if one.character.is_ascii() { 1 } else { 2 };
            let cell = Cell {
                x: self.style.margin + indent + one.x,
                y: self.y + tallest - height,
                width: columns * COLUMN * one.style.width,
                height,
            };
            self.typeface
                .draw(&mut self.roll, one.character, cell, one.style.bold);
        }
        if !line.is_empty() || pitch > 0 {
            let words: String = line.iter().map(|one| one.character).collect();
            self.note(&format!("{}{words}", " ".repeat(indent / COLUMN)));
        }
        self.advance(pitch.max(tallest));
    }

    fn advance(&mut self, dots: usize) {
        self.y = (self.y + dots).min(MAX_ROWS);
        self.roll.resize(self.y);
    }

    fn note(&mut self, line: &str) {
        self.printed = true;
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn raster(&mut self, raster: &Raster) {
        self.end_line(0);
        let room = self.area().saturating_sub(raster.row_bytes * 8);
        let left = self.style.margin
            + match self.style.justify {
                Justify::Left => 0,
                Justify::Centre => room / 2,
                Justify::Right => room,
            };
        let top = self.y;
        self.advance(raster.rows);
        for y in 0..raster.rows {
            for x in (0..raster.row_bytes * 8).filter(|x| raster.dot(*x, y)) {
                self.roll.set(left + x, top + y);
            }
        }
        if raster.rows <= 4 {
            self.note(&"-".repeat(raster.row_bytes * 8 / COLUMN));
        } else {
            self.note(&format!("[raster {} x {}]", raster.row_bytes * 8, raster.rows));
        }
    }

    fn qr_code(&mut self, module: usize, level: char, data: &[u8]) {
        let level = match level {
            'M' => EcLevel::M,
            'Q' => EcLevel::Q,
            'H' => EcLevel::H,
            _ => EcLevel::L,
        };
        let payload = String::from_utf8_lossy(data);
        let Ok(symbol) = QrCode::with_error_correction_level(data, level) else {
            self.note("[QR too long]");
            return;
        };
        let size = symbol.width();
        let mut picture = Bitmap::new((size * module).next_multiple_of(8), size * module);
        for (at, _) in symbol
            .to_colors()
            .iter()
            .enumerate()
            .filter(|(_, color)| **color == Color::Dark)
        {
            let (left, top) = (at % size * module, at / size * module);
            for dot in 0..module * module {
                picture.set(left + dot % module, top + dot / module);
            }
        }
        let before = self.text.len();
        self.raster(&picture.to_raster());
        self.text.truncate(before);
        self.note(&format!("[QR {payload}]"));
    }
}

/// The slip with its margins and the edge of the cut.
fn picture(dots: &Bitmap) -> GrayImage {
    let width = dots.width() as u32 + 2 * MARGIN;
    let height = dots.height() as u32;
    GrayImage::from_fn(width, height, |x, y| {
        let inside = x >= MARGIN && dots.dot((x - MARGIN) as usize, y as usize);
        let edge = y + 2 >= height && x / 6 % 2 == 0;
        let side = x == 0 || x + 1 == width || y == 0;
        Luma([match (inside, edge || side) {
            (true, _) => 0,
            (_, true) => 0xC8,
            _ => 0xFF,
        }])
    })
}
