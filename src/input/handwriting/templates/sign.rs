//! Digits and capital letters, and 〇, which `hanzi-writer-data` has not: 3号楼, A座.

use super::super::Point;
use super::super::feature::Feature;
use super::super::ink::Ink;

/// Each sign with its strokes. A point is two digits: 0 to 4 from the left, 0 to 6 from the top.
const SIGNS: [(char, &[&str]); 37] = [
    ('0', &["20 01 05 26 45 41 20"]),
    ('1', &["20 26"]),
    ('2', &["01 10 30 41 42 06 46"]),
    ('3', &["01 10 30 41 42 23 44 45 36 16 05"]),
    ('4', &["20 04 44", "32 36"]),
    ('5', &["10 03 23 34 45 36 06", "10 40"]),
    ('6', &["30 02 04 16 36 45 44 33 13 04"]),
    ('7', &["00 40 16"]),
    ('8', &["41 30 10 01 02 44 45 36 16 05 04 42 41"]),
    ('9', &["41 30 10 01 02 13 33 41 36"]),
    ('A', &["20 06", "20 46", "14 34"]),
    ('B', &["00 06", "00 30 41 42 33 03", "33 44 45 36 06"]),
    ('C', &["41 30 10 02 04 16 36 45"]),
    ('D', &["00 06", "00 20 42 44 26 06"]),
    ('E', &["00 06", "00 40", "03 33", "06 46"]),
    ('F', &["00 06", "00 40", "03 33"]),
    ('G', &["41 30 10 02 04 16 36 45 44", "24 44 46"]),
    ('H', &["00 06", "40 46", "03 43"]),
    ('I', &["10 30", "20 26", "16 36"]),
    ('J', &["30 35 26 16 05"]),
    ('K', &["00 06", "40 03 46"]),
    ('L', &["00 06 46"]),
    ('M', &["06 00 23 40 46"]),
    ('N', &["06 00 46 40"]),
    ('O', &["30 10 02 04 16 36 44 42 30"]),
    ('P', &["00 06", "00 30 41 42 33 03"]),
    ('Q', &["30 10 02 04 16 36 44 42 30", "24 46"]),
    ('R', &["00 06", "00 30 41 42 33 03", "23 46"]),
    ('S', &["41 30 10 01 02 44 45 36 16 05"]),
    ('T', &["00 40", "20 26"]),
    ('U', &["00 04 16 36 44 40"]),
    ('V', &["00 26 40"]),
    ('W', &["00 16 23 36 40"]),
    ('X', &["00 46", "40 06"]),
    ('Y', &["00 23", "40 23 26"]),
    ('Z', &["00 40 06 46"]),
    ('〇', &["30 10 02 04 16 36 44 42 30"]),
];

/// The templates of the signs.
pub(super) fn templates() -> impl Iterator<Item = (char, Feature)> {
    SIGNS.into_iter().filter_map(|(sign, strokes)| {
        let strokes: Vec<Vec<Point>> = strokes.iter().map(|stroke| points(stroke)).collect();
        match Ink::new(&strokes) {
            Ink::Strokes(strokes) => Some((sign, Feature::new(strokes))),
            Ink::Dot | Ink::Empty => None,
        }
    })
}

fn points(stroke: &str) -> Vec<Point> {
    let digits = |point: &str| {
        let (x, y) = point.split_at_checked(1)?;
        Some(Point {
            x: x.parse().ok()?,
            y: y.parse().ok()?,
        })
    };
    stroke.split(' ').filter_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_of_every_sign_is_on_the_grid() {
        for (sign, strokes) in SIGNS {
            for stroke in strokes {
                let points = points(stroke);
                assert_eq!(points.len() * 3, stroke.len() + 1, "{sign}: {stroke}");
                assert!(
                    points.iter().all(|point| point.x <= 4.0 && point.y <= 6.0),
                    "{sign}: {stroke}"
                );
            }
        }
    }
}
