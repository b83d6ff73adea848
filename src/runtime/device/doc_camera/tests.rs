//! The worker with the real driver over the simulated camera.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use kiosk_drivers::device::document_camera::SheetCamera;
use kiosk_drivers::port::camera::Frame;
use kiosk_drivers::simulator::document_camera::{DocumentCameraControl, Pace, SimulatedDocumentCamera};

use super::*;
use crate::runtime::outlet::Input;
use crate::runtime::watch::Watch;
use crate::session::event::DeviceState;

const LIMIT: Duration = Duration::from_secs(30);

struct Bench {
    control: DocumentCameraControl,
    frames: FrameWatch,
    vault: Vault,
    inputs: Receiver<Input>,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
    stop: Stop,
}

fn ticket(sequence: u64) -> Ticket {
    Ticket { session: 1, sequence }
}

/// A sheet with fine black lines.
fn sheet() -> Frame {
    let (width, height) = (640_u32, 480_u32);
    let ink = |x: u32, y: u32| x % 8 < 2 && (40..440).contains(&y) && (60..580).contains(&x);
    let rgb = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| [if ink(x, y) { 20 } else { 215 }; 3])
        .collect();
    Frame { width, height, rgb }
}

impl Bench {
    fn new() -> Self {
        let (camera, control) = SimulatedDocumentCamera::new(Pace::Immediate);
        let (orders, taken) = channel();
        let (sender, inputs) = channel();
        let (frames, vault, stop) = (Watch::new(None), Vault::default(), Stop::default());
        let worker = DocumentCameraWorker {
            camera: Box::new(SheetCamera::new(Box::new(camera))),
            orders: taken,
            frames: frames.clone(),
            vault: vault.clone(),
            outlet: Outlet::new(sender),
            stop: stop.clone(),
        };
        Self {
            control,
            frames,
            vault,
            inputs,
            orders: Some(orders),
            thread: Some(thread::spawn(move || worker.run())),
            stop,
        }
    }

    fn order(&self, order: Order) {
        self.orders.as_ref().unwrap().send(order).unwrap();
    }

    fn taken(&self) -> Result<PictureQuality, &'static str> {
        loop {
            if let Input::Event(Event::PictureTaken { result, .. }) = self.inputs.recv_timeout(LIMIT).unwrap()
            {
                return result;
            }
        }
    }

    fn until(&self, what: &str, is: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !is(self) {
            assert!(Instant::now() < deadline, "{what}");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.stop();
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[test]
fn the_live_picture_is_shown_and_what_is_taken_lies_in_the_vault_as_jpeg() {
    let bench = Bench::new();
    bench.control.lay_down(sheet());
    assert!(!bench.control.is_open(), "closed until a step wants it");
    bench.order(Order::Start { ticket: ticket(1) });
    bench.until("a live picture", |bench| bench.frames.get().is_some());
    assert!(bench.control.is_open());
    bench.order(Order::Take { ticket: ticket(2) });
    assert_eq!(bench.taken(), Ok(PictureQuality::Good));
    assert!(!bench.control.is_open(), "closed as soon as it was taken");
    let jpeg = bench.vault.picture(1).unwrap();
    assert_eq!(jpeg.get(..2), Some(&[0xFF, 0xD8][..]));
    assert!(
        bench.frames.get().is_some(),
        "the taken picture stays to be looked at"
    );
    bench.order(Order::Stop);
    bench.until("nothing is left", |bench| {
        bench.vault.picture(1).is_none() && bench.frames.get().is_none()
    });
}

#[test]
fn what_will_not_do_is_said() {
    let bench = Bench::new();
    bench.order(Order::Start { ticket: ticket(1) });
    bench.order(Order::Take { ticket: ticket(2) });
    assert_eq!(bench.taken(), Ok(PictureQuality::Empty));
    bench.control.lay_down(sheet());
    bench.control.dark(true);
    bench.order(Order::Start { ticket: ticket(3) });
    bench.order(Order::Take { ticket: ticket(4) });
    assert_eq!(bench.taken(), Ok(PictureQuality::TooDark));
}

#[test]
fn another_start_throws_the_picture_away() {
    let bench = Bench::new();
    bench.control.lay_down(sheet());
    bench.order(Order::Start { ticket: ticket(1) });
    bench.order(Order::Take { ticket: ticket(2) });
    assert!(bench.taken().is_ok() && bench.vault.picture(1).is_some());
    bench.order(Order::Start { ticket: ticket(3) });
    bench.until("it is gone", |bench| bench.vault.picture(1).is_none());
}

#[test]
fn a_camera_that_is_lost_is_told_to_who_waits_and_as_its_health() {
    let bench = Bench::new();
    bench.order(Order::Start { ticket: ticket(1) });
    bench.until("it is open", |bench| bench.control.is_open());
    bench.control.unplug();
    assert_eq!(bench.taken(), Err(reason::ABSENT));
    bench.until("it is told", |bench| {
        matches!(
            bench.inputs.recv_timeout(LIMIT),
            Ok(Input::Health(ROLE, _, DeviceState::Unusable(reason::ABSENT)))
        )
    });
    assert!(bench.frames.get().is_none());
}
