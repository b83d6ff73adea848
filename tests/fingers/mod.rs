//! Hands on the real screen. For each action that a script wants, they try what can be pressed until something does
//! just that; what a wrong key would have done never reaches the terminal.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole as Role, ElementHandle, ElementQuery, mock_elapsed_time};
use kiosk::commands::visit::Hands;
use kiosk::config::{Orientation, Screen};
use kiosk::input::PinyinSupply;
use kiosk::presenter::{Options, Presenter};
use kiosk::session::action::Action;
use kiosk::session::view::View;
use kiosk::text::Texts;
use pinyin::ToPinyin;
use slint::ComponentHandle;
use slint::platform::{Key, PointerEventButton, WindowEvent};

use crate::common::configuration;

/// More controls than any page has, with its parts.
const TRIES: usize = 250;
/// A strike that comes sooner is none.
const BETWEEN_STRIKES: Duration = Duration::from_millis(600);

/// What the person uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A finger on the screen.
    Finger,
    /// The tactile keypad.
    Keypad,
    /// The tactile keypad, and nothing is seen.
    Ear,
}

pub struct Fingers {
    way: Way,
    presenter: Presenter,
    done: Rc<RefCell<Vec<Action>>>,
}

impl Fingers {
    pub fn new(way: Way, pinyin: PinyinSupply) -> Self {
        i_slint_backend_testing::init_no_event_loop();
        let configuration = configuration();
        let texts = Texts::load(&configuration.text_files().unwrap()).unwrap();
        let screen = Screen {
            orientation: Orientation::Portrait,
            ..configuration.kiosk.screen
        };
        let options = Options {
            texts: Arc::new(texts),
            place: String::new(),
            language: configuration.kiosk.language,
            screen,
            can_speak: true,
            pointer: false,
            pinyin: Some(pinyin),
        };
        let done = Rc::new(RefCell::new(Vec::new()));
        let sent = done.clone();
        let presenter = Presenter::new(options, move |action| sent.borrow_mut().push(action)).unwrap();
        presenter
            .app()
            .window()
            .set_size(slint::PhysicalSize::new(1080, 1920));
        presenter.fit();
        presenter.app().show().unwrap();
        Self { way, presenter, done }
    }

    fn strike(&self, key: impl Into<slint::SharedString>) {
        let (window, text) = (self.presenter.app().window(), key.into());
        window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        window.dispatch_event(WindowEvent::KeyReleased { text });
        mock_elapsed_time(BETWEEN_STRIKES);
    }

    fn controls(&self) -> Vec<ElementHandle> {
        let pressed = [
            Role::Button,
            Role::RadioButton,
            Role::Checkbox,
            Role::Switch,
            Role::TextInput,
        ];
        ElementQuery::from_root(self.presenter.app())
            .match_descendants()
            .match_predicate(move |element| {
                element
                    .accessible_role()
                    .is_some_and(|role| pressed.contains(&role))
            })
            .find_all()
    }

    /// Presses one control after another until `wanted` is done. Parts of a page that were turned by the way stay turned.
    fn find(&self, wanted: impl Fn(&Action) -> bool) -> bool {
        (0..TRIES).any(|turn| {
            let heard = match self.way {
                Way::Finger => self.touch(turn),
                Way::Keypad | Way::Ear => self.go_on(),
            };
            let done = self.done.take();
            let found = done.iter().any(&wanted);
            assert!(
                !found || heard,
                "what was pressed does not say what it is: {done:?}"
            );
            found
        })
    }

    /// Whether the control has a name.
    fn touch(&self, turn: usize) -> bool {
        let controls = self.controls();
        let control = &controls[turn % controls.len()];
        control.mock_single_click(PointerEventButton::Left);
        mock_elapsed_time(BETWEEN_STRIKES);
        control.accessible_label().is_some_and(|label| !label.is_empty())
    }

    /// The next control, and OK. Whether it was said where that is; at the beginning of a page OK reads it.
    fn go_on(&self) -> bool {
        self.strike(Key::Tab);
        let said = |action: &Action| matches!(action, Action::Reached(words) if !words.is_empty());
        let heard = self.done.borrow().iter().any(said);
        self.done.borrow_mut().clear();
        self.strike(Key::Return);
        heard
            || self
                .done
                .borrow()
                .iter()
                .any(|action| matches!(action, Action::Start))
    }

    /// Presses what says this.
    fn press(&self, label: &str) -> Result<(), String> {
        if self.way == Way::Finger {
            let says =
                |control: &ElementHandle| control.accessible_label().is_some_and(|words| words == label);
            let labelled = self.controls().into_iter().rfind(says);
            let control = labelled.ok_or_else(|| format!("nothing says {label}"))?;
            control.mock_single_click(PointerEventButton::Left);
            mock_elapsed_time(BETWEEN_STRIKES);
            return Ok(());
        }
        let before = self.done.take();
        for _ in 0..TRIES {
            self.strike(Key::Tab);
            let come = |action: &Action| matches!(action, Action::Reached(words) if words.starts_with(label));
            if self.done.take().iter().any(come) {
                self.done.borrow_mut().extend(before);
                self.strike(Key::Return);
                return Ok(());
            }
        }
        Err(format!("the keypad never comes to {label}"))
    }

    /// The one obvious next action: the main button, or what turns the page to it.
    fn next(&self) -> Result<(), String> {
        const PARTS: usize = 6;
        let main = self
            .presenter
            .app()
            .global::<kiosk_ui::Page<'_>>()
            .get_next()
            .text
            .to_string();
        if main.is_empty() {
            let found = self.find(|done| *done == Action::Next);
            return found
                .then_some(())
                .ok_or_else(|| "nothing on the screen goes on".to_owned());
        }
        let mut pressed = Vec::new();
        for _ in 0..PARTS {
            let labels: Vec<String> = self
                .controls()
                .iter()
                .filter_map(ElementHandle::accessible_label)
                .map(String::from)
                .collect();
            let dock = ["返回", "首页", "朗读", "大字", "呼叫工作人员"];
            let last = labels.iter().rfind(|label| !dock.contains(&label.as_str()));
            let label = if labels.contains(&main) { Some(&main) } else { last };
            let label = label.ok_or("there is nothing to press")?;
            self.press(label)?;
            pressed.push(label.clone());
            let done = self.done.take();
            // The keyboard's green key stands in the place of the main button.
            if done
                .iter()
                .any(|action| matches!(action, Action::Next | Action::Focus(_)))
            {
                return Ok(());
            }
            if let Some(other) = done
                .iter()
                .find(|action| !matches!(action, Action::Reached(_) | Action::Keypad))
            {
                return self.stands_for_next(other);
            }
        }
        Err(format!(
            "nothing on the screen leads to {main}; pressed were {pressed:?}"
        ))
    }

    /// A page whose main button has a meaning of its own.
    fn stands_for_next(&self, done: &Action) -> Result<(), String> {
        match done {
            Action::Start | Action::AnotherMatter | Action::TryAgain | Action::Leave => Ok(()),
            other => Err(format!("the main button does {other:?}")),
        }
    }

    fn write(&self, words: &str) -> Result<(), String> {
        if words.is_ascii() {
            for letter in words.chars() {
                self.letter(letter)?;
            }
            return Ok(());
        }
        for syllable in words.to_pinyin().flatten() {
            for letter in syllable.plain().replace('ü', "v").chars() {
                self.letter(letter)?;
            }
        }
        // The candidates that begin what is still to be written, the longest first.
        let mut rest = words;
        while !rest.is_empty() {
            let begins = |control: &ElementHandle| {
                let label = control.accessible_label().unwrap_or_default().to_string();
                rest.strip_prefix(label.as_str())
                    .filter(|_| !label.is_empty())
                    .map(|_| label)
            };
            let mut labels: Vec<String> = self.controls().iter().filter_map(begins).collect();
            labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
            let label = labels
                .first()
                .ok_or_else(|| format!("{rest} is not among the candidates"))?;
            self.press(label)?;
            rest = &rest[label.len()..];
        }
        let typed = self.done.take();
        let whole: String = typed
            .iter()
            .filter_map(|action| match action {
                Action::Type(words) => Some(words.as_str()),
                _ => None,
            })
            .collect();
        if whole == words {
            Ok(())
        } else {
            Err(format!("{words} was to be written, and came out as {typed:?}"))
        }
    }

    fn letter(&self, letter: char) -> Result<(), String> {
        let letter = letter.to_string();
        if self.way == Way::Finger {
            let mut keys = ElementHandle::find_by_accessible_label(self.presenter.app(), &letter);
            let key = keys.next().ok_or_else(|| format!("there is no key {letter}"))?;
            key.mock_single_click(PointerEventButton::Left);
            mock_elapsed_time(BETWEEN_STRIKES);
        } else {
            self.strike(letter.as_str());
        }
        Ok(())
    }

    /// Only a finger signs; who cannot is helped, and the helper's finger is not played here.
    fn sign(&self) -> Result<(), String> {
        if self.way != Way::Finger {
            return Ok(());
        }
        let label = "签名区，用手指写您的名字";
        let mut boxes = ElementHandle::find_by_accessible_label(self.presenter.app(), label);
        let area = boxes.next().ok_or("there is no box to sign in")?;
        let from = area.absolute_position();
        let to = slint::LogicalPosition::new(from.x + 300.0, from.y + 200.0);
        area.mock_drag(to, PointerEventButton::Left);
        let done = self.done.take();
        let signed = done.iter().any(|action| matches!(action, Action::Sign(_)));
        if signed {
            Ok(())
        } else {
            Err(format!("the finger gives no signature: {done:?}"))
        }
    }
}

impl Hands for Fingers {
    fn act(&mut self, view: &View, action: &Action) -> Result<(), String> {
        self.presenter.show(view);
        mock_elapsed_time(BETWEEN_STRIKES);
        self.done.take();
        let found = match action {
            Action::Type(words) => return self.write(words),
            Action::Sign(_) => return self.sign(),
            Action::Next => return self.next(),
            // Whoever uses the keypad from the first key on hears what there is.
            Action::Aloud(true) | Action::Curtain(true) => {
                self.strike(Key::F7);
                self.done.take().contains(&Action::Curtain(true))
            }
            wanted => self.find(|done| done == wanted),
        };
        if found {
            Ok(())
        } else {
            Err(format!("nothing on the screen does {action:?}"))
        }
    }
}
