//! Visits: a bearer token, bound to the terminal, 15 minutes sliding, 60 minutes at most.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiosk::protocol::body::{OpenSession, SessionOpened, VerificationResult};
use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::{new_id, random, rfc3339_ms, uploads, videos};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::LANGUAGES;

const SLIDING_MS: i64 = 15 * 60 * 1000;
const HARD_MS: i64 = 60 * 60 * 1000;

/// A session of the database.
pub struct Session {
    /// Id.
    pub id: String,
    /// Assurance reached, 0 to 3.
    pub level: u8,
    /// Last identity verification.
    pub result: Option<VerificationResult>,
    /// The identified person: card number and name.
    pub subject: Option<(String, String)>,
    /// Role in which that person was identified.
    pub role: Option<String>,
    terminal: String,
    opened_at: i64,
    used_at: i64,
    ended_at: Option<i64>,
}

impl Session {
    /// Card number and name of the person, identified at `level` or better.
    pub fn person(&self, level: u8) -> Result<(&str, &str), Refusal> {
        match (&self.subject, self.result) {
            (Some((id_no, name)), Some(VerificationResult::Verified)) if self.level >= level => {
                Ok((id_no, name))
            }
            (_, Some(VerificationResult::Rejected)) => Err(Case::IdentityNotVerified.into()),
            (_, Some(VerificationResult::Inconclusive)) => Err(Case::IdentityInconclusive.into()),
            _ => Err(Refusal::from(Case::AssuranceTooLow)
                .with("needed_level", level)
                .with(
                    "methods",
                    vec!["card_face_1v1", "card_sms_otp", "card_staff_witness"],
                )),
        }
    }

    fn is_live(&self, now: i64) -> bool {
        self.ended_at.is_none() && now < self.used_at + SLIDING_MS && now < self.opened_at + HARD_MS
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Session> {
    let result: Option<String> = row.get("result")?;
    let id_no: Option<String> = row.get("subject_id_no")?;
    let name: Option<String> = row.get("subject_name")?;
    Ok(Session {
        id: row.get("id")?,
        level: row.get("level")?,
        result: result.and_then(|name| serde_json::from_value(name.into()).ok()),
        subject: id_no.zip(name),
        role: row.get("role")?,
        terminal: row.get("terminal")?,
        opened_at: row.get("opened_at")?,
        used_at: row.get("used_at")?,
        ended_at: row.get("ended_at")?,
    })
}

fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The session of the bearer token, live or ended, of this terminal.
pub fn of_token(request: &Request<'_>) -> Result<Session, Refusal> {
    let token = request.received.token().ok_or(Case::SessionEnded)?;
    let session = request
        .db
        .query_row(
            "SELECT * FROM session WHERE token_sha256 = ?1",
            [token_hash(token)],
            read,
        )
        .optional()?;
    session
        .filter(|session| session.terminal == request.received.terminal)
        .ok_or_else(|| Case::SessionEnded.into())
}

/// Refuses an ended session and slides the end of a live one.
pub fn refresh(request: &Request<'_>, session: Session) -> Result<Session, Refusal> {
    let now = request.now_ms();
    if !session.is_live(now) {
        end(request, &session.id)?;
        return Err(Refusal::from(Case::SessionEnded).keeping());
    }
    request.db.execute(
        "UPDATE session SET used_at = ?2 WHERE id = ?1",
        params![session.id, now],
    )?;
    Ok(session)
}

/// Ends a session: nothing of the person stays in it, and nothing can be fetched any more.
fn end(request: &Request<'_>, id: &str) -> Result<(), Refusal> {
    let db = request.db;
    db.execute(
        "UPDATE session SET ended_at = coalesce(ended_at, ?2), subject_id_no = NULL, subject_name = NULL WHERE id = ?1",
        params![id, request.now_ms()],
    )?;
    // Void, but kept for their minutes: a new session must not reset the wait for a further code.
    db.execute("UPDATE otp SET used = 1, code = '' WHERE session_id = ?1", [id])?;
    db.execute("DELETE FROM staff_session WHERE session_id = ?1", [id])?;
    db.execute(
        "UPDATE verification SET id_no = NULL, name = NULL WHERE session_id = ?1",
        [id],
    )?;
    db.execute("UPDATE print_job SET document = NULL WHERE session_id = ?1", [id])?;
    uploads::end_visit(request, id)?;
    videos::end_visit(request, id)?;
    // The kept answer of the opening holds the token.
    db.execute(
        "DELETE FROM idempotency WHERE answer LIKE '%' || ?1 || '%' AND session_id IS NULL",
        [id],
    )?;
    Ok(())
}

/// Ends what ran out while nobody called.
fn sweep(request: &Request<'_>) -> Result<(), Refusal> {
    let now = request.now_ms();
    let mut query = request.db.prepare(
        "SELECT id FROM session WHERE ended_at IS NULL AND (used_at + ?1 <= ?3 OR opened_at + ?2 <= ?3)",
    )?;
    let stale: Vec<String> = query
        .query_map(params![SLIDING_MS, HARD_MS, now], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    stale.iter().try_for_each(|id| end(request, id))
}

/// `POST /v1/sessions`.
pub fn open(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: OpenSession = request.json()?;
    if !LANGUAGES.contains(&body.language.as_str()) {
        return Err(Refusal::invalid("/language", "unknown_language"));
    }
    sweep(request)?;
    let token = URL_SAFE_NO_PAD.encode(random::<32>());
    let now = request.now_ms();
    let opened = SessionOpened {
        session_id: new_id(),
        token,
        expires_at: rfc3339_ms(now + HARD_MS),
    };
    request.db.execute(
        "INSERT INTO session (id, terminal, token_sha256, language, opened_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        params![
            opened.session_id,
            request.received.terminal,
            token_hash(&opened.token),
            body.language,
            now
        ],
    )?;
    Answer::created(&opened)
}

/// `DELETE /v1/sessions/{session_id}`.
pub fn close(request: &Request<'_>) -> Result<Answer, Refusal> {
    let session = request.session()?;
    if session.id != request.param("session_id") {
        return Err(Case::NotFound.into());
    }
    end(request, &session.id)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
