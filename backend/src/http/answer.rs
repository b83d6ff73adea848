//! What a handler answers.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::Value;

use crate::problem::Refusal;

/// Marks every answer of this server: its data is fictitious.
pub const SAMPLE_HEADER: &str = "kiosk-sample";

/// Body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// No body.
    Nothing,
    /// `application/json`.
    Json(Value),
    /// `application/pdf`.
    Pdf(Vec<u8>),
}

/// A good answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Status, 2xx or 304.
    pub status: StatusCode,
    /// Body.
    pub content: Content,
    /// Entity tag, without quotes.
    pub etag: Option<String>,
}

impl Answer {
    fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Refusal> {
        Ok(Self {
            status,
            content: Content::Json(serde_json::to_value(body)?),
            etag: None,
        })
    }

    /// 200 with a body.
    pub fn ok(body: &impl Serialize) -> Result<Self, Refusal> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with a body.
    pub fn created(body: &impl Serialize) -> Result<Self, Refusal> {
        Self::json(StatusCode::CREATED, body)
    }

    /// An answer without body, e.g. 204.
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            content: Content::Nothing,
            etag: None,
        }
    }

    /// 200 with a PDF.
    pub fn pdf(document: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            content: Content::Pdf(document),
            etag: None,
        }
    }

    /// Adds the entity tag.
    pub fn tagged(mut self, etag: impl Into<String>) -> Self {
        self.etag = Some(etag.into());
        self
    }
}

/// The HTTP response of a good answer.
pub fn response(answer: Answer) -> Response<Body> {
    let (body, kind) = match answer.content {
        Content::Nothing => (Body::empty(), None),
        Content::Json(value) => (Body::from(value.to_string()), Some("application/json")),
        Content::Pdf(bytes) => (Body::from(bytes), Some("application/pdf")),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    if let Some(tag) = answer
        .etag
        .and_then(|tag| HeaderValue::try_from(format!("\"{tag}\"")).ok())
    {
        response.headers_mut().insert(header::ETAG, tag);
    }
    finish(response, kind)
}

/// The HTTP response of a refusal.
pub fn problem(refusal: &Refusal, trace_id: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(refusal.body(trace_id).to_string()));
    *response.status_mut() =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = refusal.problem.retry_after_s {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    finish(response, Some("application/problem+json"))
}

fn finish(mut response: Response<Body>, kind: Option<&'static str>) -> Response<Body> {
    let headers = response.headers_mut();
    if let Some(kind) = kind {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        HeaderName::from_static(SAMPLE_HEADER),
        HeaderValue::from_static("true"),
    );
    response
}
