//! The life of a document's print job, as a pure state machine for the journal.
//!
//! Exactly once on paper cannot be had, so nothing is printed twice by itself: each state is
//! written down before the act that it announces, and [`PrintJob::next`] says what may be done from
//! there, in the normal run and after a power cut alike. What nobody can know is `Unknown` and asks
//! a person; a reprint is a new job with a new serial.

use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::port::document_printer::{JobProgress, JobReference};
use serde::{Deserialize, Serialize};

use crate::protocol::body::{Delivery, PrintReport};

/// A job as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    /// Key, also the `job-name` at the printer: the job is found again by it.
    pub key: String,
    /// SHA-256 (hex) of the document that was previewed.
    pub sha256: String,
    /// Pages of the document.
    pub pages: u32,
    /// Pages that the printer has counted as out; a printer may not tell.
    pub pages_out: u32,
    /// Where it stands.
    pub state: State,
}

/// Where a job stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum State {
    /// Nothing was sent.
    Prepared,
    /// It is being handed over; written before the first byte is sent.
    Submitting,
    /// The printer has it.
    Submitted {
        /// How to ask about it.
        job: Printer,
    },
    /// The printer has made a job and never got the document: nothing can come out.
    Abandoned {
        /// How to cancel it.
        job: Printer,
    },
    /// The printer says that all is out, or a person has seen it.
    Completed,
    /// It ended without all pages.
    Failed {
        /// Why.
        cause: Failure,
    },
    /// Nobody can tell; a person must look.
    Unknown,
}

/// A [`JobReference`] for the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printer {
    /// `job-id`.
    pub job_id: i32,
    /// `printer-uuid`.
    pub uuid: String,
    /// `printer-up-time`.
    pub up_time: i32,
}

impl From<JobReference> for Printer {
    fn from(job: JobReference) -> Self {
        Self {
            job_id: job.job_id,
            uuid: job.printer_uuid,
            up_time: job.printer_up_time,
        }
    }
}

impl From<Printer> for JobReference {
    fn from(job: Printer) -> Self {
        Self {
            job_id: job.job_id,
            printer_uuid: job.uuid,
            printer_up_time: job.up_time,
        }
    }
}

/// Why a job failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The printer did not take it.
    Refused,
    /// The printer gave it up, or we cancelled it.
    Aborted,
    /// The visit ended before it was sent.
    Withdrawn,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is about to be handed over.
    Sending,
    /// The printer took it.
    Accepted(JobReference),
    /// The hand-over failed.
    NotAccepted(DeviceErrorKind),
    /// The printer was asked for the key.
    Found(Option<JobReference>),
    /// The printer was asked about the job.
    Progress(JobProgress),
    /// The job was cancelled at the printer.
    Cancelled,
    /// The visit ended.
    Withdrawn,
    /// A person has all pages in hand. That they have not is no proof: then it stays unknown, and the
    /// staff look.
    Seen,
}

/// What may be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Hand it over (after `Sending` was written down).
    Send,
    /// Ask the printer for the key.
    Find,
    /// Ask the printer about the job.
    Ask(JobReference),
    /// Cancel the job.
    Cancel(JobReference),
    /// Ask a person whether it came out.
    AskPerson,
    /// Nothing: it has ended.
    Nothing,
}

impl PrintJob {
    /// A job that was not sent yet.
    pub fn prepared(key: impl Into<String>, sha256: impl Into<String>, pages: u32) -> Self {
        Self {
            key: key.into(),
            sha256: sha256.into(),
            pages,
            pages_out: 0,
            state: State::Prepared,
        }
    }

    /// What may be done from here, also after a restart.
    pub fn next(&self) -> Next {
        match &self.state {
            State::Prepared => Next::Send,
            State::Submitting => Next::Find,
            State::Submitted { job } => Next::Ask(job.clone().into()),
            State::Abandoned { job } => Next::Cancel(job.clone().into()),
            State::Unknown => Next::AskPerson,
            State::Completed | State::Failed { .. } => Next::Nothing,
        }
    }

    /// Whether nothing can happen any more without a person.
    pub fn has_ended(&self) -> bool {
        matches!(self.next(), Next::Nothing | Next::AskPerson)
    }

    /// Takes an event. What does not belong to the state (a late answer) changes nothing.
    pub fn apply(&mut self, event: Event) {
        match (&self.state, event) {
            (State::Prepared, Event::Sending) => self.state = State::Submitting,
            (State::Prepared, Event::Withdrawn) => self.fail(Failure::Withdrawn),
            (State::Submitting, Event::Accepted(job) | Event::Found(Some(job))) => {
                self.state = State::Submitted { job: job.into() };
            }
            // Whether the printer made a job before the line broke, only the printer knows.
            (
                State::Submitting,
                Event::NotAccepted(DeviceErrorKind::TimedOut | DeviceErrorKind::Protocol),
            ) => {}
            (State::Submitting, Event::NotAccepted(_)) => self.fail(Failure::Refused),
            (State::Submitting, Event::Found(None)) => self.state = State::Unknown,
            (State::Submitted { job }, Event::Progress(JobProgress::AwaitingDocument)) => {
                self.state = State::Abandoned { job: job.clone() };
            }
            (State::Submitted { .. }, Event::Progress(progress)) => self.progress(&progress),
            (State::Submitted { .. } | State::Abandoned { .. }, Event::Cancelled) => {
                self.fail(Failure::Aborted)
            }
            (State::Unknown, Event::Seen) => self.complete(),
            _ => {}
        }
    }

    /// For the backend, once the job has ended. Only `Delivered` counts against the limit of prints.
    pub fn report(&self) -> Option<PrintReport> {
        let (outcome, pages) = match self.state {
            State::Completed => (Delivery::Delivered, self.pages),
            State::Failed { .. } if self.pages_out > 0 => (Delivery::Partial, self.pages_out),
            State::Failed { .. } => (Delivery::Failed, 0),
            State::Unknown => (Delivery::Unknown, self.pages_out),
            State::Prepared | State::Submitting | State::Submitted { .. } | State::Abandoned { .. } => {
                return None;
            }
        };
        Some(PrintReport { outcome, pages })
    }

    fn progress(&mut self, progress: &JobProgress) {
        match progress {
            JobProgress::Printing { impressions } | JobProgress::Stopped { impressions, .. } => {
                self.pages_out = self.pages_out.max(impressions.unwrap_or(0).min(self.pages));
            }
            JobProgress::Completed => self.complete(),
            JobProgress::Aborted => self.fail(Failure::Aborted),
            JobProgress::Unknown => self.state = State::Unknown,
            JobProgress::Pending | JobProgress::AwaitingDocument => {}
        }
    }

    fn complete(&mut self) {
        self.pages_out = self.pages;
        self.state = State::Completed;
    }

    fn fail(&mut self, cause: Failure) {
        self.state = State::Failed { cause };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiosk_drivers::health::{Health, Reason};
    use proptest::prelude::*;

    fn reference() -> JobReference {
        JobReference {
            job_id: 7,
            printer_uuid: "urn:uuid:1".into(),
            printer_up_time: 60,
        }
    }

    fn after(events: impl IntoIterator<Item = Event>) -> PrintJob {
        let mut job = PrintJob::prepared("key", "00", 3);
        events.into_iter().for_each(|event| job.apply(event));
        job
    }

    fn submitted() -> PrintJob {
        after([Event::Sending, Event::Accepted(reference())])
    }

    fn outcome(job: &PrintJob) -> Delivery {
        job.report().unwrap().outcome
    }

    #[test]
    fn a_job_that_goes_well_is_delivered() {
        let mut job = submitted();
        assert_eq!(job.next(), Next::Ask(reference()));
        job.apply(Event::Progress(JobProgress::Printing { impressions: Some(1) }));
        assert_eq!((job.pages_out, job.report()), (1, None));
        job.apply(Event::Progress(JobProgress::Completed));
        let report = job.report().unwrap();
        assert_eq!((report.outcome, report.pages), (Delivery::Delivered, 3));
    }

    #[test]
    fn missing_paper_keeps_the_same_job_and_its_count() {
        let mut job = submitted();
        job.apply(Event::Progress(JobProgress::Stopped {
            health: Health::faulted(Reason::PaperOut, ""),
            impressions: Some(2),
        }));
        assert_eq!((job.next(), job.pages_out), (Next::Ask(reference()), 2));
        job.apply(Event::Progress(JobProgress::Printing { impressions: None }));
        assert_eq!(job.pages_out, 2);
    }

    #[test]
    fn after_a_restart_a_prepared_job_may_be_sent() {
        assert_eq!(after([]).next(), Next::Send);
    }

    #[test]
    fn after_a_restart_a_job_being_sent_is_looked_for_and_never_sent_again() {
        let job = after([Event::Sending]);
        assert_eq!(job.next(), Next::Find);
        let adopted = after([Event::Sending, Event::Found(Some(reference()))]);
        assert_eq!(adopted.next(), Next::Ask(reference()));
        let lost = after([Event::Sending, Event::Found(None)]);
        assert_eq!(
            (lost.next(), outcome(&lost)),
            (Next::AskPerson, Delivery::Unknown)
        );
    }

    #[test]
    fn after_a_restart_of_the_printer_nobody_can_tell() {
        let mut job = submitted();
        job.apply(Event::Progress(JobProgress::Unknown));
        assert_eq!(job.next(), Next::AskPerson);
    }

    #[test]
    fn a_job_whose_document_never_came_is_cancelled_and_has_failed() {
        let mut job = submitted();
        job.apply(Event::Progress(JobProgress::AwaitingDocument));
        assert_eq!(job.next(), Next::Cancel(reference()));
        job.apply(Event::Cancelled);
        assert_eq!(outcome(&job), Delivery::Failed);
    }

    #[test]
    fn a_refused_job_has_failed_and_a_broken_hand_over_is_looked_for() {
        let refused = after([Event::Sending, Event::NotAccepted(DeviceErrorKind::Unsupported)]);
        assert_eq!(outcome(&refused), Delivery::Failed);
        let broken = after([Event::Sending, Event::NotAccepted(DeviceErrorKind::TimedOut)]);
        assert_eq!(broken.next(), Next::Find);
    }

    #[test]
    fn pages_that_came_out_before_an_abort_are_partial() {
        let mut job = submitted();
        job.apply(Event::Progress(JobProgress::Printing { impressions: Some(2) }));
        job.apply(Event::Progress(JobProgress::Aborted));
        let report = job.report().unwrap();
        assert_eq!((report.outcome, report.pages), (Delivery::Partial, 2));
    }

    #[test]
    fn a_person_who_has_all_pages_decides_what_is_unknown() {
        let seen = after([Event::Sending, Event::Found(None), Event::Seen]);
        assert_eq!(outcome(&seen), Delivery::Delivered);
    }

    #[test]
    fn the_journal_gives_back_what_it_took() {
        for job in [
            after([]),
            after([Event::Sending]),
            submitted(),
            after([Event::Withdrawn]),
        ] {
            let row = serde_json::to_string(&job).unwrap();
            assert_eq!(serde_json::from_str::<PrintJob>(&row).unwrap(), job);
        }
    }

    fn any_event() -> impl Strategy<Value = Event> {
        prop_oneof![
            Just(Event::Sending),
            Just(Event::Accepted(reference())),
            Just(Event::NotAccepted(DeviceErrorKind::TimedOut)),
            Just(Event::NotAccepted(DeviceErrorKind::Absent)),
            Just(Event::Found(None)),
            Just(Event::Found(Some(reference()))),
            Just(Event::Progress(JobProgress::Pending)),
            Just(Event::Progress(JobProgress::AwaitingDocument)),
            Just(Event::Progress(JobProgress::Printing { impressions: Some(9) })),
            Just(Event::Progress(JobProgress::Completed)),
            Just(Event::Progress(JobProgress::Aborted)),
            Just(Event::Progress(JobProgress::Unknown)),
            Just(Event::Cancelled),
            Just(Event::Withdrawn),
            Just(Event::Seen),
        ]
    }

    proptest! {
        #[test]
        fn nothing_is_ever_sent_twice(events in proptest::collection::vec(any_event(), 0..30)) {
            let mut job = PrintJob::prepared("key", "00", 3);
            let mut left_prepared = false;
            for event in events {
                job.apply(event);
                left_prepared |= job.state != State::Prepared;
                prop_assert!(!(left_prepared && job.next() == Next::Send));
                prop_assert!(job.pages_out <= job.pages);
            }
        }
    }
}
