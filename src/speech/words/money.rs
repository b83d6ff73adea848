//! Amounts: ¥1,234.50 and 1,234.50 元 are 一千二百三十四元五角.

use super::number::{Number, whole};
use super::reader::Reader;
use super::{Language, Reading};

/// An amount with its sign before it or 元 behind it.
pub(super) fn read(at: &Reader<'_>, language: Language) -> Option<Reading> {
    let mut reader = at.clone();
    let sign = reader.one_of("¥￥").is_some();
    reader.spaces();
    let minus = sign && reader.one_of("-−").is_some();
    let number = Number::take(&mut reader)?;
    let mut suffix = reader.clone();
    suffix.spaces();
    let scale = suffix.one_of("万亿");
    let yuan = suffix.one_of("元").is_some();
    if !sign && !yuan {
        return None;
    }
    if yuan || scale.is_some() {
        reader = suffix;
    }
    let amount = match language {
        Language::Chinese => chinese(&number, scale),
        Language::English => english(&number, scale),
    };
    let amount = match (minus, language) {
        (false, _) => amount,
        (true, Language::Chinese) => format!("负{amount}"),
        (true, Language::English) => format!("minus {amount}"),
    };
    Some(Reading::span(&reader, amount))
}

fn chinese(number: &Number, scale: Option<char>) -> String {
    let two = |words: String| if words == "二" { "两".to_owned() } else { words };
    if let Some(scale) = scale {
        return format!("{}{scale}元", two(number.words(Language::Chinese)));
    }
    let Some((jiao, fen)) = parts(&number.decimals) else {
        return format!("{}元", number.words(Language::Chinese));
    };
    let mut words = String::new();
    if number.is_zero() || number.whole.chars().any(|char| char != '0') {
        words = format!("{}元", two(whole(&number.whole)));
    }
    if jiao > 0 {
        words.push_str(&format!("{}角", two(whole(&jiao.to_string()))));
    } else if fen > 0 && !words.is_empty() {
        words.push('零');
    }
    if fen > 0 {
        words.push_str(&format!("{}分", two(whole(&fen.to_string()))));
    }
    words
}

/// Jiao and fen; `None` when there are more than two decimals.
fn parts(decimals: &str) -> Option<(u32, u32)> {
    let mut chars = decimals.chars();
    let mut next = || chars.next().map_or(Some(0), |char| char.to_digit(10));
    let parts = (next()?, next()?);
    chars.next().is_none().then_some(parts)
}

fn english(number: &Number, scale: Option<char>) -> String {
    let scale = match scale {
        Some('万') => Some("ten thousand yuan"),
        Some(_) => Some("hundred million yuan"),
        None => None,
    };
    let amount = number.words(Language::English);
    if let Some(scale) = scale {
        return format!("{amount} {scale}");
    }
    let Some((jiao, fen)) = parts(&number.decimals) else {
        return format!("{amount} yuan");
    };
    let fen = jiao * 10 + fen;
    let yuan = Number {
        whole: number.whole.clone(),
        decimals: String::new(),
    };
    match (yuan.is_zero(), fen) {
        (_, 0) => format!("{} yuan", yuan.words(Language::English)),
        (true, fen) => format!("{fen} fen"),
        (false, fen) => format!("{} yuan {fen} fen", yuan.words(Language::English)),
    }
}
