//! The sample office's review: what happens to an application as time goes by.
//!
//! There is no clerk and no timer: whoever looks at an application brings it up to now, in the
//! same transaction. An application for a certificate is approved when the time of the review is
//! over; every other one is accepted then, and waits for people who do not exist here.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use kiosk::catalogue::model::{OutputKind, Service};
use kiosk::protocol::body::{TimelineEntry, Words};
use rusqlite::params;

use super::applications::Stored;
use super::{certificates, day, ms, rfc3339_ms};
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::text;

/// Working days until an application is accepted at the latest.
const ACCEPTED_DAYS: u32 = 5;
/// Working days until a decision, where the catalogue gives none.
const DECIDED_DAYS: u32 = 20;

/// Notes that a state was reached.
pub fn reached(request: &Request<'_>, application: &str, state: &str, at: i64) -> Result<(), Refusal> {
    request.db.execute(
        "INSERT OR IGNORE INTO transition (application_id, state, at) VALUES (?1, ?2, ?3)",
        params![application, state, at],
    )?;
    Ok(())
}

fn is_certificate(service: &Service) -> bool {
    service
        .outputs
        .iter()
        .any(|output| output.kind == OutputKind::Certificate)
}

/// Brings an application up to now.
pub fn settle(request: &Request<'_>, mut stored: Stored) -> Result<Stored, Refusal> {
    let Some(submitted) = stored.submitted_at else {
        return Ok(stored);
    };
    let due = submitted + ms(request.office.review);
    if request.now_ms() < due {
        return Ok(stored);
    }
    let Some(service) = request.office.services.catalogue.service(&stored.service_id) else {
        return Ok(stored);
    };
    let state = match (stored.state.as_str(), is_certificate(service)) {
        ("submitted", true) => "approved",
        ("submitted", false) => "accepted",
        _ => return Ok(stored),
    };
    reached(request, &stored.id, "accepted", due)?;
    if state == "approved" {
        reached(request, &stored.id, "approved", due)?;
        certificates::issue(request, service, &stored, due)?;
    }
    request.db.execute(
        "UPDATE application SET state = ?2 WHERE id = ?1",
        params![stored.id, state],
    )?;
    state.clone_into(&mut stored.state);
    Ok(stored)
}

/// What was reached with its time, and what comes with the day it is due.
pub fn timeline(request: &Request<'_>, stored: &Stored) -> Result<Vec<TimelineEntry>, Refusal> {
    let mut query = request
        .db
        .prepare("SELECT state, at FROM transition WHERE application_id = ?1 ORDER BY at, rowid")?;
    let done: Vec<(String, i64)> = query
        .query_map([&stored.id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let Some(service) = request.office.services.catalogue.service(&stored.service_id) else {
        return Ok(Vec::new());
    };
    let kind = if is_certificate(service) {
        "certificate"
    } else {
        "benefit"
    };
    let mut entries: Vec<TimelineEntry> = done
        .iter()
        .map(|(state, at)| entry(kind, state, Some(rfc3339_ms(*at)), true))
        .collect();
    let start = stored.submitted_at.unwrap_or_else(|| request.now_ms());
    for (state, at) in plan(service, kind, start) {
        if !done.iter().any(|(reached, _)| *reached == state) {
            entries.push(entry(kind, state, at, false));
        }
    }
    Ok(entries)
}

fn entry(kind: &str, state: &str, at: Option<String>, done: bool) -> TimelineEntry {
    let tense = if done { "done" } else { "due" };
    TimelineEntry {
        state: state.to_owned(),
        at,
        done,
        words: text(&format!("timeline.{kind}.{state}.{tense}")),
        office: office(kind, state),
    }
}

fn office(kind: &str, state: &str) -> Words {
    match (kind, state) {
        ("certificate", _) | (_, "submitted" | "accepted") => text("office.street"),
        _ => text("office.district"),
    }
}

/// The states in order, each with its last day.
fn plan(service: &Service, kind: &str, start: i64) -> Vec<(&'static str, Option<String>)> {
    let begin = Timestamp::from_millisecond(start).map(day).unwrap_or_default();
    let after = |days: u32| Some(working_day(begin, days).to_string());
    let legal = service.sla.legal_days.filter(|days| *days > 0);
    if kind == "certificate" {
        let promised = after(service.sla.promise_days.or(legal).unwrap_or(DECIDED_DAYS));
        return vec![
            ("submitted", None),
            ("accepted", promised.clone()),
            ("approved", promised),
        ];
    }
    let decided = legal.unwrap_or(DECIDED_DAYS);
    vec![
        ("submitted", None),
        ("accepted", after(ACCEPTED_DAYS.min(decided))),
        ("approved", after(decided)),
        (
            "paid",
            next_month(working_day(begin, decided)).map(|date| date.to_string()),
        ),
    ]
}

/// The day `days` working days after `from`. Public holidays are not in this sample calendar.
fn working_day(from: Date, days: u32) -> Date {
    let mut date = from;
    let mut left = days;
    while left > 0 {
        let Ok(next) = date.tomorrow() else { return date };
        date = next;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    date
}

fn next_month(date: Date) -> Option<Date> {
    date.last_of_month().tomorrow().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn working_days_leave_out_weekends() {
        // 2026-11-23 is a Monday.
        assert_eq!(working_day(date(2026, 11, 23), 5), date(2026, 11, 30));
        assert_eq!(working_day(date(2026, 11, 23), 20), date(2026, 12, 21));
        assert_eq!(next_month(date(2026, 12, 21)), Some(date(2027, 1, 1)));
    }
}
