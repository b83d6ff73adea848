//! Pictures on their way, and the search for a missing person (S20).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;
use crate::together::*;

const SEARCH: &str = "test.search";
const PHOTO: &str = "missing_person.photo";

async fn with_models() -> Bench {
    bench_with(|options| options.models = root().join("models")).await
}

pub fn frame(name: &str) -> Vec<u8> {
    std::fs::read(root().join("config/demo/people/sequences").join(name)).unwrap()
}

async fn place(visit: &Visit<'_>) -> Value {
    let made = visit
        .post("/v1/uploads", json!({ "service_id": SEARCH, "about": PHOTO }))
        .await;
    assert_eq!(
        (made.status, made.text("/state").as_str()),
        (201, "waiting"),
        "{}",
        made.body
    );
    made.body
}

fn content(place: &Value) -> String {
    format!("/v1/uploads/{}/content", place["upload_id"].as_str().unwrap())
}

async fn put(visit: &Visit<'_>, place: &Value, picture: &[u8]) -> Answer {
    visit
        .put(&content(place), json!({ "jpeg": STANDARD.encode(picture) }))
        .await
}

fn search(upload: &Value) -> Value {
    json!({
        "service_id": SEARCH, "service_rev": 1, "region": "440104", "answers": {},
        "materials": { PHOTO: upload["upload_id"] },
    })
}

fn pictures(bench: &Bench) -> u32 {
    database(bench)
        .query_row(
            "SELECT count(*) FROM upload WHERE picture IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .unwrap()
}

/// S20: four outcomes, no portrait and no name, the picture gone, five searches a day.
#[tokio::test]
async fn a_search_tells_where_to_call_and_keeps_no_picture() {
    let bench = with_models().await;
    let visit = bench.open().await;
    visit.identify("d2", "applicant").await;
    for (picture, outcome, state, lines) in [
        ("d1/neutral/00.jpg", "possible_match", "closed", 4),
        ("d4/neutral/00.jpg", "formerly_sheltered", "closed", 4),
        ("d2/neutral/00.jpg", "manual_review", "submitted", 1),
        ("d2/turn-left/07.jpg", "no_match", "closed", 1),
    ] {
        let place = place(&visit).await;
        let taken = put(&visit, &place, &frame(picture)).await;
        assert_eq!(taken.text("/state"), "received", "{picture}: {}", taken.body);
        let kept = pictures(&bench);
        let found = visit.post("/v1/missing-person-searches", search(&place)).await;
        assert_eq!(found.status, 201, "{}", found.body);
        assert_eq!(
            (found.text("/outcome").as_str(), found.text("/state").as_str()),
            (outcome, state),
            "{picture}"
        );
        assert_eq!(found.body["lines"].as_array().unwrap().len(), lines);
        assert_eq!((kept, pictures(&bench)), (1, 0), "the picture is gone");
        let text = found.body.to_string();
        for name in ["测试甲", "测试丁", "portrait", "data:image"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }
    for allowed in [true, false] {
        let place = place(&visit).await;
        put(&visit, &place, &frame("d1/neutral/01.jpg")).await;
        let answer = visit.post("/v1/missing-person-searches", search(&place)).await;
        if allowed {
            assert_eq!(answer.status, 201);
        } else {
            assert_eq!((answer.status, answer.case()), (429, "rate-limited"));
            assert!(answer.text("/user_message/zh-Hans").contains("5 次"));
        }
    }
    bench.pass(std::time::Duration::from_secs(24 * 60 * 60));
    let next_day = bench.open().await;
    next_day.identify("d2", "applicant").await;
    let place = place(&next_day).await;
    put(&next_day, &place, &frame("d1/neutral/00.jpg")).await;
    let answer = next_day.post("/v1/missing-person-searches", search(&place)).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn pictures_that_do_not_do_are_refused_with_the_reason_and_another_may_follow() {
    let bench = with_models().await;
    let visit = bench.open().await;
    visit.identify("d2", "applicant").await;
    let place = place(&visit).await;
    let tiny = {
        let mut bytes = Vec::new();
        image::RgbImage::new(60, 60)
            .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
            .unwrap();
        bytes
    };
    for (picture, word) in [
        (b"no picture".to_vec(), "打不开"),
        (tiny, "太小"),
        (frame("common/nobody/00.jpg"), "没有找到脸"),
        (frame("d1/two-people/00.jpg"), "人数"),
        (vec![0xFF; 4 * 1024 * 1024 + 1], "太大"),
    ] {
        let refused = put(&visit, &place, &picture).await;
        assert_eq!(refused.text("/state"), "refused");
        let problem = refused.text("/problem/zh-Hans");
        assert!(problem.contains(word), "{word}: {problem}");
    }
    let bad = visit.put(&content(&place), json!({ "jpeg": "?" })).await;
    assert_eq!(bad.text("/errors/0/code"), "base64");
    let without = visit.post("/v1/missing-person-searches", search(&place)).await;
    assert_eq!(without.text("/errors/0/code"), "no_picture");
    assert_eq!(
        put(&visit, &place, &frame("d1/neutral/00.jpg"))
            .await
            .text("/state"),
        "received"
    );
}

#[tokio::test]
async fn a_place_belongs_to_its_visit_and_ends_with_it_and_with_its_time() {
    let bench = with_models().await;
    let visit = bench.open().await;
    let place_ = place(&visit).await;
    let path = format!("/v1/uploads/{}", place_["upload_id"].as_str().unwrap());
    let other = bench.open().await;
    assert_eq!(other.get(&path).await.case(), "not-found");
    assert_eq!(put(&other, &place_, b"x").await.case(), "not-found");
    let wrong = visit
        .post(
            "/v1/uploads",
            json!({ "service_id": SEARCH, "about": "applicant.name" }),
        )
        .await;
    assert_eq!(wrong.text("/errors/0/code"), "takes_no_picture");

    put(&visit, &place_, &frame("d1/neutral/00.jpg")).await;
    assert_eq!(pictures(&bench), 1);
    let close = format!("/v1/sessions/{}", visit.id);
    send(visit.request(Method::DELETE, &close)).await;
    assert_eq!(pictures(&bench), 0, "nothing stays that no matter took");

    let late = bench.open().await;
    let place_ = place(&late).await;
    bench.pass(std::time::Duration::from_secs(14 * 60));
    let path = format!("/v1/uploads/{}", place_["upload_id"].as_str().unwrap());
    assert_eq!(late.get(&path).await.text("/state"), "waiting");
    bench.pass(std::time::Duration::from_secs(61));
    assert_eq!(late.get(&path).await.text("/state"), "expired");
    assert_eq!(put(&late, &place_, b"x").await.case(), "upload-expired");
}
