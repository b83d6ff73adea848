//! Words that the keyboard never offers.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::InputError;

/// The words of `blocked.txt`.
pub(super) struct BlockList {
    /// Not offered as they stand; they may be part of another word.
    whole: HashSet<String>,
    /// Not offered, nor any words with them inside.
    within: Vec<String>,
}

impl BlockList {
    /// Reads the file.
    ///
    /// # Errors
    /// `File` when it cannot be read.
    pub fn load(path: &Path) -> Result<Self, InputError> {
        let text = fs::read_to_string(path).map_err(|cause| InputError::file(path, cause))?;
        Ok(Self::parse(&text))
    }

    /// One word a line, with stars around it when it is blocked inside others too; `#` starts a comment.
    fn parse(text: &str) -> Self {
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim());
        let mut list = Self {
            whole: HashSet::new(),
            within: Vec::new(),
        };
        for line in lines.filter(|line| !line.is_empty()) {
            match line.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')) {
                Some(word) => list.within.push(word.to_owned()),
                None => {
                    list.whole.insert(line.to_owned());
                }
            }
        }
        list
    }

    /// Whether this candidate must not be shown.
    pub fn stops(&self, candidate: &str) -> bool {
        self.whole.contains(candidate) || self.within.iter().any(|word| candidate.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_stops_only_the_word_itself() {
        let list = BlockList::parse("妈的 # 妈妈的 is an ordinary word\n");
        assert!(list.stops("妈的"));
        assert!(!list.stops("妈妈的"));
    }

    #[test]
    fn a_starred_line_stops_every_candidate_with_the_word_inside() {
        let list = BlockList::parse("*傻逼*");
        assert!(list.stops("傻逼"));
        assert!(list.stops("大傻逼的"));
        assert!(!list.stops("*傻逼*".get(1..4).unwrap()));
    }

    #[test]
    fn comments_and_empty_lines_stop_nothing() {
        let list = BlockList::parse("# 好\n\n  \n");
        assert!(!list.stops("好") && !list.stops(""));
    }
}
