//! The journal of print jobs: each state is on the disk before the act that it announces. A row
//! holds the job's number and the document's hash, never its content.

use rusqlite::{Connection, Transaction, params};

use super::error::StoreError;
use crate::document::print_job::PrintJob;

pub(super) fn keep(transaction: &Transaction<'_>, job: &PrintJob, at: &str) -> Result<(), StoreError> {
    let state = serde_json::to_string(job).map_err(|error| StoreError::Row(error.to_string()))?;
    transaction.execute(
        "INSERT INTO print_job (key, job, at) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET job = excluded.job, at = excluded.at",
        params![job.key, state, at],
    )?;
    Ok(())
}

pub(super) fn settle(transaction: &Transaction<'_>, key: &str) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM print_job WHERE key = ?", params![key])?;
    Ok(())
}

pub(super) fn all(connection: &Connection) -> Result<Vec<PrintJob>, StoreError> {
    let mut statement = connection.prepare("SELECT job FROM print_job ORDER BY at, key")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|row| serde_json::from_str(&row?).map_err(|error| StoreError::Row(error.to_string())))
        .collect()
}
