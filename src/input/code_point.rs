//! A character by its code, for names that no other method finds: `20BB7` is 𠮷.
//!
//! What is a letter is decided by the Unicode tables of the standard library, which know every
//! assigned ideograph; tests pin those of the blocks that names are written with.

/// The separator in the names of many peoples, the one sign that is not a letter.
const MIDDLE_DOT: char = '·';
/// What may stand before the digits.
const MARK: &str = "U+";

/// The character with the code `typed`: hexadecimal digits in either case, `U+` before them or not.
///
/// Only what names are written with: assigned ideographs of every block (also the compatibility
/// ones, as identity cards have them), letters of other scripts, and `·`. Radicals, which look like
/// ideographs but are signs, are refused.
///
/// # Errors
/// Every [`CodeError`].
pub fn parse(typed: &str) -> Result<char, CodeError> {
    let typed = typed.trim();
    let digits = match typed.get(..MARK.len()) {
        Some(mark) if mark.eq_ignore_ascii_case(MARK) => typed.get(MARK.len()..).unwrap_or_default(),
        _ => typed,
    };
    if digits.is_empty() {
        return Err(CodeError::Empty);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(CodeError::NotHexadecimal);
    }
    // Digits only: what cannot be parsed is too large.
    let code = u32::from_str_radix(digits, 16).map_err(|_| CodeError::NoCharacter)?;
    letter(char::from_u32(code).ok_or(CodeError::NoCharacter)?)
}

fn letter(character: char) -> Result<char, CodeError> {
    match character {
        MIDDLE_DOT => Ok(character),
        _ if character.is_control() => Err(CodeError::Control),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Err(CodeError::PrivateUse),
        _ if character.is_alphabetic() => Ok(character),
        _ => Err(CodeError::NotALetter),
    }
}

/// Why a code gives no character. It never holds what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// No digit was typed yet.
    #[error("a code without digits")]
    Empty,
    /// Something else than `0` to `9` and `a` to `f`.
    #[error("a code has only the digits 0 to 9 and a to f")]
    NotHexadecimal,
    /// A surrogate, or beyond the last code.
    #[error("no character has this code")]
    NoCharacter,
    /// A control character.
    #[error("the code of a control character")]
    Control,
    /// Private use: every computer shows another character, or none.
    #[error("a code for private use, which means something else on every computer")]
    PrivateUse,
    /// Unassigned, or a sign.
    #[error("not the code of an ideograph or a letter")]
    NotALetter,
}

impl CodeError {
    /// A short name of the reason, for the id of the text that a page shows.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotHexadecimal => "not-hexadecimal",
            Self::NoCharacter => "no-character",
            Self::Control => "control",
            Self::PrivateUse => "private-use",
            Self::NotALetter => "not-a-letter",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_in_either_case_with_or_without_its_mark() {
        for typed in ["20BB7", "20bb7", "U+20BB7", "u+20bb7", " U+20BB7 ", "00020BB7"] {
            assert_eq!(parse(typed), Ok('𠮷'), "{typed}");
        }
    }

    #[test]
    fn the_first_and_the_last_ideograph_of_every_block_are_characters() {
        let blocks = [
            (0x4e00, 0x9fff),
            (0x3400, 0x4dbf),
            (0x20000, 0x2a6df),
            (0x2a700, 0x2b739),
            (0x2b740, 0x2b81d),
            (0x2b820, 0x2cea1),
            (0x2ceb0, 0x2ebe0),
            (0x2ebf0, 0x2ee5d),
            (0x30000, 0x3134a),
            (0x31350, 0x323af),
            (0xf900, 0xfad9),
            (0x2f800, 0x2fa1d),
        ];
        for code in blocks.iter().flat_map(|(first, last)| [*first, *last]) {
            assert_eq!(
                parse(&format!("{code:X}")),
                Ok(char::from_u32(code).unwrap()),
                "{code:X}"
            );
        }
    }

    #[test]
    fn letters_of_other_scripts_and_the_dot_of_names_are_characters() {
        for (typed, character) in [
            ("41", 'A'),
            ("B7", '·'),
            ("F40", 'ཀ'),
            ("626", 'ئ'),
            ("A000", 'ꀀ'),
        ] {
            assert_eq!(parse(typed), Ok(character));
        }
    }

    #[test]
    fn what_no_name_is_written_with_is_refused_with_the_reason() {
        let cases = [
            ("", CodeError::Empty),
            ("U+", CodeError::Empty),
            ("  ", CodeError::Empty),
            ("4G", CodeError::NotHexadecimal),
            ("+41", CodeError::NotHexadecimal),
            ("U+U+41", CodeError::NotHexadecimal),
            ("张", CodeError::NotHexadecimal),
            ("D800", CodeError::NoCharacter),
            ("DFFF", CodeError::NoCharacter),
            ("110000", CodeError::NoCharacter),
            ("FFFFFFFFFFFFFFFFFFFFFF", CodeError::NoCharacter),
            ("0", CodeError::Control),
            ("85", CodeError::Control),
            ("E000", CodeError::PrivateUse),
            ("F0000", CodeError::PrivateUse),
            ("10FFFD", CodeError::PrivateUse),
            ("FFFF", CodeError::NotALetter),
            ("2A6E0", CodeError::NotALetter),
            ("FADA", CodeError::NotALetter),
            ("200D", CodeError::NotALetter),
            ("202E", CodeError::NotALetter),
            ("FEFF", CodeError::NotALetter),
            ("2F00", CodeError::NotALetter),
            ("20", CodeError::NotALetter),
            ("31", CodeError::NotALetter),
            ("1F600", CodeError::NotALetter),
        ];
        for (typed, error) in cases {
            assert_eq!(parse(typed), Err(error), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn every_code_gives_its_own_character_or_a_reason(code in 0_u32..0x120_000) {
            match parse(&format!("u+{code:x}")) {
                Ok(character) => prop_assert_eq!(u32::from(character), code),
                Err(error) => prop_assert!(!matches!(error, CodeError::Empty | CodeError::NotHexadecimal)),
            }
        }

        #[test]
        fn any_text_is_answered(typed in "\\PC{0,12}") {
            if let Ok(character) = parse(&typed) {
                prop_assert!(character.is_alphabetic() || character == MIDDLE_DOT);
            }
        }
    }
}
