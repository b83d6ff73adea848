//! The sample office's review: what happens to a matter as time goes by.
//!
//! There is no timer: whoever looks at a matter brings it up to now, in the same transaction. An
//! application for a certificate is approved when the time of the review is over; the others are
//! accepted then, and an officer decides upon them.

use kiosk::protocol::body::{TimelineEntry, Words};
use rusqlite::params;

use super::applications::{self, Stored};
use super::states::{self, State, Told};
use super::track::Track;
use super::{certificates, means_check, ms, packages, plan, rfc3339_ms};
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::{text, text_or};

/// Brings a matter up to now.
pub fn settle(request: &Request<'_>, stored: Stored) -> Result<Stored, Refusal> {
    match (stored.track, stored.state) {
        (Track::Package, State::Submitted | State::Accepted) => packages::settle(request, &stored)?,
        (Track::Component, _) => return Ok(stored),
        (Track::Booking, State::Approved) => close_past_booking(request, &stored)?,
        (_, State::Submitted) => accept_when_due(request, &stored)?,
        (Track::Assistance, State::Checking) => means_check::settle(request, &stored.id)?,
        _ => return Ok(stored),
    }
    applications::find(request, &stored.id)
}

fn accept_when_due(request: &Request<'_>, stored: &Stored) -> Result<(), Refusal> {
    let Some(submitted) = stored.submitted_at else {
        return Ok(());
    };
    let due = submitted + ms(request.office.review);
    let service = request.office.services.catalogue.service(&stored.service_id);
    let (true, Some(service)) = (request.now_ms() >= due, service) else {
        return Ok(());
    };
    let enter = |state| states::enter(request, &stored.id, state, due, &Told::default());
    enter(State::Accepted)?;
    match stored.track {
        Track::Certificate => {
            enter(State::Approved)?;
            certificates::issue(request, service, stored, due)
        }
        Track::Assistance => {
            enter(State::Checking)?;
            means_check::settle(request, &stored.id)
        }
        _ => Ok(()),
    }
}

/// A day after its time a booking is over.
fn close_past_booking(request: &Request<'_>, stored: &Stored) -> Result<(), Refusal> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    let starts_at: Option<i64> = request.db.query_row(
        "SELECT starts_at FROM booking WHERE application_id = ?1",
        [&stored.id],
        |row| row.get(0),
    )?;
    match starts_at.map(|at| at + DAY_MS) {
        Some(over) if over <= request.now_ms() => {
            states::enter(request, &stored.id, State::Closed, over, &Told::default())
        }
        _ => Ok(()),
    }
}

/// Something that happened to a matter.
pub struct Past {
    /// State that was reached.
    pub state: State,
    /// When.
    pub at: i64,
    /// What was said.
    pub told: Told,
}

/// Everything that happened, oldest first.
pub fn past(request: &Request<'_>, id: &str) -> Result<Vec<Past>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT state, at, office, reason, objection FROM transition WHERE application_id = ?1 ORDER BY at, id",
    )?;
    let rows = query.query_map(params![id], |row| {
        let words = |index: usize| -> rusqlite::Result<Words> {
            let text: String = row.get(index)?;
            Ok(serde_json::from_str(&text).unwrap_or_default())
        };
        let state: String = row.get(0)?;
        Ok(Past {
            state: State::of(&state).unwrap_or(State::Closed),
            at: row.get(1)?,
            told: Told {
                office: words(2)?,
                reason: words(3)?,
                objection: words(4)?,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What was reached with its time, and what comes with the day it is due.
pub fn timeline(request: &Request<'_>, stored: &Stored) -> Result<Vec<TimelineEntry>, Refusal> {
    let done = past(request, &stored.id)?;
    let mut entries: Vec<TimelineEntry> = done
        .iter()
        .map(|past| {
            let mut entry = entry(stored, past.state, Some(rfc3339_ms(past.at)), true);
            if !past.told.office.is_empty() {
                entry.office.clone_from(&past.told.office);
            }
            entry
        })
        .collect();
    if stored.state.is_over() {
        return Ok(entries);
    }
    let again = stored.state == State::ReturnedForCorrection;
    for (state, at) in plan::of(request, stored)? {
        let reached = done.iter().any(|past| past.state == state);
        if !reached || (again && state == State::Submitted) {
            entries.push(entry(stored, state, at, false));
        }
    }
    Ok(entries)
}

fn entry(stored: &Stored, state: State, at: Option<String>, done: bool) -> TimelineEntry {
    let tense = if done { "done" } else { "due" };
    let name = state.name();
    TimelineEntry {
        state: name.to_owned(),
        at,
        done,
        words: text_or(
            &format!("timeline.{}.{name}.{tense}", stored.track.name()),
            &format!("timeline.case.{name}.{tense}"),
        ),
        office: office(stored, state),
    }
}

/// Who acts in a state.
pub fn office(stored: &Stored, state: State) -> Words {
    if let Some(office) = &stored.office {
        return office.clone();
    }
    match (stored.track, state) {
        (Track::Benefit | Track::Assistance | Track::Confirmation, State::Submitted | State::Accepted)
        | (Track::Certificate, _) => text("office.street"),
        (Track::Assistance, State::Checking) => text("office.means_check"),
        _ => text("office.district"),
    }
}
