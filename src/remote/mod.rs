//! Client of the backend: one call in, one defined outcome out.
//!
//! Every attempt has a deadline and every answer a size; redirects are not followed, proxies of
//! the environment are not used. A call is repeated only where repeating is safe: it carries its
//! idempotency key, or it changes nothing.

mod attempt;
mod config;
#[cfg(test)]
mod tests;

use std::time::Duration;

use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::protocol::body::CatalogueBundle;
use crate::protocol::call::{Call, CallFailure, CallResult, Method};
use attempt::{Attempt, Received, is_repeatable};
pub use config::{RemoteConfig, RemoteError};

/// Largest JSON answer.
pub const JSON_LIMIT: usize = 1024 * 1024;
/// Largest document, and largest catalogue.
pub const DOCUMENT_LIMIT: usize = 8 * 1024 * 1024;

const PDF: &str = "application/pdf";
const JSON: &str = "application/json";
const PROBE_TIME: Duration = Duration::from_secs(3);
const DOCUMENT_TIME: Duration = Duration::from_secs(20);
const CATALOGUE_TIME: Duration = Duration::from_secs(20);
/// Longest wait that the backend may ask for between two attempts; beyond it the person decides.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A document with the hash of exactly these bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchedDocument {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// SHA-256 (hex).
    pub sha256: String,
}

/// The backend, seen from the terminal. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Remote {
    client: Client,
    base: String,
}

impl Remote {
    /// Prepares a client; connects to nothing yet.
    ///
    /// # Errors
    /// An address that is not allowed, or a certificate or key that cannot be used, by key of the
    /// configuration.
    pub fn new(config: &RemoteConfig) -> Result<Self, RemoteError> {
        Ok(Self {
            client: config.client()?,
            base: config.base()?,
        })
    }

    /// Sends a call and, where that is safe, repeats it with the same key. `token` is the visit's.
    ///
    /// # Errors
    /// How it ended when there is no answer to use.
    pub async fn send(&self, call: &Call, token: Option<&str>) -> CallResult {
        let mut attempt = 0;
        // An attempt may have acted; that a later one found no network does not undo it.
        let mut maybe = false;
        loop {
            let outcome = self.attempt(call, token).await;
            let Err(failure) = &outcome else { return outcome };
            let lost = matches!(failure, CallFailure::Unconfirmed | CallFailure::Malformed(_));
            maybe |= lost && call.key.is_some();
            let Some(pause) = pause_before_next(call, failure, attempt) else {
                return match outcome {
                    Err(CallFailure::Offline) if maybe => Err(CallFailure::Unconfirmed),
                    outcome => outcome,
                };
            };
            attempt += 1;
            tracing::debug!(?call, attempt, ?pause, "again");
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt(&self, call: &Call, token: Option<&str>) -> CallResult {
        let mut request = self.request(call.method, &call.path, token)?;
        if !call.body.is_null() {
            request = request.json(&call.body);
        }
        if let Some(key) = call.key {
            request = request.header("Idempotency-Key", key.to_string());
        }
        if let Some(version) = call.if_match {
            request = request.header(IF_MATCH, format!("\"{version}\""));
        }
        let deadline = Duration::from_secs(call.timeout_s.into());
        let received = Attempt::new(deadline, JSON_LIMIT, JSON).run(request).await?;
        json(&received)
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
    ) -> Result<reqwest::RequestBuilder, CallFailure> {
        let clean =
            path.starts_with('/') && !path.contains("..") && path.bytes().all(|byte| byte.is_ascii_graphic());
        if !clean {
            return Err(CallFailure::Malformed("the path of the call".to_owned()));
        }
        let method = match method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| CallFailure::Malformed("the token of the session".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// Fetches the one-time document of a print job. It is asked for once: a document that got
    /// lost on the way needs a new job.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn fetch_document(&self, job_id: &str, token: &str) -> Result<FetchedDocument, CallFailure> {
        let path = format!("/v1/print-jobs/{job_id}/document");
        let request = self.request(Method::Get, &path, Some(token))?;
        let received = Attempt::new(DOCUMENT_TIME, DOCUMENT_LIMIT, PDF)
            .run(request)
            .await?;
        let sha256 = Sha256::digest(&received.body);
        Ok(FetchedDocument {
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            bytes: received.body,
        })
    }

    /// Fetches the catalogue of a region; `None` when `known` (a bundle's version) is the newest.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn fetch_catalogue(
        &self,
        region: &str,
        known: Option<&str>,
    ) -> Result<Option<CatalogueBundle>, CallFailure> {
        let mut request = self.request(Method::Get, &format!("/v1/catalogue?region={region}"), None)?;
        if let Some(version) = known {
            request = request.header(IF_NONE_MATCH, format!("\"{version}\""));
        }
        let received = Attempt::new(CATALOGUE_TIME, DOCUMENT_LIMIT, JSON)
            .run(request)
            .await?;
        if received.status == 304 {
            return Ok(None);
        }
        serde_json::from_value(json(&received)?)
            .map(Some)
            .map_err(|error| CallFailure::Malformed(format!("catalogue: {error}")))
    }

    /// Asks whether the backend is there.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn probe(&self) -> Result<(), CallFailure> {
        let request = self.request(Method::Get, "/v1/health", None)?;
        let received = Attempt::new(PROBE_TIME, JSON_LIMIT, JSON).run(request).await?;
        json(&received).map(|_| ())
    }
}

fn json(received: &Received) -> CallResult {
    if received.body.is_empty() {
        return Ok(Value::Null);
    }
    // The text of the error could quote a value of the person, so only the place is told.
    serde_json::from_slice(&received.body).map_err(|error| {
        CallFailure::Malformed(format!(
            "not JSON at line {} column {}",
            error.line(),
            error.column()
        ))
    })
}

/// How long to wait before the next attempt; `None` when this failure is the outcome.
fn pause_before_next(call: &Call, failure: &CallFailure, attempt: u32) -> Option<Duration> {
    let passes = match failure {
        // Nothing has left the terminal, so even a call without a key may go again.
        CallFailure::Offline => true,
        CallFailure::Unconfirmed | CallFailure::Malformed(_) => is_repeatable(call),
        CallFailure::Problem(problem) => problem.retryable && is_repeatable(call),
    };
    if !passes || attempt >= call.retries {
        return None;
    }
    let asked = match failure {
        CallFailure::Problem(problem) => problem.retry_after_s,
        _ => None,
    };
    let pause = asked.map_or_else(
        || Duration::from_millis(200 << attempt.min(4)),
        |seconds| Duration::from_secs(seconds.into()),
    );
    (pause <= LONGEST_PAUSE).then_some(pause)
}
