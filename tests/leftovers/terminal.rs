//! The child: a terminal with a screen in memory, touched by lines on standard input.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use kiosk::commands::visit::{page_name, shows};
use kiosk::config::Configuration;
use kiosk::presenter::Options;
use kiosk::runtime::fitting::Fitted;
use kiosk::runtime::{Deps, HealthMap, Terminal};
use kiosk::screenshot::Headless;
use kiosk::session::action::Action;
use kiosk::session::event::DeviceRole;
use kiosk_drivers::health::Link;
use zeroize::Zeroizing;

const PATIENCE: Duration = Duration::from_secs(60);

pub fn run(dir: &Path) {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let configuration = Configuration::load(dir).unwrap();
    let devices = Fitted::new(&configuration.devices).unwrap();
    let terminal = Terminal::start(&configuration, Deps::new(devices)).unwrap();
    wait_until_ready(&terminal);
    let screen = Headless::new(options(&configuration, &terminal), |_| ()).unwrap();
    // Not `stdin()`: its buffer would keep what was typed.
    let mut hand = File::open("/dev/stdin").unwrap();
    while let Some(line) = line(&mut hand) {
        obey(&terminal, &line);
        std::thread::sleep(Duration::from_millis(50));
        screen.presenter().show(&terminal.view.get());
        screen.frame();
        println!("done");
        std::io::stdout().flush().unwrap();
    }
}

/// Devices are open and the backend answers: otherwise the service could not be started yet.
fn wait_until_ready(terminal: &Terminal) {
    let roles = [
        DeviceRole::IdReader,
        DeviceRole::ReceiptPrinter,
        DeviceRole::A4Printer,
    ];
    let ready = |health: &HealthMap| {
        let online = |role| health.get(role).is_some_and(|health| health.link == Link::Online);
        roles.iter().all(online)
    };
    assert!(terminal.health.wait_for(PATIENCE, ready).is_some());
    assert!(
        terminal
            .view
            .wait_for(PATIENCE, |view| view.chrome.online)
            .is_some()
    );
}

fn options(configuration: &Configuration, terminal: &Terminal) -> Options {
    Options {
        texts: terminal.texts.clone(),
        place: configuration.kiosk.place.clone(),
        language: configuration.kiosk.language.clone(),
        screen: configuration.kiosk.screen.clone(),
        can_speak: false,
        pointer: false,
        pinyin: None,
    }
}

fn line(hand: &mut File) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    let mut byte = [0];
    while hand.read(&mut byte).is_ok_and(|count| count == 1) && byte != [b'\n'] {
        bytes.push(byte[0]);
    }
    let line = std::str::from_utf8(&bytes).unwrap();
    (!line.is_empty()).then(|| Zeroizing::new(line.to_owned()))
}

fn obey(terminal: &Terminal, line: &str) {
    let (verb, words) = line.split_once(' ').unwrap_or((line, ""));
    let words = words.to_owned();
    terminal.act(match verb {
        "start" => Action::Start,
        "next" => Action::Next,
        "skip" => Action::SkipRating,
        "open" => Action::OpenService(words),
        "choose" => Action::Choose(words),
        "focus" => Action::Focus(words),
        "toggle" => Action::Toggle(words),
        "type" => Action::Type(words),
        "wait" => {
            let there = terminal
                .view
                .wait_for(PATIENCE, |view| page_name(&view.page) == words);
            return assert!(
                there.is_some(),
                "{line}: {}",
                page_name(&terminal.view.get().page)
            );
        }
        "see" => {
            let seen = terminal.view.wait_for(PATIENCE, |view| shows(view, &words));
            return assert!(seen.is_some(), "{line}");
        }
        // Workers, tasks and the connection to the backend let go of what they held.
        "rest" => return std::thread::sleep(Duration::from_secs(3)),
        other => panic!("{other}"),
    });
}
