//! What holds for any drawing.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::feature::Feature;
use super::super::ink::Ink;
use super::{Drawing, Point, points, samples, small};

type Strokes = Vec<Vec<(f32, f32)>>;

fn strokes(coordinate: impl Strategy<Value = f32> + Clone) -> impl Strategy<Value = Strokes> {
    let stroke = prop::collection::vec((coordinate.clone(), coordinate), 0..40);
    prop::collection::vec(stroke, 0..12)
}

fn drawing(strokes: &Strokes) -> Drawing {
    strokes.iter().map(|stroke| points(stroke)).collect()
}

fn mapped(drawing: &Drawing, map: impl Fn(f32, f32) -> (f32, f32)) -> Drawing {
    let point = |point: &Point| {
        let (x, y) = map(point.x, point.y);
        Point { x, y }
    };
    drawing
        .iter()
        .map(|stroke| stroke.iter().map(point).collect())
        .collect()
}

/// The feature as numbers, all zero where there is none.
fn feature(drawing: &Drawing) -> Vec<i16> {
    match Ink::new(drawing) {
        Ink::Strokes(strokes) => Feature::new(strokes).0.map(i16::from).to_vec(),
        Ink::Dot | Ink::Empty => vec![0; 512],
    }
}

#[test]
fn nothing_written_is_nothing_found() {
    let recogniser = small();
    let unreal = [(f32::NAN, 1.0), (2.0, f32::INFINITY), (f32::NEG_INFINITY, 0.0)];
    for strokes in [vec![], vec![vec![]], vec![vec![]; 3], vec![unreal.to_vec()]] {
        assert!(
            recogniser.recognise(&drawing(&strokes), 12).is_empty(),
            "{strokes:?}"
        );
    }
}

#[test]
fn a_tap_is_the_dot_of_names() {
    let recogniser = small();
    for strokes in [
        vec![vec![(3.0, 4.0)]],
        vec![vec![(3.0, 4.0); 9], vec![(3.0, 4.0)]],
    ] {
        assert_eq!(recogniser.recognise(&drawing(&strokes), 12), ['·']);
        assert!(recogniser.recognise(&drawing(&strokes), 0).is_empty());
    }
}

#[test]
fn points_that_are_not_finite_are_left_out() {
    let clean = drawing(&vec![
        vec![(0.0, 5.0), (10.0, 5.0)],
        vec![(5.0, 0.0), (5.0, 10.0)],
    ]);
    let mut odd = clean.clone();
    odd[0].insert(1, Point { x: f32::NAN, y: 3.0 });
    odd[1].push(Point {
        x: 1.0,
        y: f32::INFINITY,
    });
    assert_eq!(feature(&odd), feature(&clean));
}

#[test]
fn a_tap_within_a_character_counts_as_a_stroke() {
    let tapped = drawing(&vec![vec![(0.0, 5.0), (10.0, 5.0)], vec![(5.0, 1.0)]]);
    assert_ne!(feature(&tapped), feature(&tapped[..1].to_vec()));
}

#[test]
fn a_scribble_of_a_hundred_thousand_points_is_answered() {
    let scribble = (0..100_000_u64).map(|step| ((step * 7919 % 1009) as f32, (step * 104_729 % 997) as f32));
    let drawn = drawing(&vec![scribble.collect()]);
    assert_eq!(small().recognise(&drawn, 12).len(), 12);
}

#[test]
fn the_number_of_points_does_not_matter() {
    let sparse = drawing(&vec![vec![(0.0, 0.0), (64.0, 0.0), (64.0, 32.0)]]);
    let across = (0..=64_u8).map(|x| (f32::from(x), 0.0));
    let down = (1..=32_u8).map(|y| (64.0, f32::from(y)));
    let dense = drawing(&vec![across.chain(down).collect()]);
    let off = feature(&sparse)
        .into_iter()
        .zip(feature(&dense))
        .map(|(a, b)| (a - b).abs());
    assert!(off.max() <= Some(1));
}

#[test]
fn more_candidates_than_characters_are_all_characters_once() {
    let recogniser = small();
    let (_, drawing) = samples().pop_last().unwrap();
    let all = recogniser.recognise(&drawing, usize::MAX);
    let once: BTreeSet<char> = all.iter().copied().collect();
    assert_eq!(
        (all.len(), once.len()),
        (recogniser.characters.len(), recogniser.characters.len())
    );
}

#[test]
fn fewer_candidates_are_the_first_of_more() {
    let recogniser = small();
    for drawing in samples().values().take(20) {
        let more = recogniser.recognise(drawing, 12);
        assert_eq!(recogniser.recognise(drawing, 5), more[..5]);
    }
}

#[test]
fn debug_output_shows_no_more_than_a_number() {
    assert_eq!(format!("{:?}", small()), "Recogniser of 41 characters");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_strokes_give_at_most_the_candidates_asked_for(
        strokes in strokes(any::<f32>()), candidates in 0..20_usize,
    ) {
        prop_assert!(small().recognise(&drawing(&strokes), candidates).len() <= candidates);
    }

    #[test]
    fn a_feature_never_overflows_the_matcher(strokes in strokes(any::<f32>())) {
        let squares: u64 = feature(&drawing(&strokes)).iter().map(|number| (i64::from(*number).pow(2)) as u64).sum();
        // Of two features that are no longer than this the product fits into 16 bits.
        prop_assert!(squares <= 63_500, "{squares}");
    }

    #[test]
    fn place_and_size_change_nothing(
        strokes in strokes((-500..500_i16).prop_map(f32::from)),
        (dx, dy) in (-1000..1000_i16, -1000..1000_i16),
        power in -20..20_i32,
    ) {
        // Whole numbers and powers of two: no rounding.
        let drawing = drawing(&strokes);
        let scale = 2.0_f32.powi(power);
        let moved = mapped(&drawing, |x, y| ((x + f32::from(dx)) * scale, (y + f32::from(dy)) * scale));
        prop_assert_eq!(feature(&moved), feature(&drawing));
    }

    #[test]
    fn any_size_changes_no_more_than_rounding(
        strokes in strokes((-500..500_i16).prop_map(f32::from)), scale in 0.001..1000.0_f32,
    ) {
        let drawing = drawing(&strokes);
        let scaled = mapped(&drawing, |x, y| (x * scale, y * scale));
        let likeness: i64 = feature(&scaled).iter().zip(feature(&drawing)).map(|(a, b)| i64::from(*a) * i64::from(b)).sum();
        let itself: i64 = feature(&drawing).iter().map(|number| i64::from(*number).pow(2)).sum();
        prop_assert!(likeness >= itself * 98 / 100, "{likeness} of {itself}");
    }
}
