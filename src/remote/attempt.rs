//! One request, one answer: deadline, size, type, and what each failure means.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, Response};

use super::JSON_LIMIT;
use crate::protocol::call::{Call, CallFailure, Method};
use crate::protocol::problem::Problem;

/// Reads by POST: the number of a person belongs into a body, never into an address.
const READS: [&str; 6] = [
    "/v1/assistant/questions",
    "/v1/guidance",
    "/v1/prefill",
    "/v1/queries/",
    "/v1/verifications",
    "/v1/face-comparisons",
];

/// Whether a second sending cannot act twice.
pub fn is_repeatable(call: &Call) -> bool {
    call.method != Method::Post || call.key.is_some() || READS.iter().any(|read| call.path.starts_with(read))
}

/// A good answer, complete.
pub struct Received {
    /// Status, 2xx or 304.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

/// The limits of one attempt.
pub struct Attempt {
    deadline: Duration,
    limit: usize,
    kind: &'static str,
}

impl Attempt {
    /// `limit` in bytes; `kind` is the content type that a good answer must have.
    pub fn new(deadline: Duration, limit: usize, kind: &'static str) -> Self {
        Self {
            deadline,
            limit,
            kind,
        }
    }

    /// Sends and reads.
    pub async fn run(&self, request: RequestBuilder) -> Result<Received, CallFailure> {
        // Also a slow answer is no answer: what was asked may have happened.
        tokio::time::timeout(self.deadline, self.exchange(request))
            .await
            .unwrap_or(Err(CallFailure::Unconfirmed))
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Received, CallFailure> {
        let response = request.send().await.map_err(|error| failure_of(&error))?;
        let status = response.status();
        if status.is_success() {
            self.good(response).await
        } else if status.as_u16() == 304 {
            Ok(Received {
                status: 304,
                body: Vec::new(),
            })
        } else if status.is_redirection() {
            Err(CallFailure::Malformed(format!(
                "{status}: redirects are not followed"
            )))
        } else {
            Err(problem(response).await)
        }
    }

    async fn good(&self, response: Response) -> Result<Received, CallFailure> {
        let status = response.status().as_u16();
        let kind = essence(&response);
        let body = read(response, self.limit).await?;
        if !body.is_empty() && kind != self.kind {
            return Err(CallFailure::Malformed(format!(
                "{} wanted, not {kind:?}",
                self.kind
            )));
        }
        if body.is_empty() && status == 200 && self.kind != "application/json" {
            return Err(CallFailure::Malformed("an empty document".to_owned()));
        }
        Ok(Received { status, body })
    }
}

/// The problem of an answer that says no; an answer without one is not of the API.
async fn problem(response: Response) -> CallFailure {
    let status = response.status();
    let kind = essence(&response);
    let body = match read(response, JSON_LIMIT).await {
        Ok(body) => body,
        Err(failure) => return failure,
    };
    if kind != "application/problem+json" {
        return CallFailure::Malformed(format!("{status} without problem details"));
    }
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => CallFailure::Problem(Box::new(problem)),
        Err(_) => CallFailure::Malformed(format!("{status} with problem details of another form")),
    }
}

/// Content type without parameters, lower case, at most 60 characters of it.
fn essence(response: &Response) -> String {
    let value = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.chars().take(60).collect::<String>().to_ascii_lowercase()
}

async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, CallFailure> {
    let too_large = || CallFailure::Malformed(format!("larger than {limit} bytes"));
    let announced = response.content_length().unwrap_or(0);
    if announced > limit as u64 {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(too_large()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(_) => return Err(CallFailure::Malformed("cut off".to_owned())),
        }
    }
}

/// What an error before the first byte of the answer means.
fn failure_of(error: &reqwest::Error) -> CallFailure {
    if error.is_builder() {
        return CallFailure::Malformed("the request cannot be built".to_owned());
    }
    if error.is_connect() {
        return CallFailure::Offline;
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(http) = cause.downcast_ref::<hyper::Error>()
            && (http.is_parse() || http.is_parse_too_large())
        {
            return CallFailure::Malformed("not HTTP".to_owned());
        }
        source = cause.source();
    }
    CallFailure::Unconfirmed
}
