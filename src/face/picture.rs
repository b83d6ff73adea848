//! Pictures and the resampling that feeds the models.

use zeroize::Zeroizing;

use super::error::FaceError;

/// What lies outside of a picture.
const OUTSIDE: f32 = 127.0;

/// Pixel values from 0 to 255 that zero themselves.
pub type Samples = Zeroizing<Vec<f32>>;

/// A borrowed picture in RGB, rows from the top.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    width: usize,
    height: usize,
    rgb: &'a [u8],
}

/// A rectangle in pixels of a picture; may reach beyond its edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Region {
    /// A square around a centre.
    pub fn square(centre: [f32; 2], side: f32) -> Self {
        let [x, y] = centre;
        Self {
            x: x - side / 2.0,
            y: y - side / 2.0,
            width: side,
            height: side,
        }
    }

    /// The middle.
    pub fn centre(&self) -> [f32; 2] {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// The same middle, `factor` times as large.
    pub fn scaled(&self, factor: f32) -> Self {
        let [x, y] = self.centre();
        let (width, height) = (self.width * factor, self.height * factor);
        Self {
            x: x - width / 2.0,
            y: y - height / 2.0,
            width,
            height,
        }
    }
}

/// Brightness of a part of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// Mean luma, 0 to 255.
    pub luma: f32,
    /// Share of pixels with a luma of 250 or more.
    pub blown: f32,
}

impl<'a> Picture<'a> {
    /// Wraps `width * height * 3` bytes.
    ///
    /// # Errors
    /// `Picture` when the number of bytes is another, or zero.
    pub fn new(width: usize, height: usize, rgb: &'a [u8]) -> Result<Self, FaceError> {
        if rgb.is_empty() || width.saturating_mul(height).saturating_mul(3) != rgb.len() {
            return Err(FaceError::Picture {
                width,
                height,
                bytes: rgb.len(),
            });
        }
        Ok(Self { width, height, rgb })
    }

    /// Pixels across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> usize {
        self.height
    }

    fn row(&self, y: usize) -> &'a [u8] {
        self.rgb
            .get(y * self.width * 3..(y + 1) * self.width * 3)
            .unwrap_or_default()
    }

    /// Resamples a region to `width` x `height` (triangle filter, widened when shrinking), RGB
    /// interleaved. Outside of the picture all is mid grey.
    pub fn sample(&self, region: Region, width: usize, height: usize) -> Samples {
        let columns = taps(region.x, region.width, width, self.width);
        let lines = taps(region.y, region.height, height, self.height);
        let first = lines.iter().map(|tap| tap.first).min().unwrap_or(0);
        let end = lines
            .iter()
            .map(|tap| tap.first + tap.weights.len())
            .max()
            .unwrap_or(first);

        let mut narrowed: Samples = Zeroizing::new(Vec::with_capacity((end - first) * width * 3));
        for y in first..end {
            let row = self.row(y);
            for tap in &columns {
                narrowed.extend_from_slice(&tap.of_pixels(row));
            }
        }
        let mut out: Samples = Zeroizing::new(vec![0.0; width * height * 3]);
        for (target, tap) in out.chunks_exact_mut(width * 3).zip(&lines) {
            target.fill(tap.outside * OUTSIDE);
            let rows = narrowed.chunks_exact(width * 3).skip(tap.first - first);
            for (row, weight) in rows.zip(&tap.weights) {
                for (sum, value) in target.iter_mut().zip(row) {
                    *sum += value * weight;
                }
            }
        }
        out
    }

    /// Bilinear value at a point given in pixel centres (the first pixel lies at 0, 0).
    pub fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let (left, top) = (x.floor(), y.floor());
        let (right_share, lower_share) = (x - left, y - top);
        let mut sum = [0.0; 3];
        for (dy, weight_y) in [(0.0, 1.0 - lower_share), (1.0, lower_share)] {
            for (dx, weight_x) in [(0.0, 1.0 - right_share), (1.0, right_share)] {
                let pixel = self.pixel(left + dx, top + dy);
                for (total, value) in sum.iter_mut().zip(pixel) {
                    *total += value * weight_x * weight_y;
                }
            }
        }
        sum
    }

    fn pixel(&self, x: f32, y: f32) -> [f32; 3] {
        if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
            return [OUTSIDE; 3];
        }
        let start = (y as usize * self.width + x as usize) * 3;
        match self.rgb.get(start..start + 3) {
            Some(&[red, green, blue]) => [f32::from(red), f32::from(green), f32::from(blue)],
            _ => [OUTSIDE; 3],
        }
    }

    /// Brightness of the part of `region` that lies in the picture, from every second pixel.
    pub fn exposure(&self, region: Region) -> Exposure {
        let across = within(region.x, region.width, self.width);
        let (mut count, mut total, mut blown) = (0u32, 0.0f32, 0u32);
        for y in within(region.y, region.height, self.height).step_by(2) {
            let row = self
                .row(y)
                .get(across.start * 3..across.end * 3)
                .unwrap_or_default();
            for pixel in row.chunks_exact(3).step_by(2) {
                let luma = luma(pixel.iter().map(|&value| f32::from(value)));
                count += 1;
                total += luma;
                blown += u32::from(luma >= 250.0);
            }
        }
        let count = count.max(1) as f32;
        Exposure {
            luma: total / count,
            blown: blown as f32 / count,
        }
    }
}

/// ITU-R BT.601 luma of one pixel.
fn luma(rgb: impl Iterator<Item = f32>) -> f32 {
    rgb.zip([0.299, 0.587, 0.114])
        .map(|(value, weight)| value * weight)
        .sum()
}

/// Luma of interleaved RGB samples.
pub fn grey(samples: &[f32]) -> Samples {
    Zeroizing::new(
        samples
            .chunks_exact(3)
            .map(|pixel| luma(pixel.iter().copied()))
            .collect(),
    )
}

/// Rearranges interleaved RGB into planes (`3 x height x width`), in the order of `channels`
/// (0 red, 1 green, 2 blue), each value passed through `normalise(channel, value)`.
pub fn planes(samples: &[f32], channels: [usize; 3], normalise: impl Fn(usize, f32) -> f32) -> Samples {
    let mut out = Zeroizing::new(Vec::with_capacity(samples.len()));
    for channel in channels {
        let values = samples.iter().skip(channel).step_by(3);
        out.extend(values.map(|&value| normalise(channel, value)));
    }
    out
}

/// The whole pixels of a stretch that lie in a picture.
fn within(start: f32, length: f32, limit: usize) -> std::ops::Range<usize> {
    let from = start.max(0.0) as usize;
    let to = (start + length).clamp(0.0, limit as f32) as usize;
    from.min(to)..to
}

/// The source pixels of one target pixel along one axis.
struct Tap {
    first: usize,
    weights: Vec<f32>,
    /// Share of the weight that lies outside of the picture.
    outside: f32,
}

impl Tap {
    fn of_pixels(&self, row: &[u8]) -> [f32; 3] {
        let mut sum = [self.outside * OUTSIDE; 3];
        let pixels = row.get(self.first * 3..).unwrap_or_default().chunks_exact(3);
        for (pixel, weight) in pixels.zip(&self.weights) {
            for (total, &value) in sum.iter_mut().zip(pixel) {
                *total += f32::from(value) * weight;
            }
        }
        sum
    }
}

fn taps(start: f32, length: f32, count: usize, limit: usize) -> Vec<Tap> {
    let scale = length / count as f32;
    let radius = scale.max(1.0);
    (0..count)
        .map(|index| {
            let centre = start + (index as f32 + 0.5) * scale;
            let (mut first, mut weights) = (0, Vec::new());
            let (mut total, mut inside) = (0.0, 0.0);
            let mut position = (centre - radius - 0.5).floor();
            while position <= centre + radius {
                let weight = 1.0 - ((position + 0.5 - centre) / radius).abs();
                if weight > 0.0 {
                    total += weight;
                    if position >= 0.0 && position < limit as f32 {
                        if weights.is_empty() {
                            first = position as usize;
                        }
                        weights.push(weight);
                        inside += weight;
                    }
                }
                position += 1.0;
            }
            weights.iter_mut().for_each(|weight| *weight /= total);
            Tap {
                first,
                weights,
                outside: 1.0 - inside / total,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red grows to the right, green downwards.
    fn slope(width: usize, height: usize) -> Vec<u8> {
        (0..height)
            .flat_map(|y| (0..width).flat_map(move |x| [(x * 4) as u8, (y * 4) as u8, 7]))
            .collect()
    }

    #[test]
    fn bytes_that_do_not_fit_the_size_are_refused() {
        assert!(Picture::new(2, 2, &[0; 11]).is_err());
        assert!(Picture::new(0, 0, &[]).is_err());
        assert!(Picture::new(usize::MAX, 3, &[0; 9]).is_err());
    }

    #[test]
    fn the_whole_picture_at_its_own_size_stays_as_it_is() {
        let rgb = slope(8, 6);
        let picture = Picture::new(8, 6, &rgb).unwrap();
        let samples = picture.sample(
            Region {
                x: 0.0,
                y: 0.0,
                width: 8.0,
                height: 6.0,
            },
            8,
            6,
        );
        for (sample, byte) in samples.iter().zip(&rgb) {
            assert!((sample - f32::from(*byte)).abs() < 1e-3);
        }
    }

    #[test]
    fn half_the_size_is_the_mean_of_the_slope() {
        let rgb = slope(16, 16);
        let picture = Picture::new(16, 16, &rgb).unwrap();
        let samples = picture.sample(
            Region {
                x: 0.0,
                y: 0.0,
                width: 16.0,
                height: 16.0,
            },
            8,
            8,
        );
        // Target pixel (3, 4) lies over source pixels 6, 7 and 8, 9.
        let start = (4 * 8 + 3) * 3;
        assert!((samples[start] - 26.0).abs() < 0.01, "{}", samples[start]);
        assert!((samples[start + 1] - 34.0).abs() < 0.01, "{}", samples[start + 1]);
    }

    #[test]
    fn outside_of_the_picture_all_is_grey() {
        let picture = Picture::new(2, 2, &[255; 12]).unwrap();
        let samples = picture.sample(
            Region {
                x: 10.0,
                y: -10.0,
                width: 4.0,
                height: 4.0,
            },
            2,
            2,
        );
        assert!(samples.iter().all(|&value| value == OUTSIDE));
        assert_eq!(picture.at(-3.0, 0.0), [OUTSIDE; 3]);
        assert_eq!(picture.at(1.0, 1.0), [255.0; 3]);
    }

    #[test]
    fn exposure_tells_white_from_black() {
        let mut rgb = vec![0; 4 * 4 * 3];
        rgb[..24].fill(255);
        let picture = Picture::new(4, 4, &rgb).unwrap();
        let upper = picture.exposure(Region {
            x: -1.0,
            y: 0.0,
            width: 9.0,
            height: 2.0,
        });
        assert!((upper.luma - 255.0).abs() < 0.1 && upper.blown == 1.0);
        let lower = picture.exposure(Region {
            x: 0.0,
            y: 2.0,
            width: 4.0,
            height: 2.0,
        });
        assert_eq!(
            lower,
            Exposure {
                luma: 0.0,
                blown: 0.0
            }
        );
    }
}
