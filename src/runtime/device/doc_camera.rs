//! The document camera: open only while a step shows its live picture. What was taken stays in the
//! vault as JPEG until it is sent or thrown away.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

use kiosk_drivers::device::document_camera::to_jpeg;
use kiosk_drivers::error::{DeviceError, DeviceErrorKind};
use kiosk_drivers::port::document_camera::{DocumentCamera, Quality};

use super::camera::FrameWatch;
use crate::runtime::outlet::{Outlet, Stop};
use crate::runtime::reason;
use crate::runtime::vault::Vault;
use crate::session::event::{DeviceRole, Event, PictureQuality};
use crate::session::ticket::Ticket;

const ROLE: DeviceRole = DeviceRole::DocCamera;
/// How often a closed camera is looked for.
const LOOK: Duration = Duration::from_secs(2);
const FRAME_DEADLINE: Duration = Duration::from_millis(500);
const CAPTURE_DEADLINE: Duration = Duration::from_secs(5);
/// Keeps writing readable.
const JPEG_QUALITY: u8 = 90;

/// What the worker is asked for.
pub(crate) enum Order {
    /// Show the live picture.
    Start { ticket: Ticket },
    /// Take the picture that is seen.
    Take { ticket: Ticket },
    /// Close, and throw away what was taken.
    Stop,
}

/// The worker of the document camera.
pub(crate) struct DocumentCameraWorker {
    pub camera: Box<dyn DocumentCamera>,
    pub orders: Receiver<Order>,
    pub frames: FrameWatch,
    pub vault: Vault,
    pub outlet: Outlet,
    pub stop: Stop,
}

impl DocumentCameraWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        while !self.stop.stopped() {
            self.report_health();
            let mut order = match self.orders.recv_timeout(LOOK) {
                Ok(order) => Some(order),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            while let Some(next) = order {
                order = self.carry_out(next);
            }
        }
        self.camera.close();
    }

    fn report_health(&mut self) {
        let health = self.camera.health();
        self.outlet.health(ROLE, health);
    }

    /// The order that ended this one, if one did.
    fn carry_out(&mut self, order: Order) -> Option<Order> {
        match order {
            Order::Start { ticket } => {
                self.vault.forget_picture();
                return self.live(ticket);
            }
            Order::Take { ticket } => self.take(ticket),
            Order::Stop => {
                self.close();
                self.vault.forget_picture();
            }
        }
        None
    }

    fn close(&mut self) {
        self.camera.close();
        self.frames.set(None);
    }

    /// Shows picture after picture until the next order.
    fn live(&mut self, ticket: Ticket) -> Option<Order> {
        let mut shown = self.camera.open();
        while shown.is_ok() && !self.stop.stopped() {
            match self.orders.try_recv() {
                Ok(order) => return Some(order),
                Err(TryRecvError::Empty) => shown = self.show(),
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.close();
        if let Err(error) = shown {
            self.lost(ticket, &error);
        }
        None
    }

    fn show(&mut self) -> Result<(), DeviceError> {
        match self.camera.frame(FRAME_DEADLINE) {
            Ok(frame) => self.frames.set(Some(Arc::new(frame))),
            Err(error) if error.kind == DeviceErrorKind::TimedOut => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// What was taken stays on the screen; the camera is closed.
    fn take(&mut self, ticket: Ticket) {
        let taken = self.camera.capture(CAPTURE_DEADLINE);
        self.camera.close();
        let kept = taken.and_then(|capture| {
            let jpeg = to_jpeg(&capture.picture, JPEG_QUALITY)?;
            self.vault.set_picture(ticket.session, Arc::new(jpeg));
            self.frames.set(Some(Arc::new(capture.picture)));
            Ok(capture.quality)
        });
        match kept {
            Ok(quality) => self.outlet.event(Event::PictureTaken {
                ticket,
                result: Ok(of_quality(quality)),
            }),
            Err(error) => {
                self.frames.set(None);
                self.lost(ticket, &error);
            }
        }
    }

    fn lost(&mut self, ticket: Ticket, error: &DeviceError) {
        tracing::warn!(event = "doc_camera.lost", cause = reason::detail_of(error));
        let health = reason::health_of(error);
        let result = Err(reason::gravest(&health));
        self.outlet.health(ROLE, health);
        self.outlet.event(Event::PictureTaken { ticket, result });
    }
}

fn of_quality(quality: Quality) -> PictureQuality {
    match quality {
        Quality::Good => PictureQuality::Good,
        Quality::Blurred => PictureQuality::Blurred,
        Quality::TooDark => PictureQuality::TooDark,
        Quality::TooBright => PictureQuality::TooBright,
        Quality::Empty => PictureQuality::Empty,
    }
}
