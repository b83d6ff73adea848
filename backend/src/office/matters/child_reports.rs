//! Reports of children who are left behind or in difficulty. What kind of case it may be is advice
//! to the officer: it is kept, and no answer tells it (PIPL art. 24).

use std::collections::BTreeMap;

use kiosk::catalogue::model::{RouteOutcome, RuleType, Service};
use kiosk::catalogue::predicate::Facts;
use rusqlite::params;

use super::super::states::State;
use super::super::track::Track;
use super::super::{day, judge};
use super::{Kept, Opening};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;

/// Key of the urgent route among the labels.
const URGENT: &str = "urgent";

/// `POST /v1/child-reports`.
pub fn report(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = super::read(request)?;
    let id = super::keep(
        request,
        &opening,
        &Kept {
            kind: "B",
            track: Track::Report,
            states: &[State::Submitted],
            outcome: "received",
            lines: Vec::new(),
        },
    )?;
    advise(request, &opening, &id)?;
    Answer::created(&super::applications::state(request, &id)?)
}

fn advise(request: &Request<'_>, opening: &Opening, id: &str) -> Result<(), Refusal> {
    let answers = &opening.body.answers;
    let facts = judge::facts(request, opening.id_no(), &[], answers);
    let labels = labels(
        &opening.service,
        Facts {
            answers,
            facts: &facts,
            today: day(request.now),
        },
    );
    let urgent = labels.get(URGENT).is_some_and(|label| *label == "yes");
    request.db.execute(
        "UPDATE application SET labels = ?2, urgent = ?3 WHERE id = ?1",
        params![id, serde_json::to_string(&labels)?, urgent],
    )?;
    Ok(())
}

/// `yes`, `no` or `review` for each label and for the urgent route: one rule that holds is enough,
/// and what nobody can tell is looked at by an officer.
pub fn labels(service: &Service, known: Facts<'_>) -> BTreeMap<String, &'static str> {
    let mut judged: BTreeMap<String, Option<bool>> = BTreeMap::new();
    for rule in &service.rules {
        let label = match rule.kind {
            RuleType::Classification => rule.label.clone(),
            RuleType::Route if rule.outcome == Some(RouteOutcome::UrgentQueue) => Some(URGENT.to_owned()),
            _ => None,
        };
        let Some(label) = label else { continue };
        let verdict = rule.when.judge(known);
        let entry = judged.entry(label).or_insert(Some(false));
        *entry = match (*entry, verdict) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (None, _) | (_, None) => None,
            _ => Some(false),
        };
    }
    judged
        .into_iter()
        .map(|(label, verdict)| {
            let word = match verdict {
                Some(true) => "yes",
                Some(false) => "no",
                None => "review",
            };
            (label, word)
        })
        .collect()
}
