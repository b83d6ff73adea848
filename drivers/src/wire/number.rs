//! Card numbers: GB 11643 (18 characters, MOD 11-2), the 2017 foreign number (15 characters, weights
//! 7-3-1), and the plausibility of a card's fields against its number.

use crate::port::id_reader::{CardKind, CardWarning, IdCard};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// First two digits of GB/T 2260 codes.
const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];

/// The MOD 11-2 check character (`0`-`9`, `X`) of the first 17 digits of a number; `None` when they
/// are not 17 digits. Characters after the 17th are ignored.
pub fn mod_11_2(number: &str) -> Option<char> {
    let digits: Vec<u32> = number
        .chars()
        .take(17)
        .map(|digit| digit.to_digit(10))
        .collect::<Option<_>>()?;
    if digits.len() != WEIGHTS.len() {
        return None;
    }
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    CHECKS.get((sum % 11) as usize).copied()
}

/// The 7-3-1 check digit of the first 14 characters (digits, capitals A = 10 … Z = 35) of a 2017
/// foreign number; `None` when they are not 14 such characters.
pub fn check_731(number: &str) -> Option<char> {
    let values: Vec<u32> = number
        .chars()
        .take(14)
        .map(|letter| match letter {
            '0'..='9' | 'A'..='Z' => letter.to_digit(36),
            _ => None,
        })
        .collect::<Option<_>>()?;
    if values.len() != 14 {
        return None;
    }
    let sum: u32 = values
        .iter()
        .zip([7, 3, 1].iter().cycle())
        .map(|(value, weight)| value * weight)
        .sum();
    char::from_digit(sum % 10, 10)
}

/// Whether the check character of a card number is right: 18 characters with MOD 11-2, or 15 with
/// 7-3-1. A small x, as typed on a keyboard, is accepted.
pub fn is_valid(number: &str) -> bool {
    let expected = match number.chars().count() {
        18 => mod_11_2(number),
        15 => check_731(number),
        _ => None,
    };
    let last = number.chars().next_back().map(|last| last.to_ascii_uppercase());
    expected.is_some() && expected == last
}

/// The 2017 number of a person whose 2023 card carries a link to it: country letters, the 18-character
/// number and the three link characters. `None` when the parts have other lengths.
pub fn earlier_foreign_number(country: &str, number: &str, link: &str) -> Option<String> {
    if country.len() != 3 || number.len() != 18 || link.len() != 3 {
        return None;
    }
    let (province, birth) = (number.get(1..3)?, number.get(8..14)?);
    let (city, order) = (link.get(0..2)?, link.get(2..)?);
    let mut earlier = format!("{country}{province}{city}{birth}{order}");
    earlier.push(check_731(&earlier)?);
    Some(earlier)
}

/// What does not fit together on a card, without repairing anything. Validity against today's date is
/// the caller's matter, since this module reads no clock.
pub fn warnings(card: &IdCard) -> Vec<CardWarning> {
    let mut found = Vec::new();
    if !is_valid(&card.number) {
        found.push(CardWarning::CheckDigit);
    }
    if birth_in(card).is_some_and(|(in_number, in_field)| in_number != in_field) {
        found.push(CardWarning::BirthMismatch);
    }
    let odd = order_digit(card).map(|digit| digit % 2 == 1);
    if matches!((card.sex, odd), (1, Some(false)) | (2, Some(true))) {
        found.push(CardWarning::SexMismatch);
    }
    if kind_of(&card.number) != Some(card.kind) {
        found.push(CardWarning::PrefixMismatch);
    }
    found
}

/// Birth date in the number and the same part of the field.
fn birth_in(card: &IdCard) -> Option<(&str, &str)> {
    match card.kind {
        CardKind::Foreign2017 => Some((card.number.get(7..13)?, card.birth.get(2..)?)),
        _ => Some((card.number.get(6..14)?, card.birth.as_str())),
    }
}

fn order_digit(card: &IdCard) -> Option<u32> {
    let at = match card.kind {
        CardKind::Foreign2017 => 13,
        _ => 16,
    };
    card.number.chars().nth(at)?.to_digit(10)
}

/// The layout that a number belongs to by its length and prefix; `None` for a number of no layout.
fn kind_of(number: &str) -> Option<CardKind> {
    if number.len() == 15 {
        let letters = number.get(..3)?;
        return letters
            .bytes()
            .all(|letter| letter.is_ascii_uppercase())
            .then_some(CardKind::Foreign2017);
    }
    if number.len() != 18 {
        return None;
    }
    match number.get(..2)? {
        "81" | "82" | "83" => Some(CardKind::HkMoTw),
        province if PROVINCES.contains(&province) => Some(CardKind::Resident),
        _ => {
            let foreign = number.starts_with('9') && PROVINCES.contains(&number.get(1..3)?);
            foreign.then_some(CardKind::Foreign2023)
        }
    }
}
