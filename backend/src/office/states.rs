//! The states of a matter and the ways between them (services.md 4.6).

use kiosk::protocol::body::Words;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// State of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the state machine")]
pub enum State {
    Draft,
    AwaitingSignatures,
    Submitted,
    Accepted,
    ReturnedForCorrection,
    NotAccepted,
    Checking,
    Publicity,
    Approved,
    Refused,
    Paid,
    Closed,
    Withdrawn,
    Expired,
    Transferred,
}

use State::*;

impl State {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Draft,
        AwaitingSignatures,
        Submitted,
        Accepted,
        ReturnedForCorrection,
        NotAccepted,
        Checking,
        Publicity,
        Approved,
        Refused,
        Paid,
        Closed,
        Withdrawn,
        Expired,
        Transferred,
    ];

    /// As on the wire and in the database, e.g. `returned_for_correction`.
    pub fn name(self) -> &'static str {
        match self {
            Draft => "draft",
            AwaitingSignatures => "awaiting_signatures",
            Submitted => "submitted",
            Accepted => "accepted",
            ReturnedForCorrection => "returned_for_correction",
            NotAccepted => "not_accepted",
            Checking => "checking",
            Publicity => "publicity",
            Approved => "approved",
            Refused => "refused",
            Paid => "paid",
            Closed => "closed",
            Withdrawn => "withdrawn",
            Expired => "expired",
            Transferred => "transferred",
        }
    }

    /// The state of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Where a matter may go from here.
    pub fn next(self) -> &'static [Self] {
        match self {
            Draft => &[AwaitingSignatures, Submitted, Withdrawn, Expired],
            AwaitingSignatures => &[Draft, Submitted, Withdrawn, Expired],
            Submitted => &[
                Accepted,
                ReturnedForCorrection,
                NotAccepted,
                Transferred,
                Withdrawn,
            ],
            Accepted => &[Checking, Approved, Refused, Closed, Transferred, Withdrawn],
            ReturnedForCorrection => &[Submitted, Withdrawn, Expired],
            Checking => &[Publicity, Approved, Refused, ReturnedForCorrection, Withdrawn],
            Publicity => &[Approved, Refused, Withdrawn],
            // A booking is approved at once and can be cancelled.
            Approved => &[Paid, Closed, Withdrawn],
            Paid => &[Closed],
            Refused | NotAccepted => &[Closed],
            Transferred => &[Accepted, ReturnedForCorrection, NotAccepted, Withdrawn],
            Closed | Withdrawn | Expired => &[],
        }
    }

    /// Nothing more is decided: the person may apply anew.
    pub fn is_over(self) -> bool {
        matches!(self, Refused | NotAccepted | Closed | Withdrawn | Expired)
    }

    /// The person may still change what was sent.
    pub fn is_editable(self) -> bool {
        matches!(self, Draft | ReturnedForCorrection)
    }

    /// Needs a reason in words: the person must know what to do (社会救助暂行办法 art. 11).
    pub fn needs_reason(self) -> bool {
        matches!(self, ReturnedForCorrection | NotAccepted | Refused | Transferred)
    }

    /// A decision against the person: the way to object is told with it.
    pub fn is_adverse(self) -> bool {
        matches!(self, NotAccepted | Refused)
    }
}

/// What is said with a transition.
#[derive(Clone, Default)]
pub struct Told {
    /// Who moved it; empty: the office that the state has by itself.
    pub office: Words,
    /// Why.
    pub reason: Words,
    /// How to object.
    pub objection: Words,
}

/// Moves a matter at a moment.
///
/// # Errors
/// `state-conflict` when there is no such way, `validation` when a needed reason is missing.
pub fn enter(request: &Request<'_>, id: &str, to: State, at: i64, told: &Told) -> Result<(), Refusal> {
    let from: String = request
        .db
        .query_row("SELECT state FROM application WHERE id = ?1", [id], |row| {
            row.get(0)
        })?;
    let allowed = State::of(&from).is_some_and(|from| from.next().contains(&to));
    if !allowed {
        return Err(Refusal::from(Case::StateConflict).with("state", from));
    }
    if to.needs_reason() && told.reason.values().all(|text| text.trim().is_empty()) {
        return Err(Refusal::invalid("/reason", "required"));
    }
    request.db.execute(
        "UPDATE application SET state = ?2 WHERE id = ?1",
        params![id, to.name()],
    )?;
    Ok(note(request.db, id, to, at, told)?)
}

/// Writes down that a state was reached.
pub fn note(db: &Connection, id: &str, state: State, at: i64, told: &Told) -> rusqlite::Result<()> {
    let json = |words: &Words| serde_json::to_string(words).unwrap_or_default();
    db.execute(
        "INSERT INTO transition (application_id, state, at, office, reason, objection) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id,
            state.name(),
            at,
            json(&told.office),
            json(&told.reason),
            json(&told.objection)
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(state).unwrap().as_str(), Some(state.name()));
            assert_eq!(State::of(state.name()), Some(state));
        }
        assert_eq!(State::of("lost"), None);
    }

    #[test]
    fn every_state_is_reached_from_the_draft_and_the_ends_lead_nowhere() {
        let mut reached = vec![Draft];
        let mut next = 0;
        while let Some(state) = reached.get(next).copied() {
            for to in state.next() {
                if !reached.contains(to) {
                    reached.push(*to);
                }
            }
            next += 1;
        }
        assert_eq!(reached.len(), State::ALL.len());
        for state in [Closed, Withdrawn, Expired] {
            assert!(state.next().is_empty());
        }
    }

    #[test]
    fn what_is_decided_against_a_person_has_a_reason_and_a_way_to_object() {
        for state in State::ALL.into_iter().filter(|state| state.is_adverse()) {
            assert!(state.needs_reason(), "{state:?}");
        }
        assert!(!Draft.next().contains(&Approved) && !Refused.next().contains(&Approved));
    }
}
