//! Issued certificates.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};
use kiosk::catalogue::model::{OutputKind, Service};
use kiosk::protocol::body::{Certificate, Certificates};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use uuid::Uuid;

use super::applications::{self, Stored};
use super::{day, number};
use crate::certificate::{Claims, Paper, fields_sha256};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::{chinese, text};

/// Months that a certificate is valid.
const VALID_MONTHS: i32 = 6;

/// `GET /v1/applications/{application_id}/certificates`: empty while the review goes on.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = applications::own(request)?;
    let found = request
        .db
        .query_row(
            "SELECT id, pages, printed, max_prints FROM certificate WHERE application_id = ?1 AND revoked_at IS NULL",
            [&stored.id],
            |row| {
                Ok(Certificate {
                    certificate_id: row.get(0)?,
                    title: text("certificate.kinship.title"),
                    pages: row.get(1)?,
                    printed: row.get(2)?,
                    max_prints: row.get(3)?,
                })
            },
        )
        .optional()?;
    Answer::ok(&Certificates {
        certificates: found.into_iter().collect(),
    })
}

/// Issues the certificate of an approved application.
pub fn issue(request: &Request<'_>, service: &Service, stored: &Stored, at: i64) -> Result<(), Refusal> {
    let issued_at = Timestamp::from_millisecond(at).map_err(|_| Refusal::from(Case::Internal))?;
    let issued_on = day(issued_at);
    let valid_until = issued_on
        .checked_add(VALID_MONTHS.months())
        .map_err(|_| Refusal::from(Case::Internal))?;
    let id = Uuid::now_v7();
    let number = number(request.db, "Z", issued_at)?;
    let mut fields = fields(request, service, stored);
    fields.insert("number".to_owned(), number.clone());
    fields.insert("issued_on".to_owned(), issued_on.to_string());
    fields.insert("valid_until".to_owned(), valid_until.to_string());
    let code = request.office.signer.sign(&Claims {
        certificate: id,
        issued_on,
        valid_until,
        fields_sha256: fields_sha256(&fields),
    });
    let pages = request
        .office
        .press
        .print(&Paper {
            fields: &fields,
            code: &code,
            copy_serial: "",
        })
        .map_err(print_failed)?
        .pages;
    let max_prints = service
        .outputs
        .iter()
        .find(|output| output.kind == OutputKind::Certificate)
        .and_then(|output| output.max_prints)
        .unwrap_or(1);
    request.db.execute(
        "INSERT INTO certificate (id, application_id, number, fields, issued_on, valid_until, code, pages, max_prints)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            id.to_string(),
            stored.id,
            number,
            serde_json::to_string(&fields)?,
            issued_on.to_string(),
            valid_until.to_string(),
            code,
            pages,
            max_prints
        ],
    )?;
    Ok(())
}

/// Logs why no document came out: the template's fault, never the person's.
pub fn print_failed(error: crate::certificate::CertificateError) -> Refusal {
    tracing::error!(%error, "certificate");
    Case::Internal.into()
}

/// What stands on the certificate, as text.
fn fields(request: &Request<'_>, service: &Service, stored: &Stored) -> BTreeMap<String, String> {
    let resident = request.office.register.find(&stored.id_no);
    let answer = |id: &str| stored.answers.get(id).and_then(Value::as_str).unwrap_or_default();
    let relation = service
        .field("relative.relation")
        .map(|field| request.office.services.catalogue.options(field))
        .unwrap_or_default()
        .into_iter()
        .find(|(code, _)| code == answer("relative.relation"))
        .and_then(|(_, words)| words.get("zh-Hans").cloned())
        .unwrap_or_default();
    let entries = [
        ("holder_name", stored.name.clone()),
        ("holder_id_no", stored.id_no.clone()),
        (
            "holder_sex",
            resident.map(|one| one.sex.clone()).unwrap_or_default(),
        ),
        (
            "holder_birth",
            resident.map(|one| one.birth.to_string()).unwrap_or_default(),
        ),
        (
            "holder_address",
            resident.map(|one| one.address.clone()).unwrap_or_default(),
        ),
        ("relative_name", answer("relative.name").to_owned()),
        ("relative_id_no", answer("relative.id_no").to_owned()),
        ("relation", relation),
        ("purpose", answer("request.purpose").to_owned()),
        ("office", chinese("office.street")),
    ];
    entries
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
