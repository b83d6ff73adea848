//! A server on a free port, a client that counts its keys, and a visit.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use kiosk::catalogue::load;
use kiosk::protocol::body::Application;
use kiosk_backend::{Options, Running, serve};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// Time that the office takes over an application.
pub const REVIEW: Duration = Duration::from_secs(5);

pub const PROPERTY: &str = "gz.terminal.property.query";
pub const KINSHIP: &str = "gz.community.cert.kinship";
pub const ALLOWANCE: &str = "gd.elder.allowance.apply";
pub const ATTEST: &str = "gz.assist.attest";

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A person of the demo as a card says.
pub fn subject(id: &str) -> Value {
    let (name, number, valid_to) = match id {
        "d1" => ("测试甲", "110000194403126227", "long_term"),
        "d2" => ("测试乙", "99000019810825413X", "2039-05-06"),
        "d3" => ("测试丙", "990000199904178240", "2030-10-12"),
        _ => ("测试丁", "110000195306307354", "long_term"),
    };
    json!({ "name": name, "id_no": number, "card": "resident", "valid_to": valid_to })
}

pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub etag: String,
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Case of the problem.
    pub fn case(&self) -> &str {
        assert_eq!(self.kind, "application/problem+json", "{}", self.body);
        assert_eq!(self.body["status"], self.status);
        assert_eq!(self.body["trace_id"].as_str().unwrap().len(), 32);
        assert!(self.body["user_message"]["zh-Hans"].is_string());
        self.body["type"].as_str().unwrap().rsplit('/').next().unwrap()
    }

    pub fn text(&self, pointer: &str) -> String {
        self.body
            .pointer(pointer)
            .unwrap_or_else(|| panic!("no {pointer} in {}", self.body))
            .as_str()
            .unwrap()
            .to_owned()
    }
}

pub struct Bench {
    pub running: Running,
    pub client: reqwest::Client,
    pub data: Arc<TempDir>,
    pub now: Arc<AtomicI64>,
}

/// 2026-11-23 09:30 at the office, a Monday.
const MORNING: &str = "2026-11-23T09:30:00+08:00";

impl Bench {
    pub async fn start() -> Self {
        let now: Timestamp = MORNING.parse().unwrap();
        Self::start_with(
            Arc::new(tempfile::tempdir().unwrap()),
            Arc::new(AtomicI64::new(now.as_millisecond())),
        )
        .await
    }

    pub async fn start_with(data: Arc<TempDir>, now: Arc<AtomicI64>) -> Self {
        let options = options(data.path());
        Self::start_as(options, data, now).await
    }

    /// With options of a test's own; the clock is the bench's.
    pub async fn start_as(mut options: Options, data: Arc<TempDir>, now: Arc<AtomicI64>) -> Self {
        let clock = Arc::clone(&now);
        options.clock = Arc::new(move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap());
        let running = serve(options).await.unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            running,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            data,
            now,
        }
    }

    pub fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap();
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("http://{}{path}", self.running.addr))
    }

    pub async fn open(&self) -> Visit<'_> {
        let answer = self.post("/v1/sessions", json!({ "language": "zh-Hans" })).await;
        assert_eq!(answer.status, 201);
        Visit {
            bench: self,
            id: answer.text("/session_id"),
            token: answer.text("/token"),
        }
    }

    /// A POST with a fresh key and no session.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(
            self.request(Method::POST, path)
                .header("Idempotency-Key", key())
                .json(&body),
        )
        .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }
}

pub fn options(data: &Path) -> Options {
    let catalogue = data.join("plain-catalogue");
    for (path, text) in files() {
        let path = catalogue.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Options::new(data, catalogue, root().join("config/demo/people/people.toml"))
}

pub fn key() -> String {
    Uuid::now_v7().to_string()
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().trim_matches('"').to_owned())
            .unwrap_or_default()
    };
    assert_eq!(header("kiosk-sample"), "true");
    let (status, kind, etag) = (response.status().as_u16(), header("content-type"), header("etag"));
    let bytes = response.bytes().await.unwrap().to_vec();
    Answer {
        status,
        kind,
        etag,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
        bytes,
    }
}

pub struct Visit<'a> {
    pub bench: &'a Bench,
    pub id: String,
    pub token: String,
}

impl Visit<'_> {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bench.request(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_as(path, body, &key()).await
    }

    pub async fn post_as(&self, path: &str, body: Value, key: &str) -> Answer {
        send(
            self.request(Method::POST, path)
                .header("Idempotency-Key", key)
                .json(&body),
        )
        .await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn consent(&self, template: &str, service: &str) -> Answer {
        let files = files();
        let catalogue = load::check(&files).catalogue.unwrap();
        let text = &catalogue.consents[template];
        let body = json!({
            "template": template, "version": text.version, "text_sha256": text.sha256("zh-Hans"),
            "language": "zh-Hans", "data": text.data, "service_id": service, "at": MORNING,
        });
        self.post("/v1/consents", body).await
    }

    /// Consent, then card and face.
    pub async fn log_in(&self, person: &str) {
        let consent = self.consent("face_login", PROPERTY).await.text("/consent_id");
        let answer = self
            .post("/v1/identity-verifications", face(person, &consent))
            .await;
        assert_eq!(
            (answer.status, answer.text("/result").as_str()),
            (201, "verified")
        );
    }
}

pub fn face(person: &str, consent: &str) -> Value {
    json!({
        "method": "card_face_1v1", "subject_role": "applicant", "subject": subject(person),
        "score_band": "pass", "liveness": "pass", "consent_id": consent,
    })
}

/// The shipped catalogue's texts, lists and slips, with five plain services: an author may change what is
/// shipped.
pub fn files() -> load::Files {
    fn collect(root: &Path, folder: &Path, files: &mut load::Files) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, files);
            } else if path.extension().is_some_and(|kind| kind == "toml") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut files = load::Files::new();
    let shipped = root().join("config/catalogue");
    collect(&shipped, &shipped, &mut files);
    files.retain(|path, _| !path.starts_with("services/"));
    let plain = root().join("tests/fixtures/catalogue");
    collect(&plain, &plain, &mut files);
    files
}

pub fn kinship() -> Value {
    json!({
        "service_id": KINSHIP, "service_rev": 2, "region": "440104",
        "answers": { "request.purpose": "子女入学" },
    })
}

/// Signed over its content, whatever that is now.
pub fn signed(mut body: Value) -> Value {
    if body["signature"].is_object() {
        body["signature"]["document_sha256"] = json!("");
        let application: Application = serde_json::from_value(body.clone()).unwrap();
        body["signature"]["document_sha256"] = json!(application.content_sha256());
    }
    body
}

pub fn allowance() -> Value {
    signed(json!({
        "service_id": ALLOWANCE, "service_rev": 3, "region": "440104",
        "answers": { "elder.phone": "13800138000", "bank.name": "icbc", "bank.account": "6228480402564890018" },
        "signature": {
            "version": 1, "w_mm": 120.0, "h_mm": 40.0, "strokes": [[[100, 100, 0], [900, 300, 40]]],
            "document_sha256": "",
        },
    }))
}
