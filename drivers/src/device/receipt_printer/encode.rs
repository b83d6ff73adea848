//! From laid-out items to ESC/POS, through the `escpos` crate.

use std::sync::Arc;

use escpos::driver::Driver;
use escpos::errors::PrinterError;
use escpos::printer::Printer;
use escpos::utils::{JustifyMode, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};
use qrcode::{EcLevel, QrCode};

use super::layout::{Item, PaperLine, columns_of, width};
use crate::port::receipt_printer::{Align, TextSize};
use crate::raster::{Bitmap, Cell, FontError, Typeface};
use crate::wire::escpos::{CHINESE_ON, FENCE, GS};

/// Width of a column, in dots.
pub const COLUMN: usize = 12;
/// Height of a character, in dots.
const GLYPH: usize = 24;
/// Pitch of the lines, in dots: a third of the character's height between them.
const PITCH: u8 = 32;
/// Pitch of lines of double size.
const DOUBLE_PITCH: u8 = 60;
/// Thickness of a rule, in dots.
const RULE: usize = 2;
/// Wanted width of a QR symbol, in dots (27 mm at 203 dpi), and the bounds of its modules: 4 dots
/// are 0.5 mm, which telephones read safely.
const SYMBOL: usize = 216;
const MODULE: std::ops::RangeInclusive<usize> = 4..=8;
/// Empty dots between the last line and the cut.
const TAIL: u8 = 40;

/// Why a receipt cannot be encoded.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The crate refused, or the line failed.
    #[error("escpos: {0}")]
    Printer(#[from] PrinterError),
    /// A line needs to be drawn, and there is no font.
    #[error("a line needs a font to be drawn")]
    Font(#[from] FontError),
    /// The payload of a QR code is too long for this paper.
    #[error("the QR code's {0} bytes do not fit the paper")]
    QrCode(usize),
}

/// Where the typeface comes from when a line needs it: drawing is rare, and the font is large.
pub type TypefaceSource<'a> = &'a mut dyn FnMut() -> Result<Arc<Typeface>, FontError>;

/// Cuts off what an unfinished job has left, so that two people's lines never share a slip.
///
/// # Errors
/// When the crate refuses.
pub fn write_separation<D: Driver>(printer: &mut Printer<D>) -> Result<(), EncodeError> {
    printer.init()?;
    space(printer, u16::from(TAIL))?;
    printer.cut()?;
    Ok(())
}

/// Writes the items, the cut and the fence (GS r 1, answered when all before it is done), and sends.
///
/// # Errors
/// See [`EncodeError`]; nothing has been sent when the error is not `Printer`.
pub fn write_receipt<D: Driver>(
    printer: &mut Printer<D>,
    items: &[Item],
    columns: usize,
    typeface: TypefaceSource<'_>,
) -> Result<(), EncodeError> {
    // Whether ESC @ leaves Chinese mode depends on the model, so it is switched on again.
    printer.init()?.custom(&CHINESE_ON)?;
    for item in items {
        match item {
            Item::Text(line) if line.needs_raster() => {
                raster(printer, &draw(line, columns, typeface()?.as_ref()))?;
            }
            Item::Text(line) => text(printer, line)?,
            Item::Rule => raster(printer, &rule(columns))?,
            Item::Space(dots) => space(printer, *dots)?,
            Item::QrCode(data) => qr_code(printer, data, columns)?,
        }
    }
    space(printer, u16::from(TAIL))?;
    printer.cut()?.custom(&FENCE)?;
    printer.print()?;
    Ok(())
}

fn text<D: Driver>(printer: &mut Printer<D>, line: &PaperLine) -> Result<(), PrinterError> {
    let (factor, pitch) = match line.size {
        TextSize::Normal => (1, PITCH),
        TextSize::Double => (2, DOUBLE_PITCH),
    };
    printer
        .justify(match line.align {
            Align::Left => JustifyMode::LEFT,
            Align::Centre => JustifyMode::CENTER,
            Align::Right => JustifyMode::RIGHT,
        })?
        .line_spacing(pitch)?
        .bold(line.bold)?
        .size(factor, factor)?
        .writeln(&line.text)?;
    Ok(())
}

/// ESC J n, in steps of at most 255 dots.
fn space<D: Driver>(printer: &mut Printer<D>, dots: u16) -> Result<(), PrinterError> {
    for step in (0..dots).step_by(255).map(|done| (dots - done).min(255)) {
        printer.custom(&[0x1B, b'J', step as u8])?;
    }
    Ok(())
}

fn rule(columns: usize) -> Bitmap {
    let mut picture = Bitmap::new(columns * COLUMN, RULE);
    for x in 0..picture.width() {
        (0..RULE).for_each(|y| picture.set(x, y));
    }
    picture
}

/// Draws a line as the device would print it: the same cells, the same pitch.
fn draw(line: &PaperLine, columns: usize, typeface: &Typeface) -> Bitmap {
    let (factor, pitch) = match line.size {
        TextSize::Normal => (1, PITCH),
        TextSize::Double => (2, DOUBLE_PITCH),
    };
    let paper = columns * COLUMN;
    let room = paper.saturating_sub(width(&line.text) * COLUMN * factor);
    let mut x = match line.align {
        Align::Left => 0,
        Align::Centre => room / 2,
        Align::Right => room,
    };
    let mut picture = Bitmap::new(paper, usize::from(pitch));
    for character in line.text.chars() {
        let cell = Cell {
            x,
            y: 0,
            width: columns_of(character) * COLUMN * factor,
            height: GLYPH * factor,
        };
        typeface.draw(&mut picture, character, cell, line.bold);
        x += cell.width;
    }
    picture
}

/// GS v 0.
fn raster<D: Driver>(printer: &mut Printer<D>, picture: &Bitmap) -> Result<(), PrinterError> {
    let raster = picture.to_raster();
    let [x_low, x_high] = (raster.row_bytes as u16).to_le_bytes();
    let [y_low, y_high] = (raster.rows as u16).to_le_bytes();
    let mut command = vec![GS, b'v', b'0', 0, x_low, x_high, y_low, y_high];
    command.extend(without_real_time_commands(raster.bits));
    printer.justify(JustifyMode::LEFT)?.custom(&command)?;
    Ok(())
}

/// A printer obeys DLE EOT, DLE ENQ and DLE DC4 even inside a picture, so a dot is added where the
/// picture happens to spell one.
fn without_real_time_commands(mut bits: Vec<u8>) -> Vec<u8> {
    let spelt: Vec<usize> = bits
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| matches!(pair, [0x10, 0x04 | 0x05 | 0x14]))
        .map(|(at, _)| at)
        .collect();
    for at in spelt {
        if let Some(byte) = bits.get_mut(at) {
            *byte |= 0x08;
        }
    }
    bits
}

fn qr_code<D: Driver>(printer: &mut Printer<D>, data: &str, columns: usize) -> Result<(), EncodeError> {
    let too_long = || EncodeError::QrCode(data.len());
    let symbol = QrCode::with_error_correction_level(data, EcLevel::M).map_err(|_| too_long())?;
    let module = (SYMBOL / symbol.width()).clamp(*MODULE.start(), *MODULE.end());
    if module * symbol.width() > columns * COLUMN {
        return Err(too_long());
    }
    let option = QRCodeOption::new(QRCodeModel::Model2, module as u8, QRCodeCorrectionLevel::M);
    printer
        .justify(JustifyMode::CENTER)?
        .qrcode_option(data, option)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_never_spells_a_real_time_command() {
        let bits = without_real_time_commands(vec![0x10, 0x04, 0x01, 0x10, 0x14, 0x10, 0x10, 0x05]);
        assert_eq!(bits, [0x18, 0x04, 0x01, 0x18, 0x14, 0x10, 0x18, 0x05]);
    }
}
