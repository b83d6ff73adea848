//! Pictures that people send: decoded within limits, turned upright, and written anew, so that
//! nothing but the pixels stays (no place, no time, no device, no thumbnail).

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};

/// Bytes of a picture as it comes.
pub const SENT_LIMIT: usize = 4 * 1024 * 1024;
/// Pixels along one side that are decoded at all.
const SIDE_LIMIT: u32 = 12_000;
/// Memory for decoding.
const MEMORY_LIMIT: u64 = 200 * 1024 * 1024;
/// The longer side of what is kept.
const KEPT_SIDE: u32 = 2_400;
const QUALITY: u8 = 88;

/// Why a picture is refused. The name ends the id of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Not a JPEG or PNG picture that can be read.
    Unreadable,
    /// More bytes or pixels than are taken.
    TooLarge,
    /// The shorter side has fewer pixels than needed.
    TooSmall,
    /// No face.
    NoFace,
    /// More or fewer faces than asked for.
    OtherFaces,
}

impl Unfit {
    /// Id of the words.
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Unreadable => "picture.unreadable",
            Self::TooLarge => "picture.too_large",
            Self::TooSmall => "picture.too_small",
            Self::NoFace => "picture.no_face",
            Self::OtherFaces => "picture.other_faces",
        }
    }
}

/// A picture without anything but its pixels, upright, and not larger than what is kept.
///
/// # Errors
/// `Unreadable` or `TooLarge`.
pub fn read(bytes: &[u8]) -> Result<RgbImage, Unfit> {
    if bytes.len() > SENT_LIMIT {
        return Err(Unfit::TooLarge);
    }
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| Unfit::Unreadable)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_LIMIT);
    limits.max_image_height = Some(SIDE_LIMIT);
    limits.max_alloc = Some(MEMORY_LIMIT);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unfit)?;
    let orientation = decoder.orientation().map_err(unfit)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > KEPT_SIDE {
        picture = picture.resize(KEPT_SIDE, KEPT_SIDE, image::imageops::FilterType::Triangle);
    }
    Ok(picture.into_rgb8())
}

fn unfit(error: image::ImageError) -> Unfit {
    match error {
        image::ImageError::Limits(_) => Unfit::TooLarge,
        _ => Unfit::Unreadable,
    }
}

/// The JPEG that is kept.
///
/// # Errors
/// `Unreadable` when it cannot be written.
pub fn jpeg(picture: &RgbImage) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(picture)
        .map_err(|_| Unfit::Unreadable)?;
    Ok(bytes)
}

/// A kept JPEG as pixels.
///
/// # Errors
/// `Unreadable` when it is none of ours.
pub fn kept(bytes: &[u8]) -> Result<RgbImage, Unfit> {
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(|_| Unfit::Unreadable)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| Unfit::Unreadable)?;
    Ok(picture.into_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        jpeg(&RgbImage::from_fn(64, 32, |x, _| {
            image::Rgb([if x < 32 { 250 } else { 5 }, 10, 10])
        }))
        .unwrap()
    }

    /// EXIF with one entry, orientation 6 (turn right), after the start of the picture.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPS 23.1N 113.2E");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
    }

    #[test]
    fn a_picture_is_turned_upright_and_loses_all_that_is_not_a_pixel() {
        let sent = with_exif(&sample());
        let read = read(&sent).unwrap();
        assert_eq!((read.width(), read.height()), (32, 64), "turned");
        assert!(read.get_pixel(16, 10).0[0] > 200 && read.get_pixel(16, 50).0[0] < 60);
        let kept = jpeg(&read).unwrap();
        for trace in [&b"Exif"[..], b"GPS"] {
            assert!(!kept.windows(trace.len()).any(|part| part == trace));
        }
    }

    #[test]
    fn what_is_no_picture_or_too_much_is_refused() {
        assert_eq!(read(b"GIF89a"), Err(Unfit::Unreadable));
        assert_eq!(read(&sample()[..200]), Err(Unfit::Unreadable));
        assert_eq!(read(&vec![0; SENT_LIMIT + 1]), Err(Unfit::TooLarge));
        // A header that promises 60000 x 60000 pixels.
        let mut huge = sample();
        let frame = huge.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
        huge[frame + 5..frame + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]);
        assert_eq!(read(&huge), Err(Unfit::TooLarge));
    }
}
