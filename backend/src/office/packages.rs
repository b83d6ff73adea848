//! Packages (一件事): one matter of several offices. The person's answers choose the components;
//! each is a case of its own, and one begins when those before it are done.

use std::collections::BTreeSet;

use kiosk::catalogue::model::Component;
use kiosk::catalogue::predicate::Facts;
use kiosk::protocol::body::PackageCase;
use rusqlite::params;

use super::applications::{self, Stored};
use super::matters::{self, Kept, Opening};
use super::states::{self, State, Told};
use super::track::Track;
use super::{day, judge, ms, new_id, number};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// `POST /v1/packages`.
pub fn open(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = matters::read(request)?;
    let chosen = chosen(request, &opening)?;
    if chosen.is_empty() {
        return Err(Refusal::from(Case::NotEligible).with("rule_id", "no_component"));
    }
    let parent = matters::keep(
        request,
        &opening,
        &Kept {
            kind: "J",
            track: Track::Package,
            states: &[State::Submitted, State::Accepted],
            outcome: "opened",
            lines: Vec::new(),
        },
    )?;
    let ids: BTreeSet<&str> = chosen.iter().map(|component| component.id.as_str()).collect();
    for component in &chosen {
        add(request, &opening, &parent, component, &ids)?;
    }
    begin_ready(request, &parent, request.now_ms())?;
    Answer::created(&applications::state(request, &parent)?)
}

/// Components whose condition holds; what cannot be told is not begun on the person's behalf.
fn chosen<'a>(request: &Request<'_>, opening: &'a Opening) -> Result<Vec<&'a Component>, Refusal> {
    let service = &opening.service;
    let package = service.package.as_ref().ok_or(Case::NotFound)?;
    let answers = &opening.body.answers;
    let people = opening.people.as_ref().map(judge::roles).unwrap_or_default();
    let facts = judge::facts(request, opening.id_no(), &people, answers);
    let known = Facts {
        answers,
        facts: &facts,
        today: day(request.now),
    };
    Ok(package
        .components
        .iter()
        .filter(|component| {
            component
                .when
                .as_ref()
                .is_none_or(|when| when.judge(known) == Some(true))
        })
        .collect())
}

fn add(
    request: &Request<'_>,
    opening: &Opening,
    parent: &str,
    component: &Component,
    chosen: &BTreeSet<&str>,
) -> Result<(), Refusal> {
    let waits_for: Vec<&String> = component
        .after
        .iter()
        .filter(|id| chosen.contains(id.as_str()))
        .collect();
    let service = component.service.as_ref().unwrap_or(&opening.body.service_id);
    request.db.execute(
        "INSERT INTO application (id, number, service_id, service_rev, region, state, terminal, applicant_id_no,
                                  applicant_name, answers, created_at, track, title, office, parent_id, component,
                                  waits_for)
         SELECT ?1, ?2, ?3, service_rev, region, 'draft', terminal, applicant_id_no, applicant_name, answers,
                created_at, ?4, ?5, ?6, id, ?7, ?8
         FROM application WHERE id = ?9",
        params![
            new_id(),
            number(request.db, "J", request.now)?,
            service,
            Track::Component.name(),
            serde_json::to_string(&*component.title)?,
            serde_json::to_string(&*component.office)?,
            component.id,
            serde_json::to_string(&waits_for)?,
            parent
        ],
    )?;
    Ok(())
}

struct Child {
    id: String,
    component: String,
    state: State,
    waits_for: Vec<String>,
    submitted_at: Option<i64>,
}

fn children(request: &Request<'_>, parent: &str) -> Result<Vec<Child>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT id, component, state, waits_for, submitted_at FROM application WHERE parent_id = ?1 ORDER BY number",
    )?;
    let rows = query.query_map([parent], |row| {
        let (state, waits_for): (String, String) = (row.get(2)?, row.get(3)?);
        Ok(Child {
            id: row.get(0)?,
            component: row.get(1)?,
            state: State::of(&state).unwrap_or(State::Closed),
            waits_for: serde_json::from_str(&waits_for).unwrap_or_default(),
            submitted_at: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn is_done(state: State) -> bool {
    state.is_over() || matches!(state, State::Approved | State::Paid)
}

/// Begins every component that waits for nothing more. Says whether one began.
fn begin_ready(request: &Request<'_>, parent: &str, at: i64) -> Result<bool, Refusal> {
    let all = children(request, parent)?;
    let done: BTreeSet<&str> = all
        .iter()
        .filter(|child| is_done(child.state))
        .map(|child| child.component.as_str())
        .collect();
    let mut began = false;
    for child in all.iter().filter(|child| child.state == State::Draft) {
        if child.waits_for.iter().all(|id| done.contains(id.as_str())) {
            states::enter(request, &child.id, State::Submitted, at, &Told::default())?;
            request.db.execute(
                "UPDATE application SET submitted_at = ?2 WHERE id = ?1",
                params![child.id, at],
            )?;
            began = true;
        }
    }
    Ok(began)
}

/// Brings the components up to now, one after the other as their order wants. The sample offices
/// accept a component after the time of a review and finish it after a second one.
pub fn settle(request: &Request<'_>, parent: &Stored) -> Result<(), Refusal> {
    let review = ms(request.office.review);
    loop {
        let mut latest = None;
        for child in children(request, &parent.id)? {
            let Some(began) = child.submitted_at else { continue };
            for (state, at) in [
                (State::Accepted, began + review),
                (State::Approved, began + 2 * review),
            ] {
                let ahead = applications::find(request, &child.id)?.state;
                if at <= request.now_ms() && ahead.next().contains(&state) {
                    states::enter(request, &child.id, state, at, &Told::default())?;
                    latest = latest.max(Some(at));
                }
            }
        }
        let Some(at) = latest else { break };
        if !begin_ready(request, &parent.id, at)? {
            break;
        }
    }
    close_when_done(request, parent)
}

fn close_when_done(request: &Request<'_>, parent: &Stored) -> Result<(), Refusal> {
    let all = children(request, &parent.id)?;
    if all.iter().any(|child| !is_done(child.state)) {
        return Ok(());
    }
    let at: i64 = request.db.query_row(
        "SELECT max(t.at) FROM transition t JOIN application a ON a.id = t.application_id WHERE a.parent_id = ?1",
        [&parent.id],
        |row| row.get(0),
    )?;
    states::enter(request, &parent.id, State::Closed, at, &Told::default())
}

/// The cases of a package, in the order of the receipt; none for any other matter.
pub fn cases(request: &Request<'_>, parent: &Stored) -> Result<Vec<PackageCase>, Refusal> {
    if parent.track != Track::Package {
        return Ok(Vec::new());
    }
    children(request, &parent.id)?
        .into_iter()
        .map(|child| {
            let stored = applications::find(request, &child.id)?;
            Ok(PackageCase {
                title: applications::title(request, &stored),
                office: stored.office.unwrap_or_default(),
                number: stored.number.unwrap_or_default(),
            })
        })
        .collect()
}

/// Withdraws what has not been decided of a package.
pub fn withdraw(request: &Request<'_>, parent: &Stored, told: &Told) -> Result<(), Refusal> {
    for child in children(request, &parent.id)? {
        if child.state.next().contains(&State::Withdrawn) && !is_done(child.state) {
            states::enter(request, &child.id, State::Withdrawn, request.now_ms(), told)?;
        }
    }
    Ok(())
}
