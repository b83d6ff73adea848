//! Applications: created, kept as a draft, submitted, followed.

use std::collections::{BTreeMap, BTreeSet};

use kiosk::catalogue::model::{Authority, Service, Step, StepType};
use kiosk::protocol::body::{Application, ApplicationState, Signature, TimelineEntry, Words};
use kiosk::protocol::information::Line;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

use super::judge::{self, Matter};
use super::parties;
use super::states::{self, State, Told};
use super::track::Track;
use super::{
    authorisations, consents, day, means_check, new_id, number, packages, prefill, review, staff, uploads,
};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::words;

/// A row of the table.
pub struct Stored {
    /// Id.
    pub id: String,
    /// 受理编号, once submitted.
    pub number: Option<String>,
    /// Service.
    pub service_id: String,
    /// Revision of the service with which it began.
    pub service_rev: u32,
    /// Region whose rules apply.
    pub region: String,
    /// The way it goes.
    pub track: Track,
    /// Title, where it is not that of the service.
    pub title: Option<Words>,
    /// Who decides, where it is not the usual office.
    pub office: Option<Words>,
    /// State of services.md 4.6.
    pub state: State,
    /// Version of the draft.
    pub etag: u32,
    /// Card number of the applicant.
    pub id_no: String,
    /// Name of the applicant.
    pub name: String,
    /// Answers.
    pub answers: BTreeMap<String, Value>,
    /// When it was created.
    pub created_at: i64,
    /// When it was submitted.
    pub submitted_at: Option<i64>,
    /// What came of it.
    pub outcome: String,
    /// What the person must know.
    pub lines: Vec<Line>,
}

/// Reads a row of `SELECT *`.
pub fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let (answers, lines): (String, String) = (row.get("answers")?, row.get("lines")?);
    let (track, state): (String, String) = (row.get("track")?, row.get("state")?);
    let words = |column: &str| -> rusqlite::Result<Option<Words>> {
        let text: Option<String> = row.get(column)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    };
    Ok(Stored {
        id: row.get("id")?,
        number: row.get("number")?,
        service_id: row.get("service_id")?,
        service_rev: row.get("service_rev")?,
        region: row.get("region")?,
        track: Track::of(&track),
        title: words("title")?,
        office: words("office")?,
        state: State::of(&state).unwrap_or(State::Closed),
        etag: row.get("etag")?,
        id_no: row.get("applicant_id_no")?,
        name: row.get("applicant_name")?,
        answers: serde_json::from_str(&answers).unwrap_or_default(),
        created_at: row.get("created_at")?,
        submitted_at: row.get("submitted_at")?,
        outcome: row.get("outcome")?,
        lines: serde_json::from_str(&lines).unwrap_or_default(),
    })
}

/// An application of the identified person, or one that they took part in, brought up to now.
/// Another person's does not exist.
pub fn own(request: &Request<'_>) -> Result<Stored, Refusal> {
    owned(request, request.param("application_id"))
}

/// [`own`], by an id that stands elsewhere.
pub fn owned(request: &Request<'_>, id: &str) -> Result<Stored, Refusal> {
    let (id_no, _) = request.session()?.person(2)?;
    let stored = request
        .db
        .query_row(
            "SELECT * FROM application WHERE id = ?1 AND (applicant_id_no = ?2
             OR EXISTS (SELECT 1 FROM application_party WHERE application_id = ?1 AND id_no = ?2))",
            params![id, id_no],
            read,
        )
        .optional()?
        .ok_or(Case::NotFound)?;
    review::settle(request, stored)
}

/// `POST /v1/applications`. Services with a submission step of their own begin as drafts; the
/// others are submitted at once.
pub fn create(request: &Request<'_>) -> Result<Answer, Refusal> {
    let mut body: Application = request.json()?;
    let service = prefill::service_of(request, &body.service_id, body.service_rev)?;
    let service = &prefill::in_region(request, service, &body.region)?;
    let people = parties::of_matter(request, service, &body.parties)?;
    let applicant = &people.principal;
    let draft = has_draft(service);
    judge::check_signed(&body)?;
    judge::complete(request, service, Some(&people), &mut body.answers)?;
    if !draft {
        judge::judge(request, &Matter::of(service, Some(&people), &body))?;
        judge::refuse_duplicate(request, service, &applicant.id_no)?;
    }
    let id = new_id();
    let track = Track::of_application(service);
    let office = track
        .is_of_one_office()
        .then(|| serde_json::to_string(&decider(&service.service.authority)))
        .transpose()?;
    request.db.execute(
        "INSERT INTO application (id, service_id, service_rev, region, state, terminal, applicant_id_no,
                                  applicant_name, answers, signature, created_at, track, office)
         VALUES (?1, ?2, ?3, ?4, 'draft', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            id,
            body.service_id,
            body.service_rev,
            body.region,
            request.received.terminal,
            applicant.id_no,
            applicant.name,
            serde_json::to_string(&body.answers)?,
            body.signature.as_ref().map(serde_json::to_string).transpose()?,
            request.now_ms(),
            track.name(),
            office
        ],
    )?;
    parties::record(request, &id, &people)?;
    uploads::attach(request, &id, &body)?;
    consents::attach(request, &id, &body.service_id)?;
    if !draft {
        put_in(request, &id)?;
    }
    Answer::created(&state(request, &id)?)
}

fn decider(authority: &Authority) -> Words {
    words(&authority.zh, authority.en.as_deref().unwrap_or(&authority.zh))
}

/// The rules under which an application began: its letter, its submission and its decision keep to them.
pub fn began_under(request: &Request<'_>, stored: &Stored) -> Result<Service, Refusal> {
    let (id, rev, region) = (&stored.service_id, stored.service_rev, &stored.region);
    request.office.service_at(id, rev, region, day(request.now))
}

fn has_draft(service: &Service) -> bool {
    let kept = |step: &Step| step.save.is_some() || step.kind == StepType::Authorise;
    service.steps.iter().any(kept) || service.ops.iter().any(|op| op.call.ends_with("/submission"))
}

/// `PUT /v1/applications/{application_id}/draft`, with the `ETag` it was read with.
pub fn save_draft(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = own(request)?;
    if !stored.state.is_editable() {
        return Err(Case::ApplicationSubmitted.into());
    }
    let known = request.received.header("if-match").unwrap_or_default();
    if known.trim_matches('"') != stored.etag.to_string() {
        return Err(Case::EditConflict.into());
    }
    let mut body: Application = request.json()?;
    if body.service_rev != stored.service_rev {
        return Err(
            Refusal::invalid("/service_rev", "other_revision").with("current_rev", stored.service_rev)
        );
    }
    let service = &began_under(request, &stored)?;
    judge::check_signed(&body)?;
    let people = parties::of_draft(request, service, &stored, &body.parties)?;
    judge::complete(request, service, Some(&people), &mut body.answers)?;
    parties::record(request, &stored.id, &people)?;
    uploads::attach(request, &stored.id, &body)?;
    consents::attach(request, &stored.id, &stored.service_id)?;
    request.db.execute(
        "UPDATE application SET answers = ?2, signature = ?3, etag = etag + 1 WHERE id = ?1",
        params![
            stored.id,
            serde_json::to_string(&body.answers)?,
            body.signature.as_ref().map(serde_json::to_string).transpose()?
        ],
    )?;
    Ok(Answer::ok(&state(request, &stored.id)?)?.tagged((stored.etag + 1).to_string()))
}

/// `POST /v1/applications/{application_id}/submission`: of a draft, of one that waited for
/// signatures, and of one that came back for correction.
pub fn submit(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = own(request)?;
    if !stored.state.next().contains(&State::Submitted) {
        return Err(Case::ApplicationSubmitted.into());
    }
    let service = &began_under(request, &stored)?;
    let signature: Option<Signature> = request
        .db
        .query_row(
            "SELECT signature FROM application WHERE id = ?1",
            [&stored.id],
            |row| row.get::<_, Option<String>>(0),
        )?
        .map(|text| serde_json::from_str(&text))
        .transpose()?;
    let matter = Matter {
        service,
        id_no: &stored.id_no,
        people: roles_of(request, service, &stored)?,
        answers: &stored.answers,
        materials: materials_of(request, &stored.id)?,
        signature: signature.as_ref(),
        draft: Some(&stored.id),
    };
    judge::judge(request, &matter)?;
    judge::refuse_duplicate(request, service, &stored.id_no)?;
    authorisations::use_for(request, service, &stored)?;
    put_in(request, &stored.id)?;
    Answer::created(&state(request, &stored.id)?)
}

/// Role and card number of everyone who takes part in a kept application.
fn roles_of(
    request: &Request<'_>,
    service: &Service,
    stored: &Stored,
) -> Result<Vec<(String, String)>, Refusal> {
    let mut query = request
        .db
        .prepare("SELECT role, id_no FROM application_party WHERE application_id = ?1 ORDER BY role")?;
    let others = query.query_map([&stored.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let own = (service.own_role().to_owned(), stored.id_no.clone());
    std::iter::once(Ok(own))
        .chain(others)
        .collect::<Result<_, rusqlite::Error>>()
        .map_err(Refusal::from)
}

/// Ids of the materials whose pictures belong to a kept application.
fn materials_of(request: &Request<'_>, id: &str) -> Result<BTreeSet<String>, Refusal> {
    let mut query = request
        .db
        .prepare("SELECT DISTINCT about FROM upload WHERE application_id = ?1")?;
    let about = query.query_map([id], |row| row.get(0))?;
    Ok(about.collect::<Result<_, _>>()?)
}

/// `GET /v1/applications`: mine, newest first.
pub fn mine(request: &Request<'_>) -> Result<Answer, Refusal> {
    let (id_no, _) = request.session()?.person(2)?;
    let mut query = request
        .db
        .prepare("SELECT * FROM application WHERE applicant_id_no = ?1 ORDER BY created_at DESC LIMIT 50")?;
    let all: Vec<Stored> = query.query_map([id_no], read)?.collect::<Result<_, _>>()?;
    let entries: Vec<Value> = all
        .into_iter()
        .map(|stored| {
            let stored = review::settle(request, stored)?;
            Ok(json!({
                "application_id": stored.id, "number": stored.number, "service_id": stored.service_id,
                "title": title(request, &stored), "state": stored.state, "etag": stored.etag,
            }))
        })
        .collect::<Result<_, Refusal>>()?;
    Answer::ok(&json!({ "applications": entries }))
}

/// `GET /v1/applications/{application_id}/timeline`.
pub fn timeline(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = own(request)?;
    let timeline: Vec<TimelineEntry> = review::timeline(request, &stored)?;
    Answer::ok(&json!({ "timeline": timeline }))
}

/// What a matter is called.
pub fn title(request: &Request<'_>, stored: &Stored) -> Words {
    let service = request.office.services.catalogue.service(&stored.service_id);
    let own = stored.title.clone();
    own.or_else(|| service.map(|service| (*service.service.title).clone()))
        .unwrap_or_default()
}

/// A matter by id, as it is kept.
pub fn find(request: &Request<'_>, id: &str) -> Result<Stored, Refusal> {
    Ok(request
        .db
        .query_row("SELECT * FROM application WHERE id = ?1", [id], read)?)
}

/// A matter as the terminal gets it.
pub fn state(request: &Request<'_>, id: &str) -> Result<ApplicationState, Refusal> {
    let stored = find(request, id)?;
    Ok(ApplicationState {
        timeline: review::timeline(request, &stored)?,
        cases: packages::cases(request, &stored)?,
        application_id: stored.id,
        number: stored.number,
        etag: (stored.state == State::Draft).then_some(stored.etag),
        state: stored.state.name().to_owned(),
        outcome: stored.outcome,
        lines: stored.lines,
    })
}

/// The first time it gets its number; after a correction it keeps it.
fn put_in(request: &Request<'_>, id: &str) -> Result<(), Refusal> {
    let now = request.now_ms();
    staff::note_help(request, id)?;
    states::enter(request, id, State::Submitted, now, &Told::default())?;
    request.db.execute(
        "UPDATE application SET submitted_at = ?2 WHERE id = ?1",
        params![id, now],
    )?;
    let stored = find(request, id)?;
    if stored.track == Track::Assistance {
        means_check::start(request, id)?;
    }
    if stored.number.is_some() {
        return Ok(());
    }
    let number = number(request.db, "A", request.now)?;
    request.db.execute(
        "UPDATE application SET number = ?2 WHERE id = ?1",
        params![id, number],
    )?;
    tell_number(request, id, &number)
}

/// The number follows by message: whoever got no slip has it all the same.
pub fn tell_number(request: &Request<'_>, id: &str, number: &str) -> Result<(), Refusal> {
    let id_no: String = request.db.query_row(
        "SELECT applicant_id_no FROM application WHERE id = ?1",
        [id],
        |row| row.get(0),
    )?;
    let Some(resident) = request.office.register.find(&id_no) else {
        return Ok(());
    };
    let text = crate::words::chinese("sms.submitted").replace("{number}", number);
    super::sample::send_sms(request, &resident.phone, &text)
}
