//! The tactile keypad: every control is reached, in the order of reading, and says what it is.

use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole as Role, ElementHandle, ElementQuery, mock_elapsed_time};
use kiosk::session::action::Action;
use kiosk::session::view::*;
use slint::ComponentHandle;
use slint::platform::{Key, WindowEvent};

use crate::sample::{Stage, button, choice, field, form, pages, say, view};

impl Stage {
    fn press(&self, key: Key) {
        self.strike(slint::SharedString::from(key));
    }

    fn strike(&self, text: slint::SharedString) {
        let window = self.presenter.app().window();
        window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        window.dispatch_event(WindowEvent::KeyReleased { text });
        mock_elapsed_time(Duration::from_millis(600));
    }

    /// What was done, but for the keypad's being used.
    fn done(&self) -> Vec<Action> {
        let mut actions = self.actions();
        actions.retain(|action| *action != Action::Keypad);
        actions
    }

    /// What the focus came to, in its order, until it is back at the beginning.
    fn reached(&self) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        for _ in 0..200 {
            self.press(Key::Tab);
            let new = self.actions().into_iter().filter_map(|action| match action {
                Action::Reached(words) => Some(words),
                _ => None,
            });
            let new: Vec<String> = new.collect();
            if new.is_empty() {
                return said;
            }
            said.extend(new);
        }
        panic!("the focus never comes back to the beginning: {said:?}");
    }

    fn controls(&self) -> Vec<ElementHandle> {
        let wanted = [
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
                    .is_some_and(|role| wanted.contains(&role))
            })
            .find_all()
    }
}

#[test]
fn every_control_of_every_page_is_reached_by_the_keypad() {
    let stage = Stage::new();
    for (page, kind) in pages() {
        stage.show(page);
        stage.actions();
        let reached = stage.reached();
        for control in stage.controls() {
            let label = control.accessible_label().unwrap_or_default().to_string();
            assert!(!label.is_empty(), "{kind:?}: a control says nothing");
            assert!(
                reached.iter().any(|words| words.starts_with(&label)),
                "{kind:?}: the keypad never comes to {label}; it comes to {reached:?}"
            );
        }
    }
}

#[test]
fn the_dock_comes_after_the_page() {
    let stage = Stage::new();
    for (page, kind) in pages() {
        stage.show(page);
        stage.actions();
        let reached = stage.reached();
        let staff = reached.last().unwrap();
        assert!(staff.starts_with("呼叫工作人员"), "{kind:?}: last is {staff}");
    }
}

#[test]
fn the_arrows_go_on_and_back() {
    let stage = Stage::new();
    stage.show(crate::sample::submitted(Paper::Done));
    stage.press(Key::DownArrow);
    stage.press(Key::DownArrow);
    stage.press(Key::UpArrow);
    let words = stage.actions().into_iter().filter_map(|action| match action {
        Action::Reached(words) => Some(words),
        _ => None,
    });
    let words: Vec<String> = words.collect();
    assert_eq!(words.len(), 3);
    assert!(words[0] != words[1] && words[0] == words[2], "{words:?}");
}

#[test]
fn ok_presses_what_the_focus_stands_on_and_says_what_it_stands_at_now() {
    let stage = Stage::new();
    let ways = |chosen| {
        let next = button(Action::Next, "继续");
        Page::LoginWays {
            ways: vec![choice("face", "刷脸", chosen), choice("sms", "短信", false)],
            points: vec![],
            next,
        }
    };
    stage.show(ways(false));
    stage.press(Key::Tab);
    assert_eq!(stage.done(), [Action::Reached("刷脸".into())]);
    stage.press(Key::Return);
    assert_eq!(stage.actions(), [Action::Choose("face".into())]);
    stage.show(ways(true));
    assert_eq!(stage.actions(), [Action::Reached("刷脸，已选".into())]);
}

#[test]
fn what_cannot_be_used_is_reached_says_why_and_does_nothing() {
    let stage = Stage::new();
    let mut next = button(Action::Next, "继续");
    next.off = Some(say("请先选一种"));
    stage.show(Page::LoginWays {
        ways: vec![],
        points: vec![],
        next,
    });
    stage.press(Key::Tab);
    stage.press(Key::Return);
    assert_eq!(stage.done(), [Action::Reached("继续，请先选一种".into())]);
}

#[test]
fn the_keys_of_the_keypad_have_their_meaning_on_every_page() {
    let stage = Stage::new();
    stage.show(crate::sample::submitted(Paper::Done));
    let meant = [
        (Key::Escape, Action::Back),
        (Key::Home, Action::Home),
        (Key::F1, Action::Comfort),
        (Key::F5, Action::ReadAloud),
        (Key::F6, Action::Hush),
        (Key::F7, Action::Curtain(true)),
        (Key::F8, Action::BiggerText),
        (Key::F9, Action::Louder(false)),
        (Key::F10, Action::Louder(true)),
        (Key::F12, Action::CallStaff),
    ];
    for (key, action) in meant {
        stage.press(key);
        assert_eq!(stage.actions(), [Action::Keypad, action]);
    }
}

#[test]
fn digits_of_the_keypad_are_typed_where_something_is_typed() {
    let stage = Stage::new();
    let keyboard = Some(Keyboard::Digits);
    stage.show(form(vec![field("phone", "手机号", keyboard)], "phone"));
    stage.strike("7".into());
    stage.press(Key::Backspace);
    assert_eq!(stage.done(), [Action::Type("7".into()), Action::Erase]);
    stage.show(crate::sample::submitted(Paper::Done));
    stage.strike("7".into());
    assert_eq!(
        stage.actions(),
        [Action::Keypad],
        "nothing is typed into a page without a field"
    );
}

#[test]
fn a_second_strike_at_once_is_none() {
    let stage = Stage::new();
    stage.show(crate::sample::submitted(Paper::Done));
    let other = stage.find("再办一件").unwrap();
    for _ in 0..2 {
        other.mock_single_click(slint::platform::PointerEventButton::Left);
        mock_elapsed_time(Duration::from_millis(100));
    }
    assert_eq!(stage.actions(), [Action::AnotherMatter]);
    mock_elapsed_time(Duration::from_millis(500));
    other.mock_single_click(slint::platform::PointerEventButton::Left);
    assert_eq!(stage.actions(), [Action::AnotherMatter]);
}

#[test]
fn a_key_that_is_held_is_one_strike() {
    let stage = Stage::new();
    stage.show(crate::sample::submitted(Paper::Done));
    while stage.done().iter().all(|action| !said(action, "再办一件")) {
        stage.press(Key::Tab);
    }
    let window = stage.presenter.app().window();
    let text = slint::SharedString::from(Key::Return);
    window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    for _ in 0..10 {
        mock_elapsed_time(Duration::from_millis(600));
        window.dispatch_event(WindowEvent::KeyPressRepeated { text: text.clone() });
    }
    window.dispatch_event(WindowEvent::KeyReleased { text });
    assert_eq!(stage.done(), [Action::AnotherMatter]);
}

fn said(action: &Action, label: &str) -> bool {
    matches!(action, Action::Reached(words) if words.starts_with(label))
}

#[test]
fn another_page_begins_at_its_beginning() {
    let stage = Stage::new();
    stage.show(crate::sample::submitted(Paper::Done));
    stage.press(Key::Tab);
    stage.press(Key::Tab);
    stage.show(Page::FaceAgain {
        hint: say("太暗"),
        again: button(Action::TryAgain, "再试一次"),
        others: vec![],
    });
    stage.actions();
    stage.press(Key::DownArrow);
    assert_eq!(stage.done(), [Action::Reached("再试一次".into())]);
}

#[test]
fn one_switch_goes_from_control_to_control_by_itself() {
    let stage = Stage::new();
    let mut shown = view(crate::sample::submitted(Paper::Done));
    shown.chrome.scan_ms = 2000;
    stage.show_view(&shown);
    stage.actions();
    mock_elapsed_time(Duration::from_millis(1900));
    assert_eq!(stage.actions(), []);
    mock_elapsed_time(Duration::from_millis(200));
    assert!(matches!(stage.done()[..], [Action::Reached(_)]));
    mock_elapsed_time(Duration::from_millis(2000));
    assert!(matches!(stage.done()[..], [Action::Reached(_)]));
}

#[test]
fn a_dark_screen_opens_at_a_touch_and_the_keypad_goes_on() {
    let stage = Stage::new();
    let mut shown = view(crate::sample::submitted(Paper::Done));
    shown.chrome.curtain = true;
    stage.show_view(&shown);
    stage.press(Key::Tab);
    assert!(matches!(stage.done()[..], [Action::Reached(_)]));
    let window = stage.presenter.app().window();
    let position = slint::LogicalPosition::new(540.0, 1650.0);
    let left = slint::platform::PointerEventButton::Left;
    window.dispatch_event(WindowEvent::PointerPressed {
        position,
        button: left,
    });
    window.dispatch_event(WindowEvent::PointerReleased {
        position,
        button: left,
    });
    assert_eq!(
        stage.actions(),
        [Action::Curtain(false)],
        "the button below is not pressed"
    );
}
