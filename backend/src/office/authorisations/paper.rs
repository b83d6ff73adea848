//! The sealed letter as a document: complete, with the number of everyone, for the file and the person.

use jiff::Timestamp;
use kiosk::catalogue::model::Service;
use kiosk::protocol::body::{DocumentVerified, Genuineness, Signature, Words};
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::letter::{self, Letter, Signatory};
use crate::certificate::{Claims, LetterPaper, SignedEntry, letter_sha256};
use crate::http::request::Request;
use crate::office::certificates::print_failed;
use crate::office::{day, masked_name, rfc3339_ms};
use crate::problem::{Case, Refusal};
use crate::words::{chinese, text};

/// Makes and keeps the document of a complete letter; `sealed` puts the electronic seal on it.
pub fn make(request: &Request<'_>, service: &Service, letter: &Letter, sealed: bool) -> Result<(), Refusal> {
    let paper = paper(request, service, letter, sealed)?;
    let printed = request.office.press.letter(&paper).map_err(print_failed)?;
    request.db.execute(
        "UPDATE authorisation SET document = ?2, code = ?3 WHERE id = ?1",
        params![letter.id, printed.pdf, paper.code],
    )?;
    Ok(())
}

/// The document of a complete letter.
pub fn kept(request: &Request<'_>, letter: &Letter) -> Result<Vec<u8>, Refusal> {
    let kept: Option<Vec<u8>> = request.db.query_row(
        "SELECT document FROM authorisation WHERE id = ?1",
        [&letter.id],
        |row| row.get(0),
    )?;
    kept.ok_or_else(|| Case::NotFound.into())
}

/// What the code of a letter says; `None` when it is on none of our letters.
pub fn verdict(
    request: &Request<'_>,
    code: &str,
    claims: &Claims,
) -> Result<Option<DocumentVerified>, Refusal> {
    let known: Option<String> = request
        .db
        .query_row(
            "SELECT id FROM authorisation WHERE id = ?1 AND code = ?2",
            params![claims.certificate.to_string(), code],
            |row| row.get(0),
        )
        .optional()?;
    let Some(id) = known else { return Ok(None) };
    let letter = letter::find(request, &id)?;
    let holds = letter.is_complete() && claims.valid_until >= day(request.now);
    let applicant = letter.applicant().map(|applicant| masked_name(&applicant.name));
    Ok(Some(DocumentVerified {
        result: if holds {
            Genuineness::Genuine
        } else {
            Genuineness::Revoked
        },
        title: letter.wording.title,
        holder_masked: applicant.unwrap_or_default(),
        issued_on: claims.issued_on.to_string(),
        valid_until: claims.valid_until.to_string(),
        office: text("office.district"),
    }))
}

fn paper(
    request: &Request<'_>,
    service: &Service,
    letter: &Letter,
    sealed: bool,
) -> Result<LetterPaper, Refusal> {
    let entries: Vec<SignedEntry> = letter
        .signatories
        .iter()
        .map(|signatory| entry(request, service, signatory))
        .collect::<Result<_, Refusal>>()?;
    let valid_until = letter
        .expires_on
        .as_ref()
        .and_then(|last| last.parse().ok())
        .ok_or(Case::Internal)?;
    let mut paper = LetterPaper {
        title: han(&letter.wording.title),
        number: letter.number.clone(),
        paragraphs: letter.wording.paragraphs.iter().map(han).collect(),
        entries,
        office: chinese("office.district"),
        sealed,
        issued_on: day(request.now),
        valid_until,
        code: String::new(),
    };
    let certificate = Uuid::parse_str(&letter.id).map_err(|_| Refusal::from(Case::Internal))?;
    paper.code = request.office.signer.sign(&Claims {
        certificate,
        issued_on: paper.issued_on,
        valid_until,
        fields_sha256: letter_sha256(&paper),
    });
    Ok(paper)
}

fn han(words: &Words) -> String {
    words.get("zh-Hans").cloned().unwrap_or_default()
}

fn entry(request: &Request<'_>, service: &Service, signatory: &Signatory) -> Result<SignedEntry, Refusal> {
    let signature: Option<Signature> = signatory
        .signature
        .as_ref()
        .map(|json| serde_json::from_str(json))
        .transpose()?;
    let signed_on = signatory
        .signed_at
        .and_then(|at| Timestamp::from_millisecond(at).ok())
        .map(|at| {
            rfc3339_ms(at.as_millisecond())
                .chars()
                .take(16)
                .collect::<String>()
        });
    let guardian = signatory
        .signer_name
        .as_ref()
        .filter(|_| signatory.by_guardian)
        .map(|name| chinese("letter.by_guardian").replace("{name}", name));
    Ok(SignedEntry {
        name: signatory.name.clone(),
        id_no: signatory.id_no.clone(),
        relation: han(&letter::relation(
            request,
            service,
            &signatory.role,
            &signatory.relation,
        )),
        signed_on: signed_on.unwrap_or_default().replace('T', " "),
        guardian: guardian.unwrap_or_default(),
        signature,
    })
}
