//! The transit card driver against the simulated reader and card: contract, habits and faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::time::{Duration, Instant};

use kiosk_drivers::conformance::transit_card::{Hands, Sample, check};
use kiosk_drivers::device::transit_card::{SerialTransitCard, Timing, TransitCardConfig};
use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::health::{Link, Reason};
use kiosk_drivers::port::transit_card::{
    CardSeen, LoadChallenge, LoadPermit, Loaded, TransitCard, TransitCardError,
};
use kiosk_drivers::simulator::transit_card::{
    Kind, LIMIT_FEN, OTHER_CARD_NO, SAMPLE_CARD_NO, SAMPLE_LOAD_KEY, SAMPLE_TAC_KEY, Settings,
    SimulatedTransitCard, TransitCardSimulator,
};
use kiosk_drivers::wire::pboc_mac::{Load, LoadKey, MacKey};
use kiosk_drivers::wire::pboc_status::Status;

const LIMIT: Duration = Duration::from_secs(5);
const WATCH: Duration = Duration::from_millis(150);
const AMOUNT: u32 = 5000;
const TERMINAL: [u8; 6] = [0x00, 0x00, 0x44, 0x01, 0x00, 0x07];
const DATE: [u8; 4] = [0x20, 0x26, 0x03, 0x01];
const TIME: [u8; 3] = [0x09, 0x30, 0x00];

/// The issuer's host.
fn permit(amount_fen: u32, terminal_no: [u8; 6], challenge: &LoadChallenge) -> Option<LoadPermit> {
    let load = Load {
        amount_fen,
        terminal_no,
    };
    load.permit(&LoadKey::new(SAMPLE_LOAD_KEY), challenge, DATE, TIME)
}

/// A simulated reader with its driver, and the sample card beside it.
struct Bench {
    simulator: TransitCardSimulator,
    reader: SerialTransitCard,
    card: SimulatedTransitCard,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn closed(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = TransitCardSimulator::spawn(folder.path().join("transit-card"), settings).unwrap();
        let config = TransitCardConfig {
            timing: Timing::fast(),
            ..TransitCardConfig::new(simulator.path())
        };
        Self {
            reader: SerialTransitCard::new(config),
            simulator,
            card: SimulatedTransitCard::sample(),
            _folder: folder,
        }
    }

    fn open() -> Self {
        let mut bench = Self::closed(Settings::fast());
        bench.reader.open().unwrap();
        bench
    }

    /// With the sample card lying there and seen.
    fn with_card() -> Self {
        let mut bench = Self::open();
        bench.simulator.insert_card(&bench.card);
        bench.meet();
        bench
    }

    /// With a permitted load that only waits to be written.
    fn permitted() -> (Self, LoadPermit) {
        let mut bench = Self::with_card();
        let permit = bench.begin();
        (bench, permit)
    }

    fn meet(&mut self) -> CardSeen {
        self.reader.wait_for_card(LIMIT).unwrap().expect("a card")
    }

    fn begin(&mut self) -> LoadPermit {
        let challenge = self.reader.begin_load(AMOUNT, TERMINAL).unwrap();
        permit(AMOUNT, TERMINAL, &challenge).expect("a genuine challenge")
    }

    fn load(&mut self) -> Result<Loaded, TransitCardError> {
        let permit = self.begin();
        self.reader.finish_load(&permit)
    }
}

fn kind<T>(result: Result<T, TransitCardError>) -> DeviceErrorKind {
    match result {
        Err(TransitCardError::Device(error)) => error.kind,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("succeeded"),
    }
}

struct Simulated<'a> {
    simulator: &'a TransitCardSimulator,
    good: SimulatedTransitCard,
}

impl Hands for Simulated<'_> {
    fn place(&mut self, sample: Sample) -> bool {
        let card = match sample {
            Sample::Good => self.good.clone(),
            Sample::Other => SimulatedTransitCard::new(Kind::Lingnan, OTHER_CARD_NO, 0),
            Sample::Foreign => SimulatedTransitCard::new(Kind::Foreign, OTHER_CARD_NO, 0),
        };
        self.simulator.insert_card(&card);
        true
    }

    fn remove(&mut self) {
        self.simulator.remove_card();
    }

    fn permit(
        &mut self,
        amount_fen: u32,
        terminal_no: [u8; 6],
        challenge: &LoadChallenge,
    ) -> Option<LoadPermit> {
        permit(amount_fen, terminal_no, challenge)
    }

    fn unplug(&mut self) {
        self.simulator.unplug();
    }

    fn replug(&mut self) {
        self.simulator.replug().unwrap();
    }
}

fn contract(settings: Settings) {
    let mut bench = Bench::closed(settings);
    let good = bench.card.clone();
    let mut hands = Simulated {
        simulator: &bench.simulator,
        good,
    };
    check(&mut bench.reader, &mut hands).unwrap();
    assert_eq!((bench.card.balance_fen(), bench.card.loads()), (1252, 2));
}

#[test]
fn the_contract_holds_with_a_reader_that_echoes_and_notifies() {
    contract(Settings::fast());
}

#[test]
fn the_contract_holds_with_a_quiet_reader() {
    contract(Settings {
        echo: false,
        notices: false,
        ..Settings::fast()
    });
}

#[test]
fn the_contract_holds_with_cards_whose_answers_are_fetched() {
    contract(Settings {
        fetch: true,
        ..Settings::fast()
    });
}

#[test]
fn the_contract_holds_with_cards_that_ask_for_more_time() {
    contract(Settings {
        more_time: 3,
        think: Duration::from_millis(3),
        ..Settings::default()
    });
}

#[test]
fn a_card_gives_its_number_and_its_balance() {
    let mut bench = Bench::with_card();
    let seen = bench.meet();
    assert_eq!(seen.card_no.0, SAMPLE_CARD_NO);
    assert_eq!(seen.balance_fen, 1250);
    bench.card.set_balance_fen(990);
    assert_eq!(bench.reader.read_balance().unwrap(), 990);
}

#[test]
fn a_card_that_comes_later_is_found_at_once() {
    let mut bench = Bench::closed(Settings::fast());
    bench.reader = SerialTransitCard::new(TransitCardConfig {
        timing: Timing {
            search: Duration::from_secs(60),
            ..Timing::fast()
        },
        ..TransitCardConfig::new(bench.simulator.path())
    });
    bench.reader.open().unwrap();
    let (simulator, card) = (&bench.simulator, bench.card.clone());
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(80));
            simulator.insert_card(&card);
        });
        let seen = bench.reader.wait_for_card(Duration::from_secs(50)).unwrap();
        assert_eq!(seen.unwrap().balance_fen, 1250);
    });
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "the notice was not heard"
    );
}

#[test]
fn a_purse_of_the_older_kind_is_read_too() {
    let mut bench = Bench::open();
    bench
        .simulator
        .insert_card(&SimulatedTransitCard::new(Kind::Lingnan, OTHER_CARD_NO, 77));
    let seen = bench.meet();
    assert_eq!((seen.card_no.0.as_str(), seen.balance_fen), (OTHER_CARD_NO, 77));
}

#[test]
fn a_load_gives_the_new_balance_and_a_receipt_that_the_issuer_finds_genuine() {
    let mut bench = Bench::with_card();
    let challenge = bench.reader.begin_load(AMOUNT, TERMINAL).unwrap();
    assert_eq!((challenge.old_balance_fen, challenge.counter), (1250, 0));
    let permit = permit(AMOUNT, TERMINAL, &challenge).unwrap();
    let loaded = bench.reader.finish_load(&permit).unwrap();
    assert_eq!((loaded.balance_fen, bench.card.balance_fen()), (6250, 6250));
    let load = Load {
        amount_fen: AMOUNT,
        terminal_no: TERMINAL,
    };
    let tac = load.tac(&MacKey::of_tac(&SAMPLE_TAC_KEY), 6250, 0, DATE, TIME);
    assert_eq!(loaded.tac, tac);
    // Once for the seen card, once after the write.
    assert_eq!(bench.simulator.served("read the balance"), 2);
}

#[test]
fn an_issuer_that_gets_a_wrong_mac1_permits_nothing() {
    let mut bench = Bench::with_card();
    bench.simulator.wrong_mac1();
    let forged = bench.reader.begin_load(AMOUNT, TERMINAL).unwrap();
    assert_eq!(permit(AMOUNT, TERMINAL, &forged), None);
    let permit = bench.begin();
    assert_eq!(bench.reader.finish_load(&permit).unwrap().balance_fen, 6250);
}

#[test]
fn a_permit_for_another_amount_is_refused_by_the_card() {
    let mut bench = Bench::with_card();
    let challenge = bench.reader.begin_load(AMOUNT, TERMINAL).unwrap();
    let load = Load {
        amount_fen: AMOUNT + 1,
        terminal_no: TERMINAL,
    };
    let session = LoadKey::new(SAMPLE_LOAD_KEY).session(challenge.random, challenge.counter);
    let error = bench.reader.finish_load(&LoadPermit {
        date: DATE,
        time: TIME,
        mac2: load.mac2(&session, DATE, TIME),
    });
    let error = error.unwrap_err();
    assert!(matches!(error, TransitCardError::MacRefused) && error.nothing_written());
    assert_eq!(bench.card.balance_fen(), 1250);
}

#[test]
fn a_card_that_leaves_after_its_challenge_is_not_written() {
    let mut bench = Bench::with_card();
    bench.simulator.remove_after_initialize();
    let permit = bench.begin();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    assert!(
        matches!(error, TransitCardError::CardRemoved) && error.nothing_written(),
        "{error}"
    );
    assert_eq!(bench.simulator.served("credit for load"), 0);
    assert_eq!(bench.card.balance_fen(), 1250);
}

#[test]
fn a_card_that_was_lifted_for_a_moment_is_not_written_with_the_old_permit() {
    for notices in [true, false] {
        let mut bench = Bench::closed(Settings {
            notices,
            ..Settings::fast()
        });
        bench.reader.open().unwrap();
        bench.simulator.insert_card(&bench.card);
        bench.meet();
        let permit = bench.begin();
        bench.simulator.remove_card();
        bench.simulator.insert_card(&bench.card);
        let error = bench.reader.finish_load(&permit).unwrap_err();
        assert!(matches!(error, TransitCardError::CardRemoved), "{error}");
        assert_eq!(bench.card.balance_fen(), 1250);
        bench.meet();
        assert_eq!(bench.load().unwrap().balance_fen, 6250);
    }
}

#[test]
fn a_card_that_leaves_before_its_answer_is_loaded_and_only_reading_it_again_tells() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.remove_before_write_is_answered();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    assert!(
        matches!(
            &error,
            TransitCardError::OutcomeUnknown { tac: None, cause }
                if matches!(**cause, TransitCardError::CardRemoved)
        ),
        "{error:?}"
    );
    assert!(!error.nothing_written());
    let gone = bench.reader.read_balance().unwrap_err();
    assert!(matches!(gone, TransitCardError::CardRemoved), "{gone}");
    bench.simulator.insert_card(&bench.card);
    assert_eq!(bench.reader.read_balance().unwrap(), 6250);
    assert_eq!(bench.meet().balance_fen, 6250);
}

#[test]
fn another_card_does_not_settle_an_unknown_outcome() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.remove_before_write_is_answered();
    bench.reader.finish_load(&permit).unwrap_err();
    let other = SimulatedTransitCard::new(Kind::TUnion, OTHER_CARD_NO, 6250);
    bench.simulator.insert_card(&other);
    for _ in 0..2 {
        let error = bench.reader.read_balance().unwrap_err();
        assert!(matches!(error, TransitCardError::OtherCard), "{error}");
    }
    let error = bench.reader.begin_load(AMOUNT, TERMINAL).unwrap_err();
    assert!(matches!(error, TransitCardError::CardRemoved), "{error}");
    bench.simulator.insert_card(&bench.card);
    assert_eq!(bench.reader.read_balance().unwrap(), 6250);
}

#[test]
fn a_card_that_leaves_after_its_receipt_keeps_the_receipt() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.remove_after_write();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    assert!(
        matches!(&error, TransitCardError::OutcomeUnknown { tac: Some(_), .. }),
        "{error:?}"
    );
    assert_eq!(bench.card.balance_fen(), 6250);
}

#[test]
fn an_answer_that_never_comes_leaves_the_outcome_unknown_and_the_reader_usable() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.swallow_write_answer();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    let TransitCardError::OutcomeUnknown { tac: None, cause } = error else {
        panic!("{error:?}");
    };
    assert_eq!(kind::<()>(Err(*cause)), DeviceErrorKind::TimedOut);
    assert_eq!(bench.reader.health().reasons, [Reason::Timeout]);
    assert_eq!(bench.reader.read_balance().unwrap(), 6250);
    assert_eq!(bench.reader.health().link, Link::Online);
    assert_eq!(
        bench.simulator.served("credit for load"),
        1,
        "never written twice"
    );
}

#[test]
fn a_late_receipt_is_not_taken_for_the_answer_to_the_next_command() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.delay_write_answer(Duration::from_millis(900));
    let error = bench.reader.finish_load(&permit).unwrap_err();
    assert!(!error.nothing_written(), "{error}");
    // The receipt comes while this waits for its own answer.
    assert_eq!(bench.reader.read_balance().unwrap(), 6250);
    assert_eq!(bench.meet().balance_fen, 6250);
}

#[test]
fn a_write_that_does_not_take_is_told_with_the_balance_as_before() {
    for status in [Status::MEMORY, Status::CONDITIONS, Status::BALANCE] {
        let (mut bench, permit) = Bench::permitted();
        bench.simulator.refuse_write(status);
        let error = bench.reader.finish_load(&permit).unwrap_err();
        assert!(
            matches!(error, TransitCardError::Refused(told) if told == status.0),
            "{error}"
        );
        assert!(error.nothing_written());
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!(bench.reader.read_balance().unwrap(), 1250);
        assert_eq!(bench.load().unwrap().balance_fen, 6250);
    }
}

#[test]
fn a_confirmed_write_that_did_not_take_is_found_out() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.lose_write();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    assert!(
        matches!(
            error,
            TransitCardError::Unverified {
                balance_fen: 1250,
                ..
            }
        ),
        "{error}"
    );
    assert!(!error.nothing_written());
}

#[test]
fn a_garbled_answer_is_asked_for_again_and_nothing_is_written_twice() {
    for frames in 1..=3 {
        let (mut bench, permit) = Bench::permitted();
        let before = bench.simulator.repeats();
        bench.simulator.garble_write_answer(frames);
        let loaded = bench.reader.finish_load(&permit).unwrap();
        assert_eq!(loaded.balance_fen, 6250);
        assert_eq!(bench.simulator.repeats() - before, frames as usize);
        assert_eq!(bench.simulator.served("credit for load"), 1);
        assert_eq!(bench.card.loads(), 1);
    }
}

#[test]
fn a_write_whose_answer_stays_garbled_has_an_unknown_outcome() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.garble_write_answer(4);
    let error = bench.reader.finish_load(&permit).unwrap_err();
    let TransitCardError::OutcomeUnknown { tac: None, cause } = error else {
        panic!("{error:?}");
    };
    assert_eq!(kind::<()>(Err(*cause)), DeviceErrorKind::Protocol);
    assert_eq!(bench.reader.read_balance().unwrap(), 6250);
    assert_eq!(bench.card.loads(), 1);
}

#[test]
fn a_plug_that_is_pulled_in_the_write_leaves_the_outcome_unknown() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.unplug_before_write_is_answered();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    let TransitCardError::OutcomeUnknown { tac: None, cause } = error else {
        panic!("{error:?}");
    };
    assert_eq!(kind::<()>(Err(*cause)), DeviceErrorKind::Absent);
    bench.simulator.replug().unwrap();
    bench.reader.open().unwrap();
    assert_eq!(bench.meet().balance_fen, 6250);
}

#[test]
fn a_line_that_garbles_everything_is_given_up_after_three_repeats_and_can_be_used_again() {
    let mut bench = Bench::with_card();
    let before = bench.simulator.repeats();
    bench.simulator.garble(u32::MAX);
    assert_eq!(kind(bench.reader.read_balance()), DeviceErrorKind::Protocol);
    assert_eq!(bench.simulator.repeats() - before, 3);
    assert_eq!(bench.reader.health().reasons, [Reason::Protocol]);
    bench.simulator.heal();
    assert_eq!(bench.reader.read_balance().unwrap(), 1250);
    assert_eq!(bench.reader.health().link, Link::Online);
}

#[test]
fn a_command_that_the_reader_could_not_hear_is_sent_again() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.mishear(2);
    assert_eq!(bench.reader.finish_load(&permit).unwrap().balance_fen, 6250);
    bench.simulator.mishear(u32::MAX);
    assert_eq!(kind(bench.reader.read_balance()), DeviceErrorKind::Protocol);
}

#[test]
fn a_silent_reader_times_out_in_every_call_and_heals() {
    let mut bench = Bench::with_card();
    bench.simulator.silence(true);
    let start = Instant::now();
    assert_eq!(kind(bench.reader.read_balance()), DeviceErrorKind::TimedOut);
    assert_eq!(
        kind(bench.reader.begin_load(AMOUNT, TERMINAL)),
        DeviceErrorKind::TimedOut
    );
    assert_eq!(kind(bench.reader.wait_for_card(LIMIT)), DeviceErrorKind::TimedOut);
    assert!(start.elapsed() < LIMIT * 3, "{:?}", start.elapsed());
    assert_eq!(bench.reader.open().unwrap_err().kind, DeviceErrorKind::TimedOut);
    assert_eq!(bench.reader.health().reasons, [Reason::Timeout]);
    bench.simulator.silence(false);
    bench.reader.open().unwrap();
    assert_eq!(bench.meet().balance_fen, 1250);
}

#[test]
fn a_reader_that_falls_silent_before_the_write_leaves_the_card_as_it_was() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.silence(true);
    let error = bench.reader.finish_load(&permit).unwrap_err();
    assert!(error.nothing_written(), "{error}");
    assert_eq!(bench.card.balance_fen(), 1250);
}

#[test]
fn a_reader_that_is_not_there_is_absent_and_can_be_plugged_in() {
    let mut bench = Bench::closed(Settings::fast());
    bench.simulator.unplug();
    assert_eq!(bench.reader.open().unwrap_err().kind, DeviceErrorKind::Absent);
    assert_eq!(bench.reader.health().link, Link::Absent);
    assert_eq!(kind(bench.reader.wait_for_card(WATCH)), DeviceErrorKind::NotReady);
    bench.simulator.replug().unwrap();
    bench.reader.open().unwrap();
    assert_eq!(bench.reader.wait_for_card(WATCH).unwrap(), None);
}

#[test]
fn a_plug_that_is_pulled_before_the_write_leaves_the_card_as_it_was() {
    let (mut bench, permit) = Bench::permitted();
    bench.simulator.unplug();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    assert!(error.nothing_written());
    assert_eq!(kind::<()>(Err(error)), DeviceErrorKind::Absent);
    bench.simulator.replug().unwrap();
    bench.reader.open().unwrap();
    assert_eq!(bench.meet().balance_fen, 1250);
    assert_eq!(bench.load().unwrap().balance_fen, 6250);
}

#[test]
fn a_card_that_does_not_answer_is_told_at_the_deadline_only() {
    let mut bench = Bench::open();
    bench
        .simulator
        .insert_card(&SimulatedTransitCard::new(Kind::Mute, OTHER_CARD_NO, 0));
    let start = Instant::now();
    assert_eq!(kind(bench.reader.wait_for_card(WATCH)), DeviceErrorKind::Media);
    assert!(start.elapsed() >= WATCH);
    bench.simulator.insert_card(&bench.card);
    assert_eq!(bench.meet().balance_fen, 1250);
}

#[test]
fn amounts_of_nothing_and_amounts_beyond_the_purse_are_refused() {
    let mut bench = Bench::with_card();
    let error = bench.reader.begin_load(0, TERMINAL).unwrap_err();
    assert!(matches!(error, TransitCardError::OutOfOrder(_)), "{error}");
    for amount in [LIMIT_FEN, u32::MAX] {
        let error = bench.reader.begin_load(amount, TERMINAL).unwrap_err();
        assert!(
            matches!(error, TransitCardError::Refused(status) if status == Status::CONDITIONS.0),
            "{error}"
        );
    }
    assert_eq!(bench.load().unwrap().balance_fen, 6250);
}

#[test]
fn a_card_without_the_configured_key_is_refused_with_its_status() {
    let mut bench = Bench::closed(Settings::fast());
    bench.reader = SerialTransitCard::new(TransitCardConfig {
        key_index: 9,
        timing: Timing::fast(),
        ..TransitCardConfig::new(bench.simulator.path())
    });
    bench.reader.open().unwrap();
    bench.simulator.insert_card(&bench.card);
    bench.meet();
    let error = bench.reader.begin_load(AMOUNT, TERMINAL).unwrap_err();
    assert_eq!(error.to_string(), "the card refuses: 9403 (no key of this index)");
}

#[test]
fn no_message_and_no_error_shows_the_cards_number() {
    let (mut bench, permit) = Bench::permitted();
    let seen = bench.meet();
    bench.begin();
    bench.simulator.remove_before_write_is_answered();
    let error = bench.reader.finish_load(&permit).unwrap_err();
    for shown in [
        format!("{seen:?}"),
        format!("{error:?} {error}"),
        format!("{:?}", bench.reader.health()),
        format!("{:?}", bench.card),
    ] {
        assert!(!shown.contains(&SAMPLE_CARD_NO[..12]), "{shown}");
    }
}
