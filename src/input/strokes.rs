//! Strokes (笔画): five keys, for who can write but not spell.

use std::rc::Rc;

use zeroize::Zeroizing;

use super::block_list::BlockList;
use super::handwriting::Point;
use super::pages::Pages;
use super::stroke_table::{ANY, StrokeTable};
use super::{BACKSPACE, Composition, InputEngine, InputError};

/// Characters of one page, beside the strokes in the bar.
const PAGE: usize = 7;
/// Many pages; who has not found the character by then types another stroke.
const FOUND: usize = 120;
/// No character has as many strokes; more keys change nothing.
const LONGEST: usize = 64;

/// Composes characters of strokes.
pub(super) struct Strokes {
    table: StrokeTable,
    blocked: Rc<BlockList>,
    typed: Zeroizing<String>,
    pages: Pages,
}

impl Strokes {
    /// `blocked`: characters that are never offered.
    pub fn new(table: StrokeTable, blocked: Rc<BlockList>) -> Self {
        Self {
            table,
            blocked,
            // Sized at once: a string that grows leaves copies behind.
            typed: Zeroizing::new(String::with_capacity(LONGEST)),
            pages: Pages::default(),
        }
    }

    fn search(&mut self) {
        self.pages = Pages::default();
        if !self.typed.is_empty() {
            let mut found = self.table.find(&self.typed, FOUND);
            found.retain(|character| !self.blocked.stops(character.encode_utf8(&mut [0; 4])));
            self.pages = Pages::new(found, PAGE);
        }
    }

    fn composition(&self) -> Composition {
        self.pages.composition(self.typed.chars().map(drawn).collect())
    }

    fn forget(&mut self) {
        self.typed.clear();
        self.pages = Pages::default();
    }
}

impl InputEngine for Strokes {
    fn key(&mut self, key: char) -> Result<Composition, InputError> {
        match key {
            'h' | 's' | 'p' | 'n' | 'z' | ANY if self.typed.len() < LONGEST => self.typed.push(key),
            'h' | 's' | 'p' | 'n' | 'z' | ANY => {}
            BACKSPACE => {
                self.typed.pop();
            }
            _ => return Err(InputError::UnknownKey),
        }
        self.search();
        Ok(self.composition())
    }

    fn write(&mut self, _strokes: &[Vec<Point>]) -> Result<Composition, InputError> {
        Err(InputError::BadRequest)
    }

    fn choose(&mut self, index: usize) -> Result<Composition, InputError> {
        let composition = self.pages.choose(index)?;
        self.typed.clear();
        Ok(composition)
    }

    fn page(&mut self) -> Result<Composition, InputError> {
        self.pages.turn();
        Ok(self.composition())
    }

    fn clear(&mut self) -> Result<(), InputError> {
        self.forget();
        Ok(())
    }
}

/// A key as the stroke it stands for.
fn drawn(key: char) -> char {
    match key {
        'h' => '一',
        's' => '丨',
        'p' => '丿',
        'n' => '丶',
        'z' => '乛',
        other => other,
    }
}
