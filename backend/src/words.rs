//! Texts that the server sends, by language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kiosk::protocol::body::Words;
use kiosk::text::in_language;
use serde::Deserialize;

/// Languages that a terminal may ask for.
pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// The words of the office: whoever shows them makes the traditional characters.
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

/// Words with a person's name, in every language. Whoever shows words makes traditional characters of
/// simplified ones; a name is written as it is, so words that hold one are made here.
pub fn with_names(words: &Words, fill: impl Fn(&str, &str) -> String) -> Words {
    LANGUAGES
        .map(|language| (language.to_owned(), fill(&in_language(words, language), language)))
        .into()
}

/// The Chinese words of [`text`].
pub fn chinese(id: &str) -> String {
    TEXTS.get(id).map(|pair| pair.zh_hans.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_simplified_and_traditional_words() {
        let made = with_names(
            &words("{name} 后天来办", "{name} comes in two days"),
            |words, _| words.replace("{name}", "叶云"),
        );
        assert_eq!(made["zh-Hans"], "叶云 后天来办");
        assert_eq!(made["zh-Hant"], "叶云 後天來辦");
        assert_eq!(made["en"], "叶云 comes in two days");
    }

    #[test]
    fn the_text_file_is_readable_and_complete() {
        assert!(!TEXTS.is_empty());
        for (id, pair) in TEXTS.iter() {
            assert!(!pair.zh_hans.is_empty() && !pair.en.is_empty(), "{id}");
        }
    }
}
