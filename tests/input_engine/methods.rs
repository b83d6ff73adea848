//! Nine keys, strokes and handwriting, and going from one method to another.

use std::collections::BTreeMap;
use std::fs;

use kiosk::input::handwriting::Point;
use kiosk::input::{BACKSPACE, EngineArgs, InputEngine, InputError, InputMethods, Method};

use super::{Stage, args, installed, program, root, supply, type_keys};

#[test]
fn nine_keys_show_letters_and_offer_words() {
    let Some(mut stage) = Stage::begin(Method::NinePinyin, false) else {
        return;
    };
    let composition = stage.compose("64426");
    assert_eq!(composition.preedit, "ni hao");
    assert_eq!(composition.candidates[0], "你好");
    assert_eq!(stage.engine.choose(0).unwrap().committed, "你好");
}

#[test]
fn a_wrong_digit_is_taken_back_with_backspace() {
    let Some(mut stage) = Stage::begin(Method::NinePinyin, false) else {
        return;
    };
    stage.compose("64427");
    stage.engine.key(BACKSPACE).unwrap();
    assert_eq!(stage.engine.key('6').unwrap().candidates[0], "你好");
    for _ in 0..5 {
        stage.engine.key(BACKSPACE).unwrap();
    }
    let empty = stage.engine.key(BACKSPACE).unwrap();
    assert!(empty.preedit.is_empty() && empty.candidates.is_empty());
}

#[test]
fn the_separator_of_nine_keys_parts_syllables() {
    let Some(mut stage) = Stage::begin(Method::NinePinyin, false) else {
        return;
    };
    assert!(!stage.compose("9426").preedit.contains(' '));
    let parted = stage.compose("94'26");
    assert_eq!(parted.preedit.split(' ').count(), 2);
    assert!(parted.candidates.iter().all(|word| word.chars().count() <= 2));
}

#[test]
fn a_character_is_found_by_its_strokes_simplified_or_traditional() {
    let Some(mut stage) = Stage::begin(Method::Strokes, false) else {
        return;
    };
    assert_eq!(stage.compose("szhhshnh").preedit, "丨乛一一丨一丶一");
    for (keys, character) in [
        ("szhhshnh", "国"),
        ("szhszhhznph", "國"),
        ("hhsh", "王"),
        ("pn", "人"),
    ] {
        assert_eq!(stage.first(keys), character);
    }
}

#[test]
fn a_star_stands_for_a_stroke_one_is_not_sure_of() {
    let Some(mut stage) = Stage::begin(Method::Strokes, false) else {
        return;
    };
    assert_eq!(stage.first("szh*shnh"), "国");
}

#[test]
fn common_characters_come_first_of_those_that_begin_alike() {
    let Some(mut stage) = Stage::begin(Method::Strokes, false) else {
        return;
    };
    let first_page = &stage.compose("szh").candidates;
    assert!(
        first_page.contains(&"是".to_owned()) && first_page.contains(&"中".to_owned()),
        "{first_page:?}"
    );
}

#[test]
fn a_stroke_character_is_committed_and_the_keys_are_forgotten() {
    let Some(mut stage) = Stage::begin(Method::Strokes, false) else {
        return;
    };
    stage.compose("hhsh");
    let chosen = stage.engine.choose(0).unwrap();
    assert_eq!(chosen.committed, "王");
    assert!(chosen.preedit.is_empty() && chosen.candidates.is_empty());
    assert!(stage.engine.key(BACKSPACE).unwrap().preedit.is_empty());
}

/// The strokes of a character of the test set.
pub(super) fn strokes_of(character: char) -> Vec<Vec<Point>> {
    let file = root().join("tests/fixtures/handwriting/strokes.json");
    let all: BTreeMap<char, Vec<Vec<(f32, f32)>>> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let points = |stroke: &Vec<(f32, f32)>| stroke.iter().map(|&(x, y)| Point { x, y }).collect();
    all[&character].iter().map(points).collect()
}

/// `None` where the templates were not made.
pub(super) fn drawing() -> Option<Stage> {
    if !root().join("models/handwriting/templates.bin").is_file() {
        assert!(
            std::env::var("CI").is_err(),
            "CI must have the handwriting templates"
        );
        eprintln!("skipped: the handwriting templates are not there");
        return None;
    }
    Stage::begin(Method::Handwriting, true)
}

#[test]
fn a_drawn_character_is_offered_and_committed() {
    let Some(mut stage) = drawing() else { return };
    let composition = stage.engine.write(&strokes_of('学')).unwrap();
    assert!(composition.preedit.is_empty());
    assert!((10..=12).contains(&composition.candidates.len()));
    let place = composition.candidates.iter().position(|one| one == "学").unwrap();
    assert_eq!(stage.engine.choose(place).unwrap().committed, "学");
    assert!(matches!(stage.engine.choose(0), Err(InputError::NoSuchCandidate)));
}

#[test]
fn a_drawing_without_strokes_offers_nothing() {
    let Some(mut stage) = drawing() else { return };
    stage.engine.write(&strokes_of('学')).unwrap();
    assert!(stage.engine.write(&[]).unwrap().candidates.is_empty());
}

#[test]
fn an_endless_drawing_is_refused_and_the_next_is_read() {
    let Some(mut stage) = drawing() else { return };
    let point = Point { x: 1.0, y: 1.0 };
    for endless in [
        vec![vec![point]; 65],
        vec![vec![point; 8193]],
        vec![vec![Point { x: f32::NAN, ..point }]],
    ] {
        assert!(matches!(
            stage.engine.write(&endless),
            Err(InputError::BadRequest)
        ));
    }
    assert!(
        !stage
            .engine
            .write(&strokes_of('学'))
            .unwrap()
            .candidates
            .is_empty()
    );
}

#[test]
fn keys_and_drawings_of_another_method_are_refused() {
    let Some(mut stage) = drawing() else { return };
    assert!(matches!(stage.engine.key('a'), Err(InputError::UnknownKey)));
    for (method, key) in [
        (Method::Strokes, 'a'),
        (Method::NinePinyin, '1'),
        (Method::Pinyin, '2'),
    ] {
        stage.engine.begin(method, false).unwrap();
        assert!(matches!(stage.engine.key(key), Err(InputError::UnknownKey)));
        assert!(matches!(
            stage.engine.write(&strokes_of('学')),
            Err(InputError::BadRequest)
        ));
    }
}

#[test]
fn another_method_begins_with_nothing_composed() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    for (method, keys) in [
        (Method::NinePinyin, "94"),
        (Method::Strokes, "hs"),
        (Method::Pinyin, "zhang"),
    ] {
        stage.engine.begin(method, false).unwrap();
        assert!(matches!(stage.engine.choose(0), Err(InputError::NoSuchCandidate)));
        assert!(!type_keys(&mut stage.engine, keys).candidates.is_empty());
    }
}

#[test]
fn without_templates_only_handwriting_is_off() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let without = EngineArgs {
        handwriting: directory.path().join("none.bin"),
        ..args(directory.path())
    };
    let mut engine = supply(program(), without).open().unwrap();
    let Err(InputError::MethodOff(reason)) = engine.begin(Method::Handwriting, false) else {
        panic!("must be off")
    };
    assert!(reason.contains("none.bin"), "{reason}");
    assert_eq!(type_keys(&mut engine, "nihao").candidates[0], "你好");
}
