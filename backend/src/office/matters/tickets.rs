//! Complaints, suggestions and objections of residents (A11). None of them has an effect on a
//! matter by itself.

use rusqlite::{OptionalExtension, params};

use super::super::states::State;
use super::super::track::Track;
use super::{Kept, Opening, line};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::plain;

/// Answers of the services' questions, and the kind that each means.
const KINDS: [(&str, &str); 7] = [
    ("complaint", "complaint"),
    ("suggestion", "suggestion"),
    ("praise", "praise"),
    ("call_back", "call_back"),
    ("person", "call_back"),
    ("objection", "objection"),
    ("object", "objection"),
];
/// Fields with the number of the matter that it is about.
const NUMBERS: [&str; 2] = ["request.number", "request.case_number"];

/// `POST /v1/resident-tickets`: one answer tells the kind, which is the outcome.
pub fn open(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = super::read(request)?;
    let mut lines = Vec::new();
    if let Some(number) = about(request, &opening)? {
        lines.push(line("about_case", plain(&number)));
    }
    super::answer(
        request,
        &opening,
        &Kept {
            kind: "T",
            track: Track::Ticket,
            states: &[State::Submitted],
            outcome: kind(&opening)?,
            lines,
        },
    )
}

fn kind(opening: &Opening) -> Result<&'static str, Refusal> {
    let answers = opening.body.answers.values().filter_map(|value| value.as_str());
    answers
        .filter_map(|answer| KINDS.iter().find(|(known, _)| *known == answer))
        .map(|(_, kind)| *kind)
        .next()
        .ok_or_else(|| Refusal::invalid("/answers", "no_kind"))
}

/// Number of the matter that it is about. Who is signed in can name only an own one; what somebody
/// without a name writes is kept as it is and opens nothing.
fn about(request: &Request<'_>, opening: &Opening) -> Result<Option<String>, Refusal> {
    let named = NUMBERS
        .into_iter()
        .map(|field| (field, opening.answer(field).trim()))
        .find(|(_, number)| !number.is_empty());
    let Some((field, number)) = named else {
        return Ok(None);
    };
    if opening.people.is_some() {
        let own = request
            .db
            .query_row(
                "SELECT 1 FROM application WHERE number = ?1 AND applicant_id_no = ?2",
                params![number, opening.id_no()],
                |_| Ok(()),
            )
            .optional()?;
        if own.is_none() {
            return Err(Refusal::invalid(&format!("/answers/{field}"), "not_yours"));
        }
    }
    Ok(Some(number.to_owned()))
}
