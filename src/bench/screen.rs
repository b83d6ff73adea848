//! The screen, painted by the software renderer at 1080 × 1920.

use std::time::{Duration, Instant};

use slint::platform::PlatformError;

use super::Figure;
use crate::presenter::Options;
use crate::screenshot::Headless;
use crate::session::view::{Chrome, Page, Say, Tile, View};

/// Below this an answer to a touch feels immediate (Nielsen, Usability Engineering, 1993).
const FEELS_IMMEDIATE: Duration = Duration::from_millis(100);
/// A touch is repeated this often: three of them are later than the 99th percentile.
const TOUCHES: usize = 301;
/// Within a tile of home, and within a key of the search page, px.
const TILE: (f32, f32) = (200.0, 900.0);
const KEY: (f32, f32) = (90.0, 1260.0);
const SERVICES: usize = 120;
/// Rows of one page of a list.
const ROWS: usize = 6;

/// Touches and pages. Call it on a thread of its own: a thread has one platform.
///
/// # Errors
/// When this thread has a platform already.
pub fn figures(options: Options) -> Result<Vec<Figure>, PlatformError> {
    let begin = Instant::now();
    let screen = Headless::new(options, |_| ())?;
    screen.presenter().show(&view(home()));
    screen.frame();
    let first = Figure::of_times(
        "window made to first painted home",
        vec![begin.elapsed()],
        Duration::from_secs(1),
        "keeps a train of thought",
    );
    let _ = screen.picture();
    let touch = Figure::of_times(
        "touch to next frame",
        touches(&screen, TILE),
        FEELS_IMMEDIATE,
        "feels immediate",
    );
    let turn = Figure::of_times(
        "next page of a list of 120 services to next frame",
        turns(&screen),
        FEELS_IMMEDIATE,
        "feels immediate",
    );
    let page = Figure::of_times(
        "another page to next frame",
        pages(&screen),
        FEELS_IMMEDIATE,
        "feels immediate",
    );
    screen.presenter().show(&view(list(0, 1, Some("zheng"))));
    screen.frame();
    let key = Figure::of_times(
        "touch of a key beside a list to next frame",
        touches(&screen, KEY),
        FEELS_IMMEDIATE,
        "feels immediate",
    );
    Ok(vec![first, touch, turn, page, key])
}

/// A finger at this place: from the touch to the frame that shows what it met pressed.
fn touches(screen: &Headless, (x, y): (f32, f32)) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..TOUCHES {
        let begin = Instant::now();
        screen.press(x, y);
        if screen.frame() {
            times.push(begin.elapsed());
        }
        screen.release(x, y);
        screen.pass(Duration::from_millis(300));
    }
    times
}

/// From the view with the next page of the list to its frame.
fn turns(screen: &Headless) -> Vec<Duration> {
    let pages = SERVICES / ROWS;
    let turn = |page| {
        let view = view(list(page, pages, None));
        let begin = Instant::now();
        screen.presenter().show(&view);
        screen.frame();
        begin.elapsed()
    };
    (0..pages).map(turn).collect()
}

/// From a view with another page to its frame: everything is painted anew.
fn pages(screen: &Headless) -> Vec<Duration> {
    let turn = |number: usize| {
        let view = view(if number.is_multiple_of(2) {
            home()
        } else {
            list(0, 1, None)
        });
        let begin = Instant::now();
        screen.presenter().show(&view);
        screen.frame();
        begin.elapsed()
    };
    (0..TOUCHES).map(turn).collect()
}

fn view(page: Page) -> View {
    View {
        chrome: Chrome {
            language: "zh-Hans".into(),
            online: true,
            ..Chrome::default()
        },
        page,
        dialog: None,
    }
}

fn home() -> Page {
    Page::Home {
        tiles: (0..9).map(tile).collect(),
        shortcuts: (0..2).map(tile).collect(),
    }
}

/// With a query also the keyboard: as much as one page ever holds.
fn list(page: usize, pages: usize, query: Option<&str>) -> Page {
    let services = (page * ROWS..(page + 1) * ROWS).map(tile).collect();
    Page::List {
        title: Say::Verbatim("民政".into()),
        query: query.map(str::to_owned),
        services,
        page,
        pages,
    }
}

fn tile(number: usize) -> Tile {
    Tile {
        id: number.to_string(),
        icon: "file-certificate".into(),
        title: Say::Verbatim(format!("亲属关系证明 {number}")),
        sub: Say::Verbatim("大约 15 分钟".into()),
        off: None,
        strong: false,
    }
}
