//! The characters by their strokes, from the distribution's stroke dictionary.
//!
//! A table of our own and not librime's: that one offers every shorter character before a common
//! longer one, and knows no key for a stroke that one is not sure of.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::InputError;

/// Stands for any stroke.
pub(super) const ANY: char = '*';
const STROKES: &str = "stroke.dict.yaml";
/// The stroke dictionary has no frequencies; those of the pinyin dictionary count simplified characters.
const FREQUENCIES: &str = "pinyin_simp.dict.yaml";

/// Every character with the strokes it is written with: a character of several forms several times.
pub(super) struct StrokeTable {
    /// Frequent characters first.
    entries: Vec<(char, Box<str>)>,
}

impl StrokeTable {
    /// Reads the dictionaries in `data`.
    ///
    /// # Errors
    /// `DictionaryMissing`, `File`.
    pub fn load(data: &Path) -> Result<Self, InputError> {
        let strokes = read(&data.join(STROKES), "rime-data-stroke")?;
        let frequencies = read(&data.join(FREQUENCIES), "rime-data-pinyin-simp")?;
        Ok(Self::new(&strokes, &frequencies))
    }

    fn new(strokes: &str, frequencies: &str) -> Self {
        let frequencies = sums(frequencies);
        let mut entries: Vec<(char, Box<str>)> = columns(strokes)
            .filter_map(|(word, code, _)| Some((single(word)?, code.into())))
            .collect();
        entries.sort_by_cached_key(|(character, code)| {
            let frequency = frequencies.get(character).copied().unwrap_or_default();
            (Reverse(frequency), code.len(), *character)
        });
        Self { entries }
    }

    /// At most `count` characters that are written with these strokes ([`ANY`] is any of them), then
    /// those that begin with them. Each once, the frequent ones first.
    pub fn find(&self, typed: &str, count: usize) -> Vec<char> {
        let whole = self.entries.iter().filter(|(_, code)| code.len() == typed.len());
        let longer = self.entries.iter().filter(|(_, code)| code.len() > typed.len());
        let mut seen = HashSet::with_capacity(count);
        let mut found = Vec::with_capacity(count);
        found.extend(
            whole
                .chain(longer)
                .filter(|(_, code)| begins(code, typed))
                .map(|(character, _)| *character)
                .filter(|character| seen.insert(*character))
                .take(count),
        );
        found
    }
}

fn begins(code: &str, typed: &str) -> bool {
    code.chars()
        .zip(typed.chars())
        .all(|(stroke, key)| key == ANY || key == stroke)
}

fn read(path: &Path, package: &'static str) -> Result<String, InputError> {
    if !path.is_file() {
        return Err(InputError::DictionaryMissing {
            path: path.to_owned(),
            package,
        });
    }
    fs::read_to_string(path).map_err(|cause| InputError::file(path, cause))
}

/// Word, code and weight of each line of a Rime dictionary, below its head.
fn columns(dictionary: &str) -> impl Iterator<Item = (&str, &str, u64)> {
    let lines = dictionary.lines().skip_while(|line| *line != "...").skip(1);
    lines.filter_map(|line| {
        let mut fields = line.split('\t');
        let (word, code) = (fields.next()?, fields.next()?);
        Some((
            word,
            code,
            fields
                .next()
                .and_then(|weight| weight.parse().ok())
                .unwrap_or_default(),
        ))
    })
}

/// How often each character occurs, whatever its reading.
fn sums(dictionary: &str) -> HashMap<char, u64> {
    let mut sums = HashMap::new();
    for (word, _, weight) in columns(dictionary) {
        if let Some(character) = single(word) {
            *sums.entry(character).or_default() += weight;
        }
    }
    sums
}

fn single(word: &str) -> Option<char> {
    let mut characters = word.chars();
    characters.next().filter(|_| characters.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STROKES: &str = "# head\tx\n...\n\n一\th\n十\ths\n土\thsh\n士\thsh\n工\thsh\n干\thhs\n国\tszhhshnh\n國\tszhszhhznph\n國\tszhszhhzpnh\n";
    const FREQUENCIES: &str =
        "...\n工\tgong\t9\n土\ttu\t2\n干\tgan\t3\n干\tqian\t4\n国\tguo\t8\n一个\tyi ge\t99\n國\tguo\t1\n";

    fn find(typed: &str) -> String {
        StrokeTable::new(STROKES, FREQUENCIES)
            .find(typed, 10)
            .into_iter()
            .collect()
    }

    #[test]
    fn whole_characters_come_before_those_that_begin_so() {
        assert_eq!(find("h"), "一工干土十士");
        assert_eq!(find("hs"), "十工土士");
    }

    #[test]
    fn a_character_of_two_forms_is_offered_once_whichever_is_typed() {
        assert_eq!(find("szh"), "国國");
        assert_eq!(find("szhszhhznph"), "國");
        assert_eq!(find("szhszhhzpnh"), "國");
    }

    #[test]
    fn a_star_is_any_one_stroke() {
        assert_eq!(find("h*h"), "工土士");
        assert_eq!(find("**s"), "干");
    }

    #[test]
    fn what_nobody_writes_finds_nothing() {
        assert_eq!(find("zzzz"), "");
        assert_eq!(find("szhhshnhh"), "");
    }

    #[test]
    fn no_more_are_found_than_wanted() {
        assert_eq!(StrokeTable::new(STROKES, FREQUENCIES).find("h", 2), ['一', '工']);
    }

    #[test]
    fn a_missing_dictionary_names_its_package() {
        let error = StrokeTable::load(Path::new("no/such")).err().unwrap().to_string();
        assert!(error.contains("install the package rime-data-stroke"), "{error}");
    }
}
