//! Open matters: the list, one of them with all that an officer needs, and the decision.

use kiosk::catalogue::model::{FieldType, Service};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::login::{self, Officer};
use super::{begin, note};
use crate::http::request::Request;
use crate::office::applications::{self, Stored};
use crate::office::states::State;
use crate::office::{
    authorisations, cases, household, masked_name, masked_phone, review, rfc3339_ms, uploads,
};
use crate::problem::{Case, Refusal};
use crate::web::form::Form;
use crate::web::html::{Html, Reply};
use crate::words::plain;

const LIST: u32 = 100;
const REASON: usize = 1000;

/// What an officer can do: id of the act and where the matter goes.
const ACTS: [(&str, State); 8] = [
    ("accept", State::Accepted),
    ("return", State::ReturnedForCorrection),
    ("not_accept", State::NotAccepted),
    ("check", State::Checking),
    ("publish", State::Publicity),
    ("approve", State::Approved),
    ("refuse", State::Refused),
    ("transfer", State::Transferred),
];

/// `GET /officer`: open matters, urgent ones first, found by number or service.
pub fn list(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let Some(officer) = login::present(request)? else {
        return Ok(Reply::to("/officer/login"));
    };
    let wanted = request.received.query.get("q").map_or("", |q| q.trim());
    let mut page = begin(request, &officer);
    let (title, search) = (page.own("web.officer.matters"), page.own("web.officer.search"));
    page.heading(&title).search("/officer", wanted, &search);
    let mut shown = 0;
    for id in open(request)? {
        let stored = review::settle(request, applications::find(request, &id)?)?;
        let title = page.pick(&applications::title(request, &stored));
        let number = stored.number.clone().unwrap_or_default();
        let found = wanted.is_empty() || number.contains(wanted) || title.contains(wanted);
        if !found || State::is_over(stored.state) {
            continue;
        }
        let state = page.own(&format!("state.{}", stored.state.name()));
        let words = format!("{number}　{title}　{state}");
        page.link(&format!("/officer/matters/{}", stored.id), &words);
        shown += 1;
    }
    if shown == 0 {
        let none = page.own("web.officer.none");
        page.paragraph(&none);
    }
    Ok(page.reply())
}

fn open(request: &Request<'_>) -> Result<Vec<String>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT id FROM application WHERE number IS NOT NULL
         AND state IN ('submitted', 'accepted', 'checking', 'publicity', 'transferred')
         ORDER BY urgent DESC, submitted_at, number LIMIT ?1",
    )?;
    let ids = query.query_map([LIST], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The matter of the address, brought up to now.
fn matter(request: &Request<'_>) -> Result<Stored, Refusal> {
    let id = request.param("application_id");
    let known: Option<String> = request
        .db
        .query_row(
            "SELECT id FROM application WHERE id = ?1 AND number IS NOT NULL",
            [id],
            |row| row.get(0),
        )
        .optional()?;
    let id = known.ok_or(Case::NotFound)?;
    review::settle(request, applications::find(request, &id)?)
}

/// `GET /officer/matters/{application_id}`. That it was looked at is written down too.
pub fn show(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let Some(officer) = login::present(request)? else {
        return Ok(Reply::to("/officer/login"));
    };
    let stored = matter(request)?;
    note(
        request,
        &officer,
        "look",
        stored.number.as_deref().unwrap_or_default(),
    )?;
    let mut page = begin(request, &officer);
    head(request, &mut page, &stored);
    if let Some(service) = request.office.services.catalogue.service(&stored.service_id) {
        answers(&mut page, service, &stored);
        letter_state(request, &mut page, &stored)?;
        pictures(request, &mut page, &stored)?;
        findings(request, &mut page, &stored)?;
    }
    history(request, &mut page, &stored)?;
    acts(&mut page, &officer, &stored);
    Ok(page.reply())
}

fn head(request: &Request<'_>, page: &mut Html, stored: &Stored) {
    let title = page.pick(&applications::title(request, stored));
    let state = page.own(&format!("state.{}", stored.state.name()));
    let (number, person, now) = (
        page.own("web.officer.case_number"),
        page.own("web.officer.person"),
        page.own("web.officer.state"),
    );
    page.heading(&title)
        .line(&number, stored.number.as_deref().unwrap_or_default())
        .line(&person, &masked_name(&stored.name))
        .line(&now, &state);
    // The matter ends under the rules of its place and of the day on which it began.
    let (region, rules) = (page.own("web.officer.region"), page.own("web.officer.rules"));
    page.line(&region, &stored.region)
        .line(&rules, &stored.service_rev.to_string());
}

/// The answers by their labels. Numbers of people stay masked on this screen as on any other.
fn answers(page: &mut Html, service: &Service, stored: &Stored) {
    let title = page.own("web.officer.data");
    page.section(&title);
    for field in &service.fields {
        if let Some(value) = stored.answers.get(&field.id) {
            let label = page.pick(&field.label);
            page.line(&label, &masked(field.kind, &words_of(value)));
        }
    }
    for member in household::members(service, &stored.answers) {
        let role = service.party(&member.role).and_then(|party| party.title.as_ref());
        let label = role.map(|words| page.pick(words));
        page.line(
            label.as_deref().unwrap_or(&member.role),
            &masked_name(&member.name),
        );
    }
}

fn words_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(words_of).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}

fn masked(kind: FieldType, value: &str) -> String {
    let ends = |head: usize, tail: usize| {
        let letters: Vec<char> = value.chars().collect();
        let hidden = letters.len().saturating_sub(head + tail);
        let first: String = letters.iter().take(head).collect();
        let last: String = letters.iter().skip(head + hidden).collect();
        format!("{first}{}{last}", "*".repeat(hidden))
    };
    match kind {
        FieldType::IdNumber => ends(3, 4),
        FieldType::BankAccount | FieldType::CardNo => ends(0, 4),
        FieldType::Phone => masked_phone(value),
        FieldType::Name => masked_name(value),
        _ => value.to_owned(),
    }
}

fn letter_state(request: &Request<'_>, page: &mut Html, stored: &Stored) -> Result<(), Refusal> {
    let Some(letter) = authorisations::of_application(request, &stored.id)? else {
        return Ok(());
    };
    let title = page.own("web.officer.letter");
    let state = page.own(&format!("letter.state.{}", letter.state));
    page.section(&title).line(&letter.number, &state);
    for signatory in &letter.signatories {
        let when = signatory.signed_at.map(rfc3339_ms);
        let waiting = page.own("web.officer.not_signed");
        page.line(&masked_name(&signatory.name), when.as_deref().unwrap_or(&waiting));
    }
    if letter.is_complete() {
        let open = page.own("web.officer.open_letter");
        page.link(&format!("/officer/matters/{}/letter", stored.id), &open);
    }
    Ok(())
}

fn pictures(request: &Request<'_>, page: &mut Html, stored: &Stored) -> Result<(), Refusal> {
    for (upload, about) in uploads::of_application(request, &stored.id)? {
        let path = format!("/officer/matters/{}/pictures/{upload}", stored.id);
        page.picture(&path, &about);
    }
    Ok(())
}

/// What the check of the means found, and the advice of the rules: an officer decides (PIPL art. 24).
fn findings(request: &Request<'_>, page: &mut Html, stored: &Stored) -> Result<(), Refusal> {
    let means: Option<Option<String>> = request
        .db
        .query_row(
            "SELECT result FROM means_check WHERE application_id = ?1",
            [&stored.id],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(result) = means {
        let (title, waiting) = (
            page.own("web.officer.means"),
            page.own("web.officer.means_waiting"),
        );
        page.section(&title);
        match result {
            Some(json) => tree(page, "", &serde_json::from_str(&json)?),
            None => {
                page.paragraph(&waiting);
            }
        }
    }
    let labels: Option<String> = request.db.query_row(
        "SELECT labels FROM application WHERE id = ?1",
        [&stored.id],
        |row| row.get(0),
    )?;
    if let Some(labels) = labels {
        let (title, advice) = (
            page.own("web.officer.advice"),
            page.own("web.officer.advice_only"),
        );
        page.section(&title).paragraph(&advice);
        tree(page, "", &serde_json::from_str(&labels)?);
    }
    Ok(())
}

/// Values with their names, branch by branch.
fn tree(page: &mut Html, name: &str, value: &Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                tree(page, key, value);
            }
        }
        Value::Array(list) => list.iter().for_each(|one| tree(page, name, one)),
        Value::Null => {}
        other => {
            page.line(name, &words_of(other));
        }
    }
}

fn history(request: &Request<'_>, page: &mut Html, stored: &Stored) -> Result<(), Refusal> {
    let title = page.own("web.officer.history");
    page.section(&title);
    for entry in review::timeline(request, stored)? {
        let words = page.pick(&entry.words);
        page.line(entry.at.as_deref().unwrap_or_default(), &words);
    }
    Ok(())
}

/// The acts that the state allows.
fn acts(page: &mut Html, officer: &Officer, stored: &Stored) {
    let allowed: Vec<&str> = ACTS
        .iter()
        .filter(|(_, to)| stored.state.next().contains(to))
        .map(|(act, _)| *act)
        .collect();
    if allowed.is_empty() {
        return;
    }
    let (title, reason, office) = (
        page.own("web.officer.decide"),
        page.own("web.officer.reason"),
        page.own("web.officer.office"),
    );
    page.section(&title)
        .form(&format!("/officer/matters/{}/acts", stored.id), false)
        .hidden("form_token", &officer.form_token)
        .text_area("reason", &reason);
    if allowed.contains(&"transfer") {
        page.input("office", &office, r#"maxlength="60""#);
    }
    for act in allowed {
        let label = page.own(&format!("web.officer.act.{act}"));
        page.button("act", act, &label);
    }
    page.end();
}

/// `POST /officer/matters/{application_id}/acts`.
pub fn act(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let officer = login::acting(request, form)?;
    let stored = matter(request)?;
    let to = ACTS
        .iter()
        .find(|(act, _)| *act == form.text("act"))
        .map(|(_, to)| *to)
        .ok_or_else(|| Refusal::invalid("/act", "unknown"))?;
    let (reason, office) = (form.text("reason").trim(), form.text("office").trim());
    if reason.chars().count() > REASON || office.chars().count() > 60 {
        return Err(Refusal::invalid("/reason", "too_long"));
    }
    if to == State::Transferred && office.is_empty() {
        return Err(Refusal::invalid("/office", "required"));
    }
    let words = |words: &str| {
        if words.is_empty() {
            Default::default()
        } else {
            plain(words)
        }
    };
    cases::decide(request, &stored, to, words(office), words(reason))?;
    if State::is_over(to) || to == State::Approved {
        let service = request.office.services.catalogue.service(&stored.service_id);
        if let Some(service) = service {
            uploads::wipe(request, service, &stored.id)?;
        }
    }
    note(
        request,
        &officer,
        form.text("act"),
        stored.number.as_deref().unwrap_or_default(),
    )?;
    Ok(Reply::to(&format!("/officer/matters/{}", stored.id)))
}

/// `GET /officer/matters/{application_id}/letter`: the sealed letter.
pub fn letter(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let officer = login::present(request)?.ok_or(Case::SessionEnded)?;
    let stored = matter(request)?;
    let letter = authorisations::of_application(request, &stored.id)?.ok_or(Case::NotFound)?;
    note(request, &officer, "read_letter", &letter.number)?;
    let document = authorisations::kept(request, &letter)?;
    Ok(Reply::of("application/pdf", document))
}

/// `GET /officer/matters/{application_id}/pictures/{upload_id}`.
pub fn picture(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    login::present(request)?.ok_or(Case::SessionEnded)?;
    let stored = matter(request)?;
    let kept: Option<Option<Vec<u8>>> = request
        .db
        .query_row(
            "SELECT picture FROM upload WHERE id = ?1 AND application_id = ?2",
            params![request.param("upload_id"), stored.id],
            |row| row.get(0),
        )
        .optional()?;
    let jpeg = kept.flatten().ok_or(Case::NotFound)?;
    Ok(Reply::of("image/jpeg", jpeg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked() {
        assert_eq!(
            masked(FieldType::IdNumber, "110000194403126227"),
            "110***********6227"
        );
        assert_eq!(
            masked(FieldType::BankAccount, "6228480402564890018"),
            "***************0018"
        );
        assert_eq!(masked(FieldType::Name, "测试甲"), "测**");
        assert_eq!(masked(FieldType::Text, "样例"), "样例");
    }
}
