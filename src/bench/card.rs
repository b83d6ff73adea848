//! From the card on the reader to the name on the screen, through the whole terminal.

use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use kiosk_drivers::wire::serial::wire_time;

use super::{Failure, Figure};
use crate::commands::play::Server;
use crate::commands::visit::{Script, Visit};
use crate::commands::world::Act;
use crate::config::Configuration;
use crate::runtime::note::page_name;
use crate::session::action::Action;

const CARDS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(20);
/// The line's speed in the demo.
const BAUD: u32 = 115_200;

const TO_THE_CARD: &str = r#"
title = "to the card"
steps = [
    { wait_for = "attract" },
    { tap = "start" },
    { open = "gz.terminal.property.query" },
    { tap = "next" },
    { choose = "sms" },
    { tap = "next" },
    { wait_for = "card" },
]
"#;

/// How long one card took, and the bytes of its reading.
struct Placement {
    read: Duration,
    named: Duration,
    wire: Duration,
}

pub(super) fn figures(configuration: &Configuration, people: &Path) -> Result<Vec<Figure>, Failure> {
    let server = Server::start(configuration)?;
    let script = Script::parse("bench", TO_THE_CARD)?;
    let mut placements = Vec::new();
    for _ in 0..CARDS {
        let mut visit = Visit::prepare(&script, configuration.clone(), people, server.address(), None)?;
        visit.play(&script, None)?;
        placements.push(place(&visit)?);
    }
    placements.sort_by_key(|placement| placement.wire);
    let wire = placements
        .get(CARDS / 2)
        .map(|placement| placement.wire)
        .unwrap_or_default();
    let times = |of: fn(&Placement) -> Duration| placements.iter().map(of).collect();
    Ok(vec![
        Figure::of_times(
            "card placed to card read",
            times(|placement| placement.read),
            wire,
            "the same bytes on the wire",
        ),
        Figure::of_times(
            "card placed to name on screen, code typed at once",
            times(|placement| placement.named),
            wire,
            "the same bytes on the wire",
        ),
    ])
}

fn place(visit: &Visit) -> Result<Placement, Failure> {
    let (pages, seen) = channel();
    visit.terminal.view.listen(move |view| {
        let named = view.chrome.who.is_some();
        let _ = pages.send((Instant::now(), page_name(&view.page), named));
    });
    let sent = visit.world.reader_sent();
    let begin = Instant::now();
    visit.world.perform(&Act::parse("card:d1")?)?;
    let (asked, ..) = seen
        .iter()
        .find(|(_, page, _)| *page == "sms_code")
        .ok_or("no page for the code")?;
    let wire = wire_time(visit.world.reader_sent() - sent, BAUD);
    visit.terminal.act(Action::Type(sent_code(visit)?));
    visit.terminal.act(Action::Next);
    let (named, ..) = seen
        .iter()
        .find(|(at, _, named)| *named || at.duration_since(begin) > PATIENCE)
        .ok_or("nobody is named")?;
    Ok(Placement {
        read: asked - begin,
        named: named - begin,
        wire,
    })
}

/// The code reaches the sample telephone after the page is there.
fn sent_code(visit: &Visit) -> Result<String, String> {
    let end = Instant::now() + PATIENCE;
    loop {
        match visit.world.sms_code() {
            Ok(code) => return Ok(code),
            Err(problem) if Instant::now() > end => return Err(problem),
            Err(_) => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}
