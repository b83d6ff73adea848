//! Pictures of pages, a quarter of their size, and how they differ from the kept ones.

use std::path::{Path, PathBuf};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{Rgb, RgbImage};

/// The kept picture has one pixel for a square of this many.
const SCALE: u32 = 4;
/// Side of the squares that are compared, px of the kept picture: about a finger's tip.
const SQUARE: u32 = 9;
/// Mean difference of a square, of 255, that a reader would see. Another build of the same fonts
/// differs by less.
const SEEN: f64 = 9.0;

/// The picture of an open window.
pub fn of(window: &slint::Window) -> RgbImage {
    let shot = window.take_snapshot().unwrap();
    let (width, bytes) = (shot.width(), shot.as_bytes());
    RgbImage::from_fn(width / SCALE, shot.height() / SCALE, |x, y| {
        let mut sum = [0_u32; 3];
        for (dx, dy) in (0..SCALE).flat_map(|dy| (0..SCALE).map(move |dx| (dx, dy))) {
            let at = ((y * SCALE + dy) * width + x * SCALE + dx) as usize * 4;
            for (channel, sum) in sum.iter_mut().enumerate() {
                *sum += u32::from(bytes[at + channel]);
            }
        }
        // Fewer shades make smaller files, and nobody sees them.
        Rgb(sum.map(|sum| (sum / (SCALE * SCALE)) as u8 & 0xf8))
    })
}

/// Where the picture `name` of a look is kept.
pub fn path(look: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/reference")
        .join(look)
        .join(format!("{name}.png"))
}

/// Compares with the kept picture; with `UPDATE_PICTURES=1` keeps this one. What differs goes to
/// `target/ui-differs/` and is told.
pub fn compare(picture: &RgbImage, look: &str, name: &str) -> Option<String> {
    let kept = path(look, name);
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
        save(picture, &kept);
        return None;
    }
    let Ok(reference) = image::open(&kept) else {
        return Some(format!("{look}/{name}: no picture is kept (UPDATE_PICTURES=1)"));
    };
    let squares = differing(picture, &reference.to_rgb8())?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/ui-differs")
        .join(look);
    std::fs::create_dir_all(&folder).unwrap();
    save(picture, &folder.join(format!("{name}.png")));
    Some(format!("{look}/{name}: {squares}"))
}

fn save(picture: &RgbImage, path: &Path) {
    let file = std::fs::File::create(path).unwrap();
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    picture.write_with_encoder(encoder).unwrap();
}

/// The squares in which two pictures differ, in words; `None` when nobody would see it.
pub fn differing(a: &RgbImage, b: &RgbImage) -> Option<String> {
    if a.dimensions() != b.dimensions() {
        return Some(format!("{:?} instead of {:?}", a.dimensions(), b.dimensions()));
    }
    let (width, height) = a.dimensions();
    let squares = (0..height.div_ceil(SQUARE))
        .flat_map(|row| (0..width.div_ceil(SQUARE)).map(move |column| (column * SQUARE, row * SQUARE)));
    let differ: Vec<_> = squares
        .filter(|(x, y)| difference(a, b, (*x, *y)) > SEEN)
        .map(|(x, y)| (x * SCALE, y * SCALE))
        .collect();
    let first = differ.first()?;
    Some(format!(
        "{} squares differ, the first at {first:?} px",
        differ.len()
    ))
}

fn difference(a: &RgbImage, b: &RgbImage, (left, top): (u32, u32)) -> f64 {
    let (right, bottom) = ((left + SQUARE).min(a.width()), (top + SQUARE).min(a.height()));
    let pixels = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
    let of_pixel = |(x, y): (u32, u32)| {
        let (a, b) = (a.get_pixel(x, y), b.get_pixel(x, y));
        (0..3).map(|c| f64::from(a[c].abs_diff(b[c]))).sum::<f64>() / 3.0
    };
    let count = f64::from((right - left) * (bottom - top));
    pixels.map(of_pixel).sum::<f64>() / count
}
