//! The contract of a document camera. Runs on the simulator in every test run, and on hardware with a
//! technician as the hands.

use std::time::Duration;

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::Link;
use crate::port::document_camera::{DocumentCamera, Picture, Quality};

/// What is done to the camera and under it. On hardware these ask a person and wait.
pub trait Hands {
    /// Lays a printed sheet under the camera.
    fn lay_down(&mut self);
    /// Takes it away.
    fn take_away(&mut self);
    /// Puts the lens out of focus, or back. `false` where that cannot be done; then the part about it is
    /// empty.
    fn blur(&mut self, blurred: bool) -> bool;
    /// Turns the light off, or on again. `false` where that cannot be done; then the part about it is
    /// empty.
    fn darken(&mut self, dark: bool) -> bool;
    /// Pulls the plug.
    fn unplug(&mut self);
    /// Puts it back.
    fn replug(&mut self);
}

/// A point of the contract that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("document camera: {0}")]
pub struct Violation(String);

const LIMIT: Duration = Duration::from_secs(5);

fn must(kept: bool, what: &str) -> Result<(), Violation> {
    if kept {
        Ok(())
    } else {
        Err(Violation(what.to_owned()))
    }
}

fn given<T>(result: Result<T, DeviceError>, what: &str) -> Result<T, Violation> {
    result.map_err(|error| Violation(format!("{what}: {error}")))
}

fn refused<T>(result: Result<T, DeviceError>, kind: DeviceErrorKind, what: &str) -> Result<(), Violation> {
    match result {
        Err(error) if error.kind == kind => Ok(()),
        Err(error) => Err(Violation(format!("{what}: {error}, expected {kind:?}"))),
        Ok(_) => Err(Violation(format!("{what}: succeeded, expected {kind:?}"))),
    }
}

fn is_whole(picture: &Picture) -> bool {
    picture.width >= 640
        && picture.height >= 480
        && picture.rgb.len() == (picture.width * picture.height * 3) as usize
}

fn judged(camera: &mut dyn DocumentCamera, expected: Quality, what: &str) -> Result<(), Violation> {
    let capture = given(camera.capture(LIMIT), what)?;
    must(is_whole(&capture.picture), "a captured picture is not whole")?;
    let quality = capture.quality;
    must(
        quality == expected,
        &format!("{what} is judged {quality:?}, expected {expected:?}"),
    )
}

/// Runs the whole contract on a closed camera that is plugged in with nothing under it, and leaves it so.
///
/// # Errors
/// The first point that is not kept.
pub fn check(camera: &mut dyn DocumentCamera, hands: &mut dyn Hands) -> Result<(), Violation> {
    a_closed_camera_shows_nothing(camera)?;
    previews_are_whole(camera)?;
    captures_are_judged(camera, hands)?;
    closing_ends_the_stream(camera)?;
    unplugging_is_absence_and_can_be_mended(camera, hands)
}

fn a_closed_camera_shows_nothing(camera: &mut dyn DocumentCamera) -> Result<(), Violation> {
    refused(
        camera.frame(LIMIT),
        DeviceErrorKind::NotReady,
        "preview before open",
    )?;
    refused(
        camera.capture(LIMIT),
        DeviceErrorKind::NotReady,
        "capture before open",
    )?;
    must(
        camera.health().link == Link::Online,
        "a closed camera that is there is not online",
    )
}

fn previews_are_whole(camera: &mut dyn DocumentCamera) -> Result<(), Violation> {
    given(camera.open(), "open")?;
    given(camera.open(), "open a second time")?;
    for _ in 0..3 {
        let picture = given(camera.frame(LIMIT), "preview")?;
        must(is_whole(&picture), "a preview is not whole")?;
    }
    Ok(())
}

fn captures_are_judged(camera: &mut dyn DocumentCamera, hands: &mut dyn Hands) -> Result<(), Violation> {
    judged(camera, Quality::Empty, "an empty place")?;
    hands.lay_down();
    judged(camera, Quality::Good, "a sheet")?;
    if hands.blur(true) {
        judged(camera, Quality::Blurred, "a blurred sheet")?;
        hands.blur(false);
    }
    if hands.darken(true) {
        judged(camera, Quality::TooDark, "a sheet in the dark")?;
        hands.darken(false);
    }
    judged(camera, Quality::Good, "the same sheet again")?;
    hands.take_away();
    judged(camera, Quality::Empty, "the place after the sheet")
}

fn closing_ends_the_stream(camera: &mut dyn DocumentCamera) -> Result<(), Violation> {
    camera.close();
    camera.close();
    refused(
        camera.frame(LIMIT),
        DeviceErrorKind::NotReady,
        "preview after close",
    )?;
    given(camera.open(), "open after close")?;
    given(camera.capture(LIMIT), "capture after opening again").map(drop)
}

fn unplugging_is_absence_and_can_be_mended(
    camera: &mut dyn DocumentCamera,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    hands.unplug();
    // A picture that was on its way may still come.
    let lost = (0..5).map(|_| camera.capture(LIMIT)).find(Result::is_err);
    let lost = lost.ok_or_else(|| Violation("pictures came from an unplugged camera".to_owned()))?;
    refused(lost, DeviceErrorKind::Absent, "capture of an unplugged camera")?;
    must(
        camera.health().link == Link::Absent,
        "an unplugged camera is not absent",
    )?;
    refused(camera.open(), DeviceErrorKind::Absent, "open an unplugged camera")?;
    hands.replug();
    given(camera.open(), "open after replugging")?;
    given(camera.capture(LIMIT), "capture after replugging")?;
    camera.close();
    must(
        camera.health().link == Link::Online,
        "a replugged camera is not online",
    )
}
