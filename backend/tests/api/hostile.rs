//! What no terminal sends.

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::*;

async fn raw(bench: &Bench, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = bench
        .request(Method::POST, "/v1/tickets")
        .header("Idempotency-Key", key())
        .header("Content-Type", kind);
    send(request.body(body)).await
}

#[tokio::test]
async fn bodies_that_are_not_the_json_asked_for_are_refused_each_in_its_way() {
    let bench = Bench::start().await;
    let json_type = "application/json";
    for (kind, body, status, case) in [
        (json_type, r#"{"kind":"#, 400, "malformed-request"),
        (json_type, "\u{0}\u{1}", 400, "malformed-request"),
        (json_type, "", 400, "malformed-request"),
        (json_type, "[]", 422, "validation"),
        (json_type, r#"{"kind":7}"#, 422, "validation"),
        (json_type, "{}", 422, "validation"),
        (
            json_type,
            r#"{"kind":"call_staff","admin":true}"#,
            422,
            "validation",
        ),
        (
            json_type,
            r#"{"kind":"call_staff","kind":"call_staff"}"#,
            422,
            "validation",
        ),
        (json_type, r#"["call_staff"]"#, 422, "validation"),
        (
            "text/plain",
            r#"{"kind":"call_staff"}"#,
            415,
            "unsupported-media-type",
        ),
        (
            "application/x-www-form-urlencoded",
            "kind=call_staff",
            415,
            "unsupported-media-type",
        ),
    ] {
        let answer = raw(&bench, kind, body).await;
        assert_eq!((answer.status, answer.case()), (status, case), "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(raw(&bench, json_type, deep).await.status, 400);
    let parameter = raw(
        &bench,
        "application/json; charset=utf-8",
        r#"{"kind":"call_staff"}"#,
    )
    .await;
    assert_eq!(parameter.status, 201);
}

#[tokio::test]
async fn a_huge_body_is_refused_with_an_answer() {
    let bench = Bench::start().await;
    let answer = raw(&bench, "application/json", vec![b' '; 2 * 1024 * 1024]).await;
    assert_eq!((answer.status, answer.case()), (413, "too-large"));
}

#[tokio::test]
async fn unknown_places_and_methods_have_problems_too() {
    let bench = Bench::start().await;
    for path in [
        "/",
        "/v1",
        "/v1/nothing",
        "/v2/health",
        "/v1/print-jobs/..%2f..%2fetc/document/x",
        "/v1/health/",
    ] {
        assert_eq!(bench.get(path).await.case(), "not-found", "{path}");
    }
    for (method, path) in [
        (Method::DELETE, "/v1/health"),
        (Method::GET, "/v1/prefill"),
        (Method::PATCH, "/v1/sessions"),
    ] {
        let answer = send(bench.request(method, path)).await;
        assert_eq!(
            (answer.status, answer.case()),
            (405, "method-not-allowed"),
            "{path}"
        );
    }
    let visit = bench.open().await;
    visit.log_in("d2").await;
    for id in ["'; DROP TABLE application;--", "%00", "../../backend.sqlite"] {
        let path = format!(
            "/v1/applications/{}/timeline",
            id.replace('/', "%2F").replace(' ', "%20")
        );
        assert_eq!(visit.get(&path).await.case(), "not-found", "{id}");
    }
    assert_eq!(visit.get("/v1/applications").await.status, 200);
}

#[tokio::test]
async fn bytes_that_are_not_http_end_only_their_connection() {
    let bench = Bench::start().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"GET\r\n\r\n",
        b"POST /v1/tickets HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    ] {
        let mut stream = tokio::net::TcpStream::connect(bench.running.addr).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400"));
    }
    assert_eq!(bench.get("/v1/health").await.status, 200);
}

#[tokio::test]
async fn a_token_of_another_form_is_no_session() {
    let bench = Bench::start().await;
    for value in ["Bearer ", "Bearer x", "Basic eA==", "bearer"] {
        let request = bench.request(Method::GET, "/v1/applications");
        assert_eq!(
            send(request.header("Authorization", value)).await.case(),
            "session-ended"
        );
    }
}

#[tokio::test]
async fn only_the_loopback_address_is_listened_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path());
    options.listen = "0.0.0.0:0".parse().unwrap();
    let message = kiosk_backend::serve(options).await.err().unwrap().to_string();
    assert!(
        message.contains("not a loopback address") && message.contains("--listen 127.0.0.1"),
        "{message}"
    );
}

#[tokio::test]
async fn missing_files_are_named_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    for (part, example) in [("people", "--people"), ("catalogue", "--catalogue")] {
        let mut options = options(folder.path());
        let nowhere = folder.path().join("nowhere");
        match part {
            "people" => options.people = nowhere,
            _ => options.catalogue = nowhere,
        }
        let message = kiosk_backend::serve(options).await.err().unwrap().to_string();
        assert!(
            message.contains("nowhere") && message.contains(example),
            "{message}"
        );
    }
}

#[tokio::test]
async fn numbers_out_of_any_range_are_refused() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    visit.log_in("d1").await;
    let mut body = allowance();
    body["service_rev"] = json!(-1);
    assert_eq!(
        visit.post("/v1/applications", body.clone()).await.case(),
        "validation"
    );
    body["service_rev"] = json!(99);
    let other = visit.post("/v1/applications", body).await;
    assert_eq!(
        (other.case(), &other.body["current_rev"]),
        ("validation", &json!(3))
    );
}
