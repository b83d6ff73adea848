//! What is laid under the document camera on the desk.

use std::path::Path;

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use kiosk_drivers::port::camera::Frame;

use super::act::Sheet;
use super::{DemoWorld, WorldError};

/// Width and height of the drawn page, and its grey and ink.
const PAGE: (u32, u32) = (960, 1280);
const PAPER: u8 = 225;
const INK: u8 = 30;

impl DemoWorld {
    pub(super) fn sheet(&self, sheet: &Sheet) -> Result<(), WorldError> {
        match sheet {
            Sheet::Paper => self.sheets.lay_down(page()),
            Sheet::Picture(name) => self.sheets.lay_down(self.print_of(name)?),
            Sheet::Remove => self.sheets.take_away(),
            Sheet::Dark => self.sheets.dark(true),
            Sheet::Blurred => self.sheets.blurred(true),
            Sheet::Ok => {
                self.sheets.dark(false);
                self.sheets.blurred(false);
            }
        }
        Ok(())
    }

    /// A print of a picture of the demo's people on a sheet of white paper.
    pub(super) fn print_of(&self, name: &str) -> Result<Frame, WorldError> {
        let picture = self.people.portrait(Path::new(name))?;
        let (wide, high) = (PAGE.0 * 2 / 3, PAGE.0 * 2 / 3 * picture.height / picture.width);
        let mut sheet = RgbImage::from_pixel(PAGE.0, PAGE.1, Rgb([PAPER; 3]));
        if let Some(picture) = RgbImage::from_raw(picture.width, picture.height, picture.rgb) {
            let print = imageops::resize(&picture, wide, high.min(PAGE.1), FilterType::CatmullRom);
            let left = i64::from((PAGE.0 - print.width()) / 2);
            let top = i64::from((PAGE.1 - print.height()) / 2);
            imageops::replace(&mut sheet, &print, left, top);
        }
        Ok(Frame {
            width: PAGE.0,
            height: PAGE.1,
            rgb: sheet.into_raw(),
        })
    }
}

/// Lines of strokes on white paper: sharp edges, as writing has them.
fn page() -> Frame {
    let (width, height) = PAGE;
    let inked = |x: u32, y: u32| {
        let margin = (80..width - 80).contains(&x) && (100..height - 100).contains(&y);
        let line = y % 48 < 24;
        // Strokes and gaps of differing length, as words are.
        let stroke = x * 7 % 23 < 9 && !(x / 61 + y / 48).is_multiple_of(5);
        margin && line && stroke
    };
    let rgb = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| [if inked(x, y) { INK } else { PAPER }; 3])
        .collect();
    Frame { width, height, rgb }
}
