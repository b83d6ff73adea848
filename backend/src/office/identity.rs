//! Identity verifications: three equal ways, one outcome.

use jiff::civil::Date;
use kiosk::protocol::body::{
    IdentityVerification, IdentityVerified, Liveness, ScoreBand, Subject, VerificationMethod,
    VerificationResult,
};
use rusqlite::params;
use serde::Serialize;

use super::{consents, day, new_id, parties, sms, staff};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// Level of a real-name and real-person check.
const FULL: u8 = 2;

/// `POST /v1/identity-verifications`. In another role than the session's own it identifies a party.
pub fn verify(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: IdentityVerification = request.json()?;
    check_subject(&body.subject)?;
    check_role(&body.subject_role)?;
    parties::refuse_same_person(request, &body.subject_role, &body.subject.id_no)?;
    let (checked, staff_number) = match body.method {
        VerificationMethod::CardFace => (face(request, &body)?, None),
        VerificationMethod::CardSmsOtp => (code(request, &body)?, None),
        VerificationMethod::CardStaffWitness => {
            let (result, number) = witness(request, &body)?;
            (result, Some(number))
        }
    };
    let result = if known_and_valid(request, &body.subject) {
        checked
    } else {
        VerificationResult::Rejected
    };
    let verified = IdentityVerified {
        verification_id: new_id(),
        result,
        level: if result == VerificationResult::Verified {
            FULL
        } else {
            0
        },
    };
    store(request, &body, &verified, staff_number)?;
    Answer::created(&verified)
}

fn face(request: &Request<'_>, body: &IdentityVerification) -> Result<VerificationResult, Refusal> {
    consents::require(request, body.consent_id.as_deref(), "face_image")?;
    refuse_anothers_consent(request, body)?;
    let band = body
        .score_band
        .ok_or_else(|| Refusal::invalid("/score_band", "required"))?;
    Ok(match (body.liveness, band) {
        (Liveness::Pass, ScoreBand::Pass) => VerificationResult::Verified,
        (Liveness::Pass, ScoreBand::Low) => VerificationResult::Inconclusive,
        _ => VerificationResult::Rejected,
    })
}

/// Each person consents for their own face.
fn refuse_anothers_consent(request: &Request<'_>, body: &IdentityVerification) -> Result<(), Refusal> {
    let another: bool = request.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM verification WHERE session_id = ?1 AND consent_id = ?2 AND id_no <> ?3)",
        params![request.session()?.id, body.consent_id, body.subject.id_no],
        |row| row.get(0),
    )?;
    if another {
        return Err(Refusal::from(Case::ConsentRequired).with("data", "face_image"));
    }
    Ok(())
}

fn code(request: &Request<'_>, body: &IdentityVerification) -> Result<VerificationResult, Refusal> {
    let (Some(challenge), Some(code)) = (&body.otp_challenge_id, &body.otp_code) else {
        return Err(Refusal::invalid("/otp_code", "required"));
    };
    let right = sms::redeem(request, challenge, code, &body.subject.id_no)?;
    Ok(if right {
        VerificationResult::Verified
    } else {
        VerificationResult::Rejected
    })
}

fn witness(
    request: &Request<'_>,
    body: &IdentityVerification,
) -> Result<(VerificationResult, String), Refusal> {
    let id = body
        .staff_session_id
        .as_deref()
        .ok_or_else(|| Refusal::invalid("/staff_session_id", "required"))?;
    if body
        .witness_reason
        .as_deref()
        .is_none_or(|reason| reason.trim().is_empty())
    {
        return Err(Refusal::invalid("/witness_reason", "required"));
    }
    Ok((VerificationResult::Verified, staff::of(request, id)?))
}

/// A role is a word of the catalogue.
fn check_role(role: &str) -> Result<(), Refusal> {
    let word = role.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if word && (1..=40).contains(&role.len()) {
        Ok(())
    } else {
        Err(Refusal::invalid("/subject_role", "form"))
    }
}

/// Refuses a subject that no card can hold.
pub fn check_subject(subject: &Subject) -> Result<(), Refusal> {
    const CARDS: [&str; 4] = ["resident", "hk_mo_tw", "foreign_2017", "foreign_2023"];
    if !(1..=120).contains(&subject.name.chars().count()) {
        return Err(Refusal::invalid("/subject/name", "length"));
    }
    let printable = subject.id_no.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !(15..=18).contains(&subject.id_no.len()) || !printable {
        return Err(Refusal::invalid("/subject/id_no", "form"));
    }
    if !CARDS.contains(&subject.card.as_str()) {
        return Err(Refusal::invalid("/subject/card", "unknown_card"));
    }
    if subject.valid_to != "long_term" && subject.valid_to.parse::<Date>().is_err() {
        return Err(Refusal::invalid("/subject/valid_to", "form"));
    }
    Ok(())
}

/// In the register under this name (or of a kind that the register does not hold), and in date.
fn known_and_valid(request: &Request<'_>, subject: &Subject) -> bool {
    let in_date = subject
        .valid_to
        .parse::<Date>()
        .map_or(subject.valid_to == "long_term", |last| last >= day(request.now));
    let known = match request.office.register.find(&subject.id_no) {
        Some(resident) => resident.name == subject.name,
        None => subject.card != "resident",
    };
    in_date && known
}

/// The name that serde gives a value of a plain enum.
fn name_of(value: impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

fn store(
    request: &Request<'_>,
    body: &IdentityVerification,
    verified: &IdentityVerified,
    staff_number: Option<String>,
) -> Result<(), Refusal> {
    let session = &request.session()?.id;
    let result = name_of(verified.result);
    request.db.execute(
        "INSERT INTO verification (id, session_id, method, role, result, level, score_band, liveness, consent_id,
                                   staff_number, witness_reason, at, id_no, name)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            verified.verification_id,
            session,
            name_of(body.method),
            body.subject_role,
            result,
            verified.level,
            body.score_band.and_then(name_of),
            name_of(body.liveness),
            body.consent_id,
            staff_number,
            body.witness_reason,
            request.now_ms(),
            body.subject.id_no,
            body.subject.name
        ],
    )?;
    if !parties::is_own(request, &body.subject_role, &body.subject.id_no)? {
        return Ok(());
    }
    let identified = verified.result == VerificationResult::Verified;
    request.db.execute(
        "UPDATE session SET level = ?2, result = ?3, subject_id_no = ?4, subject_name = ?5, role = ?6 WHERE id = ?1",
        params![
            session,
            verified.level,
            result,
            identified.then_some(&body.subject.id_no),
            identified.then_some(&body.subject.name),
            body.subject_role
        ],
    )?;
    Ok(())
}
