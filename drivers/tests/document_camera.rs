//! The document camera over the simulated one: contract, captures and faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::time::{Duration, Instant};

use kiosk_drivers::conformance;
use kiosk_drivers::device::document_camera::{SheetCamera, to_jpeg};
use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::health::{Link, Reason};
use kiosk_drivers::port::document_camera::{DocumentCamera, Picture, Quality};
use kiosk_drivers::simulator::document_camera::{DocumentCameraControl, Pace, SimulatedDocumentCamera};

const LIMIT: Duration = Duration::from_secs(5);

/// A written sheet.
fn sheet() -> Picture {
    let (width, height) = (1280_u32, 960_u32);
    let dark = |x: u32, y: u32| (y / 24).is_multiple_of(3) && (x / 8 * 7919 + y / 8 * 104_729) % 5 < 2;
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    Picture {
        width,
        height,
        rgb: pixels
            .flat_map(|(x, y)| [if dark(x, y) { 30 } else { 230 }; 3])
            .collect(),
    }
}

fn camera(pace: Pace) -> (SheetCamera, DocumentCameraControl) {
    let (camera, control) = SimulatedDocumentCamera::new(pace);
    (SheetCamera::new(Box::new(camera)), control)
}

fn open_over_a_sheet() -> (SheetCamera, DocumentCameraControl) {
    let (mut camera, control) = camera(Pace::Immediate);
    control.lay_down(sheet());
    camera.open().unwrap();
    (camera, control)
}

struct Simulated(DocumentCameraControl);

impl conformance::document_camera::Hands for Simulated {
    fn lay_down(&mut self) {
        self.0.lay_down(sheet());
    }
    fn take_away(&mut self) {
        self.0.take_away();
    }
    fn blur(&mut self, blurred: bool) -> bool {
        self.0.blurred(blurred);
        true
    }
    fn darken(&mut self, dark: bool) -> bool {
        self.0.dark(dark);
        true
    }
    fn unplug(&mut self) {
        self.0.unplug();
    }
    fn replug(&mut self) {
        self.0.replug();
    }
}

impl conformance::camera::Hands for Simulated {
    fn unplug(&mut self) {
        self.0.unplug();
    }
    fn replug(&mut self) {
        self.0.replug();
    }
    fn freeze(&mut self, frozen: bool) -> bool {
        self.0.freeze(frozen);
        true
    }
}

#[test]
fn the_contract_of_a_document_camera_holds() {
    let (mut camera, control) = camera(Pace::Immediate);
    conformance::document_camera::check(&mut camera, &mut Simulated(control)).unwrap();
}

#[test]
fn the_simulated_camera_keeps_the_contract_of_every_camera() {
    for pace in [Pace::Immediate, Pace::RealTime] {
        let (mut camera, control) = SimulatedDocumentCamera::new(pace);
        conformance::camera::check(&mut camera, &mut Simulated(control)).unwrap();
    }
}

#[test]
fn the_preview_shows_what_lies_there() {
    let (mut camera, control) = open_over_a_sheet();
    let picture = camera.frame(LIMIT).unwrap();
    assert_eq!((picture.width, picture.height), (1280, 960));
    assert_eq!(picture.rgb, sheet().rgb);
    control.take_away();
    assert!(!control.is_laid());
    assert_ne!(camera.frame(LIMIT).unwrap().rgb, sheet().rgb);
}

#[test]
fn a_capture_is_the_sharpest_of_a_few_pictures() {
    let (mut camera, control) = open_over_a_sheet();
    control.moved(4);
    let before = camera.frames_delivered();
    let capture = camera.capture(LIMIT).unwrap();
    assert_eq!(capture.quality, Quality::Good);
    assert_eq!(capture.picture.rgb, sheet().rgb);
    assert_eq!(camera.frames_delivered() - before, 5);
    control.moved(5);
    assert_eq!(camera.capture(LIMIT).unwrap().quality, Quality::Blurred);
    assert_eq!(camera.capture(LIMIT).unwrap().quality, Quality::Good);
}

#[test]
fn a_glaring_lamp_is_told() {
    let (mut camera, control) = open_over_a_sheet();
    control.glaring(true);
    assert_eq!(camera.capture(LIMIT).unwrap().quality, Quality::TooBright);
    control.glaring(false);
    assert_eq!(camera.capture(LIMIT).unwrap().quality, Quality::Good);
}

#[test]
fn a_deadline_in_the_middle_gives_the_best_so_far() {
    let (mut camera, control) = camera(Pace::RealTime);
    control.lay_down(sheet());
    camera.open().unwrap();
    let start = Instant::now();
    let capture = camera.capture(Duration::from_millis(150)).unwrap();
    assert_eq!(capture.quality, Quality::Good);
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}

#[test]
fn a_hanging_stream_times_out_and_goes_on() {
    let (mut camera, control) = open_over_a_sheet();
    control.freeze(true);
    assert_eq!(camera.capture(LIMIT).unwrap_err().kind, DeviceErrorKind::TimedOut);
    assert_eq!(camera.frame(LIMIT).err().unwrap().kind, DeviceErrorKind::TimedOut);
    assert_eq!(camera.health().reasons, [Reason::Timeout]);
    control.freeze(false);
    assert_eq!(camera.capture(LIMIT).unwrap().quality, Quality::Good);
}

#[test]
fn the_light_is_on_only_while_the_stream_is_open() {
    let (mut camera, control) = camera(Pace::Immediate);
    assert!(!control.is_open());
    camera.open().unwrap();
    assert!(control.is_open());
    camera.close();
    assert!(!control.is_open());
    assert_eq!(control.frames_delivered(), 0);
}

#[test]
fn a_capture_becomes_a_jpeg_that_shows_the_same() {
    let (mut camera, _control) = open_over_a_sheet();
    let capture = camera.capture(LIMIT).unwrap();
    let bytes = to_jpeg(&capture.picture, 90).unwrap();
    assert!(bytes.len() < capture.picture.rgb.len() / 3);
    let read = image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg)
        .unwrap()
        .into_rgb8();
    assert_eq!((read.width(), read.height()), (1280, 960));
    let apart = read.as_raw().iter().zip(&capture.picture.rgb);
    let sum: u64 = apart.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(sum / (capture.picture.rgb.len() as u64) < 10);
    let torn = Picture {
        width: 100,
        height: 100,
        rgb: vec![0; 5],
    };
    assert_eq!(to_jpeg(&torn, 90).unwrap_err().kind, DeviceErrorKind::Protocol);
}

#[test]
fn a_camera_that_is_not_there_is_absent() {
    let mut camera = SheetCamera::v4l("/dev/v4l/by-id/usb-none-video-index0");
    assert_eq!(camera.open().unwrap_err().kind, DeviceErrorKind::Absent);
    assert_eq!(camera.health().link, Link::Absent);
    assert_eq!(camera.capture(LIMIT).unwrap_err().kind, DeviceErrorKind::NotReady);
}

#[test]
fn a_capture_does_not_show_its_pixels_in_messages() {
    let (mut camera, _control) = open_over_a_sheet();
    let shown = format!("{:?}", camera.capture(LIMIT).unwrap());
    assert_eq!(shown, "Capture { picture: Frame 1280x960, quality: Good }");
}
