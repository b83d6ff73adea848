//! A benefit without application waits for one word of the person: the account.

use rusqlite::params;

use super::super::applications;
use super::super::entitlements::{self, Entitlement};
use super::super::states::State;
use super::super::track::Track;
use super::{Kept, line};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// `POST /v1/entitlements/{entitlement_id}/confirmations`: once.
pub fn confirm(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = super::read(request)?;
    let id_no = opening.person(request)?;
    let entitlement: &Entitlement = entitlements::due(request, id_no, request.param("entitlement_id"))
        .filter(|one| one.confirm)
        .ok_or(Case::NotFound)?;
    if entitlements::confirmed_at(request, id_no, &entitlement.id)?.is_some() {
        return Err(Refusal::from(Case::StateConflict).with("state", "confirmed"));
    }
    let id = super::keep(
        request,
        &opening,
        &Kept {
            kind: "A",
            track: Track::Confirmation,
            states: &[State::Submitted, State::Accepted, State::Approved],
            outcome: "confirmed",
            lines: vec![
                line("benefit", entitlement.title()),
                line("amount", entitlement.amount()),
            ],
        },
    )?;
    request.db.execute(
        "INSERT INTO entitlement_confirmed (id_no, entitlement_id, application_id, at) VALUES (?1, ?2, ?3, ?4)",
        params![id_no, entitlement.id, id, request.now_ms()],
    )?;
    Answer::created(&applications::state(request, &id)?)
}
