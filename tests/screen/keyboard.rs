//! Typing on the screen.

use std::path::Path;
use std::time::{Duration, Instant};

use kiosk::input::{EngineArgs, PinyinSupply, Readiness};
use kiosk::session::action::Action;
use kiosk::session::view::*;
use kiosk_ui as ui;
use slint::ComponentHandle;

use crate::sample::{Stage, button, field, form, say, texts};

fn words(id: &str) -> String {
    texts().text(id, [], "zh-Hans")
}

fn typed(text: &str) -> Vec<Action> {
    text.chars().map(|letter| Action::Type(letter.into())).collect()
}

fn supply(data: &str, staging: &Path) -> PinyinSupply {
    let args = EngineArgs {
        staging: staging.to_owned(),
        source: Path::new(env!("CARGO_MANIFEST_DIR")).join("config/input"),
        data: data.into(),
        handwriting: Path::new(env!("CARGO_MANIFEST_DIR")).join("models/handwriting/templates.bin"),
        prepare: false,
    };
    let supply = PinyinSupply::prepare(env!("CARGO_BIN_EXE_kiosk").into(), args);
    let start = Instant::now();
    while supply.readiness() == Readiness::Preparing && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    supply
}

#[test]
fn letters_of_the_latin_keyboard_are_typed_one_by_one() {
    let stage = Stage::new();
    stage.show(form(vec![field("email", "邮箱", Some(Keyboard::Latin))], "email"));
    for key in ["a", "b", "z"] {
        stage.touch(key);
    }
    stage.touch(&words("keyboard.erase"));
    assert_eq!(stage.actions(), [typed("abz"), vec![Action::Erase]].concat());
}

#[test]
fn a_card_number_has_an_x() {
    let stage = Stage::new();
    stage.show(form(
        vec![field("relative.id_no", "身份证号", Some(Keyboard::Digits))],
        "relative.id_no",
    ));
    for key in ["1", "0", "X"] {
        stage.touch(key);
    }
    assert_eq!(stage.actions(), typed("10X"));
    stage.show(form(
        vec![field("phone", "手机号", Some(Keyboard::Digits))],
        "phone",
    ));
    assert!(stage.find("X").is_none());
    stage.touch(&words("keyboard.clear"));
    assert_eq!(stage.actions(), [Action::Clear]);
}

#[test]
fn the_green_key_goes_on_to_the_next_typed_field_and_then_closes() {
    let stage = Stage::new();
    let fields = || {
        vec![
            field("phone", "手机号", Some(Keyboard::Digits)),
            field("kind", "种类", None),
            field("email", "邮箱", Some(Keyboard::Latin)),
        ]
    };
    stage.show(form(fields(), "phone"));
    stage.touch(&words("keyboard.next"));
    stage.show(form(fields(), "email"));
    stage.touch(&words("keyboard.done"));
    assert_eq!(
        stage.actions(),
        [Action::Focus("email".into()), Action::Focus(String::new())]
    );
}

#[test]
fn the_code_page_has_digit_keys_of_its_own() {
    let stage = Stage::new();
    let next = button(Action::Next, "继续");
    stage.show(Page::SmsCode {
        phone_masked: "138****5678".into(),
        digits: String::new(),
        error: None,
        resend_in: 9,
        next,
    });
    stage.touch("7");
    stage.touch(&words("keyboard.erase"));
    assert_eq!(stage.actions(), [Action::Type("7".into()), Action::Erase]);
}

#[test]
fn the_chosen_keyboard_stays_while_the_field_does() {
    let stage = Stage::new();
    let page = || form(vec![field("name", "姓名", Some(Keyboard::Pinyin))], "name");
    stage.show(page());
    stage.touch("123");
    stage.show(page());
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_kind(), ui::KeyboardKind::Digits);
    stage.show(form(vec![field("name", "姓名", Some(Keyboard::Pinyin))], ""));
    assert_eq!(keys.get_kind(), ui::KeyboardKind::None);
    stage.show(page());
    assert_eq!(keys.get_kind(), ui::KeyboardKind::Pinyin);
}

#[test]
fn without_an_engine_the_keyboard_says_so_and_latin_still_works() {
    let stage = Stage::new();
    stage.show(form(vec![field("name", "姓名", Some(Keyboard::Pinyin))], "name"));
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_notice(), words("keyboard.pinyin-off"));
    stage.touch("a");
    assert_eq!(stage.actions(), [], "no letters in a Chinese field by accident");
    stage.touch(&words("keyboard.method"));
    stage.touch(&format!(
        "{} {}",
        words("keyboard.latin"),
        words("keyboard.latin-sub")
    ));
    stage.touch("a");
    assert_eq!(stage.actions(), typed("a"));
}

#[test]
fn pinyin_is_composed_in_the_bar_and_typed_as_words() {
    if !Path::new("/usr/share/rime-data/pinyin_simp.dict.yaml").is_file() {
        assert!(
            std::env::var("CI").is_err(),
            "CI must have librime1 and rime-data-pinyin-simp"
        );
        eprintln!("skipped: rime-data-pinyin-simp is not installed");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let stage = Stage::with_pinyin(Some(supply("/usr/share/rime-data", directory.path())));
    stage.show(form(vec![field("name", "姓名", Some(Keyboard::Pinyin))], "name"));
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_notice(), "");
    for key in "zhangweii".chars() {
        stage.touch(&key.to_string());
    }
    stage.touch(&words("keyboard.erase"));
    assert_eq!(keys.get_composition(), "zhang wei");
    assert_eq!(stage.actions(), [], "the field holds committed words only");
    stage.touch("张伟");
    assert_eq!(stage.actions(), [Action::Type("张伟".into())]);
    assert_eq!(keys.get_composition(), "");
    stage.touch("n");
    stage.touch("i");
    stage.touch(&words("keyboard.done"));
    assert_eq!(
        stage.actions(),
        [Action::Type("你".into()), Action::Focus(String::new())]
    );
    stage.touch_nothing_left(&keys);
}

impl Stage {
    /// A composition under way is gone when the visit ends.
    fn touch_nothing_left(&self, keys: &ui::Keys<'_>) {
        self.show(form(vec![field("name", "姓名", Some(Keyboard::Pinyin))], ""));
        self.show(form(vec![field("name", "姓名", Some(Keyboard::Pinyin))], "name"));
        self.touch("w");
        assert_eq!(keys.get_composition(), "w");
        self.show(Page::Goodbye {
            card_left: false,
            slips: 0,
            sheets: 0,
            seconds_left: 9,
        });
        assert_eq!(
            (keys.get_composition().as_str(), keys.get_kind()),
            ("", ui::KeyboardKind::None)
        );
    }
}

#[test]
fn the_search_page_types_without_a_focused_field_and_can_be_closed_and_reopened() {
    let stage = Stage::new();
    let page = || Page::List {
        title: say("找服务"),
        query: Some("yl".into()),
        services: vec![],
        page: 0,
        pages: 1,
    };
    stage.show(page());
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_kind(), ui::KeyboardKind::Pinyin);
    stage.touch(&words("keyboard.done"));
    stage.show(page());
    assert_eq!(keys.get_kind(), ui::KeyboardKind::None);
    stage.touch(&words("list.search"));
    assert_eq!(keys.get_kind(), ui::KeyboardKind::Pinyin);
}
