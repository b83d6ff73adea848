//! Single characters that were found, a page at a time.

use zeroize::Zeroizing;

use super::{Composition, InputError};

/// The characters, best first, and the page that is shown. Personal data: zeroed when dropped.
#[derive(Default)]
pub(super) struct Pages {
    found: Zeroizing<Vec<char>>,
    start: usize,
    page: usize,
}

impl Pages {
    /// Starts at the first page; `page`: characters of one.
    pub fn new(found: Vec<char>, page: usize) -> Self {
        Self {
            found: Zeroizing::new(found),
            start: 0,
            page,
        }
    }

    /// The present page, of what the bar shows as `preedit`.
    pub fn composition(&self, preedit: String) -> Composition {
        Composition {
            preedit,
            candidates: self
                .found
                .iter()
                .skip(self.start)
                .take(self.page)
                .map(char::to_string)
                .collect(),
            more: self.found.len() > self.page,
            committed: String::new(),
        }
    }

    /// Turns to the next page, after the last to the first.
    pub fn turn(&mut self) {
        self.start += self.page;
        if self.start >= self.found.len() {
            self.start = 0;
        }
    }

    /// Commits the character with this index of the present page, and forgets the others.
    ///
    /// # Errors
    /// `NoSuchCandidate`.
    pub fn choose(&mut self, index: usize) -> Result<Composition, InputError> {
        let place = Some(index)
            .filter(|index| *index < self.page)
            .map(|index| self.start + index);
        let chosen = place
            .and_then(|place| self.found.get(place))
            .ok_or(InputError::NoSuchCandidate)?;
        let mut composition = Composition::default();
        composition.committed.push(*chosen);
        *self = Self::default();
        Ok(composition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 12;

    fn letters(count: usize) -> Pages {
        Pages::new(('a'..='z').take(count).collect(), PAGE)
    }

    fn shown(pages: &Pages) -> String {
        pages.composition(String::new()).candidates.concat()
    }

    #[test]
    fn pages_come_round() {
        let mut pages = letters(13);
        assert!(pages.composition(String::new()).more);
        assert_eq!(shown(&pages), "abcdefghijkl");
        pages.turn();
        assert_eq!(shown(&pages), "m");
        pages.turn();
        assert_eq!(shown(&pages), "abcdefghijkl");
    }

    #[test]
    fn one_full_page_has_no_other() {
        let mut pages = letters(12);
        assert!(!pages.composition(String::new()).more);
        pages.turn();
        assert_eq!(shown(&pages), "abcdefghijkl");
    }

    #[test]
    fn a_candidate_of_the_present_page_is_committed_once() {
        let mut pages = letters(20);
        pages.turn();
        assert_eq!(pages.choose(1).unwrap().committed, "n");
        assert!(matches!(pages.choose(1), Err(InputError::NoSuchCandidate)));
    }

    #[test]
    fn a_candidate_of_another_page_cannot_be_taken() {
        for index in [12, usize::MAX] {
            assert!(matches!(
                letters(13).choose(index),
                Err(InputError::NoSuchCandidate)
            ));
        }
    }
}
