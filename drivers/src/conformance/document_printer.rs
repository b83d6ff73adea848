//! The contract of a page printer. Runs on the simulator and on CUPS' `ippeveprinter` in every test
//! run, and on hardware with a technician as the hands.

use std::thread;
use std::time::{Duration, Instant};

use crate::error::DeviceErrorKind;
use crate::health::{Health, Link, Reason};
use crate::port::document_printer::{DocumentJob, DocumentPrinter, JobProgress, JobReference};

/// What is done to the printer. On hardware these ask a person and wait.
pub trait Hands {
    /// Makes the paper end so that a job of two pages stops in the middle (or before it begins).
    fn take_paper(&mut self);
    /// Fills the paper up: the same job must go on.
    fn load_paper(&mut self);
    /// Makes the printer unreachable.
    fn unplug(&mut self);
    /// Makes it reachable again, with its state as before.
    fn replug(&mut self);
    /// The documents that came out whole: key and bytes. `None` where this cannot be seen.
    fn documents(&mut self) -> Option<Vec<(String, Vec<u8>)>>;
}

/// A point of the contract that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("document printer: {0}")]
pub struct Violation(String);

/// Longest wait for a state.
const LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

fn must(kept: bool, what: &str) -> Result<(), Violation> {
    if kept {
        Ok(())
    } else {
        Err(Violation(what.to_owned()))
    }
}

fn given<T>(result: Result<T, crate::error::DeviceError>, what: &str) -> Result<T, Violation> {
    result.map_err(|error| {
        let cause = error.cause.as_ref().map(ToString::to_string).unwrap_or_default();
        Violation(format!("{what}: {error} ({cause})"))
    })
}

fn job(key: &str, pdf: &[u8]) -> DocumentJob {
    DocumentJob {
        key: key.to_owned(),
        pdf: pdf.to_vec(),
        copies: 1,
    }
}

fn wait_for(
    printer: &mut dyn DocumentPrinter,
    job: &JobReference,
    what: &str,
    is: impl Fn(&JobProgress) -> bool,
) -> Result<JobProgress, Violation> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let progress = given(printer.progress(job), what)?;
        if is(&progress) {
            return Ok(progress);
        }
        if Instant::now() > deadline {
            return Err(Violation(format!("{what}: still {progress:?}")));
        }
        thread::sleep(POLL);
    }
}

fn wait_ready(printer: &mut dyn DocumentPrinter) -> Result<Health, Violation> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let health = printer.health();
        if health.link == Link::Online || Instant::now() > deadline {
            return Ok(health);
        }
        thread::sleep(POLL);
    }
}

/// Runs the whole contract on a ready printer with `pdf`, a document of two pages.
///
/// # Errors
/// The first point that is not kept.
pub fn check(printer: &mut dyn DocumentPrinter, hands: &mut dyn Hands, pdf: &[u8]) -> Result<(), Violation> {
    a_document_comes_out_as_it_was_given(printer, hands, pdf)?;
    a_job_is_found_by_its_key(printer, pdf)?;
    missing_paper_stops_the_job_and_new_paper_lets_it_go_on(printer, hands, pdf)?;
    a_job_can_be_cancelled(printer, hands, pdf)?;
    a_job_that_the_printer_does_not_know_is_unknown(printer, pdf)?;
    without_a_connection_it_is_absent(printer, hands, pdf)
}

fn a_document_comes_out_as_it_was_given(
    printer: &mut dyn DocumentPrinter,
    hands: &mut dyn Hands,
    pdf: &[u8],
) -> Result<(), Violation> {
    must(printer.health().link == Link::Online, "ready at the start")?;
    let reference = given(printer.submit(&job("conformance-1", pdf)), "submit")?;
    wait_for(printer, &reference, "completion", |progress| {
        *progress == JobProgress::Completed
    })?;
    match hands.documents() {
        Some(documents) => must(
            documents == [("conformance-1".to_owned(), pdf.to_vec())],
            "the printer got the same bytes under the same key, once",
        ),
        None => Ok(()),
    }
}

fn a_job_is_found_by_its_key(printer: &mut dyn DocumentPrinter, pdf: &[u8]) -> Result<(), Violation> {
    let reference = given(printer.submit(&job("conformance-2", pdf)), "submit")?;
    let found = given(printer.find("conformance-2"), "find")?;
    must(
        found.is_some_and(|found| {
            found.job_id == reference.job_id && found.printer_uuid == reference.printer_uuid
        }),
        "a job is found by its key",
    )?;
    must(
        given(printer.find("conformance-none"), "find")?.is_none(),
        "a key that was never sent is not found",
    )?;
    wait_for(printer, &reference, "completion", |progress| {
        *progress == JobProgress::Completed
    })?;
    let found = given(printer.find("conformance-2"), "find")?;
    must(
        found.is_some_and(|found| found.job_id == reference.job_id),
        "also when it has ended",
    )
}

fn missing_paper_stops_the_job_and_new_paper_lets_it_go_on(
    printer: &mut dyn DocumentPrinter,
    hands: &mut dyn Hands,
    pdf: &[u8],
) -> Result<(), Violation> {
    hands.take_paper();
    let reference = given(printer.submit(&job("conformance-3", pdf)), "submit")?;
    let is_out = |health: &Health| health.link == Link::Faulted && health.reasons.contains(&Reason::PaperOut);
    wait_for(
        printer,
        &reference,
        "stop for paper",
        |progress| matches!(progress, JobProgress::Stopped { health, .. } if is_out(health)),
    )?;
    must(
        is_out(&printer.health()),
        "missing paper is a state of the printer",
    )?;
    hands.load_paper();
    wait_for(printer, &reference, "completion after new paper", |progress| {
        *progress == JobProgress::Completed
    })?;
    must(wait_ready(printer)?.link == Link::Online, "ready again")
}

fn a_job_can_be_cancelled(
    printer: &mut dyn DocumentPrinter,
    hands: &mut dyn Hands,
    pdf: &[u8],
) -> Result<(), Violation> {
    hands.take_paper();
    let reference = given(printer.submit(&job("conformance-4", pdf)), "submit")?;
    wait_for(printer, &reference, "stop for paper", |progress| {
        matches!(progress, JobProgress::Stopped { .. })
    })?;
    given(printer.cancel(&reference), "cancel")?;
    hands.load_paper();
    wait_for(printer, &reference, "end of the cancelled job", |progress| {
        *progress == JobProgress::Aborted
    })?;
    given(printer.cancel(&reference), "cancel again")?;
    must(
        wait_ready(printer)?.link == Link::Online,
        "ready after a cancelled job",
    )
}

fn a_job_that_the_printer_does_not_know_is_unknown(
    printer: &mut dyn DocumentPrinter,
    pdf: &[u8],
) -> Result<(), Violation> {
    let reference = given(printer.submit(&job("conformance-5", pdf)), "submit")?;
    wait_for(printer, &reference, "completion", |progress| {
        *progress == JobProgress::Completed
    })?;
    let mut foreign = reference.clone();
    foreign.job_id += 1000;
    must(
        given(printer.progress(&foreign), "progress")? == JobProgress::Unknown,
        "a job-id that was never given",
    )?;
    let mut replaced = reference.clone();
    replaced.printer_uuid.push('x');
    must(
        given(printer.progress(&replaced), "progress")? == JobProgress::Unknown,
        "a job of another printer",
    )?;
    let mut restarted = reference;
    restarted.printer_up_time = i32::MAX;
    must(
        given(printer.progress(&restarted), "progress")? == JobProgress::Unknown,
        "a job from before a restart",
    )
}

fn without_a_connection_it_is_absent(
    printer: &mut dyn DocumentPrinter,
    hands: &mut dyn Hands,
    pdf: &[u8],
) -> Result<(), Violation> {
    hands.unplug();
    must(printer.health().link == Link::Absent, "unreachable is absent")?;
    let refused = matches!(printer.submit(&job("conformance-6", pdf)), Err(error) if error.kind == DeviceErrorKind::Absent);
    must(refused, "submit without a connection is refused as absent")?;
    hands.replug();
    must(
        wait_ready(printer)?.link == Link::Online,
        "ready after the cable is back",
    )
}
