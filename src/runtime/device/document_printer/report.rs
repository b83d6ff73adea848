//! How each job ended, for the backend: a row leaves the journal on the backend's word only.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{DocumentWorker, log};
use crate::document::print_job::PrintJob;
use crate::protocol::body::{Delivery, PrintReport, Ticket};
use crate::protocol::call::{Call, CallFailure, IdempotencyKey, Method};
use crate::session::effect::AuditRecord;

impl DocumentWorker {
    /// Settles and reports every job of the journal; none of them is in hand. After a power cut nobody
    /// waits for the paper any more: what has not come out is cancelled, what nobody can know is for
    /// the staff. Nothing is printed.
    pub(super) fn settle_all(&mut self, printer_answers: bool) {
        let jobs = match self.store.print_jobs() {
            Ok(jobs) => jobs,
            Err(error) => return tracing::error!(event = "print.journal", cause = %error),
        };
        for mut job in jobs {
            if printer_answers {
                self.settle(&mut job);
            }
            if let Some(report) = job.report()
                && self.report(&job, &report)
            {
                self.drop_row(&job, report.outcome);
            }
        }
    }

    /// Tells the backend, and the staff where nobody knows; `true` when that is done.
    fn report(&self, job: &PrintJob, report: &PrintReport) -> bool {
        let path = format!("/v1/print-jobs/{}/outcome", job.key);
        let mut calls = vec![call(Method::Put, &path, report, None)];
        if report.outcome == Delivery::Unknown {
            let ticket = Ticket {
                kind: "print_unknown".to_owned(),
                about: "a4_printer".to_owned(),
            };
            calls.push(call(Method::Post, "/v1/tickets", &ticket, Some(key_of(job))));
        }
        calls.iter().all(|call| match (self.call)(call) {
            Ok(_) => true,
            Err(CallFailure::Problem(problem)) if matches!(problem.status, 404 | 409 | 422) => {
                tracing::warn!(event = "print.report_refused", case = problem.case());
                true
            }
            // Reported at the next look.
            Err(failure) => {
                tracing::debug!(event = "print.unreported", ?failure);
                false
            }
        })
    }

    fn drop_row(&self, job: &PrintJob, outcome: Delivery) {
        let outcome = match outcome {
            Delivery::Delivered => "delivered",
            Delivery::Partial => "partial",
            Delivery::Failed => "failed",
            Delivery::Unknown => "unknown",
        };
        let record = AuditRecord {
            id: "print.reported",
            members: vec![("job_id", job.key.clone()), ("outcome", outcome.to_owned())],
        };
        let at = self.now();
        log(self.store.write(|writer| {
            writer.audit(&record, &at)?;
            writer.print_job_settled(&job.key)
        }));
    }
}

/// Short, and repeated by the next look: a print must not wait for it.
fn call(method: Method, path: &str, body: &impl Serialize, key: Option<IdempotencyKey>) -> Call {
    Call {
        method,
        path: path.to_owned(),
        body: serde_json::to_value(body).unwrap_or(Value::Null),
        key,
        if_match: None,
        timeout_s: 5,
        retries: 0,
    }
}

/// The same key however often it is asked, so that the staff get one ticket for one job.
fn key_of(job: &PrintJob) -> IdempotencyKey {
    let mut bytes = [0; 16];
    bytes
        .iter_mut()
        .zip(Sha256::digest(&job.key))
        .for_each(|(to, from)| *to = from);
    IdempotencyKey(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
