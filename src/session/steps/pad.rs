//! The box to sign in: strokes of a finger, and when they can be a name.

use crate::protocol::body::Signature;
use crate::session::action::{Action, Drawing, StrokePoint};
use crate::session::event::Event;

/// Length of ink that can be a name, in 0.01 mm.
const ENOUGH_INK: f64 = 2000.0;
/// More points than a person writes.
const MOST_POINTS: usize = 20_000;

/// What is written so far.
#[derive(Default)]
pub(in crate::session) struct Pad {
    drawing: Drawing,
}

impl Pad {
    pub fn clear(&mut self) {
        self.drawing = Drawing::default();
    }

    /// There is enough ink.
    pub fn written(&self) -> bool {
        ink(&self.drawing.strokes) >= ENOUGH_INK
    }

    /// Takes what is written or wiped; false for anything else.
    pub fn on(&mut self, event: &Event) -> bool {
        match event {
            Event::Action(Action::Sign(drawing)) => {
                self.write(drawing);
                true
            }
            Event::Action(Action::SignAgain | Action::Clear) => {
                self.clear();
                true
            }
            _ => false,
        }
    }

    fn write(&mut self, drawing: &Drawing) {
        let points: usize = drawing.strokes.iter().map(Vec::len).sum();
        if points > MOST_POINTS {
            return;
        }
        self.drawing = drawing.clone();
        let [wide, high] = drawing.size.map(|side| side.max(0));
        for [x, y, _] in self.drawing.strokes.iter_mut().flatten() {
            *x = (*x).clamp(0, wide);
            *y = (*y).clamp(0, high);
        }
    }

    /// The signature under a document, which is named by its SHA-256 (hex).
    pub fn signature(&self, document_sha256: &str) -> Signature {
        let [w_mm, h_mm] = self.drawing.size.map(|side| side as f32 / 100.0);
        Signature {
            version: 1,
            w_mm,
            h_mm,
            strokes: self.drawing.strokes.clone(),
            document_sha256: document_sha256.to_owned(),
        }
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
    fn a_signature_names_its_box_and_stays_inside_it() {
        let mut pad = Pad::default();
        let drawing = Drawing {
            size: [12_000, 6000],
            strokes: vec![vec![[-5, 10, 0], [13_000, 7000, 9]]],
        };
        assert!(pad.on(&Event::Action(Action::Sign(drawing))));
        let signature = pad.signature("ab");
        assert_eq!((signature.w_mm, signature.h_mm), (120.0, 60.0));
        assert_eq!(signature.strokes, [[[0, 10, 0], [12_000, 6000, 9]]]);
    }

    #[test]
    fn a_dot_is_no_signature_and_two_centimetres_are() {
        assert!(ink(&[vec![[0, 0, 0]]]) < ENOUGH_INK);
        assert!(ink(&[vec![[0, 0, 0], [1999, 0, 10]]]) < ENOUGH_INK);
        assert!(ink(&[vec![[0, 0, 0], [1000, 0, 10]], vec![[0, 500, 20], [0, 1500, 30]]]) >= ENOUGH_INK);
    }
}
