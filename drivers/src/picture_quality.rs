//! Light and focus of a picture of a sheet or a photograph.
//!
//! Everything is measured on the picture's brightness, reduced to at most 800 pixels: that evens out
//! the sensor's noise, and makes one limit fit cameras of every size.

use crate::port::camera::Frame;
use crate::port::document_camera::Quality;

/// The longer side of what is measured.
const LONGEST: usize = 800;
/// Tiles across and down.
const TILES: usize = 8;
/// So many of the tiles with the most detail count: writing may fill a small part of a sheet.
const LIVELIEST: usize = TILES * TILES / 8;

/// A focused sheet or photograph has at least this variance of the Laplacian.
const SHARP: f32 = 120.0;
/// A contrast below this part of the brightness, and these levels, is noise and shading.
const PLAIN: (f32, f32) = (0.05, 2.0);
/// Below this mean, with nothing brighter than the second limit, there is too little light.
const DARK: (f32, f32) = (60.0, 100.0);
/// From this mean on, with nothing darker than the second limit, there is too much light.
const BRIGHT: (f32, f32) = (235.0, 150.0);
/// A plain picture below this is a dark room, and no empty place.
const BLACK: f32 = 12.0;

/// What is measured of a picture. Brightness is from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Mean brightness.
    pub brightness: f32,
    /// Standard deviation of the brightness within a tile, where it is greatest: shading over the whole
    /// picture is none.
    pub contrast: f32,
    /// Two pixels in a thousand are darker.
    pub darkest: f32,
    /// Two pixels in a thousand are brighter.
    pub brightest: f32,
    /// Variance of the Laplacian, where there is most detail.
    pub sharpness: f32,
}

impl Measures {
    /// Measures a picture. A picture without pixels measures zero.
    pub fn of(picture: &Frame) -> Self {
        let luma = Luma::of(picture);
        if luma.values.is_empty() {
            return Self::default();
        }
        let sum: f64 = luma.values.iter().copied().map(f64::from).sum();
        let brightness = (sum / luma.values.len() as f64) as f32;
        let mut sorted = luma.values.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let at = |thousandths: usize| sorted.get(sorted.len() * thousandths / 1000).copied();
        let (contrast, sharpness) = luma.detail();
        Self {
            brightness,
            contrast,
            darkest: at(2).unwrap_or(brightness),
            brightest: at(998).unwrap_or(brightness),
            sharpness,
        }
    }

    /// The judgement.
    pub fn quality(&self) -> Quality {
        if self.contrast < PLAIN.0 * self.brightness + PLAIN.1 {
            return match self.brightness {
                level if level < BLACK => Quality::TooDark,
                level if level >= BRIGHT.0 => Quality::TooBright,
                _ => Quality::Empty,
            };
        }
        if self.brightness < DARK.0 && self.brightest < DARK.1 {
            Quality::TooDark
        } else if self.brightness >= BRIGHT.0 && self.darkest > BRIGHT.1 {
            Quality::TooBright
        } else if self.sharpness < SHARP {
            Quality::Blurred
        } else {
            Quality::Good
        }
    }
}

/// Measures and judges a picture.
pub fn judge(picture: &Frame) -> Quality {
    Measures::of(picture).quality()
}

/// The brightness of a reduced picture.
struct Luma {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Luma {
    /// Each value is the mean of a square of pixels.
    fn of(picture: &Frame) -> Self {
        let across = picture.width as usize;
        let factor = across.max(picture.height as usize).div_ceil(LONGEST).max(1);
        let (width, height) = (across / factor, picture.height as usize / factor);
        let mut values = vec![0.0_f32; width * height];
        let rows = picture.rgb.chunks_exact((across * 3).max(1));
        for (y, row) in rows.take(height * factor).enumerate() {
            let start = y / factor * width;
            let line = values.get_mut(start..start + width).unwrap_or_default();
            for (value, pixels) in line.iter_mut().zip(row.chunks(factor * 3)) {
                *value += pixels.chunks_exact(3).map(luma).sum::<f32>();
            }
        }
        let pixels = (factor * factor) as f32;
        values.iter_mut().for_each(|value| *value /= pixels);
        Self {
            width,
            height,
            values,
        }
    }

    /// Contrast, and variance of the Laplacian, of the tiles with the most of each.
    fn detail(&self) -> (f32, f32) {
        let mut levels = [Spread::default(); TILES * TILES];
        let mut laplacians = levels;
        let line = |y: usize| {
            let start = y * self.width;
            self.values.get(start..start + self.width).unwrap_or_default()
        };
        for y in 1..self.height.saturating_sub(1) {
            let (above, below) = (line(y - 1), line(y + 1));
            let inner = line(y)
                .windows(3)
                .zip(above.iter().skip(1).zip(below.iter().skip(1)));
            for (x, (three, (above, below))) in inner.enumerate() {
                let [left, middle, right] = *three else {
                    continue;
                };
                let tile = y * TILES / self.height * TILES + (x + 1) * TILES / self.width;
                if let (Some(level), Some(laplacian)) = (levels.get_mut(tile), laplacians.get_mut(tile)) {
                    level.add(middle);
                    laplacian.add(left + right + above + below - 4.0 * middle);
                }
            }
        }
        (
            liveliest(levels.map(|spread| spread.variance().sqrt())),
            liveliest(laplacians.map(|spread| spread.variance())),
        )
    }
}

/// The mean of the greatest of these.
fn liveliest(mut tiles: [f32; TILES * TILES]) -> f32 {
    tiles.sort_unstable_by(|a, b| b.total_cmp(a));
    tiles.iter().take(LIVELIEST).sum::<f32>() / LIVELIEST as f32
}

/// How far values lie apart.
#[derive(Clone, Copy, Default)]
struct Spread {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Spread {
    fn add(&mut self, value: f32) {
        let value = f64::from(value);
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn variance(&self) -> f32 {
        if self.count == 0.0 {
            return 0.0;
        }
        (self.squares / self.count - (self.sum / self.count).powi(2)).max(0.0) as f32
    }
}

/// ITU-R BT.601.
fn luma(pixel: &[u8]) -> f32 {
    match *pixel {
        [red, green, blue] => 0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests;
