//! Spoken forms: what a page shows becomes what a clerk would say. `138****5678` is
//! 一三八，中间不读，五六七八; 2026-11-23 is 二零二六年十一月二十三日; 1,234.50 元 is
//! 一千二百三十四元五角. Pure: no engine, no file, no clock.
//!
//! Digits of codes (identity cards, telephones, cases, doors) are read one by one, in groups that
//! can be written down. The digit 1 is 一 and not 幺: so do the calls of bank halls and hospitals,
//! which everybody knows by ear, and Cantonese has no 幺.
//!
//! Inside this module the full-width marks `，。；：？！、` are pauses in every language; ASCII marks
//! belong to numbers and Latin words.

mod code;
mod day;
mod mask;
mod money;
mod number;
mod outline;
mod reader;
mod sentence;
mod sign;
mod web;

use zeroize::Zeroizing;

use outline::Outline;
use reader::Reader;
pub(super) use sentence::sentences;
pub(super) use sign::is_han;

/// The language of the words around a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Mandarin and Cantonese: the same characters are read.
    Chinese,
    /// English.
    English,
}

/// What one rule has read.
struct Reading {
    /// Characters of the text.
    taken: usize,
    /// What is said for them.
    words: String,
    /// An amount, a date or the like: a dash and another one make it a span.
    spans: bool,
}

impl Reading {
    /// Said as it stands.
    fn plain(reader: &Reader<'_>, words: String) -> Self {
        Self {
            taken: reader.taken(),
            words,
            spans: false,
        }
    }

    /// May begin a span.
    fn span(reader: &Reader<'_>, words: String) -> Self {
        Self {
            spans: true,
            ..Self::plain(reader, words)
        }
    }
}

type Rule = fn(&Reader<'_>, Language) -> Option<Reading>;

/// In this order: the first that fits reads. The last takes every letter and digit that is left.
const RULES: [Rule; 7] = [
    web::read,
    mask::read,
    day::read,
    day::clock,
    money::read,
    number::read,
    code::read,
];

/// The text as it is to be said. Holds no `*`, in Chinese no ASCII digit, in English no five of
/// them in a row.
pub fn spoken(text: &str, language: Language) -> Zeroizing<String> {
    let chars: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().map(sign::ascii).collect());
    let mut outline = Outline::new(language);
    let mut at = 0;
    while let Some((before, rest)) = chars.split_at_checked(at)
        && !rest.is_empty()
    {
        let reader = Reader::new(before, rest);
        let reading = RULES.iter().find_map(|rule| rule(&reader, language));
        match reading {
            Some(reading) => {
                outline.say(&reading.words);
                at += reading.taken;
                if reading.spans {
                    at += span(&chars, at, language, &mut outline);
                }
            }
            None => {
                outline.say(&sign::words(&reader, language));
                at += 1;
            }
        }
    }
    outline.finish()
}

/// A dash between two amounts: 8:30–12:00 is 八点三十分到十二点. Characters taken.
fn span(chars: &[char], at: usize, language: Language, outline: &mut Outline) -> usize {
    let mut reader = Reader::new(&[], chars.get(at..).unwrap_or_default());
    reader.spaces();
    if reader.one_of("-–—~～").is_none() {
        return 0;
    }
    reader.spaces();
    if !reader
        .peek()
        .is_some_and(|next| next.is_ascii_digit() || matches!(next, '¥' | '￥'))
    {
        return 0;
    }
    outline.say(match language {
        Language::Chinese => "到",
        Language::English => " to ",
    });
    reader.taken()
}

#[cfg(test)]
mod tests;
