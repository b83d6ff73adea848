//! The database: one file, write-ahead log, `synchronous = FULL`, forward-only migrations.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

/// In order; the position plus one is the file's `user_version`.
const MIGRATIONS: [&str; 4] = [
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_catalogue.sql"),
    include_str!("../migrations/0003_handover.sql"),
    include_str!("../migrations/0004_revisions_and_papers.sql"),
];

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// SQLite refused.
    #[error("database {path}: {source}")]
    Sqlite {
        /// File.
        path: PathBuf,
        /// Cause.
        source: rusqlite::Error,
    },
    /// Written by a newer program: going back is not possible.
    #[error(
        "database {path} has layout {found}, this program knows up to {known}: install the newer program, or give an empty --data directory"
    )]
    Newer {
        /// File.
        path: PathBuf,
        /// Layout of the file.
        found: usize,
        /// Newest known layout.
        known: usize,
    },
}

/// Opens `path`, creating it, and brings it to the newest layout.
pub fn open(path: &Path) -> Result<Connection, DatabaseError> {
    let failed = |source| DatabaseError::Sqlite {
        path: path.to_owned(),
        source,
    };
    let mut connection = Connection::open(path).map_err(failed)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON;")
        .map_err(failed)?;
    let found: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed)?;
    let found = found as usize;
    if found > MIGRATIONS.len() {
        return Err(DatabaseError::Newer {
            path: path.to_owned(),
            found,
            known: MIGRATIONS.len(),
        });
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(found) {
        let transaction = connection.transaction().map_err(failed)?;
        transaction.execute_batch(migration).map_err(failed)?;
        transaction
            .pragma_update(None, "user_version", index as u32 + 1)
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    // A migration may make a table anew that others refer to; from here on every reference is held.
    connection
        .execute_batch("PRAGMA foreign_keys = ON;")
        .map_err(failed)?;
    Ok(connection)
}

/// Next value of a named counter, from 1.
pub fn next(connection: &Connection, name: &str) -> rusqlite::Result<u32> {
    connection.query_row(
        "INSERT INTO counter (name, value) VALUES (?1, 1)
         ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        params![name],
        |row| row.get(0),
    )
}

/// A named secret of this server, made on first use.
pub fn secret(
    connection: &Connection,
    name: &str,
    make: impl FnOnce() -> Vec<u8>,
) -> rusqlite::Result<Vec<u8>> {
    connection.execute(
        "INSERT OR IGNORE INTO secret (name, value) VALUES (?1, ?2)",
        params![name, make()],
    )?;
    connection.query_row("SELECT value FROM secret WHERE name = ?1", [name], |row| {
        row.get(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_file_is_durable_and_reopens_at_the_same_layout() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        for _ in 0..2 {
            let connection = open(&path).unwrap();
            let mode: String = connection
                .pragma_query_value(None, "journal_mode", |row| row.get(0))
                .unwrap();
            let synchronous: u8 = connection
                .pragma_query_value(None, "synchronous", |row| row.get(0))
                .unwrap();
            assert_eq!((mode.as_str(), synchronous), ("wal", 2));
        }
    }

    #[test]
    fn a_newer_layout_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        let message = open(&path).unwrap_err().to_string();
        assert!(
            message.contains("layout 99") && message.contains("--data"),
            "{message}"
        );
    }

    #[test]
    fn secrets_stay_the_same_and_counters_rise() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open(&folder.path().join("a.sqlite")).unwrap();
        assert_eq!(secret(&connection, "a", || vec![1]).unwrap(), [1]);
        assert_eq!(secret(&connection, "a", || vec![2]).unwrap(), [1]);
        assert_eq!(
            [next(&connection, "n").unwrap(), next(&connection, "n").unwrap()],
            [1, 2]
        );
    }
}
