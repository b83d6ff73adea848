//! The pinyin engine as the terminal runs it: a child process on librime.
//!
//! Needs librime1 and rime-data-pinyin-simp. Without them these tests say so and pass, except in CI.

#![cfg(feature = "terminal")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kiosk::input::{
    BACKSPACE, Composition, EngineArgs, EngineProcess, InputEngine, InputError, PinyinSupply, Readiness,
};

const DICTIONARY: &str = "/usr/share/rime-data/pinyin_simp.dict.yaml";

fn installed() -> bool {
    let present = Path::new(DICTIONARY).is_file();
    if !present {
        assert!(
            std::env::var("CI").is_err(),
            "CI must have librime1 and rime-data-pinyin-simp"
        );
        eprintln!("skipped: {DICTIONARY} is not installed");
    }
    present
}

fn args(staging: &Path) -> EngineArgs {
    EngineArgs {
        staging: staging.to_owned(),
        source: Path::new(env!("CARGO_MANIFEST_DIR")).join("config/input"),
        data: "/usr/share/rime-data".into(),
        prepare: false,
    }
}

fn supply(args: EngineArgs) -> PinyinSupply {
    let supply = PinyinSupply::prepare(env!("CARGO_BIN_EXE_kiosk").into(), args);
    let start = Instant::now();
    while supply.readiness() == Readiness::Preparing && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    supply
}

fn engine(staging: &Path) -> EngineProcess {
    supply(args(staging)).open().unwrap()
}

fn type_letters(engine: &mut impl InputEngine, letters: &str) -> Composition {
    letters
        .chars()
        .map(|letter| engine.key(letter).unwrap())
        .last()
        .unwrap()
}

#[test]
fn zhangwei_gives_the_name_first_and_choosing_it_commits() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut engine = engine(directory.path());
    let composition = type_letters(&mut engine, "zhangwei");
    assert_eq!(composition.preedit, "zhang wei");
    assert_eq!(composition.candidates[0], "张伟");
    assert!(composition.more);
    let chosen = engine.choose(0).unwrap();
    assert_eq!(chosen.committed, "张伟");
    assert!(chosen.preedit.is_empty() && chosen.candidates.is_empty());
}

#[test]
fn a_name_is_composed_of_surname_and_given_name() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut engine = engine(directory.path());
    let mut composition = type_letters(&mut engine, "wangxiuying");
    while !composition.candidates.iter().any(|word| word == "王") {
        composition = engine.page().unwrap();
    }
    let surname = composition
        .candidates
        .iter()
        .position(|word| word == "王")
        .unwrap();
    let rest = engine.choose(surname).unwrap();
    assert_eq!(rest.candidates[0], "秀英");
    assert_eq!(engine.choose(0).unwrap().committed, "王秀英");
}

#[test]
fn paging_comes_round_and_backspace_takes_one_letter() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut engine = engine(directory.path());
    let first = type_letters(&mut engine, "zhuang");
    let mut page = engine.page().unwrap();
    assert_ne!(first.candidates, page.candidates);
    for _ in 0..50 {
        if page.candidates == first.candidates {
            break;
        }
        page = engine.page().unwrap();
    }
    assert_eq!(page.candidates, first.candidates);
    assert_eq!(engine.key(BACKSPACE).unwrap().preedit, "zhuan");
}

#[test]
fn rude_words_are_never_offered_for_abbreviations() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut engine = engine(directory.path());
    let blocked = fs::read_to_string(args(directory.path()).source.join("blocked.txt")).unwrap();
    for letters in ["tmd", "nmd", "sb", "nm"] {
        engine.clear().unwrap();
        let mut page = type_letters(&mut engine, letters);
        for _ in 0..3 {
            assert!(!page.candidates.is_empty());
            for word in &page.candidates {
                assert!(
                    !blocked.lines().any(|line| line == word),
                    "{letters} offers a blocked word"
                );
            }
            page = engine.page().unwrap();
        }
    }
}

#[test]
fn an_unknown_key_is_an_error_and_the_engine_lives_on() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut engine = engine(directory.path());
    for key in ['张', '\0', '\u{1b}', 'A', '\u{10ffff}'] {
        assert!(matches!(engine.key(key), Err(InputError::UnknownKey)));
    }
    assert!(matches!(engine.choose(0), Err(InputError::NoSuchCandidate)));
    assert_eq!(type_letters(&mut engine, "nihao").candidates[0], "你好");
}

#[test]
fn the_process_ends_with_the_visit() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut engine = engine(directory.path());
    type_letters(&mut engine, "zhang");
    let process = PathBuf::from(format!("/proc/{}", engine.id()));
    assert!(process.exists());
    drop(engine);
    assert!(!process.exists());
}

#[test]
fn a_new_visit_knows_nothing_of_the_last() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let supply = supply(args(directory.path()));
    let before = {
        let mut engine = supply.open().unwrap();
        let before = type_letters(&mut engine, "zhangwei");
        engine.choose(2).unwrap();
        before
    };
    assert_eq!(type_letters(&mut supply.open().unwrap(), "zhangwei"), before);
}

/// Every file below a directory with its content.
fn tree(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn typing_writes_no_file() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let supply = supply(args(directory.path()));
    let before = tree(directory.path());
    let mut engine = supply.open().unwrap();
    type_letters(&mut engine, "lixiaoming");
    let open: Vec<_> = fs::read_dir(format!("/proc/{}/fd", engine.id()))
        .unwrap()
        .filter_map(|fd| fs::read_link(fd.unwrap().path()).ok())
        .filter(|path| path.is_absolute() && !path.starts_with("/dev"))
        .collect();
    engine.choose(0).unwrap();
    drop(engine);
    assert!(
        open.iter()
            .all(|path| path.starts_with(directory.path()) || path.starts_with("/usr")),
        "{open:?}"
    );
    assert!(
        before == tree(directory.path()),
        "the staging directory changed while typing"
    );
}

#[test]
fn the_schema_is_compiled_once() {
    if !installed() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    supply(args(directory.path()));
    let stamp = || {
        fs::metadata(directory.path().join("build/kiosk_pinyin.table.bin"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let first = stamp();
    assert_eq!(supply(args(directory.path())).readiness(), Readiness::Ready);
    assert_eq!(stamp(), first);
}

#[test]
fn a_missing_dictionary_names_the_package_to_install() {
    let directory = tempfile::tempdir().unwrap();
    let missing = EngineArgs {
        data: directory.path().join("nothing"),
        ..args(directory.path())
    };
    let supply = supply(missing);
    let Readiness::Off(reason) = supply.readiness() else {
        panic!("must be off")
    };
    assert!(reason.contains("rime-data-pinyin-simp"), "{reason}");
    assert!(matches!(supply.open(), Err(InputError::Refused(_))));
}
