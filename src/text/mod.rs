//! Visible words: texts by id and language, and the formats of names, numbers, dates and money.

mod error;
pub mod format;
pub mod pack;
pub mod rare;
pub mod traditional;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::protocol::body::Words;
use crate::session::view::Say;
use crate::text::pack::{Pack, Status};

pub use self::error::TextError;

/// The language whose texts the others translate.
pub const BASE: &str = "zh-Hans";

/// Whether a language is written without spaces between its words and sentences, as Chinese is.
pub fn is_chinese(language: &str) -> bool {
    language == "zh" || language.starts_with("zh-")
}

/// The texts of one language by id.
type Table = BTreeMap<String, String>;

/// The texts of all languages.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    packs: BTreeMap<String, Pack>,
    languages: BTreeMap<String, Table>,
}

impl Texts {
    /// Loads the files by path: `<language>/pack.toml`, and the texts in `<language>/<area>.toml`. A
    /// language has no text that [`BASE`] lacks, each with the same arguments; a complete one has all.
    ///
    /// # Errors
    /// The first file that cannot be read, or the first language with its missing or needless texts.
    pub fn load(files: &BTreeMap<String, String>) -> Result<Self, TextError> {
        let mut texts = Self::default();
        for (file, text) in files {
            let Some((folder, name)) = file.rsplit_once('/') else {
                continue;
            };
            let language = folder.rsplit('/').next().unwrap_or(folder);
            if name == pack::FILE {
                texts.add_pack(file, language, text)?;
            } else {
                texts.add_texts(file, language, text)?;
            }
        }
        texts.check()?;
        Ok(texts)
    }

    fn add_pack(&mut self, file: &str, language: &str, text: &str) -> Result<(), TextError> {
        let pack = Pack::parse(text).map_err(|message| TextError::Pack {
            file: file.to_owned(),
            message,
        })?;
        self.packs.insert(language.to_owned(), pack);
        Ok(())
    }

    fn add_texts(&mut self, file: &str, language: &str, text: &str) -> Result<(), TextError> {
        let table: Table = toml::from_str(text).map_err(|error| TextError::Syntax {
            file: file.to_owned(),
            message: error.to_string(),
        })?;
        let known = self.languages.entry(language.to_owned()).or_default();
        for (id, words) in table {
            if known.insert(id.clone(), words).is_some() {
                return Err(TextError::Twice {
                    file: file.to_owned(),
                    id,
                });
            }
        }
        Ok(())
    }

    /// Every language has a pack, and keeps to the texts of the base.
    fn check(&self) -> Result<(), TextError> {
        let empty = Table::new();
        let base = self.languages.get(BASE).unwrap_or(&empty);
        let tags = self.languages.keys().chain(self.packs.keys());
        for language in tags {
            let pack = self.packs.get(language).ok_or_else(|| TextError::NoPack {
                language: language.clone(),
            })?;
            if language == BASE && pack.status != Status::Complete {
                return Err(TextError::BaseIncomplete);
            }
            let table = self.languages.get(language).unwrap_or(&empty);
            compare(language, pack, table, base)?;
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

    /// Tags of the languages that are offered to residents: those that are complete.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.offered().map(|(language, _)| language)
    }

    /// The packs of the languages that are offered, by tag.
    pub fn offered(&self) -> impl Iterator<Item = (&str, &Pack)> {
        self.packs().filter(|(_, pack)| pack.status == Status::Complete)
    }

    /// All packs by tag, samples too.
    pub fn packs(&self) -> impl Iterator<Item = (&str, &Pack)> {
        self.packs
            .iter()
            .map(|(language, pack)| (language.as_str(), pack))
    }

    /// The words. A text that is missing shows its id: a test and `kiosk check` keep that from happening.
    pub fn resolve(&self, say: &Say, language: &str) -> String {
        match say {
            Say::Id(id, arguments) => {
                let pairs = arguments.iter().map(|(name, value)| (*name, value.as_str()));
                self.text(id, pairs, language)
            }
            Say::Words(words) => in_language(words, language).into_owned(),
            Say::Verbatim(text) => rare::shown(text).into_owned(),
            Say::All(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.resolve(part, language)).collect();
                parts.join(if is_chinese(language) { "" } else { " " })
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
        // A sample shows what it lacks in the language of the base.
        let words = [language, BASE]
            .iter()
            .find_map(|tag| self.languages.get(*tag)?.get(id));
        let Some(words) = words else {
            return id.to_owned();
        };
        let mut words = words.clone();
        for (name, value) in arguments {
            words = words.replace(&format!("{{{name}}}"), &rare::shown(value));
        }
        words
    }
}

/// Words of the catalogue or the backend in a language, else in Chinese (`zh-Hans`, or `zh` of a backend).
///
/// Traditional characters are made of the simplified ones where nobody wrote them. What reads the same
/// in every language, as a name or a number does, is left as it is.
pub fn in_language<'a>(words: &'a Words, language: &str) -> Cow<'a, str> {
    if let Some(own) = words.get(language) {
        return Cow::Borrowed(own);
    }
    let chinese = [BASE, "zh"].iter().find_map(|tag| words.get(*tag));
    let found = chinese
        .or_else(|| words.values().next())
        .map_or("", String::as_str);
    if language == traditional::TAG && !is_data(words) {
        Cow::Owned(traditional::traditional(found))
    } else {
        Cow::Borrowed(found)
    }
}

/// Whether several languages have the same words: a name, a number, a date.
fn is_data(words: &Words) -> bool {
    let mut values = words.values();
    let first = values.next();
    words.len() > 1 && values.all(|value| Some(value) == first)
}

/// A language has no text that the base lacks, with the same arguments; a complete one has all.
fn compare(language: &str, pack: &Pack, table: &Table, base: &Table) -> Result<(), TextError> {
    let language = language.to_owned();
    let ids = lacking(base, table);
    if !ids.is_empty() {
        return Err(TextError::Unknown { language, ids });
    }
    let ids = lacking(table, base);
    if pack.status == Status::Complete && !ids.is_empty() {
        return Err(TextError::Missing { language, ids });
    }
    for (id, words) in table {
        let expected = arguments(base.get(id).map_or("", String::as_str));
        if arguments(words) != expected {
            return Err(TextError::Arguments {
                language,
                id: id.clone(),
                expected: expected.join(", "),
            });
        }
    }
    Ok(())
}

/// Ids of one table that another has not.
fn lacking(have: &Table, want: &Table) -> Vec<String> {
    want.keys()
        .filter(|id| !have.contains_key(*id))
        .cloned()
        .collect()
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
mod tests;
