//! SW3, the status of the secure module, and what a driver does about it.

use std::fmt;

use crate::health::Reason;
use crate::port::id_reader::CardFault;

/// SW3, the status of the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// 90, done.
    Success,
    /// 91, this item is empty on the card.
    Empty,
    /// 9F, card found.
    Found,
    /// 10, the module received a bad checksum.
    RequestChecksum,
    /// 11, the module received a bad length, or gave up waiting for bytes.
    RequestLength,
    /// 21, unknown command, wrong value or order.
    UnknownCommand,
    /// 23, not permitted.
    NotPermitted,
    /// 24, error without a name.
    Unspecified,
    /// 31, the card refused the SAM.
    CardRefusedSam,
    /// 32, the SAM refused the card.
    SamRefusedCard,
    /// 33, the data on the card fail verification.
    Verification,
    /// 34, no card was found yet.
    NotFoundYet,
    /// 40, card of an unknown kind.
    UnknownCard,
    /// 41, reading failed: most often the card moved.
    ReadFailed,
    /// 47, no random number from the card.
    RandomFailed,
    /// 60, self-test failed.
    SelfTestFailed,
    /// 66, the SAM has no authorisation.
    Unauthorised,
    /// 80, no card, or one that was read and not removed.
    NoCard,
    /// 81, selecting failed.
    SelectFailed,
    /// Anything else.
    Other(u8),
}

/// What a driver does about a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Go on with the data.
    Good,
    /// Nothing there: no card in the field, or nothing stored under this item.
    Nothing,
    /// The request was damaged on its way: send it again once.
    SendAgain,
    /// The module does not know the command: do without.
    Unsupported,
    /// Begin again by finding the card.
    StartAgain,
    /// The card gives no data: tell the person.
    Card(CardFault),
    /// The module is out of order.
    Device(Reason),
}

/// Every status with a name, and its byte.
const STATUSES: [(u8, Status); 19] = [
    (0x10, Status::RequestChecksum),
    (0x11, Status::RequestLength),
    (0x21, Status::UnknownCommand),
    (0x23, Status::NotPermitted),
    (0x24, Status::Unspecified),
    (0x31, Status::CardRefusedSam),
    (0x32, Status::SamRefusedCard),
    (0x33, Status::Verification),
    (0x34, Status::NotFoundYet),
    (0x40, Status::UnknownCard),
    (0x41, Status::ReadFailed),
    (0x47, Status::RandomFailed),
    (0x60, Status::SelfTestFailed),
    (0x66, Status::Unauthorised),
    (0x80, Status::NoCard),
    (0x81, Status::SelectFailed),
    (0x90, Status::Success),
    (0x91, Status::Empty),
    (0x9F, Status::Found),
];

impl Status {
    /// The status of a byte.
    pub fn from_byte(byte: u8) -> Self {
        STATUSES
            .iter()
            .find(|(value, _)| *value == byte)
            .map_or(Self::Other(byte), |(_, status)| *status)
    }

    /// The byte on the wire.
    pub fn byte(self) -> u8 {
        if let Self::Other(byte) = self {
            return byte;
        }
        STATUSES
            .iter()
            .find(|(_, status)| *status == self)
            .map_or(0, |(value, _)| *value)
    }

    /// What a driver does about it.
    pub fn meaning(self) -> Meaning {
        match self {
            Self::Success | Self::Found => Meaning::Good,
            Self::Empty | Self::NoCard => Meaning::Nothing,
            Self::RequestChecksum | Self::RequestLength => Meaning::SendAgain,
            Self::UnknownCommand => Meaning::Unsupported,
            Self::SelectFailed | Self::NotFoundYet => Meaning::StartAgain,
            Self::ReadFailed => Meaning::Card(CardFault::MovedTooEarly),
            Self::Unspecified | Self::CardRefusedSam | Self::SamRefusedCard | Self::RandomFailed => {
                Meaning::Card(CardFault::Unreadable)
            }
            Self::Verification => Meaning::Card(CardFault::VerificationFailed),
            Self::UnknownCard => Meaning::Card(CardFault::WrongKind),
            Self::SelfTestFailed => Meaning::Device(Reason::SelfTestFailed),
            Self::Unauthorised => Meaning::Device(Reason::Unauthorised),
            Self::NotPermitted | Self::Other(_) => Meaning::Device(Reason::Hardware),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SW3 {:02X}", self.byte())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_byte_goes_through_unchanged() {
        for byte in 0..=255 {
            assert_eq!(Status::from_byte(byte).byte(), byte);
        }
    }
}
