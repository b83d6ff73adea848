//! The worker against the simulated printer, with a backend that only takes notes.

mod power_cut;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use kiosk_drivers::device::document_printer::{DocumentPrinterConfig, IppPrinter};
use kiosk_drivers::simulator::document_printer::{Break, SimulatedDocumentPrinter};
use serde_json::Value;

use super::*;
use crate::document::preview::Certificate;
use crate::protocol::call::{CallFailure, Method};
use crate::runtime::clock::RealClock;
use crate::runtime::outlet::Input;

/// Two pages.
const PDF: &[u8] = include_bytes!("../../../../tests/fixtures/certificate-sample.pdf");
const LIMIT: Duration = Duration::from_secs(30);
const PAPER_OUT: PrintEnd = PrintEnd::Incomplete("device.reason.paper_out");

struct Bench {
    simulator: SimulatedDocumentPrinter,
    store: Store,
    vault: Vault,
    calls: Arc<Mutex<Vec<Call>>>,
    offline: Arc<AtomicBool>,
    inputs: Option<Receiver<Input>>,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
    pages: Vec<u32>,
    _folder: tempfile::TempDir,
}

fn ticket(sequence: u64) -> Ticket {
    Ticket { session: 1, sequence }
}

fn wait(what: &str, mut is: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is() {
        assert!(Instant::now() < deadline, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

impl Bench {
    /// A printer that is on, a document in the vault, a worker that is not started.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::default();
        for key in ["j1", "j2"] {
            let document = Certificate::open(PDF.to_vec()).unwrap();
            assert!(vault.set_document(1, key, Arc::new(document)));
        }
        Self {
            simulator: SimulatedDocumentPrinter::start().unwrap(),
            store: Store::open(folder.path()).unwrap(),
            vault,
            calls: Arc::default(),
            offline: Arc::default(),
            inputs: None,
            orders: None,
            thread: None,
            pages: Vec::new(),
            _folder: folder,
        }
    }

    fn started() -> Self {
        let mut bench = Self::new();
        bench.start();
        bench
    }

    fn start(&mut self) {
        let (sender, inputs) = channel();
        let (orders, taken) = channel();
        let (calls, offline) = (Arc::clone(&self.calls), Arc::clone(&self.offline));
        let worker = DocumentWorker {
            printer: Box::new(self.driver()),
            orders: taken,
            call: Box::new(move |call| {
                calls.lock().unwrap().push(call.clone());
                if offline.load(Ordering::Relaxed) {
                    Err(CallFailure::Offline)
                } else {
                    Ok(Value::Null)
                }
            }),
            store: self.store.clone(),
            vault: self.vault.clone(),
            clock: Arc::new(RealClock::new()),
            outlet: Outlet::new(sender),
            stop: Stop::default(),
        };
        self.thread = Some(thread::spawn(move || worker.run()));
        (self.inputs, self.orders) = (Some(inputs), Some(orders));
    }

    fn driver(&self) -> IppPrinter {
        IppPrinter::new(&DocumentPrinterConfig::at(self.simulator.uri())).unwrap()
    }

    fn order(&self, order: Order) {
        self.orders.as_ref().unwrap().send(order).unwrap();
    }

    fn print(&self, sequence: u64, job_id: &str) {
        self.order(Order::Print {
            ticket: ticket(sequence),
            job_id: job_id.to_owned(),
        });
    }

    fn resume(&self, sequence: u64) {
        self.order(Order::Resume {
            ticket: ticket(sequence),
            job_id: "j1".to_owned(),
        });
    }

    fn done_with(&self, job_id: &str, all_out: bool) {
        self.order(Order::End {
            job_id: job_id.to_owned(),
            all_out,
        });
    }

    /// The next end that this ticket is told; pages are noted on the way.
    fn end_of(&mut self, sequence: u64) -> PrintEnd {
        let inputs = self.inputs.as_ref().unwrap();
        loop {
            match inputs.recv_timeout(LIMIT).unwrap() {
                Input::Event(Event::Printing { page, .. }) => self.pages.push(page),
                Input::Event(Event::Printed { ticket: at, end }) if at == ticket(sequence) => return end,
                _ => {}
            }
        }
    }

    fn await_absence(&self) {
        let inputs = self.inputs.as_ref().unwrap();
        wait(
            "the printer is absent",
            || matches!(inputs.recv_timeout(LIMIT), Ok(Input::Health(_, health, _)) if health.link == Link::Absent),
        );
    }

    fn states(&self) -> Vec<State> {
        let jobs = self.store.print_jobs().unwrap();
        jobs.into_iter().map(|job| job.state).collect()
    }

    /// Waits until the backend has heard of every job: outcomes and pages, and the number of tickets.
    fn reported(&self) -> (Vec<(String, u64)>, usize) {
        let told = || {
            self.calls
                .lock()
                .unwrap()
                .iter()
                .any(|call| call.method == Method::Put)
        };
        wait("everything is reported", || told() && self.states().is_empty());
        let calls = self.calls.lock().unwrap();
        let reports = calls.iter().filter(|call| call.method == Method::Put);
        let reports = reports.map(|call| {
            let outcome = call.body["outcome"].as_str().unwrap().to_owned();
            (outcome, call.body["pages"].as_u64().unwrap())
        });
        let tickets = calls.iter().filter(|call| call.path == "/v1/tickets");
        (reports.collect(), tickets.count())
    }

    fn pages_out(&self) -> Vec<u32> {
        let documents = self.simulator.documents();
        documents.iter().map(|document| document.pages_out).collect()
    }

    /// What the printer itself says of a job.
    fn at_printer(&self, key: &str) -> JobProgress {
        let mut driver = self.driver();
        let job = driver.find(key).unwrap().unwrap();
        driver.progress(&job).unwrap()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn one(outcome: &str, pages: u64, tickets: usize) -> (Vec<(String, u64)>, usize) {
    (vec![(outcome.to_owned(), pages)], tickets)
}

#[test]
fn a_document_comes_out_once_and_is_reported() {
    let mut bench = Bench::started();
    bench.print(1, "j1");
    assert_eq!(bench.end_of(1), PrintEnd::Completed);
    assert_eq!(bench.reported(), one("delivered", 2, 0));
    assert_eq!(bench.pages_out(), [2]);
    assert_eq!(bench.calls.lock().unwrap()[0].path, "/v1/print-jobs/j1/outcome");
}

#[test]
fn missing_paper_tells_the_page_first_and_the_same_job_goes_on() {
    let mut bench = Bench::started();
    bench.simulator.paper_out_after(1);
    bench.print(1, "j1");
    assert_eq!(bench.end_of(1), PAPER_OUT);
    assert_eq!(bench.pages, [1, 2], "one page is out, the second one is awaited");
    bench.simulator.load_paper();
    bench.resume(2);
    assert_eq!(bench.end_of(2), PrintEnd::Completed);
    assert_eq!(bench.reported(), one("delivered", 2, 0));
    assert_eq!(bench.pages_out(), [2]);
}

#[test]
fn a_stopped_job_that_goes_on_by_itself_is_seen_to_end() {
    let mut bench = Bench::started();
    bench.simulator.paper_out_after(1);
    bench.print(1, "j1");
    assert_eq!(bench.end_of(1), PAPER_OUT);
    bench.simulator.load_paper();
    assert_eq!(bench.end_of(1), PrintEnd::Completed);
    bench.resume(2);
    assert_eq!(
        bench.end_of(2),
        PrintEnd::Completed,
        "whoever asks late hears the same"
    );
    assert_eq!(bench.reported(), one("delivered", 2, 0));
}

#[test]
fn what_is_given_up_does_not_come_out_later() {
    let mut bench = Bench::started();
    bench.simulator.paper_out_after(1);
    bench.print(1, "j1");
    assert_eq!(bench.end_of(1), PAPER_OUT);
    bench.done_with("j1", false);
    assert_eq!(bench.reported(), one("partial", 1, 0));
    bench.simulator.load_paper();
    assert_eq!(bench.at_printer("j1"), JobProgress::Aborted);
    assert_eq!(bench.pages_out(), [1]);
}

#[test]
fn a_document_that_was_only_looked_at_has_failed() {
    let bench = Bench::started();
    bench.done_with("j1", false);
    assert_eq!(bench.reported(), one("failed", 0, 0));
    assert!(bench.pages_out().is_empty());
}

#[test]
fn the_end_of_the_visit_in_the_middle_of_the_hand_over_cancels_the_job() {
    let bench = Bench::started();
    bench
        .simulator
        .slow_down(Duration::from_millis(200), Duration::from_secs(20));
    bench.print(1, "j1");
    wait("it is being handed over", || {
        bench.states() == [State::Submitting]
    });
    bench.order(Order::Wipe);
    assert_eq!(bench.reported(), one("failed", 0, 0));
    assert_eq!(bench.at_printer("j1"), JobProgress::Aborted);
}

#[test]
fn a_job_that_could_not_be_cancelled_is_cancelled_when_the_printer_is_back() {
    let mut bench = Bench::started();
    bench.simulator.slow_down(Duration::ZERO, Duration::from_secs(60));
    bench.print(1, "j1");
    wait("the printer has it", || {
        matches!(bench.states()[..], [State::Submitted { .. }])
    });
    bench.simulator.unplug();
    assert_eq!(bench.end_of(1), PrintEnd::Incomplete("device.reason.absent"));
    bench.order(Order::Wipe);
    bench.await_absence();
    bench.simulator.replug().unwrap();
    assert_eq!(bench.reported(), one("failed", 0, 0));
    assert_eq!(bench.at_printer("j1"), JobProgress::Aborted);
}

#[test]
fn a_job_without_its_document_never_blocks_the_next_print() {
    let mut bench = Bench::started();
    bench.simulator.break_connection_after(Break::CreateJob);
    bench.print(1, "j1");
    assert!(matches!(bench.end_of(1), PrintEnd::Failed(_)));
    bench.print(2, "j2");
    assert_eq!(bench.end_of(2), PrintEnd::Completed);
    assert_eq!(bench.pages_out(), [2]);
}

#[test]
fn a_hand_over_whose_answer_got_lost_prints_once() {
    let mut bench = Bench::started();
    bench.simulator.break_connection_after(Break::SendDocument);
    bench.print(1, "j1");
    assert_eq!(bench.end_of(1), PrintEnd::Completed);
    assert_eq!(bench.pages_out(), [2]);
}

#[test]
fn what_nobody_knows_waits_for_the_person_and_then_for_the_staff() {
    for (all_out, expected) in [(true, one("delivered", 2, 0)), (false, one("unknown", 1, 1))] {
        let mut bench = Bench::started();
        bench.simulator.paper_out_after(1);
        bench.print(1, "j1");
        assert_eq!(bench.end_of(1), PAPER_OUT);
        bench.simulator.restart();
        bench.resume(2);
        assert_eq!(bench.end_of(2), PrintEnd::Unknown);
        assert_eq!(bench.states(), [State::Unknown]);
        assert!(
            bench.calls.lock().unwrap().is_empty(),
            "the person is asked first"
        );
        bench.done_with("j1", all_out);
        assert_eq!(bench.reported(), expected);
    }
}

#[test]
fn a_report_that_the_backend_did_not_get_is_sent_again() {
    let mut bench = Bench::started();
    bench.offline.store(true, Ordering::Relaxed);
    bench.print(1, "j1");
    assert_eq!(bench.end_of(1), PrintEnd::Completed);
    wait("it was tried", || !bench.calls.lock().unwrap().is_empty());
    assert_eq!(bench.states(), [State::Completed]);
    bench.offline.store(false, Ordering::Relaxed);
    let (reports, _) = bench.reported();
    assert!(reports.len() >= 2 && reports.iter().all(|report| report.0 == "delivered"));
}
