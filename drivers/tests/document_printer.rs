//! The page printer's driver against the simulated printer and CUPS' `ippeveprinter`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod ippeveprinter;

use std::time::{Duration, Instant};

use kiosk_drivers::conformance::document_printer::{Hands, check};
use kiosk_drivers::device::document_printer::{DocumentPrinterConfig, IppPrinter};
use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::health::{Link, Reason};
use kiosk_drivers::port::document_printer::{DocumentJob, DocumentPrinter, JobProgress, JobReference};
use kiosk_drivers::simulator::document_printer::{Break, SimulatedDocumentPrinter};

/// Two pages.
const PDF: &[u8] = include_bytes!("../../tests/fixtures/certificate-sample.pdf");

fn driver(uri: String) -> IppPrinter {
    IppPrinter::new(&DocumentPrinterConfig::at(uri)).unwrap()
}

/// A driver that waits no longer than this.
fn impatient(simulator: &SimulatedDocumentPrinter) -> IppPrinter {
    IppPrinter::new(&DocumentPrinterConfig {
        deadline_ms: 150,
        ..DocumentPrinterConfig::at(simulator.uri())
    })
    .unwrap()
}

fn bench() -> (SimulatedDocumentPrinter, IppPrinter) {
    let simulator = SimulatedDocumentPrinter::start().unwrap();
    let printer = driver(simulator.uri());
    (simulator, printer)
}

fn job(key: &str) -> DocumentJob {
    DocumentJob {
        key: key.into(),
        pdf: PDF.to_vec(),
        copies: 1,
    }
}

fn wait(printer: &mut IppPrinter, job: &JobReference, is: impl Fn(&JobProgress) -> bool) -> JobProgress {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let progress = printer.progress(job).unwrap();
        if is(&progress) {
            return progress;
        }
        assert!(Instant::now() < deadline, "still {progress:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

struct Technician<'a>(&'a SimulatedDocumentPrinter);

impl Hands for Technician<'_> {
    fn take_paper(&mut self) {
        self.0.paper_out_after(1);
    }
    fn load_paper(&mut self) {
        self.0.load_paper();
    }
    fn unplug(&mut self) {
        self.0.unplug();
    }
    fn replug(&mut self) {
        self.0.replug().unwrap();
    }
    fn documents(&mut self) -> Option<Vec<(String, Vec<u8>)>> {
        let whole = self
            .0
            .documents()
            .into_iter()
            .filter(|document| document.pages_out == document.pages);
        Some(whole.map(|document| (document.key, document.pdf)).collect())
    }
}

#[test]
fn the_simulated_printer_keeps_the_contract() {
    let (simulator, mut printer) = bench();
    check(&mut printer, &mut Technician(&simulator), PDF).unwrap();
}

#[test]
fn an_independent_printer_keeps_the_contract() {
    let Some(mut other) = ippeveprinter::start() else {
        return;
    };
    let mut printer = driver(other.uri());
    check(&mut printer, &mut other, PDF).unwrap();
}

#[test]
fn the_size_of_the_paper_is_always_said() {
    let (simulator, mut printer) = bench();
    let reference = printer.submit(&job("a")).unwrap();
    wait(&mut printer, &reference, |progress| {
        *progress == JobProgress::Completed
    });
    let document = &simulator.documents()[0];
    assert_eq!(document.media, "iso_a4_210x297mm");
    assert_eq!(
        (document.key.as_str(), document.pages, document.pages_out),
        ("a", 2, 2)
    );
}

#[test]
fn pages_are_counted_as_they_come_out() {
    let (simulator, mut printer) = bench();
    simulator.paper_out_after(1);
    let reference = printer.submit(&job("a")).unwrap();
    let stopped = wait(&mut printer, &reference, |progress| {
        matches!(progress, JobProgress::Stopped { .. })
    });
    assert!(matches!(
        stopped,
        JobProgress::Stopped {
            impressions: Some(1),
            ..
        }
    ));
    assert_eq!(simulator.documents()[0].pages_out, 1);
    simulator.slow_down(Duration::ZERO, Duration::from_secs(1));
    simulator.load_paper();
    let printing = wait(&mut printer, &reference, |progress| {
        matches!(progress, JobProgress::Printing { .. })
    });
    assert_eq!(printing, JobProgress::Printing { impressions: Some(1) });
    wait(&mut printer, &reference, |progress| {
        *progress == JobProgress::Completed
    });
}

#[test]
fn each_fault_has_its_reason() {
    let (simulator, mut printer) = bench();
    let mut expect = |link: Link, reasons: &[Reason]| {
        let health = printer.health();
        assert_eq!(
            (health.link, health.reasons.as_slice()),
            (link, reasons),
            "{}",
            health.detail
        );
    };
    simulator.toner_low(true);
    expect(Link::Online, &[Reason::TonerLow]);
    simulator.toner_out(true);
    expect(Link::Faulted, &[Reason::TonerLow, Reason::TonerOut]);
    simulator.toner_low(false);
    simulator.toner_out(false);
    simulator.jam(true);
    expect(Link::Faulted, &[Reason::PaperJam]);
    simulator.jam(false);
    simulator.open_cover();
    expect(Link::Faulted, &[Reason::CoverOpen]);
    simulator.close_cover();
    simulator.paper_out();
    expect(Link::Faulted, &[Reason::PaperOut]);
    simulator.load_paper();
    expect(Link::Online, &[]);
}

#[test]
fn after_a_restart_of_the_printer_its_jobs_are_unknown() {
    let (simulator, mut printer) = bench();
    simulator.paper_out_after(1);
    let reference = printer.submit(&job("a")).unwrap();
    wait(&mut printer, &reference, |progress| {
        matches!(progress, JobProgress::Stopped { .. })
    });
    simulator.restart();
    assert_eq!(printer.progress(&reference).unwrap(), JobProgress::Unknown);
    assert_eq!(printer.find("a").unwrap(), None);
}

#[test]
fn a_line_that_breaks_after_create_job_leaves_a_job_to_be_cancelled() {
    let (simulator, mut printer) = bench();
    simulator.break_connection_after(Break::CreateJob);
    assert_eq!(
        printer.submit(&job("a")).unwrap_err().kind,
        DeviceErrorKind::TimedOut
    );
    // The empty job blocks the printer until it is found and cancelled.
    assert_eq!(printer.submit(&job("b")).unwrap_err().kind, DeviceErrorKind::Busy);
    let orphan = printer.find("a").unwrap().unwrap();
    assert_eq!(printer.progress(&orphan).unwrap(), JobProgress::AwaitingDocument);
    printer.cancel(&orphan).unwrap();
    assert_eq!(printer.progress(&orphan).unwrap(), JobProgress::Aborted);
    assert!(simulator.documents().is_empty());
    assert!(printer.submit(&job("b")).is_ok());
}

#[test]
fn a_line_that_breaks_after_the_document_leaves_a_job_to_be_adopted() {
    let (simulator, mut printer) = bench();
    simulator.break_connection_after(Break::SendDocument);
    assert_eq!(
        printer.submit(&job("a")).unwrap_err().kind,
        DeviceErrorKind::TimedOut
    );
    let adopted = printer.find("a").unwrap().unwrap();
    wait(&mut printer, &adopted, |progress| {
        *progress == JobProgress::Completed
    });
    assert_eq!(simulator.documents().len(), 1);
}

#[test]
fn answers_that_are_no_ipp_are_a_protocol_error() {
    let (simulator, mut printer) = bench();
    simulator.garble(true);
    // Nothing was handed over, so it is a refusal.
    assert_eq!(
        printer.submit(&job("a")).unwrap_err().kind,
        DeviceErrorKind::NotReady
    );
    let health = printer.health();
    assert_eq!(
        (health.link, health.reasons),
        (Link::Faulted, vec![Reason::Protocol])
    );
}

#[test]
fn a_slow_printer_runs_into_the_deadline() {
    let (simulator, _) = bench();
    let mut printer = impatient(&simulator);
    simulator.slow_down(Duration::from_secs(5), Duration::ZERO);
    let start = Instant::now();
    let health = printer.health();
    assert_eq!(
        (health.link, health.reasons),
        (Link::Faulted, vec![Reason::Timeout])
    );
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_printer_that_sleeps_refuses_and_has_got_nothing() {
    let (simulator, mut awake) = bench();
    let mut printer = impatient(&simulator);
    simulator.slow_down(Duration::from_secs(5), Duration::ZERO);
    let error = printer.submit(&job("a")).unwrap_err();
    assert_eq!(error.kind, DeviceErrorKind::NotReady);
    assert!(error.cause.is_some(), "what timed out is kept");
    simulator.slow_down(Duration::ZERO, Duration::ZERO);
    assert_eq!(awake.find("a").unwrap(), None);
}

#[test]
fn what_is_no_document_is_refused_by_the_printer_and_found_aborted() {
    let (simulator, mut printer) = bench();
    let broken = DocumentJob {
        pdf: b"%PDF-broken".to_vec(),
        ..job("a")
    };
    assert!(printer.submit(&broken).is_err());
    let reference = printer.find("a").unwrap().unwrap();
    assert_eq!(printer.progress(&reference).unwrap(), JobProgress::Aborted);
    assert!(simulator.documents().is_empty());
}

#[test]
fn an_address_that_is_no_ipp_uri_is_refused_with_an_example() {
    let error = IppPrinter::new(&DocumentPrinterConfig::at("/dev/usb/lp0"))
        .err()
        .unwrap();
    assert_eq!(error.kind, DeviceErrorKind::Unsupported);
    assert!(error.cause.unwrap().to_string().contains("ipp://"));
}
