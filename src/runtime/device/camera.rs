//! The camera: open only while a face check or a scan runs, and only on the session's order.

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use kiosk_drivers::device::code_reader::read_codes;
use kiosk_drivers::error::{DeviceError, DeviceErrorKind};
use kiosk_drivers::health::{Health, Link};
use kiosk_drivers::port::camera::{Camera, Frame};
use zeroize::Zeroizing;

use crate::face::check::{FaceChecker, Progress, Reference};
use crate::face::engine::FaceEngine;
use crate::face::error::FaceError;
use crate::face::picture::Picture;
use crate::face::thresholds::FaceThresholds;
use crate::runtime::outlet::{Input, Outlet, Stop};
use crate::runtime::reason;
use crate::runtime::vault::{PHOTO_SIZE, Vault};
use crate::runtime::watch::Watch;
use crate::session::event::{Challenge, DeviceRole, Event, FaceHint, FaceOutcome};
use crate::session::ticket::Ticket;

const ROLE: DeviceRole = DeviceRole::Camera;
/// How often a closed camera is looked for.
const LOOK: Duration = Duration::from_secs(2);
const FRAME_DEADLINE: Duration = Duration::from_secs(1);

/// The models, once they are loaded; an error is the technician's line.
pub(crate) type Engine = Arc<OnceLock<Result<FaceEngine, FaceError>>>;

/// The picture of the open camera; `None` when it is closed.
pub type FrameWatch = Watch<Option<Arc<Frame>>>;

/// What the worker is asked for; `cancel` ends it at once.
pub(crate) enum Order {
    Face {
        ticket: Ticket,
        /// Number of the card whose photo is compared with.
        chip_photo: Option<Zeroizing<String>>,
        limit: Duration,
        cancel: Arc<AtomicBool>,
    },
    Scan {
        ticket: Ticket,
        cancel: Arc<AtomicBool>,
    },
}

impl Order {
    fn is_cancelled(&self) -> bool {
        let (Self::Face { cancel, .. } | Self::Scan { cancel, .. }) = self;
        cancel.load(Ordering::Relaxed)
    }
}

/// The worker of the camera.
pub(crate) struct CameraWorker {
    pub camera: Box<dyn Camera>,
    pub engine: Engine,
    pub thresholds: FaceThresholds,
    pub orders: Receiver<Order>,
    pub frames: FrameWatch,
    /// Told to the loop: the stream is open, or about to be.
    pub open: Arc<AtomicBool>,
    pub vault: Vault,
    pub outlet: Outlet,
    pub stop: Stop,
    /// What was last told about the models.
    pub told_off: Option<Option<&'static str>>,
}

impl CameraWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        while !self.stop.stopped() {
            self.report_health();
            match self.orders.recv_timeout(LOOK) {
                Ok(order) => self.carry_out(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.camera.close();
    }

    /// Without its models the camera still scans codes: only the check of faces is off.
    fn report_health(&mut self) {
        let health = self.camera.health();
        let state = reason::state(&health);
        let (link, off) = match self.engine.get() {
            None => (Link::Opening, Some(reason::MODELS_LOADING)),
            Some(Err(_)) => (health.link, Some(reason::MODELS_MISSING)),
            Some(Ok(_)) => (health.link, None),
        };
        if self.told_off != Some(off) {
            self.told_off = Some(off);
            self.outlet.send(Input::Event(Event::FaceModels(off)));
        }
        let link = if health.link == Link::Online {
            link
        } else {
            health.link
        };
        let health = Health { link, ..health };
        self.outlet.send(Input::Health(ROLE, health, state));
    }

    /// The outcome is told when the stream is closed again.
    fn carry_out(&mut self, order: Order) {
        if order.is_cancelled() {
            return;
        }
        self.open.store(true, Ordering::Relaxed);
        let done = match order {
            Order::Face {
                ticket,
                chip_photo,
                limit,
                cancel,
            } => {
                let outcome = self.face(ticket, chip_photo.as_ref(), limit, &cancel);
                outcome.map(|outcome| Event::FaceDone { ticket, outcome })
            }
            Order::Scan { ticket, cancel } => {
                let payload = self.scan(&cancel);
                payload.map(|payload| Event::Code { ticket, payload })
            }
        };
        self.camera.close();
        self.frames.set(None);
        self.open.store(false, Ordering::Relaxed);
        if let Some(event) = done {
            self.outlet.event(event);
        }
    }

    fn face(
        &mut self,
        ticket: Ticket,
        chip_photo: Option<&Zeroizing<String>>,
        limit: Duration,
        cancel: &AtomicBool,
    ) -> Option<FaceOutcome> {
        let photo = chip_photo.and_then(|number| self.vault.photo(number));
        let engine = Arc::clone(&self.engine);
        let Some(Ok(engine)) = engine.get() else {
            return Some(FaceOutcome::CameraLost);
        };
        let reference = match photo
            .as_deref()
            .map(|rgb| Picture::new(PHOTO_SIZE.0, PHOTO_SIZE.1, rgb))
        {
            Some(Ok(picture)) => Reference::Photo(picture),
            // Never another card's photo, and never the backend instead of the chip.
            _ if chip_photo.is_some() => return Some(FaceOutcome::NoPhoto),
            _ => Reference::None,
        };
        let started = Instant::now();
        let mut told: Option<(FaceHint, Vec<Challenge>, usize)> = None;
        let (outlet, frames) = (&self.outlet, &self.frames);
        let mut progress = |now: Progress<'_>| {
            let state = (now.hint, now.order.to_vec(), now.done);
            frames.set(Some(Arc::new(now.frame)));
            if told.as_ref() != Some(&state) {
                told = Some(state.clone());
                outlet.event(Event::Face {
                    ticket,
                    hint: state.0,
                    order: state.1,
                    done: state.2,
                });
            }
        };
        let checked = FaceChecker::new(engine, self.thresholds.clone()).run(
            self.camera.as_mut(),
            reference,
            seed(),
            limit,
            &|| started.elapsed(),
            &mut progress,
            cancel,
        );
        match checked {
            Ok(outcome) => outcome.filter(|_| !cancel.load(Ordering::Relaxed)),
            Err(error) => {
                tracing::error!(event = "face.failed", cause = %error);
                Some(FaceOutcome::CameraLost)
            }
        }
    }

    /// The payload of the first code, unless it is cancelled before.
    fn scan(&mut self, cancel: &AtomicBool) -> Option<String> {
        match self.first_code(cancel) {
            Ok(payload) => payload.filter(|_| !cancel.load(Ordering::Relaxed)),
            Err(error) => {
                // A scan has no outcome of its own for this: the session hears it as the device's fault.
                self.outlet.health(ROLE, reason::health_of(&error));
                None
            }
        }
    }

    fn first_code(&mut self, cancel: &AtomicBool) -> Result<Option<String>, DeviceError> {
        self.camera.open()?;
        while !cancel.load(Ordering::Relaxed) && !self.stop.stopped() {
            let frame = match self.camera.frame(FRAME_DEADLINE) {
                Ok(frame) => frame,
                Err(error) if error.kind == DeviceErrorKind::TimedOut => continue,
                Err(error) => return Err(error),
            };
            let payload = code_in(&frame);
            self.frames.set(Some(Arc::new(frame)));
            if payload.is_some() {
                return Ok(payload);
            }
        }
        Ok(None)
    }
}

/// The first readable code of a picture that is text.
fn code_in(frame: &Frame) -> Option<String> {
    read_codes(frame)
        .into_iter()
        .find_map(|code| String::from_utf8(code).ok())
}

/// Decides the order of the actions; comes from the system's random numbers.
fn seed() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}
