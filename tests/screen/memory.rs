//! The screen painted into memory.

use std::cell::RefCell;
use std::rc::Rc;

use kiosk::config::Orientation;
use kiosk::screenshot::Headless;
use kiosk::session::action::Action;
use kiosk::session::view::*;

use crate::sample::{on, options, submitted, tile, view};

fn screen(orientation: Orientation) -> (Headless, Rc<RefCell<Vec<Action>>>) {
    let actions = Rc::new(RefCell::new(Vec::new()));
    let sent = actions.clone();
    let send = move |action| sent.borrow_mut().push(action);
    (Headless::new(on(orientation), send).unwrap(), actions)
}

#[test]
fn the_same_view_gives_the_same_picture_and_another_view_another() {
    let (screen, _) = screen(Orientation::Portrait);
    let home = view(Page::Home {
        tiles: vec![tile("old", "养老")],
        shortcuts: vec![],
    });
    screen.presenter().show(&home);
    let first = screen.picture();
    assert_eq!(first.dimensions(), (1080, 1920));
    assert!(first == screen.picture());
    screen.presenter().show(&view(submitted(Paper::Done)));
    assert!(first != screen.picture());
    screen.presenter().show(&home);
    assert!(first == screen.picture(), "something of the other page is left");
}

#[test]
fn landscape_is_laid_out_anew() {
    let (screen, _) = screen(Orientation::Landscape);
    screen.presenter().show(&view(submitted(Paper::Done)));
    let picture = screen.picture();
    assert_eq!(picture.dimensions(), (1920, 1080));
    let paper = *picture.get_pixel(4, 500);
    assert!(picture.pixels().any(|pixel| *pixel != paper));
}

#[test]
fn a_touch_on_the_main_button_is_its_action() {
    let (screen, actions) = screen(Orientation::Portrait);
    screen.presenter().show(&view(submitted(Paper::Done)));
    screen.frame();
    screen.tap(540.0, 1650.0);
    assert_eq!(*actions.borrow(), [Action::Next]);
}

#[test]
fn every_measurement_has_a_value_and_a_limit() {
    let figures = kiosk::bench::screen_figures(options(None)).unwrap();
    assert_eq!(figures.len(), 5);
    for figure in &figures {
        eprintln!("{figure}");
        assert!(
            figure.median > 0.0 && figure.median <= figure.late && figure.late <= figure.worst,
            "{figure}"
        );
        assert!(figure.limit > 0.0, "{figure}");
    }
}
