//! What two ways of writing one character have in common: how much ink goes where in which direction.
//!
//! The drawing is straightened and brought to one place, size and shape by its moments. Each short
//! piece of a stroke is then counted in a histogram of 8 x 8 cells x 8 directions, spread over the
//! four nearest cells and the two nearest directions. The order of the strokes hardly enters: only
//! the way of the lifted finger from stroke to stroke is counted too, lightly, so that two strokes
//! that are joined by mistake look much like the two apart.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::ink::{self, Stroke, pieces};
use super::upright;

/// Cells along a side.
const CELLS: usize = 8;
/// Directions round the circle.
const DIRECTIONS: usize = 8;
/// Numbers of a feature.
pub(super) const DIMENSIONS: usize = CELLS * CELLS * DIRECTIONS;
/// Length of a feature before its numbers are rounded. After rounding it is at most this plus half
/// the root of [`DIMENSIONS`], so the product of two features is below 65,536: the matcher adds in
/// 16 bits.
const LENGTH: f64 = 240.0;

/// What the way of the lifted finger counts, against 1 for ink.
const LIFTED: f64 = 0.2;
/// Side of the square of the cells, in standard deviations of the ink.
const SPREAD: f64 = 4.4;
/// How far a flat or a narrow drawing is stretched: one with a side of zero is not.
const LEAST_ASPECT: f64 = 0.25;

/// The feature of one drawing: numbers from 0 to 240, cell by cell, row by row.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Feature(pub [u8; DIMENSIONS]);

impl Feature {
    /// The feature of strokes as [`ink::Ink`] makes them.
    pub fn new(mut strokes: Vec<Stroke>) -> Self {
        upright::straighten(&mut strokes);
        let square = Square::around(&strokes);
        let mut histogram = Histogram([0.0; DIMENSIONS]);
        for stroke in &strokes {
            histogram.add(&square, stroke, 1.0);
        }
        for (before, after) in strokes.iter().zip(strokes.iter().skip(1)) {
            if let (Some(&from), Some(&to)) = (before.last(), after.first()) {
                histogram.add(&square, &ink::resampled(&[from, to], ink::STEP), LIFTED);
            }
        }
        Self(histogram.rounded())
    }
}

/// The square that the cells divide.
struct Square {
    centre: [f64; 2],
    /// Cells to one unit of the drawing, across and down.
    scale: [f64; 2],
}

impl Square {
    /// Centre and size by the first and second moments of the ink, so that one long stroke out of
    /// place moves little.
    fn around(strokes: &[Stroke]) -> Self {
        let (mut ink, mut sum, mut squares) = (0.0, [0.0; 2], [0.0; 2]);
        for (from, to) in strokes.iter().flat_map(|stroke| pieces(stroke)) {
            let weight = ink::distance(from, to);
            ink += weight;
            for ((sum, square), (a, b)) in sum.iter_mut().zip(&mut squares).zip(from.into_iter().zip(to)) {
                *sum += weight * (a + b) / 2.0;
                *square += weight * (a * a + a * b + b * b) / 3.0;
            }
        }
        let ink = ink.max(f64::MIN_POSITIVE);
        let centre = sum.map(|sum| sum / ink);
        let [x, y] = squares.map(|square| square / ink);
        let [mean_x, mean_y] = centre;
        let deviation = [
            (x - mean_x * mean_x).max(0.0).sqrt(),
            (y - mean_y * mean_y).max(0.0).sqrt(),
        ];
        let larger = deviation.into_iter().fold(f64::MIN_POSITIVE, f64::max);
        // The narrower side is stretched to the root of its share: 日 stays narrow, but less so.
        let scale =
            deviation.map(|side| CELLS as f64 / (SPREAD * larger * (side / larger).max(LEAST_ASPECT).sqrt()));
        Self { centre, scale }
    }

    /// A point in cells from the left and the top; outside when the ink lies far out.
    fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let ([cx, cy], [sx, sy]) = (self.centre, self.scale);
        let middle = CELLS as f64 / 2.0;
        [(x - cx) * sx + middle, (y - cy) * sy + middle]
    }
}

#[derive(Zeroize, ZeroizeOnDrop)]
struct Histogram([f64; DIMENSIONS]);

impl Histogram {
    fn add(&mut self, square: &Square, stroke: &[[f64; 2]], weight: f64) {
        for (from, to) in pieces(stroke) {
            let ([ax, ay], [bx, by]) = (square.place(from), square.place(to));
            let columns = shares((ax + bx) / 2.0);
            let rows = shares((ay + by) / 2.0);
            for (direction, along) in directions(bx - ax, by - ay) {
                for (row, down) in rows {
                    for (column, across) in columns {
                        let index = (row * CELLS + column) * DIRECTIONS + direction;
                        if let Some(cell) = self.0.get_mut(index) {
                            *cell += weight * along * down * across;
                        }
                    }
                }
            }
        }
    }

    /// Roots (a long stroke counts less than its length), brought to one length, rounded.
    fn rounded(&self) -> [u8; DIMENSIONS] {
        let ink: f64 = self.0.iter().sum();
        let factor = LENGTH / ink.max(f64::MIN_POSITIVE).sqrt();
        // At most LENGTH, so it fits.
        self.0.map(|cell| (cell.sqrt() * factor).round() as u8)
    }
}

/// The two cells on a line between whose centres a place lies, each with its share. What is outside
/// belongs to the cell at the edge.
fn shares(place: f64) -> [(usize, f64); 2] {
    let place = (place - 0.5).clamp(0.0, CELLS as f64 - 1.0);
    let first = place as usize;
    let part = place - first as f64;
    [(first, 1.0 - part), ((first + 1).min(CELLS - 1), part)]
}

/// A piece as a sum of a piece along an axis and one along a diagonal: directions from 0 (to the
/// right) clockwise to 7, each with its length.
fn directions(dx: f64, dy: f64) -> [(usize, f64); 2] {
    let (flat, steep) = (dx.abs(), dy.abs());
    let axis = match (flat >= steep, dx >= 0.0, dy >= 0.0) {
        (true, true, _) => 0,
        (false, _, true) => 2,
        (true, false, _) => 4,
        (false, _, false) => 6,
    };
    let diagonal = match (dx >= 0.0, dy >= 0.0) {
        (true, true) => 1,
        (false, true) => 3,
        (false, false) => 5,
        (true, false) => 7,
    };
    [
        (axis, (flat - steep).abs()),
        (diagonal, flat.min(steep) * std::f64::consts::SQRT_2),
    ]
}
