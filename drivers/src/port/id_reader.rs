//! Identity card reader (身份证阅读器): one event per placement of a card.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::DeviceError;
use crate::health::Health;

/// The layouts of GA/T 490 and its relatives, told apart by the flag at byte 248 of the text block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Zeroize)]
pub enum CardKind {
    /// 居民身份证.
    Resident,
    /// 港澳台居民居住证, flag `J`.
    HkMoTw,
    /// 外国人永久居留身份证 of 2017, flag `I`.
    Foreign2017,
    /// 外国人永久居留身份证 of 2023, flag `Y`.
    Foreign2023,
}

/// End of validity.
#[derive(Debug, Clone, PartialEq, Eq, Zeroize)]
pub enum ValidTo {
    /// `YYYYMMDD`.
    Date(String),
    /// 长期.
    LongTerm,
}

/// A finding about the card's data. The driver reports, it never repairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardWarning {
    /// The check digit of the number is wrong.
    CheckDigit,
    /// Birth date in the number and in the field differ.
    BirthMismatch,
    /// Sex in the number and in the field differ.
    SexMismatch,
    /// The number's prefix does not suit the layout.
    PrefixMismatch,
    /// The newest address could not be read.
    AddressUnavailable,
}

/// The 1024-byte photo block: opaque, for a pluggable decoder (its codec is not public).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PhotoBlock(pub Vec<u8>);

/// What the chip says. Text fields are trimmed; dates are `YYYYMMDD`; codes are as on the chip.
/// Zeroed when dropped; `Debug` shows the layout only.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct IdCard {
    /// Layout.
    pub kind: CardKind,
    /// Name as the person writes it (Chinese name where the card has one).
    pub name: String,
    /// English name of foreign cards, else empty.
    pub english_name: String,
    /// GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated.
    pub sex: u8,
    /// GB/T 3304 code (`01`…), empty where the layout has none.
    pub ethnicity: String,
    /// Birth date, `YYYYMMDD`.
    pub birth: String,
    /// Address on the chip, or the newest additional address when there is one.
    pub address: String,
    /// Card number: 18 characters, or 15 for the 2017 foreign card.
    pub number: String,
    /// Issuing authority.
    pub authority: String,
    /// Start of validity, `YYYYMMDD`.
    pub valid_from: String,
    /// End of validity.
    pub valid_to: ValidTo,
    /// GB/T 2659 country letters of foreign cards, else empty.
    pub country: String,
    /// Pass number (通行证号码) of residence permits, else empty.
    pub pass_number: String,
    /// Photo, when the card gave one.
    pub photo: Option<PhotoBlock>,
    /// Findings.
    #[zeroize(skip)]
    pub warnings: Vec<CardWarning>,
}

impl fmt::Debug for IdCard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IdCard")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Why a placed card gave no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardFault {
    /// Taken away while it was read (41, 81, silence).
    MovedTooEarly,
    /// The chip or its data cannot be read (24, 31, 32, 47).
    Unreadable,
    /// The chip's data fail verification (33): damaged or forged; counted apart.
    VerificationFailed,
    /// Not an identity card (40, or an unknown layout flag).
    WrongKind,
}

/// What a reader tells the application.
#[derive(Debug)]
pub enum ReaderEvent {
    /// A card was found and is being read.
    Reading,
    /// Exactly one per placement.
    Card(Box<IdCard>),
    /// The card gave no data; the reader waits for its removal.
    CardFault(CardFault),
    /// The card has left the field (after the debounce).
    Removed,
}

/// A reader of identity cards.
pub trait IdReader: Send {
    /// Opens the line and probes the secure module. Returns the printed SAM number
    /// (`05.03-20260101-0000000001-0000000002`).
    ///
    /// # Errors
    /// `Absent` when nothing is at the address, `TimedOut` when nothing answers at any speed,
    /// `Hardware` when the module reports a failed self-test or a missing licence.
    fn open(&mut self) -> Result<String, DeviceError>;

    /// One turn of the procedure W3 (at most one exchange with the module, paced by the driver).
    /// Blocks no longer than the longest command deadline.
    ///
    /// # Errors
    /// After an error the reader is closed and [`IdReader::open`] must be called again.
    fn poll(&mut self) -> Result<Option<ReaderEvent>, DeviceError>;

    /// The present state.
    fn health(&self) -> Health;
}

/// Decodes the opaque photo block into an RGB picture, for instance with a vendor's library.
pub trait PhotoDecoder: Send + Sync {
    /// Returns 102×126 pixels, three bytes each, rows from the top.
    ///
    /// # Errors
    /// `Protocol` when the block is not one of the decoder's.
    fn decode(&self, block: &PhotoBlock) -> Result<Vec<u8>, DeviceError>;
}
