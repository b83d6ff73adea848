//! Takes out slant: lines that rise to the right, columns that lean, a hand that turns the character.

use super::ink::{self, Stroke};

/// A piece counts as level (or upright) while it is at least this much longer one way than the
/// other, and the more, the straighter it is.
const WITHIN: f64 = 1.4;
/// Ink, in sides of the drawing, that is taken as straight whatever it is: one short stroke cannot
/// turn the whole character.
const STRAIGHT: f64 = 0.3;

/// How far level and upright pieces are off, on average, each as the tangent of an angle.
struct Slant {
    /// Down to the right.
    rows: f64,
    /// Right to the bottom.
    columns: f64,
}

impl Slant {
    fn of(strokes: &[Stroke]) -> Self {
        let (mut rows, mut columns) = (Mean::default(), Mean::default());
        for (from, to) in strokes.iter().flat_map(|stroke| ink::pieces(stroke)) {
            let ([ax, ay], [bx, by]) = (from, to);
            rows.add(bx - ax, by - ay);
            columns.add(by - ay, bx - ax);
        }
        Self {
            rows: rows.value(),
            columns: columns.value(),
        }
    }
}

/// A weighted mean of tangents.
#[derive(Default)]
struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    /// A piece with its length along the line in question and across it.
    fn add(&mut self, along: f64, across: f64) {
        let weight = along.abs() - WITHIN * across.abs();
        if weight > 0.0 {
            self.sum += weight * across / along;
            self.weight += weight;
        }
    }

    fn value(&self) -> f64 {
        self.sum / (self.weight + STRAIGHT)
    }
}

/// Shears the drawing both ways so that its level and upright lines are so on average.
pub(super) fn straighten(strokes: &mut [Stroke]) {
    let Slant { rows, columns } = Slant::of(strokes);
    for point in strokes.iter_mut().flat_map(|stroke| stroke.iter_mut()) {
        let [x, y] = *point;
        *point = [x - columns * y, y - rows * x];
    }
}
