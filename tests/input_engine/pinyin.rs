//! Pinyin with letters, and the life of the process.

use std::fs;
use std::path::PathBuf;

use kiosk::input::{BACKSPACE, EngineArgs, InputEngine, InputError, Method, Readiness};

use super::{Stage, args, installed, program, supply, type_keys};

#[test]
fn zhangwei_gives_the_name_first_and_choosing_it_commits() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    let composition = stage.compose("zhangwei");
    assert_eq!(composition.preedit, "zhang wei");
    assert_eq!(composition.candidates[0], "张伟");
    assert!(composition.more);
    let chosen = stage.engine.choose(0).unwrap();
    assert_eq!(chosen.committed, "张伟");
    assert!(chosen.preedit.is_empty() && chosen.candidates.is_empty());
}

#[test]
fn paging_comes_round_and_backspace_takes_one_letter() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    let first = stage.compose("zhuang");
    let mut page = stage.engine.page().unwrap();
    assert_ne!(first.candidates, page.candidates);
    for _ in 0..50 {
        if page.candidates == first.candidates {
            break;
        }
        page = stage.engine.page().unwrap();
    }
    assert_eq!(page.candidates, first.candidates);
    assert_eq!(stage.engine.key(BACKSPACE).unwrap().preedit, "zhuan");
}

#[test]
fn an_unknown_key_is_an_error_and_the_engine_lives_on() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    for key in ['张', '\0', '\u{1b}', 'A', '2', '*', '\u{10ffff}'] {
        assert!(matches!(stage.engine.key(key), Err(InputError::UnknownKey)));
    }
    assert!(matches!(stage.engine.choose(0), Err(InputError::NoSuchCandidate)));
    assert_eq!(stage.first("nihao"), "你好");
}

#[test]
fn the_process_ends_with_the_visit() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    stage.compose("zhang");
    let process = PathBuf::from(format!("/proc/{}", stage.engine.id()));
    assert!(process.exists());
    drop(stage);
    assert!(!process.exists());
}

#[test]
fn a_new_visit_knows_nothing_of_the_last() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let supply = supply(program(), args(directory.path()));
    let before = {
        let mut engine = supply.open().unwrap();
        let before = type_keys(&mut engine, "zhangwei");
        engine.choose(2).unwrap();
        before
    };
    assert_eq!(type_keys(&mut supply.open().unwrap(), "zhangwei"), before);
}

#[test]
fn the_schemas_are_compiled_once() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    supply(program(), args(directory.path()));
    let stamp = || {
        fs::metadata(directory.path().join("build/kiosk_name.table.bin"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let first = stamp();
    assert_eq!(
        supply(program(), args(directory.path())).readiness(),
        Readiness::Ready
    );
    assert_eq!(stamp(), first);
}

#[test]
fn a_missing_dictionary_names_the_package_to_install() {
    let directory = tempfile::tempdir().unwrap();
    let missing = EngineArgs {
        data: directory.path().join("nothing"),
        ..args(directory.path())
    };
    let supply = supply(program(), missing);
    let Readiness::Off(reason) = supply.readiness() else {
        panic!("must be off")
    };
    assert!(reason.contains("rime-data-pinyin-simp"), "{reason}");
    assert!(matches!(supply.open(), Err(InputError::Refused(_))));
}
