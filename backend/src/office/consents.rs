//! Consent receipts and their withdrawal.

use kiosk::protocol::body::{Consent, ConsentRecorded};
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::{new_id, number};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// `POST /v1/consents`: only to the text that stands in the catalogue now.
pub fn record(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Consent = request.json()?;
    let catalogue = &request.office.services.catalogue;
    request.office.service(&body.service_id)?;
    let text = catalogue
        .consents
        .get(&body.template)
        .ok_or_else(|| Refusal::invalid("/template", "unknown_template"))?;
    if body.version != text.version || body.text_sha256 != text.sha256(&body.language) {
        return Err(Refusal::from(Case::ConsentVersionOld).with("current_version", text.version));
    }
    if body.data.is_empty() || !body.data.iter().all(|kind| text.data.contains(kind)) {
        return Err(Refusal::invalid("/data", "not_in_text"));
    }
    let recorded = ConsentRecorded {
        consent_id: new_id(),
        receipt_number: number(request.db, "C", request.now)?,
    };
    request.db.execute(
        "INSERT INTO consent (id, session_id, receipt_number, template, version, text_sha256, language, data,
                              service_id, given_at, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            recorded.consent_id,
            request.session()?.id,
            recorded.receipt_number,
            body.template,
            body.version,
            body.text_sha256,
            body.language,
            body.data.join(","),
            body.service_id,
            body.at,
            request.now_ms()
        ],
    )?;
    Answer::created(&recorded)
}

/// `POST /v1/consents/{consent_id}/withdrawal`: as easy as giving it.
pub fn withdraw(request: &Request<'_>) -> Result<Answer, Refusal> {
    let id = request.param("consent_id");
    let changed = request.db.execute(
        "UPDATE consent SET withdrawn_at = coalesce(withdrawn_at, ?3) WHERE id = ?1 AND session_id = ?2",
        params![id, request.session()?.id, request.now_ms()],
    )?;
    if changed == 0 {
        return Err(Case::NotFound.into());
    }
    Answer::ok(&json!({ "consent_id": id, "withdrawn": true }))
}

/// Refuses unless `consent_id` is a live consent of this session to the use of `kind` of data.
pub fn require(request: &Request<'_>, consent_id: Option<&str>, kind: &str) -> Result<(), Refusal> {
    let data: Option<String> = request
        .db
        .query_row(
            "SELECT data FROM consent WHERE id = ?1 AND session_id = ?2 AND withdrawn_at IS NULL",
            params![consent_id, request.session()?.id],
            |row| row.get(0),
        )
        .optional()?;
    match data {
        Some(data) if data.split(',').any(|one| one == kind) => Ok(()),
        _ => Err(Refusal::from(Case::ConsentRequired).with("data", kind)),
    }
}

/// What this session agreed to for a service goes with its draft, which may be sent on another day.
pub fn attach(request: &Request<'_>, application: &str, service_id: &str) -> Result<(), Refusal> {
    request.db.execute(
        "INSERT OR IGNORE INTO application_consent (application_id, consent_id)
         SELECT ?1, id FROM consent WHERE session_id = ?2 AND service_id = ?3 AND withdrawn_at IS NULL",
        params![application, request.session()?.id, service_id],
    )?;
    Ok(())
}

/// Refuses unless this session, or the draft, has a live consent to the text `template` for the service.
pub fn given(
    request: &Request<'_>,
    template: &str,
    service_id: &str,
    draft: Option<&str>,
) -> Result<(), Refusal> {
    let there: bool = request.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM consent
         WHERE (session_id = ?1 OR id IN (SELECT consent_id FROM application_consent WHERE application_id = ?4))
         AND template = ?2 AND service_id = ?3 AND withdrawn_at IS NULL)",
        params![request.session()?.id, template, service_id, draft],
        |row| row.get(0),
    )?;
    if there {
        Ok(())
    } else {
        Err(Refusal::from(Case::ConsentRequired).with("template", template))
    }
}
