//! What is known of the person. All of it is zeroed when the visit ends, by `Drop`.

use std::collections::BTreeMap;

use serde_json::Value;
use zeroize::Zeroize;

use crate::protocol::body::{Signature, Source};

use super::event::CardData;

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
    /// Signature of the present matter.
    pub signature: Option<Signature>,
    /// People who act beside the person: verification by role.
    pub parties: BTreeMap<String, String>,
    /// Pictures by the id of their material or field: the upload.
    pub materials: BTreeMap<String, String>,
    /// Identified at the backend: assurance level.
    pub level: u8,
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
        let ids = self.parties.values_mut().chain(self.materials.values_mut());
        ids.for_each(Zeroize::zeroize);
        self.parties.clear();
        self.materials.clear();
        if let Some(signature) = &mut self.signature {
            scrub_signature(signature);
        }
        self.signature = None;
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
