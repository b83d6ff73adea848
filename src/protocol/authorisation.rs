//! The household's letter (以家庭为单位授权): one letter, many signatories, several days and terminals.

use serde::{Deserialize, Serialize};

use super::body::{Signature, Words};

/// `POST /v1/authorisations`: makes the letter of an application that is a draft.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorisationRequest {
    /// Draft to which the letter belongs; its answers name the people.
    pub application_id: String,
    /// Id of the service's `[[authorisation]]`.
    pub authorisation: String,
}

/// Answer to [`AuthorisationRequest`], to `GET /v1/authorisations/{id}` and to a signature.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AuthorisationState {
    /// For later calls.
    pub authorisation_id: String,
    /// Application to which it belongs.
    pub application_id: String,
    /// Number on the letter.
    pub number: String,
    /// `open`, `complete`, `sealed`, `used`, `expired` or `withdrawn`.
    pub state: String,
    /// Words of the letter, paragraph by paragraph, as everyone signs them.
    pub letter: Vec<Words>,
    /// SHA-256 (hex) of the letter's Chinese text: each signature is bound to it.
    pub sha256: String,
    /// Who signs.
    pub signatories: Vec<Signatory>,
    /// Last day for the signatures.
    pub sign_until: String,
    /// The session's person is the one who applies, and submits once the letter is complete.
    #[serde(default)]
    pub own: bool,
    /// Payload of the code with which the others sign by telephone; no number of a person in it.
    pub qr: String,
}

/// One of those who sign.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Signatory {
    /// For the signature.
    pub signatory_id: String,
    /// `applicant`, `household_member` or `supporter`.
    pub role: String,
    /// `李*`.
    pub name_masked: String,
    /// Relation to the applicant (GB/T 4761), in words.
    pub relation: Words,
    /// A guardian signs for this person, who is a minor or has no full capacity.
    pub by_guardian: bool,
    /// `waiting` or `signed`.
    pub state: String,
    /// When it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<String>,
    /// The session's person is the one who has to sign here.
    pub mine: bool,
}

/// `POST /v1/authorisations/{authorisation_id}/signatures`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddSignature {
    /// Of [`Signatory`].
    pub signatory_id: String,
    /// Verification of who writes: the signatory, or the guardian.
    pub verification_id: String,
    /// The signature; `document_sha256` is the letter's.
    pub signature: Signature,
}

/// Answer to `GET /v1/authorisations`: letters that wait for the session's person to sign, and complete
/// ones with which the session's person has not applied yet.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct MyAuthorisations {
    /// Oldest first.
    pub authorisations: Vec<AuthorisationState>,
}
