//! Members of staff: at a terminal they witness and help, on the web officers decide.
//!
//! The sample has three of them; a real server asks the offices' own directory.

use kiosk::catalogue::model::StaffRole;
use kiosk::protocol::body::{StaffLogin, StaffSessionOpened};
use rusqlite::{OptionalExtension, params};

use super::{masked_name, new_id};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// A member of staff.
pub struct Member {
    /// Number.
    pub number: &'static str,
    pin: &'static str,
    /// Name.
    pub name: &'static str,
    /// What the member may do.
    pub roles: &'static [StaffRole],
}

const SAMPLE: [Member; 3] = [
    Member {
        number: "1001",
        pin: "246810",
        name: "样例员",
        roles: &[StaffRole::Helper],
    },
    Member {
        number: "1002",
        pin: "135790",
        name: "审例员",
        roles: &[StaffRole::Helper, StaffRole::Officer],
    },
    Member {
        number: "1003",
        pin: "112358",
        name: "维例员",
        roles: &[StaffRole::Technician, StaffRole::Operator],
    },
];

const EXPIRES_MS: i64 = 10 * 60 * 1000;
const FAILURES: u32 = 5;
const LOCK_MS: i64 = 15 * 60 * 1000;

/// A member by number.
pub fn find(number: &str) -> Option<&'static Member> {
    SAMPLE.iter().find(|member| member.number == number)
}

impl Member {
    /// Has this role.
    pub fn is(&self, role: StaffRole) -> bool {
        self.roles.contains(&role)
    }
}

/// The member of this number and PIN. Five wrong PINs lock the number for 15 minutes.
///
/// # Errors
/// `staff-refused`, with the attempt counted.
pub fn recognise(request: &Request<'_>, number: &str, pin: &str) -> Result<&'static Member, Refusal> {
    let now = request.now_ms();
    let (failures, locked_until) = request
        .db
        .query_row(
            "SELECT failures, locked_until FROM staff_attempt WHERE staff_number = ?1",
            [number],
            |row| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?)),
        )
        .optional()?
        .unwrap_or((0, 0));
    let member = find(number).filter(|_| locked_until <= now);
    let Some(member) = member else {
        return Err(Case::StaffRefused.into());
    };
    let right = member.pin == pin;
    let failures = if right { 0 } else { failures + 1 };
    request.db.execute(
        "INSERT OR REPLACE INTO staff_attempt (staff_number, failures, locked_until) VALUES (?1, ?2, ?3)",
        params![
            number,
            failures % FAILURES,
            if failures >= FAILURES { now + LOCK_MS } else { 0 }
        ],
    )?;
    if right {
        Ok(member)
    } else {
        Err(Refusal::from(Case::StaffRefused).keeping())
    }
}

/// The role as the catalogue's `[staff]` names it.
fn name_of(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Helper => "helper",
        StaffRole::Technician => "technician",
        StaffRole::Operator => "operator",
        StaffRole::Officer => "officer",
    }
}

/// `POST /v1/staff-sessions`.
pub fn open(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: StaffLogin = request.json()?;
    let member = recognise(request, &body.staff_number, &body.pin)?;
    let opened = StaffSessionOpened {
        staff_session_id: new_id(),
        name_masked: masked_name(member.name),
        roles: member
            .roles
            .iter()
            .map(|role| name_of(*role).to_owned())
            .collect(),
    };
    request.db.execute(
        "INSERT INTO staff_session (id, session_id, staff_number, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![
            opened.staff_session_id,
            request.session()?.id,
            member.number,
            request.now_ms() + EXPIRES_MS
        ],
    )?;
    Answer::created(&opened)
}

/// Number of the member of staff of a live staff session in this visit.
pub fn of(request: &Request<'_>, id: &str) -> Result<String, Refusal> {
    request
        .db
        .query_row(
            "SELECT staff_number FROM staff_session WHERE id = ?1 AND session_id = ?2 AND expires_at > ?3",
            params![id, request.session()?.id, request.now_ms()],
            |row| row.get(0),
        )
        .optional()?
        .ok_or_else(|| Case::StaffRefused.into())
}

/// The member of staff who is signed in to this visit now.
pub fn present(request: &Request<'_>) -> Result<Option<&'static Member>, Refusal> {
    let number: Option<String> = request
        .db
        .query_row(
            "SELECT staff_number FROM staff_session WHERE session_id = ?1 AND expires_at > ?2
             ORDER BY rowid DESC LIMIT 1",
            params![request.session()?.id, request.now_ms()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(number.as_deref().and_then(find))
}

/// Notes who helped with an application of this visit.
pub fn note_help(request: &Request<'_>, application: &str) -> Result<(), Refusal> {
    if let Some(member) = present(request)? {
        request.db.execute(
            "UPDATE application SET assisted_by = ?2 WHERE id = ?1",
            params![application, member.number],
        )?;
    }
    Ok(())
}
