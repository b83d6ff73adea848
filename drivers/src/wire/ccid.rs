//! Messages between a host and a reader of chip cards: USB CCID 1.1, bulk pipes, one slot.
//!
//! A message is `TYPE | LENGTH (4, little endian) | SLOT | SEQ | three bytes of its own | DATA`.

use zeroize::Zeroizing;

/// Bytes before the data.
pub const HEADER: usize = 10;

/// The longest data: a short command or answer (dwMaxCCIDMessageLength 271 of the GemPC Twin).
pub const MAX_DATA: usize = 261;

/// PC_to_RDR_IccPowerOn, IccPowerOff, GetSlotStatus, XfrBlock.
const POWER_ON: u8 = 0x62;
const POWER_OFF: u8 = 0x63;
const SLOT_STATUS: u8 = 0x65;
const TRANSFER: u8 = 0x6F;
/// RDR_to_PC_DataBlock, SlotStatus.
const DATA_BLOCK: u8 = 0x80;
const SLOT_STATUS_ANSWER: u8 = 0x81;

/// The length that a message claims for its data; `None` while that has not come.
pub fn declared_length(message: &[u8]) -> Option<usize> {
    let bytes = message.get(1..5)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

fn message(kind: u8, seq: u8, own: [u8; 3], data: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut bytes = Zeroizing::new(Vec::with_capacity(HEADER + data.len()));
    bytes.push(kind);
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&[0, seq]);
    bytes.extend_from_slice(&own);
    bytes.extend_from_slice(data);
    bytes
}

/// A message taken apart.
struct Parts<'a> {
    kind: u8,
    slot: u8,
    seq: u8,
    own: [u8; 3],
    data: &'a [u8],
}

fn parts(message: &[u8]) -> Option<Parts<'_>> {
    let length = declared_length(message)?;
    let (head, data) = message.split_at_checked(HEADER)?;
    match *head {
        [kind, _, _, _, _, slot, seq, a, b, c] if data.len() == length => Some(Parts {
            kind,
            slot,
            seq,
            own: [a, b, c],
            data,
        }),
        _ => None,
    }
}

/// What a host asks of the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Powers the card at the voltage that suits it and gives its answer to reset.
    PowerOn,
    /// Takes the power away.
    PowerOff,
    /// Asks whether a card is there.
    SlotStatus,
    /// Sends a command to the card (short APDU) and gives its answer.
    Transfer(Zeroizing<Vec<u8>>),
}

impl Command {
    /// For a technician.
    pub fn name(&self) -> &'static str {
        match self {
            Self::PowerOn => "power the card on",
            Self::PowerOff => "power the card off",
            Self::SlotStatus => "ask for the slot",
            Self::Transfer(_) => "exchange with the card",
        }
    }

    /// The message with this number.
    pub fn message(&self, seq: u8) -> Zeroizing<Vec<u8>> {
        match self {
            Self::PowerOn => message(POWER_ON, seq, [0; 3], &[]),
            Self::PowerOff => message(POWER_OFF, seq, [0; 3], &[]),
            Self::SlotStatus => message(SLOT_STATUS, seq, [0; 3], &[]),
            Self::Transfer(apdu) => message(TRANSFER, seq, [0; 3], apdu),
        }
    }

    /// Takes a message apart: the command, or its type when it is none of these, and its number. `None`
    /// when it is no whole message to the first slot.
    pub fn parse(message: &[u8]) -> Option<(Result<Self, u8>, u8)> {
        let parts = parts(message)?;
        if parts.slot != 0 {
            return None;
        }
        let command = match parts.kind {
            POWER_ON => Ok(Self::PowerOn),
            POWER_OFF => Ok(Self::PowerOff),
            SLOT_STATUS => Ok(Self::SlotStatus),
            TRANSFER => Ok(Self::Transfer(Zeroizing::new(parts.data.to_vec()))),
            other => Err(other),
        };
        Some((command, parts.seq))
    }

    /// Whether the reader answers this command with its slot only, never with data.
    fn wants_slot_only(&self) -> bool {
        matches!(self, Self::PowerOff | Self::SlotStatus)
    }
}

/// The card in the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// There and powered.
    Active,
    /// There without power: newly come, or not yet powered on.
    Inactive,
    /// No card.
    Empty,
}

/// How a command went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Failed for this reason.
    Failed(Failure),
    /// Not yet done: the card asks for more time, so many times its waiting time.
    MoreTime(u8),
}

/// Why a command failed (bError).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Failure(pub u8);

impl Failure {
    /// The card does not answer.
    pub const MUTE: Self = Self(0xFE);
    /// Parity or checksum errors between reader and card.
    pub const PARITY: Self = Self(0xFD);
    /// The card sent too much.
    pub const OVERRUN: Self = Self(0xFC);
    /// The reader is broken.
    pub const HARDWARE: Self = Self(0xFB);
    /// The answer to reset makes no sense.
    pub const BAD_ATR: Self = Self(0xF8);
    /// The reader still works on another command.
    pub const BUSY: Self = Self(0xE0);
    /// The reader does not know the command.
    pub const UNSUPPORTED: Self = Self(0x00);
}

/// The reader's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The number of the command.
    pub seq: u8,
    /// The card in the slot afterwards.
    pub slot: Slot,
    /// How it went.
    pub outcome: Outcome,
    /// The answer to reset or to the command; `None` in an answer that only tells of the slot.
    pub data: Option<Zeroizing<Vec<u8>>>,
}

impl Answer {
    /// The message.
    pub fn message(&self) -> Zeroizing<Vec<u8>> {
        let slot = match self.slot {
            Slot::Active => 0,
            Slot::Inactive => 1,
            Slot::Empty => 2,
        };
        let (status, error) = match self.outcome {
            Outcome::Done => (0, 0),
            Outcome::Failed(Failure(error)) => (1, error),
            Outcome::MoreTime(times) => (2, times),
        };
        let own = [status << 6 | slot, error, 0];
        match &self.data {
            Some(data) => message(DATA_BLOCK, self.seq, own, data),
            None => message(SLOT_STATUS_ANSWER, self.seq, own, &[]),
        }
    }

    /// Takes a message apart; `None` when it is no answer (a command's echo, another pipe's message) or
    /// not whole.
    pub fn parse(message: &[u8]) -> Option<Self> {
        let parts = parts(message)?;
        let [status, error, _] = parts.own;
        let slot = match status & 0x03 {
            0 => Slot::Active,
            1 => Slot::Inactive,
            2 => Slot::Empty,
            _ => return None,
        };
        let outcome = match status >> 6 {
            0 => Outcome::Done,
            1 => Outcome::Failed(Failure(error)),
            2 => Outcome::MoreTime(error),
            _ => return None,
        };
        let data = match parts.kind {
            DATA_BLOCK => Some(Zeroizing::new(parts.data.to_vec())),
            SLOT_STATUS_ANSWER if parts.data.is_empty() => None,
            _ => return None,
        };
        (parts.slot == 0).then_some(Self {
            seq: parts.seq,
            slot,
            outcome,
            data,
        })
    }

    /// Whether this answers that command. A reader that does not know a command answers with its slot.
    pub fn fits(&self, command: &Command, seq: u8) -> bool {
        let failed = matches!(self.outcome, Outcome::Failed(_));
        self.seq == seq
            && (self.data.is_none() == command.wants_slot_only() || (self.data.is_none() && failed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commands_are_written_as_the_specification_says() {
        assert_eq!(
            Command::PowerOn.message(5).to_vec(),
            [0x62, 0, 0, 0, 0, 0, 5, 0, 0, 0]
        );
        let apdu = Zeroizing::new(vec![0x80, 0x5C, 0x00, 0x02, 0x04]);
        assert_eq!(
            Command::Transfer(apdu).message(9).to_vec(),
            [0x6F, 5, 0, 0, 0, 0, 9, 0, 0, 0, 0x80, 0x5C, 0x00, 0x02, 0x04]
        );
        assert_eq!(Command::PowerOff.message(0)[0], 0x63);
        assert_eq!(Command::SlotStatus.message(0)[0], 0x65);
    }

    #[test]
    fn answers_tell_the_slot_and_the_outcome() {
        let removed = [0x80, 0, 0, 0, 0, 0, 3, 0x42, 0xFE, 0];
        let answer = Answer::parse(&removed).unwrap();
        assert_eq!(
            (answer.slot, answer.outcome),
            (Slot::Empty, Outcome::Failed(Failure::MUTE))
        );
        let waiting = Answer::parse(&[0x80, 0, 0, 0, 0, 0, 3, 0x80, 2, 0]).unwrap();
        assert_eq!(
            (waiting.slot, waiting.outcome),
            (Slot::Active, Outcome::MoreTime(2))
        );
        let empty = Answer::parse(&[0x81, 0, 0, 0, 0, 0, 1, 0x02, 0, 0]).unwrap();
        assert_eq!(
            (empty.slot, empty.outcome, empty.data),
            (Slot::Empty, Outcome::Done, None)
        );
    }

    #[test]
    fn echoes_torn_messages_other_slots_and_reserved_bits_are_no_answers() {
        for bytes in [
            Command::SlotStatus.message(1).to_vec(),
            vec![0x80, 1, 0, 0, 0, 0, 3, 0, 0, 0],
            vec![0x80, 0, 0, 0, 0, 1, 3, 0, 0, 0],
            vec![0x80, 0, 0, 0, 0, 0, 3, 0x03, 0, 0],
            vec![0x80, 0, 0, 0, 0, 0, 3, 0xC0, 0, 0],
            vec![0x81, 1, 0, 0, 0, 0, 3, 0, 0, 0, 9],
            vec![0x80, 0, 0],
        ] {
            assert_eq!(Answer::parse(&bytes), None, "{bytes:02X?}");
        }
    }

    #[test]
    fn an_answer_fits_its_own_command_only() {
        let answer = |data: Option<Vec<u8>>, outcome| Answer {
            seq: 4,
            slot: Slot::Active,
            outcome,
            data: data.map(Zeroizing::new),
        };
        let block = answer(Some(vec![0x3B]), Outcome::Done);
        assert!(block.fits(&Command::PowerOn, 4));
        assert!(!block.fits(&Command::PowerOn, 5));
        assert!(!block.fits(&Command::SlotStatus, 4));
        assert!(!answer(None, Outcome::Done).fits(&Command::PowerOn, 4));
        let unknown = answer(None, Outcome::Failed(Failure::UNSUPPORTED));
        assert!(unknown.fits(&Command::PowerOn, 4) && unknown.fits(&Command::PowerOff, 4));
    }

    #[test]
    fn an_unknown_command_is_named_by_its_type() {
        let escape = [0x6B, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0x02];
        assert_eq!(Command::parse(&escape), Some((Err(0x6B), 2)));
        assert_eq!(Command::parse(&escape[..9]), None);
    }

    proptest! {
        #[test]
        fn whatever_is_understood_is_written_the_same_again(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..30),
                (prop::sample::select(vec![0x62_u8, 0x63, 0x65, 0x6F, 0x80, 0x81]), any::<u8>(), any::<u8>(),
                 prop::collection::vec(any::<u8>(), 0..20))
                    .prop_map(|(kind, seq, status, data)| message(kind, seq, [status, 7, 0], &data).to_vec()),
            ],
        ) {
            if let Some(answer) = Answer::parse(&bytes) {
                prop_assert_eq!(Answer::parse(&answer.message()), Some(answer));
            }
            if let Some((Ok(command), seq)) = Command::parse(&bytes) {
                prop_assert_eq!(Command::parse(&command.message(seq)), Some((Ok(command), seq)));
            }
        }
    }
}
