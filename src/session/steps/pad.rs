//! The box to sign in: strokes of a finger, and when they can be a name.

use crate::protocol::body::Signature;
use crate::session::action::{Action, StrokePoint};
use crate::session::context::Context;
use crate::session::event::Event;

/// Length of ink that can be a name, in 0.01 mm.
const ENOUGH_INK: f64 = 2000.0;
/// More points than a person writes.
const MOST_POINTS: usize = 20_000;

/// What is written so far. Zeroed when dropped.
#[derive(Default)]
pub(in crate::session) struct Pad {
    strokes: Vec<Vec<StrokePoint>>,
}

impl Pad {
    pub fn clear(&mut self) {
        self.scrub();
        self.strokes.clear();
    }

    fn scrub(&mut self) {
        self.strokes
            .iter_mut()
            .flatten()
            .for_each(|point| *point = [0; 3]);
    }

    /// There is enough ink.
    pub fn written(&self) -> bool {
        ink(&self.strokes) >= ENOUGH_INK
    }

    /// Takes what is written or wiped; false for anything else.
    pub fn on(&mut self, event: &Event) -> bool {
        match event {
            Event::Action(Action::Sign(strokes)) => {
                self.write(strokes);
                true
            }
            Event::Action(Action::SignAgain | Action::Clear) => {
                self.clear();
                true
            }
            _ => false,
        }
    }

    fn write(&mut self, strokes: &[Vec<StrokePoint>]) {
        let points: usize = strokes.iter().map(Vec::len).sum();
        if points > MOST_POINTS {
            return;
        }
        let bounded = |value: i32| value.clamp(0, 100_000);
        let bounded = |stroke: &Vec<StrokePoint>| {
            let points = stroke.iter();
            points.map(|[x, y, t]| [bounded(*x), bounded(*y), *t]).collect()
        };
        self.scrub();
        self.strokes = strokes.iter().map(bounded).collect();
    }

    /// The signature under a document, which is named by its SHA-256 (hex).
    pub fn signature(&self, context: &Context, document_sha256: &str) -> Signature {
        let (w_mm, h_mm) = context.settings.signature_mm;
        Signature {
            version: 1,
            w_mm,
            h_mm,
            strokes: self.strokes.clone(),
            document_sha256: document_sha256.to_owned(),
        }
    }
}

impl Drop for Pad {
    fn drop(&mut self) {
        self.scrub();
    }
}

/// Length of all strokes, in 0.01 mm.
fn ink(strokes: &[Vec<StrokePoint>]) -> f64 {
    let step = |pair: &[StrokePoint]| match pair {
        [[x1, y1, _], [x2, y2, _]] => f64::from(*x2 - *x1).hypot(f64::from(*y2 - *y1)),
        _ => 0.0,
    };
    strokes
        .iter()
        .flat_map(|stroke| stroke.windows(2))
        .map(step)
        .sum()
}

/// The first digits of a document's SHA-256, as the screen shows them.
pub(in crate::session) fn fingerprint(sha256: &str) -> String {
    sha256.chars().take(8).collect::<String>().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_is_no_signature_and_two_centimetres_are() {
        assert!(ink(&[vec![[0, 0, 0]]]) < ENOUGH_INK);
        assert!(ink(&[vec![[0, 0, 0], [1999, 0, 10]]]) < ENOUGH_INK);
        assert!(ink(&[vec![[0, 0, 0], [1000, 0, 10]], vec![[0, 500, 20], [0, 1500, 30]]]) >= ENOUGH_INK);
    }
}
