//! Complaints, suggestions and objections of residents (A11). None of them has an effect on a
//! matter by itself; an objection names the decided matter that it is against.

use rusqlite::{OptionalExtension, params};

use super::super::states::State;
use super::super::track::Track;
use super::{Kept, Opening, line};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::plain;

/// Kinds, as the catalogue's field has them.
const KINDS: [&str; 3] = ["complaint", "suggestion", "objection"];

/// `POST /v1/resident-tickets`: `request.kind`, `request.text`, and `request.case_number` of an objection.
pub fn open(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = super::read(request)?;
    let kind = opening.answer("request.kind");
    let outcome = KINDS
        .into_iter()
        .find(|known| *known == kind)
        .ok_or_else(|| Refusal::invalid("/answers/request.kind", "option"))?;
    if opening.answer("request.text").trim().is_empty() {
        return Err(Refusal::invalid("/answers/request.text", "required"));
    }
    let mut lines = Vec::new();
    if outcome == "objection" {
        let number = decided(request, &opening)?;
        lines.push(line("objected_case", plain(&number)));
    }
    super::answer(
        request,
        &opening,
        &Kept {
            kind: "T",
            track: Track::Ticket,
            states: &[State::Submitted],
            outcome,
            lines,
        },
    )
}

/// Number of the person's own matter that was decided.
fn decided(request: &Request<'_>, opening: &Opening<'_>) -> Result<String, Refusal> {
    let id_no = opening.person(request)?;
    let number = opening.answer("request.case_number").trim().to_owned();
    let known = request
        .db
        .query_row(
            "SELECT 1 FROM application WHERE number = ?1 AND applicant_id_no = ?2
             AND state IN ('not_accepted', 'refused', 'approved', 'paid', 'closed', 'returned_for_correction')",
            params![number, id_no],
            |_| Ok(()),
        )
        .optional()?;
    known
        .map(|()| number)
        .ok_or_else(|| Refusal::invalid("/answers/request.case_number", "not_yours"))
}
