//! Handwriting as a method: a drawing at a time, of which one of the likest characters is taken.

use std::rc::Rc;

use zeroize::Zeroizing;

use super::block_list::BlockList;
use super::handwriting::{Point, Recogniser};
use super::pages::Pages;
use super::{Composition, InputEngine, InputError};

/// Three pages; who has not found the character by then writes it again.
const FOUND: usize = 36;
/// Characters of one page: they fill the bar.
const PAGE: usize = 12;

/// Composes characters of drawings.
pub(super) struct Drawing {
    recogniser: Recogniser,
    blocked: Rc<BlockList>,
    pages: Pages,
}

impl Drawing {
    /// `blocked`: characters that are never offered.
    pub fn new(recogniser: Recogniser, blocked: Rc<BlockList>) -> Self {
        Self {
            recogniser,
            blocked,
            pages: Pages::default(),
        }
    }
}

impl InputEngine for Drawing {
    fn key(&mut self, _key: char) -> Result<Composition, InputError> {
        Err(InputError::UnknownKey)
    }

    fn write(&mut self, strokes: &[Vec<Point>]) -> Result<Composition, InputError> {
        let mut found = Zeroizing::new(self.recogniser.recognise(strokes, FOUND));
        found.retain(|character| !self.blocked.stops(character.encode_utf8(&mut [0; 4])));
        self.pages = Pages::new(std::mem::take(&mut *found), PAGE);
        Ok(self.pages.composition(String::new()))
    }

    fn choose(&mut self, index: usize) -> Result<Composition, InputError> {
        self.pages.choose(index)
    }

    fn page(&mut self) -> Result<Composition, InputError> {
        self.pages.turn();
        Ok(self.pages.composition(String::new()))
    }

    fn clear(&mut self) -> Result<(), InputError> {
        self.pages = Pages::default();
        Ok(())
    }
}
