//! Settles payments with the backend: what the card says decides, and the backend has the last word.
//! A row leaves the journal on that word only, so that neither a power cut nor a cut line loses money.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::clock::Clock;
use super::outlet::{Outlet, Stop};
use crate::protocol::body::Ticket as StaffTicket;
use crate::protocol::call::{Call, CallFailure, CallResult, IdempotencyKey, Method};
use crate::protocol::money::{PaymentState, TopupOutcome};
use crate::session::effect::AuditRecord;
use crate::session::event::Event;
use crate::session::payment::{Payment, Stage};
use crate::session::ticket::Ticket;
use crate::store::{Store, StoreError};

/// Between two looks while something is open.
const AGAIN: Duration = Duration::from_secs(2);
/// States that the backend does not leave any more.
const ENDS: [&str; 4] = ["done", "reversed", "expired", "manual"];

/// What is to be settled.
pub(crate) enum Order {
    /// The journal has this now, and this ticket wants to hear of its end.
    Kept { ticket: Ticket, payment: Payment },
    /// The visit is over: nothing is in hand any more.
    Wipe,
}

/// The worker.
pub(crate) struct Settlement {
    pub orders: Receiver<Order>,
    /// What an earlier run has left, see [`left_open`].
    pub left: Vec<Payment>,
    /// Sends a call to the backend and waits for how it ends.
    pub call: Box<dyn Fn(&Call) -> CallResult + Send>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub outlet: Outlet,
    pub stop: Stop,
}

/// Which payments belong to whom.
#[derive(Default)]
struct Owners {
    /// Those of the present visit, and who waits for their end.
    present: BTreeMap<String, Ticket>,
    /// Nobody works on these any more: left by an earlier run, or by a visit that is over. A row that
    /// is in neither has just been written by the loop.
    left: BTreeSet<String>,
}

impl Owners {
    fn take(&mut self, order: Order) {
        match order {
            Order::Kept { ticket, payment } => {
                self.present.insert(payment.payment_id, ticket);
            }
            Order::Wipe => {
                let over = std::mem::take(&mut self.present);
                self.left.extend(over.into_keys());
            }
        }
    }

    fn may_settle(&self, payment: &Payment) -> bool {
        !payment.in_hand() || self.left.contains(&payment.payment_id)
    }
}

impl Settlement {
    /// Runs until it is stopped. What an earlier run has left is settled first.
    pub fn run(self) {
        let mut owners = Owners {
            left: self
                .left
                .iter()
                .map(|payment| payment.payment_id.clone())
                .collect(),
            ..Owners::default()
        };
        while !self.stop.stopped() {
            self.settle_all(&owners);
            match self.orders.recv_timeout(AGAIN) {
                Ok(order) => owners.take(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn settle_all(&self, owners: &Owners) {
        let rows = left_open(&self.store);
        for payment in rows.iter().filter(|payment| owners.may_settle(payment)) {
            let Some(state) = self.settle(payment) else {
                continue;
            };
            self.drop_row(payment, &state);
            if let Some(ticket) = owners.present.get(&payment.payment_id) {
                self.outlet.event(Event::PaymentSettled {
                    ticket: *ticket,
                    payment_id: payment.payment_id.clone(),
                    state,
                });
            }
        }
    }

    /// Tells the backend what is certain and asks for its word; `None` when it has none yet.
    fn settle(&self, payment: &Payment) -> Option<String> {
        let mut state = match outcome(payment) {
            Some(outcome) => {
                let path = format!("/v1/topups/{}/outcome", payment.topup_id);
                self.ask(&call(Method::Put, &path, &outcome, None))?
            }
            None => {
                let path = format!("/v1/payments/{}", payment.payment_id);
                self.ask(&call(Method::Get, &path, &(), None))?
            }
        };
        if payment.nothing_written() && matches!(state.as_str(), "created" | "paid") {
            let path = format!("/v1/payments/{}/reversal", payment.payment_id);
            state = self.ask(&call(Method::Post, &path, &(), Some(key_of(payment, "reversal"))))?;
        }
        if state == "manual" && !self.tell_staff(payment) {
            return None;
        }
        // The value is on the card; only its receipt did not come.
        if state == "value_written" {
            return Some("done".to_owned());
        }
        ENDS.contains(&state.as_str()).then_some(state)
    }

    /// The state in the answer. A payment that the backend does not know, or does not take the word
    /// about, is for the staff.
    fn ask(&self, call: &Call) -> Option<String> {
        match (self.call)(call) {
            Ok(body) => match serde_json::from_value::<PaymentState>(body) {
                Ok(payment) => Some(payment.state),
                Err(_) => {
                    tracing::warn!(event = "payment.answer_unreadable");
                    None
                }
            },
            Err(CallFailure::Problem(problem)) if matches!(problem.status, 404 | 409 | 422) => {
                tracing::warn!(event = "payment.refused", case = problem.case());
                Some("manual".to_owned())
            }
            // Asked again at the next look.
            Err(failure) => {
                tracing::debug!(event = "payment.unsettled", ?failure);
                None
            }
        }
    }

    fn tell_staff(&self, payment: &Payment) -> bool {
        let ticket = StaffTicket {
            kind: "payment_unknown".to_owned(),
            about: "transit_card".to_owned(),
        };
        let key = key_of(payment, "ticket");
        match (self.call)(&call(Method::Post, "/v1/tickets", &ticket, Some(key))) {
            Ok(_) => true,
            Err(CallFailure::Problem(problem)) => !problem.retryable,
            Err(_) => false,
        }
    }

    fn drop_row(&self, payment: &Payment, state: &str) {
        let record = AuditRecord {
            id: "payment.settled",
            members: vec![
                ("payment_id", payment.payment_id.clone()),
                ("outcome", state.to_owned()),
            ],
        };
        let at = self.clock.wall().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        let dropped: Result<(), StoreError> = self.store.write(|writer| {
            writer.audit(&record, &at)?;
            writer.payment_settled(&payment.payment_id)
        });
        if let Err(error) = dropped {
            // It is asked about again, and the backend says the same.
            tracing::error!(event = "payment.journal", cause = %error);
        }
    }
}

/// Payments without an end in the journal. Before the first visit these are what an earlier run has left.
pub(super) fn left_open(store: &Store) -> Vec<Payment> {
    store.payments().unwrap_or_else(|error| {
        tracing::error!(event = "payment.journal", cause = %error);
        Vec::new()
    })
}

/// What the issuer has to hear; `None` when no permit was given.
fn outcome(payment: &Payment) -> Option<TopupOutcome> {
    if payment.topup_id.is_empty() {
        return None;
    }
    let (written, balance_fen, tac) = match &payment.stage {
        Stage::Written { balance_fen, tac } => (true, Some(*balance_fen), tac.clone()),
        Stage::NotWritten { balance_fen } => (false, Some(*balance_fen), String::new()),
        // The permit may have reached a card that is gone.
        Stage::Open | Stage::Writing | Stage::Unknown => (false, None, String::new()),
    };
    Some(TopupOutcome {
        written,
        balance_fen,
        tac,
    })
}

fn call(method: Method, path: &str, body: &impl Serialize, key: Option<IdempotencyKey>) -> Call {
    Call {
        method,
        path: path.to_owned(),
        body: serde_json::to_value(body).unwrap_or(Value::Null),
        key,
        if_match: None,
        timeout_s: 10,
        retries: 0,
    }
}

/// The same key however often it is asked: one reversal and one ticket for one payment.
fn key_of(payment: &Payment, what: &str) -> IdempotencyKey {
    let mut bytes = [0; 16];
    let hash = Sha256::digest(format!("{what} {}", payment.payment_id));
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    IdempotencyKey(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
