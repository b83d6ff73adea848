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

/// A keyboard with every way to enter words, on a field of that kind; `None` where they are not installed, which CI is not
/// allowed to be.
fn chinese(kind: Keyboard, directory: &Path) -> Option<Stage> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let needed = [
        Path::new("/usr/share/rime-data/pinyin_simp.dict.yaml").to_owned(),
        Path::new("/usr/share/rime-data/stroke.dict.yaml").to_owned(),
        root.join("models/handwriting/templates.bin"),
    ];
    if let Some(missing) = needed.iter().find(|path| !path.is_file()) {
        assert!(std::env::var("CI").is_err(), "CI must have {}", missing.display());
        eprintln!("skipped: {} is not installed", missing.display());
        return None;
    }
    let stage = Stage::with_pinyin(Some(supply("/usr/share/rime-data", directory)));
    stage.show(form(vec![field("name", "姓名", Some(kind))], "name"));
    Some(stage)
}

fn switch(stage: &Stage, method: &str) {
    stage.touch(&words("keyboard.method"));
    let (name, sub) = (
        words(&format!("keyboard.{method}")),
        words(&format!("keyboard.{method}-sub")),
    );
    stage.touch(&format!("{name} {sub}"));
}

#[test]
fn names_are_typed_with_nine_keys_as_on_a_telephone() {
    let directory = tempfile::tempdir().unwrap();
    let Some(stage) = chinese(Keyboard::Name, directory.path()) else {
        return;
    };
    switch(&stage, "nine");
    // wangxiuying
    for key in [
        "WXYZ", "ABC", "MNO", "GHI", "WXYZ", "GHI", "TUV", "WXYZ", "GHI", "MNO", "GHI",
    ] {
        stage.touch(key);
    }
    stage.touch("王秀英");
    assert_eq!(stage.actions(), [Action::Type("王秀英".into())]);
}

#[test]
fn a_character_is_found_by_its_strokes() {
    let directory = tempfile::tempdir().unwrap();
    let Some(stage) = chinese(Keyboard::Pinyin, directory.path()) else {
        return;
    };
    switch(&stage, "strokes");
    for stroke in ["heng", "shu", "pie", "na"] {
        stage.touch(&words(&format!("keyboard.stroke.{stroke}")));
    }
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_composition(), "一丨丿丶");
    stage.touch("木");
    assert_eq!(stage.actions(), [Action::Type("木".into())]);
}

#[test]
fn a_finger_writes_takes_a_stroke_back_and_chooses_the_character() {
    let directory = tempfile::tempdir().unwrap();
    let Some(stage) = chinese(Keyboard::Pinyin, directory.path()) else {
        return;
    };
    switch(&stage, "handwriting");
    stage.draw(&[(0.2, 0.5), (0.8, 0.5)]);
    stage.draw(&[(0.5, 0.2), (0.5, 0.9)]);
    stage.draw(&[(0.1, 0.1), (0.9, 0.9)]);
    stage.touch(&words("keyboard.erase"));
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_ink().matches('M').count(), 2, "{}", keys.get_ink());
    stage.touch("十");
    assert_eq!(stage.actions(), [Action::Type("十".into())]);
    assert_eq!(keys.get_ink(), "", "the box is free for the next character");
}

#[test]
fn a_rare_character_is_typed_by_its_code_and_a_wrong_code_is_said() {
    let stage = Stage::new();
    stage.show(form(vec![field("name", "姓名", Some(Keyboard::Name))], "name"));
    switch(&stage, "code");
    for digit in ["2", "0", "B", "B", "7"] {
        stage.touch(digit);
    }
    stage.touch("𠮷");
    assert_eq!(stage.actions(), [Action::Type("𠮷".into())]);
    for digit in ["D", "8", "0", "0"] {
        stage.touch(digit);
    }
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_notice(), words("keyboard.code-nothing"));
}

#[test]
fn the_way_to_type_is_kept_from_field_to_field_until_the_visit_ends() {
    let stage = Stage::new();
    let page = |id: &str| form(vec![field(id, "字段", Some(Keyboard::Pinyin))], id);
    stage.show(page("name"));
    switch(&stage, "handwriting");
    stage.show(page("address"));
    let keys = stage.presenter.app().global::<ui::Keys<'_>>();
    assert_eq!(keys.get_kind(), ui::KeyboardKind::Handwriting);
    stage.show(Page::Goodbye {
        card_left: false,
        slips: 0,
        sheets: 0,
        seconds_left: 9,
    });
    stage.show(page("name"));
    assert_eq!(keys.get_kind(), ui::KeyboardKind::Pinyin);
}

impl Stage {
    /// A finger in the box of handwriting, in parts of its width and height.
    fn draw(&self, stroke: &[(f32, f32)]) {
        use slint::platform::{PointerEventButton, WindowEvent};
        let pad = self.find(&words("keyboard.box")).unwrap();
        let (at, size) = (pad.absolute_position(), pad.size());
        let window = self.presenter.app().window();
        let place =
            |(x, y): (f32, f32)| slint::LogicalPosition::new(at.x + x * size.width, at.y + y * size.height);
        let button = PointerEventButton::Left;
        for (number, point) in stroke.iter().enumerate() {
            let position = place(*point);
            window.dispatch_event(match number {
                0 => WindowEvent::PointerPressed { position, button },
                _ => WindowEvent::PointerMoved { position },
            });
        }
        let position = place(*stroke.last().unwrap());
        window.dispatch_event(WindowEvent::PointerReleased { position, button });
    }

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
