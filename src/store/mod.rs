//! What survives a power cut: the journal of calls, print jobs and payments, the audit chain and the last good
//! catalogue, in one SQLite file. Every commit reaches the disk (`synchronous = FULL`) before the
//! effect it announces begins. No personal data is stored.

mod audit;
mod catalogue;
mod error;
mod journal;
mod migration;
mod payment;
mod print_job;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction};

pub use audit::{AuditVerdict, Break, DECLARED};
pub use catalogue::GoodCatalogue;
pub use error::StoreError;
pub use journal::{CallState, PendingCall, template_of};

use crate::document::print_job::PrintJob;
use crate::protocol::call::{Call, IdempotencyKey};
use crate::session::effect::AuditRecord;
use crate::session::payment::Payment;

/// Name of the file in the store's folder.
const FILE: &str = "kiosk.db";

/// The store; clones share one connection.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    path: PathBuf,
    /// Salt of the request hashes; lives no longer than the process, so that a hash left on a
    /// stolen disk cannot be matched against guessed bodies.
    salt: [u8; 16],
}

impl Store {
    /// Opens (and creates or migrates) the store in a folder.
    ///
    /// # Errors
    /// The folder cannot be written, the file is damaged or was written by a newer program.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(dir).map_err(|error| StoreError::folder(dir, &error))?;
        let path = dir.join(FILE);
        let mut connection = Connection::open(&path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        migration::run(&mut connection)?;
        let salt = *uuid::Uuid::new_v4().as_bytes();
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            path,
            salt,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One transaction: everything in it is on the disk when this returns, or nothing is.
    ///
    /// # Errors
    /// The first error of `work`, or the commit's. The effects announced in it must not begin.
    pub fn write<T>(&self, work: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let writer = Writer {
            transaction: connection.transaction()?,
            salt: self.salt,
        };
        let value = work(&writer)?;
        writer.transaction.commit()?;
        Ok(value)
    }

    /// Calls whose outcome is not known, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn pending_calls(&self) -> Result<Vec<PendingCall>, StoreError> {
        journal::pending(&self.lock())
    }

    /// Print jobs whose end was not written down, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn print_jobs(&self) -> Result<Vec<PrintJob>, StoreError> {
        print_job::all(&self.lock())
    }

    /// Payments whose end the backend has not confirmed, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn payments(&self) -> Result<Vec<Payment>, StoreError> {
        payment::all(&self.lock())
    }

    /// Walks the whole audit chain.
    ///
    /// # Errors
    /// When the file cannot be read; a broken chain is a verdict, not an error.
    pub fn verify_audit(&self) -> Result<AuditVerdict, StoreError> {
        audit::verify(&self.lock())
    }

    /// The last catalogue that passed every check, if there was one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn good_catalogue(&self) -> Result<Option<GoodCatalogue>, StoreError> {
        catalogue::read(&self.lock())
    }

    /// Writes and removes a row: the disk takes data.
    ///
    /// # Errors
    /// `Full` or `ReadOnly` as the system says.
    pub fn probe(&self) -> Result<(), StoreError> {
        self.write(|writer| {
            writer
                .transaction
                .execute("INSERT INTO probe (at) VALUES (1)", [])?;
            writer.transaction.execute("DELETE FROM probe", [])?;
            Ok(())
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic while the lock was held cannot leave half a transaction: it was rolled back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open transaction.
pub struct Writer<'a> {
    transaction: Transaction<'a>,
    salt: [u8; 16],
}

impl Writer<'_> {
    /// Notes a call before its first send. A repeated call with the same key keeps its row.
    ///
    /// # Errors
    /// When the row cannot be written: the call must not be sent.
    pub fn call_prepared(&self, call: &Call, key: IdempotencyKey, at: &str) -> Result<(), StoreError> {
        journal::prepare(&self.transaction, call, key, at, &self.salt)
    }

    /// No answer came: the backend may have acted.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub fn call_unconfirmed(&self, key: IdempotencyKey) -> Result<(), StoreError> {
        journal::unconfirmed(&self.transaction, key)
    }

    /// The outcome is known and acted on.
    ///
    /// # Errors
    /// When the row cannot be removed.
    pub fn call_settled(&self, key: IdempotencyKey) -> Result<(), StoreError> {
        journal::settle(&self.transaction, key)
    }

    /// Keeps the state of a print job.
    ///
    /// # Errors
    /// When it cannot be written: the act that it announces must not begin.
    pub fn print_job(&self, job: &PrintJob, at: &str) -> Result<(), StoreError> {
        print_job::keep(&self.transaction, job, at)
    }

    /// The job's end is known and acted on.
    ///
    /// # Errors
    /// When the row cannot be removed.
    pub fn print_job_settled(&self, key: &str) -> Result<(), StoreError> {
        print_job::settle(&self.transaction, key)
    }

    /// Keeps what is certain of a payment.
    ///
    /// # Errors
    /// When it cannot be written: the act that it announces must not begin.
    pub fn payment(&self, payment: &Payment, at: &str) -> Result<(), StoreError> {
        payment::keep(&self.transaction, payment, at)
    }

    /// The backend has confirmed the payment's end.
    ///
    /// # Errors
    /// When the row cannot be removed.
    pub fn payment_settled(&self, payment_id: &str) -> Result<(), StoreError> {
        payment::settle(&self.transaction, payment_id)
    }

    /// Appends to the audit chain.
    ///
    /// # Errors
    /// `Undeclared` when the event or one of its members is not on the list.
    pub fn audit(&self, record: &AuditRecord, at: &str) -> Result<(), StoreError> {
        audit::append(&self.transaction, record, at)
    }

    /// Keeps a catalogue that passed every check.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_catalogue(&self, catalogue: &GoodCatalogue) -> Result<(), StoreError> {
        catalogue::keep(&self.transaction, catalogue)
    }
}
