//! Problem details (RFC 9457) with the members of services.md 4.7. Branch on `kind`, never on text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Base of the `type` URIs.
pub const TYPE_BASE: &str = "https://errors.kiosk.example/";

/// `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// URI; its suffix is the case, e.g. `…/consent-required`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short English title for logs.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Short code printed on screen, e.g. `K-4091`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// For finding the request in the backend's log.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub trace_id: String,
    /// The same request may succeed later.
    #[serde(default)]
    pub retryable: bool,
    /// Seconds to wait before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// Text per language that the terminal may show as it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub user_message: BTreeMap<String, String>,
    /// Field errors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One field that the backend refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer into the request body.
    pub pointer: String,
    /// Field id of the catalogue, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Case.
    pub code: String,
    /// Text per language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub user_message: BTreeMap<String, String>,
}

impl Problem {
    /// The case: the last segment of `type`.
    pub fn case(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
}
