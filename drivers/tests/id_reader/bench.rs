//! A simulated reader with its driver.

use std::time::Duration;

use kiosk_drivers::conformance::id_reader::{Hands, Sample};
use kiosk_drivers::device::id_reader::{IdReaderConfig, SerialIdReader, Timing};
use kiosk_drivers::error::DeviceError;
use kiosk_drivers::port::id_reader::{CardFault, CardKind, IdCard, IdReader, ReaderEvent, ValidTo};
use kiosk_drivers::simulator::id_reader::{Chip, IdReaderSimulator, Refind, Settings, SimulatedCard};
use kiosk_drivers::wire::id_text::CardText;

pub const MODES: [Refind; 2] = [Refind::Halted, Refind::RfReset];
pub const FIRST: &str = "110000199001010013";
pub const SECOND: &str = "110000199202290023";
/// After so many polls what is waited for will never come.
const POLLS: usize = 100;

pub fn card(number: &str) -> SimulatedCard {
    let mut text = CardText::new(CardKind::Resident);
    text.name = "测试甲".into();
    text.sex = if number.as_bytes()[16] % 2 == 1 { 1 } else { 2 };
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
pub struct Bench {
    pub simulator: IdReaderSimulator,
    pub reader: SerialIdReader,
    _folder: tempfile::TempDir,
}

impl Bench {
    pub fn closed(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = IdReaderSimulator::spawn(folder.path().join("id-reader"), settings).unwrap();
        let config = IdReaderConfig {
            timing: Timing::fast(),
            ..IdReaderConfig::new(simulator.path())
        };
        Self {
            reader: SerialIdReader::new(config),
            simulator,
            _folder: folder,
        }
    }

    pub fn open(settings: Settings) -> Self {
        let mut bench = Self::closed(settings);
        bench.reader.open().unwrap();
        bench
    }

    /// The next events.
    fn events(&mut self, count: usize) -> Vec<ReaderEvent> {
        (0..count).map(|_| self.event()).collect()
    }

    pub fn event(&mut self) -> ReaderEvent {
        let polled = (0..POLLS).find_map(|_| self.reader.poll().unwrap());
        polled.expect("an event")
    }

    pub fn read(&mut self) -> Box<IdCard> {
        match self.events(2).as_mut_slice() {
            [ReaderEvent::Reading, ReaderEvent::Card(card)] => card.clone(),
            other => panic!("{other:?}"),
        }
    }

    pub fn fault(&mut self) -> CardFault {
        match self.events(2).as_slice() {
            [ReaderEvent::Reading, ReaderEvent::CardFault(fault)] => *fault,
            other => panic!("{other:?}"),
        }
    }

    pub fn removed(&mut self) {
        let event = self.event();
        assert!(matches!(event, ReaderEvent::Removed), "{event:?}");
    }

    /// Polls until the reader fails.
    pub fn error(&mut self) -> DeviceError {
        let polled = (0..POLLS).find_map(|_| self.reader.poll().err());
        polled.expect("an error")
    }

    /// Polls so often that a false event would have come, and expects nothing.
    pub fn quiet(&mut self) {
        (0..10).for_each(|_| self.quiet_once());
    }

    /// Polls until the simulator has seen something, and expects no event.
    pub fn quiet_until(&mut self, seen: impl Fn(&IdReaderSimulator) -> bool) {
        for _ in 0..POLLS {
            if seen(&self.simulator) {
                return;
            }
            self.quiet_once();
        }
        panic!("the simulator has not seen it");
    }

    fn quiet_once(&mut self) {
        let event = self.reader.poll().unwrap();
        assert!(event.is_none(), "{event:?}");
    }
}

/// The hands of a tester at the simulator.
pub struct Simulated<'a>(pub &'a IdReaderSimulator);

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
