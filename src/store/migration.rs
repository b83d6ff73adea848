//! Schema changes go forward only; `user_version` counts them. A step that was released is never
//! edited, a new one is appended.

use rusqlite::Connection;

use super::error::StoreError;

const STEPS: &[&str] = &[
    "
CREATE TABLE call (
    key          TEXT PRIMARY KEY,
    method       TEXT NOT NULL,
    template     TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('prepared', 'unconfirmed')),
    at           TEXT NOT NULL
) STRICT;
CREATE TABLE print_job (
    key TEXT PRIMARY KEY,
    job TEXT NOT NULL,
    at  TEXT NOT NULL
) STRICT;
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY CHECK (number >= 1),
    at      TEXT NOT NULL,
    id      TEXT NOT NULL,
    members TEXT NOT NULL,
    hash    TEXT NOT NULL
) STRICT;
CREATE TABLE audit_head (
    slot   INTEGER PRIMARY KEY CHECK (slot = 1),
    number INTEGER NOT NULL,
    hash   TEXT NOT NULL
) STRICT;
CREATE TABLE catalogue (
    slot    INTEGER PRIMARY KEY CHECK (slot = 1),
    version TEXT NOT NULL,
    bundle  TEXT NOT NULL,
    at      TEXT NOT NULL
) STRICT;
CREATE TABLE probe (at INTEGER NOT NULL) STRICT;
",
    "
CREATE TABLE payment (
    payment_id TEXT PRIMARY KEY,
    payment    TEXT NOT NULL,
    at         TEXT NOT NULL
) STRICT;
",
];

/// Brings the file to the newest version, each step in its own transaction.
pub(super) fn run(connection: &mut Connection) -> Result<(), StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (version, step) in (1_i64..).zip(STEPS).skip(usize::try_from(found).unwrap_or(0)) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}
