//! The contract of an identity card reader. Runs on the simulator in every test run, and on hardware
//! with a technician as the hands.

use std::time::{Duration, Instant};

use crate::error::DeviceErrorKind;
use crate::health::Link;
use crate::port::id_reader::{CardFault, IdCard, IdReader, ReaderEvent, ValidTo};
use crate::wire::sdt::{Baud, Command};
use crate::wire::serial::wire_time;

/// The cards that a tester has at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// A good card.
    Good,
    /// Another good card.
    Other,
    /// A card whose validity has ended.
    Expired,
    /// A card whose chip cannot be read.
    Unreadable,
    /// A bank or transport card.
    Foreign,
}

/// What is done to the reader. On hardware these ask a person and wait.
pub trait Hands {
    /// Puts a card on the reader. `false` when there is no such card; then the part about it is empty.
    fn place(&mut self, card: Sample) -> bool;
    /// Takes the card away.
    fn remove(&mut self);
    /// Puts the good card on the reader and takes it away while it is being read.
    fn place_and_pull(&mut self);
    /// Pulls the plug.
    fn unplug(&mut self);
    /// Puts it back.
    fn replug(&mut self);
}

/// What is asked of the reader's speed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// From placing a card to the outcome, and from removing it to the news of it.
    pub outcome: Duration,
    /// From placing a card that is pulled to the message that it was.
    pub pulled: Duration,
    /// From that message until the reader looks for the next card.
    pub ready: Duration,
    /// How long a lying card, and an empty field, is watched for false events.
    pub watch: Duration,
    /// How often a card is pulled mid-read.
    pub pulls: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            outcome: Duration::from_secs(5),
            pulled: Duration::from_secs(2),
            ready: Duration::from_secs(1),
            watch: Duration::from_secs(3),
            pulls: 20,
        }
    }
}

/// A point of the contract that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("card reader: {0}")]
pub struct Violation(String);

fn must(kept: bool, what: impl FnOnce() -> String) -> Result<(), Violation> {
    if kept { Ok(()) } else { Err(Violation(what())) }
}

/// A reader under test.
struct Bench<'a> {
    reader: &'a mut dyn IdReader,
    hands: &'a mut dyn Hands,
    limits: &'a Limits,
}

/// Runs the whole contract on a closed reader that is plugged in and empty, and leaves it open.
///
/// # Errors
/// The first point that is not kept.
pub fn check(reader: &mut dyn IdReader, hands: &mut dyn Hands, limits: &Limits) -> Result<(), Violation> {
    let mut bench = Bench {
        reader,
        hands,
        limits,
    };
    bench.a_closed_reader_says_so()?;
    bench.opening_tells_the_module()?;
    bench.an_empty_field_is_quiet()?;
    bench.a_card_is_told_exactly_once()?;
    bench.cards_are_told_apart()?;
    bench.pulled_cards_do_not_hang_the_reader()?;
    bench.bad_cards_have_different_outcomes()?;
    bench.a_pulled_plug_is_absence_and_heals()
}

impl Bench<'_> {
    fn a_closed_reader_says_so(&mut self) -> Result<(), Violation> {
        let kind = self.reader.poll().err().map(|error| error.kind);
        must(kind == Some(DeviceErrorKind::NotReady), || {
            format!("polling a closed reader gave {kind:?}, expected NotReady")
        })
    }

    fn opening_tells_the_module(&mut self) -> Result<(), Violation> {
        let sam = self.open()?;
        let digits = sam.chars().filter(char::is_ascii_digit).count();
        must(digits >= 32 && sam.matches('-').count() == 3, || {
            format!("odd SAM number {sam}")
        })?;
        let health = self.reader.health();
        must(health.link == Link::Online && health.reasons.is_empty(), || {
            format!("open, and not well: {health:?}")
        })
    }

    fn an_empty_field_is_quiet(&mut self) -> Result<(), Violation> {
        self.quiet("an empty field")
    }

    fn a_card_is_told_exactly_once(&mut self) -> Result<(), Violation> {
        self.place(Sample::Good)?;
        self.read_card()?;
        self.quiet("a card that lies there")?;
        self.hands.remove();
        self.removed()?;
        self.quiet("a field that was emptied")
    }

    fn cards_are_told_apart(&mut self) -> Result<(), Violation> {
        self.place(Sample::Good)?;
        let first = self.read_card()?;
        self.place(Sample::Other)?;
        self.removed()?;
        let second = self.read_card()?;
        must(first.number != second.number, || {
            "the second card reads as the first".into()
        })?;
        self.hands.remove();
        self.removed()
    }

    /// Scenario S05.
    fn pulled_cards_do_not_hang_the_reader(&mut self) -> Result<(), Violation> {
        for pull in 1..=self.limits.pulls {
            self.hands.place_and_pull();
            let fault = self.fault(self.limits.pulled)?;
            must(fault == CardFault::MovedTooEarly, || {
                format!("pull {pull}: told as {fault:?}")
            })?;
            let told = Instant::now();
            self.removed()?;
            let took = told.elapsed();
            must(took <= self.limits.ready, || {
                format!("pull {pull}: ready after {took:?}")
            })?;
        }
        self.place(Sample::Good)?;
        self.read_card()?;
        self.hands.remove();
        self.removed()
    }

    /// Scenario S06.
    fn bad_cards_have_different_outcomes(&mut self) -> Result<(), Violation> {
        if self.hands.place(Sample::Unreadable) {
            let fault = self.fault(self.limits.outcome)?;
            let right = matches!(fault, CardFault::Unreadable | CardFault::VerificationFailed);
            must(right, || format!("an unreadable card is told as {fault:?}"))?;
            self.emptied()?;
        }
        if self.hands.place(Sample::Foreign) {
            let fault = self.fault(self.limits.outcome)?;
            must(fault == CardFault::WrongKind, || {
                format!("a bank card is told as {fault:?}")
            })?;
            self.emptied()?;
        }
        if self.hands.place(Sample::Expired) {
            let card = self.read_card()?;
            must(matches!(card.valid_to, ValidTo::Date(_)), || {
                "an expired card has no end date".into()
            })?;
            self.emptied()?;
        }
        Ok(())
    }

    fn a_pulled_plug_is_absence_and_heals(&mut self) -> Result<(), Violation> {
        let before = self.open()?;
        self.hands.unplug();
        let end = Instant::now() + self.limits.outcome;
        let kind = loop {
            match self.reader.poll() {
                Err(error) => break error.kind,
                Ok(_) => must(Instant::now() < end, || {
                    "an unplugged reader was not missed".into()
                })?,
            }
        };
        must(kind == DeviceErrorKind::Absent, || {
            format!("unplugged, told as {kind:?}")
        })?;
        must(self.reader.health().link == Link::Absent, || {
            "unplugged, and not absent".into()
        })?;
        let again = self.reader.open().err().map(|error| error.kind);
        must(again == Some(DeviceErrorKind::Absent), || {
            format!("opened without a device: {again:?}")
        })?;
        self.hands.replug();
        let after = self.open()?;
        must(before == after, || {
            "another module answers after replugging".into()
        })?;
        self.a_card_is_told_exactly_once()
    }

    fn open(&mut self) -> Result<String, Violation> {
        self.reader
            .open()
            .map_err(|error| Violation(format!("open: {error}")))
    }

    fn place(&mut self, card: Sample) -> Result<(), Violation> {
        must(self.hands.place(card), || {
            format!("the tester has no {card:?} card")
        })
    }

    fn next(&mut self, limit: Duration, awaited: &str) -> Result<ReaderEvent, Violation> {
        let end = Instant::now() + limit;
        loop {
            let event = self.reader.poll();
            if let Some(event) = event.map_err(|error| Violation(format!("awaiting {awaited}: {error}")))? {
                return Ok(event);
            }
            must(Instant::now() < end, || format!("no {awaited} within {limit:?}"))?;
        }
    }

    fn after_reading(&mut self, limit: Duration, awaited: &str) -> Result<ReaderEvent, Violation> {
        match self.next(limit, "sign of reading")? {
            ReaderEvent::Reading => self.next(limit, awaited),
            other => Err(Violation(format!("{other:?} before the sign of reading"))),
        }
    }

    fn read_card(&mut self) -> Result<Box<IdCard>, Violation> {
        match self.after_reading(self.limits.outcome, "card")? {
            ReaderEvent::Card(card) => Ok(card),
            other => Err(Violation(format!("{other:?} instead of a card"))),
        }
    }

    fn fault(&mut self, limit: Duration) -> Result<CardFault, Violation> {
        match self.after_reading(limit, "fault of the card")? {
            ReaderEvent::CardFault(fault) => Ok(fault),
            other => Err(Violation(format!("{other:?} instead of a fault"))),
        }
    }

    fn removed(&mut self) -> Result<(), Violation> {
        match self.next(self.limits.outcome, "removal")? {
            ReaderEvent::Removed => Ok(()),
            other => Err(Violation(format!("{other:?} instead of the removal"))),
        }
    }

    fn emptied(&mut self) -> Result<(), Violation> {
        self.hands.remove();
        self.removed()
    }

    fn quiet(&mut self, what: &str) -> Result<(), Violation> {
        let end = Instant::now() + self.limits.watch;
        while Instant::now() < end {
            let event = self
                .reader
                .poll()
                .map_err(|error| Violation(format!("{what}: {error}")))?;
            if let Some(event) = event {
                return Err(Violation(format!("{what} gave {event:?}")));
            }
        }
        Ok(())
    }
}

/// How long a card takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// From placing the card to the event with its data. Holds the wait for the next search and the
    /// think times of the module besides the wire.
    pub card: Duration,
    /// Pure time of the same requests and answers on the wire.
    pub wire: Duration,
}

/// Places the good card on an open, empty reader and measures until its data are there; then takes the
/// card away again.
///
/// # Errors
/// When the card does not come, or the reader fails.
pub fn latency(reader: &mut dyn IdReader, hands: &mut dyn Hands, baud: Baud) -> Result<Latency, Violation> {
    let limits = Limits::default();
    let mut bench = Bench {
        reader,
        hands,
        limits: &limits,
    };
    bench.place(Sample::Good)?;
    let start = Instant::now();
    bench.read_card()?;
    let card = start.elapsed();
    bench.hands.remove();
    bench.removed()?;
    Ok(Latency {
        card,
        wire: wire_time(bytes_of_a_card(), baud.rate()),
    })
}

/// Bytes of one search, select, read and question for the newest address, with their answers (a card
/// with a photo and without additional addresses).
fn bytes_of_a_card() -> usize {
    const ANSWERS: [usize; 4] = [15, 19, 1295, 11];
    let commands = [
        Command::Find,
        Command::Select,
        Command::Read,
        Command::ReadAddresses,
    ];
    let requests: usize = commands.iter().map(|command| command.frame().len()).sum();
    requests + ANSWERS.iter().sum::<usize>()
}
