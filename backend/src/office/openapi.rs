//! The served description of the API, and the answer to "are you there".

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::rfc3339;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../openapi.json")).unwrap_or_default());

/// `GET /v1/openapi.json`.
pub fn document(_: &Request<'_>) -> Result<Answer, Refusal> {
    Answer::ok(&*DOCUMENT)
}

/// `GET /v1/health`.
pub fn health(request: &Request<'_>) -> Result<Answer, Refusal> {
    Answer::ok(&json!({ "status": "ok", "sample": true, "time": rfc3339(request.now) }))
}
