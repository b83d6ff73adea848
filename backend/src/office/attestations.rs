//! Proof of life (生存认证).

use jiff::ToSpan as _;
use kiosk::catalogue::model::AttestMode;
use kiosk::protocol::body::{Attestation, Attested};
use rusqlite::{OptionalExtension, params};

use super::{day, number, prefill};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::text;

/// `POST /v1/attestations`.
pub fn attest(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Attestation = request.json()?;
    let service = prefill::service_of(request, &body.service_id, body.service_rev)?;
    let rules = service.attest.as_ref().ok_or(Case::NotFound)?;
    let mode: Option<AttestMode> = serde_json::from_value(body.mode.clone().into()).ok();
    if !mode.is_some_and(|mode| rules.modes.contains(&mode)) {
        return Err(Refusal::invalid("/mode", "not_offered"));
    }
    let (id_no, _) = request.session()?.person(service.login.level)?;
    let due = request
        .office
        .register
        .find(id_no)
        .is_some_and(|resident| resident.benefit);
    if !due {
        return Err(Case::AttestationNotDue.into());
    }
    let today = day(request.now);
    let valid_until = today
        .checked_add(i64::from(rules.valid_days).days())
        .map_err(|_| Refusal::from(Case::Internal))?;
    let next_from = valid_until
        .checked_sub(i64::from(rules.remind_days_before.unwrap_or(14)).days())
        .map_err(|_| Refusal::from(Case::Internal))?;
    let number = of_today(
        request,
        id_no,
        &body,
        &today.to_string(),
        &valid_until.to_string(),
    )?;
    Answer::created(&Attested {
        number,
        valid_until: valid_until.to_string(),
        next_from: next_from.to_string(),
        benefit: text("benefit.assistance"),
    })
}

/// One attestation a day is enough: a second visit gets the number of the first.
fn of_today(
    request: &Request<'_>,
    id_no: &str,
    body: &Attestation,
    today: &str,
    valid_until: &str,
) -> Result<String, Refusal> {
    let existing: Option<String> = request
        .db
        .query_row(
            "SELECT number FROM attestation WHERE id_no = ?1 AND service_id = ?2 AND on_date = ?3",
            params![id_no, body.service_id, today],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(number) = existing {
        return Ok(number);
    }
    let number = number(request.db, "S", request.now)?;
    request.db.execute(
        "INSERT INTO attestation (number, id_no, service_id, mode, on_date, valid_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![number, id_no, body.service_id, body.mode, today, valid_until],
    )?;
    Ok(number)
}
