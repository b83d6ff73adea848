//! What a visit knows of a transit card: its number and purse, the two halves of a load, and why
//! something gave nothing.

use zeroize::Zeroizing;

/// A transit card on its reader.
#[derive(Clone, PartialEq)]
pub struct TransitSeen {
    /// Its number, complete: for the issuer, and to know the card again.
    pub card_no: Zeroizing<String>,
    /// What is in its purse, in fen.
    pub balance_fen: u32,
}

/// Why the reader gave nothing. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitFault {
    /// The card was taken away.
    Removed,
    /// Another card lies there than the one that was read first.
    OtherCard,
    /// Not a transit card.
    WrongCard,
    /// The card cannot be read, or refuses.
    Unusable,
    /// The reader does not answer.
    ReaderLost,
}

/// The card's challenge to the issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadChallenge {
    /// Number of this terminal at the issuer, which the card's code covers.
    pub terminal_no: [u8; 6],
    /// What was in the purse, in fen.
    pub old_balance_fen: u32,
    /// Count of online transactions.
    pub counter: u16,
    /// Version of the load key.
    pub key_version: u8,
    /// Its algorithm.
    pub algorithm: u8,
    /// The card's random number.
    pub random: [u8; 4],
    /// MAC1.
    pub mac1: [u8; 4],
}

/// The issuer's permit; dates and times in BCD, as the card takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadPermit {
    /// `YYYYMMDD`.
    pub date: [u8; 4],
    /// `HHMMSS`.
    pub time: [u8; 3],
    /// MAC2.
    pub mac2: [u8; 4],
}

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadEnd {
    /// Written, and the balance was read again from the card.
    Loaded {
        /// Balance, in fen.
        balance_fen: u32,
        /// The card's receipt.
        tac: [u8; 4],
    },
    /// It is certain that nothing was written.
    NotWritten(TransitFault),
    /// Nobody can tell without reading the same card again.
    Unknown {
        /// The card's receipt, when it had come.
        tac: Option<[u8; 4]>,
    },
}
