//! The worker against a backend that keeps accounts, and what it makes of rows that an earlier run
//! has left in the journal.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use serde_json::json;

use super::*;
use crate::runtime::clock::RealClock;
use crate::runtime::outlet::Input;

const LIMIT: Duration = Duration::from_secs(30);
const TICKET: Ticket = Ticket {
    session: 1,
    sequence: 1,
};

/// Answers as a backend with one payment does.
#[derive(Default)]
struct Accounts {
    state: Mutex<String>,
    calls: Mutex<Vec<Call>>,
    offline: AtomicBool,
}

impl Accounts {
    fn answer(&self, call: &Call) -> CallResult {
        if self.offline.load(Ordering::Relaxed) {
            return Err(CallFailure::Offline);
        }
        self.calls.lock().unwrap().push(call.clone());
        let mut state = self.state.lock().unwrap();
        let next = match (call.path.as_str(), state.as_str()) {
            ("/v1/tickets", _) => return Ok(json!({ "number": "G-1" })),
            ("/v1/topups/u1/outcome", "paid") if call.body["written"] == true => "done",
            ("/v1/topups/u1/outcome", "paid") if call.body["balance_fen"].is_null() => "manual",
            ("/v1/payments/p1/reversal", "paid") => "reversed",
            ("/v1/payments/p1/reversal", "created") => "expired",
            (_, same) => same,
        }
        .to_owned();
        state.clone_from(&next);
        Ok(json!({
            "payment_id": "p1", "state": next, "amount": "50.00", "qr": "", "number": "CZ-1", "expires_in_s": 0
        }))
    }

    fn called(&self, path: &str) -> usize {
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|call| call.path.ends_with(path)).count()
    }
}

struct Bench {
    accounts: Arc<Accounts>,
    store: Store,
    orders: Option<Sender<Order>>,
    inputs: Option<Receiver<Input>>,
    thread: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new(state: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts {
            state: Mutex::new(state.to_owned()),
            ..Accounts::default()
        };
        Self {
            accounts: Arc::new(accounts),
            store: Store::open(folder.path()).unwrap(),
            orders: None,
            inputs: None,
            thread: None,
            _folder: folder,
        }
    }

    fn start(&mut self) {
        let (sender, inputs) = channel();
        let (orders, taken) = channel();
        let accounts = Arc::clone(&self.accounts);
        let worker = Settlement {
            orders: taken,
            left: left_open(&self.store),
            call: Box::new(move |call| accounts.answer(call)),
            store: self.store.clone(),
            clock: Arc::new(RealClock::new()),
            outlet: Outlet::new(sender),
            stop: Stop::default(),
        };
        self.thread = Some(thread::spawn(move || worker.run()));
        (self.inputs, self.orders) = (Some(inputs), Some(orders));
    }

    /// Puts a payment into the journal, as the ledger does, and tells the worker when it runs.
    fn keep(&self, topup_id: &str, stage: Stage) {
        let payment = Payment {
            payment_id: "p1".to_owned(),
            topup_id: topup_id.to_owned(),
            stage,
        };
        let at = "2026-11-23T10:24:00+08:00";
        self.store.write(|writer| writer.payment(&payment, at)).unwrap();
        if let Some(orders) = &self.orders {
            let ticket = TICKET;
            orders.send(Order::Kept { ticket, payment }).unwrap();
        }
    }

    fn order(&self, order: Order) {
        self.orders.as_ref().unwrap().send(order).unwrap();
    }

    fn settled(&self) -> String {
        let deadline = Instant::now() + LIMIT;
        while !self.store.payments().unwrap().is_empty() {
            assert!(Instant::now() < deadline, "the payment is still open");
            thread::sleep(Duration::from_millis(5));
        }
        self.accounts.state.lock().unwrap().clone()
    }

    fn told(&self) -> String {
        loop {
            if let Input::Event(Event::PaymentSettled { ticket, state, .. }) =
                self.inputs.as_ref().unwrap().recv_timeout(LIMIT).unwrap()
            {
                assert_eq!(ticket, TICKET);
                return state;
            }
        }
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

fn written() -> Stage {
    Stage::Written {
        balance_fen: 6250,
        tac: "01020304".to_owned(),
    }
}

#[test]
fn after_a_power_cut_each_row_has_its_end() {
    let not_written = Stage::NotWritten { balance_fen: 1250 };
    for (topup_id, stage, state, expected, tickets) in [
        // Nobody had paid yet.
        ("", Stage::Open, "created", "expired", 0),
        // Paid, and the card was not written: the scenario S22 (c).
        ("", Stage::Open, "paid", "reversed", 0),
        ("u1", not_written, "paid", "reversed", 0),
        // The permit may have reached the card, and the card is gone.
        ("u1", Stage::Writing, "paid", "manual", 1),
        ("u1", written(), "paid", "done", 0),
        // The backend knew it already.
        ("u1", written(), "done", "done", 0),
    ] {
        let mut bench = Bench::new(state);
        bench.keep(topup_id, stage.clone());
        bench.start();
        assert_eq!(bench.settled(), expected, "{stage:?}");
        assert_eq!(bench.accounts.called("/v1/tickets"), tickets, "{stage:?}");
    }
}

#[test]
fn a_cut_line_keeps_the_row_until_it_is_back() {
    let mut bench = Bench::new("paid");
    bench.accounts.offline.store(true, Ordering::Relaxed);
    bench.keep("", Stage::Open);
    bench.start();
    thread::sleep(Duration::from_millis(20));
    assert_eq!(bench.store.payments().unwrap().len(), 1);
    bench.accounts.offline.store(false, Ordering::Relaxed);
    assert_eq!(bench.settled(), "reversed");
    assert_eq!(bench.accounts.called("/reversal"), 1);
}

#[test]
fn what_the_visit_has_in_hand_is_left_alone_until_it_says_how_it_ended() {
    let mut bench = Bench::new("paid");
    bench.start();
    bench.keep("", Stage::Open);
    bench.keep("u1", Stage::Writing);
    thread::sleep(Duration::from_millis(50));
    assert_eq!(bench.accounts.called("/reversal"), 0);
    assert_eq!(bench.accounts.called("/outcome"), 0);
    bench.keep("u1", written());
    assert_eq!(bench.told(), "done");
    assert!(bench.store.payments().unwrap().is_empty());
}

#[test]
fn the_end_of_the_visit_gives_back_what_was_paid_for_nothing() {
    let mut bench = Bench::new("paid");
    bench.start();
    bench.keep("", Stage::Open);
    bench.order(Order::Wipe);
    assert_eq!(bench.settled(), "reversed");
}

#[test]
fn money_that_is_still_on_its_way_back_is_asked_about_again() {
    let mut bench = Bench::new("reversing");
    bench.keep("", Stage::Open);
    bench.start();
    let deadline = Instant::now() + LIMIT;
    while bench.accounts.called("/v1/payments/p1") < 2 {
        assert!(Instant::now() < deadline, "asked once only");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(bench.store.payments().unwrap().len(), 1);
    *bench.accounts.state.lock().unwrap() = "reversed".to_owned();
    assert_eq!(bench.settled(), "reversed");
}
