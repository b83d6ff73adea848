//! The journal of calls that change something at the backend. A row is written before the first
//! send and removed when the outcome is known. Bodies are not kept: they hold personal data.

use rusqlite::{Connection, Transaction, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::StoreError;
use crate::protocol::call::{Call, IdempotencyKey, Method};

/// What is known of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// Written down; perhaps sent.
    Prepared,
    /// Sent, no answer.
    Unconfirmed,
}

/// A call whose outcome is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCall {
    /// Its key.
    pub key: IdempotencyKey,
    /// Path with `{id}` in place of each number.
    pub template: String,
    /// What is known.
    pub state: CallState,
    /// When it was prepared, RFC 3339.
    pub at: String,
}

/// The path with every segment that names one thing replaced by `{id}`.
pub fn template_of(path: &str) -> String {
    let segments = path.split('/').enumerate().map(|(index, segment)| {
        // The first segment is empty, the second the version (`v1`).
        let names_one = index > 1 && segment.bytes().any(|byte| byte.is_ascii_digit());
        if names_one {
            "{id}"
        } else {
            segment.split('?').next().unwrap_or_default()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
    }
}

pub(super) fn prepare(
    transaction: &Transaction<'_>,
    call: &Call,
    key: IdempotencyKey,
    at: &str,
    salt: &[u8; 16],
) -> Result<(), StoreError> {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(call.path.as_bytes());
    hash.update(call.body.to_string().as_bytes());
    let hash = super::audit::hex(&hash.finalize());
    transaction.execute(
        "INSERT INTO call (key, method, template, request_hash, state, at) VALUES (?, ?, ?, ?, 'prepared', ?)
         ON CONFLICT (key) DO NOTHING",
        params![
            key.to_string(),
            word(call.method),
            template_of(&call.path),
            hash,
            at
        ],
    )?;
    let first: String = transaction.query_row(
        "SELECT request_hash FROM call WHERE key = ?",
        params![key.to_string()],
        |row| row.get(0),
    )?;
    // One key, two requests: the backend would answer the second with the first one's result.
    if first == hash {
        Ok(())
    } else {
        Err(StoreError::Row(format!("key {key} was used for another request")))
    }
}

pub(super) fn unconfirmed(transaction: &Transaction<'_>, key: IdempotencyKey) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE call SET state = 'unconfirmed' WHERE key = ?",
        params![key.to_string()],
    )?;
    Ok(())
}

pub(super) fn settle(transaction: &Transaction<'_>, key: IdempotencyKey) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM call WHERE key = ?", params![key.to_string()])?;
    Ok(())
}

pub(super) fn pending(connection: &Connection) -> Result<Vec<PendingCall>, StoreError> {
    let mut statement = connection.prepare("SELECT key, template, state, at FROM call ORDER BY at, key")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        let state: String = row.get(2)?;
        found.push(PendingCall {
            key: IdempotencyKey(Uuid::parse_str(&key).map_err(|error| StoreError::Row(error.to_string()))?),
            template: row.get(1)?,
            state: if state == "prepared" {
                CallState::Prepared
            } else {
                CallState::Unconfirmed
            },
            at: row.get(3)?,
        });
    }
    Ok(found)
}
