//! What a screen reader is told over AT-SPI is what the screens say: the same controls and texts in the same order, with
//! the same names, descriptions, states and actions, on every sample page. The product's own backend draws in a virtual display; bus,
//! accessibility bus, display and home are this test's alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    missing_docs
)]

mod gaps;
mod reader;
#[path = "../sample/mod.rs"]
mod sample;
mod screen;
mod session;
mod tree;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use sample::{look, pages::PAGES};

use gaps::GAPS;
use reader::Reader;
use screen::Screen;
use session::Session;

/// How long anything may take that comes by itself. A failing page costs this much.
const PATIENCE: Duration = Duration::from_secs(10);

/// With `KIOSK_TEST_SCREEN` set this is the child that shows the pages; otherwise it runs the tests.
fn main() -> ExitCode {
    if std::env::var_os(screen::ROLE).is_some() {
        screen::run();
        return ExitCode::SUCCESS;
    }
    let trials = [
        ("every_page_is_told_as_it_is_shown", every_page as fn()),
        ("a_press_of_a_screen_reader_arrives", a_press),
        (
            "a_press_on_a_button_that_is_off_does_nothing",
            a_press_on_one_that_is_off,
        ),
    ];
    let trials = trials.map(|(name, test)| Trial::test(name, move || where_possible(test)));
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

/// Runs the test, if the programs it needs are here. In CI they must be.
fn where_possible(test: fn()) -> Result<(), Failed> {
    let missing = session::missing();
    if missing.is_empty() {
        test();
    } else if std::env::var_os("CI").is_some() {
        return Err(format!("CI must have {}", missing.join(" and ")).into());
    } else {
        eprintln!("skipped, not installed: {}", missing.join(", "));
    }
    Ok(())
}

/// Asks again and again until there is an answer. `None` when it did not come in time.
fn until<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || start.elapsed() > PATIENCE {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn every_page() {
    let session = Session::start();
    let mut screen = Screen::start(&session);
    let reader = Reader::new(&session);
    let mut faults = Vec::new();
    let mut closed: Vec<_> = GAPS.iter().collect();
    // In low reach what is typed stands elsewhere; the other looks change sizes, colours and words.
    let looks = ["light", "low"].into_iter().map(look);
    for (look, (name, fill)) in looks.flat_map(|look| PAGES.iter().map(move |page| (look, page))) {
        let page = tree::page(look, *fill);
        let expected = gaps::through(page.clone());
        screen.show(look, name);
        let mut told = Vec::new();
        let same = until(|| {
            told = reader.nodes();
            (gaps::without_besides(&told) == expected).then_some(())
        });
        if same.is_none() {
            let name = format!("{} {name}", look.name);
            faults.extend(tree::difference(&name, &expected, &gaps::without_besides(&told)));
        }
        closed.retain(|gap| !gap.shows(&page, &told));
    }
    faults.extend(
        closed
            .iter()
            .map(|gap| format!("no page shows this gap any more: {}", gap.reason)),
    );
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn a_press() {
    let session = Session::start();
    let mut screen = Screen::start(&session);
    let reader = Reader::new(&session);
    screen.show(look("light"), "02-home");
    reader.press("button", "养老服务");
    assert_eq!(screen.answer(), "category 养老服务");
}

fn a_press_on_one_that_is_off() {
    let session = Session::start();
    let mut screen = Screen::start(&session);
    let reader = Reader::new(&session);
    screen.show(look("light"), "02-home-offline");
    reader.press("button", "婚姻登记");
    // What is asked for later also arrives later: had the first press done something, it would be heard first.
    reader.press("button", "养老服务");
    assert_eq!(screen.answer(), "category 养老服务");
}
