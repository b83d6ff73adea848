//! Proof of life (生存认证): in person, by the guardian, with a helper, with a member of staff, or at home.

use jiff::ToSpan as _;
use kiosk::catalogue::model::{Attest, AttestMode, AttestedBenefit, FieldType, Service};
use kiosk::face::matching::band;
use kiosk::face::thresholds::FaceThresholds;
use kiosk::protocol::body::{Attestation, Attested, ScoreBand, Words};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::household::is_of_age;
use super::parties::{self, Party};
use super::{day, number, prefill, staff, tasks, uploads};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::picture;
use crate::problem::{Case, Refusal};
use crate::register::Resident;
use crate::samples::records::longevity_yuan;
use crate::words::text;

/// The person who is alive, and who else took part.
struct Proof {
    beneficiary: String,
    beneficiary_name: String,
    /// Role and card number, or the number of the member of staff.
    others: Vec<(&'static str, String)>,
}

/// `POST /v1/attestations`.
pub fn attest(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Attestation = request.json()?;
    let service = prefill::service_of(request, &body.service_id, body.service_rev)?;
    let rules = service.attest.as_ref().ok_or(Case::NotFound)?;
    let mode: Option<AttestMode> = serde_json::from_value(body.mode.clone().into()).ok();
    let mode = mode
        .filter(|mode| rules.modes.contains(mode))
        .ok_or_else(|| Refusal::invalid("/mode", "not_offered"))?;
    let proof = match mode {
        AttestMode::Oneself | AttestMode::HomeVisit => oneself(request, service)?,
        AttestMode::Guardian => guardian(request, service, &body)?,
        AttestMode::Helper => helper(request, service, &body)?,
        AttestMode::Staff => with_staff(request, service, &body)?,
    };
    refuse_without_benefit(request, rules.benefit, &proof.beneficiary)?;
    if mode == AttestMode::HomeVisit {
        return visit(request, rules, &body, &proof);
    }
    certify(request, rules, &body, &proof)
}

fn oneself(request: &Request<'_>, service: &Service) -> Result<Proof, Refusal> {
    let person = parties::principal(request, service)?;
    Ok(Proof {
        beneficiary: person.id_no,
        beneficiary_name: person.name,
        others: Vec::new(),
    })
}

/// The person verified himself beside the helper: two people, two verifications.
fn helper(request: &Request<'_>, service: &Service, body: &Attestation) -> Result<Proof, Refusal> {
    let helper = parties::principal(request, service)?;
    let person = other(request, body)?;
    if person.id_no == helper.id_no {
        return Err(Case::SamePerson.into());
    }
    Ok(Proof {
        beneficiary: person.id_no,
        beneficiary_name: person.name,
        others: vec![("helper", helper.id_no)],
    })
}

fn other(request: &Request<'_>, body: &Attestation) -> Result<Party, Refusal> {
    let id = body
        .verification_id
        .as_deref()
        .ok_or_else(|| Refusal::invalid("/verification_id", "required"))?;
    parties::verified(request, id)?.ok_or_else(|| Case::PartyNotVerified.into())
}

/// A member of staff is signed in beside the person, and looks at them.
fn with_staff(request: &Request<'_>, service: &Service, body: &Attestation) -> Result<Proof, Refusal> {
    let staff = staff::present(request)?.ok_or(Case::StaffRefused)?;
    let person = match body.verification_id {
        Some(_) => other(request, body)?,
        None => parties::principal(request, service)?,
    };
    Ok(Proof {
        beneficiary: person.id_no,
        beneficiary_name: person.name,
        others: vec![("staff", staff.number.to_owned())],
    })
}

/// The registered guardian, verified himself, with a picture of the ward that was taken on the spot.
fn guardian(request: &Request<'_>, service: &Service, body: &Attestation) -> Result<Proof, Refusal> {
    let guardian = parties::principal(request, service)?;
    let ward = answer(service, body, FieldType::IdNumber, &guardian.id_no)?;
    let name = answer(service, body, FieldType::Name, &guardian.name)?;
    let known = request
        .office
        .register
        .find(&ward.1)
        .filter(|resident| resident.name == name.1);
    let registered = request.office.guardians.is_guardian(&guardian.id_no, &ward.1);
    if known.is_none() || !registered || !is_of_age(&guardian.id_no, day(request.now)) {
        let mut refusal = Refusal::from(Case::NotEligible).with("appeal", "12345");
        refusal.problem.user_message = text("attest.not_guardian");
        return Err(refusal);
    }
    check_picture(request, service, body, &ward.1)?;
    Ok(Proof {
        beneficiary: ward.1,
        beneficiary_name: name.1,
        others: vec![("guardian", guardian.id_no)],
    })
}

/// Field and text of an answer of this type that is not the guardian's own.
fn answer(
    service: &Service,
    body: &Attestation,
    kind: FieldType,
    own: &str,
) -> Result<(String, String), Refusal> {
    let mut fields = service.fields.iter().filter(|field| field.kind == kind);
    let found = fields.find_map(|field| {
        let text = body.answers.get(&field.id).and_then(Value::as_str)?;
        (text != own).then(|| (field.id.clone(), text.to_owned()))
    });
    found.ok_or_else(|| Refusal::invalid("/answers", "ward_required"))
}

/// The picture shows the ward as the register knows them; it is deleted in any case.
fn check_picture(
    request: &Request<'_>,
    service: &Service,
    body: &Attestation,
    ward: &str,
) -> Result<(), Refusal> {
    let field = service.fields.iter().find(|field| field.kind == FieldType::Photo);
    let field = field.ok_or(Case::NotFound)?;
    let pointer = format!("/answers/{}", field.id);
    let upload = body.answers.get(&field.id).and_then(Value::as_str);
    let upload = upload.ok_or_else(|| Refusal::invalid(&pointer, "required"))?;
    let jpeg = uploads::picture(request, &body.service_id, &field.id, upload)?;
    uploads::delete(request, upload)?;
    let unavailable = || Refusal::from(Case::UpstreamUnavailable);
    let pixels = picture::kept(&jpeg).map_err(|_| unavailable())?;
    let likeness = request
        .office
        .faces
        .likeness(ward, &pixels)
        .map_err(|_| unavailable())?;
    let judged = likeness.map(|cosine| band(cosine, &FaceThresholds::default()));
    match judged {
        Some(ScoreBand::Pass) => Ok(()),
        Some(ScoreBand::Low) => Err(Refusal::from(Case::IdentityInconclusive).keeping()),
        Some(ScoreBand::Fail) | None => Err(Refusal::from(Case::IdentityNotVerified).keeping()),
    }
}

fn refuse_without_benefit(
    request: &Request<'_>,
    benefit: AttestedBenefit,
    id_no: &str,
) -> Result<(), Refusal> {
    let receives = |resident: &Resident| match benefit {
        AttestedBenefit::Assistance => resident.benefit,
        AttestedBenefit::Longevity => longevity_yuan(resident.profile.age).is_some(),
    };
    if request.office.register.find(id_no).is_some_and(receives) {
        Ok(())
    } else {
        Err(Case::AttestationNotDue.into())
    }
}

fn words_of(benefit: AttestedBenefit) -> Words {
    text(match benefit {
        AttestedBenefit::Assistance => "benefit.assistance",
        AttestedBenefit::Longevity => "benefit.longevity",
    })
}

/// Nothing is certified yet: somebody will come, and `number` is that of the visit.
fn visit(
    request: &Request<'_>,
    rules: &Attest,
    body: &Attestation,
    proof: &Proof,
) -> Result<Answer, Refusal> {
    let number = tasks::open(
        request,
        "home_visit",
        &body.service_id,
        &proof.beneficiary,
        &proof.beneficiary_name,
    )?;
    Answer::created(&Attested {
        number,
        valid_until: String::new(),
        next_from: String::new(),
        benefit: words_of(rules.benefit),
    })
}

fn certify(
    request: &Request<'_>,
    rules: &Attest,
    body: &Attestation,
    proof: &Proof,
) -> Result<Answer, Refusal> {
    let today = day(request.now);
    let valid_until = today
        .checked_add(i64::from(rules.valid_days).days())
        .map_err(|_| Refusal::from(Case::Internal))?;
    let next_from = valid_until
        .checked_sub(i64::from(rules.remind_days_before.unwrap_or(14)).days())
        .map_err(|_| Refusal::from(Case::Internal))?;
    let number = of_today(request, body, proof, &today.to_string(), &valid_until.to_string())?;
    Answer::created(&Attested {
        number,
        valid_until: valid_until.to_string(),
        next_from: next_from.to_string(),
        benefit: words_of(rules.benefit),
    })
}

/// One attestation a day is enough: a second visit gets the number of the first.
fn of_today(
    request: &Request<'_>,
    body: &Attestation,
    proof: &Proof,
    today: &str,
    valid_until: &str,
) -> Result<String, Refusal> {
    let existing: Option<String> = request
        .db
        .query_row(
            "SELECT number FROM attestation WHERE id_no = ?1 AND service_id = ?2 AND on_date = ?3",
            params![proof.beneficiary, body.service_id, today],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(number) = existing {
        return Ok(number);
    }
    let number = number(request.db, "S", request.now)?;
    request.db.execute(
        "INSERT INTO attestation (number, id_no, service_id, mode, on_date, valid_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            number,
            proof.beneficiary,
            body.service_id,
            body.mode,
            today,
            valid_until
        ],
    )?;
    for (role, id_no) in &proof.others {
        request.db.execute(
            "INSERT INTO attestation_party (number, role, id_no) VALUES (?1, ?2, ?3)",
            params![number, role, id_no],
        )?;
    }
    Ok(number)
}
