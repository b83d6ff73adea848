//! Codes character by character, in groups that can be written down, and Latin words.

use super::number::one_by_one;
use super::reader::Reader;
use super::{Language, Reading};

/// Capital letters of an abbreviation; longer ones are words.
const ABBREVIATION: usize = 5;

/// Every letter and digit that no other rule has read.
pub(super) fn read(at: &Reader<'_>, language: Language) -> Option<Reading> {
    if let Some(reading) = joined(at, language) {
        return Some(reading);
    }
    let mut reader = at.clone();
    let token = reader.while_is(|char| char.is_ascii_alphanumeric());
    if token.is_empty() {
        return None;
    }
    let has_digit = token.chars().any(|char| char.is_ascii_digit());
    if !has_digit {
        return Some(word(at, language));
    }
    let said = if language == Language::English && is_ordinal(&token) {
        token
    } else {
        words(&token, language)
    };
    Some(Reading::plain(&reader, said))
}

/// A door or a telephone, and no span of two numbers: 3-2-501 and 8-1203, but not 3-5 or 100-300.
pub(super) fn is_joined(at: &Reader<'_>) -> bool {
    match dashed(at).0.as_slice() {
        [first, last] => last.len() >= first.len() + 2,
        groups => groups.len() > 2,
    }
}

/// Groups of digits with dashes between them, and what comes after.
fn dashed<'a>(at: &Reader<'a>) -> (Vec<String>, Reader<'a>) {
    let mut reader = at.clone();
    let mut groups: Vec<String> = reader.digits(1, usize::MAX).into_iter().collect();
    let mut end = reader.clone();
    while let Some(group) = reader.one_of("-").and_then(|_| reader.digits(1, usize::MAX)) {
        groups.push(group);
        end = reader.clone();
    }
    (groups, end)
}

/// Digits in several groups with dashes: telephones with a pause, doors with 杠.
fn joined(at: &Reader<'_>, language: Language) -> Option<Reading> {
    let (groups, end) = dashed(at);
    if groups.len() < 2 || end.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
        return None;
    }
    let telephone = groups.iter().map(String::len).sum::<usize>() >= 10;
    let dash = match (telephone, language) {
        (true, _) => "，",
        (false, Language::Chinese) => "杠",
        (false, Language::English) => " dash ",
    };
    let groups: Vec<String> = groups.iter().map(|group| words(group, language)).collect();
    Some(Reading::plain(&end, groups.join(dash)))
}

/// Letters and digits one by one. Digits come in groups of three or four; a check character `X`
/// belongs to its digits.
pub(super) fn words(code: &str, language: Language) -> String {
    let mut said: Vec<String> = Vec::new();
    for run in runs(code) {
        said.push(if run.starts_with(|char: char| char.is_ascii_digit()) {
            let groups: Vec<String> = groups(&run)
                .iter()
                .map(|group| group_words(group, language))
                .collect();
            groups.join("，")
        } else {
            spaced(&run.to_ascii_uppercase())
        });
    }
    said.join(" ")
}

fn group_words(group: &str, language: Language) -> String {
    match language {
        Language::English => spaced(group),
        Language::Chinese => match group.strip_suffix('X') {
            Some(digits) => format!("{} X", one_by_one(digits)),
            None => one_by_one(group),
        },
    }
}

/// `SQ2026` is SQ and 2026; an `X` that ends the code stays with the digits before it.
fn runs(code: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    for char in code.chars() {
        let same =
            |run: &&mut String| run.ends_with(|last: char| last.is_ascii_digit() == char.is_ascii_digit());
        match runs.last_mut().filter(same) {
            Some(run) => run.push(char),
            None => runs.push(char.to_string()),
        }
    }
    if let [.., digits, check] = runs.as_mut_slice()
        && check.eq_ignore_ascii_case("x")
        && digits.len() == 17
    {
        digits.push('X');
        runs.pop();
    }
    runs
}

/// As people say them: telephones 3-4-4, identity cards 3-3-4-4-4, all others by fours.
fn groups(digits: &str) -> Vec<String> {
    let sizes: &[usize] = match digits.len() {
        0..=5 => &[5],
        6 => &[3, 3],
        7 => &[3, 4],
        11 => &[3, 4, 4],
        18 => &[3, 3, 4, 4, 4],
        length if length % 4 == 1 => &[5],
        _ => &[],
    };
    let mut chars = digits.chars();
    let mut sizes = sizes.iter().copied();
    let mut groups = Vec::new();
    loop {
        let size = sizes.next().unwrap_or(4);
        let group: String = chars.by_ref().take(size).collect();
        if group.is_empty() {
            return groups;
        }
        groups.push(group);
    }
}

/// A space after each character, so that it is read alone.
pub(super) fn spaced(run: &str) -> String {
    run.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

fn is_ordinal(token: &str) -> bool {
    let digits = token.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    let ending = token.get(digits.len()..).unwrap_or_default();
    digits.len() <= 4 && matches!(ending, "st" | "nd" | "rd" | "th")
}

/// A Latin word with its hyphens and apostrophes. Chinese spells abbreviations, an English voice
/// knows them.
fn word(at: &Reader<'_>, language: Language) -> Reading {
    let mut reader = at.clone();
    let mut word = reader.while_is(|char| char.is_ascii_alphabetic());
    loop {
        let mut next = reader.clone();
        let Some(sign) = next.one_of("-'’") else { break };
        let part = next.while_is(|char| char.is_ascii_alphabetic());
        if part.is_empty()
            || next
                .peek()
                .is_some_and(|after| after.is_ascii_digit() || after == '*')
        {
            break;
        }
        word.push(sign);
        word.push_str(&part);
        reader = next;
    }
    let capitals = word.len() <= ABBREVIATION && word.chars().all(|char| char.is_ascii_uppercase());
    let said = if language == Language::Chinese && capitals {
        spaced(&word)
    } else {
        word
    };
    Reading::plain(&reader, said)
}
