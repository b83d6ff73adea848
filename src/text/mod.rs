//! Visible words: texts by id and language, and the formats of names, numbers, dates and money.

pub mod format;

use std::collections::BTreeMap;

use crate::protocol::body::Words;
use crate::session::view::Say;

/// The language that is always complete.
pub const BASE: &str = "zh-Hans";

/// Why texts could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// The file is no table of texts.
    #[error("{file}: {message} (each line is \"id\" = \"text with {{argument}}\")")]
    Syntax {
        /// Path.
        file: String,
        /// What the parser said, with line and column.
        message: String,
    },
    /// One id, two texts.
    #[error("{file}: `{id}` has a text in another file of this language already (take one of them out)")]
    Twice {
        /// Path.
        file: String,
        /// Text id.
        id: String,
    },
    /// Texts that a language lacks.
    #[error("config/texts/{language}: no text for {} (add \"{}\" = \"…\")", ids.join(", "), ids.first().map_or("", |id| id))]
    Missing {
        /// Language tag.
        language: String,
        /// Text ids.
        ids: Vec<String>,
    },
    /// The arguments of a text differ between the languages.
    #[error("config/texts/{language}: `{id}` has other arguments than in {BASE} (write {expected})")]
    Arguments {
        /// Language tag.
        language: String,
        /// Text id.
        id: String,
        /// Arguments of the Chinese text.
        expected: String,
    },
}

/// The texts of all languages.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    languages: BTreeMap<String, BTreeMap<String, String>>,
}

impl Texts {
    /// Loads the files by path, `<language>/<area>.toml`. Every language has every text, with the same arguments.
    ///
    /// # Errors
    /// The first file that cannot be read, or all ids that a language lacks.
    pub fn load(files: &BTreeMap<String, String>) -> Result<Self, TextError> {
        let mut texts = Self::default();
        for (file, text) in files {
            let Some((language, _)) = file.rsplit_once('/') else {
                continue;
            };
            let language = language.rsplit('/').next().unwrap_or(language).to_owned();
            let table: BTreeMap<String, String> =
                toml::from_str(text).map_err(|error| TextError::Syntax {
                    file: file.clone(),
                    message: error.to_string(),
                })?;
            let known = texts.languages.entry(language).or_default();
            for (id, words) in table {
                if known.insert(id.clone(), words).is_some() {
                    return Err(TextError::Twice {
                        file: file.clone(),
                        id,
                    });
                }
            }
        }
        texts.compare_languages()?;
        Ok(texts)
    }

    fn compare_languages(&self) -> Result<(), TextError> {
        let empty = BTreeMap::new();
        let base = self.languages.get(BASE).unwrap_or(&empty);
        for (language, table) in &self.languages {
            let lacking = |have: &BTreeMap<String, String>, want: &BTreeMap<String, String>| -> Vec<String> {
                want.keys()
                    .filter(|id| !have.contains_key(*id))
                    .cloned()
                    .collect()
            };
            for (name, ids) in [
                (language.as_str(), lacking(table, base)),
                (BASE, lacking(base, table)),
            ] {
                if !ids.is_empty() {
                    return Err(TextError::Missing {
                        language: name.to_owned(),
                        ids,
                    });
                }
            }
            for (id, words) in table {
                let expected = arguments(base.get(id).map_or("", String::as_str));
                if arguments(words) != expected {
                    return Err(TextError::Arguments {
                        language: language.clone(),
                        id: id.clone(),
                        expected: expected.join(", "),
                    });
                }
            }
        }
        Ok(())
    }

    /// Which of these ids no language has.
    ///
    /// # Errors
    /// The ids that are missing.
    pub fn require<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Result<(), TextError> {
        let base = self.languages.get(BASE);
        let missing: Vec<String> = ids
            .into_iter()
            .filter(|id| !base.is_some_and(|table| table.contains_key(*id)))
            .map(str::to_owned)
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(TextError::Missing {
                language: BASE.to_owned(),
                ids: missing,
            })
        }
    }

    /// Tags of the languages.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The words. A text that is missing shows its id: a test and `kiosk check` keep that from happening.
    pub fn resolve(&self, say: &Say, language: &str) -> String {
        match say {
            Say::Id(id, arguments) => {
                let pairs = arguments.iter().map(|(name, value)| (*name, value.as_str()));
                self.text(id, pairs, language)
            }
            Say::Words(words) => in_language(words, language).to_owned(),
            Say::Verbatim(text) => text.clone(),
            Say::All(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.resolve(part, language)).collect();
                parts.join(if language == BASE { "" } else { " " })
            }
        }
    }

    /// A text by id, with its arguments filled in.
    pub fn text<'a>(
        &self,
        id: &str,
        arguments: impl IntoIterator<Item = (&'a str, &'a str)>,
        language: &str,
    ) -> String {
        let table = self.languages.get(language).or_else(|| self.languages.get(BASE));
        let Some(words) = table.and_then(|table| table.get(id)) else {
            return id.to_owned();
        };
        let mut words = words.clone();
        for (name, value) in arguments {
            words = words.replace(&format!("{{{name}}}"), value);
        }
        words
    }
}

/// Words of the catalogue or the backend in a language, else in Chinese (`zh-Hans`, or `zh` of a backend).
pub fn in_language<'a>(words: &'a Words, language: &str) -> &'a str {
    [language, BASE, "zh"]
        .iter()
        .find_map(|tag| words.get(*tag))
        .or_else(|| words.values().next())
        .map_or("", String::as_str)
}

/// Names in braces, sorted.
fn arguments(words: &str) -> Vec<&str> {
    let mut names: Vec<&str> = words
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(zh: &str, en: &str) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("zh-Hans/session.toml".to_owned(), zh.to_owned()),
            ("en/session.toml".to_owned(), en.to_owned()),
        ])
    }

    #[test]
    fn a_text_is_filled_in() {
        let texts = Texts::load(&files(
            "\"a.b\" = \"还有 {n} 秒\"",
            "\"a.b\" = \"{n} seconds left\"",
        ))
        .unwrap();
        let say = Say::Id("a.b", vec![("n", "5".to_owned())]);
        assert_eq!(texts.resolve(&say, "zh-Hans"), "还有 5 秒");
        assert_eq!(texts.resolve(&say, "en"), "5 seconds left");
    }

    #[test]
    fn catalogue_words_fall_back_to_chinese() {
        let words = Words::from([("zh-Hans".to_owned(), "房产".to_owned())]);
        assert_eq!(Texts::default().resolve(&Say::Words(words), "en"), "房产");
    }

    #[test]
    fn a_text_that_one_language_lacks_is_named() {
        let error = Texts::load(&files("\"a\" = \"甲\"\n\"b\" = \"乙\"", "\"a\" = \"A\"")).unwrap_err();
        assert!(matches!(error, TextError::Missing { language, ids } if language == "en" && ids == ["b"]));
    }

    #[test]
    fn other_arguments_are_refused() {
        let error = Texts::load(&files("\"a\" = \"{n} 秒\"", "\"a\" = \"{m} seconds\"")).unwrap_err();
        assert!(matches!(error, TextError::Arguments { id, .. } if id == "a"));
    }
}
