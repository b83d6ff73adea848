//! Applications: created, kept as a draft, submitted, followed.

use std::collections::BTreeMap;

use kiosk::catalogue::model::{ElseOutcome, OutputKind, Rule, Service, StepType};
use kiosk::catalogue::predicate::Facts;
use kiosk::catalogue::validate;
use kiosk::protocol::body::{Application, ApplicationState, Signature, TimelineEntry};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

use super::{day, new_id, number, prefill, review};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// A row of the table.
pub struct Stored {
    /// Id.
    pub id: String,
    /// 受理编号, once submitted.
    pub number: Option<String>,
    /// Service.
    pub service_id: String,
    /// Name of the state machine.
    pub state: String,
    /// Version of the draft.
    pub etag: u32,
    /// Card number of the applicant.
    pub id_no: String,
    /// Name of the applicant.
    pub name: String,
    /// Answers.
    pub answers: BTreeMap<String, Value>,
    /// When it was submitted.
    pub submitted_at: Option<i64>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let answers: String = row.get("answers")?;
    Ok(Stored {
        id: row.get("id")?,
        number: row.get("number")?,
        service_id: row.get("service_id")?,
        state: row.get("state")?,
        etag: row.get("etag")?,
        id_no: row.get("applicant_id_no")?,
        name: row.get("applicant_name")?,
        answers: serde_json::from_str(&answers).unwrap_or_default(),
        submitted_at: row.get("submitted_at")?,
    })
}

/// An application of the identified person, brought up to now. Another person's does not exist.
pub fn own(request: &Request<'_>) -> Result<Stored, Refusal> {
    let (id_no, _) = request.session()?.person(2)?;
    let stored = request
        .db
        .query_row(
            "SELECT * FROM application WHERE id = ?1 AND applicant_id_no = ?2",
            params![request.param("application_id"), id_no],
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
    prefill::check_region(service, &body.region)?;
    let (id_no, name) = request.session()?.person(service.login.level)?;
    let draft = has_draft(service);
    check_signed(&body)?;
    complete(request, service, (id_no, name), &mut body.answers)?;
    if !draft {
        judge(request, service, id_no, &body)?;
    }
    let id = new_id();
    request.db.execute(
        "INSERT INTO application (id, service_id, service_rev, region, state, terminal, applicant_id_no,
                                  applicant_name, answers, signature, created_at)
         VALUES (?1, ?2, ?3, ?4, 'draft', ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            id,
            body.service_id,
            body.service_rev,
            body.region,
            request.received.terminal,
            id_no,
            name,
            serde_json::to_string(&body.answers)?,
            body.signature.as_ref().map(serde_json::to_string).transpose()?,
            request.now_ms()
        ],
    )?;
    if !draft {
        put_in(request, &id)?;
    }
    Answer::created(&state(request, &id)?)
}

fn has_draft(service: &Service) -> bool {
    service.ops.iter().any(|op| op.call.ends_with("/submission"))
}

/// `PUT /v1/applications/{application_id}/draft`, with the `ETag` it was read with.
pub fn save_draft(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = own(request)?;
    if stored.state != "draft" {
        return Err(Case::ApplicationSubmitted.into());
    }
    let known = request.received.header("if-match").unwrap_or_default();
    if known.trim_matches('"') != stored.etag.to_string() {
        return Err(Case::EditConflict.into());
    }
    let mut body: Application = request.json()?;
    let service = prefill::service_of(request, &stored.service_id, body.service_rev)?;
    check_signed(&body)?;
    complete(request, service, (&stored.id_no, &stored.name), &mut body.answers)?;
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

/// `POST /v1/applications/{application_id}/submission`.
pub fn submit(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = own(request)?;
    if stored.state != "draft" {
        return Err(Case::ApplicationSubmitted.into());
    }
    let service = request.office.service(&stored.service_id)?;
    let signature: Option<String> = request.db.query_row(
        "SELECT signature FROM application WHERE id = ?1",
        [&stored.id],
        |row| row.get(0),
    )?;
    let body = Application {
        service_id: stored.service_id.clone(),
        service_rev: service.service.rev,
        region: String::new(),
        answers: stored.answers.clone(),
        signature: signature.map(|text| serde_json::from_str(&text)).transpose()?,
        parties: BTreeMap::new(),
        materials: BTreeMap::new(),
    };
    judge(request, service, &stored.id_no, &body)?;
    put_in(request, &stored.id)?;
    Answer::created(&state(request, &stored.id)?)
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
            let title = request
                .office
                .services
                .catalogue
                .service(&stored.service_id)
                .map(|service| (*service.service.title).clone());
            Ok(json!({
                "application_id": stored.id, "number": stored.number, "service_id": stored.service_id,
                "title": title, "state": stored.state, "etag": stored.etag,
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

fn state(request: &Request<'_>, id: &str) -> Result<ApplicationState, Refusal> {
    let stored = request
        .db
        .query_row("SELECT * FROM application WHERE id = ?1", [id], read)?;
    Ok(ApplicationState {
        timeline: review::timeline(request, &stored)?,
        application_id: stored.id,
        number: stored.number,
        etag: (stored.state == "draft").then_some(stored.etag),
        state: stored.state,
        outcome: String::new(),
        lines: Vec::new(),
        cases: Vec::new(),
    })
}

fn put_in(request: &Request<'_>, id: &str) -> Result<(), Refusal> {
    let number = number(request.db, "A", request.now)?;
    request.db.execute(
        "UPDATE application SET state = 'submitted', number = ?2, submitted_at = ?3 WHERE id = ?1",
        params![id, number, request.now_ms()],
    )?;
    tell_number(request, id, &number)?;
    review::reached(request, id, "submitted", request.now_ms())
}

/// The number follows by message: whoever got no slip has it all the same.
fn tell_number(request: &Request<'_>, id: &str, number: &str) -> Result<(), Refusal> {
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

/// Unknown answers are refused; what the card and the registers say is put in by the server, and
/// an answer that says otherwise is refused: nobody applies with another's data.
fn complete(
    request: &Request<'_>,
    service: &Service,
    (id_no, name): (&str, &str),
    answers: &mut BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    for id in answers.keys() {
        if service.field(id).is_none() {
            return Err(Refusal::invalid(&format!("/answers/{id}"), "unknown_field"));
        }
    }
    let mut fixed: BTreeMap<String, Value> = prefill::fields(service, request.office.register.find(id_no))
        .into_iter()
        .filter(|(id, _)| service.field(id).is_some_and(|field| !field.editable))
        .map(|(id, field)| (id, field.value))
        .collect();
    let role = service.own_role();
    for (part, value) in [("name", name), ("id_no", id_no)] {
        let id = format!("{role}.{part}");
        if service.field(&id).is_some() {
            fixed.insert(id, json!(value));
        }
    }
    for (id, value) in fixed {
        match answers.get(&id) {
            Some(given) if *given != value => {
                return Err(Refusal::invalid(&format!("/answers/{id}"), "not_as_registered"));
            }
            _ => answers.insert(id, value),
        };
    }
    Ok(())
}

/// Field checks, conditions, signature and duplicates, by the catalogue that the terminal has too.
fn judge(request: &Request<'_>, service: &Service, id_no: &str, body: &Application) -> Result<(), Refusal> {
    let facts = prefill::facts(request.office.register.find(id_no));
    let known = Facts {
        answers: &body.answers,
        facts: &facts,
        today: day(request.now),
    };
    check_fields(request, service, &body.answers, known)?;
    for rule in &service.rules {
        if rule.when.judge(known) == Some(false) && rule.else_outcome == Some(ElseOutcome::Deny) {
            return Err(denied(rule));
        }
    }
    let signs = service.steps.iter().any(|step| step.kind == StepType::Sign);
    if signs {
        check_signature(body.signature.as_ref())?;
    }
    refuse_duplicate(request, service, id_no)
}

fn check_fields(
    request: &Request<'_>,
    service: &Service,
    answers: &BTreeMap<String, Value>,
    known: Facts<'_>,
) -> Result<(), Refusal> {
    let mut refusal: Option<Refusal> = None;
    for field in &service.fields {
        let catalogue = &request.office.services.catalogue;
        let options: Vec<String> = catalogue
            .options(field)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        let asked = field
            .required_when
            .as_ref()
            .is_some_and(|when| when.judge(known) == Some(true));
        let answer = answers.get(&field.id);
        if let Err(fault) = validate::check(field, answer, field.required || asked, &options) {
            let pointer = format!("/answers/{}", field.id);
            let code = fault.text_id().trim_start_matches("field.fault.");
            let one = Refusal::invalid(&pointer, code);
            match &mut refusal {
                Some(all) => all.problem.errors.extend(one.problem.errors),
                None => refusal = Some(one),
            }
        }
    }
    refusal.map_or(Ok(()), Err)
}

fn denied(rule: &Rule) -> Refusal {
    let mut refusal = Refusal::from(Case::NotEligible)
        .with("rule_id", rule.id.clone())
        .with("appeal", "12345");
    if let Some(message) = &rule.message {
        refusal.problem.user_message = (**message).clone();
    }
    refusal
}

/// A signature holds for the content that came with it and for no other.
fn check_signed(body: &Application) -> Result<(), Refusal> {
    match &body.signature {
        Some(signature) if signature.document_sha256 != body.content_sha256() => {
            Err(Refusal::invalid("/signature", "other_document"))
        }
        _ => Ok(()),
    }
}

/// A finger may slip over the edge of the box by so much, in 0.01 mm.
const SLIP: f64 = 500.0;

/// A signature is strokes inside the box.
fn check_signature(signature: Option<&Signature>) -> Result<(), Refusal> {
    let signature = signature.ok_or_else(|| Refusal::invalid("/signature", "required"))?;
    let points: usize = signature.strokes.iter().map(Vec::len).sum();
    let [width, height] = [signature.w_mm, signature.h_mm].map(|mm| f64::from(mm) * 100.0);
    let inside = signature.strokes.iter().flatten().all(|[x, y, t]| {
        let on_box = |at: i32, size: f64| (-SLIP..=size + SLIP).contains(&f64::from(at));
        on_box(*x, width) && on_box(*y, height) && *t >= 0
    });
    if signature.version != 1 || !(2..=20_000).contains(&points) || !inside {
        return Err(Refusal::invalid("/signature", "form"));
    }
    Ok(())
}

/// One open application for a benefit; certificates may be asked for as often as they are needed.
fn refuse_duplicate(request: &Request<'_>, service: &Service, id_no: &str) -> Result<(), Refusal> {
    if service
        .outputs
        .iter()
        .any(|output| output.kind == OutputKind::Certificate)
    {
        return Ok(());
    }
    let existing: Option<String> = request
        .db
        .query_row(
            "SELECT id FROM application WHERE applicant_id_no = ?1 AND service_id = ?2
             AND state NOT IN ('draft', 'refused', 'closed', 'withdrawn', 'expired')",
            params![id_no, service.service.id],
            |row| row.get(0),
        )
        .optional()?;
    match existing {
        Some(id) => Err(Refusal::from(Case::DuplicateApplication).with("existing_id", id)),
        None => Ok(()),
    }
}
