//! The identity card reader's driver against the simulated reader: contract, modes and faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::time::{Duration, Instant};

use kiosk_drivers::conformance::id_reader::{Hands, Limits, Sample, check, latency};
use kiosk_drivers::device::id_reader::{IdReaderConfig, SerialIdReader, Timing};
use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::health::{Link, Reason};
use kiosk_drivers::port::id_reader::{
    CardFault, CardKind, CardWarning, IdCard, IdReader, ReaderEvent, ValidTo,
};
use kiosk_drivers::simulator::id_reader::{
    Chip, Fault, ForeignCard, IdReaderSimulator, Module, Refind, Settings, SimulatedCard,
};
use kiosk_drivers::wire::id_text::{CardText, Padding};
use kiosk_drivers::wire::sdt::{Baud, Command, SamNumber};
use kiosk_drivers::wire::sdt_status::Status;

const MODES: [Refind; 2] = [Refind::Halted, Refind::RfReset];
const FIRST: &str = "110000199001010013";
const SECOND: &str = "110000199202290023";

fn card(number: &str) -> SimulatedCard {
    let mut text = CardText::new(CardKind::Resident);
    text.name = "测试甲".into();
    text.sex = 1;
    text.ethnicity = "01".into();
    text.birth = number[6..14].into();
    text.number = number.into();
    text.address = "虚构省虚构市虚构区样例路1号".into();
    text.authority = "虚构市公安局样例分局".into();
    text.valid_from = "20200101".into();
    text.valid_to = ValidTo::Date("20400101".into());
    SimulatedCard::new(text, vec![0x57; 1024])
}

fn expired() -> SimulatedCard {
    let mut card = card(FIRST);
    card.text.valid_to = ValidTo::Date("20210101".into());
    card
}

/// A simulated reader with its driver.
struct Bench {
    simulator: IdReaderSimulator,
    reader: SerialIdReader,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn closed(settings: Settings) -> Self {
        Self::with(settings, |_| {})
    }

    fn with(settings: Settings, change: impl FnOnce(&mut IdReaderConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = IdReaderSimulator::spawn(folder.path().join("id-reader"), settings).unwrap();
        let mut config = IdReaderConfig {
            timing: Timing::fast(),
            ..IdReaderConfig::new(simulator.path())
        };
        change(&mut config);
        Self {
            reader: SerialIdReader::new(config),
            simulator,
            _folder: folder,
        }
    }

    fn open(settings: Settings) -> Self {
        let mut bench = Self::closed(settings);
        bench.reader.open().unwrap();
        bench
    }

    /// The next events, with a limit on the time for each.
    fn events(&mut self, count: usize) -> Vec<ReaderEvent> {
        (0..count).map(|_| self.event()).collect()
    }

    fn event(&mut self) -> ReaderEvent {
        let end = Instant::now() + Duration::from_secs(3);
        while Instant::now() < end {
            if let Some(event) = self.reader.poll().unwrap() {
                return event;
            }
        }
        panic!("no event");
    }

    fn read(&mut self) -> Box<IdCard> {
        match self.events(2).as_mut_slice() {
            [ReaderEvent::Reading, ReaderEvent::Card(card)] => card.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn fault(&mut self) -> CardFault {
        match self.events(2).as_slice() {
            [ReaderEvent::Reading, ReaderEvent::CardFault(fault)] => *fault,
            other => panic!("{other:?}"),
        }
    }

    fn removed(&mut self) {
        let event = self.event();
        assert!(matches!(event, ReaderEvent::Removed), "{event:?}");
    }

    /// Polls until the module was reset, and expects nothing.
    fn quiet_until_reset(&mut self) {
        let end = Instant::now() + Duration::from_secs(3);
        while self.simulator.served(Command::Reset) == 0 {
            assert!(Instant::now() < end, "no reset");
            self.quiet(Duration::from_millis(1));
        }
    }

    /// Polls for a while and expects nothing.
    fn quiet(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            let event = self.reader.poll().unwrap();
            assert!(event.is_none(), "{event:?}");
        }
    }
}

/// The hands of a tester at the simulator.
struct Simulated<'a>(&'a IdReaderSimulator);

impl Hands for Simulated<'_> {
    fn place(&mut self, sample: Sample) -> bool {
        self.0.place_card(match sample {
            Sample::Good => card(FIRST),
            Sample::Other => card(SECOND),
            Sample::Expired => expired(),
            Sample::Unreadable => card(FIRST).with_chip(Chip::Unreadable),
            Sample::Foreign => card(FIRST).with_chip(Chip::Foreign),
        });
        true
    }

    fn remove(&mut self) {
        self.0.remove_card();
    }

    fn place_and_pull(&mut self) {
        self.0.remove_card_mid_read(Duration::from_millis(8));
        self.0.place_card(card(FIRST));
    }

    fn unplug(&mut self) {
        self.0.unplug();
    }

    fn replug(&mut self) {
        self.0.replug().unwrap();
    }
}

fn contract(settings: Settings) {
    let mut bench = Bench::closed(settings);
    let limits = Limits {
        watch: Duration::from_millis(60),
        ..Limits::default()
    };
    check(&mut bench.reader, &mut Simulated(&bench.simulator), &limits).unwrap();
}

#[test]
fn the_contract_holds_with_a_reader_that_halts_cards() {
    contract(Settings::fast().in_mode(Refind::Halted));
}

#[test]
fn the_contract_holds_with_a_reader_that_finds_cards_again() {
    contract(Settings::fast().in_mode(Refind::RfReset));
}

#[test]
fn the_contract_holds_with_a_reader_that_says_no_card_after_removal() {
    contract(Settings {
        presence_lost: Status::NoCard,
        padding: Padding::Nul,
        ..Settings::fast()
    });
}

#[test]
fn the_contract_holds_with_a_reader_without_the_presence_probe() {
    contract(Settings {
        knows_addresses: false,
        ..Settings::fast().in_mode(Refind::RfReset)
    });
}

#[test]
fn opening_tells_the_printed_number_and_the_speed() {
    let mut bench = Bench::closed(Settings::fast());
    assert_eq!(
        bench.reader.open().unwrap(),
        "05.03-20260101-0000000001-0000000002"
    );
    let detail = bench.reader.health().detail;
    assert!(
        detail.contains("115200") && detail.contains("05.03-20260101"),
        "{detail}"
    );
}

#[test]
fn a_reader_at_any_speed_is_found_and_found_at_once_the_next_time() {
    for baud in [Baud::B115200, Baud::B38400, Baud::B9600] {
        let settings = Settings {
            baud,
            ..Settings::fast()
        };
        let mut bench = Bench::open(settings);
        assert!(bench.reader.health().detail.contains(&baud.rate().to_string()));
        let start = Instant::now();
        bench.reader.open().unwrap();
        assert!(start.elapsed() < Timing::fast().status, "{baud:?}");
        bench.simulator.place_card(card(FIRST));
        assert_eq!(bench.read().number, FIRST);
    }
}

#[test]
fn a_card_gives_all_its_fields() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.place_card(card(FIRST));
    let card = bench.read();
    assert_eq!((card.name.as_str(), card.number.as_str()), ("测试甲", FIRST));
    assert_eq!(card.valid_to, ValidTo::Date("20400101".into()));
    assert_eq!(card.photo.as_ref().unwrap().0.len(), 1024);
    assert_eq!(card.warnings, []);
}

#[test]
fn the_newest_additional_address_takes_the_place_of_the_printed_one() {
    let mut bench = Bench::open(Settings::fast());
    let mut moved = card(FIRST);
    moved.addresses = vec!["虚构省一路1号".into(), "虚构省二路2号".into(), String::new()];
    bench.simulator.place_card(moved);
    assert_eq!(bench.read().address, "虚构省二路2号");
}

#[test]
fn a_reader_that_cannot_read_addresses_warns_and_delivers() {
    for mode in MODES {
        let settings = Settings {
            knows_addresses: false,
            ..Settings::fast().in_mode(mode)
        };
        let mut bench = Bench::open(settings);
        bench.simulator.place_card(card(FIRST));
        let card = bench.read();
        assert_eq!(card.address, "虚构省虚构市虚构区样例路1号");
        assert_eq!(card.warnings, [CardWarning::AddressUnavailable]);
    }
}

#[test]
fn a_halting_reader_without_the_probe_tells_a_lying_card_once_only() {
    let settings = Settings {
        knows_addresses: false,
        ..Settings::fast()
    };
    let mut bench = Bench::open(settings);
    bench.simulator.place_card(card(FIRST));
    bench.read();
    // Such a reader cannot tell a lying card from an empty field.
    bench.removed();
    bench.quiet(Duration::from_millis(80));
}

#[test]
fn a_swapped_card_is_noticed_by_its_number_where_only_searching_tells() {
    let settings = Settings {
        knows_addresses: false,
        ..Settings::fast().in_mode(Refind::RfReset)
    };
    let mut bench = Bench::open(settings);
    bench.simulator.place_card(card(FIRST));
    bench.read();
    bench.quiet(Duration::from_millis(80));
    bench.simulator.place_card(card(SECOND));
    bench.removed();
    assert_eq!(bench.read().number, SECOND);
}

/// Spoils one answer to a command in every way; the card must come all the same.
fn one_spoilt_answer(command: Command) {
    let gap = Duration::from_millis(5);
    for fault in [
        Fault::Drop,
        Fault::Cut(9),
        Fault::Flip(8),
        Fault::BadChecksum,
        Fault::Noise(vec![0xAA, 0xAA, 0xAA, 0x96, 0x00, 0x69]),
        Fault::ExtraPreamble(7),
        Fault::Chunks { size: 1, gap },
        Fault::Late(Duration::from_millis(20)),
        Fault::Status(Status::RequestChecksum),
        Fault::Status(Status::RequestLength),
    ] {
        let mut bench = Bench::open(Settings::fast().in_mode(Refind::RfReset));
        bench.simulator.fault_on(command, fault.clone(), 1);
        bench.simulator.place_card(card(FIRST));
        let read = bench.read();
        assert_eq!(
            (read.number.as_str(), read.warnings.len()),
            (FIRST, 0),
            "{fault:?}"
        );
        bench.quiet(Duration::from_millis(30));
    }
}

#[test]
fn a_spoilt_search_costs_a_retry_and_nothing_else() {
    one_spoilt_answer(Command::Find);
}

#[test]
fn a_spoilt_selection_costs_a_retry_and_nothing_else() {
    one_spoilt_answer(Command::Select);
}

#[test]
fn a_spoilt_address_costs_a_retry_and_nothing_else() {
    one_spoilt_answer(Command::ReadAddresses);
}

#[test]
fn a_spoilt_read_is_tried_once_more_where_the_card_is_found_again() {
    for fault in [Fault::Drop, Fault::Cut(700), Fault::Flip(300), Fault::BadChecksum] {
        let mut bench = Bench::open(Settings::fast().in_mode(Refind::RfReset));
        bench.simulator.fault_on(Command::Read, fault.clone(), 1);
        bench.simulator.place_card(card(FIRST));
        assert_eq!(bench.read().number, FIRST, "{fault:?}");
        assert_eq!(bench.simulator.served(Command::Read), 2);
    }
}

#[test]
fn a_spoilt_read_asks_to_place_the_card_again_where_it_is_halted() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_on(Command::Read, Fault::BadChecksum, 1);
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.fault(), CardFault::MovedTooEarly);
    bench.quiet(Duration::from_millis(40));
    bench.simulator.remove_card();
    bench.removed();
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.read().number, FIRST);
}

#[test]
fn answers_in_small_pieces_are_put_together() {
    let mut bench = Bench::open(Settings::fast());
    let gap = Duration::from_millis(2);
    bench
        .simulator
        .fault_on(Command::Read, Fault::Chunks { size: 64, gap }, 1);
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.read().number, FIRST);
}

#[test]
fn every_refusal_of_a_card_has_its_meaning() {
    for (status, fault) in [
        (Status::Unspecified, CardFault::Unreadable),
        (Status::CardRefusedSam, CardFault::Unreadable),
        (Status::SamRefusedCard, CardFault::Unreadable),
        (Status::RandomFailed, CardFault::Unreadable),
        (Status::Verification, CardFault::VerificationFailed),
        (Status::UnknownCard, CardFault::WrongKind),
        (Status::ReadFailed, CardFault::MovedTooEarly),
    ] {
        let mut bench = Bench::open(Settings::fast());
        bench.simulator.fault_on(Command::Read, Fault::Status(status), 1);
        bench.simulator.place_card(card(FIRST));
        assert_eq!(bench.fault(), fault, "{status}");
        bench.simulator.remove_card();
        bench.removed();
    }
}

#[test]
fn a_card_that_cannot_be_selected_is_given_up_after_three_searches() {
    let mut bench = Bench::open(Settings::fast());
    bench
        .simulator
        .fault_on(Command::Select, Fault::Status(Status::SelectFailed), 9);
    bench.simulator.place_card(card(FIRST));
    let event = bench.event();
    assert!(
        matches!(event, ReaderEvent::CardFault(CardFault::MovedTooEarly)),
        "{event:?}"
    );
    assert_eq!(bench.simulator.served(Command::Select), 3);
}

#[test]
fn a_bank_card_that_the_reader_does_not_see_gives_no_event() {
    let settings = Settings {
        foreign_card: ForeignCard::NotSeen,
        ..Settings::fast()
    };
    let mut bench = Bench::open(settings);
    bench.simulator.place_card(card(FIRST).with_chip(Chip::Foreign));
    bench.quiet(Duration::from_millis(60));
}

#[test]
fn a_forged_card_is_told_apart_and_not_twice_while_it_lies() {
    for knows_addresses in [true, false] {
        let settings = Settings {
            knows_addresses,
            ..Settings::fast().in_mode(Refind::RfReset)
        };
        let mut bench = Bench::open(settings);
        bench.simulator.place_card(card(FIRST).with_chip(Chip::Forged));
        assert_eq!(bench.fault(), CardFault::VerificationFailed);
        bench.quiet(Duration::from_millis(100));
        bench.simulator.remove_card();
        bench.removed();
    }
}

#[test]
fn a_pulled_card_that_the_reader_keeps_silent_about_is_told_all_the_same() {
    for mode in MODES {
        let settings = Settings {
            answers_pulled_card: false,
            ..Settings::fast().in_mode(mode)
        };
        let mut bench = Bench::open(settings);
        bench.simulator.remove_card_mid_read(Duration::from_millis(8));
        bench.simulator.place_card(card(FIRST));
        assert_eq!(bench.fault(), CardFault::MovedTooEarly);
        bench.removed();
        bench.simulator.place_card(card(SECOND));
        assert_eq!(bench.read().number, SECOND);
    }
}

#[test]
fn one_missed_probe_is_no_removal() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.place_card(card(FIRST));
    bench.read();
    bench
        .simulator
        .fault_on(Command::ReadAddresses, Fault::Status(Status::NoCard), 2);
    bench.quiet(Duration::from_millis(100));
}

#[test]
fn a_module_that_falls_silent_is_reset_and_goes_on() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_on(Command::Find, Fault::Drop, 3);
    bench.quiet_until_reset();
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.read().number, FIRST);
    assert!(bench.reader.health().reasons.is_empty());
}

#[test]
fn a_reset_while_a_card_lies_does_not_tell_the_card_again() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.place_card(card(FIRST));
    bench.read();
    bench.simulator.fault_on(Command::ReadAddresses, Fault::Drop, 4);
    bench.quiet_until_reset();
    bench.quiet(Duration::from_millis(60));
    assert_eq!(bench.simulator.served(Command::Reset), 1);
    bench.simulator.remove_card();
    bench.removed();
}

#[test]
fn a_module_that_stays_silent_is_an_error_and_can_be_opened_later() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_times(Fault::Drop, u32::MAX);
    let error = (0..20).find_map(|_| bench.reader.poll().err()).unwrap();
    assert_eq!(error.kind, DeviceErrorKind::TimedOut);
    let health = bench.reader.health();
    assert_eq!(
        (health.link, health.reasons),
        (Link::Faulted, vec![Reason::Timeout])
    );
    assert_eq!(bench.reader.open().unwrap_err().kind, DeviceErrorKind::TimedOut);
    bench.simulator.heal();
    bench.reader.open().unwrap();
}

#[test]
fn a_dead_module_is_a_hardware_fault_with_its_reason() {
    for (module, reason) in [
        (Module::SelfTestFailed, Reason::SelfTestFailed),
        (Module::Unauthorised, Reason::Unauthorised),
    ] {
        let mut bench = Bench::open(Settings::fast());
        bench.simulator.configure(|settings| settings.module = module);
        let error = (0..20).find_map(|_| bench.reader.poll().err()).unwrap();
        assert_eq!(error.kind, DeviceErrorKind::Hardware);
        assert_eq!(bench.reader.health().reasons, [reason]);
        assert_eq!(bench.reader.open().unwrap_err().kind, DeviceErrorKind::Hardware);
        assert_eq!(bench.reader.health().reasons, [reason]);
    }
}

#[test]
fn a_cable_pulled_in_the_middle_of_an_answer_is_absence() {
    for at in [0, 3, 700] {
        let mut bench = Bench::open(Settings::fast());
        bench.simulator.fault_on(Command::Read, Fault::Unplug(at), 1);
        bench.simulator.place_card(card(FIRST));
        let error = (0..20).find_map(|_| bench.reader.poll().err()).unwrap();
        assert_eq!(error.kind, DeviceErrorKind::Absent, "{at}");
        assert!(error.cause.is_some());
        bench.simulator.replug().unwrap();
        bench.reader.open().unwrap();
        assert_eq!(bench.read().number, FIRST);
    }
}

#[test]
fn a_missing_device_is_absent_from_the_start() {
    let mut reader = SerialIdReader::new(IdReaderConfig::new("/nonexistent/id-reader"));
    assert_eq!(reader.open().unwrap_err().kind, DeviceErrorKind::Absent);
    assert_eq!(reader.health().link, Link::Absent);
}

#[test]
fn fingerprints_are_never_asked_for() {
    let mut bench = Bench::open(Settings::fast());
    let mut rich = card(FIRST);
    rich.fingerprints = vec![0x43; 1024];
    bench.simulator.place_card(rich);
    bench.read();
    assert_eq!(bench.simulator.served(Command::ReadWithFingerprints), 0);
}

#[test]
fn another_module_behind_the_same_name_is_told_by_its_number() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.configure(|settings| {
        settings.sam = SamNumber {
            prefix: (5, 3),
            groups: (20_260_102, 7, 8),
        }
    });
    assert_eq!(
        bench.reader.open().unwrap(),
        "05.03-20260102-0000000007-0000000008"
    );
}

#[test]
fn a_lost_address_answer_is_a_warning_and_not_a_lost_card() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_on(Command::ReadAddresses, Fault::Drop, 2);
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.read().warnings, [CardWarning::AddressUnavailable]);
}

#[test]
fn a_card_costs_little_more_than_its_bytes_on_the_wire_and_the_modules_thinking() {
    let settings = Settings {
        pacing: true,
        ..Settings::fast()
    };
    let mut bench = Bench::open(settings);
    let latency = latency(&mut bench.reader, &mut Simulated(&bench.simulator), Baud::B115200).unwrap();
    let thinking = bench.simulator.settings().think.of_a_card();
    println!(
        "card after {:?}, wire {:?}, thinking {thinking:?}",
        latency.card, latency.wire
    );
    assert!(latency.card >= latency.wire + thinking);
    assert!(latency.card < latency.wire + thinking + Duration::from_millis(500));
}
