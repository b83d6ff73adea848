//! The matrix of keys and bodies.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::*;

fn ticket(about: &str) -> serde_json::Value {
    json!({ "kind": "call_staff", "about": about })
}

async fn post(bench: &Bench, about: &str, key: &str) -> Answer {
    let request = bench.request(Method::POST, "/v1/tickets").json(&ticket(about));
    send(request.header("Idempotency-Key", key)).await
}

#[tokio::test]
async fn a_changing_post_without_a_proper_key_is_refused() {
    let bench = Bench::start().await;
    let bare = send(bench.request(Method::POST, "/v1/tickets").json(&ticket("a"))).await;
    assert_eq!((bare.status, bare.case()), (400, "idempotency-key-missing"));
    for key in ["short", &"x".repeat(65), "sixteen spaces in it"] {
        assert_eq!(
            post(&bench, "a", key).await.case(),
            "idempotency-key-missing",
            "{key}"
        );
    }
}

#[tokio::test]
async fn the_same_key_answers_the_same_and_refuses_another_body() {
    let bench = Bench::start().await;
    let key = key();
    let first = post(&bench, "a", &key).await;
    let again = post(&bench, "a", &key).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body, again.body);
    let other = post(&bench, "b", &key).await;
    assert_eq!((other.status, other.case()), (422, "idempotency-key-reused"));
    let elsewhere = bench.request(Method::POST, "/v1/evaluations").json(&ticket("a"));
    let elsewhere = send(elsewhere.header("Idempotency-Key", &key)).await;
    assert_eq!(elsewhere.case(), "idempotency-key-reused");
    assert_eq!(
        post(&bench, "a", &crate::support::key()).await.text("/number"),
        "T2026112300002"
    );
}

#[tokio::test]
async fn a_running_request_makes_the_second_wait() {
    let bench = Bench::start().await;
    let key = key();
    // Another writer holds the database, so that the first request stands in the middle of its work.
    let holder = rusqlite::Connection::open(bench.data.path().join("backend.sqlite")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let first = post(&bench, "a", &key);
    let second = async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let answer = tokio::time::timeout(Duration::from_millis(300), post(&bench, "a", &key)).await;
            if let Ok(answer) = answer {
                break answer;
            }
        }
    };
    let release = async {
        let answer = second.await;
        holder.execute_batch("ROLLBACK").unwrap();
        answer
    };
    let (first, second) = tokio::join!(first, release);
    assert_eq!((second.status, second.case()), (409, "request-in-progress"));
    assert_eq!(second.body["retry_after_s"], 1);
    assert_eq!(first.status, 201);
    assert_eq!(post(&bench, "a", &key).await.body, first.body);
}

#[tokio::test]
async fn a_refusal_leaves_no_trace_and_the_key_stays_free() {
    let bench = Bench::start().await;
    let key = key();
    assert_eq!(post(&bench, "not an id", &key).await.case(), "validation");
    let right = post(&bench, "a", &key).await;
    assert_eq!(
        (right.status, right.text("/number").as_str()),
        (201, "T2026112300001")
    );
}

#[tokio::test]
async fn answers_outlive_a_restart_and_go_after_seven_days() {
    let bench = Bench::start().await;
    let key = key();
    let first = post(&bench, "a", &key).await;
    let (data, now) = (Arc::clone(&bench.data), Arc::clone(&bench.now));
    bench.running.stop().await;
    let bench = Bench::start_with(data, now).await;
    bench.pass(Duration::from_secs(7 * 24 * 60 * 60 - 1));
    post(&bench, "other", &crate::support::key()).await;
    assert_eq!(post(&bench, "a", &key).await.body, first.body);
    bench.pass(Duration::from_secs(2));
    post(&bench, "other", &crate::support::key()).await;
    assert_eq!(
        post(&bench, "a", &key).await.status,
        201,
        "forgotten, so it is new"
    );
}

#[tokio::test]
async fn a_kept_answer_stays_with_its_session_even_when_that_has_ended() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    visit.log_in("d2").await;
    let key = key();
    let sent = visit.post_as("/v1/applications", kinship(), &key).await;
    let stranger = bench.open().await;
    stranger.log_in("d1").await;
    assert_eq!(
        stranger.post_as("/v1/applications", kinship(), &key).await.case(),
        "session-ended"
    );
    bench.pass(Duration::from_secs(16 * 60));
    let late = visit.post_as("/v1/applications", kinship(), &key).await;
    assert_eq!(
        (late.status, &late.body),
        (200, &sent.body),
        "the outbox gets its answer"
    );
    let fresh = visit.post("/v1/applications", kinship()).await;
    assert_eq!(fresh.case(), "session-ended");
}

#[tokio::test]
async fn the_answer_that_holds_a_token_goes_with_its_session() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    let path = format!("/v1/sessions/{}", visit.id);
    let kept = || {
        let database = rusqlite::Connection::open(bench.data.path().join("backend.sqlite")).unwrap();
        let count: u32 = database
            .query_row(
                "SELECT count(*) FROM idempotency WHERE answer LIKE '%' || ?1 || '%'",
                [&visit.token],
                |row| row.get(0),
            )
            .unwrap();
        count
    };
    assert_eq!(kept(), 1);
    send(visit.request(Method::DELETE, &path)).await;
    assert_eq!(kept(), 0);
}
