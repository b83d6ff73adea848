use super::*;
use crate::port::camera::Camera;
use crate::simulator::document_camera::{DocumentCameraControl, Pace, SimulatedDocumentCamera};
use proptest::prelude::*;
use std::path::Path;
use std::time::Duration;

/// A sheet with lines of writing, from this share of its height to that one.
fn sheet(width: u32, height: u32, written: std::ops::Range<f32>) -> Frame {
    let unit = width / 160;
    let mut rgb = Vec::new();
    for y in 0..height {
        let line = (y / (3 * unit)).is_multiple_of(3) && written.contains(&(y as f32 / height as f32));
        for x in 0..width {
            let ink = line && (width / 8..width * 7 / 8).contains(&x);
            let dark = ink && (x / unit * 7919 + y / unit * 104_729) % 5 < 2;
            rgb.extend([if dark { 30 } else { 235 }; 3]);
        }
    }
    Frame { width, height, rgb }
}

fn plain(width: u32, height: u32, level: u8) -> Frame {
    Frame {
        width,
        height,
        rgb: vec![level; (width * height * 3) as usize],
    }
}

/// A portrait of a person who does not exist, as on a printed photograph.
fn portrait(name: &str) -> Frame {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/people");
    let picture = image::open(folder.join(name)).unwrap().into_rgb8();
    Frame {
        width: picture.width(),
        height: picture.height(),
        rgb: picture.into_raw(),
    }
}

/// A photograph of this share of the picture's height, in the middle of a dark mat.
fn on_the_mat(photograph: &Frame, share: f32) -> Frame {
    let (width, height) = (1600_u32, 1200_u32);
    let mut mat = image::RgbImage::from_pixel(width, height, image::Rgb([45; 3]));
    let picture =
        image::RgbImage::from_raw(photograph.width, photograph.height, photograph.rgb.clone()).unwrap();
    let tall = (height as f32 * share) as u32;
    let wide = tall * photograph.width / photograph.height;
    let small = image::imageops::resize(&picture, wide, tall, image::imageops::FilterType::Triangle);
    image::imageops::overlay(
        &mut mat,
        &small,
        i64::from((width - wide) / 2),
        i64::from((height - tall) / 2),
    );
    Frame {
        width,
        height,
        rgb: mat.into_raw(),
    }
}

/// What the simulated camera shows of a picture in this light and focus.
fn seen(picture: Frame, spoil: impl Fn(&DocumentCameraControl)) -> Quality {
    let (mut camera, control) = SimulatedDocumentCamera::new(Pace::Immediate);
    control.lay_down(picture);
    spoil(&control);
    camera.open().unwrap();
    let frame = camera.frame(Duration::from_secs(1)).unwrap();
    judge(&frame)
}

fn subjects() -> Vec<(&'static str, Frame)> {
    vec![
        ("a full sheet", sheet(1280, 960, 0.0..1.0)),
        ("a full sheet on a large camera", sheet(3264, 2448, 0.0..1.0)),
        ("a sheet with one line", sheet(1600, 1200, 0.14..0.18)),
        ("a portrait", on_the_mat(&portrait("portraits/d1-id.png"), 0.95)),
        (
            "a small portrait",
            on_the_mat(&portrait("portraits/d2-id.png"), 0.4),
        ),
    ]
}

#[test]
fn sheets_and_photographs_in_good_light_and_focus_are_good() {
    for (name, picture) in subjects() {
        assert_eq!(seen(picture, |_| {}), Quality::Good, "{name}");
    }
}

#[test]
fn a_lens_out_of_focus_is_noticed() {
    for (name, picture) in subjects() {
        let quality = seen(picture, |control| control.blurred(true));
        assert_eq!(quality, Quality::Blurred, "{name}");
    }
}

#[test]
fn missing_light_is_noticed() {
    for (name, picture) in subjects() {
        let quality = seen(picture, |control| control.dark(true));
        assert_eq!(quality, Quality::TooDark, "{name}");
    }
    assert_eq!(judge(&plain(1280, 960, 3)), Quality::TooDark);
}

#[test]
fn too_much_light_is_noticed() {
    for (name, picture) in subjects() {
        let quality = seen(picture, |control| control.glaring(true));
        assert_eq!(quality, Quality::TooBright, "{name}");
    }
    assert_eq!(judge(&plain(1280, 960, 250)), Quality::TooBright);
}

#[test]
fn a_place_where_nothing_lies_is_empty_on_a_dark_and_on_a_light_base() {
    let (mut camera, _control) = SimulatedDocumentCamera::new(Pace::Immediate);
    camera.open().unwrap();
    let mat = camera.frame(Duration::from_secs(1)).unwrap();
    assert_eq!(judge(&mat), Quality::Empty);
    // The light falls off towards the corners.
    let (width, height) = (1280_u32, 960_u32);
    let shade = |x: u32, y: u32| {
        let off = |at: u32, size: u32| (at as f32 / size as f32 - 0.5).powi(2);
        (210.0 * (1.0 - 0.8 * (off(x, width) + off(y, height)))) as u8
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let shaded = Frame {
        width,
        height,
        rgb: pixels.flat_map(|(x, y)| [shade(x, y); 3]).collect(),
    };
    assert_eq!(judge(&shaded), Quality::Empty, "{:?}", Measures::of(&shaded));
    for level in [40, 120, 210] {
        assert_eq!(judge(&plain(1280, 960, level)), Quality::Empty, "{level}");
    }
}

#[test]
fn the_same_sheet_measures_alike_on_small_and_on_large_cameras() {
    let small = Measures::of(&sheet(1280, 960, 0.0..1.0));
    let large = Measures::of(&sheet(3200, 2400, 0.0..1.0));
    assert!(
        (small.brightness - large.brightness).abs() < 2.0,
        "{small:?} {large:?}"
    );
    assert!(
        (small.contrast - large.contrast).abs() < 4.0,
        "{small:?} {large:?}"
    );
    let ratio = small.sharpness / large.sharpness;
    assert!((0.6..1.7).contains(&ratio), "{small:?} {large:?}");
}

#[test]
fn a_plain_picture_has_its_level_and_nothing_else() {
    let measures = Measures::of(&plain(640, 480, 100));
    assert!((measures.brightness - 100.0).abs() < 0.1, "{measures:?}");
    assert!(
        measures.contrast < 0.1 && measures.sharpness < 0.1,
        "{measures:?}"
    );
    assert!(
        (measures.darkest - measures.brightest).abs() < 0.1,
        "{measures:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn pictures_of_any_size_and_of_torn_bytes_are_judged(
        width in 0_u32..60, height in 0_u32..60, bytes in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let measures = Measures::of(&Frame { width, height, rgb: bytes });
        prop_assert!(measures.sharpness >= 0.0 && measures.contrast >= 0.0);
        prop_assert!((0.0..=255.5).contains(&measures.brightness), "{:?}", measures);
        let _ = measures.quality();
    }
}
