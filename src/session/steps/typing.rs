//! What typing does to the value of a field: only what can be part of it gets in, and dates put their
//! own strokes between the digits.

use crate::catalogue::model::{Field, FieldType};

/// The value with further text.
pub(super) fn typed(field: &Field, mut value: String, text: &str) -> String {
    if let Some(digits) = date_digits(field.kind) {
        value.extend(text.chars().filter(char::is_ascii_digit));
        return dated(&value, digits);
    }
    let limit = field.validate.max_len.unwrap_or(100);
    let room = limit.saturating_sub(value.chars().count());
    let fits = |char: &char| !char.is_control() && belongs(field.kind, *char);
    value.extend(text.chars().filter(fits).take(room));
    match field.kind {
        FieldType::Uscc | FieldType::Plate | FieldType::IdNumber => value.to_uppercase(),
        _ => value,
    }
}

/// The value without its last character.
pub(super) fn erased(field: &Field, mut value: String) -> String {
    if let Some(digits) = date_digits(field.kind) {
        value.retain(|char| char.is_ascii_digit());
        value.pop();
        return dated(&value, digits);
    }
    value.pop();
    value
}

fn date_digits(kind: FieldType) -> Option<usize> {
    match kind {
        FieldType::Date => Some(8),
        FieldType::YearMonth => Some(6),
        _ => None,
    }
}

/// `1946-11-22` of its digits, as far as they are there.
fn dated(text: &str, most: usize) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).take(most);
    digits
        .enumerate()
        .fold(String::new(), |mut date, (place, digit)| {
            if place == 4 || place == 6 {
                date.push('-');
            }
            date.push(digit);
            date
        })
}

/// Whether a character can be part of a value.
fn belongs(kind: FieldType, char: char) -> bool {
    match kind {
        FieldType::IdNumber => char.is_ascii_digit() || "Xx".contains(char),
        FieldType::Phone => char.is_ascii_digit() || char == '-',
        FieldType::Int | FieldType::BankAccount => char.is_ascii_digit(),
        FieldType::Decimal | FieldType::Money => char.is_ascii_digit() || char == '.',
        FieldType::Uscc | FieldType::CardNo => char.is_ascii_alphanumeric(),
        FieldType::Plate => char.is_alphanumeric(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: &str) -> Field {
        toml::from_str(&format!("id = 'a.b'\ntype = '{kind}'\nlabel = {{ zh = 'x' }}")).unwrap()
    }

    #[test]
    fn a_date_needs_digits_alone() {
        let date = field("date");
        assert_eq!(typed(&date, String::new(), "1946"), "1946");
        assert_eq!(typed(&date, "1946".to_owned(), "1"), "1946-1");
        assert_eq!(typed(&date, "1946-1".to_owned(), "1a2299"), "1946-11-22");
        assert_eq!(erased(&date, "1946-1".to_owned()), "1946");
        assert_eq!(erased(&date, "1946-11-22".to_owned()), "1946-11-2");
        assert_eq!(typed(&field("year_month"), String::new(), "19461122"), "1946-11");
    }

    #[test]
    fn a_name_of_fifty_characters_is_taken_as_it_is_and_erased_one_by_one() {
        let name: String = "阿卜杜拉·𠮷㛃𬭊".chars().cycle().take(50).collect();
        let whole = typed(&field("name"), String::new(), &name);
        assert_eq!(whole, name);
        assert_eq!(erased(&field("name"), whole).chars().count(), 49);
    }

    #[test]
    fn nothing_gets_in_that_cannot_be_part_of_the_value() {
        assert_eq!(typed(&field("phone"), String::new(), "138a1234"), "1381234");
        assert_eq!(typed(&field("plate"), String::new(), "粤a·12345"), "粤A12345");
        assert_eq!(typed(&field("id_number"), String::new(), "12x"), "12X");
        assert_eq!(typed(&field("text"), String::new(), "路 5 号\u{7}"), "路 5 号");
    }
}
