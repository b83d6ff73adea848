//! The search for a missing person (C02): one picture against all people in, and formerly in, the
//! rescue institutions. No portrait and no name of a sheltered person ever leaves, and the picture is
//! deleted as soon as the search is answered.

use kiosk::catalogue::model::{FieldType, Service};
use kiosk::face::matching::band;
use kiosk::face::thresholds::FaceThresholds;
use kiosk::protocol::body::{ScoreBand, Words};
use kiosk::protocol::information::Line;
use rusqlite::params;

use super::matters::{self, Kept};
use super::states::State;
use super::track::Track;
use super::{applications, day, uploads};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::picture;
use crate::problem::{Case, Refusal};
use crate::sheltered::{CaseFile, Stay};
use crate::words::{text, words};

/// Searches of one person on one day.
const DAILY: u32 = 5;

/// `POST /v1/missing-person-searches`.
pub fn search(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = matters::read(request)?;
    let person = opening.person(request)?.to_owned();
    let field = photo_field(&opening.service)?;
    refuse_too_many(request, &person)?;
    let upload = opening.body.materials.get(&field);
    let upload = upload.ok_or_else(|| Refusal::invalid(&format!("/materials/{field}"), "required"))?;
    let picture = uploads::picture(request, &opening.body.service_id, &field, upload)?;
    let found = look(request, &picture)?;
    uploads::delete(request, upload)?;
    count(request, &person, found.name())?;
    let id = matters::keep(
        request,
        &opening,
        &Kept {
            kind: "X",
            track: Track::Report,
            states: found.states(),
            outcome: found.name(),
            lines: lines(&found),
        },
    )?;
    Answer::created(&applications::state(request, &id)?)
}

/// The field that holds the picture.
fn photo_field(service: &Service) -> Result<String, Refusal> {
    let field = service.fields.iter().find(|field| field.kind == FieldType::Photo);
    field
        .map(|field| field.id.clone())
        .ok_or_else(|| Case::NotFound.into())
}

fn refuse_too_many(request: &Request<'_>, person: &str) -> Result<(), Refusal> {
    let done: u32 = request.db.query_row(
        "SELECT count(*) FROM person_search WHERE person_hash = ?1 AND on_date = ?2",
        params![request.office.person_hash(person), day(request.now).to_string()],
        |row| row.get(0),
    )?;
    if done < DAILY {
        return Ok(());
    }
    let mut refusal = Refusal::from(Case::RateLimited).with("daily_limit", DAILY);
    refusal.problem.user_message = text("search.daily_limit");
    refusal.problem.retry_after_s = None;
    Err(refusal)
}

fn count(request: &Request<'_>, person: &str, outcome: &str) -> Result<(), Refusal> {
    request.db.execute(
        "INSERT INTO person_search (person_hash, on_date, outcome) VALUES (?1, ?2, ?3)",
        params![
            request.office.person_hash(person),
            day(request.now).to_string(),
            outcome
        ],
    )?;
    Ok(())
}

/// What the search brought.
enum Found<'a> {
    Match(&'a CaseFile),
    Review,
    Nobody,
}

impl Found<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Match(case) if case.state == Stay::Sheltered => "possible_match",
            Self::Match(_) => "formerly_sheltered",
            Self::Review => "manual_review",
            Self::Nobody => "no_match",
        }
    }

    /// What people must look at stays open; everything else is answered and closed.
    fn states(&self) -> &'static [State] {
        match self {
            Self::Review => &[State::Submitted],
            _ => &[State::Submitted, State::Accepted, State::Closed],
        }
    }
}

/// One to many, judged by the same thresholds as at the terminals.
fn look<'a>(request: &Request<'a>, jpeg: &[u8]) -> Result<Found<'a>, Refusal> {
    let office = request.office;
    let unavailable = || Refusal::from(Case::UpstreamUnavailable);
    let picture = picture::kept(jpeg).map_err(|_| unavailable())?;
    let face = office.faces.embedding(&picture).map_err(|_| unavailable())?;
    // A picture on which nobody can be made out is for people to look at.
    let Some(face) = face else {
        return Ok(Found::Review);
    };
    let Some((case, cosine)) = office.sheltered.nearest(&face) else {
        return Ok(Found::Nobody);
    };
    Ok(match band(cosine, &FaceThresholds::default()) {
        ScoreBand::Pass => Found::Match(case),
        ScoreBand::Low => Found::Review,
        ScoreBand::Fail => Found::Nobody,
    })
}

/// Where to call, and with which number; who it is, the institution says to relatives only.
fn lines(found: &Found<'_>) -> Vec<Line> {
    let line = |label: &str, value: Words| Line {
        label: text(label),
        value,
    };
    let plain = |value: &str| words(value, value);
    match found {
        Found::Match(case) => vec![
            line("search.institution", (*case.institution.title).clone()),
            line("search.case_number", plain(&case.number)),
            line("search.telephone", plain(&case.institution.telephone)),
            line("search.address", (*case.institution.address).clone()),
        ],
        Found::Review => vec![line("search.next", text("search.next.review"))],
        Found::Nobody => vec![line("search.next", text("search.next.nobody"))],
    }
}
