//! Verification of a certificate by its code.

use std::collections::BTreeMap;

use kiosk::protocol::body::{DocumentVerification, DocumentVerified, Genuineness, Words};
use rusqlite::OptionalExtension;

use super::{authorisations, certificates, day, e_certificates, masked_name};
use crate::certificate::{Claims, fields_sha256};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::text;

/// A code is far shorter; what is longer is not one.
const CODE_LIMIT: usize = 4096;

/// `POST /v1/verifications`: a read, open to everybody at a terminal.
pub fn verify(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: DocumentVerification = request.json()?;
    if body.code.len() > CODE_LIMIT {
        return Err(Refusal::invalid("/code", "too_long"));
    }
    Answer::ok(&verdict(request, body.code.trim())?)
}

/// The signature says that we issued it; the row says whether it still holds, and what it said.
fn verdict(request: &Request<'_>, code: &str) -> Result<DocumentVerified, Refusal> {
    let Some(claims) = request.office.signer.read(code) else {
        return Ok(unknown());
    };
    let row = request
        .db
        .query_row(
            "SELECT fields, revoked_at IS NOT NULL FROM certificate WHERE id = ?1 AND application_id IS NOT NULL",
            [claims.certificate.to_string()],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)),
        )
        .optional()?;
    let Some((fields, revoked)) = row else {
        let letter = authorisations::verdict(request, code, &claims)?;
        return Ok(letter.unwrap_or_else(|| electronic(request, &claims)));
    };
    let fields: BTreeMap<String, String> = serde_json::from_str(&fields)?;
    if fields_sha256(&fields) != claims.fields_sha256 {
        return Ok(unknown());
    }
    let expired = claims.valid_until < day(request.now);
    let holder = fields.get("holder_name").map(String::as_str).unwrap_or_default();
    Ok(DocumentVerified {
        result: if revoked || expired {
            Genuineness::Revoked
        } else {
            Genuineness::Genuine
        },
        title: certificates::title(&fields),
        holder_masked: masked_name(holder),
        issued_on: claims.issued_on.to_string(),
        valid_until: claims.valid_until.to_string(),
        office: certificates::office(&fields),
    })
}

/// An electronic certificate: the register of its kind says whether it holds.
fn electronic(request: &Request<'_>, claims: &Claims) -> DocumentVerified {
    let paper = request.office.register.paper(claims.certificate);
    let Some(paper) = paper.filter(|paper| e_certificates::claims(paper) == *claims) else {
        return unknown();
    };
    let holder = paper.fields.get("holder_name").map(String::as_str);
    DocumentVerified {
        result: if paper.valid_until < day(request.now) {
            Genuineness::Revoked
        } else {
            Genuineness::Genuine
        },
        title: text(&format!("e_certificate.{}.title", paper.kind)),
        holder_masked: masked_name(holder.unwrap_or_default()),
        issued_on: paper.issued_on.to_string(),
        valid_until: paper.valid_until.to_string(),
        office: text("office.e_certificates"),
    }
}

fn unknown() -> DocumentVerified {
    DocumentVerified {
        result: Genuineness::Unknown,
        title: Words::new(),
        holder_masked: String::new(),
        issued_on: String::new(),
        valid_until: String::new(),
        office: Words::new(),
    }
}
