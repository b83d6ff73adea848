//! A camera on V4L2, through `nokhwa`.

use std::cmp::Reverse;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nokhwa::NokhwaError;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType,
};
use zeroize::Zeroizing;

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Reason};
use crate::port::camera::{Camera, Frame};

use super::camera_picture::decode;
use super::camera_stream::{Encoding, RawPicture, Source, Stream};

const OPEN_DEADLINE: Duration = Duration::from_secs(5);
const CLOSE_PATIENCE: Duration = Duration::from_millis(500);
/// Slowest stream that shows a blink.
const LOWEST_RATE: u32 = 10;
/// Slowest stream, and slowest one that is not a nuisance, of sheets of paper.
const LOWEST_RATE_OF_DOCUMENTS: u32 = 2;
const USUAL_RATE_OF_DOCUMENTS: u32 = 5;
/// A4 at 300 dots an inch.
const MOST_PIXELS_OF_DOCUMENTS: u32 = 9_000_000;
const DECODED: [FrameFormat; 2] = [FrameFormat::YUYV, FrameFormat::MJPEG];

/// The number of the device node that an address (`0`, `/dev/video0`, `/dev/v4l/by-id/…`) stands
/// for now.
fn node_number(address: &str) -> Result<u32, DeviceError> {
    let path = match address.parse::<u32>() {
        Ok(number) => PathBuf::from(format!("/dev/video{number}")),
        Err(_) => PathBuf::from(address),
    };
    let operation = || format!("find camera {address}");
    let node = path
        .canonicalize()
        .map_err(|error| DeviceError::caused(DeviceErrorKind::Absent, operation(), error))?;
    let name = node
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let number = name.strip_prefix("video").and_then(|number| number.parse().ok());
    number.ok_or_else(|| {
        DeviceError::caused(
            DeviceErrorKind::Absent,
            operation(),
            format!("{name} is no video node"),
        )
    })
}

/// What the pictures are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Faces and codes: small pictures, many a second.
    People,
    /// Sheets and photographs: every letter must be readable.
    Documents,
}

/// A camera by its address; the stream is open only between `open` and `close`.
pub struct V4lCamera {
    address: String,
    purpose: Purpose,
    stream: Option<Stream>,
    /// A stream whose thread hangs in the system's camera code.
    hanging: Option<Stream>,
    delivered: u64,
}

impl V4lCamera {
    /// A camera that looks at people. Does not touch the device.
    pub fn new(address: impl Into<String>) -> Self {
        Self::with_purpose(address.into(), Purpose::People)
    }

    /// A camera that looks at sheets of paper: gives the largest pictures up to nine megapixels. Does not
    /// touch the device.
    pub fn of_documents(address: impl Into<String>) -> Self {
        Self::with_purpose(address.into(), Purpose::Documents)
    }

    fn with_purpose(address: String, purpose: Purpose) -> Self {
        Self {
            address,
            purpose,
            stream: None,
            hanging: None,
            delivered: 0,
        }
    }

    /// Logs an error where it happens: callers make a face check or a scan that ended of it.
    fn fail(&self, error: DeviceError) -> DeviceError {
        let (address, cause) = (&self.address, &error.cause);
        tracing::warn!(address, %error, ?cause, "camera failed");
        error
    }

    fn start(&mut self) -> Result<(), DeviceError> {
        if self.stream.is_some() {
            return Ok(());
        }
        let number = node_number(&self.address)?;
        if self.is_hanging() {
            let cause = "the last stream still hangs in the camera; unplug it and plug it in again";
            return Err(DeviceError::caused(DeviceErrorKind::Busy, "open camera", cause));
        }
        let purpose = self.purpose;
        match Stream::start(Box::new(move || V4lSource::open(number, purpose)), OPEN_DEADLINE) {
            Ok(stream) => {
                self.stream = Some(stream);
                Ok(())
            }
            Err((error, hanging)) => {
                self.hanging = hanging;
                Err(error)
            }
        }
    }

    fn is_hanging(&mut self) -> bool {
        if self.hanging.as_ref().is_some_and(Stream::is_finished) {
            self.hanging = None;
        }
        self.hanging.is_some()
    }

    fn next_frame(&self, end: Instant) -> Result<Frame, DeviceError> {
        let Some(stream) = &self.stream else {
            return Err(DeviceError::new(
                DeviceErrorKind::NotReady,
                "read frame of a closed camera",
            ));
        };
        loop {
            let raw = stream.next(end.saturating_duration_since(Instant::now()))?;
            match decode(&raw) {
                Ok(frame) => return Ok(frame),
                // Cut off or garbled: the next picture will do, within the deadline.
                Err(error) if Instant::now() >= end => return Err(error),
                Err(_) => {}
            }
        }
    }
}

impl Camera for V4lCamera {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.start().map_err(|error| self.fail(error))
    }

    fn frame(&mut self, deadline: Duration) -> Result<Frame, DeviceError> {
        match self.next_frame(Instant::now() + deadline) {
            Ok(frame) => {
                self.delivered += 1;
                Ok(frame)
            }
            Err(error) => {
                let gone = self.stream.is_some() && node_number(&self.address).is_err();
                if error.kind != DeviceErrorKind::TimedOut || gone {
                    self.close();
                }
                let unplugged = gone && error.kind != DeviceErrorKind::Absent;
                Err(self.fail(if unplugged {
                    DeviceError::caused(DeviceErrorKind::Absent, "read frame", error)
                } else {
                    error
                }))
            }
        }
    }

    fn close(&mut self) {
        if let Some(stream) = self.stream.take() {
            self.hanging = stream.stop(CLOSE_PATIENCE);
        }
    }

    fn frames_delivered(&self) -> u64 {
        self.delivered
    }

    fn health(&mut self) -> Health {
        if let Err(error) = node_number(&self.address) {
            return Health::absent(error.operation);
        }
        if self.is_hanging() {
            return Health::faulted(Reason::Timeout, "the camera's driver hangs");
        }
        Health::online()
    }
}

impl Drop for V4lCamera {
    fn drop(&mut self) {
        self.close();
    }
}

struct V4lSource {
    camera: nokhwa::Camera,
    encoding: Encoding,
    width: u32,
    height: u32,
}

impl V4lSource {
    fn open(number: u32, purpose: Purpose) -> Result<Box<dyn Source>, DeviceError> {
        let failed = |operation: &'static str| move |error: NokhwaError| fault(operation, error);
        let any = RequestedFormat::with_formats(RequestedFormatType::None, &DECODED);
        let mut camera =
            nokhwa::Camera::with_backend(CameraIndex::Index(number), any, ApiBackend::Video4Linux)
                .map_err(failed("open camera"))?;
        let offered = camera
            .compatible_camera_formats()
            .map_err(failed("list formats"))?;
        let Some(format) = choose(&offered, purpose) else {
            let cause = format!(
                "none of {} formats is MJPEG or YUYV {}",
                offered.len(),
                match purpose {
                    Purpose::People => "from 640x480 to 1280x720 at 10/s",
                    Purpose::Documents => "from 1024x720 to nine megapixels at 2/s",
                }
            );
            return Err(DeviceError::caused(
                DeviceErrorKind::Unsupported,
                "choose format",
                cause,
            ));
        };
        let exact = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &DECODED);
        camera.set_camera_requset(exact).map_err(failed("set format"))?;
        camera.open_stream().map_err(failed("open stream"))?;
        let encoding = match format.format() {
            FrameFormat::YUYV => Encoding::Yuyv,
            _ => Encoding::Mjpeg,
        };
        Ok(Box::new(Self {
            camera,
            encoding,
            width: format.width(),
            height: format.height(),
        }))
    }
}

impl Source for V4lSource {
    fn next(&mut self) -> Result<RawPicture, DeviceError> {
        let bytes = self
            .camera
            .frame_raw()
            .map_err(|error| fault("read frame", error))?;
        Ok(RawPicture {
            encoding: self.encoding,
            width: self.width,
            height: self.height,
            bytes: Zeroizing::new(bytes.into_owned()),
        })
    }
}

/// `nokhwa` passes the system's error on as words only.
fn fault(operation: &str, error: NokhwaError) -> DeviceError {
    let words = error.to_string();
    let says = |number: &str| words.contains(&format!("os error {number})"));
    let kind = if says("2") || says("6") || says("19") {
        DeviceErrorKind::Absent
    } else if says("16") {
        DeviceErrorKind::Busy
    } else {
        DeviceErrorKind::Hardware
    };
    DeviceError::caused(kind, operation, error)
}

fn choose(offered: &[CameraFormat], purpose: Purpose) -> Option<CameraFormat> {
    match purpose {
        Purpose::People => choose_for_people(offered),
        Purpose::Documents => choose_for_documents(offered),
    }
}

/// The smallest picture that serves, at 15 to 30 a second where possible, raw before compressed, as
/// near to 30 a second as can be: the face check takes about ten of them, evenly.
fn choose_for_people(offered: &[CameraFormat]) -> Option<CameraFormat> {
    let serves = |format: &&CameraFormat| {
        DECODED.contains(&format.format())
            && format.frame_rate() >= LOWEST_RATE
            && (640..=1280).contains(&format.width())
            && (480..=720).contains(&format.height())
    };
    let order = |format: &&CameraFormat| {
        let rate = format.frame_rate();
        let unusual = !(15..=30).contains(&rate);
        let compressed = format.format() == FrameFormat::MJPEG;
        (
            format.width() * format.height(),
            unusual,
            compressed,
            rate.abs_diff(30),
        )
    };
    offered.iter().filter(serves).min_by_key(order).copied()
}

/// The largest picture that serves, at a rate that shows a moving hand where possible, raw before
/// compressed.
fn choose_for_documents(offered: &[CameraFormat]) -> Option<CameraFormat> {
    let pixels = |format: &CameraFormat| format.width() * format.height();
    let serves = |format: &&CameraFormat| {
        DECODED.contains(&format.format())
            && format.frame_rate() >= LOWEST_RATE_OF_DOCUMENTS
            && format.width() >= 1024
            && format.height() >= 720
            && pixels(format) <= MOST_PIXELS_OF_DOCUMENTS
    };
    let order = |format: &&CameraFormat| {
        let rate = format.frame_rate();
        let compressed = format.format() == FrameFormat::MJPEG;
        (
            Reverse(pixels(format)),
            rate < USUAL_RATE_OF_DOCUMENTS,
            compressed,
            rate.abs_diff(10),
        )
    };
    offered.iter().filter(serves).min_by_key(order).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(width: u32, height: u32, format: FrameFormat, rate: u32) -> CameraFormat {
        CameraFormat::new_from(width, height, format, rate)
    }

    #[test]
    fn the_smallest_picture_that_serves_is_chosen() {
        let offered = [
            format(1920, 1080, FrameFormat::MJPEG, 30),
            format(1280, 720, FrameFormat::MJPEG, 30),
            format(640, 480, FrameFormat::MJPEG, 30),
            format(640, 480, FrameFormat::YUYV, 5),
            format(320, 240, FrameFormat::YUYV, 30),
        ];
        assert_eq!(
            choose_for_people(&offered),
            Some(format(640, 480, FrameFormat::MJPEG, 30))
        );
    }

    #[test]
    fn raw_pictures_come_before_compressed_and_a_usual_rate_before_both() {
        let yuyv = format(640, 480, FrameFormat::YUYV, 30);
        assert_eq!(
            choose_for_people(&[format(640, 480, FrameFormat::MJPEG, 30), yuyv]),
            Some(yuyv)
        );
        let slow = format(640, 480, FrameFormat::YUYV, 10);
        let usual = format(640, 480, FrameFormat::MJPEG, 30);
        assert_eq!(choose_for_people(&[slow, usual]), Some(usual));
        assert_eq!(choose_for_people(&[slow]), Some(slow));
        let half = format(640, 480, FrameFormat::YUYV, 15);
        assert_eq!(choose_for_people(&[half, yuyv]), Some(yuyv));
    }

    #[test]
    fn sheets_get_the_largest_picture_that_is_not_too_slow() {
        let offered = [
            format(640, 480, FrameFormat::YUYV, 30),
            format(2592, 1944, FrameFormat::MJPEG, 15),
            format(3264, 2448, FrameFormat::YUYV, 2),
            format(3264, 2448, FrameFormat::MJPEG, 15),
            format(4160, 3120, FrameFormat::MJPEG, 10),
        ];
        let best = format(3264, 2448, FrameFormat::MJPEG, 15);
        assert_eq!(choose(&offered, Purpose::Documents), Some(best));
        let raw = format(3264, 2448, FrameFormat::YUYV, 5);
        assert_eq!(choose(&[best, raw], Purpose::Documents), Some(raw));
        let small = format(1280, 720, FrameFormat::MJPEG, 30);
        assert_eq!(choose(&[small], Purpose::Documents), Some(small));
        assert_eq!(choose(&offered[..1], Purpose::Documents), None);
    }

    #[test]
    fn nothing_is_chosen_when_nothing_serves() {
        assert_eq!(
            choose_for_people(&[
                format(640, 480, FrameFormat::NV12, 30),
                format(1280, 720, FrameFormat::MJPEG, 9)
            ]),
            None
        );
    }

    #[test]
    fn a_camera_that_is_not_there_is_absent_and_can_be_asked_again() {
        for address in ["/dev/v4l/by-id/usb-none-video-index0", "97", "/dev/null"] {
            let mut camera = V4lCamera::new(address);
            assert_eq!(
                camera.open().err().unwrap().kind,
                DeviceErrorKind::Absent,
                "{address}"
            );
            assert_eq!(camera.open().err().unwrap().kind, DeviceErrorKind::Absent);
            assert_eq!(camera.health().link, crate::health::Link::Absent);
            assert_eq!(
                camera.frame(Duration::ZERO).err().unwrap().kind,
                DeviceErrorKind::NotReady
            );
            camera.close();
            assert_eq!(camera.frames_delivered(), 0);
        }
    }

    #[test]
    fn the_systems_words_become_kinds() {
        let kind = |words: &str| fault("read frame", NokhwaError::ReadFrameError(words.to_owned())).kind;
        assert_eq!(kind("No such device (os error 19)"), DeviceErrorKind::Absent);
        assert_eq!(
            kind("Device or resource busy (os error 16)"),
            DeviceErrorKind::Busy
        );
        assert_eq!(kind("Input/output error (os error 5)"), DeviceErrorKind::Hardware);
    }
}
