//! Texts that the server sends, by language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kiosk::protocol::body::Words;
use serde::Deserialize;

/// Both languages.
pub fn words(zh_hans: &str, en: &str) -> Words {
    BTreeMap::from([
        ("zh-Hans".to_owned(), zh_hans.to_owned()),
        ("en".to_owned(), en.to_owned()),
    ])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    #[serde(rename = "zh-Hans")]
    zh_hans: String,
    en: String,
}

static TEXTS: LazyLock<BTreeMap<String, Pair>> =
    LazyLock::new(|| toml::from_str(include_str!("../texts/office.toml")).unwrap_or_default());

/// A text of `texts/office.toml` by id; empty words for an unknown id (a test reads them all).
pub fn text(id: &str) -> Words {
    TEXTS
        .get(id)
        .map(|pair| words(&pair.zh_hans, &pair.en))
        .unwrap_or_default()
}

/// The text of an id, or of the second where there is none of the first.
pub fn text_or(id: &str, other: &str) -> Words {
    text(if TEXTS.contains_key(id) { id } else { other })
}

/// A value that reads the same in every language: a number, a date.
pub fn plain(value: &str) -> Words {
    words(value, value)
}

/// The Chinese words of [`text`].
pub fn chinese(id: &str) -> String {
    TEXTS.get(id).map(|pair| pair.zh_hans.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_file_is_readable_and_complete() {
        assert!(!TEXTS.is_empty());
        for (id, pair) in TEXTS.iter() {
            assert!(!pair.zh_hans.is_empty() && !pair.en.is_empty(), "{id}");
        }
    }
}
