//! Pinyin on librime, with letters or nine keys: pages of candidates without the words of the block list.

use std::rc::Rc;

use super::block_list::BlockList;
use super::handwriting::Point;
use super::rime::{Directories, Rime, Session};
use super::staging::{NAMES, NINE_NAMES, NINE_WORDS, WORDS};
use super::{BACKSPACE, Composition, InputEngine, InputError};

/// Candidates of one page: what the keyboard's bar holds at the largest type.
const PAGE: usize = 6;

/// What the keys are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `a` to `z`.
    Letters,
    /// `2` to `9`, three or four letters each.
    NineKeys,
}

/// The pinyin of the child process.
pub(super) struct Pinyin {
    session: Session,
    spelling: Spelling,
    blocked: Rc<BlockList>,
    /// Index in librime's list of each candidate that is shown.
    shown: Vec<usize>,
    /// Where the next page starts; 0 after the last.
    next: usize,
}

impl Pinyin {
    /// Loads librime with letters and ordinary words. `blocked`: words that are never offered.
    ///
    /// # Errors
    /// `LibraryMissing`, `LibraryTooOld`, `SchemaRefused`.
    pub fn open(directories: &Directories<'_>, blocked: Rc<BlockList>) -> Result<Self, InputError> {
        Ok(Self {
            session: Rime::load(directories)?.session(directories, WORDS)?,
            spelling: Spelling::Letters,
            blocked,
            shown: Vec::new(),
            next: 0,
        })
    }

    /// Forgets the composition and takes other keys, or another dictionary.
    ///
    /// # Errors
    /// `SchemaRefused`.
    pub fn spell(&mut self, spelling: Spelling, names: bool) -> Result<(), InputError> {
        self.clear()?;
        self.session.select_schema(match (spelling, names) {
            (Spelling::Letters, false) => WORDS,
            (Spelling::Letters, true) => NAMES,
            (Spelling::NineKeys, false) => NINE_WORDS,
            (Spelling::NineKeys, true) => NINE_NAMES,
        })?;
        self.spelling = spelling;
        Ok(())
    }

    /// The state after a change, with the page that starts at `start` of librime's list.
    fn composition(&mut self, start: usize) -> Composition {
        let committed = self.session.take_commit();
        let mut candidates = Vec::new();
        let (shown, blocked) = (&mut self.shown, &self.blocked);
        shown.clear();
        self.next = 0;
        let next = &mut self.next;
        self.session.candidates(start, |index, text| {
            if blocked.stops(&text) {
                return true;
            }
            if candidates.len() == PAGE {
                *next = index;
                return false;
            }
            shown.push(index);
            candidates.push(text);
            true
        });
        let written = self.session.written();
        Composition {
            preedit: match self.spelling {
                Spelling::Letters => written.preedit.clone(),
                Spelling::NineKeys => likely_letters(&written.preedit, &written.pinyin),
            },
            more: self.next > 0 || start > 0,
            candidates,
            committed,
        }
    }

    fn is_letter(&self, key: char) -> bool {
        match self.spelling {
            Spelling::Letters => matches!(key, 'a'..='z' | '\''),
            Spelling::NineKeys => matches!(key, '2'..='9' | '\''),
        }
    }
}

impl InputEngine for Pinyin {
    fn key(&mut self, key: char) -> Result<Composition, InputError> {
        match u8::try_from(key) {
            Ok(letter) if self.is_letter(key) => self.session.letter(letter),
            _ if key == BACKSPACE => self.session.backspace(),
            _ => return Err(InputError::UnknownKey),
        }
        Ok(self.composition(0))
    }

    fn write(&mut self, _strokes: &[Vec<Point>]) -> Result<Composition, InputError> {
        Err(InputError::BadRequest)
    }

    fn choose(&mut self, index: usize) -> Result<Composition, InputError> {
        let index = *self.shown.get(index).ok_or(InputError::NoSuchCandidate)?;
        if !self.session.select(index) {
            return Err(InputError::NoSuchCandidate);
        }
        Ok(self.composition(0))
    }

    fn page(&mut self) -> Result<Composition, InputError> {
        Ok(self.composition(self.next))
    }

    fn clear(&mut self) -> Result<(), InputError> {
        self.session.clear();
        self.shown.clear();
        self.next = 0;
        Ok(())
    }
}

/// Nine keys as letters: each group of digits of `preedit` becomes the beginning of its syllable of
/// `pinyin`. What was chosen already stays, and so do digits without a syllable.
fn likely_letters(preedit: &str, pinyin: &str) -> String {
    let typed = preedit
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(preedit.len());
    let (chosen, digits) = preedit.split_at(typed);
    let mut letters = String::with_capacity(preedit.len() * 2);
    letters.push_str(chosen);
    let mut syllables = pinyin.split(' ');
    for (place, group) in digits.split([' ', '\'']).enumerate() {
        if place > 0 {
            letters.push(' ');
        }
        let syllable = syllables.next().unwrap_or_default();
        letters.extend(syllable.chars().take(group.len()));
        letters.extend(group.chars().skip(syllable.chars().count()));
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::likely_letters;

    #[test]
    fn digits_become_the_letters_of_the_first_candidate() {
        assert_eq!(likely_letters("94264 934", "zhang wei"), "zhang wei");
    }

    #[test]
    fn an_unfinished_syllable_shows_as_many_letters_as_keys() {
        assert_eq!(likely_letters("94264 93", "zhang wei"), "zhang we");
    }

    #[test]
    fn chosen_words_and_digits_without_a_syllable_stay() {
        assert_eq!(likely_letters("王949 9464", "xiu"), "王xiu 9464");
        assert_eq!(likely_letters("22", ""), "22");
        assert_eq!(likely_letters("234 5646474", "bei lo"), "bei lo46474");
        assert_eq!(likely_letters("王", "wang"), "王");
    }

    #[test]
    fn a_separator_at_the_end_is_a_gap() {
        assert_eq!(likely_letters("94'", "xi"), "xi ");
    }
}
