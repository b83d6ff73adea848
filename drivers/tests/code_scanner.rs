//! The code scanner's driver against the simulated scanner.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::time::Duration;

use kiosk_drivers::conformance::code_scanner::{Hands, check};
use kiosk_drivers::device::code_scanner::{CodeScannerConfig, SerialCodeScanner};
use kiosk_drivers::port::code_scanner::CodeScanner;
use kiosk_drivers::simulator::code_scanner::CodeScannerSimulator;

const LIMIT: Duration = Duration::from_secs(2);
const WATCH: Duration = Duration::from_millis(200);

struct Bench {
    simulator: CodeScannerSimulator,
    scanner: SerialCodeScanner,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn closed(suffix: &[u8], repeat: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = CodeScannerSimulator::spawn(folder.path().join("scanner"), suffix).unwrap();
        let config = CodeScannerConfig {
            repeat,
            ..CodeScannerConfig::new(simulator.path())
        };
        Self {
            scanner: SerialCodeScanner::new(config),
            simulator,
            _folder: folder,
        }
    }

    fn open(suffix: &[u8]) -> Self {
        let mut bench = Self::closed(suffix, Duration::from_secs(3));
        bench.scanner.open().unwrap();
        bench
    }

    fn read(&mut self, limit: Duration) -> Option<Vec<u8>> {
        self.scanner.read(limit).unwrap().map(|code| code.0)
    }
}

struct Simulated<'a>(&'a CodeScannerSimulator);

impl Hands for Simulated<'_> {
    fn scan(&mut self, payload: &[u8]) {
        self.0.scan(payload);
    }

    fn unplug(&mut self) {
        self.0.unplug();
    }

    fn replug(&mut self) {
        self.0.replug().unwrap();
    }
}

fn contract(suffix: &[u8]) {
    let mut bench = Bench::closed(suffix, Duration::from_secs(3));
    check(&mut bench.scanner, &mut Simulated(&bench.simulator)).unwrap();
}

#[test]
fn the_contract_holds_with_a_carriage_return() {
    contract(b"\r");
}

#[test]
fn the_contract_holds_with_a_carriage_return_and_a_line_feed() {
    contract(b"\r\n");
}

#[test]
fn the_contract_holds_without_a_suffix() {
    contract(b"");
}

#[test]
fn bytes_that_are_no_text_come_through_unchanged() {
    let mut bench = Bench::open(b"\r");
    let code: Vec<u8> = (0..=255).filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    bench.simulator.scan(&code);
    assert_eq!(bench.read(LIMIT), Some(code));
}

#[test]
fn a_code_in_pieces_is_put_together() {
    let mut bench = Bench::open(b"\r");
    bench
        .simulator
        .scan_in_pieces(b"0123456789", 3, Duration::from_millis(10));
    assert_eq!(bench.read(LIMIT).as_deref(), Some(&b"0123456789"[..]));
}

#[test]
fn a_code_that_is_torn_by_the_callers_deadline_is_not_lost() {
    let mut bench = Bench::open(b"\r");
    bench
        .simulator
        .scan_in_pieces(b"abcdef", 3, Duration::from_millis(60));
    let mut codes = Vec::new();
    for _ in 0..100 {
        codes.extend(bench.read(Duration::from_millis(5)));
    }
    assert_eq!(codes, [b"abcdef"]);
}

#[test]
fn two_codes_at_once_are_two_codes() {
    let mut bench = Bench::open(b"\r\n");
    bench.simulator.send(b"one\r\ntwo\r\n\r\n");
    assert_eq!(bench.read(LIMIT).as_deref(), Some(&b"one"[..]));
    assert_eq!(bench.read(LIMIT).as_deref(), Some(&b"two"[..]));
    assert_eq!(bench.read(WATCH), None);
}

#[test]
fn the_same_code_comes_again_after_the_repeat_time() {
    let mut bench = Bench::closed(b"\r", Duration::from_millis(100));
    bench.scanner.open().unwrap();
    for _ in 0..2 {
        bench.simulator.scan(b"again");
        assert_eq!(bench.read(LIMIT).as_deref(), Some(&b"again"[..]));
        assert_eq!(bench.read(WATCH), None);
    }
}

#[test]
fn a_code_of_the_longest_length_is_given_and_a_longer_one_is_dropped() {
    let mut bench = Bench::open(b"\r");
    bench.simulator.scan(&vec![b'x'; 4096]);
    assert_eq!(bench.read(LIMIT).map(|code| code.len()), Some(4096));
    bench.simulator.scan(&vec![b'y'; 9000]);
    bench.simulator.scan(b"next");
    assert_eq!(bench.read(LIMIT).as_deref(), Some(&b"next"[..]));
    assert_eq!(bench.read(WATCH), None);
}

#[test]
fn endless_noise_does_not_hold_the_caller_beyond_the_deadline() {
    let mut bench = Bench::open(b"\r");
    bench
        .simulator
        .scan_in_pieces(&vec![b'z'; 600], 1, Duration::from_millis(1));
    let start = std::time::Instant::now();
    assert_eq!(bench.read(WATCH), None);
    assert!(start.elapsed() < WATCH * 3);
}
