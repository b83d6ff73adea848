//! A server whose catalogue has the matters that several people or offices take part in.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use jiff::Timestamp;
use kiosk_backend::Options;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::*;

pub const PROXY: &str = "test.proxy";
pub const LETTER: &str = "test.letter";

/// The bench with the services of `tests/fixtures`, and whatever else the test wants.
pub async fn bench_with(edit: impl FnOnce(&mut Options)) -> Bench {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let now: Timestamp = "2026-11-23T09:30:00+08:00".parse().unwrap();
    start(data, Arc::new(AtomicI64::new(now.as_millisecond())), edit).await
}

pub async fn bench() -> Bench {
    bench_with(|_| ()).await
}

/// Starts again on the same data and clock.
pub async fn start(data: Arc<TempDir>, now: Arc<AtomicI64>, edit: impl FnOnce(&mut Options)) -> Bench {
    let mut options = options(data.path());
    options.catalogue = data.path().join("catalogue");
    options.web = Some("127.0.0.1:0".parse().unwrap());
    options.registers = root().join("config/demo/registers");
    write_catalogue(&options.catalogue);
    edit(&mut options);
    Bench::start_as(options, data, now).await
}

/// The reference catalogue and the fixtures.
fn write_catalogue(folder: &Path) {
    let mut files = files();
    let mut ids = String::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for entry in std::fs::read_dir(fixtures.join("codes")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        files.insert(
            format!("codes/test_{name}"),
            std::fs::read_to_string(&path).unwrap(),
        );
    }
    for entry in std::fs::read_dir(fixtures.join("services")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let id = text.split("id = \"").nth(1).unwrap().split('"').next().unwrap();
        ids.push_str(&format!("  \"{id}\",\n"));
        let name = path.file_name().unwrap().to_str().unwrap();
        files.insert(format!("services/test_{name}"), text.clone());
    }
    let manifest = files.get_mut("catalogue.toml").unwrap();
    *manifest = manifest.replacen("services = [\n", &format!("services = [\n{ids}"), 1);
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

impl Visit<'_> {
    /// Consent, card and face of a person in a role; the answer is the verification.
    pub async fn identify(&self, person: &str, role: &str) -> String {
        let consent = self.consent("face_login", PROPERTY).await.text("/consent_id");
        let answer = self.identify_with(person, role, &consent).await;
        assert_eq!(answer.text("/result"), "verified", "{person} as {role}");
        answer.text("/verification_id")
    }

    pub async fn identify_with(&self, person: &str, role: &str, consent: &str) -> Answer {
        let mut body = face(person, consent);
        body["subject_role"] = json!(role);
        self.post("/v1/identity-verifications", body).await
    }
}

pub fn database(bench: &Bench) -> rusqlite::Connection {
    rusqlite::Connection::open(bench.data.path().join("backend.sqlite")).unwrap()
}

/// A signature over what has this hash.
pub fn strokes(sha256: &str) -> Value {
    json!({
        "version": 1, "w_mm": 120.0, "h_mm": 40.0, "document_sha256": sha256,
        "strokes": [[[1000, 1000, 0], [3000, 2500, 40], [5000, 900, 90]], [[6000, 2000, 200], [8000, 2100, 260]]],
    })
}

/// The public registers of `tests/fixtures`.
pub fn fixture_registers(options: &mut Options) {
    options.registers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/registers");
}
