//! What may differ between real readers, and the faults that a simulated one can be made to show.

use std::time::Duration;

use crate::wire::id_text::Padding;
use crate::wire::sdt::{Baud, Command, SamNumber};
use crate::wire::sdt_status::Status;

/// Whether a lying card that was selected is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refind {
    /// Mode H: the card is halted and must leave the field first.
    #[default]
    Halted,
    /// Mode R: every search resets the RF field, so the card is found every time.
    RfReset,
}

/// What the reader makes of a card that is no identity card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForeignCard {
    /// Not seen at all (80).
    NotSeen,
    /// Found and selected, then refused as unknown (40).
    #[default]
    Refused,
}

/// State of the secure module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Module {
    /// Works.
    #[default]
    Working,
    /// Every command but reset answers 60.
    SelfTestFailed,
    /// Every command but reset answers 66.
    Unauthorised,
}

/// How long the module thinks before the first byte of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThinkTimes {
    /// 20 01 with a card.
    pub find_hit: Duration,
    /// 20 01 without a card.
    pub find_miss: Duration,
    /// 20 02.
    pub select: Duration,
    /// 30 01.
    pub read: Duration,
    /// 30 10.
    pub read_with_fingerprints: Duration,
    /// 30 03 and 30 05.
    pub read_addresses: Duration,
    /// 11 FF, 12 FF, 60 nn, 61 FF.
    pub status: Duration,
    /// 10 FF.
    pub reset: Duration,
}

impl Default for ThinkTimes {
    fn default() -> Self {
        Self {
            find_hit: Duration::from_millis(120),
            find_miss: Duration::from_millis(200),
            select: Duration::from_millis(80),
            read: Duration::from_millis(900),
            read_with_fingerprints: Duration::from_millis(1600),
            read_addresses: Duration::from_millis(300),
            status: Duration::from_millis(10),
            reset: Duration::from_millis(800),
        }
    }
}

impl ThinkTimes {
    /// Short times for tests.
    pub fn fast() -> Self {
        Self {
            find_hit: Duration::from_millis(2),
            find_miss: Duration::from_millis(2),
            select: Duration::from_millis(2),
            read: Duration::from_millis(20),
            read_with_fingerprints: Duration::from_millis(30),
            read_addresses: Duration::from_millis(2),
            status: Duration::from_millis(1),
            reset: Duration::from_millis(5),
        }
    }

    /// What reading one card takes in thinking: found, selected, read, asked for its newest address.
    pub fn of_a_card(&self) -> Duration {
        self.find_hit + self.select + self.read + self.read_addresses
    }

    /// The time for a command; `hit` tells whether a search finds a card.
    pub(super) fn of(&self, command: Command, hit: bool) -> Duration {
        match command {
            Command::Find if hit => self.find_hit,
            Command::Find => self.find_miss,
            Command::Select => self.select,
            Command::Read => self.read,
            Command::ReadWithFingerprints => self.read_with_fingerprints,
            Command::ReadAddresses | Command::ReadManagement => self.read_addresses,
            Command::Reset => self.reset,
            Command::Status | Command::SamNumber | Command::SetBaud(_) | Command::SetRfFrame(_) => {
                self.status
            }
        }
    }
}

/// Everything in which real readers differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Mode H or R.
    pub refind: Refind,
    /// Cards of a foreign kind.
    pub foreign_card: ForeignCard,
    /// Whether 30 10 is known (else 21).
    pub knows_fingerprints: bool,
    /// Whether 30 03 is known (else 21).
    pub knows_addresses: bool,
    /// SW3 of 30 03 when the card has gone: 41 or 80.
    pub presence_lost: Status,
    /// Whether a card pulled mid-read is answered with 41; else nothing is answered.
    pub answers_pulled_card: bool,
    /// Whether a lying card is found again after 10 FF.
    pub refind_after_reset: bool,
    /// What fills text fields.
    pub padding: Padding,
    /// Whether answers take the time of the wire.
    pub pacing: bool,
    /// The speed; remembered over power cycles.
    pub baud: Baud,
    /// The module's number.
    pub sam: SamNumber,
    /// State of the module.
    pub module: Module,
    /// Silence inside a request after which it is dropped.
    pub inter_byte: Duration,
    /// Think times.
    pub think: ThinkTimes,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            refind: Refind::Halted,
            foreign_card: ForeignCard::Refused,
            knows_fingerprints: true,
            knows_addresses: true,
            presence_lost: Status::ReadFailed,
            answers_pulled_card: true,
            refind_after_reset: true,
            padding: Padding::Space,
            pacing: true,
            baud: Baud::B115200,
            sam: SamNumber {
                prefix: (5, 3),
                groups: (20_260_101, 1, 2),
            },
            module: Module::Working,
            inter_byte: Duration::from_millis(250),
            think: ThinkTimes::default(),
        }
    }
}

impl Settings {
    /// Short think times and no pacing, for tests.
    pub fn fast() -> Self {
        Self {
            pacing: false,
            inter_byte: Duration::from_millis(40),
            think: ThinkTimes::fast(),
            ..Self::default()
        }
    }

    /// The same in mode R.
    pub fn in_mode(self, refind: Refind) -> Self {
        Self { refind, ..self }
    }
}

/// Something that goes wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No answer at all.
    Drop,
    /// Only the first so many bytes of the frame.
    Cut(usize),
    /// All bits of this byte of the frame are turned over.
    Flip(usize),
    /// CHK is wrong.
    BadChecksum,
    /// These bytes come before the frame.
    Noise(Vec<u8>),
    /// So many AA come before the preamble.
    ExtraPreamble(usize),
    /// The frame comes in pieces with gaps between them.
    Chunks {
        /// Bytes in a piece.
        size: usize,
        /// Silence between two pieces.
        gap: Duration,
    },
    /// The answer comes later by this time.
    Late(Duration),
    /// This status and no data instead of the answer; the command has no effect.
    Status(Status),
    /// The cable is pulled after so many bytes of the frame.
    Unplug(usize),
}

/// A fault and the answers that it meets.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) fault: Fault,
    /// Only answers to this command, or to any.
    pub(super) on: Option<Command>,
    /// So many more times.
    pub(super) times: u32,
}

/// Takes the faults that meet the next answer to `command`.
pub(super) fn due(troubles: &mut Vec<Trouble>, command: Option<Command>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for trouble in troubles.iter_mut() {
        if trouble.on.is_none() || trouble.on == command {
            trouble.times = trouble.times.saturating_sub(1);
            faults.push(trouble.fault.clone());
        }
    }
    troubles.retain(|trouble| trouble.times > 0);
    faults
}
