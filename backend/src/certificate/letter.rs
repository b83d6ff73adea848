//! The letter of a household as a paper: its words, who signed, and the drawn signatures.

use std::fmt::Write as _;

use jiff::civil::Date;
use kiosk::protocol::body::Signature;
use serde_json::json;
use sha2::{Digest, Sha256};

/// What stands on a letter. It is complete: nothing is masked.
pub struct LetterPaper {
    /// Heading.
    pub title: String,
    /// Number.
    pub number: String,
    /// Words, paragraph by paragraph.
    pub paragraphs: Vec<String>,
    /// Everyone who signs, in their order.
    pub entries: Vec<SignedEntry>,
    /// Office that seals.
    pub office: String,
    /// An electronic seal is drawn.
    pub sealed: bool,
    /// Day of completion.
    pub issued_on: Date,
    /// Last day.
    pub valid_until: Date,
    /// Text of the QR code.
    pub code: String,
}

/// One of those who sign.
pub struct SignedEntry {
    /// Name.
    pub name: String,
    /// Card number.
    pub id_no: String,
    /// Relation to the applicant, in words.
    pub relation: String,
    /// `2026-11-23 09:30`; empty when it was not needed.
    pub signed_on: String,
    /// In whose hand, when the guardian signed; otherwise empty.
    pub guardian: String,
    /// Strokes.
    pub signature: Option<Signature>,
}

/// SHA-256 of all that the letter says, without its code.
pub fn letter_sha256(paper: &LetterPaper) -> [u8; 32] {
    Sha256::digest(content(paper).to_string()).into()
}

fn content(paper: &LetterPaper) -> serde_json::Value {
    let entries: Vec<serde_json::Value> = paper
        .entries
        .iter()
        .map(|entry| {
            json!({
                "name": entry.name, "id_no": entry.id_no, "relation": entry.relation,
                "signed_on": entry.signed_on, "guardian": entry.guardian,
                "signature": entry.signature.as_ref().map(drawing).unwrap_or_default(),
            })
        })
        .collect();
    json!({
        "title": paper.title, "number": paper.number, "paragraphs": paper.paragraphs, "entries": entries,
        "office": paper.office, "sealed": paper.sealed, "issued_on": paper.issued_on.to_string(),
        "issued_on_words": words(paper.issued_on), "valid_until_words": words(paper.valid_until),
    })
}

/// The template's data.
pub fn data(paper: &LetterPaper, code_modules: usize) -> Vec<u8> {
    let mut content = content(paper);
    if let Some(object) = content.as_object_mut() {
        object.insert("code_modules".to_owned(), json!(code_modules));
    }
    content.to_string().into_bytes()
}

fn words(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// The strokes as SVG whose unit is 0.01 mm. Numbers only: nothing of the sender's text is in it.
fn drawing(signature: &Signature) -> String {
    let [width, height] = [signature.w_mm, signature.h_mm].map(|mm| (mm * 100.0).clamp(100.0, 100_000.0));
    let mut path = String::new();
    for stroke in &signature.strokes {
        for (index, [x, y, _]) in stroke.iter().enumerate() {
            let _ = write!(path, "{}{x} {y}", if index == 0 { 'M' } else { 'L' });
        }
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}"><path d="{path}" fill="none" stroke="#000" stroke-width="90" stroke-linecap="round" stroke-linejoin="round"/></svg>"##
    )
}
