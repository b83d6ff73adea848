//! From a camera's bytes to RGB. JPEG is decoded in Rust: what a loose cable sends is not for C.

use image::ImageFormat;

use crate::error::{DeviceError, DeviceErrorKind};
use crate::port::camera::Frame;

use super::camera_stream::{Encoding, RawPicture};

/// Tells a decoder to use the standard Huffman tables, which MJPEG leaves out.
const AVI1: [u8; 18] = [
    0xff, 0xe0, 0, 16, b'A', b'V', b'I', b'1', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// Decodes a picture.
///
/// # Errors
/// `Protocol` when the bytes are cut off or garbled: take the next picture.
pub fn decode(raw: &RawPicture) -> Result<Frame, DeviceError> {
    match raw.encoding {
        Encoding::Mjpeg => mjpeg(&raw.bytes),
        Encoding::Yuyv => yuyv(raw),
    }
}

fn garbled(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> DeviceError {
    DeviceError::caused(DeviceErrorKind::Protocol, "decode frame", cause)
}

fn mjpeg(bytes: &[u8]) -> Result<Frame, DeviceError> {
    let start = [0xff, 0xd8];
    let Some(rest) = bytes.strip_prefix(&start) else {
        return Err(garbled("no JPEG start"));
    };
    let marked = zeroize::Zeroizing::new([&start[..], &AVI1, rest].concat());
    let picture = image::load_from_memory_with_format(&marked, ImageFormat::Jpeg)
        .map_err(garbled)?
        .into_rgb8();
    Ok(Frame {
        width: picture.width(),
        height: picture.height(),
        rgb: picture.into_raw(),
    })
}

fn yuyv(raw: &RawPicture) -> Result<Frame, DeviceError> {
    let pixels = raw.width as usize * raw.height as usize;
    let Some(bytes) = raw.bytes.get(..pixels * 2) else {
        return Err(garbled(format!(
            "{} bytes for {}x{}",
            raw.bytes.len(),
            raw.width,
            raw.height
        )));
    };
    let mut rgb = Vec::with_capacity(pixels * 3);
    for pair in bytes.chunks_exact(4) {
        if let [first, u, second, v] = *pair {
            rgb.extend(to_rgb(first, u, v));
            rgb.extend(to_rgb(second, u, v));
        }
    }
    rgb.resize(pixels * 3, 0);
    Ok(Frame {
        width: raw.width,
        height: raw.height,
        rgb,
    })
}

/// ITU-R BT.601, limited range, in 1/256.
fn to_rgb(luma: u8, u: u8, v: u8) -> [u8; 3] {
    let (y, u, v) = (
        298 * (i32::from(luma) - 16),
        i32::from(u) - 128,
        i32::from(v) - 128,
    );
    [y + 409 * v, y - 100 * u - 208 * v, y + 516 * u].map(|value| ((value + 128) >> 8).clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn raw(encoding: Encoding, width: u32, height: u32, bytes: Vec<u8>) -> RawPicture {
        RawPicture {
            encoding,
            width,
            height,
            bytes: Zeroizing::new(bytes),
        }
    }

    fn jpeg() -> Vec<u8> {
        let picture = image::RgbImage::from_fn(64, 48, |x, _| image::Rgb([x as u8 * 4, 100, 60]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    /// Removes the Huffman tables, as many cameras do.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let mut kept = jpeg[..2].to_vec();
        let mut at = 2;
        while jpeg[at + 1] != 0xda {
            let length = 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
            if jpeg[at + 1] != 0xc4 {
                kept.extend_from_slice(&jpeg[at..at + length]);
            }
            at += length;
        }
        kept.extend_from_slice(&jpeg[at..]);
        kept
    }

    #[test]
    fn mjpeg_is_decoded_with_and_without_tables() {
        let whole = decode(&raw(Encoding::Mjpeg, 64, 48, jpeg())).unwrap();
        assert_eq!(
            (whole.width, whole.height, whole.rgb.len()),
            (64, 48, 64 * 48 * 3)
        );
        let bare = without_tables(&jpeg());
        assert!(bare.len() < jpeg().len());
        let same = decode(&raw(Encoding::Mjpeg, 64, 48, bare)).unwrap();
        assert_eq!(same.rgb, whole.rgb);
    }

    #[test]
    fn garbled_bytes_are_a_protocol_error() {
        for bytes in [vec![], vec![0; 50], jpeg()[..40].to_vec()] {
            let error = decode(&raw(Encoding::Mjpeg, 64, 48, bytes)).err().unwrap();
            assert_eq!(error.kind, DeviceErrorKind::Protocol);
        }
        let error = decode(&raw(Encoding::Yuyv, 4, 4, vec![0; 31])).err().unwrap();
        assert_eq!(error.kind, DeviceErrorKind::Protocol);
    }

    #[test]
    fn yuyv_black_white_and_red() {
        let frame = decode(&raw(
            Encoding::Yuyv,
            2,
            2,
            vec![16, 128, 235, 128, 81, 90, 81, 240],
        ))
        .unwrap();
        assert_eq!(frame.rgb[..6], [0, 0, 0, 255, 255, 255]);
        assert_eq!(frame.rgb[6..9], [255, 0, 0]);
    }
}
