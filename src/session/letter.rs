//! The household's letter of the present matter, and the signature that is under way. Its words name
//! people: zeroed when it is dropped.

use zeroize::Zeroize;

use crate::protocol::authorisation::{AuthorisationState, Signatory};
use crate::protocol::call::IdempotencyKey;

/// A letter as the backend gave it last.
pub(super) struct Letter {
    pub state: AuthorisationState,
    pub signing: Option<Signing>,
}

/// One signature on its way: who has to sign, and who writes.
#[derive(Clone)]
pub(super) struct Signing {
    pub signatory: Signatory,
    /// Verification of who writes.
    pub verification: String,
    /// Masked name of who writes.
    pub writer: String,
    /// The same however often it is sent.
    pub key: IdempotencyKey,
}

impl Letter {
    pub fn new(state: AuthorisationState) -> Self {
        Self { state, signing: None }
    }

    /// Everyone has signed, or the rule of the letter asks for no more.
    pub fn complete(&self) -> bool {
        matches!(self.state.state.as_str(), "complete" | "sealed" | "used")
    }

    pub fn open(&self) -> bool {
        self.state.state == "open"
    }

    pub fn waiting(&self) -> impl Iterator<Item = &Signatory> {
        let signatories = self.state.signatories.iter();
        signatories.filter(|signatory| signatory.state == "waiting")
    }

    /// Somebody has signed: what the letter says stays as it is.
    pub fn begun(&self) -> bool {
        self.state
            .signatories
            .iter()
            .any(|signatory| signatory.state == "signed")
    }
}

impl Drop for Letter {
    fn drop(&mut self) {
        let words = self.state.letter.iter_mut();
        words
            .flat_map(|words| words.values_mut())
            .for_each(Zeroize::zeroize);
        for signatory in &mut self.state.signatories {
            signatory.name_masked.zeroize();
        }
    }
}
