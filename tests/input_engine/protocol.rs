//! Whatever is asked in whatever order, the engine answers and lives on.

use std::cell::RefCell;

use kiosk::input::handwriting::Point;
use kiosk::input::{BACKSPACE, Composition, EngineProcess, InputEngine, InputError, InputMethods, Method};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::Stage;

#[derive(Debug, Clone)]
enum Ask {
    Begin(Method, bool),
    Key(char),
    Write(Vec<Vec<(f32, f32)>>),
    Choose(usize),
    Page,
    Clear,
}

fn asks() -> impl Strategy<Value = Ask> {
    let methods = prop::sample::select(vec![
        Method::Pinyin,
        Method::NinePinyin,
        Method::Strokes,
        Method::Handwriting,
    ]);
    let keys = prop_oneof![8 => prop::char::range('a', 'z'), 4 => prop::char::range('2', '9'), 1 => Just('*'),
        1 => Just('\''), 2 => Just(BACKSPACE), 1 => any::<char>()];
    let stroke = prop::collection::vec((-1e4_f32..1e4, -1e4_f32..1e4), 0..12);
    prop_oneof![
        2 => (methods, any::<bool>()).prop_map(|(method, names)| Ask::Begin(method, names)),
        20 => keys.prop_map(Ask::Key),
        2 => prop::collection::vec(stroke, 0..6).prop_map(Ask::Write),
        4 => (0..14_usize).prop_map(Ask::Choose),
        2 => Just(Ask::Page),
        1 => Just(Ask::Clear),
    ]
}

fn ask(engine: &mut EngineProcess, ask: &Ask) -> Result<Composition, InputError> {
    match ask {
        Ask::Begin(method, names) => engine.begin(*method, *names).map(|()| Composition::default()),
        Ask::Key(key) => engine.key(*key),
        Ask::Write(strokes) => {
            let points = |stroke: &Vec<(f32, f32)>| stroke.iter().map(|&(x, y)| Point { x, y }).collect();
            engine.write(&strokes.iter().map(points).collect::<Vec<_>>())
        }
        Ask::Choose(index) => engine.choose(*index),
        Ask::Page => engine.page(),
        Ask::Clear => engine.clear().map(|()| Composition::default()),
    }
}

#[test]
fn any_requests_in_any_order_are_answered() {
    let Some(stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    let engine = RefCell::new(stage.engine);
    let config = Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&prop::collection::vec(asks(), 1..40), |asked| {
        for one in asked {
            match ask(&mut engine.borrow_mut(), &one) {
                Ok(composition) => {
                    prop_assert!(composition.candidates.len() <= 12);
                    prop_assert!(
                        composition
                            .candidates
                            .iter()
                            .all(|candidate| !candidate.is_empty())
                    );
                }
                Err(error) => prop_assert!(
                    matches!(
                        error,
                        InputError::UnknownKey
                            | InputError::NoSuchCandidate
                            | InputError::BadRequest
                            | InputError::MethodOff(_)
                    ),
                    "{error}"
                ),
            }
        }
        Ok(())
    });
    run.unwrap();
}
