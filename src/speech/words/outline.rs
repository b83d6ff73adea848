//! The spoken text while it grows: no two pauses in a row, none at the start, and no space where
//! the language has none.

use zeroize::Zeroizing;

use super::Language;
use super::sign::is_han;

/// Pauses from short to long.
const PAUSES: [(char, &str); 7] = [
    ('、', ","),
    ('，', ","),
    ('：', ","),
    ('；', ";"),
    ('。', "."),
    ('！', "!"),
    ('？', "?"),
];

pub(super) struct Outline {
    language: Language,
    text: Zeroizing<String>,
    /// Index in [`PAUSES`] of the longest pause since the last word.
    pause: Option<usize>,
    space: bool,
}

impl Outline {
    pub fn new(language: Language) -> Self {
        Self {
            language,
            text: Zeroizing::default(),
            pause: None,
            space: false,
        }
    }

    /// Adds words; the marks of [`PAUSES`] are pauses.
    pub fn say(&mut self, words: &str) {
        for char in words.chars() {
            if let Some(pause) = PAUSES.iter().position(|(mark, _)| *mark == char) {
                self.pause = self.pause.max(Some(pause));
            } else if char == ' ' {
                self.space = true;
            } else {
                self.word(char);
            }
        }
    }

    fn word(&mut self, char: char) {
        if let Some(last) = self.text.chars().next_back() {
            self.between(last, char);
        }
        (self.pause, self.space) = (None, false);
        self.text.push(char);
    }

    fn between(&mut self, last: char, next: char) {
        let pause = self.pause.and_then(|pause| PAUSES.get(pause));
        match (pause, self.language) {
            (Some((mark, _)), Language::Chinese) => self.text.push(*mark),
            (Some((_, mark)), Language::English) => {
                self.text.push_str(mark);
                self.text.push(' ');
            }
            (None, Language::Chinese) if self.space && (is_han(last) || is_han(next)) => {}
            (None, _) if self.space => self.text.push(' '),
            (None, _) => {}
        }
    }

    /// The text; only a long pause stays at its end.
    pub fn finish(mut self) -> Zeroizing<String> {
        let last = self.pause.and_then(|pause| PAUSES.get(pause));
        if let Some((mark, ascii)) = last.filter(|(mark, _)| "。！？".contains(*mark))
            && !self.text.is_empty()
        {
            match self.language {
                Language::Chinese => self.text.push(*mark),
                Language::English => self.text.push_str(ascii),
            }
        }
        self.text
    }
}
