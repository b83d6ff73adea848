//! The five visits of the demo, done on the real screen: with a finger, with the tactile keypad alone, and by ear with
//! the screen dark. Nothing but touches and keys makes the person's actions.

#![cfg(feature = "gui")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod common;
mod fingers;

use std::path::Path;

use common::{Backend, configuration, root};
use fingers::{Fingers, Way};
use kiosk::commands::visit::{Script, Step, Visit, VisitError};
use kiosk::input::{EngineArgs, PinyinSupply, Readiness};

macro_rules! visits {
    ($($way:ident: $($name:ident = $file:literal,)*;)*) => {
        $($(#[test]
        fn $name() {
            play($file, Way::$way);
        })*)*
    };
}

visits! {
    Finger:
    property_query_by_touch = "property-query",
    kinship_certificate_by_touch = "kinship-certificate",
    old_age_allowance_by_touch = "old-age-allowance",
    proof_of_life_by_touch = "proof-of-life",
    certificate_verification_by_touch = "certificate-verification",;
    Keypad:
    property_query_by_keypad = "property-query",
    kinship_certificate_by_keypad = "kinship-certificate",
    old_age_allowance_by_keypad = "old-age-allowance",
    proof_of_life_by_keypad = "proof-of-life",
    certificate_verification_by_keypad = "certificate-verification",;
    Ear:
    property_query_by_ear = "property-query",
    kinship_certificate_by_ear = "kinship-certificate",
    old_age_allowance_by_ear = "old-age-allowance",
    proof_of_life_by_ear = "proof-of-life",
    certificate_verification_by_ear = "certificate-verification",;
}

fn play(name: &str, way: Way) {
    let mut script = Script::load(&root().join(format!("tests/visits/{name}.toml"))).unwrap();
    if way == Way::Ear {
        let dark = [Step::Tap("aloud".into()), Step::Tap("curtain".into())];
        script.steps.splice(0..0, dark);
        // Whoever comes next has settings of their own.
        let at_rest = |step: &Step| *step == Step::WaitFor("attract".into());
        let end = script.steps.iter().rposition(at_rest).unwrap();
        let first = script
            .steps
            .iter()
            .skip(3)
            .position(at_rest)
            .map_or(end, |place| place + 3);
        script.steps.truncate(first + 1);
    }
    let backend = Backend::start();
    let people = root().join("config/demo/people");
    let prepared = Visit::prepare(&script, configuration(), &people, backend.address(), None);
    let mut visit = match prepared {
        Ok(visit) => visit,
        Err(VisitError::NoFaceModels) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "{name}: the face models are absent in CI"
            );
            eprintln!("{name}: not played, the face models are absent (scripts/fetch-models.sh)");
            return;
        }
        Err(error) => panic!("{name}: {error}"),
    };
    let staging = tempfile::tempdir().unwrap();
    visit.by(Box::new(Fingers::new(way, pinyin(staging.path()))));
    if let Err(error) = visit.play(&script, None) {
        panic!("{name}: {error}");
    }
    if way == Way::Ear {
        let mut silent = visit.transcript.silent_pages();
        // Before the first key, and after the visit, nobody is there.
        silent.retain(|page| page != "attract");
        assert!(silent.is_empty(), "nothing is said of {silent:?}");
        let heard = visit.world.heard();
        let sounds = heard
            .iter()
            .filter(|heard| heard.peak > 0 && !heard.text.is_empty());
        assert!(sounds.count() > 1, "the loudspeaker stayed silent");
    }
}

fn pinyin(staging: &Path) -> PinyinSupply {
    let args = EngineArgs {
        staging: staging.to_owned(),
        source: root().join("config/input"),
        data: "/usr/share/rime-data".into(),
        handwriting: root().join("models/handwriting/templates.bin"),
        prepare: false,
    };
    let supply = PinyinSupply::prepare(env!("CARGO_BIN_EXE_kiosk").into(), args);
    while supply.readiness() == Readiness::Preparing {
        std::thread::yield_now();
    }
    supply
}
