//! Self-check of papers (E03): what is needed by one's answers, what is there, what is missing.

use kiosk::catalogue::model::Material;
use kiosk::catalogue::predicate::Facts;
use kiosk::protocol::information::Line;
use serde_json::Value;

use super::super::states::State;
use super::super::track::Track;
use super::super::{day, judge};
use super::{Kept, Opening};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::text;

/// How a paper stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// A picture came with the check, or the person says that the paper is at hand.
    There,
    /// The office has it itself.
    Spared,
    /// Must still be brought.
    Missing,
}

impl Standing {
    fn text(self) -> &'static str {
        match self {
            Self::There => "material.there",
            Self::Spared => "material.spared",
            Self::Missing => "material.missing",
        }
    }
}

/// `POST /v1/material-checks`: `complete` or `incomplete`, a line a paper.
pub fn check(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = super::read_without_papers(request)?;
    let answers = &opening.body.answers;
    let facts = judge::facts(request, opening.id_no(), &[], answers);
    let known = Facts {
        answers,
        facts: &facts,
        today: day(request.now),
    };
    let standings: Vec<(&Material, Standing)> = opening
        .service
        .materials
        .iter()
        .filter_map(|material| Some((material, standing(material, &opening, known)?)))
        .collect();
    let missing = standings
        .iter()
        .any(|(_, standing)| *standing == Standing::Missing);
    let lines = standings
        .into_iter()
        .map(|(material, standing)| Line {
            label: (*material.name).clone(),
            value: text(standing.text()),
        })
        .collect();
    super::answer(
        request,
        &opening,
        &Kept {
            kind: "M",
            track: Track::MaterialCheck,
            states: &[State::Submitted, State::Accepted, State::Closed],
            outcome: if missing { "incomplete" } else { "complete" },
            lines,
        },
    )
}

/// `None` for a paper that this person does not need.
fn standing(material: &Material, opening: &Opening, known: Facts<'_>) -> Option<Standing> {
    let needed = material.required || judge::holds(material.required_when.as_ref(), known);
    if !needed {
        return None;
    }
    if !judge::is_asked(material, known) || !judge::is_brought(material) {
        return Some(Standing::Spared);
    }
    let pictured = opening.body.materials.contains_key(&material.id);
    Some(if pictured || at_hand(material, opening) {
        Standing::There
    } else {
        Standing::Missing
    })
}

/// The person answered that the paper is at hand: a field that ends with the paper's id.
fn at_hand(material: &Material, opening: &Opening) -> bool {
    opening.body.answers.iter().any(|(id, value)| {
        let yes = *value == Value::Bool(true) || value.as_str() == Some("yes");
        yes && id.rsplit('.').next() == Some(material.id.as_str())
    })
}
