//! A document camera on any camera: a preview, and the sharpest of a few pictures.

use std::time::{Duration, Instant};

use image::codecs::jpeg::JpegEncoder;
use zeroize::Zeroizing;

use super::camera::V4lCamera;
use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::Health;
use crate::picture_quality::Measures;
use crate::port::camera::Camera;
use crate::port::document_camera::{Capture, DocumentCamera, Picture, Quality};

/// So many pictures are compared.
const PICTURES: usize = 5;

/// A camera that looks down at a sheet.
pub struct SheetCamera {
    camera: Box<dyn Camera>,
}

impl SheetCamera {
    /// Over a camera that gives pictures of the sheet.
    pub fn new(camera: Box<dyn Camera>) -> Self {
        Self { camera }
    }

    /// A V4L2 camera by its address (`0`, `/dev/video0`, `/dev/v4l/by-id/…`). Does not touch the device.
    pub fn v4l(address: impl Into<String>) -> Self {
        Self::new(Box::new(V4lCamera::of_documents(address)))
    }

    /// Frames delivered since the program started.
    pub fn frames_delivered(&self) -> u64 {
        self.camera.frames_delivered()
    }
}

impl DocumentCamera for SheetCamera {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.camera.open()
    }

    fn frame(&mut self, deadline: Duration) -> Result<Picture, DeviceError> {
        self.camera.frame(deadline)
    }

    fn capture(&mut self, deadline: Duration) -> Result<Capture, DeviceError> {
        let end = Instant::now() + deadline;
        let mut best: Option<(Capture, f32)> = None;
        for _ in 0..PICTURES {
            let picture = match self.camera.frame(end.saturating_duration_since(Instant::now())) {
                Ok(picture) => picture,
                Err(error) if error.kind == DeviceErrorKind::TimedOut && best.is_some() => break,
                Err(error) => return Err(error),
            };
            let measures = Measures::of(&picture);
            let next = Capture {
                picture,
                quality: measures.quality(),
            };
            if best
                .as_ref()
                .is_none_or(|(best, sharpness)| is_better(&next, measures.sharpness, best, *sharpness))
            {
                best = Some((next, measures.sharpness));
            }
        }
        best.map(|(best, _)| best)
            .ok_or_else(|| DeviceError::new(DeviceErrorKind::TimedOut, "capture"))
    }

    fn close(&mut self) {
        self.camera.close();
    }

    fn health(&mut self) -> Health {
        self.camera.health()
    }
}

/// A picture that will do is better than one that will not; else the sharper one is.
fn is_better(next: &Capture, sharpness: f32, best: &Capture, best_sharpness: f32) -> bool {
    let good = |capture: &Capture| capture.quality == Quality::Good;
    match (good(next), good(best)) {
        (true, false) => true,
        (false, true) => false,
        _ => sharpness > best_sharpness,
    }
}

/// The picture as JPEG, with a quality from 1 to 100 (90 keeps writing readable). Zeroed when dropped.
///
/// # Errors
/// `Protocol` when the picture's bytes do not fit its size, or a side is beyond 65535 pixels.
pub fn to_jpeg(picture: &Picture, quality: u8) -> Result<Zeroizing<Vec<u8>>, DeviceError> {
    let failed =
        |cause: image::ImageError| DeviceError::caused(DeviceErrorKind::Protocol, "write picture", cause);
    let pixels = image::ImageBuffer::<image::Rgb<u8>, &[u8]>::from_raw(
        picture.width,
        picture.height,
        picture.rgb.as_slice(),
    );
    let pixels = pixels.ok_or_else(|| {
        DeviceError::caused(
            DeviceErrorKind::Protocol,
            "write picture",
            format!(
                "{} bytes for {}x{}",
                picture.rgb.len(),
                picture.width,
                picture.height
            ),
        )
    })?;
    // Room enough that it seldom grows: what it grows out of would not be zeroed.
    let mut bytes = Zeroizing::new(Vec::with_capacity(picture.rgb.len() / 3));
    JpegEncoder::new_with_quality(&mut *bytes, quality.clamp(1, 100))
        .encode_image(&pixels)
        .map_err(failed)?;
    Ok(bytes)
}
