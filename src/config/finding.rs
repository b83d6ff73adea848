//! What is wrong with a configuration file, where, and what to write instead.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One finding. `Display` is what a technician reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: PathBuf,
    /// Line from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column from 1, in characters; 0 when the whole line is meant.
    pub column: usize,
    /// Dotted key (`backend.url`), empty when no key is meant.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What is expected there.
    pub expected: String,
    /// A line that would be right; empty when none can be given.
    pub example: String,
    /// The key or word that was probably meant.
    pub suggestion: Option<String>,
}

impl Finding {
    /// A finding about a whole file.
    pub(super) fn of_file(file: &Path, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            key: String::new(),
            problem: problem.into(),
            expected: expected.into(),
            example: String::new(),
            suggestion: None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.display())?;
        if self.line > 0 {
            write!(formatter, ":{}:{}", self.line, self.column)?;
        }
        if !self.key.is_empty() {
            write!(formatter, ": `{}`", self.key)?;
        }
        write!(formatter, ": {}", self.problem)?;
        if let Some(suggestion) = &self.suggestion {
            write!(formatter, "\n  did you mean: {suggestion}")?;
        }
        if !self.expected.is_empty() {
            write!(formatter, "\n  expected: {}", self.expected)?;
        }
        if !self.example.is_empty() {
            write!(formatter, "\n  example: {}", self.example)?;
        }
        Ok(())
    }
}

/// Line and column (both from 1, columns in characters) of a byte offset.
pub(super) fn position(text: &str, span: &Range<usize>) -> (usize, usize) {
    let before = text.get(..span.start.min(text.len())).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// The candidate that was probably meant: at most a third of its letters differ.
pub(super) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    candidates
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// Levenshtein distance in characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut next = vec![index + 1];
        for (other, window) in right.iter().zip(row.windows(2)) {
            let (diagonal, above) = match window {
                [diagonal, above] => (*diagonal, *above),
                _ => continue,
            };
            let beside = next.last().copied().unwrap_or_default();
            let replaced = diagonal + usize::from(letter != *other);
            next.push(replaced.min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_word_and_a_strange_word_finds_none() {
        let known = ["region", "place", "language"];
        assert_eq!(nearest("regoin", known.into_iter()), Some("region".to_owned()));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "a = 1\n地点 = 2\n";
        let offset = text.find('=').map_or(0, |_| text.rfind('=').unwrap());
        assert_eq!(position(text, &(offset..offset + 1)), (2, 4));
    }
}
