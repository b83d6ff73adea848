//! The letter as it is kept, and the making of its text.

use jiff::civil::Date;
use kiosk::catalogue::bundle::LetterText;
use kiosk::catalogue::model::{Authorisation, Service};
use kiosk::protocol::body::Words;
use kiosk::text::{in_language, is_chinese};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::household::Member;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::services::hex;
use crate::words::{text, with_names};

/// Where signatures are taken: nowhere else.
pub const OPEN: &str = "open";

/// Words of a letter, fixed when it is made.
#[derive(Clone, Serialize, Deserialize)]
pub struct Wording {
    /// Heading.
    pub title: Words,
    /// Paragraphs.
    pub paragraphs: Vec<Words>,
}

/// One of those who sign.
#[derive(Clone)]
pub struct Signatory {
    /// Id.
    pub id: String,
    /// `applicant`, `household_member` or `supporter`.
    pub role: String,
    /// Card number.
    pub id_no: String,
    /// Name.
    pub name: String,
    /// Relation to the applicant, code.
    pub relation: String,
    /// A guardian signs.
    pub by_guardian: bool,
    /// When it was signed.
    pub signed_at: Option<i64>,
    /// Who wrote: name.
    pub signer_name: Option<String>,
    /// Signature, JSON.
    pub signature: Option<String>,
}

/// A letter of the database.
pub struct Letter {
    /// Id.
    pub id: String,
    /// Application.
    pub application_id: String,
    /// Id of the service's `[[authorisation]]`.
    pub rule: String,
    /// Number on it.
    pub number: String,
    /// State of services.md 4.6.
    pub state: String,
    /// Opens the page for telephones.
    pub token: String,
    /// Words.
    pub wording: Wording,
    /// Hash of the Chinese text.
    pub sha256: String,
    /// Last day for signatures, `YYYY-MM-DD`.
    pub sign_until: String,
    /// Last day of validity, once complete.
    pub expires_on: Option<String>,
    /// In the order of the letter.
    pub signatories: Vec<Signatory>,
}

impl Letter {
    /// The applicant's entry.
    pub fn applicant(&self) -> Option<&Signatory> {
        self.signatories.first()
    }

    /// Takes signatures.
    pub fn is_open(&self) -> bool {
        self.state == OPEN
    }

    /// Everyone needed has signed.
    pub fn is_complete(&self) -> bool {
        matches!(self.state.as_str(), "complete" | "sealed" | "used")
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Letter, String)> {
    let letter = Letter {
        id: row.get("id")?,
        application_id: row.get("application_id")?,
        rule: row.get("rule")?,
        number: row.get("number")?,
        state: row.get("state")?,
        token: row.get("token")?,
        wording: Wording {
            title: Words::new(),
            paragraphs: Vec::new(),
        },
        sha256: row.get("sha256")?,
        sign_until: row.get("sign_until")?,
        expires_on: row.get("expires_on")?,
        signatories: Vec::new(),
    };
    Ok((letter, row.get("letter")?))
}

/// A letter by a column that is unique: `id` or `token`.
fn find_by(request: &Request<'_>, condition: &str, value: &str) -> Result<Option<Letter>, Refusal> {
    let found = request
        .db
        .query_row(
            &format!("SELECT * FROM authorisation WHERE {condition} ORDER BY rowid DESC LIMIT 1"),
            [value],
            read,
        )
        .optional()?;
    let Some((mut letter, wording)) = found else {
        return Ok(None);
    };
    letter.wording = serde_json::from_str(&wording)?;
    letter.signatories = signatories(request, &letter.id)?;
    Ok(Some(letter))
}

/// A letter by id.
pub fn find(request: &Request<'_>, id: &str) -> Result<Letter, Refusal> {
    find_by(request, "id = ?1", id)?.ok_or_else(|| Case::NotFound.into())
}

/// A letter by the secret of its code.
pub fn by_token(request: &Request<'_>, token: &str) -> Result<Letter, Refusal> {
    find_by(request, "token = ?1", token)?.ok_or_else(|| Case::NotFound.into())
}

/// The newest letter of an application.
pub fn of_application(request: &Request<'_>, application: &str) -> Result<Option<Letter>, Refusal> {
    find_by(request, "application_id = ?1", application)
}

fn signatories(request: &Request<'_>, letter: &str) -> Result<Vec<Signatory>, Refusal> {
    let mut query = request
        .db
        .prepare("SELECT * FROM signatory WHERE authorisation_id = ?1 ORDER BY place")?;
    let all = query.query_map([letter], |row| {
        Ok(Signatory {
            id: row.get("id")?,
            role: row.get("role")?,
            id_no: row.get("id_no")?,
            name: row.get("name")?,
            relation: row.get("relation")?,
            by_guardian: row.get("by_guardian")?,
            signed_at: row.get("signed_at")?,
            signer_name: row.get("signer_name")?,
            signature: row.get("signature")?,
        })
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// Ids of the open letters that wait for the person of this keyed hash, oldest first.
pub fn open_for(request: &Request<'_>, person_hash: &[u8]) -> Result<Vec<String>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT DISTINCT a.id FROM authorisation a JOIN signatory s ON s.authorisation_id = a.id
         WHERE a.state = 'open' AND s.person_hash = ?1 ORDER BY a.created_at, a.id",
    )?;
    let ids = query.query_map(params![person_hash], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Letters of one's own applications that are complete and not used yet, oldest first.
pub fn complete_of(request: &Request<'_>, id_no: &str) -> Result<Vec<String>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT a.id FROM authorisation a JOIN application p ON p.id = a.application_id
         WHERE a.state IN ('complete', 'sealed') AND p.applicant_id_no = ?1 ORDER BY a.created_at, a.id",
    )?;
    let ids = query.query_map([id_no], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Sets a letter's state.
pub fn set_state(request: &Request<'_>, id: &str, state: &str) -> Result<(), Refusal> {
    request.db.execute(
        "UPDATE authorisation SET state = ?2 WHERE id = ?1",
        params![id, state],
    )?;
    Ok(())
}

/// The words with their places filled, in every language.
pub fn wording(
    request: &Request<'_>,
    service: &Service,
    rule: &Authorisation,
    template: &LetterText,
    people: &[Member],
    sign_until: Date,
) -> Wording {
    let fill = |words: &Words| {
        with_names(words, |pattern, language| {
            let names = |role: &str| names(request, service, people, role, language);
            pattern
                .replace("{applicant}", &names("applicant"))
                .replace("{members}", &names("household_member"))
                .replace("{supporters}", &names("supporter"))
                .replace("{valid_days}", &rule.expires_days.to_string())
                .replace("{sign_until}", &date_words(sign_until, language))
        })
    };
    Wording {
        title: (*template.title).clone(),
        paragraphs: template.paragraphs.iter().map(|one| fill(one)).collect(),
    }
}

/// `测试乙（配偶）、测试丙（女儿）`, or "none".
fn names(request: &Request<'_>, service: &Service, people: &[Member], role: &str, language: &str) -> String {
    let chinese = is_chinese(language);
    let named: Vec<String> = people
        .iter()
        .filter(|member| member.role == role)
        .map(|member| {
            let relation = relation(request, service, role, &member.relation);
            match in_language(&relation, language) {
                words if words.is_empty() => member.name.clone(),
                words if chinese => format!("{}（{words}）", member.name),
                words => format!("{} ({words})", member.name),
            }
        })
        .collect();
    match (named.is_empty(), chinese) {
        (true, _) => in_language(&text("letter.none"), language).into_owned(),
        (false, true) => named.join("、"),
        (false, false) => named.join(", "),
    }
}

/// The words of a relation's code.
pub fn relation(request: &Request<'_>, service: &Service, role: &str, code: &str) -> Words {
    if role == service.own_role() {
        return text("letter.self");
    }
    service
        .field(&format!("{role}.relation"))
        .map(|field| request.office.services.catalogue.options(field))
        .unwrap_or_default()
        .into_iter()
        .find(|(known, _)| known == code)
        .map(|(_, words)| words)
        .unwrap_or_default()
}

/// `2026年12月8日`, or `2026-12-08`.
fn date_words(date: Date, language: &str) -> String {
    if is_chinese(language) {
        format!("{}年{}月{}日", date.year(), date.month(), date.day())
    } else {
        date.to_string()
    }
}

/// SHA-256 (hex) of the Chinese heading and paragraphs, joined by line feeds.
pub fn sha256(wording: &Wording) -> String {
    let chinese = |words: &Words| words.get("zh-Hans").cloned().unwrap_or_default();
    let lines: Vec<String> = std::iter::once(&wording.title)
        .chain(&wording.paragraphs)
        .map(chinese)
        .collect();
    hex(&Sha256::digest(lines.join("\n")))
}
