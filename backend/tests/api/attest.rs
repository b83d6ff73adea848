//! Proof of life in its five ways, staff's work list, and talks with officers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::pictures::frame;
use crate::support::*;
use crate::together::*;

const D4: &str = "110000195306307354";

fn attestation(mode: &str) -> Value {
    json!({ "service_id": "test.attest", "service_rev": 1, "mode": mode })
}

async fn staff(visit: &Visit<'_>, number: &str, pin: &str) -> Answer {
    let body = json!({ "staff_number": number, "pin": pin });
    visit.post("/v1/staff-sessions", body).await
}

fn took_part(bench: &Bench) -> Vec<(String, String)> {
    let database = database(bench);
    let mut query = database
        .prepare("SELECT role, id_no FROM attestation_party ORDER BY rowid")
        .unwrap();
    query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test]
async fn a_helper_brings_the_person_who_is_verified_beside() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d3", "applicant").await;
    let mut body = attestation("helper");
    assert_eq!(
        visit
            .post("/v1/attestations", body.clone())
            .await
            .text("/errors/0/pointer"),
        "/verification_id"
    );
    body["verification_id"] = json!(visit.identify("d4", "beneficiary").await);
    let done = visit.post("/v1/attestations", body).await;
    assert_eq!(
        (done.status, done.text("/valid_until").as_str()),
        (201, "2027-02-21")
    );
    assert_eq!(
        took_part(&bench),
        [("helper".to_owned(), "990000199904178240".to_owned())]
    );
}

#[tokio::test]
async fn a_guardian_attests_with_a_picture_of_the_ward_taken_on_the_spot() {
    let bench = bench_with(|options| options.models = root().join("models")).await;
    for (guardian, picture, expected) in [
        ("d3", "d4/neutral/00.jpg", "not-eligible"),
        ("d2", "d3/neutral/00.jpg", "identity-not-verified"),
        ("d2", "d1/neutral/00.jpg", "identity-inconclusive"),
        ("d2", "d4/neutral/00.jpg", ""),
    ] {
        let visit = bench.open().await;
        visit.identify(guardian, "applicant").await;
        let place = visit
            .post(
                "/v1/uploads",
                json!({ "service_id": "test.attest", "about": "beneficiary.photo" }),
            )
            .await;
        let path = format!("/v1/uploads/{}/content", place.text("/upload_id"));
        let sent = visit
            .put(&path, json!({ "jpeg": STANDARD.encode(frame(picture)) }))
            .await;
        assert_eq!(sent.text("/state"), "received", "{}", sent.body);
        let mut body = attestation("guardian");
        body["answers"] = json!({
            "beneficiary.name": "测试丁", "beneficiary.id_no": D4, "beneficiary.photo": place.text("/upload_id"),
        });
        let answer = visit.post("/v1/attestations", body).await;
        if expected.is_empty() {
            assert_eq!(answer.status, 201, "{}", answer.body);
            let left: u32 = database(&bench)
                .query_row(
                    "SELECT count(*) FROM upload WHERE session_id = ?1",
                    [&visit.id],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(left, 0, "the picture is gone");
        } else {
            assert_eq!(answer.case(), expected, "{guardian} {picture}");
        }
    }
}

#[tokio::test]
async fn staff_attest_who_stands_before_them_and_a_home_visit_becomes_a_task() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d4", "applicant").await;
    assert_eq!(
        visit.post("/v1/attestations", attestation("staff")).await.case(),
        "staff-refused"
    );
    assert_eq!(staff(&visit, "1001", "246810").await.status, 201);
    let done = visit.post("/v1/attestations", attestation("staff")).await;
    assert_eq!(done.text("/valid_until"), "2027-02-21");
    assert_eq!(took_part(&bench), [("staff".to_owned(), "1001".to_owned())]);

    let asked = visit.post("/v1/attestations", attestation("home_visit")).await;
    assert_eq!((asked.status, asked.text("/valid_until").as_str()), (201, ""));
    let tasks = visit.get("/v1/tasks").await;
    let first = &tasks.body["items"][0];
    assert_eq!(first["id"], asked.body["number"]);
    let text = first.to_string();
    assert!(
        text.contains("测**") && !text.contains("测试丁") && !text.contains(D4),
        "{text}"
    );
}

#[tokio::test]
async fn the_work_list_is_for_staff_and_follows_their_roles() {
    let bench = bench().await;
    let visit = bench.open().await;
    assert_eq!(visit.get("/v1/tasks").await.case(), "staff-refused");
    for kind in ["call_staff", "device_fault"] {
        bench
            .post("/v1/tickets", json!({ "kind": kind, "about": "camera" }))
            .await;
    }
    for (number, pin, sees, not) in [
        ("1001", "246810", "有人请工作人员", "设备有故障"),
        ("1003", "112358", "设备有故障", "有人请工作人员"),
    ] {
        staff(&visit, number, pin).await;
        let list = visit.get("/v1/tasks").await;
        let text = list.body.to_string();
        assert!(text.contains(sees) && !text.contains(not), "{number}: {text}");
    }
}

#[tokio::test]
async fn an_application_says_who_helped() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d1", "elder").await;
    staff(&visit, "1001", "246810").await;
    let body = json!({ "service_id": PROXY, "service_rev": 1, "region": "440104", "answers": {} });
    let sent = visit.post("/v1/applications", body).await;
    let helper: String = database(&bench)
        .query_row(
            "SELECT assisted_by FROM application WHERE id = ?1",
            [sent.text("/application_id")],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(helper, "1001");
}

#[tokio::test]
async fn a_call_waits_in_its_queue_and_ends_when_nobody_comes_or_one_hangs_up() {
    let bench = bench().await;
    let order = json!({ "service_id": "test.video" });
    let nobody = bench.open().await;
    assert_eq!(
        nobody.post("/v1/video-sessions", order.clone()).await.case(),
        "assurance-too-low"
    );
    let first = bench.open().await;
    first.identify("d1", "applicant").await;
    let call = first.post("/v1/video-sessions", order.clone()).await;
    let second = bench.open().await;
    second.identify("d2", "applicant").await;
    let behind = second.post("/v1/video-sessions", order).await;
    assert_eq!(
        (&call.body["ahead"], &behind.body["ahead"]),
        (&json!(0), &json!(1))
    );
    let path = format!("/v1/video-sessions/{}", call.text("/video_id"));
    assert_eq!(second.get(&path).await.case(), "not-found");
    assert_eq!(send(first.request(Method::DELETE, &path)).await.status, 204);
    assert_eq!(first.get(&path).await.text("/state"), "ended");
    let path = format!("/v1/video-sessions/{}", behind.text("/video_id"));
    assert_eq!(second.get(&path).await.body["ahead"], 0);
    bench.pass(std::time::Duration::from_secs(601));
    let ended = second.get(&path).await;
    assert_eq!(ended.text("/state"), "ended");
    assert!(ended.text("/result/zh-Hans").contains("没有人接"));
}
