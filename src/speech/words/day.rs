//! Dates and times: 2026-11-23 is 二零二六年十一月二十三日, 09:05 is 九点零五分.

use super::number::{one_by_one, whole};
use super::reader::Reader;
use super::{Language, Reading};

/// A date, as far as it is given.
#[derive(Default)]
struct Date {
    year: Option<String>,
    month: Option<u32>,
    day: Option<u32>,
}

/// `2026-11-23`, `2026-11`, `2026年11月23日`, `11月23日`, `2026年`.
pub(super) fn read(at: &Reader<'_>, language: Language) -> Option<Reading> {
    let (date, reader) = with_signs(at).or_else(|| in_characters(at))?;
    let words = match language {
        Language::Chinese => date.chinese(),
        Language::English => date.english(),
    };
    Some(Reading::span(&reader, words))
}

/// Year, month and, if given, day between the same signs.
fn with_signs<'a>(at: &Reader<'a>) -> Option<(Date, Reader<'a>)> {
    let mut reader = at.clone();
    let year = year(&mut reader)?;
    let sign = reader.one_of("-/.")?;
    let month = reader.small(1..=12)?;
    let mut copy = reader.clone();
    let day = copy
        .one_of(&sign.to_string())
        .and_then(|_| copy.small(1..=31))
        .inspect(|_| reader = copy);
    // 2026.11 is a number, and 2026/11/4567 or 2026-11-4567 is a code.
    let ends = !reader
        .peek()
        .is_some_and(|next| next.is_ascii_alphanumeric() || next == sign);
    (ends && (day.is_some() || sign == '-')).then_some((
        Date {
            year: Some(year),
            month: Some(month),
            day,
        },
        reader,
    ))
}

fn in_characters<'a>(at: &Reader<'a>) -> Option<(Date, Reader<'a>)> {
    let mut reader = at.clone();
    let mut date = Date::default();
    let mut copy = at.clone();
    if let Some(year) = year(&mut copy)
        && before(&mut copy, "年").is_some()
    {
        date.year = Some(year);
        reader = copy.clone();
        copy.spaces();
    } else {
        copy = at.clone();
    }
    if let Some(month) = copy.small(1..=12)
        && before(&mut copy, "月").is_some()
    {
        date.month = Some(month);
        reader = copy.clone();
        copy.spaces();
        date.day = copy
            .small(1..=31)
            .filter(|_| before(&mut copy, "日号").is_some())
            .inspect(|_| reader = copy);
    }
    (date.year.is_some() || date.month.is_some()).then_some((date, reader))
}

fn year(reader: &mut Reader<'_>) -> Option<String> {
    let mut copy = reader.clone();
    let year = copy
        .digits(4, 4)
        .filter(|year| year.starts_with("19") || year.starts_with("20"))?;
    *reader = copy;
    Some(year)
}

/// Spaces and one of these characters.
fn before(reader: &mut Reader<'_>, chars: &str) -> Option<char> {
    reader.spaces();
    reader.one_of(chars)
}

impl Date {
    fn chinese(&self) -> String {
        let part = |number: Option<u32>, unit: &str| {
            number.map_or_else(String::new, |number| {
                format!("{}{unit}", whole(&number.to_string()))
            })
        };
        let year = self
            .year
            .as_deref()
            .map_or_else(String::new, |year| format!("{}年", one_by_one(year)));
        format!("{year}{}{}", part(self.month, "月"), part(self.day, "日"))
    }

    fn english(&self) -> String {
        let month = self.month.and_then(month_name);
        let parts = [self.day.map(|day| day.to_string()), month, self.year.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// In English, from 1.
fn month_name(month: u32) -> Option<String> {
    let first = jiff::civil::Date::new(2000, i8::try_from(month).ok()?, 1).ok()?;
    Some(first.strftime("%B").to_string())
}

/// `9:05`, `09:05`, `09:05:30`.
pub(super) fn clock(at: &Reader<'_>, language: Language) -> Option<Reading> {
    let mut reader = at.clone();
    let hour = reader.small(0..=24)?;
    reader.one_of(":：")?;
    let minute = sixty(&mut reader)?;
    let mut copy = reader.clone();
    let second = copy
        .one_of(":：")
        .and_then(|_| sixty(&mut copy))
        .inspect(|_| reader = copy);
    if reader.peek().is_some_and(|next| next.is_ascii_alphanumeric()) {
        return None;
    }
    let words = match language {
        Language::Chinese => chinese_time(hour, minute, second),
        Language::English => english_time(hour, minute, second),
    };
    Some(Reading::span(&reader, words))
}

/// Two digits below sixty.
fn sixty(reader: &mut Reader<'_>) -> Option<u32> {
    let mut copy = reader.clone();
    let number = copy.digits(2, 2)?.parse().ok().filter(|number| *number < 60)?;
    *reader = copy;
    Some(number)
}

fn chinese_time(hour: u32, minute: u32, second: Option<u32>) -> String {
    let two_digits = |number: u32| {
        let words = whole(&number.to_string());
        if number < 10 && number > 0 {
            format!("零{words}")
        } else {
            words
        }
    };
    let hour = if hour == 2 {
        "两".to_owned()
    } else {
        whole(&hour.to_string())
    };
    let mut words = format!("{hour}点");
    if minute > 0 || second.is_some() {
        words.push_str(&format!("{}分", two_digits(minute)));
    }
    if let Some(second) = second {
        words.push_str(&format!("{}秒", two_digits(second)));
    }
    words
}

fn english_time(hour: u32, minute: u32, second: Option<u32>) -> String {
    let minutes = match minute {
        0 if second.is_none() => "o'clock".to_owned(),
        0..=9 => format!("oh {minute}"),
        _ => minute.to_string(),
    };
    let seconds = second.map_or_else(String::new, |second| format!(" and {second} seconds"));
    format!("{hour} {minutes}{seconds}")
}
