//! Cards of every kind, on readers with different habits.

use kiosk_drivers::conformance::id_reader::latency;
use kiosk_drivers::port::id_reader::{CardFault, CardWarning, IdReader, ValidTo};
use kiosk_drivers::simulator::id_reader::{Chip, ForeignCard, Refind, Settings};
use kiosk_drivers::wire::sdt::{Baud, Command, SamNumber};

use super::bench::{Bench, FIRST, MODES, SECOND, Simulated, card};

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
        let misheard = bench.simulator.misheard();
        assert_eq!(misheard > 0, baud != Baud::B115200, "{baud:?}");
        bench.reader.open().unwrap();
        assert_eq!(bench.simulator.misheard(), misheard, "{baud:?}");
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
        for number in [FIRST, SECOND] {
            bench.simulator.place_card(card(number));
            let card = bench.read();
            assert_eq!(card.address, "虚构省虚构市虚构区样例路1号");
            assert_eq!(card.warnings, [CardWarning::AddressUnavailable]);
            bench.simulator.remove_card();
            bench.removed();
        }
    }
}

#[test]
fn another_reader_at_the_same_line_is_asked_for_addresses_again() {
    let settings = Settings {
        knows_addresses: false,
        ..Settings::fast()
    };
    let mut bench = Bench::open(settings);
    bench.simulator.place_card(card(FIRST));
    bench.read();
    bench.simulator.remove_card();
    bench
        .simulator
        .configure(|settings| settings.knows_addresses = true);
    bench.reader.open().unwrap();
    let mut moved = card(SECOND);
    moved.addresses = vec!["虚构省二路2号".into()];
    bench.simulator.place_card(moved);
    assert_eq!(bench.read().address, "虚构省二路2号");
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
    bench.quiet();
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
    bench.quiet();
    bench.simulator.place_card(card(SECOND));
    bench.removed();
    assert_eq!(bench.read().number, SECOND);
}

#[test]
fn a_bank_card_that_the_reader_does_not_see_gives_no_event() {
    let settings = Settings {
        foreign_card: ForeignCard::NotSeen,
        ..Settings::fast()
    };
    let mut bench = Bench::open(settings);
    bench.simulator.place_card(card(FIRST).with_chip(Chip::Foreign));
    bench.quiet();
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
        bench.quiet();
        bench.simulator.remove_card();
        bench.removed();
    }
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
fn a_card_takes_its_bytes_on_the_wire_and_the_modules_thinking() {
    let settings = Settings {
        pacing: true,
        ..Settings::fast()
    };
    let mut bench = Bench::open(settings);
    let latency = latency(&mut bench.reader, &mut Simulated(&bench.simulator), Baud::B115200).unwrap();
    let thinking = bench.simulator.settings().think.of_a_card();
    assert!(latency.card >= latency.wire + thinking, "{latency:?}");
}
