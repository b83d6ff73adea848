//! How often the character is found, on strokes that have nothing to do with the templates. Needs
//! the templates (`scripts/handwriting-templates.sh`).

use std::sync::OnceLock;

use super::hand::Hand;
use super::{Drawing, Recogniser, root, samples};

const SHOWN: usize = 10;

/// The recogniser with all its templates, loaded once; `None`, said plainly, where they are not.
fn recogniser() -> Option<&'static Recogniser> {
    static RECOGNISER: OnceLock<Option<Recogniser>> = OnceLock::new();
    let load = || match Recogniser::load(&root().join("models/handwriting/templates.bin")) {
        Ok(recogniser) => Some(recogniser),
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "CI must have the handwriting templates: {error}"
            );
            eprintln!("NOT TESTED: {error}");
            None
        }
    };
    RECOGNISER.get_or_init(load).as_ref()
}

/// In per cent of the characters: those that come first, and those among [`SHOWN`].
fn found(recogniser: &Recogniser, characters: &[(char, Drawing)]) -> (usize, usize) {
    let places = characters.iter().map(|(character, drawing)| {
        let candidates = recogniser.recognise(drawing, SHOWN);
        candidates.iter().position(|candidate| candidate == character)
    });
    let places: Vec<usize> = places.flatten().collect();
    let first = places.iter().filter(|place| **place == 0).count();
    (
        first * 100 / characters.len(),
        places.len() * 100 / characters.len(),
    )
}

/// Fails when fewer are found than was measured, less one or two per cent.
fn assert_found(written: impl Fn(&mut Hand, &Drawing) -> Drawing, first: usize, shown: usize) {
    let Some(recogniser) = recogniser() else { return };
    let mut hand = Hand::new();
    let characters: Vec<(char, Drawing)> = samples()
        .into_iter()
        .filter(|(character, _)| !character.is_ascii())
        .map(|(character, drawing)| (character, written(&mut hand, &drawing)))
        .collect();
    let found = found(recogniser, &characters);

    assert!(
        found.0 >= first && found.1 >= shown,
        "first and shown, per cent: {found:?}"
    );
}

#[test]
fn neat_writing_is_recognised() {
    assert_found(|_, drawing| drawing.clone(), 93, 98);
}

#[test]
fn a_trembling_hand_is_recognised() {
    assert_found(Hand::trembling, 87, 97);
}

#[test]
fn tilted_writing_is_recognised() {
    assert_found(Hand::tilted, 87, 97);
}

#[test]
fn the_order_of_strokes_hardly_matters() {
    assert_found(Hand::shuffled, 90, 97);
}

#[test]
fn joined_strokes_are_recognised() {
    assert_found(Hand::joined, 87, 96);
}

#[test]
fn digits_are_among_the_candidates() {
    let Some(recogniser) = recogniser() else { return };
    let digits: Vec<(char, Drawing)> = samples()
        .into_iter()
        .filter(|(digit, _)| digit.is_ascii())
        .collect();
    let (_, shown) = found(recogniser, &digits);
    assert!(shown >= 90, "{shown} per cent");
}

#[test]
fn every_character_of_gb_2312_has_a_template() {
    let Some(recogniser) = recogniser() else { return };
    let common = recogniser
        .characters
        .iter()
        .filter(|character| super::super::common::advantage(**character) > 0);
    assert_eq!(common.count(), 6763);
}
