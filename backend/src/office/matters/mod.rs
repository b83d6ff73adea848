//! Matters that one keyed POST opens at once: bookings, reports, packages, tickets and the like.
//! All take an `Application` and answer with its `ApplicationState`.

pub mod appointments;
pub mod child_reports;
pub mod confirmations;
pub mod enrolments;
pub mod material_checks;
pub mod requests;
pub mod tickets;

use kiosk::catalogue::model::Service;
use kiosk::protocol::body::{Application, Words};
use kiosk::protocol::information::Line;
use rusqlite::params;

use super::judge::{self, Matter};
use super::parties::{self, People};
use super::states::{self, State, Told};
use super::track::Track;
use super::{applications, new_id, number, prefill};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::text;

/// A matter that passed the catalogue's conditions and is not kept yet.
pub struct Opening {
    /// Service, as it reads in the region of the matter.
    pub service: Service,
    /// Body with completed answers.
    pub body: Application,
    /// Everyone; none where nobody signed in.
    pub people: Option<People>,
}

impl Opening {
    /// Card number of whom it is about; empty without login.
    pub fn id_no(&self) -> &str {
        self.people.as_ref().map_or("", |people| &people.principal.id_no)
    }

    /// Card number of the person, for what cannot be done unnamed.
    ///
    /// # Errors
    /// `assurance-too-low`.
    pub fn person(&self, request: &Request<'_>) -> Result<&str, Refusal> {
        match &self.people {
            Some(people) => Ok(&people.principal.id_no),
            None => Err(request
                .session()?
                .person(1)
                .err()
                .unwrap_or(Case::AssuranceTooLow.into())),
        }
    }

    /// A text answer; empty for none.
    pub fn answer(&self, id: &str) -> &str {
        self.body
            .answers
            .get(id)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    }
}

/// Reads and judges the body of a request whose route the service must call.
pub fn read(request: &Request<'_>) -> Result<Opening, Refusal> {
    read_with(request, false)
}

/// [`read`] for a check whose very question is which papers are missing.
pub fn read_without_papers(request: &Request<'_>) -> Result<Opening, Refusal> {
    read_with(request, true)
}

fn read_with(request: &Request<'_>, papers_may_miss: bool) -> Result<Opening, Refusal> {
    let mut body: Application = request.json()?;
    let service = prefill::service_of(request, &body.service_id, body.service_rev)?;
    let service = prefill::in_region(request, service, &body.region)?;
    let call = format!("POST {}", request.received.route);
    if !service.ops.iter().any(|op| op.call == call) {
        return Err(Refusal::invalid("/service_id", "not_offered"));
    }
    let people = people(request, &service, &body)?;
    judge::check_signed(&body)?;
    judge::complete(request, &service, people.as_ref(), &mut body.answers)?;
    let mut matter = Matter::of(&service, people.as_ref(), &body);
    if papers_may_miss {
        let papers = service.materials.iter().map(|material| material.id.clone());
        matter.materials.extend(papers);
    }
    judge::judge(request, &matter)?;
    Ok(Opening {
        service,
        body,
        people,
    })
}

/// Everyone of the matter. A service without login asks nobody who they are (未成年人保护法 art. 11).
fn people(request: &Request<'_>, service: &Service, body: &Application) -> Result<Option<People>, Refusal> {
    let named = request.session()?.subject.is_some();
    if service.login.level < 2 && !named {
        return Ok(None);
    }
    parties::of_matter(request, service, &body.parties).map(Some)
}

/// How an opened matter is kept.
pub struct Kept {
    /// First letter of its number.
    pub kind: &'static str,
    /// The way it goes.
    pub track: Track,
    /// States that it reaches at once.
    pub states: &'static [State],
    /// What came of it.
    pub outcome: &'static str,
    /// What the person must know.
    pub lines: Vec<Line>,
}

/// Keeps a matter and gives its id.
pub fn keep(request: &Request<'_>, opening: &Opening, kept: &Kept) -> Result<String, Refusal> {
    let (id, now) = (new_id(), request.now_ms());
    let number = number(request.db, kept.kind, request.now)?;
    let body = &opening.body;
    let name = opening
        .people
        .as_ref()
        .map_or("", |people| people.principal.name.as_str());
    request.db.execute(
        "INSERT INTO application (id, number, service_id, service_rev, region, state, terminal, applicant_id_no,
                                  applicant_name, answers, signature, created_at, submitted_at, track, outcome, lines)
         VALUES (?1, ?2, ?3, ?4, ?5, 'draft', ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13, ?14)",
        params![
            id,
            number,
            body.service_id,
            body.service_rev,
            body.region,
            request.received.terminal,
            opening.id_no(),
            name,
            serde_json::to_string(&body.answers)?,
            body.signature.as_ref().map(serde_json::to_string).transpose()?,
            now,
            kept.track.name(),
            kept.outcome,
            serde_json::to_string(&kept.lines)?
        ],
    )?;
    if let Some(people) = &opening.people {
        parties::record(request, &id, people)?;
    }
    for state in kept.states {
        states::enter(request, &id, *state, now, &Told::default())?;
    }
    Ok(id)
}

/// Keeps a matter and answers with its state.
pub fn answer(request: &Request<'_>, opening: &Opening, kept: &Kept) -> Result<Answer, Refusal> {
    let id = keep(request, opening, kept)?;
    Answer::created(&applications::state(request, &id)?)
}

/// A line of the answer, named by a text of `texts/office.toml`.
pub fn line(label: &str, value: Words) -> Line {
    Line {
        label: text(&format!("line.{label}")),
        value,
    }
}
