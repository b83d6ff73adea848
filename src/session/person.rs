//! What is known of the person. All of it is zeroed when the visit ends, by `Drop`.

use std::collections::BTreeMap;

use serde_json::Value;
use zeroize::Zeroize;

use crate::protocol::body::{Signature, Source, Words};

use super::event::{CardData, Instant};
use super::letter::Letter;
use super::party::Candidate;

/// One answer with its source.
#[derive(Clone)]
pub(super) struct Answer {
    pub value: Value,
    pub source: Source,
}

/// Everything personal of a visit.
#[derive(Default)]
pub(super) struct Person {
    /// The card that was accepted for this visit.
    pub card: Option<CardData>,
    /// By field id.
    pub answers: BTreeMap<String, Answer>,
    /// By name, for the predicates.
    pub facts: BTreeMap<String, Value>,
    /// Words of what was chosen from a list, by answer id.
    pub chosen: BTreeMap<String, Words>,
    /// Signature of the present matter.
    pub signature: Option<Signature>,
    /// People who act beside the person: verification by role.
    pub parties: BTreeMap<String, String>,
    /// Pictures by the id of their material or field: the upload.
    pub materials: BTreeMap<String, String>,
    /// Identified at the backend: assurance level.
    pub level: u8,
    /// When that was.
    pub identified_at: Instant,
    /// Verification that gave the level.
    pub verification: Option<String>,
    /// The cards of others who were identified in the present matter, by role.
    pub cards: BTreeMap<String, CardData>,
    /// Somebody else whose card is asked for now.
    pub candidate: Option<Box<Candidate>>,
    /// The household's letter of the present matter.
    pub letter: Option<Letter>,
}

impl Person {
    /// Forgets the present matter; who the person is stays.
    pub fn forget_matter(&mut self) {
        for answer in self.answers.values_mut() {
            scrub(&mut answer.value);
        }
        self.answers.clear();
        self.facts.values_mut().for_each(scrub);
        self.facts.clear();
        let words = self.chosen.values_mut().flat_map(BTreeMap::values_mut);
        let ids = self.parties.values_mut().chain(self.materials.values_mut());
        words.chain(ids).for_each(Zeroize::zeroize);
        self.chosen.clear();
        self.parties.clear();
        self.materials.clear();
        if let Some(signature) = &mut self.signature {
            scrub_signature(signature);
        }
        self.signature = None;
        self.parties.clear();
        self.cards.clear();
        self.materials.clear();
        self.candidate = None;
        self.letter = None;
    }

    /// The backend no longer knows who is there. Card and answers stay.
    pub fn forget_identity(&mut self) {
        self.level = 0;
        self.verification = None;
        self.parties.clear();
        self.cards.clear();
        self.candidate = None;
    }

    /// Forgets the answers whose ids begin like this.
    pub fn forget_answers(&mut self, prefix: &str) {
        self.answers.retain(|id, answer| {
            let stays = !id.starts_with(prefix);
            if !stays {
                scrub(&mut answer.value);
            }
            stays
        });
    }

    /// Values alone, for predicates and bodies.
    pub fn values(&self) -> BTreeMap<String, Value> {
        self.answers
            .iter()
            .map(|(id, answer)| (id.clone(), answer.value.clone()))
            .collect()
    }

    /// An answer as text; empty when there is none.
    pub fn text(&self, id: &str) -> String {
        match self.answers.get(id).map(|answer| &answer.value) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.forget_matter();
    }
}

/// Zeroes the texts of a value.
pub(super) fn scrub(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(scrub),
        Value::Object(map) => map.values_mut().for_each(scrub),
        other => *other = Value::Null,
    }
}

fn scrub_signature(signature: &mut Signature) {
    for stroke in &mut signature.strokes {
        for point in stroke.iter_mut() {
            point.zeroize();
        }
    }
    signature.document_sha256.zeroize();
}
