//! Similarity transform from five points of a face onto the layout that the embedding was trained
//! on (least squares after Umeyama, 1991; a shear-free transform, which matters: an affine one
//! through three points halves the similarity of one person's pictures).

use zeroize::Zeroizing;

use super::landmarks::Point;
use super::picture::{Picture, Samples};

/// Side of the aligned picture.
pub const SIDE: usize = 112;

/// Where eyes, nose and corners of the mouth come to lie.
const LAYOUT: [Point; 5] = [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
];

/// `x' = a x - b y + c`, `y' = b x + a y + d`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Similarity {
    a: f32,
    b: f32,
    c: f32,
    d: f32,
}

impl Similarity {
    /// The best transform that maps `from` onto `to`; `None` when the points of `from` coincide.
    fn between(from: &[Point; 5], to: &[Point; 5]) -> Option<Self> {
        let mean = |points: &[Point; 5]| {
            points
                .iter()
                .fold([0.0, 0.0], |[x, y], [px, py]| [x + px / 5.0, y + py / 5.0])
        };
        let ([from_x, from_y], [to_x, to_y]) = (mean(from), mean(to));
        let (mut spread, mut along, mut across) = (0.0, 0.0, 0.0);
        for ([x, y], [u, v]) in from.iter().zip(to) {
            let (x, y, u, v) = (x - from_x, y - from_y, u - to_x, v - to_y);
            spread += x * x + y * y;
            along += x * u + y * v;
            across += x * v - y * u;
        }
        if spread < f32::EPSILON {
            return None;
        }
        let (a, b) = (along / spread, across / spread);
        Some(Self {
            a,
            b,
            c: to_x - a * from_x + b * from_y,
            d: to_y - b * from_x - a * from_y,
        })
    }

    fn apply(&self, [x, y]: Point) -> Point {
        [self.a * x - self.b * y + self.c, self.b * x + self.a * y + self.d]
    }
}

/// The face upright and in the layout, [`SIDE`] x [`SIDE`], RGB interleaved, 0 to 255.
pub fn aligned(picture: Picture<'_>, five: &[Point; 5]) -> Option<Samples> {
    let back = Similarity::between(&LAYOUT, five)?;
    let mut out: Samples = Zeroizing::new(Vec::with_capacity(SIDE * SIDE * 3));
    for y in 0..SIDE {
        for x in 0..SIDE {
            let [source_x, source_y] = back.apply([x as f32, y as f32]);
            out.extend_from_slice(&picture.at(source_x, source_y));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_moved_and_scaled_layout_is_found_again() {
        let (a, b, c, d) = (1.2, 0.5, 30.0, -8.0);
        let moved = LAYOUT.map(|point| Similarity { a, b, c, d }.apply(point));
        let found = Similarity::between(&LAYOUT, &moved).unwrap();
        for (value, expected) in [(found.a, a), (found.b, b), (found.c, c), (found.d, d)] {
            assert!((value - expected).abs() < 1e-3, "{value} {expected}");
        }
    }

    #[test]
    fn the_layout_of_a_picture_of_its_own_size_is_the_picture() {
        let rgb: Vec<u8> = (0..SIDE * SIDE * 3).map(|index| (index % 251) as u8).collect();
        let picture = Picture::new(SIDE, SIDE, &rgb).unwrap();
        let same = aligned(picture, &LAYOUT).unwrap();
        let centre = (56 * SIDE + 56) * 3;
        assert!((same[centre] - f32::from(rgb[centre])).abs() < 0.5);
    }
}
