//! The last catalogue that passed every check: the terminal starts on it when the folder or the
//! backend has a broken one.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::error::StoreError;
use crate::protocol::body::CatalogueBundle;

/// A catalogue that was good.
#[derive(Debug, Clone, PartialEq)]
pub struct GoodCatalogue {
    /// Its files.
    pub bundle: CatalogueBundle,
    /// When it was found good, RFC 3339.
    pub at: String,
}

pub(super) fn keep(transaction: &Transaction<'_>, catalogue: &GoodCatalogue) -> Result<(), StoreError> {
    let bundle =
        serde_json::to_string(&catalogue.bundle).map_err(|error| StoreError::Row(error.to_string()))?;
    transaction.execute(
        "INSERT INTO catalogue (slot, version, bundle, at) VALUES (1, ?, ?, ?)
         ON CONFLICT (slot) DO UPDATE SET version = excluded.version, bundle = excluded.bundle, at = excluded.at
         WHERE bundle <> excluded.bundle",
        params![catalogue.bundle.version, bundle, catalogue.at],
    )?;
    Ok(())
}

pub(super) fn read(connection: &Connection) -> Result<Option<GoodCatalogue>, StoreError> {
    let row: Option<(String, String)> = connection
        .query_row("SELECT bundle, at FROM catalogue", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((bundle, at)) = row else { return Ok(None) };
    let bundle = serde_json::from_str(&bundle).map_err(|error| StoreError::Row(error.to_string()))?;
    Ok(Some(GoodCatalogue { bundle, at }))
}
