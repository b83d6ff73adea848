//! Status words of cards with an electronic purse (ISO/IEC 7816-4, PBOC 2.0).

use std::fmt;

/// The two bytes behind every answer of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status(pub u16);

/// What a status word asks of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Done.
    Good,
    /// So many bytes of answer wait to be fetched with GET RESPONSE.
    Waiting(u8),
    /// The command is to be repeated with this expected length.
    Length(u8),
    /// The card has no such application or file.
    NotFound,
    /// The MAC is wrong.
    Mac,
    /// The application is locked, for a time or for ever.
    Locked,
    /// Any other refusal.
    Refused,
}

impl Status {
    /// Done.
    pub const GOOD: Self = Self(0x9000);
    /// The chip could not write.
    pub const MEMORY: Self = Self(0x6581);
    /// Wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// The command is not accepted in this state.
    pub const WRONG_STATE: Self = Self(0x6901);
    /// A PIN is wanted first.
    pub const SECURITY: Self = Self(0x6982);
    /// The conditions of use are not met.
    pub const CONDITIONS: Self = Self(0x6985);
    /// The application is locked.
    pub const LOCKED: Self = Self(0x6A81);
    /// No such application or file.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// Wrong parameters.
    pub const PARAMETERS: Self = Self(0x6A86);
    /// The card does not know the instruction.
    pub const UNKNOWN_INSTRUCTION: Self = Self(0x6D00);
    /// The card does not know the class.
    pub const UNKNOWN_CLASS: Self = Self(0x6E00);
    /// The MAC is wrong.
    pub const MAC: Self = Self(0x9302);
    /// The application is locked for ever.
    pub const LOCKED_FOR_EVER: Self = Self(0x9303);
    /// The balance does not suffice.
    pub const BALANCE: Self = Self(0x9401);
    /// The counter has reached its end.
    pub const COUNTER: Self = Self(0x9402);
    /// The card has no key of this index.
    pub const KEY_INDEX: Self = Self(0x9403);

    /// What it asks of the terminal.
    pub fn meaning(self) -> Meaning {
        let [high, low] = self.0.to_be_bytes();
        match (high, self) {
            (_, Self::GOOD) => Meaning::Good,
            (0x61, _) => Meaning::Waiting(low),
            (0x6C, _) => Meaning::Length(low),
            (_, Self::NOT_FOUND | Self(0x6A83)) => Meaning::NotFound,
            (_, Self::MAC | Self(0x6988)) => Meaning::Mac,
            (_, Self::LOCKED | Self::LOCKED_FOR_EVER | Self(0x6283)) => Meaning::Locked,
            _ => Meaning::Refused,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::GOOD => "done",
            Self::MEMORY => "the chip could not write",
            Self::WRONG_LENGTH => "wrong length",
            Self::WRONG_STATE => "not accepted in this state",
            Self::SECURITY => "a PIN is wanted first",
            Self::CONDITIONS => "conditions of use not met",
            Self::LOCKED => "application locked",
            Self::NOT_FOUND => "not found",
            Self::PARAMETERS => "wrong parameters",
            Self::UNKNOWN_INSTRUCTION => "unknown instruction",
            Self::UNKNOWN_CLASS => "unknown class",
            Self::MAC => "wrong MAC",
            Self::LOCKED_FOR_EVER => "application locked for ever",
            Self::BALANCE => "balance does not suffice",
            Self::COUNTER => "counter at its end",
            Self::KEY_INDEX => "no key of this index",
            _ => "refused",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04X} ({})", self.0, self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_meaning() {
        for (status, meaning) in [
            (0x9000, Meaning::Good),
            (0x6110, Meaning::Waiting(0x10)),
            (0x6C04, Meaning::Length(0x04)),
            (0x6A82, Meaning::NotFound),
            (0x9302, Meaning::Mac),
            (0x6988, Meaning::Mac),
            (0x9303, Meaning::Locked),
            (0x6A81, Meaning::Locked),
            (0x6901, Meaning::Refused),
            (0x9401, Meaning::Refused),
            (0x9001, Meaning::Refused),
        ] {
            assert_eq!(Status(status).meaning(), meaning, "{status:04X}");
        }
    }

    #[test]
    fn a_status_tells_its_number_and_its_words() {
        assert_eq!(Status::MAC.to_string(), "9302 (wrong MAC)");
        assert_eq!(Status(0x6F12).to_string(), "6F12 (refused)");
    }
}
