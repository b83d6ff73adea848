//! The character that a finger is writing: as the screen shows it, and as the recogniser takes it.

use kiosk_ui::StrokePhase;
use zeroize::Zeroize;

use crate::input::handwriting::Point;
use crate::presenter::path;

/// A finger that moves less than this has not moved.
const STEP_MM: f32 = 1.0;
/// More than anybody writes for one character.
const MOST_POINTS: usize = 4000;

/// Strokes of the present character, px in the box. Zeroed when dropped.
#[derive(Default)]
pub(super) struct Drawing {
    strokes: Vec<Vec<Point>>,
    points: usize,
}

impl Drawing {
    /// The finger is at `x`, `y`; true when a stroke is finished.
    pub fn add(&mut self, phase: StrokePhase, x: f32, y: f32) -> bool {
        if phase == StrokePhase::Down {
            self.strokes.push(Vec::new());
        }
        if self.points < MOST_POINTS
            && let Some(stroke) = self.strokes.last_mut()
        {
            self.points += 1;
            stroke.push(Point { x, y });
        }
        phase == StrokePhase::Up
    }

    /// Takes the last stroke back.
    pub fn undo(&mut self) {
        if let Some(mut stroke) = self.strokes.pop() {
            self.points -= stroke.len().min(self.points);
            stroke.zeroize();
        }
    }

    /// Nothing is written.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    /// The strokes, without the trembling of a finger that rests.
    pub fn strokes(&self, px_per_mm: f32) -> Vec<Vec<Point>> {
        let step = STEP_MM * px_per_mm;
        self.strokes.iter().map(|stroke| thinned(stroke, step)).collect()
    }

    /// The strokes as path commands, px, as the box draws them too.
    pub fn path(&self) -> String {
        path::commands(&self.strokes, |point| (point.x, point.y))
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        self.strokes.zeroize();
    }
}

fn thinned(stroke: &[Point], step: f32) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(stroke.len());
    for point in stroke {
        let moved = kept
            .last()
            .is_none_or(|last| (point.x - last.x).hypot(point.y - last.y) >= step);
        if moved {
            kept.push(*point);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: &[(f32, f32)]) -> Drawing {
        let mut drawing = Drawing::default();
        for (number, (x, y)) in points.iter().enumerate() {
            let phase = if number == 0 {
                StrokePhase::Down
            } else {
                StrokePhase::Move
            };
            assert!(!drawing.add(phase, *x, *y));
        }
        drawing
    }

    #[test]
    fn a_finger_that_trembles_stands_still() {
        let drawing = drawn(&[(10.0, 10.0), (11.0, 10.0), (12.0, 11.0), (30.0, 10.0)]);
        let strokes = drawing.strokes(2.7);
        let places: Vec<_> = strokes[0].iter().map(|point| (point.x, point.y)).collect();
        assert_eq!(places, [(10.0, 10.0), (30.0, 10.0)]);
    }

    #[test]
    fn a_stroke_is_finished_when_the_finger_leaves_and_can_be_taken_back() {
        let mut drawing = drawn(&[(1.0, 1.0), (20.0, 1.0)]);
        assert!(drawing.add(StrokePhase::Up, 30.0, 1.0));
        assert_eq!(drawing.path(), "M1 1 l0.1 0L20 1L30 1");
        drawing.undo();
        assert!(drawing.is_empty());
        assert_eq!(drawing.path(), "");
    }

    #[test]
    fn a_finger_without_a_stroke_draws_nothing() {
        let mut drawing = Drawing::default();
        drawing.add(StrokePhase::Move, 1.0, 1.0);
        assert!(drawing.is_empty());
    }
}
