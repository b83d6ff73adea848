//! Numbers as numbers: 10 是十, 1005 是一千零五, 2 个 是两个, 35% 是百分之三十五.

use super::reader::Reader;
use super::{Language, Reading, code};

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
/// Larger ones are read by digit.
const LONGEST: usize = 16;
/// Digits in a row that are a code and not an amount.
const CODE: usize = 5;
/// After these a number is a code however short it is.
const CODE_NAMES: [&str; 18] = [
    "打",
    "拨",
    "电话",
    "热线",
    "编号",
    "号码",
    "卡号",
    "单号",
    "尾号",
    "验证码",
    "密码",
    "工号",
    "房号",
    "门牌",
    "编码",
    "code",
    "number",
    "No.",
];
/// What is counted with 两.
const COUNTED: [&str; 5] = [
    "个件张份次位天年种名",
    "人户周小元块公条本页",
    "步项类套间台把遍岁分",
    "点家处场组批百千万亿",
    "倍",
];
const UNITS: [(&str, &str, &str); 8] = [
    ("km", "公里", "kilometres"),
    ("kg", "公斤", "kilograms"),
    ("cm", "厘米", "centimetres"),
    ("mm", "毫米", "millimetres"),
    ("MB", "兆", "megabytes"),
    ("GB", "G", "gigabytes"),
    ("m", "米", "metres"),
    ("g", "克", "grams"),
];

/// The Chinese digit.
pub(super) fn digit(char: char) -> char {
    let place = char.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
    place.and_then(|place| DIGITS.get(place)).copied().unwrap_or(char)
}

/// Digits one by one.
pub(super) fn one_by_one(digits: &str) -> String {
    digits.chars().map(digit).collect()
}

/// A whole number in Chinese, from at most sixteen digits; more are read one by one.
pub(super) fn whole(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return "零".to_owned();
    }
    if digits.len() > LONGEST {
        return one_by_one(digits);
    }
    let mut words = String::new();
    let mut gap = false;
    for (place, char) in (0..digits.len()).rev().zip(digits.chars()) {
        if char == '0' {
            gap = true;
        } else {
            if gap && !words.is_empty() {
                words.push('零');
            }
            gap = false;
            words.push(digit(char));
            words.extend(
                [None, Some('十'), Some('百'), Some('千')]
                    .get(place % 4)
                    .copied()
                    .flatten(),
            );
        }
        if place % 4 == 0 && myriad_is_spoken(digits, place) {
            words.extend(["", "万", "亿", "万亿"].get(place / 4).copied());
            gap = char == '0';
        }
    }
    as_spoken(&words)
}

/// The four digits that end at this place are not all zero.
fn myriad_is_spoken(digits: &str, place: usize) -> bool {
    let end = digits.len() - place;
    let group = digits.get(end.saturating_sub(4)..end).unwrap_or_default();
    group.bytes().any(|byte| byte != b'0')
}

/// 一十 is 十 at the start, and 二 before a thousand or more is 两.
fn as_spoken(words: &str) -> String {
    if let Some(rest) = words.strip_prefix("一十") {
        return format!("十{rest}");
    }
    let mut chars = words.chars();
    match (chars.next(), chars.next()) {
        (Some('二'), Some(unit @ ('千' | '万' | '亿'))) => format!("两{unit}{}", chars.as_str()),
        _ => words.to_owned(),
    }
}

/// A number with what stands behind its point.
pub(super) struct Number {
    /// Digits without commas.
    pub whole: String,
    /// Digits behind the point.
    pub decimals: String,
}

impl Number {
    /// `1,234.50`, `1234`, `0.5`. Not `1.2.3`.
    pub fn take(reader: &mut Reader<'_>) -> Option<Self> {
        let mut copy = reader.clone();
        let whole = grouped(&mut copy).or_else(|| copy.digits(1, usize::MAX))?;
        let mut point = copy.clone();
        let decimals = point
            .one_of(".")
            .and_then(|_| point.digits(1, usize::MAX))
            .inspect(|_| copy = point);
        if copy.peek() == Some('.') && copy.rest().get(1).is_some_and(char::is_ascii_digit) {
            return None;
        }
        *reader = copy;
        Some(Self {
            whole,
            decimals: decimals.unwrap_or_default(),
        })
    }

    /// Something other than zeros.
    pub fn is_zero(&self) -> bool {
        self.whole
            .chars()
            .chain(self.decimals.chars())
            .all(|char| char == '0')
    }

    /// In words; English keeps digits, with commas.
    pub fn words(&self, language: Language) -> String {
        let point = !self.decimals.is_empty();
        match language {
            Language::Chinese if point => format!("{}点{}", whole(&self.whole), one_by_one(&self.decimals)),
            Language::Chinese => whole(&self.whole),
            Language::English if point => {
                format!(
                    "{} point {}",
                    with_commas(&self.whole),
                    code::spaced(&self.decimals)
                )
            }
            Language::English => with_commas(&self.whole),
        }
    }
}

/// `1,234,567` without its commas.
fn grouped(reader: &mut Reader<'_>) -> Option<String> {
    let mut copy = reader.clone();
    let mut digits = copy.digits(1, 3)?;
    let mut groups = 0;
    loop {
        let mut next = copy.clone();
        let Some(group) = next.one_of(",").and_then(|_| next.digits(3, 3)) else {
            break;
        };
        digits.push_str(&group);
        groups += 1;
        copy = next;
    }
    (groups > 0).then(|| {
        *reader = copy;
        digits
    })
}

/// Groups of three, so that an English voice reads a number.
fn with_commas(digits: &str) -> String {
    let digits = Some(digits.trim_start_matches('0'))
        .filter(|digits| !digits.is_empty())
        .unwrap_or("0");
    let mut words = String::new();
    for (left, char) in (0..digits.len()).rev().zip(digits.chars()) {
        words.push(char);
        if left > 0 && left % 3 == 0 {
            words.push(',');
        }
    }
    words
}

/// A quantity, a percentage, or a number with a unit.
pub(super) fn read(at: &Reader<'_>, language: Language) -> Option<Reading> {
    let mut reader = at.clone();
    let commas = grouped(&mut reader.clone()).is_some();
    let number = Number::take(&mut reader)?;
    let ordinal = at.follows(&["第"]);
    let plain = number.decimals.is_empty() && !commas;
    let leading_zero = number.whole.len() > 1 && number.whole.starts_with('0');
    if plain && (leading_zero || number.whole.len() >= CODE || at.follows(&CODE_NAMES) || code::is_joined(at))
    {
        return None;
    }
    let mut words = number.words(language);
    if let Some(part) = per(&mut reader) {
        return Some(Reading::span(&reader, of_parts(&words, part, language)));
    }
    if let Some((chinese, english)) = unit(&mut reader) {
        words = match language {
            Language::Chinese => format!("{words}{chinese}"),
            Language::English => format!("{words} {english}"),
        };
    } else if reader.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
        return None;
    }
    let two = language == Language::Chinese && plain && number.whole == "2" && !ordinal;
    if two && counts(&reader) {
        words = "两".to_owned();
    }
    Some(Reading::span(&reader, words))
}

/// What is counted comes next. 二年级 is a class and no length.
fn counts(reader: &Reader<'_>) -> bool {
    let mut next = reader.clone();
    next.spaces();
    let grade = next.clone().exactly("年级").is_some();
    !grade && COUNTED.iter().any(|counted| next.one_of(counted).is_some())
}

/// Parts of a hundred or of a thousand.
fn per(reader: &mut Reader<'_>) -> Option<(&'static str, &'static str)> {
    Some(match reader.one_of("%‰")? {
        '%' => ("百分之", "percent"),
        _ => ("千分之", "per thousand"),
    })
}

fn of_parts(number: &str, (chinese, english): (&str, &str), language: Language) -> String {
    match language {
        Language::Chinese => format!("{chinese}{number}"),
        Language::English => format!("{number} {english}"),
    }
}

fn unit(reader: &mut Reader<'_>) -> Option<(&'static str, &'static str)> {
    let mut copy = reader.clone();
    copy.spaces();
    let (_, chinese, english) = UNITS.iter().find(|(sign, _, _)| copy.exactly(sign).is_some())?;
    if copy.peek().is_some_and(|next| next.is_ascii_alphanumeric()) {
        return None;
    }
    *reader = copy;
    Some((chinese, english))
}
