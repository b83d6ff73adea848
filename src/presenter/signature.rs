//! The finger's strokes, in millimetres and milliseconds.

use std::time::Instant;

use super::path;
use crate::session::action::{Action, Drawing, StrokePoint};
use kiosk_ui::StrokePhase;

/// More would be scribbling, and has to end somewhere.
const MOST_POINTS: usize = 20_000;

/// Strokes of the present signature.
pub(super) struct Signature {
    px_per_mm: f32,
    drawing: Drawing,
    began: Option<Instant>,
    points: usize,
}

impl Signature {
    /// `px_per_mm`: pixels of the screen on one millimetre.
    pub fn new(px_per_mm: f32) -> Self {
        Self {
            px_per_mm: px_per_mm.max(0.1),
            drawing: Drawing::default(),
            began: None,
            points: 0,
        }
    }

    /// The same, of a panel that the layout was fitted to.
    pub fn fit(&mut self, px_per_mm: f32) {
        self.px_per_mm = px_per_mm.max(0.1);
    }

    /// The finger at `at` (px from the upper left corner) in a box of `size` (px). A finished stroke
    /// gives the action with all strokes so far.
    pub fn stroke(
        &mut self,
        phase: StrokePhase,
        at: [f32; 2],
        size: [f32; 2],
        now: Instant,
    ) -> Option<Action> {
        let began = *self.began.get_or_insert(now);
        let [x, y] = at.map(|px| self.hundredths(px));
        let elapsed = now.saturating_duration_since(began).as_millis();
        let point = [x, y, i32::try_from(elapsed).unwrap_or(i32::MAX)];
        self.drawing.size = size.map(|px| self.hundredths(px));
        match phase {
            StrokePhase::Down => self.drawing.strokes.push(vec![point]),
            StrokePhase::Move => self.extend(point),
            StrokePhase::Up => {
                self.extend(point);
                return Some(Action::Sign(self.drawing.clone()));
            }
        }
        None
    }

    fn extend(&mut self, point: StrokePoint) {
        if self.points < MOST_POINTS
            && let Some(stroke) = self.drawing.strokes.last_mut()
        {
            self.points += 1;
            stroke.push(point);
        }
    }

    /// 0.01 mm from px, saturating.
    fn hundredths(&self, px: f32) -> i32 {
        (px * 100.0 / self.px_per_mm).round() as i32
    }

    /// Strokes as the page's path commands, px.
    pub fn ink(&self, strokes: &[Vec<StrokePoint>]) -> String {
        let px = |hundredths: i32| hundredths as f32 * self.px_per_mm / 100.0;
        path::commands(strokes, |[x, y, _]| (px(*x), px(*y)))
    }

    /// Forgets the strokes.
    pub fn clear(&mut self) {
        self.drawing = Drawing::default();
        self.began = None;
        self.points = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const BOX: [f32; 2] = [300.0, 150.0];

    #[test]
    fn strokes_are_in_hundredths_of_a_millimetre_and_milliseconds() {
        let mut signature = Signature::new(2.0);
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(
            signature.stroke(StrokePhase::Down, [10.0, 20.0], BOX, start),
            None
        );
        assert_eq!(
            signature.stroke(StrokePhase::Move, [11.0, 20.0], BOX, at(16)),
            None
        );
        let signed = signature.stroke(StrokePhase::Up, [12.0, 21.0], BOX, at(40));
        let drawing = Drawing {
            size: [15_000, 7500],
            strokes: vec![vec![[500, 1000, 0], [550, 1000, 16], [600, 1050, 40]]],
        };
        assert_eq!(signed, Some(Action::Sign(drawing)));
    }

    #[test]
    fn each_finished_stroke_gives_all_strokes_and_clearing_forgets_them() {
        let mut signature = Signature::new(2.71);
        let now = Instant::now();
        let stroke = |signature: &mut Signature| {
            signature.stroke(StrokePhase::Down, [1.0, 1.0], BOX, now);
            match signature.stroke(StrokePhase::Up, [2.0, 2.0], BOX, now) {
                Some(Action::Sign(drawing)) => drawing.strokes.len(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((stroke(&mut signature), stroke(&mut signature)), (1, 2));
        signature.clear();
        assert_eq!(stroke(&mut signature), 1);
    }

    #[test]
    fn a_lifted_finger_without_a_stroke_is_harmless() {
        let mut signature = Signature::new(2.71);
        let lifted = signature.stroke(StrokePhase::Up, [f32::NAN, f32::INFINITY], BOX, Instant::now());
        assert!(matches!(lifted, Some(Action::Sign(drawing)) if drawing.strokes.is_empty()));
    }
}
