//! The journal of payments: what is certain of each, until the backend has heard it. A row holds the
//! payment's number, never a card's.

use rusqlite::{Connection, Transaction, params};

use super::error::StoreError;
use crate::session::payment::Payment;

pub(super) fn keep(transaction: &Transaction<'_>, payment: &Payment, at: &str) -> Result<(), StoreError> {
    let state = serde_json::to_string(payment).map_err(|error| StoreError::Row(error.to_string()))?;
    transaction.execute(
        "INSERT INTO payment (payment_id, payment, at) VALUES (?, ?, ?)
         ON CONFLICT (payment_id) DO UPDATE SET payment = excluded.payment, at = excluded.at",
        params![payment.payment_id, state, at],
    )?;
    Ok(())
}

pub(super) fn settle(transaction: &Transaction<'_>, payment_id: &str) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM payment WHERE payment_id = ?", params![payment_id])?;
    Ok(())
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Payment>, StoreError> {
    let mut statement = connection.prepare("SELECT payment FROM payment ORDER BY at, payment_id")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|row| serde_json::from_str(&row?).map_err(|error| StoreError::Row(error.to_string())))
        .collect()
}
