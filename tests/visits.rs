//! Every scripted visit of `tests/visits`, from the card on the reader to the paper: real drivers,
//! simulators at the far ends, the reference backend on a real socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use common::{Backend, configuration, root};
use kiosk::commands::visit::{Script, Visit, VisitError};

macro_rules! visits {
    ($($(#[$mark:meta])? $name:ident = $file:literal,)*) => {
        $(#[test]
        $(#[$mark])?
        fn $name() {
            play($file);
        })*

        const PLAYED: &[&str] = &[$($file,)*];
    };
}

visits! {
    property_query = "property-query",
    kinship_certificate = "kinship-certificate",
    old_age_allowance = "old-age-allowance",
    proof_of_life = "proof-of-life",
    certificate_verification = "certificate-verification",
    login_by_staff_witness = "login-by-staff-witness",
    receipt_printer_dead = "receipt-printer-dead",
    paper_out_and_resume = "paper-out-and-resume",
    answer_lost = "answer-lost",
    certificate_later = "certificate-later",
    network_down = "network-down",
    wrong_face = "wrong-face",
    printed_photo = "printed-photo",
    card_without_photo = "card-without-photo",
    idle_timeout = "idle-timeout",
    card_pulled = "card-pulled",
    english = "english",
    household_present = "household-present",
    household_later = "household-later",
    household_ward = "household-ward",
    allowance_by_proxy = "allowance-by-proxy",
    missing_person = "missing-person",
    child_report = "child-report",
    top_up_reversed = "top-up-reversed",
    officer_decides = "officer-decides",
    booth = "booth",
    allowance_in_huizhou = "allowance-in-huizhou",
}

/// Plays a script. Says so plainly when the face models that
/// the script needs are not there.
fn play(name: &str) {
    let script = Script::load(&root().join(format!("tests/visits/{name}.toml"))).unwrap();
    let backend = Backend::start();
    let out: Option<PathBuf> = std::env::var_os("KIOSK_VISITS_OUT").map(|dir| PathBuf::from(dir).join(name));
    if let Some(out) = &out {
        fs::create_dir_all(out).unwrap();
    }
    let people = root().join("config/demo/people");
    let prepared = Visit::prepare(
        &script,
        configuration(),
        &people,
        backend.address(),
        out.as_deref(),
    );
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
    if let Err(error) = visit.play(&script, None) {
        panic!("{name}: {error}");
    }
}

#[test]
fn every_script_of_the_folder_is_played() {
    let files = fs::read_dir(root().join("tests/visits")).unwrap();
    let scripts: BTreeSet<String> = files
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let played: BTreeSet<String> = PLAYED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(scripts, played);
}
