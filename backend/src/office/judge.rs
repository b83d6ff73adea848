//! Whether a matter may be put in: the same catalogue, judged by the same code as at the terminal.

use std::collections::{BTreeMap, BTreeSet};

use kiosk::catalogue::model::{
    Acquire, ElseOutcome, Field, FieldType, Material, OnRefuse, Rule, Service, Step, StepType,
};
use kiosk::catalogue::predicate::{Facts, Predicate};
use kiosk::catalogue::validate;
use kiosk::protocol::body::{Application, Signature};
use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};

use super::parties::{self, People};
use super::track::Track;
use super::{consents, day, household, prefill};
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// What is judged. Without login `id_no` is empty.
pub struct Matter<'a> {
    /// Rules, in effect for the region and the day.
    pub service: &'a Service,
    /// Card number of whom it is about.
    pub id_no: &'a str,
    /// Everyone, by role.
    pub people: Vec<(String, String)>,
    /// Answers, completed.
    pub answers: &'a BTreeMap<String, Value>,
    /// Pictures by the id of their material or field.
    pub materials: BTreeSet<String>,
    /// Signature.
    pub signature: Option<&'a Signature>,
    /// The draft that it was: what was agreed to with it still holds.
    pub draft: Option<&'a str>,
}

impl<'a> Matter<'a> {
    /// Of the body of a request.
    pub fn of(service: &'a Service, people: Option<&'a People>, body: &'a Application) -> Self {
        Self {
            service,
            id_no: people.map_or("", |people| &people.principal.id_no),
            people: people.map(roles).unwrap_or_default(),
            answers: &body.answers,
            materials: body.materials.keys().cloned().collect(),
            signature: body.signature.as_ref(),
            draft: None,
        }
    }
}

/// Role and card number of everyone.
pub fn roles(people: &People) -> Vec<(String, String)> {
    people
        .iter()
        .map(|party| (party.role.clone(), party.id_no.clone()))
        .collect()
}

/// Unknown answers are refused; what the card and the registers say is put in by the server, and
/// an answer that says otherwise is refused: nobody applies with another's data.
pub fn complete(
    request: &Request<'_>,
    service: &Service,
    people: Option<&People>,
    answers: &mut BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    for (id, value) in answers.iter() {
        if service.field(id).is_none()
            && !answers_a_step(service, id, value)
            && !household::is_list(service, id)
        {
            return Err(Refusal::invalid(&format!("/answers/{id}"), "unknown_field"));
        }
    }
    let Some(people) = people else { return Ok(()) };
    let resident = request.office.register.find(&people.principal.id_no);
    let mut fixed: BTreeMap<String, Value> = prefill::fields(service, resident)
        .into_iter()
        .filter(|(id, _)| service.field(id).is_some_and(|field| !field.editable))
        .map(|(id, field)| (id, field.value))
        .collect();
    fixed.extend(parties::known_answers(service, people));
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

/// `answers.<step id>` of a `select`, a `book`, or a list to choose from.
fn answers_a_step(service: &Service, id: &str, value: &Value) -> bool {
    let step = id
        .strip_prefix("answers.")
        .and_then(|id| service.steps.iter().find(|step| step.id == id));
    let (Some(step), Some(text)) = (step, value.as_str()) else {
        return false;
    };
    let offered = step.choices.is_empty() || step.choices.iter().any(|choice| choice.code == text);
    offered && text.chars().count() <= STEP_ANSWER
}

/// Characters of a step's answer: a code, or the id of a thing or a time.
const STEP_ANSWER: usize = 120;

/// Facts for the conditions: the registers', the steps' answers, and who is there.
pub fn facts(
    request: &Request<'_>,
    id_no: &str,
    people: &[(String, String)],
    answers: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let mut facts = prefill::facts(request.office.register.find(id_no));
    let steps = answers.iter().filter(|(id, _)| id.starts_with("answers."));
    facts.extend(steps.map(|(id, value)| (id.clone(), value.clone())));
    for (role, number) in people {
        facts.insert(format!("parties.{role}"), json!(true));
        for (other, others) in people.iter().filter(|(other, _)| other != role) {
            let name = format!("parties.{role}_differs_from_{other}");
            facts.insert(name, json!(number != others));
        }
    }
    facts
}

/// Consents, fields, papers, conditions and signature.
///
/// # Errors
/// What stands in the way, fields and papers all at once.
pub fn judge(request: &Request<'_>, matter: &Matter<'_>) -> Result<(), Refusal> {
    let service = matter.service;
    consented(request, service, matter.draft)?;
    let facts = facts(request, matter.id_no, &matter.people, matter.answers);
    let known = Facts {
        answers: matter.answers,
        facts: &facts,
        today: day(request.now),
    };
    let mut faults = field_faults(request, matter, known);
    faults.extend(household::faults(request, service, matter.id_no, matter.answers));
    faults.extend(material_faults(matter, known));
    if let Some(refusal) = all_at_once(faults) {
        return Err(refusal);
    }
    for rule in &service.rules {
        if rule.when.judge(known) == Some(false) && rule.else_outcome == Some(ElseOutcome::Deny) {
            return Err(denied(service, rule));
        }
    }
    if service.steps.iter().any(|step| step.kind == StepType::Sign) {
        check_signature(matter.signature)?;
    }
    Ok(())
}

/// A consent without which the service ends must have been given in this visit, or with the draft.
pub fn consented(request: &Request<'_>, service: &Service, draft: Option<&str>) -> Result<(), Refusal> {
    for consent in &service.consents {
        if consent.on_refuse == OnRefuse::Exit {
            consents::given(request, &consent.template, &service.service.id, draft)?;
        }
    }
    Ok(())
}

/// Pointer and code of each field that is missing or wrong.
fn field_faults(request: &Request<'_>, matter: &Matter<'_>, known: Facts<'_>) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    for field in &matter.service.fields {
        if household::is_of_member(matter.service, &field.id) {
            continue;
        }
        let required = (field.required || holds(field.required_when.as_ref(), known))
            && reached(matter.service, known, |step| step.fields.contains(&field.id));
        if is_picture(field) {
            if required && !matter.materials.contains(&field.id) {
                faults.push((format!("/materials/{}", field.id), "required".to_owned()));
            }
            continue;
        }
        let options: Vec<String> = request
            .office
            .services
            .catalogue
            .options(field)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        if let Err(fault) = validate::check(field, matter.answers.get(&field.id), required, &options) {
            let code = fault.text_id().trim_start_matches("field.fault.");
            faults.push((format!("/answers/{}", field.id), code.to_owned()));
        }
    }
    faults
}

fn is_picture(field: &Field) -> bool {
    matches!(field.kind, FieldType::Photo | FieldType::Document)
}

/// Whether a condition is there and holds.
pub fn holds(when: Option<&Predicate>, known: Facts<'_>) -> bool {
    when.is_some_and(|when| when.judge(known) == Some(true))
}

/// Whether the person came by: what only steps ask that fell away is not asked at all.
pub fn reached(service: &Service, known: Facts<'_>, asks: impl Fn(&Step) -> bool) -> bool {
    let mut asking = service.steps.iter().filter(|step| asks(step)).peekable();
    asking.peek().is_none()
        || asking.any(|step| {
            step.when
                .as_ref()
                .is_none_or(|when| when.judge(known) != Some(false))
        })
}

fn material_faults(matter: &Matter<'_>, known: Facts<'_>) -> Vec<(String, String)> {
    matter
        .service
        .materials
        .iter()
        .filter(|material| {
            is_asked(material, known) && is_brought(material) && !matter.materials.contains(&material.id)
        })
        .filter(|material| {
            reached(matter.service, known, |step| {
                step.materials.contains(&material.id)
            })
        })
        .map(|material| (format!("/materials/{}", material.id), "required".to_owned()))
        .collect()
}

/// What can be had by data sharing must not be asked for (国令716号 art. 7).
pub fn is_asked(material: &Material, known: Facts<'_>) -> bool {
    let spared = holds(material.unless.as_ref(), known);
    (material.required || holds(material.required_when.as_ref(), known)) && !spared
}

/// The person brings it: neither the chip nor an electronic certificate has it.
pub fn is_brought(material: &Material) -> bool {
    !material
        .acquire
        .iter()
        .any(|way| matches!(way, Acquire::ECertificate | Acquire::CardChip))
}

fn all_at_once(faults: Vec<(String, String)>) -> Option<Refusal> {
    let mut all: Option<Refusal> = None;
    for (pointer, code) in faults {
        let one = Refusal::invalid(&pointer, &code);
        match &mut all {
            Some(all) => all.problem.errors.extend(one.problem.errors),
            None => all = Some(one),
        }
    }
    all
}

fn denied(service: &Service, rule: &Rule) -> Refusal {
    let appeal = service.after.appeal.as_ref().and_then(|text| text.get("zh-Hans"));
    let mut refusal = Refusal::from(Case::NotEligible)
        .with("rule_id", rule.id.clone())
        .with("appeal", appeal.map_or("12345", String::as_str));
    if let Some(law) = rule.law.as_ref().and_then(|law| law.get("zh-Hans")) {
        refusal = refusal.with("law", law.as_str());
    }
    if let Some(message) = &rule.message {
        refusal.problem.user_message = (**message).clone();
    }
    refusal
}

/// A signature holds for the content that came with it and for no other.
pub fn check_signed(body: &Application) -> Result<(), Refusal> {
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
pub fn check_signature(signature: Option<&Signature>) -> Result<(), Refusal> {
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
/// The sample cases stand in nobody's way.
pub fn refuse_duplicate(request: &Request<'_>, service: &Service, id_no: &str) -> Result<(), Refusal> {
    if Track::of_application(service).may_repeat() {
        return Ok(());
    }
    let existing: Option<String> = request
        .db
        .query_row(
            "SELECT id FROM application WHERE applicant_id_no = ?1 AND service_id = ?2 AND sample = 0 AND state NOT IN
             ('draft', 'awaiting_signatures', 'returned_for_correction', 'refused', 'not_accepted', 'closed', 'withdrawn', 'expired')",
            params![id_no, service.service.id],
            |row| row.get(0),
        )
        .optional()?;
    match existing {
        Some(id) => Err(Refusal::from(Case::DuplicateApplication).with("existing_id", id)),
        None => Ok(()),
    }
}
