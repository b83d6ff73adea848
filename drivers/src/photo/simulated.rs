//! The photo block of simulated cards. Its codec is ours, since that of real cards is not public.
//!
//! | byte | meaning |
//! |---|---|
//! | 0-7 | `57 4C 66 00 7E 00 32 00`, as on real cards ("WL", 102, 126, 50) |
//! | 8-11 | `SIM1`, where real cards have `00 FF 85 xx` |
//! | 12, 13 | width and height of the stored picture, pixels |
//! | 14 | JPEG quality, 1-100 |
//! | 15 | 0 |
//! | 16-17 | length of the scan, little-endian |
//! | 18-1023 | the entropy-coded scan of a baseline JPEG, then zeros |
//!
//! The JPEG's headers (some 600 bytes) depend on size and quality only, so they are left out and made
//! again when decoding.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{ImageFormat, RgbImage, load_from_memory_with_format};

use super::{HEADER, HEIGHT, WIDTH};
use crate::error::{DeviceError, DeviceErrorKind};
use crate::port::id_reader::{PhotoBlock, PhotoDecoder};
use crate::wire::sdt_card::PHOTO_LEN;

const MARKER: [u8; 4] = *b"SIM1";
const SCAN_AT: usize = 18;
const SCAN_MAX: usize = PHOTO_LEN - SCAN_AT;
/// Stored widths that are tried; a smaller picture of a better quality often keeps more of a face.
const WIDTHS: [u32; 5] = [102, 88, 80, 72, 64];

/// Makes the photo block of a simulated card from a portrait of any size, as well as 1024 bytes allow.
pub fn encode_simulated_photo(portrait: &RgbImage) -> PhotoBlock {
    let original = resize(portrait, WIDTH, HEIGHT, FilterType::CatmullRom);
    let best = WIDTHS
        .into_iter()
        .filter_map(|width| Stored::fitting(&original, width))
        .filter_map(|stored| Some((difference(&stored.decode()?, &original), stored)))
        .min_by_key(|(difference, _)| *difference);
    PhotoBlock(best.map_or_else(|| vec![0; PHOTO_LEN], |(_, stored)| stored.block()))
}

/// Sum of the squared differences of all channels.
fn difference(left: &RgbImage, right: &RgbImage) -> u64 {
    let pairs = left.as_raw().iter().zip(right.as_raw());
    pairs
        .map(|(one, other)| u64::from(one.abs_diff(*other)).pow(2))
        .sum()
}

/// Decodes the blocks of [`encode_simulated_photo`] and no others.
#[derive(Debug, Clone, Copy, Default)]
pub struct SimulatedPhotoDecoder;

impl PhotoDecoder for SimulatedPhotoDecoder {
    fn decode(&self, block: &PhotoBlock) -> Result<Vec<u8>, DeviceError> {
        let foreign = || DeviceError::new(DeviceErrorKind::Protocol, "decode the photo of a simulated card");
        let stored = Stored::parse(&block.0).ok_or_else(foreign)?;
        Ok(stored.decode().ok_or_else(foreign)?.into_raw())
    }
}

struct Stored {
    width: u8,
    height: u8,
    quality: u8,
    scan: Vec<u8>,
}

impl Stored {
    /// The best quality at this width whose scan fits.
    fn fitting(original: &RgbImage, width: u32) -> Option<Self> {
        let height = (width * HEIGHT).div_ceil(WIDTH);
        let picture = resize(original, width, height, FilterType::Lanczos3);
        let (mut low, mut high, mut best) = (1, 100, None);
        while low <= high {
            let quality = u8::midpoint(low, high);
            let (_, scan) = split(&jpeg(&picture, quality)?)?;
            if scan.len() <= SCAN_MAX {
                best = Some((quality, scan));
                low = quality + 1;
            } else {
                high = quality - 1;
            }
        }
        let (quality, scan) = best?;
        Some(Self {
            width: u8::try_from(width).ok()?,
            height: u8::try_from(height).ok()?,
            quality,
            scan,
        })
    }

    fn block(&self) -> Vec<u8> {
        let mut block = Vec::with_capacity(PHOTO_LEN);
        block.extend_from_slice(&HEADER);
        block.extend_from_slice(&MARKER);
        block.extend_from_slice(&[self.width, self.height, self.quality, 0]);
        block.extend_from_slice(&(self.scan.len() as u16).to_le_bytes());
        block.extend_from_slice(&self.scan);
        block.resize(PHOTO_LEN, 0);
        block
    }

    fn parse(block: &[u8]) -> Option<Self> {
        let rest = block.strip_prefix(&HEADER)?.strip_prefix(&MARKER)?;
        let [
            width @ 8..=102,
            height @ 8..=126,
            quality @ 1..=100,
            0,
            low,
            high,
            rest @ ..,
        ] = rest
        else {
            return None;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        Some(Self {
            width: *width,
            height: *height,
            quality: *quality,
            scan: rest.get(..length)?.to_vec(),
        })
    }

    /// The picture in full size; `None` when the scan is damaged.
    fn decode(&self) -> Option<RgbImage> {
        let blank = RgbImage::new(self.width.into(), self.height.into());
        let (mut file, _) = split(&jpeg(&blank, self.quality)?)?;
        file.extend_from_slice(&self.scan);
        file.extend_from_slice(&[0xFF, 0xD9]);
        let picture = load_from_memory_with_format(&file, ImageFormat::Jpeg).ok()?;
        Some(resize(
            &picture.into_rgb8(),
            WIDTH,
            HEIGHT,
            FilterType::CatmullRom,
        ))
    }
}

fn jpeg(picture: &RgbImage, quality: u8) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode_image(picture)
        .ok()?;
    Some(file)
}

/// Splits a JPEG into its headers, up to the end of the SOS segment, and its scan without the end mark.
fn split(file: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut at = 2;
    loop {
        let [0xFF, marker, high, low] = *file.get(at..at + 4)? else {
            return None;
        };
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
        if marker == 0xDA {
            let (head, scan) = file.split_at_checked(at)?;
            return Some((head.to_vec(), scan.strip_suffix(&[0xFF, 0xD9])?.to_vec()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn portrait(person: &str) -> RgbImage {
        let people = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/people/portraits");
        image::open(people.join(format!("{person}-id.png")))
            .unwrap()
            .into_rgb8()
    }

    /// Peak signal-to-noise ratio in dB.
    fn psnr(left: &RgbImage, right: &RgbImage) -> f64 {
        let mean = difference(left, right) as f64 / left.as_raw().len() as f64;
        10.0 * (255.0 * 255.0 / mean).log10()
    }

    #[test]
    fn the_portraits_of_the_demo_fit_and_stay_recognisable() {
        for person in ["d1", "d2", "d3", "d4"] {
            let original = portrait(person);
            let block = encode_simulated_photo(&original);
            assert_eq!(block.0.len(), PHOTO_LEN);
            let pixels = SimulatedPhotoDecoder.decode(&block).unwrap();
            let decoded = RgbImage::from_raw(WIDTH, HEIGHT, pixels).unwrap();
            let quality = psnr(&decoded, &original);
            println!("{person}: {quality:.1} dB, stored {:?}", &block.0[12..18]);
            assert!(quality > 28.0, "{person}: {quality:.1} dB");
        }
    }

    #[test]
    fn a_real_block_is_refused() {
        let mut block = vec![0x51; PHOTO_LEN];
        block[..12].copy_from_slice(&[0x57, 0x4C, 0x66, 0, 0x7E, 0, 0x32, 0, 0, 0xFF, 0x85, 0x01]);
        let error = SimulatedPhotoDecoder.decode(&PhotoBlock(block)).unwrap_err();
        assert_eq!(error.kind, DeviceErrorKind::Protocol);
    }

    #[test]
    fn damaged_blocks_are_refused_or_decoded_and_never_panic() {
        let sound = encode_simulated_photo(&RgbImage::from_fn(102, 126, |x, y| {
            image::Rgb([x as u8, y as u8, (x ^ y) as u8])
        }));
        for at in (0..40).chain((40..PHOTO_LEN).step_by(13)) {
            let mut block = sound.clone();
            block.0[at] ^= 0x5A;
            if let Ok(pixels) = SimulatedPhotoDecoder.decode(&block) {
                assert_eq!(pixels.len(), 102 * 126 * 3);
            }
        }
        assert!(
            SimulatedPhotoDecoder
                .decode(&PhotoBlock(sound.0[..17].to_vec()))
                .is_err()
        );
    }
}
