//! Staff who witness an identity. One sample member of staff: number 1001, PIN 246810.

use kiosk::protocol::body::{StaffLogin, StaffSessionOpened};
use rusqlite::{OptionalExtension, params};

use super::{masked_name, new_id};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

const SAMPLE_NUMBER: &str = "1001";
const SAMPLE_PIN: &str = "246810";
const SAMPLE_NAME: &str = "样例员";
const SAMPLE_ROLES: [&str; 3] = ["helper", "technician", "officer"];

const EXPIRES_MS: i64 = 10 * 60 * 1000;
const FAILURES: u32 = 5;
const LOCK_MS: i64 = 15 * 60 * 1000;

/// `POST /v1/staff-sessions`. Five wrong PINs lock the number for 15 minutes.
pub fn open(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: StaffLogin = request.json()?;
    let now = request.now_ms();
    let (failures, locked_until) = request
        .db
        .query_row(
            "SELECT failures, locked_until FROM staff_attempt WHERE staff_number = ?1",
            [&body.staff_number],
            |row| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?)),
        )
        .optional()?
        .unwrap_or((0, 0));
    if locked_until > now {
        return Err(Case::StaffRefused.into());
    }
    let right = body.staff_number == SAMPLE_NUMBER && body.pin == SAMPLE_PIN;
    let failures = if right { 0 } else { failures + 1 };
    if body.staff_number == SAMPLE_NUMBER {
        request.db.execute(
            "INSERT OR REPLACE INTO staff_attempt (staff_number, failures, locked_until) VALUES (?1, ?2, ?3)",
            params![
                body.staff_number,
                failures % FAILURES,
                if failures >= FAILURES { now + LOCK_MS } else { 0 }
            ],
        )?;
    }
    if !right {
        return Err(Refusal::from(Case::StaffRefused).keeping());
    }
    let opened = StaffSessionOpened {
        staff_session_id: new_id(),
        name_masked: masked_name(SAMPLE_NAME),
        roles: SAMPLE_ROLES.map(str::to_owned).to_vec(),
    };
    request.db.execute(
        "INSERT INTO staff_session (id, session_id, staff_number, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![
            opened.staff_session_id,
            request.session()?.id,
            body.staff_number,
            now + EXPIRES_MS
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
