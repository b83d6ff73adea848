//! The signature by finger. What is signed is fixed before the first stroke.

use crate::protocol::body::{Application, Signature};
use crate::session::action::{Action, StrokePoint};
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::view::{Page, Say};

/// Length of ink that can be a name, in 0.01 mm.
const ENOUGH_INK: f64 = 2000.0;
/// More points than a person writes.
const MOST_POINTS: usize = 20_000;

/// The page of the signature.
pub(in crate::session) struct Sign {
    step: usize,
    document_sha256: String,
    strokes: Vec<Vec<StrokePoint>>,
}

impl Sign {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            document_sha256: String::new(),
            strokes: Vec::new(),
        }
    }

    fn written(&self) -> bool {
        ink(&self.strokes) >= ENOUGH_INK
    }
}

impl Drop for Sign {
    fn drop(&mut self) {
        self.strokes
            .iter_mut()
            .flatten()
            .for_each(|point| *point = [0; 3]);
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

/// The application as it stands now, without a signature.
pub(in crate::session) fn application(context: &Context) -> Option<Application> {
    let service = context.service()?;
    let mut answers = context.person.values();
    // Only what the service declares leaves the terminal.
    answers.retain(|id, _| service.field(id).is_some());
    Some(Application {
        service_id: service.service.id.clone(),
        service_rev: service.service.rev,
        region: context.settings.region.clone(),
        answers,
        signature: None,
        parties: context.person.parties.clone(),
        materials: context.person.materials.clone(),
    })
}

impl Stage for Sign {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.strokes.clear();
        self.document_sha256 = application(context)
            .map(|body| body.content_sha256())
            .unwrap_or_default();
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Sign(strokes)) => {
                let points: usize = strokes.iter().map(Vec::len).sum();
                if points <= MOST_POINTS {
                    let bounded = |value: i32| value.clamp(0, 100_000);
                    self.strokes = strokes
                        .iter()
                        .map(|stroke| {
                            stroke
                                .iter()
                                .map(|[x, y, t]| [bounded(*x), bounded(*y), *t])
                                .collect()
                        })
                        .collect();
                }
                Turn::Stay
            }
            Event::Action(Action::SignAgain | Action::Clear) => {
                self.strokes.clear();
                Turn::Stay
            }
            Event::Action(Action::Next) if self.written() => {
                let (w_mm, h_mm) = context.settings.signature_mm;
                context.person.signature = Some(Signature {
                    version: 1,
                    w_mm,
                    h_mm,
                    strokes: self.strokes.clone(),
                    document_sha256: self.document_sha256.clone(),
                });
                Turn::Next
            }
            Event::Action(Action::Back) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let service = context.service();
        let words = service.and_then(|service| service.steps.get(self.step)?.text.as_ref());
        let title = service.map(|service| Say::Words((*service.service.title).clone()));
        let document = words.map(|words| Say::Words((**words).clone())).or(title);
        let off = (!self.written()).then(|| Say::id("sign.write_first"));
        Page::Signature {
            who: context.who_masked().unwrap_or_default(),
            document: document.unwrap_or_else(|| Say::Verbatim(String::new())),
            fingerprint: self
                .document_sha256
                .chars()
                .take(8)
                .collect::<String>()
                .to_uppercase(),
            written: self.written(),
            next: button_off(Action::Next, "check", Say::id("sign.go"), off),
        }
    }
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
