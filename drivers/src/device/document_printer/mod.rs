//! Page printer by IPP (RFC 8010, RFC 8011, IPP Everywhere), without a spooler in between: a queue
//! would replay jobs after a power cut and count pages that never came out.

mod client;
mod state;

use std::time::Duration;

use ipp::prelude::*;
use serde::Deserialize;

use self::client::{Client, Failure, Group, keyword};
use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Link, Reason};
use crate::port::document_printer::{DocumentJob, DocumentPrinter, JobProgress, JobReference};

const PDF: &str = "application/pdf";
/// A printer's own default may be another size.
const A4: &str = "iso_a4_210x297mm";
const PRINTER_ATTRIBUTES: [&str; 6] = [
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-uuid",
    "printer-up-time",
    "document-format-supported",
];
const JOB_ATTRIBUTES: [&str; 5] = [
    "job-id",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "number-of-documents",
];

/// Configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentPrinterConfig {
    /// E.g. `ipp://192.168.1.20:631/ipp/print`.
    pub uri: String,
    /// Deadline of one exchange, in milliseconds.
    #[serde(default = "DocumentPrinterConfig::default_deadline_ms")]
    pub deadline_ms: u64,
}

impl DocumentPrinterConfig {
    /// A printer at this URI with the usual deadline.
    pub fn at(uri: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            deadline_ms: Self::default_deadline_ms(),
        }
    }

    fn default_deadline_ms() -> u64 {
        10_000
    }
}

/// The driver. It keeps no connection: a printer that was off is there again at the next call.
pub struct IppPrinter {
    client: Client,
}

/// What the printer says about itself.
struct Printer {
    health: Health,
    uuid: String,
    up_time: i32,
    takes_pdf: bool,
}

impl IppPrinter {
    /// A driver for the printer at the configured URI.
    ///
    /// # Errors
    /// `Unsupported` when the URI is no IPP URI.
    pub fn new(config: &DocumentPrinterConfig) -> Result<Self, DeviceError> {
        let client = Client::new(&config.uri, Duration::from_millis(config.deadline_ms))?;
        Ok(Self { client })
    }

    fn printer(&self) -> Result<Printer, DeviceError> {
        let request = self.client.request(Operation::GetPrinterAttributes)?;
        let answer = self
            .client
            .send("Get-Printer-Attributes", request.asking_for(&PRINTER_ATTRIBUTES)?)?;
        let group = answer.group(DelimiterTag::PrinterAttributes)?;
        Ok(Printer {
            health: state::health(&group),
            uuid: group.word("printer-uuid").unwrap_or_default(),
            up_time: group.number("printer-up-time").unwrap_or(0),
            takes_pdf: group
                .words("document-format-supported")
                .iter()
                .any(|format| format == PDF),
        })
    }

    fn create(&self, job: &DocumentJob) -> Result<i32, DeviceError> {
        let request = self.client.request(Operation::CreateJob)?;
        let copies = i32::try_from(job.copies.max(1)).unwrap_or(1);
        let request = request
            .name("job-name", &job.key)?
            .job("media", keyword("media", A4)?)?
            .job("copies", IppValue::Integer(copies))?
            .job("sides", keyword("sides", "one-sided")?)?;
        let answer = self.client.send("Create-Job", request)?;
        let id = answer.group(DelimiterTag::JobAttributes)?.number("job-id");
        id.ok_or_else(|| DeviceError::new(DeviceErrorKind::Protocol, "Create-Job: answer without job-id"))
    }

    fn send_document(&self, job_id: i32, pdf: Vec<u8>) -> Result<(), DeviceError> {
        let request = self.client.request(Operation::SendDocument)?;
        let request = request
            .number("job-id", job_id)?
            .flag("last-document", true)?
            .document(PDF, pdf)?;
        self.client.send("Send-Document", request)?;
        Ok(())
    }

    /// The highest job-id of this name among the jobs of this kind.
    fn find_among(&self, which: &str, key: &str) -> Result<Option<i32>, DeviceError> {
        let request = self.client.request(Operation::GetJobs)?;
        let request = request
            .asking_for(&["job-id", "job-name"])?
            .keyword("which-jobs", which)?;
        let answer = self.client.send("Get-Jobs", request)?;
        let named = answer
            .groups(DelimiterTag::JobAttributes)
            .filter(|group| group.word("job-name").as_deref() == Some(key));
        Ok(named.filter_map(|group| group.number("job-id")).max())
    }
}

/// The job's state and the printer's together: only the printer's reasons tell of missing paper.
fn progress_of(job: &Group<'_>, printer: Health) -> JobProgress {
    let reasons = job.words("job-state-reasons");
    let has = |word: &str| reasons.iter().any(|reason| reason == word);
    let empty =
        job.number("number-of-documents") == Some(0) || has("job-incoming") || has("job-data-insufficient");
    let impressions = job
        .number("job-impressions-completed")
        .and_then(|count| u32::try_from(count).ok());
    let stopped = |health| JobProgress::Stopped { health, impressions };
    match job.number("job-state").and_then(JobState::from_i32) {
        Some(JobState::Completed) => JobProgress::Completed,
        Some(JobState::Canceled | JobState::Aborted) => JobProgress::Aborted,
        // We hold no jobs: one that is held without a reason still waits for its document.
        Some(JobState::PendingHeld) if !has("job-hold-until-specified") => JobProgress::AwaitingDocument,
        Some(JobState::Pending | JobState::PendingHeld) if empty => JobProgress::AwaitingDocument,
        Some(_) if printer.link == Link::Faulted => stopped(printer),
        Some(JobState::ProcessingStopped) => stopped(Health::faulted(Reason::Unknown, reasons.join(", "))),
        Some(JobState::Pending | JobState::PendingHeld) => JobProgress::Pending,
        Some(JobState::Processing) => JobProgress::Printing { impressions },
        None => JobProgress::Unknown,
    }
}

/// A printer that does not answer the first question (asleep, starting) has got nothing yet.
fn nothing_sent(error: DeviceError) -> DeviceError {
    match error.kind {
        DeviceErrorKind::TimedOut | DeviceErrorKind::Protocol => DeviceError {
            kind: DeviceErrorKind::NotReady,
            ..error
        },
        _ => error,
    }
}

fn is_gone(failure: &Failure) -> bool {
    matches!(
        failure.status,
        Some(StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone)
    )
}

impl DocumentPrinter for IppPrinter {
    fn health(&mut self) -> Health {
        match self.printer() {
            Ok(printer) => printer.health,
            Err(error) => {
                let cause = error.cause.as_ref().map(ToString::to_string).unwrap_or_default();
                let detail = format!("{}: {cause}", error.operation);
                match error.kind {
                    DeviceErrorKind::Absent => Health::absent(detail),
                    DeviceErrorKind::TimedOut => Health::faulted(Reason::Timeout, detail),
                    DeviceErrorKind::Protocol => Health::faulted(Reason::Protocol, detail),
                    _ => Health::faulted(Reason::Unknown, detail),
                }
            }
        }
    }

    fn submit(&mut self, job: &DocumentJob) -> Result<JobReference, DeviceError> {
        let printer = self.printer().map_err(nothing_sent)?;
        if !printer.takes_pdf {
            return Err(DeviceError::new(
                DeviceErrorKind::Unsupported,
                format!("the printer takes no {PDF}"),
            ));
        }
        let job_id = self.create(job)?;
        // From here on the printer has a job: however this ends, the caller must look for it.
        self.send_document(job_id, job.pdf.clone())
            .map_err(|error| DeviceError {
                kind: DeviceErrorKind::TimedOut,
                ..error
            })?;
        Ok(JobReference {
            job_id,
            printer_uuid: printer.uuid,
            printer_up_time: printer.up_time,
        })
    }

    fn progress(&mut self, job: &JobReference) -> Result<JobProgress, DeviceError> {
        let printer = self.printer()?;
        // A printer that was replaced or restarted counts its jobs anew.
        if printer.uuid != job.printer_uuid || printer.up_time < job.printer_up_time {
            return Ok(JobProgress::Unknown);
        }
        let request = self.client.request(Operation::GetJobAttributes)?;
        let request = request
            .number("job-id", job.job_id)?
            .asking_for(&JOB_ATTRIBUTES)?;
        match self.client.send("Get-Job-Attributes", request) {
            Ok(answer) => Ok(progress_of(
                &answer.group(DelimiterTag::JobAttributes)?,
                printer.health,
            )),
            Err(failure) if is_gone(&failure) => Ok(JobProgress::Unknown),
            Err(failure) => Err(failure.error),
        }
    }

    fn find(&mut self, key: &str) -> Result<Option<JobReference>, DeviceError> {
        let printer = self.printer()?;
        let id = match self.find_among("not-completed", key)? {
            Some(id) => Some(id),
            None => self.find_among("completed", key)?,
        };
        Ok(id.map(|job_id| JobReference {
            job_id,
            printer_uuid: printer.uuid,
            printer_up_time: printer.up_time,
        }))
    }

    fn cancel(&mut self, job: &JobReference) -> Result<(), DeviceError> {
        let request = self.client.request(Operation::CancelJob)?;
        match self
            .client
            .send("Cancel-Job", request.number("job-id", job.job_id)?)
        {
            Ok(_) => Ok(()),
            // Ended already, or forgotten.
            Err(failure)
                if is_gone(&failure) || failure.status == Some(StatusCode::ClientErrorNotPossible) =>
            {
                Ok(())
            }
            Err(failure) => Err(failure.error),
        }
    }
}
