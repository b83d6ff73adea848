//! Verification of a certificate by its code.

use std::collections::BTreeMap;

use kiosk::protocol::body::{DocumentVerification, DocumentVerified, Genuineness, Words};
use rusqlite::OptionalExtension;

use super::{day, masked_name};
use crate::certificate::fields_sha256;
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
            "SELECT fields, revoked_at IS NOT NULL FROM certificate WHERE id = ?1",
            [claims.certificate.to_string()],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)),
        )
        .optional()?;
    let Some((fields, revoked)) = row else {
        return Ok(unknown());
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
        title: text("certificate.kinship.title"),
        holder_masked: masked_name(holder),
        issued_on: claims.issued_on.to_string(),
        valid_until: claims.valid_until.to_string(),
        office: text("office.street"),
    })
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
