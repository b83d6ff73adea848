//! Issued certificates.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kiosk::catalogue::model::{Field, OutputKind, Service};
use kiosk::protocol::body::{Certificate, Certificates, Words};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use uuid::Uuid;

use super::applications::{self, Stored};
use super::{day, number};
use crate::certificate::{Claims, Layout, Paper, Values, date_in_words, fields_sha256};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::samples::records::weather;
use crate::words::{chinese, text};

/// Months that a certificate is valid.
const VALID_MONTHS: i32 = 6;

/// Lines of a table at most: it stays on one page. The newest come first.
const ROWS: usize = 6;

/// `GET /v1/applications/{application_id}/certificates`: empty while the review goes on.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = applications::own(request)?;
    let found = request
        .db
        .query_row(
            "SELECT id, pages, printed, max_prints, fields FROM certificate
             WHERE application_id = ?1 AND revoked_at IS NULL",
            [&stored.id],
            |row| {
                let fields: String = row.get(4)?;
                Ok(Certificate {
                    certificate_id: row.get(0)?,
                    title: title(&serde_json::from_str(&fields).unwrap_or_default()),
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
    let mut fields = fields(request, service, stored, issued_on)?;
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
        "INSERT INTO certificate (id, application_id, number, fields, issued_on, valid_until, code, pages, max_prints,
                                  holder_id_no)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            id.to_string(),
            stored.id,
            number,
            serde_json::to_string(&fields)?,
            issued_on.to_string(),
            valid_until.to_string(),
            code,
            pages,
            max_prints,
            stored.id_no
        ],
    )?;
    Ok(())
}

/// Logs why no document came out: the template's fault, never the person's.
pub fn print_failed(error: crate::certificate::CertificateError) -> Refusal {
    tracing::error!(%error, "certificate");
    Case::Internal.into()
}

/// Name of a certificate by its signed fields.
pub fn title(fields: &BTreeMap<String, String>) -> Words {
    Layout::of_kind(fields.get("kind").map(String::as_str))
        .map(|layout| (*layout.title).clone())
        .unwrap_or_default()
}

/// Who issued a certificate, by its signed fields.
pub fn office(fields: &BTreeMap<String, String>) -> Words {
    Layout::of_kind(fields.get("kind").map(String::as_str))
        .map(|layout| text(&layout.office))
        .unwrap_or_default()
}

/// What stands on the certificate, as text.
fn fields(
    request: &Request<'_>,
    service: &Service,
    stored: &Stored,
    issued_on: Date,
) -> Result<BTreeMap<String, String>, Refusal> {
    let Some(layout) = Layout::of_rows(&service.service.covers) else {
        tracing::error!(
            service = service.service.id,
            "no certificate has words for this service"
        );
        return Err(Case::Internal.into());
    };
    let mut values = answers(request, service, stored);
    values.extend(holder(request, stored));
    values.insert("issued_on".to_owned(), date_in_words(issued_on));
    let records = layout
        .records
        .as_deref()
        .map(|row| records(request, stored, row))
        .unwrap_or_default();
    let mut fields = layout.fields(&values, &records);
    fields.insert("office".to_owned(), chinese(&layout.office));
    fields.insert("holder_name".to_owned(), stored.name.clone());
    Ok(fields)
}

fn holder(request: &Request<'_>, stored: &Stored) -> Values {
    let mut values = Values::from([
        ("holder_name".to_owned(), stored.name.clone()),
        ("holder_id_no".to_owned(), stored.id_no.clone()),
    ]);
    if let Some(resident) = request.office.register.find(&stored.id_no) {
        values.insert("holder_sex".to_owned(), resident.sex.clone());
        values.insert("holder_birth".to_owned(), date_in_words(resident.birth));
        values.insert("holder_address".to_owned(), resident.address.clone());
    }
    values
}

/// Answers by field id; a choice in its words.
fn answers(request: &Request<'_>, service: &Service, stored: &Stored) -> Values {
    let words = |field: &Field, code: &str| {
        let options = request.office.services.catalogue.options(field);
        let chosen = options.into_iter().find(|(option, _)| option == code);
        chosen.and_then(|(_, words)| words.get("zh-Hans").cloned())
    };
    stored
        .answers
        .iter()
        .filter_map(|(id, value)| {
            let text = value.as_str()?;
            let field = service.field(id)?;
            Some((id.clone(), words(field, text).unwrap_or_else(|| text.to_owned())))
        })
        .collect()
}

/// Rows of the register that the certificate is about, narrowed by the answers.
fn records(request: &Request<'_>, stored: &Stored, row: &str) -> Vec<Values> {
    if row == "H05" {
        let answer = |id: &str| stored.answers.get(id).and_then(Value::as_str).unwrap_or_default();
        let place = answer("request.place");
        return vec![weather(request.office.seed, place, answer("request.date"))];
    }
    let resident = request.office.register.find(&stored.id_no);
    let records = resident.and_then(|resident| resident.records.get(row));
    records
        .into_iter()
        .flatten()
        .filter(|record| record.suits(&stored.answers))
        .take(ROWS)
        .map(|record| record.cells.clone())
        .collect()
}
