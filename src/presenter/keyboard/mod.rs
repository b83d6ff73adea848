//! The on-screen keyboard: which one is up, what is being composed, and what a key means.

mod drawing;

use kiosk_ui as ui;
use slint::{ComponentHandle, SharedString};
use zeroize::Zeroizing;

use crate::input::{
    BACKSPACE, Composition, EngineProcess, InputEngine, InputError, InputMethods, Method, PinyinSupply,
    Readiness, code_point,
};
use crate::session::action::Action;
use crate::session::view;

use self::drawing::Drawing;
use super::list::List;
use super::screen::KeyboardWish;
use super::words::Words;

/// Digits of the shortest code of a Chinese character, and of the longest.
const CODE_DIGITS: usize = 4;
const LONGEST_CODE: usize = 6;

/// The keyboard's state on the screen's side.
pub(super) struct Keyboard {
    supply: Option<PinyinSupply>,
    engine: Option<EngineProcess>,
    composition: Composition,
    candidates: List<SharedString>,
    wish: KeyboardWish,
    kind: ui::KeyboardKind,
    /// How this person enters Chinese: chosen once, kept for the visit.
    chinese: ui::KeyboardKind,
    /// What the engine was last told to do, and whether for a name.
    begun: Option<(Method, bool)>,
    /// The method that was asked for cannot be used.
    off: bool,
    drawing: Drawing,
    px_per_mm: f32,
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
            chinese: ui::KeyboardKind::Pinyin,
            begun: None,
            off: false,
            drawing: Drawing::default(),
            px_per_mm: 1.0,
        }
    }

    /// Pixels of the screen on one millimetre.
    pub fn fit(&mut self, px_per_mm: f32) {
        self.px_per_mm = px_per_mm;
    }

    /// Follows the page: another field brings its own keyboard, the same field keeps the chosen one.
    pub fn follow(&mut self, wish: KeyboardWish) {
        if wish.field != self.wish.field || wish.kind != self.wish.kind {
            self.forget_composition();
            self.kind = self.kind_of(wish.kind);
        }
        self.wish = wish;
    }

    /// Shows the keyboard again after it was closed on a page that always types into one field.
    pub fn reopen(&mut self) {
        self.kind = self.kind_of(self.wish.kind);
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
        keys.set_ink(self.drawing.path().into());
        keys.set_more(self.composition.more);
        self.candidates.set(
            self.composition
                .candidates
                .iter()
                .map(SharedString::from)
                .collect(),
        );
    }

    /// Why there is no Chinese at present, or what went wrong: a text id.
    fn notice(&self) -> Option<&'static str> {
        if self.kind == ui::KeyboardKind::Code {
            let typed = self.composition.preedit.len() >= CODE_DIGITS;
            return (typed && self.composition.candidates.is_empty()).then_some("keyboard.code-nothing");
        }
        match self.supply.as_ref().map(PinyinSupply::readiness) {
            Some(Readiness::Ready) => self.off.then_some("keyboard.method-off"),
            Some(Readiness::Preparing) => Some("keyboard.pinyin-preparing"),
            Some(Readiness::Off(_)) | None => Some("keyboard.pinyin-off"),
        }
    }

    /// A key with this text.
    pub fn key(&mut self, text: &str) -> Option<Action> {
        let mut characters = text.chars();
        let key = match (characters.next(), characters.next()) {
            (Some(key), None) => key,
            _ => return Some(Action::Type(text.to_owned())),
        };
        match (self.kind, key) {
            (_, ' ') if self.composing() => self.candidate(0),
            (ui::KeyboardKind::Code, '0'..='9' | 'a'..='f' | 'A'..='F') => self.code(key),
            (ui::KeyboardKind::Pinyin, 'a'..='z' | '\'')
            | (ui::KeyboardKind::Nine, '2'..='9' | '\'')
            | (ui::KeyboardKind::Strokes, 'h' | 's' | 'p' | 'n' | 'z' | '*') => {
                self.compose(|engine| engine.key(key))
            }
            _ => Some(Action::Type(text.to_owned())),
        }
    }

    /// A digit of a character's code.
    fn code(&mut self, digit: char) -> Option<Action> {
        if self.composition.preedit.len() < LONGEST_CODE {
            self.composition.preedit.push(digit.to_ascii_uppercase());
        }
        self.look_up();
        None
    }

    fn look_up(&mut self) {
        let found = code_point::parse(&self.composition.preedit);
        let typed = self.composition.preedit.len() >= CODE_DIGITS;
        let found = found.ok().filter(|_| typed);
        self.composition.candidates = found.map(String::from).into_iter().collect();
    }

    /// The finger in the box of handwriting, px from its upper left corner.
    pub fn draw(&mut self, phase: ui::StrokePhase, x: f32, y: f32) -> Option<Action> {
        if !self.drawing.add(phase, x, y) {
            return None;
        }
        self.recognise()
    }

    fn recognise(&mut self) -> Option<Action> {
        let strokes = Zeroizing::new(self.drawing.strokes(self.px_per_mm));
        self.compose(|engine| engine.write(&strokes))
    }

    /// The key that deletes: first the composition, then the field.
    pub fn erase(&mut self) -> Option<Action> {
        if !self.drawing.is_empty() {
            self.drawing.undo();
            return self.recognise();
        }
        match self.kind {
            _ if !self.composing() => Some(Action::Erase),
            ui::KeyboardKind::Code => {
                self.composition.preedit.pop();
                self.look_up();
                None
            }
            _ => self.compose(|engine| engine.key(BACKSPACE)),
        }
    }

    /// Empties composition and field.
    pub fn clear(&mut self) -> Option<Action> {
        self.forget_composition();
        Some(Action::Clear)
    }

    /// A candidate was touched.
    pub fn candidate(&mut self, index: usize) -> Option<Action> {
        if self.kind == ui::KeyboardKind::Code {
            let chosen = self.composition.candidates.get(index).cloned();
            self.composition = Composition::default();
            return chosen.map(Action::Type);
        }
        self.drawing = Drawing::default();
        self.compose(|engine| engine.choose(index))
    }

    /// The next candidates.
    pub fn more(&mut self) -> Option<Action> {
        self.compose(InputEngine::page)
    }

    /// Another keyboard for the same field. A way to enter Chinese is kept for the visit.
    pub fn switch(&mut self, kind: ui::KeyboardKind) {
        self.forget_composition();
        self.kind = kind;
        self.off = false;
        if method(kind).is_some() {
            self.chinese = kind;
            self.compose(|engine| engine.clear().map(|()| Composition::default()));
        }
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
        self.end_engine();
        self.chinese = ui::KeyboardKind::Pinyin;
        self.follow(KeyboardWish::default());
    }

    fn composing(&self) -> bool {
        !self.composition.preedit.is_empty() || !self.composition.candidates.is_empty()
    }

    fn forget_composition(&mut self) {
        self.drawing = Drawing::default();
        if self.composing() && self.kind != ui::KeyboardKind::Code {
            self.compose(|engine| engine.clear().map(|()| Composition::default()));
        }
        self.composition = Composition::default();
    }

    fn end_engine(&mut self) {
        self.engine = None;
        self.begun = None;
        self.off = false;
        self.drawing = Drawing::default();
        self.composition = Composition::default();
    }

    fn kind_of(&self, kind: Option<view::Keyboard>) -> ui::KeyboardKind {
        match kind {
            None => ui::KeyboardKind::None,
            Some(view::Keyboard::Digits) => ui::KeyboardKind::Digits,
            Some(view::Keyboard::Latin) => ui::KeyboardKind::Latin,
            Some(view::Keyboard::Pinyin | view::Keyboard::Name) => self.chinese,
        }
    }

    /// Lets the engine do something; finished words become an action.
    fn compose(
        &mut self,
        act: impl FnOnce(&mut EngineProcess) -> Result<Composition, InputError>,
    ) -> Option<Action> {
        // Without one the screen says so already.
        self.supply.as_ref()?;
        let result = self.engine().and_then(act);
        match result {
            Ok(mut composition) => {
                let words = std::mem::take(&mut composition.committed);
                self.composition = composition;
                (!words.is_empty()).then_some(Action::Type(words))
            }
            Err(InputError::UnknownKey | InputError::NoSuchCandidate | InputError::Preparing) => None,
            Err(InputError::MethodOff(reason)) => {
                tracing::warn!(reason, "input method");
                self.off = true;
                None
            }
            Err(error) => {
                // The next key starts a new engine.
                tracing::warn!(%error, "input engine");
                self.end_engine();
                None
            }
        }
    }

    /// The visit's engine, with the keyboard's method and the field's dictionary.
    fn engine(&mut self) -> Result<&mut EngineProcess, InputError> {
        if self.engine.is_none() {
            self.engine = Some(self.supply.as_ref().ok_or(InputError::Ended)?.open()?);
        }
        let engine = self.engine.as_mut().ok_or(InputError::Ended)?;
        let wanted = method(self.kind).map(|method| (method, self.wish.kind == Some(view::Keyboard::Name)));
        if let Some((method, names)) = wanted
            && self.begun != wanted
        {
            engine.begin(method, names)?;
            self.begun = wanted;
        }
        Ok(engine)
    }
}

fn method(kind: ui::KeyboardKind) -> Option<Method> {
    match kind {
        ui::KeyboardKind::Pinyin => Some(Method::Pinyin),
        ui::KeyboardKind::Nine => Some(Method::NinePinyin),
        ui::KeyboardKind::Strokes => Some(Method::Strokes),
        ui::KeyboardKind::Handwriting => Some(Method::Handwriting),
        ui::KeyboardKind::None
        | ui::KeyboardKind::Digits
        | ui::KeyboardKind::Latin
        | ui::KeyboardKind::Code => None,
    }
}
