//! A call as data: what the session asks for and what `remote` sends.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Read.
    Get,
    /// Create or act.
    Post,
    /// Replace.
    Put,
    /// Remove.
    Delete,
}

/// Chosen by the terminal and journalled before the first send (UUIDv7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdempotencyKey(pub Uuid);

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// One request to the backend. `Debug` shows no body: it holds personal data.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Path from `/v1/…`, already filled in; never holds personal data.
    pub path: String,
    /// JSON body; `Null` for none.
    pub body: serde_json::Value,
    /// Present on every call that changes something.
    pub key: Option<IdempotencyKey>,
    /// Version that a replaced thing must still have (`If-Match`).
    pub if_match: Option<u32>,
    /// Deadline of one attempt, in seconds.
    pub timeout_s: u32,
    /// Further attempts after the first, with the same key.
    pub retries: u32,
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} {}", self.method, self.path)
    }
}

/// Why a call brought no usable answer.
#[derive(Debug, Clone, PartialEq)]
pub enum CallFailure {
    /// Never left the terminal: no connection. Nothing happened at the backend.
    Offline,
    /// Sent, and no answer came: the backend may or may not have acted.
    Unconfirmed,
    /// The answer is not one of the API: HTML, too large, cut off, wrong type.
    Malformed(String),
    /// The backend said no.
    Problem(Box<super::problem::Problem>),
}

/// Outcome of a call: the JSON body (`Null` for none) or the failure.
pub type CallResult = Result<serde_json::Value, CallFailure>;
