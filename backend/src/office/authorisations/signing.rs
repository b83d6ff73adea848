//! A signature on a letter, from a terminal or a telephone.

use jiff::ToSpan as _;
use kiosk::catalogue::model::{CompleteWhen, Seal};
use kiosk::protocol::body::Signature;
use rusqlite::params;

use super::letter::{self, Letter, Signatory};
use super::{paper, rule, tell_applicant};
use crate::http::request::Request;
use crate::office::household::is_of_age;
use crate::office::{applications, day, judge};
use crate::problem::{Case, Refusal};

/// Who writes.
pub struct Hand<'a> {
    /// Card number.
    pub id_no: &'a str,
    /// Name.
    pub name: &'a str,
    /// `terminal` or `phone`.
    pub channel: &'a str,
    /// Verification of this visit; `None` for a telephone, where the code by message identifies.
    pub verification_id: Option<&'a str>,
}

/// Whether a person signs here: for oneself, or as the guardian. A guardian is registered as such,
/// or is of age and signs the same letter for himself.
pub fn may_sign(request: &Request<'_>, letter: &Letter, signatory: &Signatory, id_no: &str) -> bool {
    if !signatory.by_guardian {
        return signatory.id_no == id_no;
    }
    let registered = request.office.guardians.is_guardian(id_no, &signatory.id_no);
    let in_the_family = letter
        .signatories
        .iter()
        .any(|other| other.id_no == id_no && !other.by_guardian);
    signatory.id_no != id_no && is_of_age(id_no, day(request.now)) && (registered || in_the_family)
}

/// Adds a signature; the last one that is needed completes and seals the letter.
///
/// # Errors
/// `already-signed`, `authorisation-closed`, `wrong-signatory`, or `validation` for a signature of
/// another document or form.
pub fn add(
    request: &Request<'_>,
    letter: &Letter,
    signatory_id: &str,
    hand: &Hand<'_>,
    signature: &Signature,
) -> Result<(), Refusal> {
    let signatory = letter
        .signatories
        .iter()
        .find(|signatory| signatory.id == signatory_id)
        .ok_or_else(|| Refusal::invalid("/signatory_id", "unknown"))?;
    if signatory.signed_at.is_some() {
        return Err(Case::AlreadySigned.into());
    }
    if !letter.is_open() {
        return Err(Case::AuthorisationClosed.into());
    }
    if !may_sign(request, letter, signatory, hand.id_no) {
        return Err(Case::WrongSignatory.into());
    }
    if signature.document_sha256 != letter.sha256 {
        return Err(Refusal::invalid("/signature", "other_document"));
    }
    judge::check_signature(Some(signature))?;
    request.db.execute(
        "UPDATE signatory SET signed_at = ?2, channel = ?3, verification_id = ?4, signer_id_no = ?5,
                              signer_name = ?6, signature = ?7 WHERE id = ?1",
        params![
            signatory.id,
            request.now_ms(),
            hand.channel,
            hand.verification_id,
            hand.id_no,
            hand.name,
            serde_json::to_string(signature)?
        ],
    )?;
    complete(request, &letter::find(request, &letter.id)?)
}

fn complete(request: &Request<'_>, letter: &Letter) -> Result<(), Refusal> {
    let stored = applications::find(request, &letter.application_id)?;
    let service = &applications::began_under(request, &stored)?;
    let rule = rule(service, &letter.rule)?;
    let signed = |signatory: &Signatory| signatory.signed_at.is_some();
    let done = match rule.complete_when {
        CompleteWhen::All => letter.signatories.iter().all(signed),
        CompleteWhen::Any => letter.signatories.iter().any(signed),
        CompleteWhen::Applicant => letter.applicant().is_some_and(signed),
    };
    if !done {
        return Ok(());
    }
    let expires_on = day(request.now)
        .checked_add(i64::from(rule.expires_days).days())
        .map_err(|_| Refusal::from(Case::Internal))?;
    let sealed = rule.seal == Seal::Required;
    request.db.execute(
        "UPDATE authorisation SET state = ?2, completed_at = ?3, expires_on = ?4 WHERE id = ?1",
        params![
            letter.id,
            if sealed { "sealed" } else { "complete" },
            request.now_ms(),
            expires_on.to_string()
        ],
    )?;
    let complete = letter::find(request, &letter.id)?;
    paper::make(request, service, &complete, sealed)?;
    tell_applicant(request, &complete, "sms.letter_complete")
}
