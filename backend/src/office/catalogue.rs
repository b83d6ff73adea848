//! The catalogue bundle.

use axum::http::StatusCode;
use kiosk::catalogue::seal;
use kiosk::protocol::body::CatalogueBundle;

use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// `GET /v1/catalogue?region=`, 304 when the terminal has it.
pub fn bundle(request: &Request<'_>) -> Result<Answer, Refusal> {
    let services = &request.office.services;
    let region = request
        .received
        .query
        .get("region")
        .filter(|region| matches!(region.len(), 6 | 12) && region.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(|| Refusal::invalid("/region", "form"))?;
    let served = &services.catalogue.manifest.region;
    if !region.starts_with(served.trim_end_matches("00")) {
        return Err(Case::RegionNotServed.into());
    }
    let known = request.received.header("if-none-match").unwrap_or_default();
    if known.trim_matches('"') == services.version {
        return Ok(Answer::empty(StatusCode::NOT_MODIFIED).tagged(&services.version));
    }
    let mut bundle = CatalogueBundle {
        version: services.version.clone(),
        region: served.clone(),
        files: services.files.clone(),
        signature: String::new(),
    };
    if let Some(key) = &request.office.issuer {
        seal::sign(&mut bundle, key);
    }
    Ok(Answer::ok(&bundle)?.tagged(&services.version))
}
