//! The finger's strokes, in millimetres and milliseconds.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use kiosk_ui::StrokePhase;
use zeroize::Zeroize;

use crate::session::action::{Action, StrokePoint};

/// More would be scribbling, and has to end somewhere.
const MOST_POINTS: usize = 20_000;

/// Strokes of the present signature.
pub(super) struct Signature {
    px_per_mm: f32,
    strokes: Vec<Vec<StrokePoint>>,
    began: Option<Instant>,
    points: usize,
}

impl Signature {
    /// `px_per_mm`: pixels of the screen on one millimetre.
    pub fn new(px_per_mm: f32) -> Self {
        Self {
            px_per_mm: px_per_mm.max(0.1),
            strokes: Vec::new(),
            began: None,
            points: 0,
        }
    }

    /// The same, of a panel that the layout was fitted to.
    pub fn fit(&mut self, px_per_mm: f32) {
        self.px_per_mm = px_per_mm.max(0.1);
    }

    /// The finger at `x`, `y` (px from the box's upper left corner). A finished stroke gives the
    /// action with all strokes so far.
    pub fn stroke(&mut self, phase: StrokePhase, x: f32, y: f32, now: Instant) -> Option<Action> {
        let began = *self.began.get_or_insert(now);
        let point = self.point(x, y, now.saturating_duration_since(began));
        match phase {
            StrokePhase::Down => self.strokes.push(vec![point]),
            StrokePhase::Move => self.extend(point),
            StrokePhase::Up => {
                self.extend(point);
                return Some(Action::Sign(self.strokes.clone()));
            }
        }
        None
    }

    fn extend(&mut self, point: StrokePoint) {
        if self.points < MOST_POINTS
            && let Some(stroke) = self.strokes.last_mut()
        {
            self.points += 1;
            stroke.push(point);
        }
    }

    fn point(&self, x: f32, y: f32, elapsed: Duration) -> StrokePoint {
        // A saturating cast: 0.01 mm from px.
        let hundredths = |px: f32| (px * 100.0 / self.px_per_mm).round() as i32;
        [
            hundredths(x),
            hundredths(y),
            i32::try_from(elapsed.as_millis()).unwrap_or(i32::MAX),
        ]
    }

    /// Strokes as the page's path commands, px.
    pub fn ink(&self, strokes: &[Vec<StrokePoint>]) -> String {
        let px = |hundredths: i32| hundredths as f32 * self.px_per_mm / 100.0;
        let mut path = String::new();
        for stroke in strokes {
            for (number, [x, y, _]) in stroke.iter().enumerate() {
                let command = if number == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{command}{:.0} {:.0}", px(*x), px(*y));
            }
        }
        path
    }

    /// Forgets the strokes.
    pub fn clear(&mut self) {
        self.strokes.iter_mut().for_each(Zeroize::zeroize);
        self.strokes.clear();
        self.began = None;
        self.points = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_are_in_hundredths_of_a_millimetre_and_milliseconds() {
        let mut signature = Signature::new(2.0);
        let start = Instant::now();
        assert_eq!(signature.stroke(StrokePhase::Down, 10.0, 20.0, start), None);
        assert_eq!(
            signature.stroke(StrokePhase::Move, 11.0, 20.0, start + Duration::from_millis(16)),
            None
        );
        let signed = signature.stroke(StrokePhase::Up, 12.0, 21.0, start + Duration::from_millis(40));
        let stroke = vec![[500, 1000, 0], [550, 1000, 16], [600, 1050, 40]];
        assert_eq!(signed, Some(Action::Sign(vec![stroke])));
    }

    #[test]
    fn each_finished_stroke_gives_all_strokes_and_clearing_forgets_them() {
        let mut signature = Signature::new(2.71);
        let now = Instant::now();
        for _ in 0..2 {
            signature.stroke(StrokePhase::Down, 1.0, 1.0, now);
            signature.stroke(StrokePhase::Up, 2.0, 2.0, now);
        }
        signature.stroke(StrokePhase::Down, 1.0, 1.0, now);
        let Some(Action::Sign(strokes)) = signature.stroke(StrokePhase::Up, 2.0, 2.0, now) else {
            panic!()
        };
        assert_eq!(strokes.len(), 3);
        signature.clear();
        signature.stroke(StrokePhase::Down, 1.0, 1.0, now);
        let Some(Action::Sign(strokes)) = signature.stroke(StrokePhase::Up, 2.0, 2.0, now) else {
            panic!()
        };
        assert_eq!(strokes.len(), 1);
    }

    #[test]
    fn a_lifted_finger_without_a_stroke_is_harmless() {
        let mut signature = Signature::new(2.71);
        assert_eq!(
            signature.stroke(StrokePhase::Up, f32::NAN, f32::INFINITY, Instant::now()),
            Some(Action::Sign(vec![]))
        );
    }
}
