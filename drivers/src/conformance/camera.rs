//! The contract of a camera. Runs on the simulator in every test run, and on hardware with a
//! technician as the hands.

use std::time::{Duration, Instant};

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::Link;
use crate::port::camera::{Camera, Frame};

/// What is done to the camera's cable. On hardware these ask a person and wait.
pub trait Hands {
    /// Pulls the plug.
    fn unplug(&mut self);
    /// Puts it back.
    fn replug(&mut self);
    /// Makes the stream hang, or go on. `false` where that cannot be done; then the part about it is
    /// empty.
    fn freeze(&mut self, frozen: bool) -> bool;
}

/// A point of the contract that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("camera: {0}")]
pub struct Violation(String);

const FRAME: Duration = Duration::from_secs(2);
/// How late a busy machine may notice that a deadline has passed.
const NOTICE: Duration = Duration::from_secs(5);

fn must(kept: bool, what: &str) -> Result<(), Violation> {
    if kept {
        Ok(())
    } else {
        Err(Violation(what.to_owned()))
    }
}

fn refused<T>(result: Result<T, DeviceError>, kind: DeviceErrorKind, what: &str) -> Result<(), Violation> {
    match result {
        Err(error) if error.kind == kind => Ok(()),
        Err(error) => Err(Violation(format!("{what}: {error}, expected {kind:?}"))),
        Ok(_) => Err(Violation(format!("{what}: succeeded, expected {kind:?}"))),
    }
}

fn given<T>(result: Result<T, DeviceError>, what: &str) -> Result<T, Violation> {
    result.map_err(|error| Violation(format!("{what}: {error}")))
}

fn is_whole(frame: &Frame) -> bool {
    frame.width >= 640 && frame.height >= 480 && frame.rgb.len() == (frame.width * frame.height * 3) as usize
}

/// Runs the whole contract on a closed camera that is plugged in, and leaves it closed.
///
/// # Errors
/// The first point that is not kept.
pub fn check(camera: &mut dyn Camera, hands: &mut dyn Hands) -> Result<(), Violation> {
    no_frame_without_open(camera)?;
    frames_are_whole_and_counted(camera)?;
    closing_ends_the_stream(camera)?;
    a_hanging_stream_times_out(camera, hands)?;
    unplugging_is_absence_and_can_be_mended(camera, hands)
}

fn no_frame_without_open(camera: &mut dyn Camera) -> Result<(), Violation> {
    let before = camera.frames_delivered();
    refused(
        camera.frame(FRAME),
        DeviceErrorKind::NotReady,
        "frame before open",
    )?;
    must(
        camera.frames_delivered() == before,
        "no frame is counted before open",
    )?;
    must(
        camera.health().link == Link::Online,
        "a closed camera that is there is online",
    )
}

fn frames_are_whole_and_counted(camera: &mut dyn Camera) -> Result<(), Violation> {
    let before = camera.frames_delivered();
    given(camera.open(), "open")?;
    given(camera.open(), "open a second time")?;
    for _ in 0..3 {
        let frame = given(camera.frame(FRAME), "frame")?;
        must(
            is_whole(&frame),
            "a frame is at least 640x480 and has three bytes a pixel",
        )?;
    }
    must(
        camera.frames_delivered() == before + 3,
        "each delivered frame is counted once",
    )
}

fn closing_ends_the_stream(camera: &mut dyn Camera) -> Result<(), Violation> {
    camera.close();
    camera.close();
    refused(
        camera.frame(FRAME),
        DeviceErrorKind::NotReady,
        "frame after close",
    )?;
    given(camera.open(), "open after close")?;
    given(camera.frame(FRAME), "frame after opening again").map(drop)
}

fn a_hanging_stream_times_out(camera: &mut dyn Camera, hands: &mut dyn Hands) -> Result<(), Violation> {
    if !hands.freeze(true) {
        return Ok(());
    }
    let deadline = Duration::from_millis(150);
    let begin = Instant::now();
    // A frame that was on its way may still come.
    let hung = (0..3).map(|_| camera.frame(deadline)).find(Result::is_err);
    hands.freeze(false);
    let hung = hung.ok_or_else(|| Violation("frames came from a hanging stream".to_owned()))?;
    refused(hung, DeviceErrorKind::TimedOut, "frame of a hanging stream")?;
    must(
        begin.elapsed() < deadline * 3 + NOTICE,
        "a hanging stream is noticed at the deadline",
    )?;
    given(camera.frame(FRAME), "frame after the stream goes on").map(drop)
}

fn unplugging_is_absence_and_can_be_mended(
    camera: &mut dyn Camera,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    hands.unplug();
    let lost = (0..5).map(|_| camera.frame(FRAME)).find(Result::is_err);
    let lost = lost.ok_or_else(|| Violation("frames came from an unplugged camera".to_owned()))?;
    refused(lost, DeviceErrorKind::Absent, "frame of an unplugged camera")?;
    must(
        camera.health().link == Link::Absent,
        "an unplugged camera is absent",
    )?;
    refused(camera.open(), DeviceErrorKind::Absent, "open an unplugged camera")?;
    hands.replug();
    given(camera.open(), "open after replugging")?;
    given(camera.frame(FRAME), "frame after replugging")?;
    camera.close();
    must(
        camera.health().link == Link::Online,
        "a replugged camera is online",
    )
}
