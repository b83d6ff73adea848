//! Formats: masks for the screen, dates and times in words, money, minutes.

use jiff::civil::{Date, DateTime};

/// `张*`, `张**`; a name of one character stays.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    let first: String = chars.next().into_iter().collect();
    let hidden = chars.filter(|char| !char.is_whitespace()).count().min(2);
    format!("{first}{}", "*".repeat(hidden))
}

/// First three and last four characters of a card number.
pub fn mask_id(number: &str) -> String {
    mask_middle(number, 3, 4)
}

/// `138****5678`.
pub fn mask_phone(number: &str) -> String {
    mask_middle(number, 3, 4)
}

/// The last four digits.
pub fn mask_tail(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(|char| !char.is_whitespace()).collect();
    let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    if digits.len() <= 4 {
        "*".repeat(digits.len())
    } else {
        format!("**** {tail}")
    }
}

fn mask_middle(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= head + tail {
        return "*".repeat(chars.len());
    }
    let last = chars.len() - tail;
    chars
        .iter()
        .enumerate()
        .map(|(place, char)| if place < head || place >= last { *char } else { '*' })
        .collect()
}

/// `12月2日`, or `2 December`; with the year when it is not that of `today`.
pub fn date(day: Date, today: Date, language: &str) -> String {
    words(day, day.year() != today.year(), language)
}

/// `2026年12月2日`, or `2 December 2026`: for paper, which is kept.
pub fn full_date(day: Date, language: &str) -> String {
    words(day, true, language)
}

/// `2026年12月2日 10:24`: for paper.
pub fn full_date_time(moment: DateTime, language: &str) -> String {
    with_time(full_date(moment.date(), language), moment)
}

/// A last day: `12月2日前`, `by 2 December`.
pub fn until(day: &str, language: &str) -> String {
    if language == "en" {
        format!("by {day}")
    } else {
        format!("{day}前")
    }
}

/// A first day: `1月1日起`, `from 1 January`.
pub fn from(day: &str, language: &str) -> String {
    if language == "en" {
        format!("from {day}")
    } else {
        format!("{day}起")
    }
}

fn words(day: Date, with_year: bool, language: &str) -> String {
    if language == "en" {
        let pattern = if with_year { "%-d %B %Y" } else { "%-d %B" };
        return day.strftime(pattern).to_string();
    }
    let year = if with_year {
        format!("{}年", day.year())
    } else {
        String::new()
    };
    format!("{year}{}月{}日", day.month(), day.day())
}

/// A date of the wire (`YYYY-MM-DD`, or RFC 3339) in words; unchanged when it is none.
pub fn wire_date(text: &str, today: Date, language: &str) -> String {
    day_of(text).map_or_else(|| text.to_owned(), |day| date(day, today, language))
}

/// The same with the year, for paper.
pub fn full_wire_date(text: &str, language: &str) -> String {
    day_of(text).map_or_else(|| text.to_owned(), |day| full_date(day, language))
}

fn day_of(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

/// `12月2日 10:24`.
pub fn date_time(moment: DateTime, today: Date, language: &str) -> String {
    with_time(date(moment.date(), today, language), moment)
}

fn with_time(day: String, moment: DateTime) -> String {
    format!("{day} {:02}:{:02}", moment.hour(), moment.minute())
}

/// Yuan with two decimals as the wire has them: `1,234.50 元`, `CNY 1,234.50`.
pub fn money(yuan: &str, language: &str) -> String {
    let (whole, cents) = yuan.split_once('.').unwrap_or((yuan, "00"));
    let digits: Vec<char> = whole.chars().collect();
    let mut grouped = String::new();
    for (place, char) in digits.iter().enumerate() {
        let left = digits.len() - place;
        if place > 0 && left.is_multiple_of(3) && *char != '-' && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(*char);
    }
    if language == "en" {
        format!("CNY {grouped}.{cents}")
    } else {
        format!("{grouped}.{cents} 元")
    }
}

/// Whole minutes, at least one.
pub fn minutes(seconds: u64) -> u64 {
    seconds.div_ceil(60).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn screens_show_no_more_than_the_masks_allow() {
        assert_eq!(mask_name("张伟"), "张*");
        assert_eq!(mask_name("欧阳娜娜"), "欧**");
        assert_eq!(mask_name("𬭊"), "𬭊");
        assert_eq!(mask_id("110101199001011234"), "110***********1234");
        assert_eq!(mask_phone("13812345678"), "138****5678");
        assert_eq!(mask_tail("6228480402564890018"), "**** 0018");
        assert_eq!(mask_tail("12"), "**");
        assert_eq!(mask_id("1234"), "****");
    }

    #[test]
    fn dates_are_said_as_people_say_them() {
        let today = day(2026, 11, 23);
        assert_eq!(date(day(2026, 12, 2), today, "zh-Hans"), "12月2日");
        assert_eq!(date(day(2027, 2, 1), today, "zh-Hans"), "2027年2月1日");
        assert_eq!(date(day(2026, 12, 2), today, "en"), "2 December");
        assert_eq!(
            wire_date("2027-02-21T00:00:00+08:00", today, "en"),
            "21 February 2027"
        );
        assert_eq!(wire_date("soon", today, "en"), "soon");
        assert_eq!(
            date_time(day(2026, 11, 23).at(9, 5, 0, 0), today, "zh-Hans"),
            "11月23日 09:05"
        );
    }

    #[test]
    fn paper_is_kept_and_has_the_year() {
        let moment = day(2026, 11, 23).at(9, 5, 0, 0);
        assert_eq!(full_date_time(moment, "zh-Hans"), "2026年11月23日 09:05");
        assert_eq!(full_wire_date("2026-12-02", "en"), "2 December 2026");
        assert_eq!(full_wire_date("soon", "en"), "soon");
    }

    #[test]
    fn a_last_and_a_first_day_say_which_they_are() {
        assert_eq!(until("12月2日", "zh-Hans"), "12月2日前");
        assert_eq!(until("2 December", "en"), "by 2 December");
        assert_eq!(from("1月1日", "zh-Hans"), "1月1日起");
        assert_eq!(from("1 January", "en"), "from 1 January");
    }

    #[test]
    fn both_scripts_of_chinese_say_dates_and_money_alike() {
        let today = day(2026, 11, 23);
        let said = |language: &str| {
            [
                date(day(2027, 2, 1), today, language),
                until("12月2日", language),
                from("1月1日", language),
                money("100", language),
            ]
        };
        assert_eq!(said("zh-Hant"), said("zh-Hans"));
    }

    #[test]
    fn money_is_grouped() {
        assert_eq!(money("1234567.50", "zh-Hans"), "1,234,567.50 元");
        assert_eq!(money("100", "en"), "CNY 100.00");
        assert_eq!(money("-123456.00", "zh-Hans"), "-123,456.00 元");
    }
}
