//! Idempotency keys: a repeated key brings the kept answer, and the effect happens once.
//!
//! The answer is written in the transaction of the effect, so there is no moment at which one
//! exists without the other. Only answers that had an effect are kept: a refusal changed nothing,
//! and asking again is harmless.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::answer::{Answer, Content};
use super::request::Received;
use crate::problem::{Case, Refusal};

/// How long answers are kept: longer than the longest planned outage.
pub const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The key of a request and what it was used for.
pub struct Keyed {
    key: String,
    request_sha256: [u8; 32],
}

impl Keyed {
    /// Reads the key: 16 to 64 visible ASCII characters.
    pub fn of(received: &Received) -> Result<Self, Refusal> {
        let key = received
            .header("idempotency-key")
            .filter(|key| (16..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()))
            .ok_or(Case::IdempotencyKeyMissing)?;
        let mut hash = Sha256::new();
        hash.update(received.route);
        for value in received.params.values() {
            hash.update([0]);
            hash.update(value);
        }
        hash.update([0]);
        hash.update(&received.body);
        Ok(Self {
            key: key.to_owned(),
            request_sha256: hash.finalize().into(),
        })
    }

    /// The kept answer, if this key was used. `session_id` is the session of the token, live or
    /// ended: the person's answer never goes to another session.
    pub fn kept(
        &self,
        db: &Transaction<'_>,
        terminal: &str,
        session_id: Option<&str>,
    ) -> Result<Option<Answer>, Refusal> {
        let row = db
            .query_row(
                "SELECT request_sha256, session_id, status, answer FROM idempotency WHERE terminal = ?1 AND key = ?2",
                params![terminal, self.key],
                |row| {
                    Ok((
                        row.get::<_, [u8; 32]>(0)?,
                        row.get::<_, Option<String>>(1)?,
                        row.get::<_, u16>(2)?,
                        row.get::<_, String>(3)?,
                    ))
                },
            )
            .optional()?;
        let Some((request_sha256, owner, status, answer)) = row else {
            return Ok(None);
        };
        if request_sha256 != self.request_sha256 {
            return Err(Case::IdempotencyKeyReused.into());
        }
        if owner.as_deref() != session_id {
            return Err(Case::SessionEnded.into());
        }
        let content = match answer.as_str() {
            "" => Content::Nothing,
            text => Content::Json(serde_json::from_str(text)?),
        };
        Ok(Some(Answer {
            // The replay says 200 where the first answer said 201: nothing was created now.
            status: match status {
                201 => StatusCode::OK,
                other => StatusCode::from_u16(other).unwrap_or(StatusCode::OK),
            },
            content,
            etag: None,
        }))
    }

    /// Keeps the answer, and lets go what is older than [`KEPT_MS`].
    pub fn keep(
        &self,
        db: &Transaction<'_>,
        terminal: &str,
        session_id: Option<&str>,
        answer: &Answer,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let text = match &answer.content {
            Content::Json(value) => value.to_string(),
            Content::Nothing | Content::Pdf(_) => String::new(),
        };
        db.execute("DELETE FROM idempotency WHERE at < ?1", [now_ms - KEPT_MS])?;
        db.execute(
            "INSERT INTO idempotency (terminal, key, request_sha256, session_id, status, answer, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                terminal,
                self.key,
                self.request_sha256,
                session_id,
                answer.status.as_u16(),
                text,
                now_ms
            ],
        )?;
        Ok(())
    }
}

/// Keys whose requests are running. Held in memory: a crash rolls the effect back as well.
#[derive(Default)]
pub struct InFlight(Mutex<HashSet<(String, String)>>);

/// Leaves the set when dropped.
pub struct Running<'a> {
    set: &'a InFlight,
    entry: (String, String),
}

impl InFlight {
    /// Enters a key; `request-in-progress` when it is there already.
    pub fn enter(&self, terminal: &str, keyed: &Keyed) -> Result<Running<'_>, Refusal> {
        let entry = (terminal.to_owned(), keyed.key.clone());
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !set.insert(entry.clone()) {
            return Err(Case::RequestInProgress.into());
        }
        Ok(Running { set: self, entry })
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut set = self.set.0.lock().unwrap_or_else(PoisonError::into_inner);
        set.remove(&self.entry);
    }
}
