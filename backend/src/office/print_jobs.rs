//! Print jobs: a document is fetched once, and a copy counts when it was delivered.

use axum::http::StatusCode;
use kiosk::protocol::body::{Delivery, PrintJob, PrintReport};
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::certificates::print_failed;
use super::e_certificates;
use super::{new_id, number};
use crate::certificate::Paper;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::services::hex;

/// `POST /v1/certificates/{certificate_id}/print-jobs`: makes the document of this copy.
pub fn create(request: &Request<'_>) -> Result<Answer, Refusal> {
    let session = request.session()?;
    let (id_no, _) = session.person(2)?;
    let certificate = request.param("certificate_id");
    e_certificates::make_printable(request, certificate, id_no)?;
    let (fields, code, printed, max_prints, revoked) = request
        .db
        .query_row(
            "SELECT c.fields, c.code, c.printed, c.max_prints, c.revoked_at IS NOT NULL
             FROM certificate c WHERE c.id = ?1 AND c.holder_id_no = ?2",
            params![certificate, id_no],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, u32>(2)?,
                    row.get::<_, u32>(3)?,
                    row.get::<_, bool>(4)?,
                ))
            },
        )
        .optional()?
        .ok_or(Case::NotFound)?;
    if revoked {
        return Err(Case::NotFound.into());
    }
    if printed >= max_prints {
        return Err(Refusal::from(Case::PrintLimitReached).with("max_prints", max_prints));
    }
    let copy_serial = number(request.db, "P", request.now)?;
    let fields = serde_json::from_str(&fields)?;
    let document = request
        .office
        .press
        .print(&Paper {
            fields: &fields,
            code: &code,
            copy_serial: &copy_serial,
        })
        .map_err(print_failed)?;
    let job = PrintJob {
        job_id: new_id(),
        copy_serial,
        sha256: hex(&Sha256::digest(&document.pdf)),
        pages: document.pages,
    };
    request.db.execute(
        "INSERT INTO print_job (id, certificate_id, terminal, session_id, copy_serial, sha256, pages, document, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            job.job_id,
            certificate,
            request.received.terminal,
            session.id,
            job.copy_serial,
            job.sha256,
            job.pages,
            document.pdf,
            request.now_ms()
        ],
    )?;
    Answer::created(&job)
}

/// `GET /v1/print-jobs/{job_id}/document`: once, and only in the session that asked for it.
pub fn document(request: &Request<'_>) -> Result<Answer, Refusal> {
    let id = request.param("job_id");
    let (document, certificate): (Option<Vec<u8>>, String) = request
        .db
        .query_row(
            "SELECT document, certificate_id FROM print_job WHERE id = ?1 AND session_id = ?2",
            params![id, request.session()?.id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?
        .ok_or(Case::NotFound)?;
    let document = document.ok_or(Case::DocumentGone)?;
    refuse_too_many(request, &certificate)?;
    request.db.execute(
        "UPDATE print_job SET document = NULL, state = 'sending' WHERE id = ?1",
        [id],
    )?;
    Ok(Answer::pdf(document))
}

/// What is being printed counts too: jobs side by side must not bring out more copies than allowed.
fn refuse_too_many(request: &Request<'_>, certificate: &str) -> Result<(), Refusal> {
    let (out, max_prints): (u32, u32) = request.db.query_row(
        "SELECT printed + (SELECT count(*) FROM print_job WHERE certificate_id = ?1 AND state = 'sending'), max_prints
         FROM certificate WHERE id = ?1",
        [certificate],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if out >= max_prints {
        return Err(Refusal::from(Case::PrintLimitReached).with("max_prints", max_prints));
    }
    Ok(())
}

/// `PUT /v1/print-jobs/{job_id}/outcome`, by the terminal of the job: it may come after the visit.
///
/// `partial` and `unknown` may still become another outcome (the paper is refilled, staff looks);
/// `delivered` and `failed` stay. Saying the same again changes nothing.
pub fn outcome(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: PrintReport = request.json()?;
    let id = request.param("job_id");
    let (state, pages, certificate) = request
        .db
        .query_row(
            "SELECT state, pages, certificate_id FROM print_job WHERE id = ?1 AND terminal = ?2",
            params![id, request.received.terminal],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, u32>(1)?,
                    row.get::<_, String>(2)?,
                ))
            },
        )
        .optional()?
        .ok_or(Case::NotFound)?;
    let incomplete = body.outcome == Delivery::Delivered && body.pages != pages;
    if body.pages > pages || incomplete {
        return Err(Refusal::invalid("/pages", "does_not_suit_outcome"));
    }
    let name = match body.outcome {
        Delivery::Delivered => "delivered",
        Delivery::Partial => "partial",
        Delivery::Failed => "failed",
        Delivery::Unknown => "unknown",
    };
    if matches!(state.as_str(), "delivered" | "failed") {
        return if state == name {
            Ok(Answer::empty(StatusCode::NO_CONTENT))
        } else {
            Err(Case::OutcomeFinal.into())
        };
    }
    request.db.execute(
        "UPDATE print_job SET state = ?2, pages_out = ?3, ended_at = ?4, document = NULL WHERE id = ?1",
        params![id, name, body.pages, request.now_ms()],
    )?;
    if body.outcome == Delivery::Delivered {
        request.db.execute(
            "UPDATE certificate SET printed = printed + 1 WHERE id = ?1",
            [certificate],
        )?;
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
