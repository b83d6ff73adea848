//! Addresses of the web and of mail are not read: nobody can follow them by ear.

use super::reader::Reader;
use super::{Language, Reading};

const ENDINGS: [&str; 4] = [".cn", ".com", ".net", ".org"];

/// Says what it is, and takes all of it.
pub(super) fn read(at: &Reader<'_>, language: Language) -> Option<Reading> {
    let mut reader = at.clone();
    if at.previous().is_some_and(|before| before.is_ascii_alphanumeric()) {
        return None;
    }
    let token = reader.while_is(|char| char.is_ascii_graphic() && !"\"'<>()[]{},;*".contains(char));
    let address = token.trim_end_matches(['.', ':', '?', '!']);
    let (chinese, english) = kind(address)?;
    let words = match language {
        Language::Chinese => chinese,
        Language::English => english,
    };
    Some(Reading {
        taken: address.len(),
        words: words.to_owned(),
        spans: false,
    })
}

fn kind(address: &str) -> Option<(&'static str, &'static str)> {
    let lower = address.to_ascii_lowercase();
    let host = lower.split(['/', '?', ':']).next().unwrap_or_default();
    let named = |host: &str| {
        ENDINGS
            .iter()
            .any(|ending| host.ends_with(ending) && host.len() > ending.len())
    };
    if lower
        .split_once('@')
        .is_some_and(|(person, host)| !person.is_empty() && host.contains('.'))
    {
        return Some(("邮箱地址", "an e-mail address"));
    }
    let web = ["http://", "https://", "www."]
        .iter()
        .any(|start| lower.starts_with(start));
    (web || named(host)).then_some(("网址", "a web address"))
}
