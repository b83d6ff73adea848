//! What the registers know already is not asked again.

use std::collections::BTreeMap;

use kiosk::catalogue::model::Service;
use kiosk::protocol::body::{Prefill, Prefilled, PrefilledField, Source};
use serde_json::{Value, json};

use super::{authorisations, day};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::register::{REGION, Resident};
use crate::samples::profile::Marital;

/// State of the sample registers.
const RECORDED: &str = "2026-11-01";

/// `POST /v1/prefill`: a read.
pub fn prefill(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Prefill = request.json()?;
    let service = service_of(request, &body.service_id, body.service_rev)?;
    let principal = super::parties::principal(request, service)?;
    let resident = request.office.register.find(&principal.id_no);
    let facts = facts(resident);
    let open = authorisations::of_person(request, &principal.id_no)?.len();
    let letters = [("registry.open_letters".to_owned(), json!(open))];
    Answer::ok(&Prefilled {
        fields: fields(service, resident),
        facts: facts.into_iter().chain(letters).collect(),
    })
}

/// A service at the revision that the terminal has.
pub fn service_of<'a>(request: &Request<'a>, id: &str, rev: u32) -> Result<&'a Service, Refusal> {
    let service = request.office.service(id)?;
    if service.service.rev != rev {
        return Err(
            Refusal::invalid("/service_rev", "other_revision").with("current_rev", service.service.rev)
        );
    }
    Ok(service)
}

/// Values of the fields that name a register as their source.
pub fn fields(service: &Service, resident: Option<&Resident>) -> BTreeMap<String, PrefilledField> {
    let Some(resident) = resident else {
        return BTreeMap::new();
    };
    let of_field = |field: &kiosk::catalogue::model::Field| {
        let source = *field
            .source
            .iter()
            .find(|source| matches!(source, Source::Registry | Source::SocialSecurityCard))?;
        let field_value = PrefilledField {
            value: value(&field.id, resident)?,
            source,
            at: Some(RECORDED.to_owned()),
        };
        Some((field.id.clone(), field_value))
    };
    service.fields.iter().filter_map(of_field).collect()
}

fn value(field: &str, resident: &Resident) -> Option<Value> {
    let relative = resident.relatives.first();
    let (party, name) = field.split_once('.')?;
    match (party, name) {
        ("relative", "name") => Some(json!(relative?.name)),
        ("relative", "id_no") => Some(json!(relative?.id_no)),
        ("relative", "relation") => Some(json!(relative?.relation)),
        ("bank", "name") => Some(json!("gzrcb")),
        ("bank", "account") => Some(json!(resident.bank_account)),
        (_, "name") => Some(json!(resident.name)),
        (_, "id_no") => Some(json!(resident.id_no)),
        (_, "phone") => Some(json!(resident.phone)),
        (_, "address") => Some(json!(resident.address)),
        (_, "sex") => Some(json!(resident.sex)),
        (_, "birth_date") => Some(json!(resident.birth.to_string())),
        (_, "hukou_region" | "residence_region") => Some(json!(REGION)),
        (_, "marital_status") => Some(json!(resident.profile.marital.name())),
        (_, "disability_category") => Some(json!(resident.profile.disability?.0)),
        (_, "disability_level") => Some(json!(resident.profile.disability?.1)),
        _ => None,
    }
}

/// Facts for the catalogue's predicates. A person outside the register has none: "unknown" decides.
pub fn facts(resident: Option<&Resident>) -> BTreeMap<String, Value> {
    let Some(resident) = resident else {
        return BTreeMap::new();
    };
    let profile = &resident.profile;
    let mut facts = vec![
        ("registry.residence_region", json!(REGION)),
        (
            "registry.kinship_confirmed",
            json!(!resident.relatives.is_empty()),
        ),
        ("registry.birth", json!(resident.birth.to_string())),
        ("registry.benefit", json!(resident.benefit)),
        (
            "registry.assistance_status",
            json!(if resident.benefit { "dibao" } else { "none" }),
        ),
        ("registry.income_per_head", json!(profile.income_per_head)),
        ("registry.marital_status", json!(profile.marital.name())),
        // Who is married cannot be married anew.
        (
            "registry.marriage_conflict",
            json!(profile.marital == Marital::Married),
        ),
        ("registry.retired", json!(profile.retired)),
        ("registry.allowance_due", json!(profile.age >= 80)),
        ("registry.archive_kept", json!(profile.archive)),
        (
            "registry.welfare_housing",
            json!(if profile.welfare_housing {
                "enjoyed"
            } else {
                "not_enjoyed"
            }),
        ),
        ("registry.political_record", json!(profile.archive)),
        ("registry.tax_recorded", json!(profile.taxed)),
        ("registry.drives", json!(profile.drives)),
        (
            "registry.properties",
            json!(resident.records.get("H01").map_or(0, Vec::len)),
        ),
        ("registry.disabled", json!(profile.disability.is_some())),
        ("bank.holder_matches", json!(true)),
    ];
    if let Some((category, level)) = profile.disability {
        facts.push(("registry.disability_category", json!(category)));
        facts.push(("registry.disability_level", json!(level)));
    }
    if profile.retired {
        facts.push(("registry.pension_account", json!("****0001")));
    }
    facts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The service must be served in the region.
pub fn in_region(request: &Request<'_>, service: &Service, region: &str) -> Result<Service, Refusal> {
    let digits = region.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(region.len(), 6 | 12) {
        return Err(Refusal::invalid("/region", "form"));
    }
    if service.serves(region) {
        Ok(service.in_region(region, day(request.now)))
    } else {
        Err(Case::RegionNotServed.into())
    }
}
