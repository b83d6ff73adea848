//! What time does by itself: letters and codes run out, money goes back, nobody came to a call.
//!
//! Every request brings all of it up to now before it looks; a timer does so when nobody asks.

use super::{authorisations, money, uploads, videos};
use crate::http::request::Request;
use crate::problem::Refusal;

/// Brings everything up to the request's time.
pub fn run(request: &Request<'_>) -> Result<(), Refusal> {
    authorisations::expire(request)?;
    uploads::expire(request)?;
    money::expire(request)?;
    videos::expire(request)
}
