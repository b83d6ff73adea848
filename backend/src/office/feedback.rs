//! Ratings (好差评) and calls for staff. Both work without a session and hold no personal data.

use kiosk::protocol::body::{Evaluation, Ticket, TicketOpened};
use rusqlite::params;
use serde_json::json;

use super::{new_id, number};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;

/// Remarks at most, and characters of an id.
const TAGS: usize = 20;
const ID_LIMIT: usize = 80;

fn is_id(text: &str) -> bool {
    text.len() <= ID_LIMIT
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// `POST /v1/evaluations`.
pub fn evaluate(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Evaluation = request.json()?;
    request.office.service(&body.service_id)?;
    if !(1..=5).contains(&body.level) {
        return Err(Refusal::invalid("/level", "range"));
    }
    if body.tags.len() > TAGS || !body.tags.iter().all(|tag| is_id(tag)) {
        return Err(Refusal::invalid("/tags", "not_an_id"));
    }
    request.db.execute(
        "INSERT INTO evaluation (id, terminal, service_id, level, tags, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            new_id(),
            request.received.terminal,
            body.service_id,
            body.level,
            body.tags.join(","),
            request.now_ms()
        ],
    )?;
    Answer::created(&json!({ "stored": true }))
}

/// `POST /v1/tickets`.
pub fn open_ticket(request: &Request<'_>) -> Result<Answer, Refusal> {
    const KINDS: [&str; 5] = [
        "call_staff",
        "card_left",
        "device_fault",
        "print_unknown",
        "supply_low",
    ];
    let body: Ticket = request.json()?;
    if !KINDS.contains(&body.kind.as_str()) {
        return Err(Refusal::invalid("/kind", "unknown_kind"));
    }
    if !is_id(&body.about) {
        return Err(Refusal::invalid("/about", "not_an_id"));
    }
    let number = number(request.db, "T", request.now)?;
    request.db.execute(
        "INSERT INTO ticket (number, terminal, kind, about, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            number,
            request.received.terminal,
            body.kind,
            body.about,
            request.now_ms()
        ],
    )?;
    Answer::created(&TicketOpened { number })
}
