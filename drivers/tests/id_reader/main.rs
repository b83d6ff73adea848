//! The identity card reader's driver against the simulated reader: contract, modes and faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bench;
mod cards;
mod faults;
mod simulator;

use std::time::Duration;

use bench::{Bench, Simulated};
use kiosk_drivers::conformance::id_reader::{Limits, check};
use kiosk_drivers::simulator::id_reader::{Refind, Settings};
use kiosk_drivers::wire::id_text::Padding;
use kiosk_drivers::wire::sdt_status::Status;

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
