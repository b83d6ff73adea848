//! Live pictures and codes as images. Pixel buffers can be made on any thread; an image only on
//! the screen's.

use kiosk_drivers::port::camera::Frame;
use qrcode::{Color, QrCode};
use slint::{Image, Rgb8Pixel, Rgba8Pixel, SharedPixelBuffer};

use crate::session::view::Page;

/// What a camera looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A person, who is shown as in a mirror and so moves the right way.
    Person,
    /// A paper, which is shown as it lies there.
    Paper,
}

impl Subject {
    /// What the camera of this page looks at.
    #[must_use]
    pub fn of(page: &Page) -> Self {
        if matches!(page, Page::Capture { .. }) {
            Self::Paper
        } else {
            Self::Person
        }
    }
}

/// A camera frame as its subject is shown. Empty when the frame's bytes do not fit its size.
#[must_use]
pub fn live(frame: &Frame, subject: Subject) -> SharedPixelBuffer<Rgb8Pixel> {
    let width = to_usize(frame.width);
    let size = width * to_usize(frame.height) * 3;
    if width == 0 || frame.rgb.len() != size {
        return SharedPixelBuffer::new(0, 0);
    }
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(frame.width, frame.height);
    let lines = buffer.make_mut_slice().chunks_exact_mut(width);
    for (to, from) in lines.zip(frame.rgb.chunks_exact(width * 3)) {
        for (pixel, rgb) in to.iter_mut().zip(from.chunks_exact(3)) {
            if let [r, g, b] = *rgb {
                *pixel = Rgb8Pixel { r, g, b };
            }
        }
        if subject == Subject::Person {
            to.reverse();
        }
    }
    buffer
}

/// A page as `width * height * 4` bytes (RGBA), rows from the top; empty when the bytes do not fit.
#[must_use]
pub fn page(rgba: &[u8], width: u32, height: u32) -> SharedPixelBuffer<Rgba8Pixel> {
    if u64::try_from(rgba.len()).ok() == Some(u64::from(width) * u64::from(height) * 4) {
        SharedPixelBuffer::clone_from_slice(rgba, width, height)
    } else {
        SharedPixelBuffer::new(0, 0)
    }
}

/// Half as wide and high, each pixel the mean of four: the renderer scales without smoothing, and
/// small type would break up.
pub(super) fn halved(picture: &SharedPixelBuffer<Rgba8Pixel>) -> SharedPixelBuffer<Rgba8Pixel> {
    let mut half = SharedPixelBuffer::new(picture.width() / 2, picture.height() / 2);
    let (from, to) = (to_usize(picture.width()), to_usize(half.width()));
    if to == 0 {
        return half;
    }
    let pairs = picture.as_slice().chunks_exact(from * 2);
    for (line, pair) in half.make_mut_slice().chunks_exact_mut(to).zip(pairs) {
        let (upper, lower) = pair.split_at(from);
        let squares = upper.chunks_exact(2).zip(lower.chunks_exact(2));
        for (pixel, (above, below)) in line.iter_mut().zip(squares) {
            *pixel = mean(above.iter().chain(below));
        }
    }
    half
}

fn to_usize(pixels: u32) -> usize {
    usize::try_from(pixels).unwrap_or(0)
}

/// Of four pixels.
fn mean<'a>(pixels: impl Iterator<Item = &'a Rgba8Pixel>) -> Rgba8Pixel {
    let sum = pixels.fold([0_u16; 4], |[r, g, b, a], pixel| {
        [
            r + u16::from(pixel.r),
            g + u16::from(pixel.g),
            b + u16::from(pixel.b),
            a + u16::from(pixel.a),
        ]
    });
    let [r, g, b, a] = sum.map(|channel| u8::try_from(channel / 4).unwrap_or(u8::MAX));
    Rgba8Pixel { r, g, b, a }
}

/// A QR code, one pixel a module with its quiet zone; empty when there is no payload or too much.
pub(super) fn code(payload: &str) -> Image {
    const QUIET: u32 = 4;
    if payload.is_empty() {
        return Image::default();
    }
    let Ok(code) = QrCode::new(payload) else {
        return Image::default();
    };
    let modules = u32::try_from(code.width()).unwrap_or(0);
    let side = modules + 2 * QUIET;
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    let pixels = buffer.make_mut_slice();
    pixels.fill(Rgb8Pixel {
        r: 255,
        g: 255,
        b: 255,
    });
    for (place, color) in (0..).zip(code.to_colors()) {
        let (x, y) = (place % modules + QUIET, place / modules + QUIET);
        let pixel = usize::try_from(y * side + x)
            .ok()
            .and_then(|at| pixels.get_mut(at));
        if let (Some(pixel), Color::Dark) = (pixel, color) {
            *pixel = Rgb8Pixel { r: 0, g: 0, b: 0 };
        }
    }
    Image::from_rgb8(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_mirrored_line_by_line_and_a_paper_is_not() {
        let frame = Frame {
            width: 2,
            height: 1,
            rgb: vec![1, 2, 3, 4, 5, 6],
        };
        assert_eq!(live(&frame, Subject::Person).as_bytes(), [4, 5, 6, 1, 2, 3]);
        assert_eq!(live(&frame, Subject::Paper).as_bytes(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_frame_with_too_few_bytes_gives_no_picture() {
        let frame = Frame {
            width: 2,
            height: 2,
            rgb: vec![0; 5],
        };
        assert_eq!(live(&frame, Subject::Person).width(), 0);
        assert_eq!(page(&[0; 5], 2, 2).width(), 0);
    }

    #[test]
    fn a_code_can_be_read_back() {
        let image = code("HTTPS://EXAMPLE.GOV.CN/V/1").to_rgb8().unwrap();
        let mut reader = rqrr::PreparedImage::prepare_from_greyscale(
            image.width() as usize * 4,
            image.height() as usize * 4,
            |x, y| image.as_slice()[y / 4 * image.width() as usize + x / 4].r,
        );
        let grids = reader.detect_grids();
        assert_eq!(grids[0].decode().unwrap().1, "HTTPS://EXAMPLE.GOV.CN/V/1");
    }

    #[test]
    fn no_payload_gives_no_picture() {
        assert_eq!(code("").size().width, 0);
    }

    #[test]
    fn a_halved_picture_is_the_mean_of_each_square() {
        let pixels: Vec<u8> = [[0; 4], [100; 4], [9; 4], [200; 4], [100; 4], [9; 4]].concat();
        let half = halved(&page(&pixels, 3, 2));
        assert_eq!((half.width(), half.height()), (1, 1));
        assert_eq!(half.as_bytes(), [100; 4]);
        assert_eq!(halved(&page(&[], 0, 0)).width(), 0);
    }
}
