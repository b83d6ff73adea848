//! What is hidden by stars: 张* is 张某, 138****5678 is 一三八，中间不读，五六七八.

use super::reader::Reader;
use super::sign::is_han;
use super::{Language, Reading, code};

/// So many stars stand for characters of a name; more hide something longer.
const NAME: usize = 2;

/// Letters, digits and stars with at least one star.
pub(super) fn read(at: &Reader<'_>, language: Language) -> Option<Reading> {
    let mut reader = at.clone();
    let token = reader.while_is(|char| char == '*' || char.is_ascii_alphanumeric());
    if !token.contains('*') {
        return None;
    }
    let words = if token.chars().all(|char| char == '*') {
        stars(at, token.len(), &mut reader, language)
    } else {
        parts(&token, language)
    };
    Some(Reading::plain(&reader, words))
}

/// Stars alone: a name, the end of a number, a mark, or something that is hidden as a whole.
fn stars(at: &Reader<'_>, count: usize, reader: &mut Reader<'_>, language: Language) -> String {
    let of_name = |char: Option<char>| char.is_some_and(is_han);
    if count <= NAME && (of_name(at.previous()) || of_name(reader.peek())) {
        return "某".repeat(count);
    }
    let mut tail = reader.clone();
    tail.spaces();
    if count > 1
        && let Some(digits) = tail.digits(2, 6)
    {
        *reader = tail;
        return ending(&digits, language);
    }
    match (count, language) {
        (0..=NAME, _) => String::new(),
        (_, Language::Chinese) => apart("内容不读"),
        (_, Language::English) => apart("not read"),
    }
}

/// What is shown is read, what is hidden is said to be.
fn parts(token: &str, language: Language) -> String {
    let shown: Vec<&str> = token.split('*').filter(|part| !part.is_empty()).collect();
    if token.starts_with('*')
        && let [tail] = shown.as_slice()
        && token.ends_with(tail)
    {
        return ending(tail, language);
    }
    let (middle, end) = match language {
        Language::Chinese => ("中间不读", "后面不读"),
        Language::English => ("then not read", "the rest not read"),
    };
    let shown: Vec<String> = shown.iter().map(|part| code::words(part, language)).collect();
    let mut words = shown.join(&apart(middle));
    if token.ends_with('*') {
        words.push_str(&apart(end));
    }
    words
}

/// Between pauses.
fn apart(words: &str) -> String {
    format!("，{words}，")
}

fn ending(tail: &str, language: Language) -> String {
    let tail = code::words(tail, language);
    match language {
        Language::Chinese => format!("尾号{tail}"),
        Language::English => format!("ending in {tail}"),
    }
}
