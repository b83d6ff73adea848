//! The work list of staff: home visits, calls from terminals, matters that wait for a person.

use jiff::Timestamp;
use kiosk::catalogue::model::StaffRole;
use kiosk::protocol::body::Words;
use kiosk::protocol::information::{Item, Line, Listing, Part};
use rusqlite::params;

use super::{day, masked_name, number, plan, rfc3339, rfc3339_ms, staff};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::{plain, text};

/// Working days until a task must be done.
const DUE_DAYS: u32 = 5;
/// Entries of each kind.
const LIMIT: u32 = 60;

/// Opens a task about a person; answers its number.
pub fn open(
    request: &Request<'_>,
    kind: &str,
    service_id: &str,
    id_no: &str,
    name: &str,
) -> Result<String, Refusal> {
    let number = number(request.db, "V", request.now)?;
    request.db.execute(
        "INSERT INTO task (number, kind, service_id, region, id_no, name, due_on, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            number,
            kind,
            service_id,
            crate::register::REGION,
            id_no,
            name,
            plan::working_day(day(request.now), DUE_DAYS).to_string(),
            request.now_ms()
        ],
    )?;
    Ok(number)
}

/// `GET /v1/tasks`: what the member of staff of this visit has to do, by role.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    let member = staff::present(request)?.ok_or(Case::StaffRefused)?;
    let mut items = Vec::new();
    if member.is(StaffRole::Helper) {
        items.extend(visits(request)?);
        items.extend(calls(request, &["call_staff", "card_left", "print_unknown"])?);
    }
    if member.is(StaffRole::Technician) {
        items.extend(calls(request, &["device_fault", "supply_low", "print_unknown"])?);
    }
    if member.is(StaffRole::Officer) {
        items.extend(matters(request)?);
    }
    Answer::ok(&Listing {
        items,
        as_of: rfc3339(request.now),
        office: text("office.street"),
    })
}

fn line(label: &str, value: Words) -> Line {
    Line {
        label: text(label),
        value,
    }
}

fn visits(request: &Request<'_>) -> Result<Vec<Item>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT number, kind, name, due_on FROM task WHERE done_at IS NULL ORDER BY due_on, number LIMIT ?1",
    )?;
    let rows = query.query_map([LIMIT], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
        ))
    })?;
    let mut items = Vec::new();
    for row in rows {
        let (number, kind, name, due_on) = row?;
        items.push(Item {
            title: text(&format!("task.{kind}")),
            sub: plain(&number),
            icon: "home-heart".to_owned(),
            state: "open".to_owned(),
            sections: vec![Part {
                title: Words::new(),
                lines: vec![
                    line("task.person", plain(&masked_name(&name))),
                    line("task.due", plain(&due_on)),
                ],
            }],
            id: number,
            ..Item::default()
        });
    }
    Ok(items)
}

/// Calls from terminals of the last two days, newest first.
fn calls(request: &Request<'_>, kinds: &[&str]) -> Result<Vec<Item>, Refusal> {
    const RECENT_MS: i64 = 2 * 24 * 60 * 60 * 1000;
    let mut query = request.db.prepare(
        "SELECT number, kind, about, terminal, at FROM ticket WHERE at > ?1 ORDER BY at DESC, number DESC LIMIT ?2",
    )?;
    let rows = query.query_map(params![request.now_ms() - RECENT_MS, LIMIT], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
            row.get::<_, i64>(4)?,
        ))
    })?;
    let mut items = Vec::new();
    for row in rows {
        let (number, kind, about, terminal, at) = row?;
        if !kinds.contains(&kind.as_str()) {
            continue;
        }
        let mut lines = vec![
            line("task.terminal", plain(&terminal)),
            line("task.since", plain(&rfc3339_ms(at))),
        ];
        if !about.is_empty() {
            lines.push(line("task.about", plain(&about)));
        }
        items.push(Item {
            title: text(&format!("task.{kind}")),
            sub: plain(&number),
            icon: "headset".to_owned(),
            state: "open".to_owned(),
            sections: vec![Part {
                title: Words::new(),
                lines,
            }],
            id: number,
            ..Item::default()
        });
    }
    Ok(items)
}

/// Matters that an officer has to decide, oldest first: no name, no number of a person.
fn matters(request: &Request<'_>) -> Result<Vec<Item>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT number, service_id, state, submitted_at FROM application
         WHERE number IS NOT NULL AND state IN ('submitted', 'accepted', 'checking', 'publicity', 'transferred')
         ORDER BY urgent DESC, submitted_at, number LIMIT ?1",
    )?;
    let rows = query.query_map([LIMIT], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, Option<i64>>(3)?,
        ))
    })?;
    let mut items = Vec::new();
    for row in rows {
        let (number, service_id, state, submitted) = row?;
        let service = request.office.services.catalogue.service(&service_id);
        let since = submitted.and_then(|at| Timestamp::from_millisecond(at).ok());
        items.push(Item {
            title: service
                .map(|service| (*service.service.title).clone())
                .unwrap_or_default(),
            sub: plain(&number),
            icon: "file-text".to_owned(),
            sections: vec![Part {
                title: Words::new(),
                lines: vec![
                    line("task.state", text(&format!("state.{state}"))),
                    line("task.since", plain(&since.map(rfc3339).unwrap_or_default())),
                ],
            }],
            state,
            id: number,
            ..Item::default()
        });
    }
    Ok(items)
}
