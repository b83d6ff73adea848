//! The input engine as the terminal runs it: a child process on librime.
//!
//! Needs librime1, rime-data-pinyin-simp and rime-data-stroke. Without them these tests say so and
//! pass, except in CI.

#![cfg(feature = "terminal")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod methods;
mod names;
mod pinyin;
mod privacy;
mod protocol;
mod rude;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kiosk::input::{
    Composition, EngineArgs, EngineProcess, InputEngine, InputMethods, Method, PinyinSupply, Readiness,
};

const DICTIONARIES: &str = "/usr/share/rime-data";

fn installed() -> bool {
    let mut files = ["pinyin_simp.dict.yaml", "stroke.dict.yaml"].iter();
    let present = files.all(|file| Path::new(DICTIONARIES).join(file).is_file());
    if !present {
        assert!(
            std::env::var("CI").is_err(),
            "CI must have librime1, rime-data-pinyin-simp and rime-data-stroke"
        );
        eprintln!("skipped: the dictionaries are not installed");
    }
    present
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn args(staging: &Path) -> EngineArgs {
    EngineArgs {
        staging: staging.to_owned(),
        source: root().join("config/input"),
        data: DICTIONARIES.into(),
        handwriting: root().join("models/handwriting/templates.bin"),
        prepare: false,
    }
}

fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_kiosk").into()
}

fn supply(program: PathBuf, args: EngineArgs) -> PinyinSupply {
    let supply = PinyinSupply::prepare(program, args);
    let start = Instant::now();
    while supply.readiness() == Readiness::Preparing && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    supply
}

/// An engine with a staging directory of its own, which goes with it.
struct Stage {
    engine: EngineProcess,
    _staging: tempfile::TempDir,
}

impl Stage {
    /// `None` where the dictionaries are not installed.
    fn begin(method: Method, names: bool) -> Option<Self> {
        if !installed() {
            return None;
        }
        let staging = tempfile::tempdir().unwrap();
        let mut engine = supply(program(), args(staging.path())).open().unwrap();
        engine.begin(method, names).unwrap();
        Some(Self {
            engine,
            _staging: staging,
        })
    }

    /// The composition of these keys alone.
    fn compose(&mut self, keys: &str) -> Composition {
        self.engine.clear().unwrap();
        type_keys(&mut self.engine, keys)
    }

    fn first(&mut self, keys: &str) -> String {
        self.compose(keys).candidates[0].clone()
    }
}

fn type_keys(engine: &mut impl InputEngine, keys: &str) -> Composition {
    keys.chars().map(|key| engine.key(key).unwrap()).last().unwrap()
}
