use std::path::Path;
use std::sync::mpsc::channel;

use kiosk_drivers::simulator::camera::{CameraControl, Pace, SimulatedCamera};
use kiosk_drivers::simulator::people::People;

use super::*;
use crate::session::event::DeviceState;

const TICKET: Ticket = Ticket {
    session: 1,
    sequence: 1,
};

/// A worker without models, the hand at its camera, and what it says.
fn worker() -> (CameraWorker, CameraControl, Receiver<Input>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo/people");
    let people = People::load(&folder).unwrap();
    let (camera, control) = SimulatedCamera::new(people, Pace::Immediate).unwrap();
    let (sender, inputs) = channel();
    let worker = CameraWorker {
        camera: Box::new(camera),
        engine: Engine::default(),
        thresholds: FaceThresholds::default(),
        orders: channel().1,
        frames: Watch::new(None),
        open: Arc::default(),
        vault: Vault::default(),
        outlet: Outlet::new(sender),
        stop: Stop::default(),
        told_off: None,
    };
    (worker, control, inputs)
}

fn scan(cancelled: bool) -> Order {
    Order::Scan {
        ticket: TICKET,
        cancel: Arc::new(AtomicBool::new(cancelled)),
    }
}

#[test]
fn an_order_that_was_cancelled_does_not_touch_the_camera() {
    let (mut worker, control, inputs) = worker();
    // Opening would be refused, and told.
    control.unplug();
    worker.carry_out(scan(true));
    assert!(inputs.try_recv().is_err());
}

#[test]
fn a_code_is_told_and_the_stream_is_closed() {
    let (mut worker, control, inputs) = worker();
    control.show_code(b"KZ-1").unwrap();
    worker.carry_out(scan(false));
    let told = inputs.try_recv();
    assert!(matches!(told, Ok(Input::Event(Event::Code { ticket: TICKET, payload })) if payload == "KZ-1"));
    assert!(!control.is_open() && !worker.open.load(Ordering::Relaxed));
    assert!(worker.frames.get().is_none());
}

#[test]
fn a_camera_that_is_lost_in_a_scan_is_told_as_its_health() {
    let (mut worker, control, inputs) = worker();
    control.unplug();
    worker.carry_out(scan(false));
    let told = inputs.try_recv();
    assert!(matches!(told, Ok(Input::Health(ROLE, health, _)) if health.link == Link::Absent));
    assert!(!worker.open.load(Ordering::Relaxed));
}

#[test]
fn without_models_the_camera_stays_usable_and_only_faces_are_off() {
    let (mut worker, _control, inputs) = worker();
    let missing = FaceError::Missing {
        file: "fr_detect.onnx".into(),
        source: std::io::ErrorKind::NotFound.into(),
    };
    assert!(worker.engine.set(Err(missing)).is_ok());
    worker.report_health();
    worker.report_health();
    let told: Vec<Input> = inputs.try_iter().collect();
    assert!(matches!(
        told.as_slice(),
        [
            Input::Event(Event::FaceModels(Some(reason::MODELS_MISSING))),
            Input::Health(ROLE, _, DeviceState::Ready),
            Input::Health(ROLE, _, DeviceState::Ready),
        ]
    ));
}
