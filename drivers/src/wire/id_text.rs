//! The 256-byte text block of an identity card in its four layouts, and the additional addresses.
//!
//! Fields are fixed-width UTF-16LE, left-aligned, padded with U+0020 or U+0000. One unit at byte 248
//! tells the layouts apart. Sources: GA/T 490-2019, 港澳台居民居住证机读信息规范, 新版外国人永久居留
//! 身份证机读信息规则.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::id_layout::{ADDRESS, FLAG, Item, Places, places};
use super::number;
use super::sdt::ADDRESS_LEN;
use super::sdt_card::{CardData, TEXT_LEN};
use crate::port::id_reader::{CardKind, IdCard, ValidTo};

/// The issuer of every 2023 foreign card, whose chip has no such field.
const IMMIGRATION_AUTHORITY: &str = "国家移民管理局";
const LONG_TERM: &str = "长期";

/// Why a text block cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The block is not 256 bytes long.
    #[error("text block of {0} bytes")]
    BlockLength(usize),
    /// The flag at byte 248 names no known layout: refused, not guessed.
    #[error("unknown layout flag {0:04X}")]
    UnknownLayout(u16),
    /// A value is too long for its field (encoding only).
    #[error("{field} does not fit into {units} UTF-16 units")]
    TooLong {
        /// The field.
        field: &'static str,
        /// Its width.
        units: usize,
    },
    /// Not 1 to 4 slots of 70 bytes.
    #[error("additional addresses of {0} bytes")]
    AddressLength(usize),
}

/// What fills the rest of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Padding {
    /// U+0020.
    #[default]
    Space,
    /// U+0000.
    Nul,
}

impl Padding {
    fn unit(self) -> [u8; 2] {
        match self {
            Self::Space => [0x20, 0x00],
            Self::Nul => [0x00, 0x00],
        }
    }
}

/// Every text field that any of the layouts has. A layout leaves the fields that it lacks empty.
/// Zeroed when dropped; there is no `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CardText {
    /// Layout.
    pub kind: CardKind,
    /// Chinese name.
    pub name: String,
    /// English name (foreign cards).
    pub english_name: String,
    /// GB/T 2261.1.
    pub sex: u8,
    /// GB/T 3304, two digits (resident cards).
    pub ethnicity: String,
    /// `YYYYMMDD`.
    pub birth: String,
    /// Address (resident cards and residence permits).
    pub address: String,
    /// Card number.
    pub number: String,
    /// Issuing authority (resident cards and residence permits).
    pub authority: String,
    /// `YYYYMMDD`.
    pub valid_from: String,
    /// End of validity.
    pub valid_to: ValidTo,
    /// Three letters (foreign cards).
    pub country: String,
    /// Pass number (residence permits).
    pub pass_number: String,
    /// Two digits: issue count of a residence permit, renewal count of a 2023 foreign card, card
    /// version of a 2017 foreign card.
    pub issue: String,
    /// Code of the accepting authority (2017 foreign cards).
    pub authority_code: String,
    /// Link to the earlier number, three characters (2023 foreign cards).
    pub earlier_link: String,
}

impl CardText {
    /// An empty text of a layout.
    pub fn new(kind: CardKind) -> Self {
        Self {
            kind,
            name: String::new(),
            english_name: String::new(),
            sex: 0,
            ethnicity: String::new(),
            birth: String::new(),
            address: String::new(),
            number: String::new(),
            authority: String::new(),
            valid_from: String::new(),
            valid_to: ValidTo::LongTerm,
            country: String::new(),
            pass_number: String::new(),
            issue: String::new(),
            authority_code: String::new(),
            earlier_link: String::new(),
        }
    }

    /// Reads a text block of 256 bytes.
    ///
    /// # Errors
    /// [`TextError::BlockLength`], or [`TextError::UnknownLayout`] for a flag of no known layout.
    pub fn decode(block: &[u8]) -> Result<Self, TextError> {
        if block.len() != TEXT_LEN {
            return Err(TextError::BlockLength(block.len()));
        }
        let kind = layout(block)?;
        let mut card = Self::new(kind);
        for (item, places) in places(kind) {
            card.set(*item, text(block, places));
        }
        Ok(card)
    }

    /// Writes the text block of 256 bytes.
    ///
    /// # Errors
    /// [`TextError::TooLong`] when a value does not fit; nothing is cut off.
    pub fn encode(&self, padding: Padding) -> Result<Zeroizing<Vec<u8>>, TextError> {
        let mut block = Zeroizing::new(padding.unit().repeat(TEXT_LEN / 2));
        for (item, places) in places(self.kind) {
            put(&mut block, *item, places, &self.get(*item))?;
        }
        Ok(block)
    }

    fn set(&mut self, item: Item, value: String) {
        match item {
            Item::ChineseName => self.name = value,
            Item::EnglishName => self.english_name = value,
            Item::Sex => self.sex = value.parse().unwrap_or(0),
            Item::Ethnicity => self.ethnicity = value,
            Item::Birth => self.birth = value,
            Item::Address => self.address = value,
            Item::Number => self.number = value,
            Item::Authority => self.authority = value,
            Item::ValidFrom => self.valid_from = value,
            Item::ValidTo if value == LONG_TERM => self.valid_to = ValidTo::LongTerm,
            Item::ValidTo => self.valid_to = ValidTo::Date(value),
            Item::Country => self.country = value,
            Item::PassNumber => self.pass_number = value,
            Item::Issue => self.issue = value,
            Item::AuthorityCode => self.authority_code = value,
            Item::EarlierLink => self.earlier_link = value,
            Item::Layout => {}
        }
    }

    fn get(&self, item: Item) -> Zeroizing<String> {
        Zeroizing::new(match item {
            Item::ChineseName => self.name.clone(),
            Item::EnglishName => self.english_name.clone(),
            Item::Sex => self.sex.to_string(),
            Item::Ethnicity => self.ethnicity.clone(),
            Item::Birth => self.birth.clone(),
            Item::Address => self.address.clone(),
            Item::Number => self.number.clone(),
            Item::Authority => self.authority.clone(),
            Item::ValidFrom => self.valid_from.clone(),
            Item::ValidTo => match &self.valid_to {
                ValidTo::LongTerm => LONG_TERM.to_owned(),
                ValidTo::Date(date) => date.clone(),
            },
            Item::Country => self.country.clone(),
            Item::PassNumber => self.pass_number.clone(),
            Item::Issue => self.issue.clone(),
            Item::AuthorityCode => self.authority_code.clone(),
            Item::EarlierLink => self.earlier_link.clone(),
            Item::Layout => flag(self.kind).to_owned(),
        })
    }

    fn authority_shown(&self) -> String {
        match self.kind {
            CardKind::Foreign2023 => IMMIGRATION_AUTHORITY.to_owned(),
            _ => self.authority.clone(),
        }
    }
}

/// Makes the card of a read answer, with its warnings.
///
/// # Errors
/// As [`CardText::decode`].
pub fn card(data: &CardData) -> Result<IdCard, TextError> {
    let text = CardText::decode(&data.text)?;
    let mut card = IdCard {
        kind: text.kind,
        name: text.name.clone(),
        english_name: text.english_name.clone(),
        sex: text.sex,
        ethnicity: text.ethnicity.clone(),
        birth: text.birth.clone(),
        address: text.address.clone(),
        number: text.number.clone(),
        authority: text.authority_shown(),
        valid_from: text.valid_from.clone(),
        valid_to: text.valid_to.clone(),
        country: text.country.clone(),
        pass_number: text.pass_number.clone(),
        photo: data.photo_block(),
        warnings: Vec::new(),
    };
    card.warnings = number::warnings(&card);
    Ok(card)
}

/// The additional addresses of a good answer to 30 03, without empty slots; the last one is the newest.
///
/// # Errors
/// [`TextError::AddressLength`] unless there are 1 to 4 slots of 70 bytes.
pub fn decode_addresses(data: &[u8]) -> Result<Vec<Zeroizing<String>>, TextError> {
    let (slots, rest) = data.as_chunks::<ADDRESS_LEN>();
    if !rest.is_empty() || !(1..=4).contains(&slots.len()) {
        return Err(TextError::AddressLength(data.len()));
    }
    let addresses = slots.iter().map(|slot| Zeroizing::new(text(slot, ADDRESS)));
    Ok(addresses.filter(|address| !address.is_empty()).collect())
}

/// The data of the answer to 30 03 that carries these slots.
///
/// # Errors
/// [`TextError::TooLong`] when an address has more than 35 units.
pub fn encode_addresses(addresses: &[String], padding: Padding) -> Result<Vec<u8>, TextError> {
    let mut data = Vec::with_capacity(addresses.len() * ADDRESS_LEN);
    for address in addresses {
        let mut slot = padding.unit().repeat(ADDRESS_LEN / 2);
        put(&mut slot, Item::Address, ADDRESS, address)?;
        data.append(&mut slot);
    }
    Ok(data)
}

fn flag(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Resident => "",
        CardKind::HkMoTw => "J",
        CardKind::Foreign2017 => "I",
        CardKind::Foreign2023 => "Y",
    }
}

fn layout(block: &[u8]) -> Result<CardKind, TextError> {
    let flag = units(block, FLAG).next().unwrap_or(0);
    match u8::try_from(flag) {
        Ok(0x00 | 0x20) => Ok(CardKind::Resident),
        Ok(b'J') => Ok(CardKind::HkMoTw),
        Ok(b'I') => Ok(CardKind::Foreign2017),
        Ok(b'Y') => Ok(CardKind::Foreign2023),
        _ => Err(TextError::UnknownLayout(flag)),
    }
}

fn units(block: &[u8], places: Places) -> impl Iterator<Item = u16> {
    places
        .iter()
        .filter_map(|&(start, end)| block.get(start..end))
        .flat_map(|bytes| bytes.as_chunks::<2>().0)
        .map(|unit| u16::from_le_bytes(*unit))
}

/// The text of a field: surrogate pairs survive, padding is trimmed, control characters are dropped.
fn text(block: &[u8], places: Places) -> String {
    // One allocation that is never outgrown, so that no copy stays behind.
    let mut text = String::with_capacity(block.len() * 2);
    let letters = char::decode_utf16(units(block, places))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|letter| !letter.is_control());
    text.extend(letters);
    text.truncate(text.trim_end_matches(' ').len());
    text
}

fn put(block: &mut [u8], item: Item, places: Places, value: &str) -> Result<(), TextError> {
    let width: usize = places.iter().map(|(start, end)| (end - start) / 2).sum();
    if value.encode_utf16().count() > width {
        return Err(TextError::TooLong {
            field: item.as_str(),
            units: width,
        });
    }
    let mut bytes = value.encode_utf16().flat_map(u16::to_le_bytes);
    for &(start, end) in places {
        let target = block.get_mut(start..end).unwrap_or_default();
        for (to, from) in target.iter_mut().zip(&mut bytes) {
            *to = from;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn resident(name: &str) -> CardText {
        let mut card = CardText::new(CardKind::Resident);
        card.name = name.into();
        card
    }

    #[test]
    fn an_unknown_layout_flag_is_refused() {
        let mut block = resident("测试").encode(Padding::Space).unwrap();
        block[248] = b'A';
        assert!(matches!(
            CardText::decode(&block),
            Err(TextError::UnknownLayout(0x41))
        ));
    }

    #[test]
    fn a_rare_character_outside_the_basic_plane_survives() {
        let block = resident("测𠮷试").encode(Padding::Space).unwrap();
        assert_eq!(CardText::decode(&block).unwrap().name, "测𠮷试");
    }

    #[test]
    fn a_name_that_does_not_fit_is_an_error_and_never_cut() {
        let error = resident(&"测".repeat(16)).encode(Padding::Space).err();
        assert_eq!(
            error,
            Some(TextError::TooLong {
                field: "name",
                units: 15
            })
        );
        assert!(resident(&"𠮷".repeat(8)).encode(Padding::Space).is_err());
    }

    #[test]
    fn spaces_inside_an_address_are_kept() {
        let mut card = resident("测试");
        card.address = "虚构省 样例路 1号".into();
        let block = card.encode(Padding::Space).unwrap();
        assert_eq!(CardText::decode(&block).unwrap().address, "虚构省 样例路 1号");
    }

    #[test]
    fn addresses_of_a_broken_length_are_refused_and_empty_slots_ignored() {
        for length in [0, 69, 71, 350] {
            assert!(decode_addresses(&vec![0x20; length]).is_err(), "{length}");
        }
        assert!(
            decode_addresses(&Padding::Nul.unit().repeat(70))
                .unwrap()
                .is_empty()
        );
    }

    fn words(longest: usize) -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop::sample::select(vec!['测', '样', 'A', '9', '·', '𠮷']),
            0..=longest / 2,
        )
        .prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn any_256_bytes_are_read_or_refused(mut block in prop::collection::vec(any::<u8>(), 256), flag in 0_usize..5) {
            if let Some(letter) = [0x20, 0x00, b'I', b'J', b'Y'].get(flag) {
                block[248] = *letter;
                block[249] = 0;
            }
            if let Ok(text) = CardText::decode(&block) {
                prop_assert!(text.name.chars().all(|letter| !letter.is_control()));
            }
        }

        #[test]
        fn what_is_written_is_read_again(
            kind in prop::sample::select(vec![
                CardKind::Resident, CardKind::HkMoTw, CardKind::Foreign2017, CardKind::Foreign2023,
            ]),
            name in words(15), english in "[A-Z]{1,40}", address in words(35), sex in 0_u8..10,
            nul in any::<bool>(),
        ) {
            let foreign = matches!(kind, CardKind::Foreign2017 | CardKind::Foreign2023);
            let mut card = CardText::new(kind);
            card.name = name;
            card.sex = sex;
            if foreign {
                card.english_name = english;
            } else {
                card.address = address;
            }
            let padding = if nul { Padding::Nul } else { Padding::Space };
            let block = card.encode(padding).unwrap();
            prop_assert!(CardText::decode(&block).unwrap() == card);
        }
    }
}
