//! The stream of a simulated camera: its plug, its pace, and frames that fail to come. What the frames
//! show is the stage's matter.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Link, Reason};
use crate::port::camera::Frame;

/// How fast pictures come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As a camera gives them, usually ten a second.
    RealTime,
    /// At once; the control's `elapsed` tells the time that would have passed.
    Immediate,
}

/// The state of the stream.
pub(super) struct Feed {
    pub(super) pace: Pace,
    pub(super) plugged: bool,
    pub(super) frozen: bool,
    pub(super) open: bool,
    pub(super) delivered: u64,
    pub(super) elapsed: Duration,
}

impl Feed {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            plugged: true,
            frozen: false,
            open: false,
            delivered: 0,
            elapsed: Duration::ZERO,
        }
    }
}

/// What stands before a simulated camera.
pub(super) trait Stage {
    /// The camera's stream.
    fn feed(&mut self) -> &mut Feed;
    /// Between two pictures.
    fn period(&self) -> Duration;
    /// The next picture.
    fn picture(&mut self) -> Result<Frame, DeviceError>;
}

/// A stage that the camera and its control share.
pub(super) struct Scene<S> {
    stage: Mutex<S>,
    changed: Condvar,
}

impl<S: Stage> Scene<S> {
    pub(super) fn new(stage: S) -> Self {
        Self {
            stage: Mutex::new(stage),
            changed: Condvar::new(),
        }
    }

    pub(super) fn stage(&self) -> MutexGuard<'_, S> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let result = change(&mut self.stage());
        self.changed.notify_all();
        result
    }

    pub(super) fn open(&self) -> Result<(), DeviceError> {
        let mut stage = self.stage();
        let feed = stage.feed();
        if !feed.plugged {
            return Err(DeviceError::new(DeviceErrorKind::Absent, "open camera"));
        }
        feed.open = true;
        Ok(())
    }

    /// Waits for the next picture, which is `due` then.
    pub(super) fn next(&self, due: &mut Instant, deadline: Duration) -> Result<Frame, DeviceError> {
        let end = Instant::now() + deadline;
        let mut stage = self.stage();
        let period = stage.period();
        loop {
            let feed = stage.feed();
            if !feed.plugged {
                feed.open = false;
                return Err(DeviceError::new(DeviceErrorKind::Absent, "read frame"));
            }
            if !feed.open {
                return Err(DeviceError::new(
                    DeviceErrorKind::NotReady,
                    "read frame of a closed camera",
                ));
            }
            let now = Instant::now();
            let wait = if feed.frozen {
                end.saturating_duration_since(now)
            } else if feed.pace == Pace::Immediate {
                Duration::ZERO
            } else {
                due.saturating_duration_since(now)
            };
            if wait.is_zero() && !feed.frozen {
                break;
            }
            if feed.pace == Pace::Immediate || now >= end {
                feed.elapsed += deadline;
                return Err(DeviceError::new(DeviceErrorKind::TimedOut, "read frame"));
            }
            let wait = wait.min(end.saturating_duration_since(now));
            stage = self
                .changed
                .wait_timeout(stage, wait)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        let frame = stage.picture()?;
        *due = (*due).max(Instant::now()) + period;
        let feed = stage.feed();
        feed.elapsed += period;
        feed.delivered += 1;
        Ok(frame)
    }

    pub(super) fn health(&self) -> Health {
        let mut stage = self.stage();
        let feed = stage.feed();
        if !feed.plugged {
            Health::absent("simulated camera is unplugged")
        } else if feed.open && feed.frozen {
            Health {
                link: Link::Faulted,
                reasons: vec![Reason::Timeout],
                detail: "no frames".to_owned(),
            }
        } else {
            Health::online()
        }
    }
}
