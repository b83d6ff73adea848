//! The simulated page printer without its wire: IPP requests in, answers out, time from outside.

use std::time::{Duration, Instant};

use hayro_syntax::Pdf;
use ipp::parser::{IppParseError, IppParser};
use ipp::prelude::*;
use ipp::reader::IppReader;

/// `printer-up-time` of a printer that has been on for a while, so that a restart is seen.
const UP_TIME: i32 = 100_000;

/// A document that a job brought.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedDocument {
    /// `job-name`.
    pub key: String,
    /// The bytes.
    pub pdf: Vec<u8>,
    /// Pages of the document, times copies.
    pub pages: u32,
    /// Sheets that lie in the tray.
    pub pages_out: u32,
    /// `media` that was asked for.
    pub media: String,
}

/// What is wrong with the printer, set from outside.
#[derive(Default)]
pub struct Faults {
    /// No paper.
    pub paper_out: bool,
    /// Sheets until the paper ends.
    pub sheets_left: Option<u32>,
    /// A sheet is stuck.
    pub jam: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// Little toner.
    pub toner_low: bool,
    /// No toner.
    pub toner_out: bool,
    /// Time a sheet takes.
    pub page_time: Duration,
    /// Time an answer takes.
    pub answer_time: Duration,
    /// Answers are no IPP.
    pub garbage: bool,
    /// The connection breaks after this operation was carried out, once.
    pub drop_after: Option<Operation>,
}

struct Job {
    id: i32,
    name: String,
    media: String,
    copies: u32,
    state: JobState,
    document: Option<Vec<u8>>,
    pages: u32,
    pages_out: u32,
}

/// The printer.
pub struct Machine {
    /// Switches of the control handle.
    pub faults: Faults,
    uuid: String,
    since: Instant,
    up_time: i32,
    jobs: Vec<Job>,
    next_id: i32,
    sheet_due: Option<Instant>,
    /// What came out, also of jobs that a restart has forgotten.
    tray: Vec<PrintedDocument>,
}

/// An answer's bytes, or none when the line breaks.
pub type Outcome = Option<Vec<u8>>;

struct Request {
    operation: Option<Operation>,
    id: i32,
    message: IppRequestResponse,
}

impl Machine {
    /// A ready printer.
    pub fn new(uuid: String, now: Instant) -> Self {
        Self {
            faults: Faults {
                page_time: Duration::from_millis(10),
                ..Faults::default()
            },
            uuid,
            since: now,
            up_time: UP_TIME,
            jobs: Vec::new(),
            next_id: 1,
            sheet_due: None,
            tray: Vec::new(),
        }
    }

    /// Power off and on: the same printer, its jobs forgotten, its clock at the beginning.
    pub fn restart(&mut self, now: Instant) {
        self.tray = self.documents();
        self.jobs.clear();
        self.next_id = 1;
        self.since = now;
        self.up_time = 1;
        self.sheet_due = None;
    }

    /// All documents that came, oldest first.
    pub fn documents(&self) -> Vec<PrintedDocument> {
        let present = self.jobs.iter().filter_map(|job| {
            Some(PrintedDocument {
                key: job.name.clone(),
                pdf: job.document.clone()?,
                pages: job.pages,
                pages_out: job.pages_out,
                media: job.media.clone(),
            })
        });
        self.tray.iter().cloned().chain(present).collect()
    }

    /// Moves sheets through as time goes on.
    pub fn run(&mut self, now: Instant) {
        if self.is_stopped() {
            self.sheet_due = None;
            return;
        }
        let page_time = self.faults.page_time;
        let Some(job) = self.jobs.iter_mut().find(|job| {
            matches!(job.state, JobState::Pending | JobState::Processing) && job.document.is_some()
        }) else {
            self.sheet_due = None;
            return;
        };
        job.state = JobState::Processing;
        let due = *self.sheet_due.get_or_insert(now + page_time);
        if now < due {
            return;
        }
        job.pages_out += 1;
        if job.pages_out >= job.pages {
            job.state = JobState::Completed;
        }
        self.sheet_due = None;
        if let Some(left) = &mut self.faults.sheets_left {
            *left = left.saturating_sub(1);
            self.faults.paper_out = *left == 0;
        }
    }

    /// Carries a request out.
    pub fn answer(&mut self, body: &[u8], now: Instant) -> Outcome {
        if self.faults.garbage {
            return Some(b"<html><title>Printer setup</title></html>".to_vec());
        }
        let request = match parse(body) {
            Ok(request) => request,
            Err(_) => return Some(bytes(StatusCode::ClientErrorBadRequest, 1, &[])),
        };
        let operation = request.operation;
        let id = request.id;
        let (status, groups) = match self.carry_out(request, now) {
            Ok(groups) => (StatusCode::SuccessfulOk, groups),
            Err(status) => (status, Vec::new()),
        };
        if operation.is_some() && self.faults.drop_after == operation {
            self.faults.drop_after = None;
            return None;
        }
        Some(bytes(status, id, &groups))
    }

    fn carry_out(&mut self, request: Request, now: Instant) -> Result<Vec<Attributes>, StatusCode> {
        match request.operation {
            Some(Operation::GetPrinterAttributes) => Ok(vec![self.printer_attributes(now)]),
            Some(Operation::CreateJob) => self.create(&request),
            Some(Operation::SendDocument) => self.take_document(request),
            Some(Operation::GetJobAttributes) => {
                let job = self.job(&request)?;
                Ok(vec![job_attributes(job)])
            }
            Some(Operation::GetJobs) => Ok(self.list(&request)),
            Some(Operation::CancelJob) => self.cancel(&request),
            _ => Err(StatusCode::ServerErrorOperationNotSupported),
        }
    }

    fn create(&mut self, request: &Request) -> Result<Vec<Attributes>, StatusCode> {
        // Like small printers: one document at a time, so a job without one blocks the next.
        if self
            .jobs
            .iter()
            .any(|job| job.document.is_none() && job.state == JobState::PendingHeld)
        {
            return Err(StatusCode::ServerErrorBusy);
        }
        let copies = request.number(DelimiterTag::JobAttributes, "copies").unwrap_or(1);
        let media = request.word(DelimiterTag::JobAttributes, "media");
        let job = Job {
            id: self.next_id,
            name: request
                .word(DelimiterTag::OperationAttributes, "job-name")
                .unwrap_or_default(),
            media: media.unwrap_or_else(|| "na_letter_8.5x11in".to_owned()),
            copies: u32::try_from(copies).unwrap_or(1).max(1),
            state: JobState::PendingHeld,
            document: None,
            pages: 0,
            pages_out: 0,
        };
        self.next_id += 1;
        let answer = vec![job_attributes(&job)];
        self.jobs.push(job);
        Ok(answer)
    }

    fn take_document(&mut self, request: Request) -> Result<Vec<Attributes>, StatusCode> {
        if request
            .word(DelimiterTag::OperationAttributes, "document-format")
            .as_deref()
            != Some("application/pdf")
        {
            return Err(StatusCode::ClientErrorDocumentFormatNotSupported);
        }
        let id = self.job(&request)?.id;
        let job = self
            .jobs
            .iter_mut()
            .find(|job| job.id == id)
            .ok_or(StatusCode::ClientErrorNotFound)?;
        if job.state != JobState::PendingHeld {
            return Err(StatusCode::ClientErrorNotPossible);
        }
        let mut pdf = Vec::new();
        std::io::Read::read_to_end(&mut request.message.into_payload(), &mut pdf)
            .map_err(|_| StatusCode::ClientErrorBadRequest)?;
        let Ok(document) = Pdf::new(pdf.clone()) else {
            job.state = JobState::Aborted;
            return Err(StatusCode::ClientErrorDocumentFormatError);
        };
        job.pages = u32::try_from(document.pages().len()).unwrap_or(1) * job.copies;
        job.document = Some(pdf);
        job.state = JobState::Pending;
        Ok(vec![job_attributes(job)])
    }

    fn list(&self, request: &Request) -> Vec<Attributes> {
        let which = request.word(DelimiterTag::OperationAttributes, "which-jobs");
        let ended = which.as_deref() == Some("completed");
        let chosen = self.jobs.iter().filter(|job| is_ended(job.state) == ended);
        chosen.map(job_attributes).collect()
    }

    fn cancel(&mut self, request: &Request) -> Result<Vec<Attributes>, StatusCode> {
        let id = self.job(request)?.id;
        let job = self
            .jobs
            .iter_mut()
            .find(|job| job.id == id && !is_ended(job.state));
        job.ok_or(StatusCode::ClientErrorNotPossible)?.state = JobState::Canceled;
        self.sheet_due = None;
        Ok(Vec::new())
    }

    fn job(&self, request: &Request) -> Result<&Job, StatusCode> {
        let id = request.number(DelimiterTag::OperationAttributes, "job-id");
        let job = self.jobs.iter().find(|job| Some(job.id) == id);
        job.ok_or(StatusCode::ClientErrorNotFound)
    }

    fn is_stopped(&self) -> bool {
        let faults = &self.faults;
        faults.paper_out || faults.jam || faults.cover_open || faults.toner_out
    }

    fn reasons(&self) -> Vec<&'static str> {
        let faults = &self.faults;
        let facts = [
            (faults.paper_out, "media-empty-error"),
            (
                faults.paper_out && self.jobs.iter().any(|job| !is_ended(job.state)),
                "media-needed-error",
            ),
            (faults.jam, "media-jam-error"),
            (faults.cover_open, "cover-open-error"),
            (faults.toner_low, "toner-low-warning"),
            (faults.toner_out, "toner-empty-error"),
        ];
        let mut reasons: Vec<&'static str> = facts
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, word)| *word)
            .collect();
        if reasons.is_empty() {
            reasons.push("none");
        }
        reasons
    }

    fn printer_attributes(&self, now: Instant) -> Attributes {
        let working = self.jobs.iter().any(|job| job.state == JobState::Processing);
        let state = if self.is_stopped() {
            5
        } else if working {
            4
        } else {
            3
        };
        let seconds = i32::try_from(now.saturating_duration_since(self.since).as_secs()).unwrap_or(i32::MAX);
        let formats = ["application/pdf", "image/pwg-raster"].map(IppValue::new_mime_media_type);
        Attributes::of(DelimiterTag::PrinterAttributes)
            .with("printer-state", Ok(IppValue::Enum(state)))
            .with("printer-state-reasons", keywords(&self.reasons()))
            .with("printer-is-accepting-jobs", Ok(IppValue::Boolean(true)))
            .with("printer-uuid", IppValue::new_uri(self.uuid.as_str()))
            .with("printer-up-time", Ok(IppValue::Integer(self.up_time + seconds)))
            .with(
                "document-format-supported",
                formats.into_iter().collect::<Result<_, _>>().map(IppValue::Array),
            )
            .with(
                "media-supported",
                keywords(&["iso_a4_210x297mm", "na_letter_8.5x11in"]),
            )
    }
}

impl Request {
    fn value(&self, group: DelimiterTag, name: &str) -> Option<&IppValue> {
        let groups = self.message.attributes().groups_of(group);
        groups
            .filter_map(|group| group.get(name))
            .map(IppAttribute::value)
            .next()
    }

    fn number(&self, group: DelimiterTag, name: &str) -> Option<i32> {
        match self.value(group, name)? {
            IppValue::Integer(number) => Some(*number),
            _ => None,
        }
    }

    fn word(&self, group: DelimiterTag, name: &str) -> Option<String> {
        self.value(group, name).map(ToString::to_string)
    }
}

fn parse(body: &[u8]) -> Result<Request, IppParseError> {
    let message = IppParser::new(IppReader::new(std::io::Cursor::new(body.to_vec()))).parse()?;
    let header = *message.header();
    Ok(Request {
        operation: Operation::from_i16(header.operation_or_status),
        id: header.request_id,
        message,
    })
}

fn is_ended(state: JobState) -> bool {
    matches!(
        state,
        JobState::Canceled | JobState::Aborted | JobState::Completed
    )
}

fn job_attributes(job: &Job) -> Attributes {
    let reason = match job.state {
        JobState::PendingHeld => "job-incoming",
        JobState::Processing => "job-printing",
        JobState::Completed => "job-completed-successfully",
        JobState::Canceled => "job-canceled-by-user",
        JobState::Aborted => "aborted-by-system",
        JobState::Pending | JobState::ProcessingStopped => "none",
    };
    Attributes::of(DelimiterTag::JobAttributes)
        .with("job-id", Ok(IppValue::Integer(job.id)))
        .with(
            "job-uri",
            IppValue::new_uri(format!("ipp://localhost/ipp/print/{}", job.id)),
        )
        .with("job-name", IppValue::new_name_without_language(job.name.as_str()))
        .with("job-state", Ok(IppValue::Enum(job.state as i32)))
        .with("job-state-reasons", keywords(&[reason]))
        .with(
            "number-of-documents",
            Ok(IppValue::Integer(i32::from(job.document.is_some()))),
        )
        .with(
            "job-impressions-completed",
            Ok(IppValue::Integer(i32::try_from(job.pages_out).unwrap_or(0))),
        )
}

fn keywords(words: &[&str]) -> Result<IppValue, IppParseError> {
    let words: Result<Vec<IppValue>, _> = words.iter().map(|word| IppValue::new_keyword(*word)).collect();
    words.map(IppValue::Array)
}

/// A group of an answer. A value that IPP cannot hold is left out.
struct Attributes {
    group: DelimiterTag,
    all: Vec<IppAttribute>,
}

impl Attributes {
    fn of(group: DelimiterTag) -> Self {
        Self {
            group,
            all: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: Result<IppValue, IppParseError>) -> Self {
        let attribute = value.and_then(|value| IppAttribute::with_name(name, value));
        self.all.extend(attribute);
        self
    }
}

fn bytes(status: StatusCode, id: i32, groups: &[Attributes]) -> Vec<u8> {
    let Ok(mut response) = IppRequestResponse::new_response(IppVersion::v2_0(), status, id) else {
        return Vec::new();
    };
    for group in groups {
        // Each job is a group of its own, so none may be merged into the one before.
        let mut made = IppAttributeGroup::new(group.group);
        made.attributes_mut().extend(group.all.iter().cloned());
        response.attributes_mut().groups_mut().push(made);
    }
    response.to_bytes().to_vec()
}
