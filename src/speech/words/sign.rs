//! Single characters: pauses, signs that are words, and what is silent.

use super::Language;
use super::reader::Reader;

/// A Chinese character, in private use too: old registers keep rare ones there.
pub(in crate::speech) fn is_han(char: char) -> bool {
    matches!(
        char,
        '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{e000}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
            | '\u{f0000}'..='\u{10fffd}'
    )
}

/// Full-width digits, letters, stars and per cent become ASCII; all other characters stay.
pub(super) fn ascii(char: char) -> char {
    match char {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＊' | '％' | '．' | '－' | '＠' => {
            u32::from(char)
                .checked_sub(0xfee0)
                .and_then(char::from_u32)
                .unwrap_or(char)
        }
        '∗' | '⁎' | '✱' => '*',
        '−' => '-',
        '\u{a0}' | '\u{3000}' | '\t' => ' ',
        _ => char,
    }
}

/// What is said for the next character.
pub(super) fn words(at: &Reader<'_>, language: Language) -> String {
    let Some(char) = at.peek() else {
        return String::new();
    };
    let next = at.rest().get(1).copied();
    match char {
        ' ' => " ".to_owned(),
        ',' | ';' | ':' | '，' | '；' | '：' | '、' | '（' | '）' | '(' | ')' | '[' | ']' | '【' | '】'
        | '〔' | '〕' | '|' | '→' | '←' | '↑' | '↓' | '➜' | '⇒' | '›' | '»' | '▶' | '—' | '–' | '…' => {
            "，".to_owned()
        }
        '.' | '。' | '\n' => "。".to_owned(),
        '?' | '？' => "？".to_owned(),
        '!' | '！' => "！".to_owned(),
        '-' => dash(at.previous(), next, language),
        '/' => slash(at.previous(), next, language),
        _ => known(char, language).map_or_else(|| letter(char), str::to_owned),
    }
}

/// Before a number and after no word it is a minus; between words a pause.
fn dash(previous: Option<char>, next: Option<char>, language: Language) -> String {
    let begins = previous.is_none_or(|before| !before.is_alphanumeric());
    let words = match (begins && next.is_some_and(|next| next.is_ascii_digit()), language) {
        (true, Language::Chinese) => "负",
        (true, Language::English) => "minus ",
        (false, _) => "，",
    };
    words.to_owned()
}

/// 元/月 is 元每月, 是/否 is 是或否.
fn slash(previous: Option<char>, next: Option<char>, language: Language) -> String {
    let words = match (previous, next, language) {
        (Some('元' | '次' | '人'), Some(next), Language::Chinese) if is_han(next) => "每",
        (Some(before), Some(next), Language::Chinese) if is_han(before) && is_han(next) => "或",
        _ => "，",
    };
    words.to_owned()
}

fn known(char: char, language: Language) -> Option<&'static str> {
    let (chinese, english) = match char {
        '℃' => ("摄氏度", " degrees Celsius"),
        '°' => ("度", " degrees"),
        '㎡' => ("平方米", " square metres"),
        '№' => ("编号", "number "),
        '%' => ("百分号", " percent"),
        '&' => ("和", " and "),
        '+' => ("加", " plus "),
        '=' => ("等于", " equals "),
        '×' => ("乘", " times "),
        _ => return None,
    };
    Some(match language {
        Language::Chinese => chinese,
        Language::English => english,
    })
}

/// Letters are said; quotation marks, the dot of a name, ornaments and other scripts are silent.
fn letter(char: char) -> String {
    let latin = char.is_alphabetic() && u32::from(char) < 0x250;
    if is_han(char) || latin {
        char.to_string()
    } else {
        String::new()
    }
}
