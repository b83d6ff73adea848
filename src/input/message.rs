//! The lines between the terminal and its input engine: one JSON value a line, each way.

use serde::{Deserialize, Serialize};

use super::{Composition, InputError};

/// What the terminal asks.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Request {
    /// A key.
    Key(char),
    /// A candidate of the present page.
    Choose(usize),
    /// The next page.
    Page,
    /// Forget the composition.
    Clear,
}

/// What the engine answers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    /// The engine can be used (first line), or has forgotten the composition.
    Ready,
    /// The composition after the request.
    Composition(Composition),
    /// The request cannot be answered; the engine lives on.
    Refused(Refusal),
    /// The engine cannot be used.
    Unusable(String),
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Refusal {
    UnknownKey,
    NoSuchCandidate,
    BadRequest,
}

impl From<Refusal> for InputError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownKey => Self::UnknownKey,
            Refusal::NoSuchCandidate => Self::NoSuchCandidate,
            Refusal::BadRequest => Self::BadRequest,
        }
    }
}

impl From<InputError> for Reply {
    fn from(error: InputError) -> Self {
        match error {
            InputError::UnknownKey => Self::Refused(Refusal::UnknownKey),
            InputError::NoSuchCandidate => Self::Refused(Refusal::NoSuchCandidate),
            InputError::BadRequest => Self::Refused(Refusal::BadRequest),
            other => Self::Unusable(other.to_string()),
        }
    }
}
