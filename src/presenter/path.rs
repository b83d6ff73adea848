//! Strokes of a finger as path commands of the screen, as its pen draws them too.

use std::fmt::Write as _;

/// The commands; `place` gives a point's place in the box, px.
pub(super) fn commands<P>(strokes: &[Vec<P>], place: impl Fn(&P) -> (f32, f32)) -> String {
    let mut path = String::new();
    for stroke in strokes {
        for (number, point) in stroke.iter().enumerate() {
            let (x, y) = place(point);
            let (x, y) = (x.round(), y.round());
            // A tap is a dot.
            let _ = match number {
                0 => write!(path, "M{x} {y} l0.1 0"),
                _ => write!(path, "L{x} {y}"),
            };
        }
    }
    path
}
