//! From what a finger drew to smooth strokes of one size.

use zeroize::Zeroizing;

use super::Point;

/// A stroke in the drawing's own frame: its larger side is 1, `y` grows downwards.
pub(super) type Stroke = Zeroizing<Vec<[f64; 2]>>;

/// Distance between two points of a resampled stroke.
pub(super) const STEP: f64 = 0.03;
/// Points of a whole drawing. A character has a few hundred; a scribble gets coarser steps instead.
const MOST_POINTS: f64 = 4096.0;
/// A stroke that is smaller is a dot.
const DOT: f64 = 0.02;
/// What stands for a dot, since a dot alone has no direction: a short stroke down to the right, as
/// the stroke 点 is written.
const DOT_STROKE: [f64; 2] = [0.06, 0.06];
/// Passes of the smoothing filter.
const PASSES: usize = 3;

/// What was drawn.
pub(super) enum Ink {
    /// Nothing with a place.
    Empty,
    /// All in one place.
    Dot,
    /// Strokes, in the order they were written.
    Strokes(Vec<Stroke>),
}

impl Ink {
    /// Takes strokes of any size in any unit. Points that are not finite are left out.
    pub fn new(strokes: &[Vec<Point>]) -> Self {
        let mut strokes: Vec<Stroke> = strokes.iter().map(|stroke| finite(stroke)).collect();
        strokes.retain(|stroke| !stroke.is_empty());
        let Some(frame) = Frame::of(strokes.iter().map(|stroke| stroke.as_slice())) else {
            return Self::Empty;
        };
        if frame.side <= 0.0 {
            return Self::Dot;
        }
        for point in strokes.iter_mut().flat_map(|stroke| stroke.iter_mut()) {
            *point = frame.inside(*point);
        }
        let drawn: f64 = strokes.iter().map(|stroke| length(stroke)).sum();
        let step = STEP.max(drawn / MOST_POINTS);
        let smooth = strokes.iter().map(|stroke| match Frame::of([stroke.as_slice()]) {
            Some(own) if own.side >= DOT => smoothed(resampled(stroke, step)),
            _ => dot(stroke),
        });
        Self::Strokes(smooth.collect())
    }
}

fn finite(stroke: &[Point]) -> Stroke {
    let points = stroke
        .iter()
        .map(|point| [f64::from(point.x), f64::from(point.y)]);
    let finite = points.filter(|[x, y]| x.is_finite() && y.is_finite());
    // Sized at once: a vector that grows leaves copies behind.
    let mut kept = Zeroizing::new(Vec::with_capacity(stroke.len()));
    kept.extend(finite);
    kept
}

/// The square around some points that touches them at the left and the top.
struct Frame {
    left: f64,
    top: f64,
    side: f64,
}

impl Frame {
    fn of<'a>(strokes: impl IntoIterator<Item = &'a [[f64; 2]]>) -> Option<Self> {
        let mut points = strokes.into_iter().flatten();
        let &[x, y] = points.next()?;
        let (mut left, mut top, mut right, mut bottom) = (x, y, x, y);
        for &[x, y] in points {
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
        }
        let side = (right - left).max(bottom - top);
        Some(Self { left, top, side })
    }

    fn inside(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [(x - self.left) / self.side, (y - self.top) / self.side]
    }
}

fn dot(stroke: &Stroke) -> Stroke {
    let [dx, dy] = DOT_STROKE;
    let first = stroke.first().copied();
    Zeroizing::new(first.map_or_else(Vec::new, |[x, y]| vec![[x, y], [x + dx, y + dy]]))
}

/// Distance between two points.
pub(super) fn distance([ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    (dx * dx + dy * dy).sqrt()
}

/// The straight pieces of a stroke, from point to point.
pub(super) fn pieces(stroke: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
    stroke.iter().copied().zip(stroke.iter().skip(1).copied())
}

fn length(stroke: &[[f64; 2]]) -> f64 {
    pieces(stroke).map(|(from, to)| distance(from, to)).sum()
}

/// The stroke as points that are equally far apart, `step` or a little more or less, ends included.
pub(super) fn resampled(stroke: &[[f64; 2]], step: f64) -> Stroke {
    let whole = length(stroke);
    let wanted = (whole / step).round().max(1.0);
    let mut points = Zeroizing::new(Vec::with_capacity(wanted as usize + 2));
    points.extend(stroke.first());
    let (mut walked, mut placed) = (0.0, 1.0);
    for (from, to) in pieces(stroke) {
        let piece = distance(from, to);
        while placed < wanted && whole * placed / wanted <= walked + piece {
            let part = (whole * placed / wanted - walked) / piece;
            points.push(between(from, to, part));
            placed += 1.0;
        }
        walked += piece;
    }
    points.extend(stroke.last());
    points
}

fn between([ax, ay]: [f64; 2], [bx, by]: [f64; 2], part: f64) -> [f64; 2] {
    [ax + (bx - ax) * part, ay + (by - ay) * part]
}

/// Each inner point drawn towards its neighbours by [1 2 1] / 4: takes out the tremor of a hand.
fn smoothed(mut stroke: Stroke) -> Stroke {
    for _ in 0..PASSES {
        let before = stroke.clone();
        for (point, around) in stroke.iter_mut().skip(1).zip(before.windows(3)) {
            if let [[ax, ay], [x, y], [bx, by]] = around {
                *point = [(ax + 2.0 * x + bx) / 4.0, (ay + 2.0 * y + by) / 4.0];
            }
        }
    }
    stroke
}
