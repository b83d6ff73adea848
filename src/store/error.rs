//! Why the store cannot do its work.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room left.
    #[error("the disk is full")]
    Full,
    /// The disk takes no data.
    #[error("the disk is read-only")]
    ReadOnly,
    /// The file is not a database of ours, or is damaged.
    #[error("the store is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// A newer program wrote it.
    #[error("the store has version {found}, this program knows up to {known}")]
    Newer {
        /// Version of the file.
        found: i64,
        /// Newest version that is known here.
        known: i64,
    },
    /// An audit event or member that is not on the list.
    #[error("audit: `{0}` is not declared")]
    Undeclared(String),
    /// The folder cannot be made.
    #[error("the folder {folder} cannot be used: {cause}")]
    Folder {
        /// Path.
        folder: String,
        /// What the system said.
        cause: String,
    },
    /// A row that this program cannot have written.
    #[error("the store holds a row that cannot be read: {0}")]
    Row(String),
    /// Anything else from SQLite.
    #[error("the store cannot be used")]
    Sqlite(#[source] rusqlite::Error),
}

impl StoreError {
    pub(super) fn folder(folder: &Path, cause: &io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Folder {
                folder: folder.display().to_string(),
                cause: cause.to_string(),
            },
        }
    }

    /// Text id of what a technician must do, for the out-of-service page.
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::Full => "store.full",
            Self::ReadOnly => "store.read_only",
            Self::Damaged(_) | Self::Row(_) => "store.damaged",
            Self::Newer { .. } => "store.newer",
            Self::Folder { .. } | Self::Sqlite(_) | Self::Undeclared(_) => "store.unusable",
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Sqlite(error),
        }
    }
}
