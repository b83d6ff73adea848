//! What the registers know already is not asked again.

use std::collections::BTreeMap;

use kiosk::catalogue::model::Service;
use kiosk::protocol::body::{Prefill, Prefilled, PrefilledField, Source};
use serde_json::{Value, json};

use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::register::{REGION, Resident};

/// State of the sample registers.
const RECORDED: &str = "2026-11-01";

/// `POST /v1/prefill`: a read.
pub fn prefill(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Prefill = request.json()?;
    let service = service_of(request, &body.service_id, body.service_rev)?;
    let (id_no, _) = request.session()?.person(service.login.level)?;
    let resident = request.office.register.find(id_no);
    Answer::ok(&Prefilled {
        fields: fields(service, resident),
        facts: facts(resident),
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
        _ => None,
    }
}

/// Facts for the catalogue's predicates. A person outside the register has none: "unknown" decides.
pub fn facts(resident: Option<&Resident>) -> BTreeMap<String, Value> {
    let Some(resident) = resident else {
        return BTreeMap::new();
    };
    let facts = [
        ("registry.residence_region", json!(REGION)),
        (
            "registry.kinship_confirmed",
            json!(!resident.relatives.is_empty()),
        ),
        ("registry.birth", json!(resident.birth.to_string())),
        ("registry.benefit", json!(resident.benefit)),
        ("bank.holder_matches", json!(true)),
    ];
    facts
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The service must be served in the region.
pub fn check_region(service: &Service, region: &str) -> Result<(), Refusal> {
    let digits = region.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(region.len(), 6 | 12) {
        return Err(Refusal::invalid("/region", "form"));
    }
    if service.serves(region) {
        Ok(())
    } else {
        Err(Case::RegionNotServed.into())
    }
}
