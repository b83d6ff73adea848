//! A file's keys as a table: one place says what each key means, what it takes and shows an
//! example line. Every finding of a file is reported at once, not only the first.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::{Finding, nearest, position};

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    /// Any text that is not empty.
    Text,
    /// A whole number in these bounds.
    Integer(i64, i64),
    /// A number in these bounds; a whole number will do.
    Number(f64, f64),
    /// `true` or `false`.
    Bool,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Text of digits, so many of them at least.
    Digits(usize),
    /// A list of texts, none of them empty.
    Texts,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// Name within its table.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Missing is a finding.
    pub required: bool,
    /// A right line.
    pub example: &'static str,
    /// What it is for.
    pub meaning: &'static str,
}

/// A table of keys; the top level has an empty name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    /// Name, e.g. `backend`.
    pub name: &'static str,
    /// The whole table must be there.
    pub required: bool,
    /// Its keys.
    pub keys: &'static [Key],
}

impl Takes {
    fn describe(self) -> String {
        match self {
            Self::Text => "text in quotation marks".to_owned(),
            Self::Integer(low, high) => format!("a whole number from {low} to {high}"),
            Self::Number(low, high) => format!("a number from {low} to {high}"),
            Self::Bool => "true or false".to_owned(),
            Self::OneOf(words) => {
                format!(
                    "one of {}",
                    words
                        .iter()
                        .map(|word| format!("\"{word}\""))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
            Self::Digits(count) => format!("text of at least {count} digits in quotation marks"),
            Self::Texts => "texts in quotation marks, in square brackets".to_owned(),
        }
    }

    /// `None` when the value suits.
    fn refuse(self, value: &DeValue<'_>) -> Option<String> {
        let wrong_type = || Some(format!("wrong type: {}", value.type_str()));
        match self {
            Self::Text => match value.as_str() {
                Some(text) if text.trim().is_empty() => Some("is empty".to_owned()),
                Some(_) => None,
                None => wrong_type(),
            },
            Self::Digits(count) => match value.as_str() {
                Some(text) if text.len() >= count && text.bytes().all(|byte| byte.is_ascii_digit()) => None,
                Some(text) => Some(format!("\"{text}\" does not suit")),
                None => wrong_type(),
            },
            Self::Bool => value.as_bool().map_or_else(wrong_type, |_| None),
            Self::Texts => {
                let Some(list) = value.as_array() else {
                    return wrong_type();
                };
                let text = |one: &Spanned<DeValue<'_>>| {
                    one.get_ref().as_str().is_some_and(|text| !text.trim().is_empty())
                };
                (!list.iter().all(text)).then(|| "holds something else than texts".to_owned())
            }
            Self::OneOf(words) => match value.as_str() {
                Some(text) if words.contains(&text) => None,
                Some(text) => Some(format!("unknown word \"{text}\"")),
                None => wrong_type(),
            },
            Self::Integer(low, high) => match value.as_integer().and_then(whole) {
                Some(number) if (low..=high).contains(&number) => None,
                Some(number) => Some(format!("{number} is out of bounds")),
                None => wrong_type(),
            },
            Self::Number(low, high) => match number(value) {
                Some(number) if (low..=high).contains(&number) => None,
                Some(number) => Some(format!("{number} is out of bounds")),
                None => wrong_type(),
            },
        }
    }

    fn suggestion(self, value: &DeValue<'_>) -> Option<String> {
        match self {
            Self::OneOf(words) => nearest(value.as_str()?, words.iter().copied()),
            _ => None,
        }
    }
}

fn whole(integer: &toml::de::DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(float) => float.as_str().parse().ok(),
        DeValue::Integer(integer) => integer.as_str().parse().ok(),
        _ => None,
    }
}

/// A parsed file with what is needed to point into it.
pub(super) struct Document<'a> {
    /// For messages.
    pub file: &'a Path,
    /// The text.
    pub text: &'a str,
    /// What was found so far.
    pub findings: Vec<Finding>,
}

impl<'a> Document<'a> {
    /// An unread document.
    pub fn new(file: &'a Path, text: &'a str) -> Self {
        Self {
            file,
            text,
            findings: Vec::new(),
        }
    }

    /// The tables, or `None` with a finding when the file is not TOML.
    pub fn parse(&mut self) -> Option<Spanned<DeTable<'a>>> {
        match DeTable::parse(self.text) {
            Ok(table) => Some(table),
            Err(error) => {
                let (line, column) = position(self.text, &error.span().unwrap_or(0..0));
                let mut finding =
                    Finding::of_file(self.file, error.message(), "TOML: lines of `key = value`");
                (finding.line, finding.column) = (line, column);
                finding.example = "language = \"zh-Hans\"".to_owned();
                self.findings.push(finding);
                None
            }
        }
    }

    /// Checks the keys of one table. Keys in `also` belong to others (sub-tables of the top level).
    pub fn check(
        &mut self,
        table: &DeTable<'_>,
        at: &std::ops::Range<usize>,
        name: &str,
        keys: &[Key],
        also: &[&str],
    ) {
        for (key, value) in table {
            if also.contains(&key.get_ref().as_ref()) {
                continue;
            }
            match keys.iter().find(|known| known.name == key.get_ref().as_ref()) {
                Some(known) => self.check_value(name, known, value),
                None => self.unknown(name, key, keys, also),
            }
        }
        for key in keys.iter().filter(|key| key.required) {
            if !table.keys().any(|present| present.get_ref() == key.name) {
                self.add(
                    at,
                    &dotted(name, key.name),
                    "is missing",
                    describe(key),
                    key.example,
                    None,
                );
            }
        }
    }

    /// Reports that a table is missing.
    pub fn missing_table(&mut self, name: &str, example: &str) {
        let expected = format!("a table [{name}]");
        let mut finding = Finding::of_file(self.file, "is missing", expected);
        finding.key = name.to_owned();
        finding.example = example.to_owned();
        self.findings.push(finding);
    }

    /// Reports one thing at a place.
    pub fn add(
        &mut self,
        span: &std::ops::Range<usize>,
        key: &str,
        problem: impl Into<String>,
        expected: impl Into<String>,
        example: &str,
        suggestion: Option<String>,
    ) {
        let (line, column) = position(self.text, span);
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line,
            column,
            key: key.to_owned(),
            problem: problem.into(),
            expected: expected.into(),
            example: example.to_owned(),
            suggestion,
        });
    }

    fn check_value(&mut self, name: &str, known: &Key, value: &Spanned<DeValue<'_>>) {
        if let Some(problem) = known.takes.refuse(value.get_ref()) {
            let suggestion = known.takes.suggestion(value.get_ref());
            self.add(
                &value.span(),
                &dotted(name, known.name),
                problem,
                describe(known),
                known.example,
                suggestion,
            );
        }
    }

    fn unknown(&mut self, name: &str, key: &Spanned<std::borrow::Cow<'_, str>>, keys: &[Key], also: &[&str]) {
        let word = key.get_ref().as_ref();
        let known = || keys.iter().map(|key| key.name).chain(also.iter().copied());
        let suggestion = nearest(word, known());
        let example = keys
            .iter()
            .find(|key| Some(key.name) == suggestion.as_deref())
            .map_or("", |key| key.example);
        let expected = format!("one of {}", known().collect::<Vec<_>>().join(", "));
        self.add(
            &key.span(),
            &dotted(name, word),
            "unknown key",
            expected,
            example,
            suggestion,
        );
    }
}

fn describe(key: &Key) -> String {
    format!("{}: {}", key.takes.describe(), key.meaning)
}

fn dotted(table: &str, key: &str) -> String {
    if table.is_empty() {
        key.to_owned()
    } else {
        format!("{table}.{key}")
    }
}
