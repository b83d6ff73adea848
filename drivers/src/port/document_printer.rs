//! Page printer (A4) that takes whole documents: IPP (RFC 8010, RFC 8011).

use crate::error::DeviceError;
use crate::health::Health;

/// A document to print. The bytes are those that were previewed.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentJob {
    /// The terminal's key of the job, sent as `job-name`: a job is found again by it.
    pub key: String,
    /// PDF.
    pub pdf: Vec<u8>,
    /// Number of copies, at least 1.
    pub copies: u32,
}

/// What the printer needs to be asked about a job after a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobReference {
    /// `job-id`.
    pub job_id: i32,
    /// `printer-uuid`, empty where the printer has none.
    pub printer_uuid: String,
    /// `printer-up-time` when the job was accepted.
    pub printer_up_time: i32,
}

/// Where a job stands. Reasons come from `printer-state-reasons`, which alone tell of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobProgress {
    /// Waiting in the printer.
    Pending,
    /// The printer has the job and never got its document (the hand-over broke): nothing can come
    /// out, and it must be cancelled, since it may block the printer.
    AwaitingDocument,
    /// Being printed; `impressions` where the printer tells.
    Printing {
        /// `job-impressions-completed`.
        impressions: Option<u32>,
    },
    /// Stopped until a person acts; the same job goes on afterwards.
    Stopped {
        /// Why.
        health: Health,
        /// As in `Printing`.
        impressions: Option<u32>,
    },
    /// The printer says that it is done.
    Completed,
    /// Ended by the printer or by us.
    Aborted,
    /// The printer no longer knows the job (restarted): nobody can tell what came out.
    Unknown,
}

/// A page printer.
pub trait DocumentPrinter: Send {
    /// Asks the printer for its state; never answers from memory.
    fn health(&mut self) -> Health;

    /// Hands the document over (Create-Job, Send-Document).
    ///
    /// # Errors
    /// `Absent`, `NotReady` (no usable answer before anything was sent, e.g. asleep), `Unsupported`
    /// (no PDF): nothing was handed over. When the connection broke from Create-Job on, `kind` is
    /// `TimedOut` or `Protocol`, and [`DocumentPrinter::find`] tells whether it was accepted.
    fn submit(&mut self, job: &DocumentJob) -> Result<JobReference, DeviceError>;

    /// Where the job stands.
    ///
    /// # Errors
    /// When the printer cannot be asked; the job's state is then what was last known.
    fn progress(&mut self, job: &JobReference) -> Result<JobProgress, DeviceError>;

    /// Looks for a job by its key.
    ///
    /// # Errors
    /// When the printer cannot be asked.
    fn find(&mut self, key: &str) -> Result<Option<JobReference>, DeviceError>;

    /// Cancels a job; harmless when it has ended.
    ///
    /// # Errors
    /// When the printer cannot be asked.
    fn cancel(&mut self, job: &JobReference) -> Result<(), DeviceError>;
}
