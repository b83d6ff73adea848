//! What is only taken in and passed on: aid leads and deliveries.

use super::super::states::State;
use super::super::track::Track;
use super::Kept;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;

/// `POST /v1/leads`: the platform calls back.
pub fn lead(request: &Request<'_>) -> Result<Answer, Refusal> {
    take(request, "L", Track::Lead)
}

/// `POST /v1/deliveries`: a result goes by courier; its number is that of the parcel.
pub fn delivery(request: &Request<'_>) -> Result<Answer, Refusal> {
    take(request, "E", Track::Delivery)
}

fn take(request: &Request<'_>, kind: &'static str, track: Track) -> Result<Answer, Refusal> {
    let opening = super::read(request)?;
    super::answer(
        request,
        &opening,
        &Kept {
            kind,
            track,
            states: &[State::Submitted],
            outcome: "received",
            lines: Vec::new(),
        },
    )
}
