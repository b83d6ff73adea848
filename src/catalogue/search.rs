//! Finding a service: by words of its name, summary, tags and category, by pinyin, and by pinyin initials.

use pinyin::ToPinyin;

use super::Catalogue;
use super::model::{Service, Text};

/// Words of one service, ready for comparison.
struct Entry {
    id: String,
    title: Vec<String>,
    rest: Vec<String>,
}

/// Searches the names and words of every service.
pub struct Index {
    entries: Vec<Entry>,
}

impl Index {
    /// Builds the index; some microseconds a service.
    pub fn new(catalogue: &Catalogue) -> Self {
        let entries = catalogue
            .services
            .iter()
            .map(|service| entry(catalogue, service))
            .collect();
        Self { entries }
    }

    /// Ids of the services that suit all words of the query, names first. An empty query finds all.
    pub fn find(&self, query: &str) -> Vec<&str> {
        let words: Vec<String> = query
            .to_lowercase()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let suits = |texts: &[String], word: &String| texts.iter().any(|text| text.contains(word.as_str()));
        let mut found: Vec<(bool, &str)> = self
            .entries
            .iter()
            .filter(|entry| {
                words
                    .iter()
                    .all(|word| suits(&entry.title, word) || suits(&entry.rest, word))
            })
            .map(|entry| {
                let by_name = words.iter().all(|word| suits(&entry.title, word));
                (!by_name, entry.id.as_str())
            })
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, id)| id).collect()
    }
}

fn entry(catalogue: &Catalogue, service: &Service) -> Entry {
    let about = &service.service;
    let mut rest: Vec<String> = about.summary.values().map(|text| text.to_lowercase()).collect();
    rest.extend(about.tags.iter().map(|tag| tag.to_lowercase()));
    if let Some(category) = catalogue.category(&about.category) {
        rest.extend(forms(&category.title));
    }
    Entry {
        id: about.id.clone(),
        title: forms(&about.title),
        rest,
    }
}

/// The words in each language, and the Chinese ones as pinyin and as initials.
fn forms(text: &Text) -> Vec<String> {
    let mut forms: Vec<String> = text.values().map(|text| text.to_lowercase()).collect();
    let chinese = text.get("zh-Hans").map_or("", String::as_str);
    let syllables: Vec<&str> = chinese
        .to_pinyin()
        .flatten()
        .map(|syllable| syllable.plain())
        .collect();
    forms.push(syllables.concat());
    forms.push(
        syllables
            .iter()
            .filter_map(|syllable| syllable.chars().next())
            .collect(),
    );
    forms
}
