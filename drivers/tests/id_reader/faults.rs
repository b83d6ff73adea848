//! Spoilt answers, cards that give nothing, modules that fail, cables that are pulled.

use std::time::Duration;

use kiosk_drivers::device::id_reader::{IdReaderConfig, SerialIdReader};
use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::health::{Link, Reason};
use kiosk_drivers::port::id_reader::{CardFault, CardWarning, IdReader, ReaderEvent};
use kiosk_drivers::simulator::id_reader::{Fault, Module, Refind, Settings};
use kiosk_drivers::wire::sdt::Command;
use kiosk_drivers::wire::sdt_status::Status;

use super::bench::{Bench, FIRST, MODES, SECOND, card};

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
        bench.quiet();
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
    bench.quiet();
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
    bench.quiet();
}

#[test]
fn a_module_that_falls_silent_is_reset_and_goes_on() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_on(Command::Find, Fault::Drop, 3);
    bench.quiet_until(|simulator| simulator.served(Command::Reset) > 0);
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
    bench.quiet_until(|simulator| simulator.served(Command::Reset) > 0);
    bench.quiet();
    assert_eq!(bench.simulator.served(Command::Reset), 1);
    bench.simulator.remove_card();
    bench.removed();
}

#[test]
fn a_module_that_stays_silent_is_an_error_and_can_be_opened_later() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_times(Fault::Drop, u32::MAX);
    let error = bench.error();
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
        let error = bench.error();
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
        let error = bench.error();
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
fn a_lost_address_answer_is_a_warning_and_not_a_lost_card() {
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_on(Command::ReadAddresses, Fault::Drop, 2);
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.read().warnings, [CardWarning::AddressUnavailable]);
}

#[test]
fn a_module_that_answers_resets_and_nothing_else_is_an_error() {
    let mut bench = Bench::open(Settings::fast());
    bench
        .simulator
        .fault_on(Command::Find, Fault::Status(Status::NotPermitted), u32::MAX);
    let error = bench.error();
    assert_eq!(error.kind, DeviceErrorKind::Hardware);
    assert_eq!(bench.simulator.served(Command::Reset), 1);
    assert_eq!(bench.reader.health().reasons, [Reason::Hardware]);
}

#[test]
fn a_late_answer_to_the_selection_does_not_lose_the_card_of_a_halting_reader() {
    let mut settings = Settings::fast();
    // The refusal of the repeated selection comes when the card is being read already.
    settings.think.select = Duration::from_millis(30);
    let mut bench = Bench::open(settings);
    let late = Duration::from_millis(700);
    bench.simulator.fault_on(Command::Select, Fault::Late(late), 1);
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.read().number, FIRST);
    assert_eq!(bench.simulator.served(Command::Select), 2);
}

#[test]
fn a_card_that_was_only_shifted_is_not_gone_at_the_first_miss() {
    let mut bench = Bench::open(Settings::fast());
    bench
        .simulator
        .fault_on(Command::Read, Fault::Status(Status::ReadFailed), 1);
    bench.simulator.place_card(card(FIRST));
    assert_eq!(bench.fault(), CardFault::MovedTooEarly);
    bench.quiet_until(|simulator| simulator.served(Command::ReadAddresses) > 0);
    bench
        .simulator
        .fault_on(Command::ReadAddresses, Fault::Status(Status::NoCard), 2);
    bench.quiet();
}

#[test]
fn a_card_that_was_taken_away_unselected_leaves_the_next_one_all_its_tries() {
    let refused = Fault::Status(Status::SelectFailed);
    let mut bench = Bench::open(Settings::fast());
    bench.simulator.fault_on(Command::Select, refused.clone(), 1);
    bench.simulator.place_card(card(FIRST));
    bench.quiet_until(|simulator| simulator.served(Command::Select) == 1);
    bench.simulator.remove_card();
    let searches = bench.simulator.served(Command::Find);
    bench.quiet_until(|simulator| simulator.served(Command::Find) > searches);
    bench.simulator.fault_on(Command::Select, refused, 2);
    bench.simulator.place_card(card(SECOND));
    assert_eq!(bench.read().number, SECOND);
}
