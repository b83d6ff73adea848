//! One-to-one comparison with the register's portrait, for cards whose photo no decoder can read.

use kiosk::protocol::body::{FaceCompared, FaceComparison};

use super::consents;
use super::identity::check_subject;
use crate::face::FaceRegisterError;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// `POST /v1/face-comparisons`: a read; template and cosine are forgotten with the answer.
pub fn compare(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: FaceComparison = request.json()?;
    check_subject(&body.subject)?;
    consents::require(request, Some(&body.consent_id), "face_template")?;
    let cosine = request
        .office
        .faces
        .cosine(&body.subject.id_no, &body.model_sha256, body.template)
        .map_err(|error| match error {
            FaceRegisterError::Unavailable | FaceRegisterError::NoPortrait => {
                Refusal::from(Case::UpstreamUnavailable)
            }
            FaceRegisterError::OtherModel => Refusal::invalid("/model_sha256", "other_model"),
            FaceRegisterError::NotATemplate => Refusal::invalid("/template", "not_a_template"),
        })?;
    Answer::ok(&FaceCompared { cosine })
}
