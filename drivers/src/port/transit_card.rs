//! Reader and writer of city transit cards (羊城通, 交通联合): an electronic purse that is topped up
//! with a verified write.
//!
//! A top-up has two halves with the issuer between them: [`TransitCard::begin_load`] gives the card's
//! challenge, the issuer's host answers it with a permit, and [`TransitCard::finish_load`] writes. Until
//! the permit is sent to the card nothing is written; from there on
//! [`TransitCardError::nothing_written`] tells whether that is still certain.

use std::fmt;
use std::time::Duration;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::DeviceError;
use crate::health::Health;
use crate::wire::pboc_status::Status;

/// A card's number: 19 or 20 digits. Zeroed when dropped; `Debug` shows the last four digits only.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CardNumber(pub String);

impl CardNumber {
    /// The number for screens and papers: all but the last four digits hidden.
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        let hidden = count.saturating_sub(4);
        let last: String = self.0.chars().skip(hidden).collect();
        format!("{}{last}", "*".repeat(hidden))
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CardNumber({})", self.masked())
    }
}

/// A transit card on the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardSeen {
    /// Its number.
    pub card_no: CardNumber,
    /// What is in its purse, in fen.
    pub balance_fen: u32,
}

/// The card's challenge to the issuer (the answer to INITIALIZE FOR LOAD).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadChallenge {
    /// What was in the purse before, in fen.
    pub old_balance_fen: u32,
    /// The card's count of online transactions; each written load raises it by one.
    pub counter: u16,
    /// Which generation of the load key the card has.
    pub key_version: u8,
    /// The key's algorithm as the card gives it; 0 or 1 for DES and triple DES. For the issuer to judge.
    pub algorithm: u8,
    /// The card's random number.
    pub random: [u8; 4],
    /// Proves to the issuer that the card is real and that the amount has reached it.
    pub mac1: [u8; 4],
}

/// The issuer's permit to load. Dates and times are in BCD, as the card takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadPermit {
    /// `YYYYMMDD`.
    pub date: [u8; 4],
    /// `HHMMSS`.
    pub time: [u8; 3],
    /// Proves to the card that the issuer agrees.
    pub mac2: [u8; 4],
}

/// A load that was written and found on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// The card's receipt for the issuer (transaction authorisation code).
    pub tac: [u8; 4],
    /// The balance as it was READ AGAIN after the write, in fen: the old one and the amount.
    pub balance_fen: u32,
}

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum TransitCardError {
    /// No card lies on the reader, or the card was moved: wait for it again, then begin again.
    #[error("the card has left the reader")]
    CardRemoved,
    /// The card has no electronic purse of the configured kinds: a bank card, a door card.
    #[error("not a transit card")]
    WrongCard,
    /// Another card lies there than the one that was seen last.
    #[error("another card lies on the reader")]
    OtherCard,
    /// The call does not fit: no card was waited for, no load was begun, or an amount of nothing.
    #[error("out of order: {0}")]
    OutOfOrder(&'static str),
    /// The card does not accept the issuer's MAC2 (9302).
    #[error("the card refuses the issuer's permit")]
    MacRefused,
    /// The card refuses with this status word. After a write the balance was read again and is as before.
    #[error("the card refuses: {}", Status(*.0))]
    Refused(u16),
    /// The card said that it has written (and gave this TAC), and the balance read again is another
    /// than the old one and the amount.
    #[error("the balance after the write is {balance_fen} fen, not what was to be written")]
    Unverified {
        /// The card's receipt.
        tac: [u8; 4],
        /// The balance as it was read again, in fen.
        balance_fen: u32,
    },
    /// The write was sent and its outcome could not be read. Only the same card's balance, read again
    /// with [`TransitCard::wait_for_card`] or [`TransitCard::read_balance`], tells whether it took.
    #[error("whether the card was loaded is unknown")]
    OutcomeUnknown {
        /// The card's receipt, when the card was lost only after it had come.
        tac: Option<[u8; 4]>,
        /// What broke the transaction.
        #[source]
        cause: Box<TransitCardError>,
    },
    /// The reader: `Absent` (then it must be opened again), `TimedOut`, `Protocol` (frames still garbled
    /// after three repeats), `Media` (a card that cannot be read), `NotReady` (closed), `Hardware`.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

impl TransitCardError {
    /// Whether it is certain that the card's balance is as it was before the call.
    pub fn nothing_written(&self) -> bool {
        !matches!(self, Self::Unverified { .. } | Self::OutcomeUnknown { .. })
    }
}

/// A reader and writer of transit cards.
pub trait TransitCard: Send {
    /// Opens the line and asks the reader for its slot. May be repeated.
    ///
    /// # Errors
    /// `Absent` when nothing is at the address, `TimedOut` when nothing answers there, `Protocol` when
    /// what answers is no such reader.
    fn open(&mut self) -> Result<(), DeviceError>;

    /// Waits for a transit card and reads it anew; `None` when no card came within `deadline`. The card
    /// that is given here is the one that the other calls are about; a load that was begun ends.
    ///
    /// # Errors
    /// `WrongCard` when the card is no transit card; `Device` with `Media` when a card lies there to the
    /// end that cannot be read.
    fn wait_for_card(&mut self, deadline: Duration) -> Result<Option<CardSeen>, TransitCardError>;

    /// Prepares the card for a load of so many fen at the terminal of this number, and gives its
    /// challenge. Writes nothing; may be repeated, and the last challenge counts.
    ///
    /// # Errors
    /// `CardRemoved`, `OutOfOrder`, `Refused`, `Device`.
    fn begin_load(
        &mut self,
        amount_fen: u32,
        terminal_no: [u8; 6],
    ) -> Result<LoadChallenge, TransitCardError>;

    /// Writes the load that was begun, then reads the balance again from the card. A second call for the
    /// same load is `OutOfOrder`: nothing is ever written twice.
    ///
    /// # Errors
    /// Any; see [`TransitCardError::nothing_written`].
    fn finish_load(&mut self, permit: &LoadPermit) -> Result<Loaded, TransitCardError>;

    /// Reads the balance of the card that was seen last, in fen. A card that was taken away and put back
    /// meanwhile is read anew. May be repeated; a load that was begun ends when the card was moved.
    ///
    /// # Errors
    /// `CardRemoved`, `OtherCard`, `WrongCard`, `OutOfOrder`, `Device`.
    fn read_balance(&mut self) -> Result<u32, TransitCardError>;

    /// The present state.
    fn health(&self) -> Health;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_its_last_four_digits_only() {
        let number = CardNumber("3104580000000001234".to_owned());
        assert_eq!(number.masked(), "***************1234");
        assert_eq!(format!("{number:?}"), "CardNumber(***************1234)");
        let seen = CardSeen {
            card_no: number,
            balance_fen: 5,
        };
        assert!(!format!("{seen:?}").contains("31045"));
        assert_eq!(CardNumber("12".to_owned()).masked(), "12");
    }

    #[test]
    fn only_a_write_without_a_known_outcome_leaves_the_balance_open() {
        let unknown = TransitCardError::OutcomeUnknown {
            tac: None,
            cause: Box::new(TransitCardError::CardRemoved),
        };
        let unverified = TransitCardError::Unverified {
            tac: [0; 4],
            balance_fen: 1,
        };
        assert!(!unknown.nothing_written() && !unverified.nothing_written());
        for certain in [
            TransitCardError::CardRemoved,
            TransitCardError::MacRefused,
            TransitCardError::Refused(0x6985),
        ] {
            assert!(certain.nothing_written(), "{certain}");
        }
    }
}
