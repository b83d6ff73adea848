//! What hands do to a character. The amounts are shares of the box of the test set.

use super::{Drawing, Point};

/// Side of the box in which the test set is written.
const BOX: f32 = 218.0;

/// A hand that errs in the same way each time.
pub(super) struct Hand(u64);

impl Hand {
    pub fn new() -> Self {
        Self(7)
    }

    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// From -1 to 1.
    fn even(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    /// Near the normal distribution, with a standard deviation of 1.
    fn normal(&mut self) -> f32 {
        (0..6).map(|_| self.even()).sum::<f32>() / 2.0_f32.sqrt()
    }

    /// Every stroke out of place (2.3 %) and of another length (8 %), and a tremor of 1.4 % all along.
    pub fn trembling(&mut self, drawing: &Drawing) -> Drawing {
        let strokes = drawing.iter().map(|stroke| dense(stroke));
        strokes.map(|stroke| self.tremble(&stroke)).collect()
    }

    fn tremble(&mut self, stroke: &[Point]) -> Vec<Point> {
        let count = stroke.len() as f32;
        let x = stroke.iter().map(|point| point.x).sum::<f32>() / count;
        let y = stroke.iter().map(|point| point.y).sum::<f32>() / count;
        let (off, tremor) = (0.023 * BOX, 0.014 * BOX);
        let (dx, dy, longer) = (
            self.normal() * off,
            self.normal() * off,
            1.0 + 0.08 * self.normal(),
        );
        let moved = stroke.iter().map(|point| Point {
            x: x + (point.x - x) * longer + dx + self.normal() * tremor,
            y: y + (point.y - y) * longer + dy + self.normal() * tremor,
        });
        moved.collect()
    }

    /// The whole turned by 10 to 15 degrees, one way or the other.
    pub fn tilted(&mut self, drawing: &Drawing) -> Drawing {
        let angle = (12.5 + 2.5 * self.even()).to_radians();
        let angle = if self.even() < 0.0 { -angle } else { angle };
        let (sine, cosine) = angle.sin_cos();
        let turned = |point: &Point| Point {
            x: cosine * point.x - sine * point.y,
            y: sine * point.x + cosine * point.y,
        };
        drawing
            .iter()
            .map(|stroke| stroke.iter().map(turned).collect())
            .collect()
    }

    /// The strokes in any order.
    pub fn shuffled(&mut self, drawing: &Drawing) -> Drawing {
        let mut drawing = drawing.clone();
        for last in (1..drawing.len()).rev() {
            drawing.swap(last, self.below(last + 1));
        }
        drawing
    }

    /// The finger not lifted at three places.
    pub fn joined(&mut self, drawing: &Drawing) -> Drawing {
        let mut drawing = drawing.clone();
        for _ in 0..3.min(drawing.len() - 1) {
            let before = self.below(drawing.len() - 1);
            let after = drawing.remove(before + 1);
            drawing[before].extend(after);
        }
        drawing
    }
}

/// A stroke with points as close as a touch screen gives them.
fn dense(stroke: &[Point]) -> Vec<Point> {
    let mut points = stroke[..1].to_vec();
    for pair in stroke.windows(2) {
        let (dx, dy) = (pair[1].x - pair[0].x, pair[1].y - pair[0].y);
        let pieces = (dx.hypot(dy) / (0.0275 * BOX)).ceil().max(1.0);
        points.extend((1..=pieces as usize).map(|piece| Point {
            x: pair[0].x + dx * piece as f32 / pieces,
            y: pair[0].y + dy * piece as f32 / pieces,
        }));
    }
    points
}
