//! What a bundle holds in vain.

use crate::catalogue::finding::{Finding, Severity};
use crate::catalogue::load::Files;
use crate::catalogue::{Catalogue, SESSION_CONSENTS};

/// Texts and lists that no service uses.
pub(super) fn unused(catalogue: &Catalogue, files: &Files) -> Vec<Finding> {
    let used_consent = |id: &str| {
        SESSION_CONSENTS.contains(&id)
            || catalogue
                .services
                .iter()
                .any(|service| service.consents.iter().any(|consent| consent.template == id))
    };
    let used_codes = |id: &str| {
        catalogue.services.iter().any(|service| {
            service
                .fields
                .iter()
                .any(|field| field.code_list.as_deref() == Some(id))
        })
    };
    let consents = catalogue
        .consents
        .keys()
        .filter(|id| !used_consent(id))
        .map(|id| ("consents", id));
    let codes = catalogue
        .codes
        .keys()
        .filter(|id| !used_codes(id))
        .map(|id| ("codes", id));
    consents
        .chain(codes)
        .map(|(folder, id)| {
            let quoted = format!("\"{id}\"");
            let file = files
                .iter()
                .find(|(path, text)| path.starts_with(folder) && text.contains(&quoted))
                .map_or_else(|| format!("{folder}/"), |(path, _)| path.clone());
            Finding {
                severity: Severity::Warning,
                file,
                line: 1,
                column: 1,
                key: id.clone(),
                rule: "L22",
                what: format!("no service uses `{id}`"),
                remedy: "take the file out, or name it in a service".to_owned(),
            }
        })
        .collect()
}
