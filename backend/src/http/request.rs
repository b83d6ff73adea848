//! A request as a handler sees it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::HeaderMap;
use jiff::Timestamp;
use rusqlite::Transaction;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::office::Office;
use crate::office::sessions::Session;
use crate::problem::{Case, Refusal};

/// What arrived, before anything was looked up.
pub struct Received {
    /// Template of the route, e.g. `/v1/sessions/{session_id}`; fit for the log.
    pub route: &'static str,
    /// Values of the template.
    pub params: BTreeMap<String, String>,
    /// Query string, decoded.
    pub query: BTreeMap<String, String>,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, complete.
    pub body: Bytes,
    /// Who sent it: the terminal's certificate, or `loopback` without TLS.
    pub terminal: String,
}

impl Received {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The bearer token.
    pub fn token(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

/// A request with the transaction it works in.
pub struct Request<'a> {
    /// Everything of the server.
    pub office: &'a Office,
    /// All writes of the request, with the kept answer, are one transaction.
    pub db: &'a Transaction<'a>,
    /// Time of the request.
    pub now: Timestamp,
    /// As received.
    pub received: &'a Received,
    /// Live session of the bearer token, where the route asks for one.
    pub session: Option<Session>,
}

impl Request<'_> {
    /// A value of the path.
    pub fn param(&self, name: &str) -> &str {
        self.received.params.get(name).map_or("", String::as_str)
    }

    /// The strict body, an object: unknown members, wrong types and missing members are refused.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let body = &self.received.body;
        // Is it JSON at all? This reads any depth without recursion.
        if serde_json::from_slice::<IgnoredAny>(body).is_err() {
            return Err(Case::MalformedRequest.into());
        }
        // serde would take an array for an object with members in this order.
        if body.trim_ascii_start().first() != Some(&b'{') {
            return Err(Refusal::invalid("", "schema"));
        }
        serde_json::from_slice(body).map_err(|error| {
            if error.is_data() {
                // The text of the error may quote a value of the person, so only its place is told.
                let place = format!("line {} column {}", error.line(), error.column());
                Refusal::invalid("", "schema").with("detail", place)
            } else {
                Case::MalformedRequest.into()
            }
        })
    }

    /// The live session.
    pub fn session(&self) -> Result<&Session, Refusal> {
        self.session.as_ref().ok_or_else(|| Case::SessionEnded.into())
    }

    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.now.as_millisecond()
    }
}
