//! A document camera that shows the pictures that are laid under it. As with the other camera the port
//! is the frontier: this implements [`Camera`], and the real [`SheetCamera`] stands over it.
//!
//! [`SheetCamera`]: crate::device::document_camera::SheetCamera

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::DeviceError;
use crate::health::Health;
use crate::port::camera::{Camera, Frame};

pub use super::feed::Pace;
use super::feed::{Feed, Scene, Stage};

/// The empty place under the camera: its size and its grey.
const PLACE: (u32, u32) = (1280, 960);
const MAT: u8 = 48;
/// Between two pictures.
const PERIOD: Duration = Duration::from_millis(100);
/// How far a blurred picture is smeared, in thousandths of its longer side.
const SMEAR: u32 = 4;
/// What is left of the light in the dark.
const GLOOM: f32 = 0.15;
/// What is added in a glare, in levels.
const GLARE: u8 = 215;

/// What lies under the camera.
struct Place {
    feed: Feed,
    sheet: Option<Frame>,
    blurred: bool,
    /// So many of the next pictures are blurred all the same.
    moved: u32,
    dark: bool,
    glaring: bool,
    /// Pictures shown, so that no two are quite the same.
    shown: u32,
}

impl Stage for Place {
    fn feed(&mut self) -> &mut Feed {
        &mut self.feed
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    fn picture(&mut self) -> Result<Frame, DeviceError> {
        self.shown = self.shown.wrapping_add(1);
        let mut picture = match &self.sheet {
            Some(sheet) => sheet.clone(),
            None => mat(self.shown),
        };
        let moved = self.moved > 0;
        self.moved = self.moved.saturating_sub(1);
        if self.blurred || moved {
            smear(&mut picture);
        }
        if self.dark {
            let gloomy = |byte: &mut u8| *byte = (f32::from(*byte) * GLOOM) as u8;
            picture.rgb.iter_mut().for_each(gloomy);
        }
        if self.glaring {
            let glaring = |byte: &mut u8| *byte = byte.saturating_add(GLARE);
            picture.rgb.iter_mut().for_each(glaring);
        }
        Ok(picture)
    }
}

/// The bare mat, with the faint noise of a sensor.
fn mat(seed: u32) -> Frame {
    let mut noise = seed;
    let pixels = (PLACE.0 * PLACE.1) as usize;
    let mut rgb = Vec::with_capacity(pixels * 3);
    for _ in 0..pixels {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let level = MAT + (noise >> 30) as u8;
        rgb.extend([level; 3]);
    }
    Frame {
        width: PLACE.0,
        height: PLACE.1,
        rgb,
    }
}

/// Blurs as a lens out of focus does: the mean over a square, twice.
fn smear(picture: &mut Frame) {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let reach = (picture.width.max(picture.height) * SMEAR / 1000).max(2) as usize;
    for _ in 0..2 {
        for channel in 0..3 {
            for y in 0..height {
                smear_line(&mut picture.rgb, y * width * 3 + channel, 3, width, reach);
            }
            for x in 0..width {
                smear_line(&mut picture.rgb, x * 3 + channel, width * 3, height, reach);
            }
        }
    }
}

/// The running mean over `reach` values to either side of each of `count` values, `step` bytes apart.
fn smear_line(bytes: &mut [u8], start: usize, step: usize, count: usize, reach: usize) {
    let line: Vec<u32> = bytes
        .iter()
        .skip(start)
        .step_by(step)
        .take(count)
        .map(|byte| u32::from(*byte))
        .collect();
    let at = |index: usize| line.get(index).copied().unwrap_or(0);
    let mut sum: u32 = line.iter().take(reach).sum();
    let values = bytes.iter_mut().skip(start).step_by(step).take(count);
    for (index, value) in values.enumerate() {
        sum += at(index + reach);
        if index > reach {
            sum -= at(index - reach - 1);
        }
        let first = index.saturating_sub(reach);
        let last = (index + reach).min(count.saturating_sub(1));
        let mean = sum / u32::try_from(last - first + 1).unwrap_or(1);
        *value = u8::try_from(mean).unwrap_or(u8::MAX);
    }
}

/// The camera.
pub struct SimulatedDocumentCamera {
    place: Arc<Scene<Place>>,
    due: Instant,
}

/// What a test, the demo's dock or a scripted visit does to the camera and under it.
#[derive(Clone)]
pub struct DocumentCameraControl {
    place: Arc<Scene<Place>>,
}

impl SimulatedDocumentCamera {
    /// A camera over an empty place, and its control.
    pub fn new(pace: Pace) -> (Self, DocumentCameraControl) {
        let place = Arc::new(Scene::new(Place {
            feed: Feed::new(pace),
            sheet: None,
            blurred: false,
            moved: 0,
            dark: false,
            glaring: false,
            shown: 0,
        }));
        let control = DocumentCameraControl {
            place: Arc::clone(&place),
        };
        let due = Instant::now();
        (Self { place, due }, control)
    }
}

impl Camera for SimulatedDocumentCamera {
    fn open(&mut self) -> Result<(), DeviceError> {
        self.place.open()?;
        self.due = Instant::now();
        Ok(())
    }

    fn frame(&mut self, deadline: Duration) -> Result<Frame, DeviceError> {
        self.place.next(&mut self.due, deadline)
    }

    fn close(&mut self) {
        self.place.stage().feed.open = false;
    }

    fn frames_delivered(&self) -> u64 {
        self.place.stage().feed.delivered
    }

    fn health(&mut self) -> Health {
        self.place.health()
    }
}

impl DocumentCameraControl {
    /// Lays a sheet or a photograph down: the camera shows this picture as it is, in its own size, in
    /// place of one that lies there.
    pub fn lay_down(&self, picture: Frame) {
        self.place.change(|place| place.sheet = Some(picture));
    }

    /// Takes away what lies there.
    pub fn take_away(&self) {
        self.place.change(|place| place.sheet = None);
    }

    /// Something lies there.
    pub fn is_laid(&self) -> bool {
        self.place.stage().sheet.is_some()
    }

    /// The lens is out of focus until it is set to false.
    pub fn blurred(&self, blurred: bool) {
        self.place.change(|place| place.blurred = blurred);
    }

    /// The sheet is moved while so many of the next pictures are taken: they are blurred.
    pub fn moved(&self, pictures: u32) {
        self.place.change(|place| place.moved = pictures);
    }

    /// The light is off until it is set to false.
    pub fn dark(&self, dark: bool) {
        self.place.change(|place| place.dark = dark);
    }

    /// A lamp glares on the sheet until it is set to false.
    pub fn glaring(&self, glaring: bool) {
        self.place.change(|place| place.glaring = glaring);
    }

    /// Pulls the plug, also while streaming.
    pub fn unplug(&self) {
        self.place.change(|place| place.feed.plugged = false);
    }

    /// Puts the plug back.
    pub fn replug(&self) {
        self.place.change(|place| place.feed.plugged = true);
    }

    /// The stream hangs: no frames until it is set to false.
    pub fn freeze(&self, frozen: bool) {
        self.place.change(|place| place.feed.frozen = frozen);
    }

    /// The stream is open: the camera's light would be on.
    pub fn is_open(&self) -> bool {
        self.place.stage().feed.open
    }

    /// Frames delivered since the beginning.
    pub fn frames_delivered(&self) -> u64 {
        self.place.stage().feed.delivered
    }

    /// Time by the pictures: what has passed, or would have passed, since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.place.stage().feed.elapsed
    }
}
