#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
//! What a touch, a key of the keypad or a screen reader brings about.

mod sample;

use i_slint_backend_testing::{ElementHandle, mock_elapsed_time};
use kiosk_ui::*;
use sample::{look, pages::PAGES, window};
use slint::platform::{Key, PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

type Log = Rc<RefCell<Vec<String>>>;

/// The page `name` in portrait, and a list that fills with what the page asks for.
fn open(name: &str) -> (App, Log) {
    let app = window(look("light"));
    let (_, fill) = PAGES.iter().find(|(n, _)| *n == name).unwrap();
    fill(&app);
    mock_elapsed_time(Duration::from_millis(400));
    let log = Log::default();
    let api = app.global::<Api>();
    let note = |word: &'static str| {
        let log = log.clone();
        move || log.borrow_mut().push(word.to_owned())
    };
    api.on_next(note("next"));
    api.on_back(note("back"));
    api.on_call_staff(note("staff"));
    api.on_more_time(note("more time"));
    api.on_erase(note("erase"));
    api.on_start(note("start"));
    let l = log.clone();
    api.on_open_category(move |id| l.borrow_mut().push(format!("category {id}")));
    let l = log.clone();
    api.on_key(move |text| l.borrow_mut().push(format!("key {text}")));
    let l = log.clone();
    api.on_candidate(move |index| l.borrow_mut().push(format!("candidate {index}")));
    let l = log.clone();
    api.on_choose(move |id| l.borrow_mut().push(format!("choose {id}")));
    let l = log.clone();
    api.on_stroke(move |phase, x, y, w, h| {
        l.borrow_mut()
            .push(format!("{phase:?} {x:.0} {y:.0} in {w:.0} {h:.0}"))
    });
    (app, log)
}

fn find(app: &App, label: &str) -> ElementHandle {
    ElementHandle::find_by_accessible_label(app, label)
        .next()
        .unwrap_or_else(|| panic!("no {label}"))
}

fn touch(app: &App, label: &str) {
    find(app, label).mock_single_click(PointerEventButton::Left);
    after_a_moment();
}

/// As long as it takes until a further strike counts.
fn after_a_moment() {
    mock_elapsed_time(Duration::from_millis(600));
}

fn centre(element: &ElementHandle) -> LogicalPosition {
    let (p, s) = (element.absolute_position(), element.size());
    LogicalPosition::new(p.x + s.width / 2.0, p.y + s.height / 2.0)
}

#[test]
fn a_tile_opens_its_category() {
    let (app, log) = open("02-home");
    touch(&app, "养老服务");
    assert_eq!(*log.borrow(), ["category 养老服务"]);
}

#[test]
fn a_tile_that_is_off_says_why_and_does_nothing() {
    let (app, log) = open("02-home-offline");
    let tile = find(&app, "婚姻登记");
    assert_eq!(tile.accessible_enabled(), Some(false));
    assert_eq!(tile.accessible_description().unwrap(), "暂时不能办：要联网办理");
    tile.invoke_accessible_default_action();
    tile.mock_single_click(PointerEventButton::Left);
    assert!(log.borrow().is_empty());
}

#[test]
fn a_main_action_that_is_off_says_why_and_does_nothing() {
    let (app, log) = open("07-form");
    let button = find(&app, "填好了，继续");
    assert_eq!(button.accessible_description().unwrap(), "还差“现在住在哪里”");
    button.invoke_accessible_default_action();
    button.mock_single_click(PointerEventButton::Left);
    assert!(log.borrow().is_empty());
}

#[test]
fn the_attract_screen_starts_at_a_touch_anywhere() {
    let (app, log) = open("01-attract");
    let position = LogicalPosition::new(540.0, 900.0);
    app.window().dispatch_event(WindowEvent::PointerPressed {
        position,
        button: PointerEventButton::Left,
    });
    app.window().dispatch_event(WindowEvent::PointerReleased {
        position,
        button: PointerEventButton::Left,
    });
    assert_eq!(*log.borrow(), ["start"]);
}

#[test]
fn keys_and_candidates_reach_the_program() {
    let (app, log) = open("07-form-typing");
    touch(&app, "q");
    touch(&app, "东风");
    touch(&app, "删除");
    assert_eq!(*log.borrow(), ["key q", "candidate 0", "erase"]);
}

#[test]
fn words_that_the_bar_does_not_hold_come_with_the_next_touch_before_the_engine_is_asked() {
    let (app, log) = open("07-form-typing");
    let l = log.clone();
    app.global::<Api>()
        .on_more_candidates(move || l.borrow_mut().push("engine".into()));
    let words = ["东风路街道", "东风路", "东风街", "东丰", "东峰", "冬"].map(slint::SharedString::from);
    app.global::<Keys>().set_candidates(sample::list(words));
    let there = |word: &str| {
        ElementHandle::find_by_accessible_label(&app, word)
            .next()
            .is_some()
    };
    assert!(there("东风路街道") && there("东风街") && !there("东峰"));
    touch(&app, "更多");
    assert!(!there("东风街") && there("东峰") && there("冬"));
    assert!(log.borrow().is_empty());
    touch(&app, "冬");
    touch(&app, "更多");
    touch(&app, "更多");
    assert_eq!(*log.borrow(), ["candidate 5", "engine"]);
}

#[test]
fn characters_that_the_bar_does_not_hold_are_turned_to_and_back() {
    let (app, log) = open("07-form-writing");
    let there = |character: &str| {
        ElementHandle::find_by_accessible_label(&app, character)
            .next()
            .is_some()
    };
    assert!(there("张") && !there("弓"));
    touch(&app, "更多");
    assert!(!there("张") && there("弓"));
    touch(&app, "弓");
    assert!(there("张") && !there("弓"));
    assert_eq!(*log.borrow(), ["candidate 11"]);
}

#[test]
fn an_answer_is_chosen_by_touch_and_by_screen_reader() {
    let (app, log) = open("07-form");
    touch(&app, "办理继承");
    find(&app, "其他用途").invoke_accessible_default_action();
    assert_eq!(*log.borrow(), ["choose 办理继承", "choose 其他用途"]);
    assert_eq!(find(&app, "出国出境").accessible_checked(), Some(true));
}

#[test]
fn the_keypad_reaches_every_control_and_presses_it() {
    let (app, log) = open("02-home");
    let press = |key: Key| {
        app.window()
            .dispatch_event(WindowEvent::KeyPressed { text: key.into() });
        app.window()
            .dispatch_event(WindowEvent::KeyReleased { text: key.into() });
    };
    for _ in 0..20 {
        press(Key::Tab);
        press(Key::Return);
        after_a_moment();
    }
    assert!(
        log.borrow().contains(&"category 社会救助".to_owned()),
        "{:?}",
        log.borrow()
    );
    assert!(log.borrow().contains(&"staff".to_owned()), "{:?}", log.borrow());
}

#[test]
fn a_stroke_is_drawn_and_reported_within_the_box() {
    let (app, log) = open("10-signature");
    app.global::<Page>().set_ink("".into());
    let pad = find(&app, "签名区，用手指写您的名字");
    let (p, s) = (pad.absolute_position(), pad.size());
    // 120 x 60 mm at 2.71 px/mm
    assert!(s.width >= 325.0 && s.height >= 163.0, "{s:?}");
    let at = |x: f32, y: f32| LogicalPosition::new(p.x + x, p.y + y);
    app.window().dispatch_event(WindowEvent::PointerPressed {
        position: at(100.0, 50.0),
        button: PointerEventButton::Left,
    });
    app.window().dispatch_event(WindowEvent::PointerMoved {
        position: at(150.0, 80.0),
    });
    app.window().dispatch_event(WindowEvent::PointerMoved {
        position: at(-40.0, 80.0),
    });
    app.window().dispatch_event(WindowEvent::PointerReleased {
        position: at(-40.0, 80.0),
        button: PointerEventButton::Left,
    });
    let log = log.borrow();
    let size = format!("in {:.0} {:.0}", s.width, s.height);
    assert_eq!(log[0], format!("Down 100 50 {size}"));
    assert_eq!(log[1], format!("Move 150 80 {size}"));
    assert_eq!(
        log[2],
        format!("Move 0 80 {size}"),
        "a finger that leaves the box stays on its edge"
    );
    assert!(log.last().unwrap().starts_with("Up"));
    assert_eq!(app.global::<Page>().get_ink(), "M100 50 l0.1 0L150 80L0 80");
}

#[test]
fn a_page_behind_a_dialog_takes_no_touch_while_the_dock_works() {
    let (app, log) = open("07-form");
    let behind = centre(&find(&app, "办理继承"));
    app.global::<Dialog>().set_kind(DialogKind::Idle);
    mock_elapsed_time(Duration::from_millis(400));
    app.window().dispatch_event(WindowEvent::PointerPressed {
        position: behind,
        button: PointerEventButton::Left,
    });
    app.window().dispatch_event(WindowEvent::PointerReleased {
        position: behind,
        button: PointerEventButton::Left,
    });
    assert!(
        !log.borrow().iter().any(|l| l.starts_with("choose")),
        "{:?}",
        log.borrow()
    );
    touch(&app, "我还在，接着办");
    touch(&app, "呼叫工作人员");
    assert_eq!(*log.borrow(), ["more time", "staff"]);
}

#[test]
fn a_pin_shows_dots_and_never_digits() {
    let (app, _) = open("06-staff-witness");
    let pin = find(&app, "口令");
    assert_eq!(pin.accessible_description().unwrap(), "已经输入 4 位");
    assert_eq!(pin.accessible_value().unwrap_or_default(), "");
}

#[test]
fn a_touch_counts_when_the_finger_leaves_where_it_came_down() {
    let (app, log) = open("02-home");
    let position = centre(&find(&app, "养老服务"));
    let button = PointerEventButton::Left;
    app.window()
        .dispatch_event(WindowEvent::PointerPressed { position, button });
    assert!(
        log.borrow().is_empty(),
        "nothing happens under a finger that rests"
    );
    let elsewhere = LogicalPosition::new(540.0, 20.0);
    app.window()
        .dispatch_event(WindowEvent::PointerMoved { position: elsewhere });
    app.window().dispatch_event(WindowEvent::PointerReleased {
        position: elsewhere,
        button,
    });
    assert!(
        log.borrow().is_empty(),
        "who slides away has thought better of it"
    );
    app.window()
        .dispatch_event(WindowEvent::PointerPressed { position, button });
    app.window()
        .dispatch_event(WindowEvent::PointerReleased { position, button });
    assert_eq!(*log.borrow(), ["category 养老服务"]);
}
