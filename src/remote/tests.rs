//! Against real sockets: a server that behaves badly in one defined way each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::*;
use crate::protocol::call::IdempotencyKey;

/// What the server does with the n-th connection after it has read the request.
type Behaviour = fn(usize) -> Script;

/// Bytes to send, each after a pause, and how to end.
struct Script {
    parts: Vec<(Duration, Vec<u8>)>,
    reset: bool,
    hold: bool,
}

fn say(text: impl Into<Vec<u8>>) -> Script {
    Script {
        parts: vec![(Duration::ZERO, text.into())],
        reset: false,
        hold: false,
    }
}

fn http(status: &str, kind: &str, body: &str) -> Script {
    say(format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

struct Server {
    remote: Remote,
    seen: Arc<AtomicUsize>,
    requests: Arc<std::sync::Mutex<Vec<String>>>,
}

async fn server(behaviour: Behaviour) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(AtomicUsize::new(0));
    let requests = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (count, log) = (Arc::clone(&seen), Arc::clone(&requests));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let number = count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(play(stream, behaviour(number), Arc::clone(&log)));
        }
    });
    Server {
        remote: Remote::new(&RemoteConfig::local(format!("http://{address}"))).unwrap(),
        seen,
        requests,
    }
}

async fn play(mut stream: TcpStream, script: Script, log: Arc<std::sync::Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
    log.lock()
        .unwrap()
        .push(String::from_utf8_lossy(&request).into_owned());
    if script.reset {
        let _ = stream.set_zero_linger();
        return;
    }
    for (pause, bytes) in script.parts {
        tokio::time::sleep(pause).await;
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
    if script.hold {
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
}

fn post(retries: u32) -> Call {
    Call {
        method: Method::Post,
        path: "/v1/applications".to_owned(),
        body: json!({ "a": 1 }),
        key: Some(IdempotencyKey(Uuid::from_u128(
            0x0190_0000_0000_7000_8000_0000_0000_0001,
        ))),
        if_match: None,
        timeout_s: 1,
        retries,
    }
}

async fn outcome(behaviour: Behaviour) -> CallFailure {
    let server = server(behaviour).await;
    server.remote.send(&post(0), None).await.unwrap_err()
}

fn malformed(failure: &CallFailure, part: &str) {
    assert!(
        matches!(failure, CallFailure::Malformed(text) if text.contains(part)),
        "{failure:?} does not say {part:?}"
    );
}

#[tokio::test]
async fn a_good_answer_comes_back_as_json_with_key_and_token_sent() {
    let server = server(|_| http("201 Created", "application/json; charset=utf-8", r#"{"b":2}"#)).await;
    let answer = server.remote.send(&post(0), Some("secret")).await.unwrap();
    assert_eq!(answer, json!({ "b": 2 }));
    let request = server.requests.lock().unwrap()[0].to_ascii_lowercase();
    assert!(request.contains("idempotency-key: 01900000-0000-7000-8000-000000000001"));
    assert!(request.contains("authorization: bearer secret"));
}

#[tokio::test]
async fn no_content_is_null() {
    let server = server(|_| say("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")).await;
    assert_eq!(server.remote.send(&post(0), None).await.unwrap(), Value::Null);
}

#[tokio::test]
async fn nobody_listening_is_offline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let remote = Remote::new(&RemoteConfig::local(format!("http://{address}"))).unwrap();
    assert_eq!(remote.send(&post(1), None).await, Err(CallFailure::Offline));
    assert_eq!(remote.probe().await, Err(CallFailure::Offline));
}

#[tokio::test]
async fn a_reset_after_sending_is_unconfirmed() {
    let failure = outcome(|_| reset());
    assert_eq!(failure.await, CallFailure::Unconfirmed);
}

#[tokio::test]
async fn silence_and_a_slow_drip_end_at_the_deadline_unconfirmed() {
    let started = Instant::now();
    let silent = outcome(|_| Script {
        parts: vec![],
        reset: false,
        hold: true,
    });
    let drip = outcome(|_| Script {
        parts: std::iter::once(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4096\r\n\r\n".to_vec(),
        )
        .chain(std::iter::repeat_n(b" ".to_vec(), 40))
        .map(|bytes| (Duration::from_millis(100), bytes))
        .collect(),
        reset: false,
        hold: true,
    });
    let (silent, drip) = tokio::join!(silent, drip);
    assert_eq!(
        (silent, drip),
        (CallFailure::Unconfirmed, CallFailure::Unconfirmed)
    );
    assert!(started.elapsed() < Duration::from_millis(1800));
}

#[tokio::test]
async fn a_huge_body_is_refused_announced_or_not() {
    malformed(
        &outcome(|_| {
            say("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n[")
        })
        .await,
        "larger than 1048576",
    );
    malformed(
        &outcome(|_| {
            let mut bytes =
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n".to_vec();
            bytes.extend(std::iter::repeat_n(b' ', JSON_LIMIT + 1));
            say(bytes)
        })
        .await,
        "larger than 1048576",
    );
}

#[tokio::test]
async fn other_types_are_refused() {
    malformed(
        &outcome(|_| http("200 OK", "text/html", "<html>")).await,
        "text/html",
    );
    malformed(
        &outcome(|_| http("200 OK", "application/pdf", "%PDF")).await,
        "application/pdf",
    );
    malformed(
        &outcome(|_| say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")).await,
        "wanted",
    );
    malformed(
        &outcome(|_| http("200 OK", "application/json", "<html>")).await,
        "not JSON at line 1",
    );
}

#[tokio::test]
async fn half_a_body_is_cut_off() {
    malformed(
        &outcome(|_| {
            say("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"a\":")
        })
        .await,
        "cut off",
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = server(|_| {
        say("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")
    })
    .await;
    malformed(&server.remote.send(&post(0), None).await.unwrap_err(), "redirect");
    assert_eq!(server.seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn errors_without_problem_details_are_malformed() {
    malformed(&outcome(|_| http("500 Oops", "text/html", "<h1>")).await, "500");
    malformed(
        &outcome(|_| http("502 Bad", "application/problem+json", "[1]")).await,
        "502",
    );
    malformed(&outcome(|_| say("garbage\r\n\r\n")).await, "not HTTP");
}

const PROBLEM: &str =
    r#"{"type":"https://errors.kiosk.example/not-eligible","title":"t","status":422,"code":"K-4222"}"#;
const BUSY: &str = r#"{"type":"https://errors.kiosk.example/upstream-unavailable","title":"t","status":503,"retryable":true,"later":1}"#;
const LATER: &str = r#"{"type":"https://errors.kiosk.example/rate-limited","title":"t","status":429,"retryable":true,"retry_after_s":60}"#;

#[tokio::test]
async fn a_problem_comes_back_as_it_is_and_is_not_repeated() {
    let server = server(|_| http("422 No", "application/problem+json", PROBLEM)).await;
    let failure = server.remote.send(&post(3), None).await.unwrap_err();
    assert!(matches!(failure, CallFailure::Problem(problem) if problem.case() == "not-eligible"));
    assert_eq!(server.seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_with_the_same_key() {
    let server = server(|number| match number {
        0 => Script {
            parts: vec![],
            reset: true,
            hold: false,
        },
        1 => http("503 Busy", "application/problem+json", BUSY),
        _ => http("200 OK", "application/json", r#"{"number":"A1"}"#),
    })
    .await;
    let answer = server.remote.send(&post(3), None).await.unwrap();
    assert_eq!(answer, json!({ "number": "A1" }));
    let requests = server.requests.lock().unwrap();
    let keys: Vec<_> = requests
        .iter()
        .filter_map(|request| {
            request
                .to_ascii_lowercase()
                .lines()
                .find_map(|line| line.strip_prefix("idempotency-key: ").map(str::to_owned))
        })
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]));
}

/// A server that takes one connection and is gone then.
async fn one_connection(script: Script) -> Remote {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        drop(listener);
        play(stream, script, Arc::default()).await;
    });
    Remote::new(&RemoteConfig::local(format!("http://{address}"))).unwrap()
}

fn reset() -> Script {
    Script {
        parts: vec![],
        reset: true,
        hold: false,
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_not_called_offline_by_a_later_attempt() {
    for script in [reset(), say("garbage\r\n\r\n")] {
        let remote = one_connection(script).await;
        assert_eq!(remote.send(&post(2), None).await, Err(CallFailure::Unconfirmed));
    }
    let read = Call {
        key: None,
        path: "/v1/prefill".to_owned(),
        ..post(2)
    };
    let remote = one_connection(reset()).await;
    assert_eq!(remote.send(&read, None).await, Err(CallFailure::Offline));
}

#[tokio::test]
async fn attempts_end_after_the_retries() {
    let server = server(|_| http("500 Oops", "text/plain", "no")).await;
    malformed(&server.remote.send(&post(1), None).await.unwrap_err(), "500");
    assert_eq!(server.seen.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_long_pause_asked_for_by_the_backend_is_left_to_the_person() {
    let server = server(|_| http("429 Later", "application/problem+json", LATER)).await;
    assert!(server.remote.send(&post(3), None).await.is_err());
    assert_eq!(server.seen.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_changing_call_without_key_is_never_repeated_but_a_read_is() {
    let server = server(|_| reset()).await;
    let mut call = Call { key: None, ..post(1) };
    assert!(server.remote.send(&call, None).await.is_err());
    assert_eq!(server.seen.load(Ordering::SeqCst), 1);
    call.path = "/v1/prefill".to_owned();
    assert!(server.remote.send(&call, None).await.is_err());
    assert_eq!(server.seen.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_document_comes_with_the_hash_of_its_bytes() {
    let server = server(|number| match number {
        0 => http("200 OK", "application/pdf", "abc"),
        1 => http("200 OK", "application/json", "{}"),
        _ => http("200 OK", "application/pdf", ""),
    })
    .await;
    let document = server.remote.fetch_document("j", "t").await.unwrap();
    assert_eq!(
        document.sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert!(server.remote.fetch_document("j", "t").await.is_err());
    assert!(server.remote.fetch_document("j", "t").await.is_err());
    assert!(server.remote.fetch_document("../x", "t").await.is_err());
}

#[test]
fn addresses_and_identities_are_judged_with_their_key() {
    let error = |url: &str| {
        Remote::new(&RemoteConfig::local(url))
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(error("http://127.0.0.1:9"), None);
    assert_eq!(error("http://[::1]:9/"), None);
    for (url, part) in [
        ("http://192.0.2.1", "plain http"),
        ("http://localhost.example", "plain http"),
        ("gateway", "not an address"),
        ("ftp://127.0.0.1", "https"),
        ("http://127.0.0.1/v1", "end after the host"),
        ("https://gateway.example.gov.cn", "backend.ca is missing"),
    ] {
        let message = error(url).unwrap();
        assert!(message.contains(part), "{message}");
    }
    let absent = RemoteConfig {
        ca: Some("/nowhere/ca.pem".into()),
        ..RemoteConfig::local("https://gateway.example.gov.cn")
    };
    let message = Remote::new(&absent).err().unwrap().to_string();
    assert!(message.contains("backend.ca = /nowhere/ca.pem"), "{message}");
}
