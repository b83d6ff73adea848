//! Where each field stands in the text block, for the four layouts.

use super::sdt::ADDRESS_LEN;
use crate::port::id_reader::CardKind;

/// The bytes that hold a field, as starts and ends in order (a long English name stands in two).
pub(super) type Places = &'static [(usize, usize)];

/// The unit that tells the layouts apart.
pub(super) const FLAG: Places = &[(248, 250)];
/// One slot of the additional addresses.
pub(super) const ADDRESS: Places = &[(0, ADDRESS_LEN)];

/// A field of the text block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    ChineseName,
    EnglishName,
    Sex,
    Ethnicity,
    Birth,
    Address,
    Number,
    Authority,
    ValidFrom,
    ValidTo,
    Country,
    PassNumber,
    Issue,
    AuthorityCode,
    EarlierLink,
    Layout,
}

impl Item {
    /// The field in a technician's words.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::ChineseName => "name",
            Self::EnglishName => "English name",
            Self::Sex => "sex",
            Self::Ethnicity => "ethnicity",
            Self::Birth => "birth date",
            Self::Address => "address",
            Self::Number => "number",
            Self::Authority => "authority",
            Self::ValidFrom => "valid from",
            Self::ValidTo => "valid to",
            Self::Country => "country",
            Self::PassNumber => "pass number",
            Self::Issue => "issue",
            Self::AuthorityCode => "authority code",
            Self::EarlierLink => "link to the earlier number",
            Self::Layout => "layout flag",
        }
    }
}

type Layout = &'static [(Item, Places)];

/// The fields of a layout.
pub(super) fn places(kind: CardKind) -> Layout {
    match kind {
        CardKind::Resident => RESIDENT,
        CardKind::HkMoTw => HK_MO_TW,
        CardKind::Foreign2017 => FOREIGN_2017,
        CardKind::Foreign2023 => FOREIGN_2023,
    }
}

const RESIDENT: Layout = &[
    (Item::ChineseName, &[(0, 30)]),
    (Item::Sex, &[(30, 32)]),
    (Item::Ethnicity, &[(32, 36)]),
    (Item::Birth, &[(36, 52)]),
    (Item::Address, &[(52, 122)]),
    (Item::Number, &[(122, 158)]),
    (Item::Authority, &[(158, 188)]),
    (Item::ValidFrom, &[(188, 204)]),
    (Item::ValidTo, &[(204, 220)]),
    (Item::Layout, FLAG),
];

const HK_MO_TW: Layout = &[
    (Item::ChineseName, &[(0, 30)]),
    (Item::Sex, &[(30, 32)]),
    (Item::Birth, &[(36, 52)]),
    (Item::Address, &[(52, 122)]),
    (Item::Number, &[(122, 158)]),
    (Item::Authority, &[(158, 188)]),
    (Item::ValidFrom, &[(188, 204)]),
    (Item::ValidTo, &[(204, 220)]),
    (Item::PassNumber, &[(220, 238)]),
    (Item::Issue, &[(238, 242)]),
    (Item::Layout, FLAG),
];

const FOREIGN_2017: Layout = &[
    (Item::EnglishName, &[(0, 120)]),
    (Item::Sex, &[(120, 122)]),
    (Item::Number, &[(122, 152)]),
    (Item::Country, &[(152, 158)]),
    (Item::ChineseName, &[(158, 188)]),
    (Item::ValidFrom, &[(188, 204)]),
    (Item::ValidTo, &[(204, 220)]),
    (Item::Birth, &[(220, 236)]),
    (Item::Issue, &[(236, 240)]),
    (Item::AuthorityCode, &[(240, 248)]),
    (Item::Layout, FLAG),
];

const FOREIGN_2023: Layout = &[
    (Item::ChineseName, &[(0, 30)]),
    (Item::Sex, &[(30, 32)]),
    (Item::Issue, &[(32, 36)]),
    (Item::Birth, &[(36, 52)]),
    (Item::EnglishName, &[(52, 122), (220, 242)]),
    (Item::Number, &[(122, 158)]),
    (Item::ValidFrom, &[(188, 204)]),
    (Item::ValidTo, &[(204, 220)]),
    (Item::Country, &[(242, 248)]),
    (Item::EarlierLink, &[(250, 256)]),
    (Item::Layout, FLAG),
];
