//! The on-screen keyboard: which one is up, what is being composed, and what a key means.

use kiosk_ui as ui;
use slint::{ComponentHandle, SharedString};

use crate::input::{BACKSPACE, Composition, EngineProcess, InputEngine, InputError, PinyinSupply, Readiness};
use crate::session::action::Action;
use crate::session::view;

use super::list::List;
use super::screen::KeyboardWish;
use super::words::Words;

/// The keyboard's state on the screen's side.
pub(super) struct Keyboard {
    supply: Option<PinyinSupply>,
    engine: Option<EngineProcess>,
    composition: Composition,
    candidates: List<SharedString>,
    wish: KeyboardWish,
    kind: ui::KeyboardKind,
}

impl Keyboard {
    /// Without a supply there is no pinyin.
    pub fn new(app: &ui::App, supply: Option<PinyinSupply>) -> Self {
        let candidates = List::new(SharedString::clone);
        app.global::<ui::Keys<'_>>().set_candidates(candidates.model());
        Self {
            supply,
            engine: None,
            composition: Composition::default(),
            candidates,
            wish: KeyboardWish::default(),
            kind: ui::KeyboardKind::None,
        }
    }

    /// Follows the page: another field brings its own keyboard, the same field keeps the chosen one.
    pub fn follow(&mut self, wish: KeyboardWish) {
        if wish.field != self.wish.field || wish.kind != self.wish.kind {
            self.forget_composition();
            self.kind = kind_of(wish.kind);
        }
        self.wish = wish;
    }

    /// Shows the keyboard again after it was closed on a page that always types into one field.
    pub fn reopen(&mut self) {
        self.kind = kind_of(self.wish.kind);
    }

    /// Puts the state into the screen's global.
    pub fn show(&self, app: &ui::App, words: &Words) {
        let keys = app.global::<ui::Keys<'_>>();
        let notice = self.notice();
        keys.set_kind(self.kind);
        keys.set_card_number(self.wish.card_number);
        keys.set_last(self.wish.after.is_empty());
        keys.set_notice(notice.map(|id| words.text(id, [])).unwrap_or_default());
        keys.set_composition(self.composition.preedit.as_str().into());
        keys.set_more(self.composition.more);
        self.candidates.set(
            self.composition
                .candidates
                .iter()
                .map(SharedString::from)
                .collect(),
        );
    }

    /// Why no pinyin can be typed at present: a text id.
    fn notice(&self) -> Option<&'static str> {
        match self.supply.as_ref().map(PinyinSupply::readiness) {
            Some(Readiness::Ready) => None,
            Some(Readiness::Preparing) => Some("keyboard.pinyin-preparing"),
            Some(Readiness::Off(_)) | None => Some("keyboard.pinyin-off"),
        }
    }

    /// A key with this text.
    pub fn key(&mut self, text: &str) -> Option<Action> {
        if self.kind != ui::KeyboardKind::Pinyin {
            return Some(Action::Type(text.to_owned()));
        }
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(letter @ ('a'..='z' | '\'')), None) => self.compose(|engine| engine.key(letter)),
            (Some(' '), None) if self.composing() => self.candidate(0),
            _ => Some(Action::Type(text.to_owned())),
        }
    }

    /// The key that deletes: first the composition, then the field.
    pub fn erase(&mut self) -> Option<Action> {
        if self.composing() {
            self.compose(|engine| engine.key(BACKSPACE))
        } else {
            Some(Action::Erase)
        }
    }

    /// Empties composition and field.
    pub fn clear(&mut self) -> Option<Action> {
        self.forget_composition();
        Some(Action::Clear)
    }

    /// A candidate was touched.
    pub fn candidate(&mut self, index: usize) -> Option<Action> {
        self.compose(|engine| engine.choose(index))
    }

    /// The next candidates.
    pub fn more(&mut self) -> Option<Action> {
        self.compose(InputEngine::page)
    }

    /// Another keyboard for the same field.
    pub fn switch(&mut self, kind: ui::KeyboardKind) {
        self.forget_composition();
        self.kind = kind;
    }

    /// The green key: takes the first candidate, then goes on to the next field or closes.
    pub fn done(&mut self) -> Vec<Action> {
        let word = if self.composing() { self.candidate(0) } else { None };
        self.forget_composition();
        let field = self.wish.after.clone();
        if field.is_empty() {
            self.kind = ui::KeyboardKind::None;
        }
        word.into_iter().chain([Action::Focus(field)]).collect()
    }

    /// Ends the engine with all that was typed.
    pub fn end_visit(&mut self) {
        self.engine = None;
        self.composition = Composition::default();
        self.follow(KeyboardWish::default());
    }

    fn composing(&self) -> bool {
        !self.composition.preedit.is_empty()
    }

    fn forget_composition(&mut self) {
        if self.composing() {
            self.compose(|engine| engine.clear().map(|()| Composition::default()));
        }
    }

    /// Lets the engine do something; finished words become an action.
    fn compose(
        &mut self,
        act: impl FnOnce(&mut EngineProcess) -> Result<Composition, InputError>,
    ) -> Option<Action> {
        let result = self.engine().and_then(act);
        match result {
            Ok(mut composition) => {
                let words = std::mem::take(&mut composition.committed);
                self.composition = composition;
                (!words.is_empty()).then_some(Action::Type(words))
            }
            Err(InputError::UnknownKey | InputError::NoSuchCandidate | InputError::Preparing) => None,
            Err(error) => {
                // The next key starts a new engine.
                tracing::warn!(%error, "input engine");
                self.engine = None;
                self.composition = Composition::default();
                None
            }
        }
    }

    fn engine(&mut self) -> Result<&mut EngineProcess, InputError> {
        if self.engine.is_none() {
            self.engine = Some(self.supply.as_ref().ok_or(InputError::Ended)?.open()?);
        }
        self.engine.as_mut().ok_or(InputError::Ended)
    }
}

fn kind_of(kind: Option<view::Keyboard>) -> ui::KeyboardKind {
    match kind {
        None => ui::KeyboardKind::None,
        Some(view::Keyboard::Digits) => ui::KeyboardKind::Digits,
        Some(view::Keyboard::Latin) => ui::KeyboardKind::Latin,
        Some(view::Keyboard::Pinyin) => ui::KeyboardKind::Pinyin,
    }
}
