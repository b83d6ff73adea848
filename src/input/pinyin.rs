//! Pinyin on librime: pages of candidates without the words of the block list.

use super::rime::Session;
use super::{BACKSPACE, Composition, InputEngine, InputError};

/// Candidates of one page: what the keyboard's bar holds at the largest type.
const PAGE: usize = 6;

/// The engine inside the child process.
pub(super) struct Pinyin {
    session: Session,
    blocked: Vec<String>,
    /// Index in librime's list of each candidate that is shown.
    shown: Vec<usize>,
    /// Where the next page starts; 0 after the last.
    next: usize,
}

impl Pinyin {
    /// `blocked`: words that are never offered.
    pub fn new(session: Session, blocked: Vec<String>) -> Self {
        Self {
            session,
            blocked,
            shown: Vec::new(),
            next: 0,
        }
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
            if blocked.contains(&text) {
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
        Composition {
            preedit: self.session.preedit(),
            more: self.next > 0 || start > 0,
            candidates,
            committed,
        }
    }
}

impl InputEngine for Pinyin {
    fn key(&mut self, key: char) -> Result<Composition, InputError> {
        match key {
            'a'..='z' | '\'' => self.session.letter(u8::try_from(key).unwrap_or(b'\'')),
            BACKSPACE => self.session.backspace(),
            _ => return Err(InputError::UnknownKey),
        }
        Ok(self.composition(0))
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
