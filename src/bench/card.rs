//! From the card on the reader to the name on the screen, through the whole terminal.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use kiosk_drivers::wire::serial::wire_time;

use super::{Failure, Figure};
use crate::commands::play::Server;
use crate::commands::visit::{Script, Visit};
use crate::commands::world::Act;
use crate::config::Configuration;
use crate::session::action::Action;
use crate::session::view::{Page, View};

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
    let script = Script::parse("bench", TO_THE_CARD)?;
    let mut placements = Vec::new();
    for _ in 0..CARDS {
        // A server of its own: codes to one telephone have to wait for each other.
        let server = Server::start(configuration)?;
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
    let peer = "the same bytes on the wire";
    Ok(vec![
        Figure::of_times(
            "card placed to card read",
            times(|placement| placement.read),
            wire,
            peer,
        ),
        Figure::of_times(
            "card placed to name on screen, code typed at once",
            times(|placement| placement.named),
            wire,
            peer,
        ),
    ])
}

fn place(visit: &Visit) -> Result<Placement, Failure> {
    let (changes, seen) = channel();
    visit.terminal.view.listen(move |view| {
        let _ = changes.send((Instant::now(), Arc::clone(view)));
    });
    let until = |suits: fn(&View) -> bool| loop {
        let (at, view) = seen.recv_timeout(PATIENCE)?;
        if suits(&view) {
            return Ok::<Instant, Failure>(at);
        }
    };
    let sent = visit.world.reader_sent();
    let begin = Instant::now();
    visit.world.perform(&Act::parse("card:d1")?)?;
    let read = until(|view| !matches!(view.page, Page::Card { .. }))?;
    let wire = wire_time(visit.world.reader_sent() - sent, BAUD);
    until(|view| matches!(view.page, Page::SmsCode { .. }))?;
    visit.terminal.act(Action::Type(visit.world.sms_code()?));
    visit.terminal.act(Action::Next);
    let named = until(|view| view.chrome.who.is_some())?;
    Ok(Placement {
        read: read - begin,
        named: named - begin,
        wire,
    })
}
