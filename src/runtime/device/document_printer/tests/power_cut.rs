//! What a worker makes of the jobs that an earlier run has left in the journal.

use kiosk_drivers::port::document_printer::JobReference;
use serde_json::json;

use super::*;

impl Bench {
    /// Puts a job into the journal, as an earlier run has left it.
    fn left(&self, events: impl IntoIterator<Item = JobEvent>) {
        let mut job = PrintJob::prepared("j1", "00", 2);
        events.into_iter().for_each(|event| job.apply(event));
        self.store
            .write(|writer| writer.print_job(&job, "2026-11-23T10:24:00+08:00"))
            .unwrap();
    }

    /// Hands a document to the printer, as an earlier run has done.
    fn submitted(&self) -> JobReference {
        let job = DocumentJob {
            key: "j1".to_owned(),
            pdf: PDF.to_vec(),
            copies: 1,
        };
        self.driver().submit(&job).unwrap()
    }
}

#[test]
fn after_a_power_cut_each_state_has_its_outcome_and_nothing_is_printed() {
    let lost = [JobEvent::Sending, JobEvent::Found(None)];
    let seen = [JobEvent::Sending, JobEvent::Found(None), JobEvent::Seen];
    for (events, expected) in [
        (Vec::new(), one("failed", 0, 0)),
        (vec![JobEvent::Sending], one("unknown", 0, 1)),
        (lost.to_vec(), one("unknown", 0, 1)),
        (seen.to_vec(), one("delivered", 2, 0)),
    ] {
        let mut bench = Bench::new();
        bench.left(events);
        bench.start();
        assert_eq!(bench.reported(), expected);
        assert!(bench.pages_out().is_empty());
    }
}

#[test]
fn after_a_power_cut_a_job_that_the_printer_still_holds_is_cancelled() {
    for handed_over in [true, false] {
        let mut bench = Bench::new();
        bench.simulator.paper_out_after(1);
        let reference = bench.submitted();
        wait("one page is out", || bench.pages_out() == [1]);
        bench.left([JobEvent::Sending]);
        if handed_over {
            bench.left([JobEvent::Sending, JobEvent::Accepted(reference)]);
        }
        bench.start();
        assert_eq!(bench.reported(), one("partial", 1, 0));
        bench.simulator.load_paper();
        assert_eq!(bench.at_printer("j1"), JobProgress::Aborted);
        assert_eq!(bench.pages_out(), [1]);
    }
}

#[test]
fn after_a_power_cut_the_printer_is_believed_as_long_as_it_remembers() {
    for restarted in [false, true] {
        let mut bench = Bench::new();
        let reference = bench.submitted();
        wait("all is out", || bench.pages_out() == [2]);
        if restarted {
            bench.simulator.restart();
        }
        bench.left([JobEvent::Sending, JobEvent::Accepted(reference)]);
        bench.start();
        let expected = if restarted {
            one("unknown", 0, 1)
        } else {
            one("delivered", 2, 0)
        };
        assert_eq!(bench.reported(), expected);
    }
}

#[test]
fn the_staff_get_one_ticket_for_one_job_however_often_it_is_asked_for() {
    let mut bench = Bench::new();
    bench.left([JobEvent::Sending, JobEvent::Found(None)]);
    bench.start();
    bench.reported();
    bench.left([JobEvent::Sending, JobEvent::Found(None)]);
    bench.reported();
    let calls = bench.calls.lock().unwrap();
    let tickets: Vec<&Call> = calls.iter().filter(|call| call.path == "/v1/tickets").collect();
    assert_eq!(tickets.len(), 2);
    assert!(tickets[0].key.is_some() && tickets[0].key == tickets[1].key);
    assert_eq!(
        tickets[0].body,
        json!({ "kind": "print_unknown", "about": "a4_printer" })
    );
}
