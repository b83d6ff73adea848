//! The contract of a reader and writer of transit cards. Runs on the simulator in every test run, and on
//! hardware with a technician as the hands, test cards, and the issuer's test keys.

use std::time::{Duration, Instant};

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::Link;
use crate::port::transit_card::{CardSeen, LoadChallenge, LoadPermit, TransitCard, TransitCardError};

/// The cards that a tester has at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// A transit card whose purse has room for a few fen.
    Good,
    /// Another one.
    Other,
    /// A card without a purse.
    Foreign,
}

/// What is done to the reader. On hardware these ask a person and wait.
pub trait Hands {
    /// Puts a card on the reader. `false` when there is no such card; then the part about it is empty.
    fn place(&mut self, card: Sample) -> bool;
    /// Takes the card away.
    fn remove(&mut self);
    /// The issuer's answer to a challenge; `None` when it finds the challenge not genuine.
    fn permit(
        &mut self,
        amount_fen: u32,
        terminal_no: [u8; 6],
        challenge: &LoadChallenge,
    ) -> Option<LoadPermit>;
    /// Pulls the plug.
    fn unplug(&mut self);
    /// Puts it back.
    fn replug(&mut self);
}

/// A point of the contract that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("transit card reader: {0}")]
pub struct Violation(String);

/// For a card to be found and read.
const LIMIT: Duration = Duration::from_secs(5);
/// For a card not to be found.
const WATCH: Duration = Duration::from_millis(300);
const AMOUNT: u32 = 1;
const TERMINAL: [u8; 6] = [0x00, 0x00, 0x00, 0x00, 0x00, 0x01];

fn must(kept: bool, what: impl FnOnce() -> String) -> Result<(), Violation> {
    if kept { Ok(()) } else { Err(Violation(what())) }
}

fn given<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> Result<T, Violation> {
    result.map_err(|error| Violation(format!("{what}: {error}")))
}

/// Whether a call failed as it must; other outcomes are told.
fn failed<T>(
    result: Result<T, TransitCardError>,
    right: impl Fn(&TransitCardError) -> bool,
    what: &str,
) -> Result<(), Violation> {
    match result {
        Err(error) => must(right(&error), || format!("{what}, told as: {error}")),
        Ok(_) => Err(Violation(format!("{what}, and it succeeded"))),
    }
}

fn of_kind(kind: DeviceErrorKind) -> impl Fn(&TransitCardError) -> bool {
    move |error| matches!(error, TransitCardError::Device(error) if error.kind == kind)
}

struct Bench<'a> {
    reader: &'a mut dyn TransitCard,
    hands: &'a mut dyn Hands,
}

/// Runs the whole contract on a closed, empty reader that is plugged in, and leaves it open and empty.
/// Loads the good card with two fen.
///
/// # Errors
/// The first point that is not kept.
pub fn check(reader: &mut dyn TransitCard, hands: &mut dyn Hands) -> Result<(), Violation> {
    let mut bench = Bench { reader, hands };
    bench.a_closed_reader_says_so()?;
    bench.open()?;
    bench.an_empty_reader_ends_at_the_deadline()?;
    bench.a_card_is_read_again_and_again()?;
    bench.a_load_is_written_once_and_found_on_the_card()?;
    bench.a_false_permit_writes_nothing()?;
    bench.a_card_that_leaves_between_the_halves_keeps_its_balance()?;
    bench.another_card_is_not_taken_for_the_first()?;
    bench.a_foreign_card_is_told()?;
    bench.a_pulled_plug_is_absence_and_heals()
}

impl Bench<'_> {
    fn open(&mut self) -> Result<(), Violation> {
        given(self.reader.open(), "open")?;
        must(self.reader.health().link == Link::Online, || {
            "open, and not online".into()
        })
    }

    fn place(&mut self, card: Sample) -> Result<(), Violation> {
        must(self.hands.place(card), || {
            format!("the tester has no {card:?} card")
        })
    }

    fn meet(&mut self) -> Result<CardSeen, Violation> {
        let seen = given(self.reader.wait_for_card(LIMIT), "wait for a card")?;
        seen.ok_or_else(|| Violation("a lying card was not found".into()))
    }

    fn begin(&mut self) -> Result<(LoadChallenge, LoadPermit), Violation> {
        let challenge = given(self.reader.begin_load(AMOUNT, TERMINAL), "begin a load")?;
        let permit = self.hands.permit(AMOUNT, TERMINAL, &challenge);
        let permit = permit.ok_or_else(|| Violation("the issuer refuses the challenge".into()))?;
        Ok((challenge, permit))
    }

    fn a_closed_reader_says_so(&mut self) -> Result<(), Violation> {
        failed(
            self.reader.wait_for_card(WATCH),
            of_kind(DeviceErrorKind::NotReady),
            "a closed reader was asked",
        )
    }

    fn an_empty_reader_ends_at_the_deadline(&mut self) -> Result<(), Violation> {
        let start = Instant::now();
        let seen = given(self.reader.wait_for_card(WATCH), "wait for no card")?;
        must(seen.is_none(), || "a card from nowhere".into())?;
        let took = start.elapsed();
        must(took >= WATCH && took < WATCH + LIMIT, || {
            format!("the deadline was not kept: {took:?}")
        })?;
        failed(
            self.reader.begin_load(AMOUNT, TERMINAL),
            |error| matches!(error, TransitCardError::OutOfOrder(_)),
            "a load was begun without a card",
        )
    }

    fn a_card_is_read_again_and_again(&mut self) -> Result<(), Violation> {
        self.place(Sample::Good)?;
        let first = self.meet()?;
        let again = self.meet()?;
        must(first == again, || "a lying card reads differently".into())?;
        for _ in 0..2 {
            let balance = given(self.reader.read_balance(), "read the balance")?;
            must(balance == first.balance_fen, || {
                "the balance changed by itself".into()
            })?;
        }
        Ok(())
    }

    fn a_load_is_written_once_and_found_on_the_card(&mut self) -> Result<(), Violation> {
        let before = self.meet()?.balance_fen;
        for round in 1..=2 {
            // A challenge may be asked for again; the last one counts.
            given(self.reader.begin_load(AMOUNT, TERMINAL), "begin a load")?;
            let (challenge, permit) = self.begin()?;
            let expected = before + round * AMOUNT;
            must(challenge.old_balance_fen + AMOUNT == expected, || {
                "the challenge has another balance".into()
            })?;
            let loaded = given(self.reader.finish_load(&permit), "finish a load")?;
            must(loaded.balance_fen == expected, || {
                "the balance after a load is wrong".into()
            })?;
            failed(
                self.reader.finish_load(&permit),
                |error| matches!(error, TransitCardError::OutOfOrder(_)),
                "a load was finished twice",
            )?;
            let balance = given(self.reader.read_balance(), "read the balance")?;
            must(balance == expected, || "the load does not last".into())?;
        }
        Ok(())
    }

    fn a_false_permit_writes_nothing(&mut self) -> Result<(), Violation> {
        let before = self.meet()?.balance_fen;
        let (_, permit) = self.begin()?;
        let forged = LoadPermit {
            mac2: permit.mac2.map(|byte| !byte),
            ..permit
        };
        failed(
            self.reader.finish_load(&forged),
            |error| matches!(error, TransitCardError::MacRefused),
            "a false permit was used",
        )?;
        let balance = given(self.reader.read_balance(), "read the balance")?;
        must(balance == before, || "a false permit changed the balance".into())
    }

    fn a_card_that_leaves_between_the_halves_keeps_its_balance(&mut self) -> Result<(), Violation> {
        let before = self.meet()?.balance_fen;
        let (_, permit) = self.begin()?;
        self.hands.remove();
        failed(
            self.reader.finish_load(&permit),
            |error| matches!(error, TransitCardError::CardRemoved),
            "a card that was gone was to be loaded",
        )?;
        failed(
            self.reader.read_balance(),
            |error| matches!(error, TransitCardError::CardRemoved),
            "a card that was gone was to be read",
        )?;
        self.place(Sample::Good)?;
        let balance = given(self.reader.read_balance(), "read the card that came back")?;
        must(balance == before, || "a torn load changed the balance".into())
    }

    fn another_card_is_not_taken_for_the_first(&mut self) -> Result<(), Violation> {
        let first = self.meet()?;
        self.hands.remove();
        if !self.hands.place(Sample::Other) {
            return Ok(());
        }
        failed(
            self.reader.read_balance(),
            |error| matches!(error, TransitCardError::OtherCard),
            "another card was read for the first",
        )?;
        let other = self.meet()?;
        must(other.card_no != first.card_no, || {
            "two cards of one number".into()
        })?;
        self.hands.remove();
        Ok(())
    }

    fn a_foreign_card_is_told(&mut self) -> Result<(), Violation> {
        self.hands.remove();
        if self.hands.place(Sample::Foreign) {
            failed(
                self.reader.wait_for_card(LIMIT),
                |error| matches!(error, TransitCardError::WrongCard),
                "a card without a purse was placed",
            )?;
            self.hands.remove();
        }
        Ok(())
    }

    fn a_pulled_plug_is_absence_and_heals(&mut self) -> Result<(), Violation> {
        self.hands.unplug();
        failed(
            self.reader.wait_for_card(LIMIT),
            of_kind(DeviceErrorKind::Absent),
            "an unplugged reader was asked",
        )?;
        must(self.reader.health().link == Link::Absent, || {
            "unplugged, and not absent".into()
        })?;
        let again: Result<(), DeviceError> = self.reader.open();
        must(
            again.err().map(|error| error.kind) == Some(DeviceErrorKind::Absent),
            || "opened without a device".into(),
        )?;
        self.hands.replug();
        self.open()?;
        self.place(Sample::Good)?;
        self.meet()?;
        self.hands.remove();
        Ok(())
    }
}
