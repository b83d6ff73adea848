//! Whether a value suits its field. Terminal and backend judge by the same code.

use serde_json::Value;

use super::model::{Field, FieldType, Limits};
use super::predicate::date_of;

/// What is wrong with a value. The person reads the text of [`Fault::text_id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Must be filled.
    Required,
    /// Fewer characters than needed: how many are needed.
    TooShort(usize),
    /// More characters than allowed: how many are allowed.
    TooLong(usize),
    /// Characters that a name has not.
    NotAName,
    /// Not 18 characters of a card number.
    NotAnIdNumber,
    /// The check digit does not suit.
    CheckDigit,
    /// Not a mobile or land-line number.
    NotAPhone,
    /// Not a date of the calendar.
    NotADate,
    /// Not a number.
    NotANumber,
    /// Out of the allowed range.
    OutOfRange,
    /// Not one of the options.
    NotAnOption,
    /// Not an account number.
    NotAnAccount,
    /// Not a code of its kind.
    NotACode,
}

impl Fault {
    /// Id of the text that tells the person.
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Required => "field.fault.required",
            Self::TooShort(_) => "field.fault.too_short",
            Self::TooLong(_) => "field.fault.too_long",
            Self::NotAName => "field.fault.name",
            Self::NotAnIdNumber => "field.fault.id_number",
            Self::CheckDigit => "field.fault.check_digit",
            Self::NotAPhone => "field.fault.phone",
            Self::NotADate => "field.fault.date",
            Self::NotANumber => "field.fault.number",
            Self::OutOfRange => "field.fault.range",
            Self::NotAnOption => "field.fault.option",
            Self::NotAnAccount => "field.fault.account",
            Self::NotACode => "field.fault.code",
        }
    }

    /// The number that belongs to the text, if one does.
    pub fn count(self) -> Option<usize> {
        match self {
            Self::TooShort(count) | Self::TooLong(count) => Some(count),
            _ => None,
        }
    }
}

/// Judges a value. `options` are the codes of a choice; `required` is the outcome of the field's rule.
///
/// # Errors
/// The first fault.
pub fn check(field: &Field, value: Option<&Value>, required: bool, options: &[String]) -> Result<(), Fault> {
    let Some(value) = value.filter(|value| !is_empty(value)) else {
        return if required { Err(Fault::Required) } else { Ok(()) };
    };
    let limits = &field.validate;
    match field.kind {
        FieldType::Bool => value.as_bool().map(|_| ()).ok_or(Fault::NotAnOption),
        FieldType::Choice | FieldType::Region => {
            one_of(value.as_str().ok_or(Fault::NotAnOption)?, options, field.kind)
        }
        FieldType::MultiChoice => {
            let chosen = value.as_array().ok_or(Fault::NotAnOption)?;
            chosen
                .iter()
                .try_for_each(|one| one_of(one.as_str().ok_or(Fault::NotAnOption)?, options, field.kind))
        }
        FieldType::Int | FieldType::Decimal | FieldType::Money => number(value, field.kind, limits),
        FieldType::Photo | FieldType::Document | FieldType::Signature => Ok(()),
        _ => {
            let text = value.as_str().ok_or(Fault::NotACode)?;
            lengths(text, limits)?;
            text_of_kind(text, field.kind, limits)
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn one_of(code: &str, options: &[String], kind: FieldType) -> Result<(), Fault> {
    let free_region = kind == FieldType::Region
        && options.is_empty()
        && [6, 12].contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_digit());
    if free_region || options.iter().any(|option| option == code) {
        Ok(())
    } else {
        Err(Fault::NotAnOption)
    }
}

fn number(value: &Value, kind: FieldType, limits: &Limits) -> Result<(), Fault> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let number: f64 = text.parse().map_err(|_| Fault::NotANumber)?;
    let decimals = text.split_once('.').map_or(0, |(_, rest)| rest.len());
    let allowed = match kind {
        FieldType::Int => 0,
        FieldType::Money => 2,
        _ => usize::MAX,
    };
    if !number.is_finite() || decimals > allowed {
        return Err(Fault::NotANumber);
    }
    let low = limits.min.is_some_and(|min| number < min);
    let high = limits.max.is_some_and(|max| number > max);
    if low || high {
        Err(Fault::OutOfRange)
    } else {
        Ok(())
    }
}

fn lengths(text: &str, limits: &Limits) -> Result<(), Fault> {
    let length = text.chars().count();
    if let Some(min) = limits.min_len.filter(|min| length < *min) {
        return Err(Fault::TooShort(min));
    }
    let max = limits.max_len.unwrap_or(500);
    if length > max {
        return Err(Fault::TooLong(max));
    }
    Ok(())
}

fn text_of_kind(text: &str, kind: FieldType, limits: &Limits) -> Result<(), Fault> {
    match kind {
        FieldType::Name => name(text),
        FieldType::IdNumber => id_number(text),
        FieldType::Uscc => uscc(text),
        FieldType::Phone => phone(text),
        FieldType::Date => date_of(&Value::String(text.to_owned()))
            .map(|_| ())
            .ok_or(Fault::NotADate),
        FieldType::YearMonth => year_month(text),
        FieldType::BankAccount => bank_account(text, limits.luhn),
        FieldType::Plate | FieldType::CardNo => {
            let code = text.chars().all(char::is_alphanumeric);
            if code { Ok(()) } else { Err(Fault::NotACode) }
        }
        _ => Ok(()),
    }
}

/// At most 50 code points; letters of any script, `·` (U+00B7) between parts, spaces and full stops.
fn name(text: &str) -> Result<(), Fault> {
    if text.chars().count() > 50 {
        return Err(Fault::TooLong(50));
    }
    let allowed = |char: char| char.is_alphabetic() || matches!(char, '\u{B7}' | ' ' | '.' | '-' | '\'');
    let edge = text.starts_with('\u{B7}') || text.ends_with('\u{B7}');
    if edge || !text.chars().all(allowed) {
        return Err(Fault::NotAName);
    }
    Ok(())
}

/// GB 11643: region, birth date, sequence, check character (ISO 7064 MOD 11-2).
pub fn id_number(text: &str) -> Result<(), Fault> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let body = text
        .get(..17)
        .filter(|body| body.bytes().all(|byte| byte.is_ascii_digit()));
    let (Some(body), 18) = (body, text.len()) else {
        return Err(Fault::NotAnIdNumber);
    };
    if date_of(&Value::String(text.to_owned())).is_none() {
        return Err(Fault::NotAnIdNumber);
    }
    let sum: u32 = body
        .chars()
        .zip(WEIGHTS)
        .filter_map(|(char, weight)| Some(char.to_digit(10)? * weight))
        .sum();
    let expected = CHECK.get((sum % 11) as usize);
    let last = text.chars().last().map(|char| char.to_ascii_uppercase());
    if last.as_ref() == expected {
        Ok(())
    } else {
        Err(Fault::CheckDigit)
    }
}

/// GB 32100: 18 characters, the last a check character modulo 31.
fn uscc(text: &str) -> Result<(), Fault> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let places: Option<Vec<usize>> = text.chars().map(|char| ALPHABET.find(char)).collect();
    let places = places
        .filter(|places| places.len() == 18)
        .ok_or(Fault::NotACode)?;
    let (last, body) = places.split_last().ok_or(Fault::NotACode)?;
    let mut weight = 1;
    let mut sum = 0;
    for place in body {
        sum += place * weight;
        weight = weight * 3 % 31;
    }
    if *last == (31 - sum % 31) % 31 {
        Ok(())
    } else {
        Err(Fault::CheckDigit)
    }
}

/// A mobile number of the mainland, or a land line with its area code.
fn phone(text: &str) -> Result<(), Fault> {
    let digits: String = text.chars().filter(|char| *char != '-').collect();
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let mobile = digits.len() == 11
        && digits.starts_with('1')
        && digits
            .chars()
            .nth(1)
            .is_some_and(|char| ('3'..='9').contains(&char));
    let line = digits.starts_with('0') && (10..=12).contains(&digits.len());
    if all_digits && (mobile || line) {
        Ok(())
    } else {
        Err(Fault::NotAPhone)
    }
}

fn year_month(text: &str) -> Result<(), Fault> {
    let date = Value::String(format!("{text}-01"));
    let shaped = text.len() == 7 && text.get(4..5) == Some("-");
    if shaped && date_of(&date).is_some() {
        Ok(())
    } else {
        Err(Fault::NotADate)
    }
}

fn bank_account(text: &str, luhn_wanted: bool) -> Result<(), Fault> {
    let digits: String = text.chars().filter(|char| *char != ' ').collect();
    if !(12..=23).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::NotAnAccount);
    }
    if luhn_wanted && !luhn(&digits) {
        return Err(Fault::CheckDigit);
    }
    Ok(())
}

/// ISO/IEC 7812-1: the check digit of bank cards.
pub fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|char| char.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn judge(kind: &str, extra: &str, value: Value) -> Result<(), Fault> {
        let text = format!("id = 'a.b'\ntype = '{kind}'\nlabel = {{ zh = 'x' }}\n{extra}");
        let field: Field = toml::from_str(&text).unwrap();
        check(&field, Some(&value), true, &field.options)
    }

    #[test]
    fn each_type_knows_right_from_wrong() {
        let table = [
            ("id_number", "", json!("11010519491231002X"), Ok(())),
            ("id_number", "", json!("11010519491231002x"), Ok(())),
            (
                "id_number",
                "",
                json!("110105194912310021"),
                Err(Fault::CheckDigit),
            ),
            (
                "id_number",
                "",
                json!("110105194913310020"),
                Err(Fault::NotAnIdNumber),
            ),
            ("id_number", "", json!("1101051949"), Err(Fault::NotAnIdNumber)),
            ("phone", "", json!("13812345678"), Ok(())),
            ("phone", "", json!("020-83123456"), Ok(())),
            ("phone", "", json!("1381234567"), Err(Fault::NotAPhone)),
            ("phone", "", json!("12812345678"), Err(Fault::NotAPhone)),
            (
                "bank_account",
                "validate = { luhn = true }",
                json!("6228480402564890018"),
                Ok(()),
            ),
            (
                "bank_account",
                "validate = { luhn = true }",
                json!("6228480402564890019"),
                Err(Fault::CheckDigit),
            ),
            ("bank_account", "", json!("12345"), Err(Fault::NotAnAccount)),
            ("name", "", json!("欧阳娜娜"), Ok(())),
            ("name", "", json!("买买提·艾力"), Ok(())),
            ("name", "", json!("𬭊㛃"), Ok(())),
            ("name", "", json!("·艾力"), Err(Fault::NotAName)),
            ("name", "", json!("a1"), Err(Fault::NotAName)),
            ("name", "", json!("字".repeat(51)), Err(Fault::TooLong(50))),
            (
                "text",
                "validate = { max_len = 3 }",
                json!("四个字啊"),
                Err(Fault::TooLong(3)),
            ),
            (
                "text",
                "validate = { min_len = 3 }",
                json!("两字"),
                Err(Fault::TooShort(3)),
            ),
            ("text", "", json!("  "), Err(Fault::Required)),
            ("date", "", json!("2026-02-29"), Err(Fault::NotADate)),
            ("date", "", json!("2028-02-29"), Ok(())),
            ("year_month", "", json!("2026-13"), Err(Fault::NotADate)),
            ("year_month", "", json!("2026-12"), Ok(())),
            (
                "int",
                "validate = { min = 1 }",
                json!("0"),
                Err(Fault::OutOfRange),
            ),
            ("int", "", json!("1.5"), Err(Fault::NotANumber)),
            ("money", "", json!("1.50"), Ok(())),
            ("money", "", json!("1.505"), Err(Fault::NotANumber)),
            ("choice", "options = ['a']", json!("a"), Ok(())),
            ("choice", "options = ['a']", json!("b"), Err(Fault::NotAnOption)),
            (
                "multi_choice",
                "options = ['a']",
                json!(["a", "b"]),
                Err(Fault::NotAnOption),
            ),
            ("uscc", "", json!("91350100M000100Y43"), Ok(())),
            ("uscc", "", json!("91350100M000100Y44"), Err(Fault::CheckDigit)),
            ("region", "", json!("440104"), Ok(())),
            ("region", "", json!("4401"), Err(Fault::NotAnOption)),
        ];
        for (kind, extra, value, expected) in table {
            assert_eq!(judge(kind, extra, value.clone()), expected, "{kind} {value}");
        }
    }

    #[test]
    fn an_empty_value_is_a_fault_only_when_required() {
        let field: Field = toml::from_str("id = 'a.b'\ntype = 'phone'\nlabel = { zh = 'x' }").unwrap();
        assert_eq!(check(&field, None, false, &[]), Ok(()));
        assert_eq!(check(&field, Some(&json!("")), true, &[]), Err(Fault::Required));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_breaks_a_card_number(place in 0usize..17, add in 1u32..10) {
            let mut chars: Vec<char> = "11010519491231002X".chars().collect();
            let digit = chars[place].to_digit(10).unwrap();
            chars[place] = char::from_digit((digit + add) % 10, 10).unwrap();
            prop_assert!(id_number(&chars.iter().collect::<String>()).is_err());
        }

        #[test]
        fn no_text_makes_a_check_panic(text in "\\PC{0,40}") {
            for kind in ["id_number", "uscc", "phone", "date", "year_month", "bank_account", "name", "money"] {
                let _ = judge(kind, "", json!(text));
            }
        }
    }
}
