use std::sync::mpsc::{Receiver, channel};

use kiosk_drivers::device::id_reader::{IdReaderConfig, SerialIdReader, Timing};
use kiosk_drivers::health::Reason;
use kiosk_drivers::port::id_reader::CardKind;
use kiosk_drivers::simulator::id_reader::{Fault, IdReaderSimulator, Module, Settings, SimulatedCard};
use kiosk_drivers::wire::id_text::CardText;
use kiosk_drivers::wire::sdt::Command;
use kiosk_drivers::wire::sdt_status::Status;
use tempfile::TempDir;

use super::*;
use crate::runtime::clock::RealClock;
use crate::runtime::outlet::Input;
use crate::session::event::DeviceState;

/// The real driver behind the worker, a simulated reader, and what the worker says.
struct Bench {
    worker: ReaderWorker,
    simulator: IdReaderSimulator,
    inputs: Receiver<Input>,
    _folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = IdReaderSimulator::spawn(folder.path().join("id-reader"), Settings::fast()).unwrap();
        let config = IdReaderConfig {
            timing: Timing::fast(),
            ..IdReaderConfig::new(simulator.path())
        };
        let (sender, inputs) = channel();
        let worker = ReaderWorker {
            reader: Box::new(SerialIdReader::new(config)),
            decoder: None,
            vault: Vault::default(),
            clock: Arc::new(RealClock::new()),
            outlet: Outlet::new(sender),
            stop: Stop::default(),
        };
        Self {
            worker,
            simulator,
            inputs,
            _folder: folder,
        }
    }
}

#[test]
fn a_module_without_a_licence_is_told_by_its_reason_and_with_its_causes() {
    let mut bench = Bench::new();
    bench
        .simulator
        .configure(|settings| settings.module = Module::Unauthorised);
    assert!(!bench.worker.serve());
    let Ok(Input::Health(_, health, state)) = bench.inputs.try_recv() else {
        panic!("no health");
    };
    assert_eq!(health.reasons, [Reason::Unauthorised]);
    assert_eq!(state, DeviceState::Unusable("device.reason.unauthorised"));
    assert!(health.detail.contains("SW3 66"), "{}", health.detail);
}

#[test]
fn a_reader_that_opens_and_finds_nothing_ever_has_not_worked() {
    let mut bench = Bench::new();
    bench
        .simulator
        .fault_on(Command::Find, Fault::Status(Status::NotPermitted), u32::MAX);
    assert!(!bench.worker.serve());
}

#[test]
fn a_reader_that_is_pulled_while_it_reads_has_worked_and_its_card_is_gone() {
    let mut bench = Bench::new();
    bench.simulator.fault_on(Command::Read, Fault::Unplug(3), 1);
    let card = SimulatedCard::new(CardText::new(CardKind::Resident), Vec::new());
    bench.simulator.place_card(card);
    assert!(bench.worker.serve());
    let events = bench.inputs.try_iter().filter_map(|input| match input {
        Input::Event(event) => Some(event),
        _ => None,
    });
    let events: Vec<Event> = events.collect();
    assert!(matches!(
        events.as_slice(),
        [Event::CardReading, Event::CardRemoved]
    ));
}
