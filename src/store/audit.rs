//! The audit chain: each entry's hash covers the entry before it. Event ids and members are
//! declared here once; anything else is refused, so personal data cannot slip in.
//!
//! A chain alone finds edits and gaps. A cut tail is found by the head kept beside it, a rewritten
//! chain only by a head that is kept elsewhere (printing.md, section 5).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::error::StoreError;
use crate::session::effect::AuditRecord;

/// Separates this chain's hashes from every other use of SHA-256.
const DOMAIN: &[u8] = b"bianmin-kiosk/audit/1";

/// Hash before the first entry.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Every event with the members it may carry. None of them holds personal data.
pub const DECLARED: &[(&str, &[&str])] = &[
    ("terminal.started", &["version"]),
    ("terminal.ended", &[]),
    ("terminal.out_of_service", &["reason"]),
    ("terminal.in_service", &[]),
    ("call.unconfirmed", &["template", "key"]),
    ("print.reported", &["job_id", "outcome"]),
    ("payment.settled", &["payment_id", "outcome"]),
    ("visit.started", &[]),
    ("visit.ended", &["outcome"]),
    ("service.started", &["service_id"]),
    ("service.ended", &["service_id", "outcome", "duration_s"]),
    ("consent.given", &["template"]),
    ("consent.refused", &["template"]),
    ("consent.withdrawn", &["template"]),
    ("card.accepted", &[]),
    ("card.left", &[]),
    ("face.ended", &["band"]),
    ("login.ended", &["way", "outcome"]),
    ("party.ended", &["way", "outcome"]),
    ("signature.added", &[]),
    ("rule.broken", &["rule"]),
    ("submission.ended", &["outcome"]),
    ("payment.ended", &["outcome"]),
    ("receipt.ended", &["outcome"]),
    ("print.ended", &["outcome"]),
    ("staff.called", &[]),
];

/// What a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Unbroken.
    Whole {
        /// Number of entries.
        entries: i64,
        /// Hash of the last one, hex.
        head: String,
    },
    /// Broken at this entry; what follows cannot be trusted.
    Broken {
        /// Entry number from 1.
        entry: i64,
        /// How.
        how: Break,
    },
}

/// How a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The entry was changed, or an earlier one was.
    Changed,
    /// The entry is not there.
    Missing,
    /// The chain ends before its recorded head.
    CutOff,
}

pub(super) fn append(
    transaction: &Transaction<'_>,
    record: &AuditRecord,
    at: &str,
) -> Result<(), StoreError> {
    let members = canonical(record)?;
    let head: Option<(i64, String)> = transaction
        .query_row("SELECT number, hash FROM audit_head", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (last, previous) = head.unwrap_or((0, GENESIS.to_owned()));
    let number = last + 1;
    let hash = link(&previous, number, at, record.id, &members);
    transaction.execute(
        "INSERT INTO audit (number, at, id, members, hash) VALUES (?, ?, ?, ?, ?)",
        params![number, at, record.id, members, hash],
    )?;
    transaction.execute(
        "INSERT INTO audit_head (slot, number, hash) VALUES (1, ?, ?)
         ON CONFLICT (slot) DO UPDATE SET number = excluded.number, hash = excluded.hash",
        params![number, hash],
    )?;
    Ok(())
}

/// The members as JSON with sorted keys; refuses what is not declared.
fn canonical(record: &AuditRecord) -> Result<String, StoreError> {
    let declared = DECLARED.iter().find(|(id, _)| *id == record.id);
    let (_, allowed) = declared.ok_or_else(|| StoreError::Undeclared(record.id.to_owned()))?;
    let mut members = BTreeMap::new();
    for (name, value) in &record.members {
        if !allowed.contains(name) {
            return Err(StoreError::Undeclared(format!("{}.{name}", record.id)));
        }
        members.insert(*name, value.as_str());
    }
    serde_json::to_string(&members).map_err(|error| StoreError::Row(error.to_string()))
}

fn link(previous: &str, number: i64, at: &str, id: &str, members: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(previous.as_bytes());
    hash.update(number.to_be_bytes());
    for part in [at, id, members] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

pub(super) fn verify(connection: &Connection) -> Result<AuditVerdict, StoreError> {
    let mut statement =
        connection.prepare("SELECT number, at, id, members, hash FROM audit ORDER BY number")?;
    let mut rows = statement.query([])?;
    let (mut expected, mut previous) = (1_i64, GENESIS.to_owned());
    while let Some(row) = rows.next()? {
        let (number, at, id, members): (i64, String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let hash: String = row.get(4)?;
        if number != expected {
            return Ok(AuditVerdict::Broken {
                entry: expected,
                how: Break::Missing,
            });
        }
        if link(&previous, number, &at, &id, &members) != hash {
            return Ok(AuditVerdict::Broken {
                entry: number,
                how: Break::Changed,
            });
        }
        (expected, previous) = (number + 1, hash);
    }
    let head: Option<(i64, String)> = connection
        .query_row("SELECT number, hash FROM audit_head", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (number, hash) = head.unwrap_or((0, GENESIS.to_owned()));
    if (number, &hash) != (expected - 1, &previous) {
        return Ok(AuditVerdict::Broken {
            entry: expected,
            how: Break::CutOff,
        });
    }
    Ok(AuditVerdict::Whole {
        entries: number,
        head: previous,
    })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
