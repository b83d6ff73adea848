//! What belongs to a person: cases, queries, entitlements, electronic certificates, facts.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::registers::bench;
use crate::support::*;
use crate::together::{bench_with, database};

async fn visit<'a>(bench: &'a Bench, person: &str) -> Visit<'a> {
    let visit = bench.open().await;
    visit.log_in(person).await;
    visit
}

fn items(answer: &Answer) -> &Vec<Value> {
    answer.body["items"].as_array().unwrap()
}

#[tokio::test]
async fn everyone_has_past_cases_of_every_outcome_with_reason_and_objection() {
    let bench = bench().await;
    for person in ["d1", "d2", "d3", "d4"] {
        let cases = visit(&bench, person).await.get("/v1/cases").await;
        let mut states: Vec<&str> = items(&cases)
            .iter()
            .map(|item| item["state"].as_str().unwrap())
            .collect();
        states.sort_unstable();
        assert_eq!(
            states,
            [
                "approved",
                "checking",
                "closed",
                "not_accepted",
                "refused",
                "returned_for_correction",
                "transferred",
                "withdrawn"
            ],
            "{person}"
        );
        let refused = items(&cases)
            .iter()
            .find(|item| item["state"] == "refused")
            .unwrap();
        let titles: Vec<&str> = refused["sections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part["title"]["zh-Hans"].as_str().unwrap())
            .collect();
        assert_eq!(titles, ["办理情况", "为什么", "不同意怎么办"]);
        let timeline = refused["timeline"].as_array().unwrap();
        assert!(
            timeline
                .iter()
                .all(|entry| entry["done"] == true && !entry["words"]["zh-Hans"].is_null())
        );
        assert!(timeline.last().unwrap()["at"].as_str().unwrap() < "2026-11-23");
        let open = items(&cases)
            .iter()
            .find(|item| item["state"] == "checking")
            .unwrap();
        assert!(
            open["timeline"]
                .as_array()
                .unwrap()
                .iter()
                .any(|entry| entry["done"] == false)
        );
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_cases_and_another_seed_others() {
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        let bench = bench_with(|options| options.seed = seed).await;
        let mut body = visit(&bench, "d2").await.get("/v1/cases").await.body;
        for item in body["items"].as_array_mut().unwrap() {
            item["id"] = Value::Null;
        }
        seen.push(body);
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0], seen[2]);
}

#[tokio::test]
async fn an_application_is_withdrawn_until_it_is_decided() {
    let bench = bench().await;
    let visit = visit(&bench, "d1").await;
    let id = visit
        .post("/v1/applications", allowance())
        .await
        .text("/application_id");
    let path = format!("/v1/applications/{id}/withdrawal");
    let withdrawn = visit.post(&path, Value::Null).await;
    assert_eq!(
        (withdrawn.status, withdrawn.text("/state").as_str()),
        (201, "withdrawn")
    );
    assert!(
        withdrawn.body["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .all(|entry| entry["done"] == true)
    );
    assert_eq!(visit.post(&path, Value::Null).await.case(), "state-conflict");
    // One may apply anew, and a certificate that is issued cannot be taken back by its holder.
    assert_eq!(visit.post("/v1/applications", allowance()).await.status, 201);
    let certificate = visit
        .post("/v1/applications", kinship())
        .await
        .text("/application_id");
    bench.pass(REVIEW);
    let late = visit
        .post(&format!("/v1/applications/{certificate}/withdrawal"), Value::Null)
        .await;
    assert_eq!(late.case(), "state-conflict");
}

#[tokio::test]
async fn the_means_of_a_household_are_checked_and_only_the_officer_gets_the_answer() {
    let bench = bench_with(|options| options.means_check = Duration::from_secs(600)).await;
    let visit = visit(&bench, "d4").await;
    let body = json!({
        "service_id": "test.assistance", "service_rev": 1, "region": "440104",
        "answers": { "applicant.phone": "13800138000" },
    });
    let sent = visit.post("/v1/applications", body).await;
    assert_eq!(
        (sent.status, sent.text("/state").as_str()),
        (201, "submitted"),
        "{}",
        sent.body
    );
    let planned: Vec<&str> = sent.body["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        planned,
        [
            "submitted",
            "accepted",
            "checking",
            "publicity",
            "approved",
            "paid"
        ]
    );
    let answered = || -> Option<String> {
        database(&bench)
            .query_row("SELECT result FROM means_check", [], |row| row.get(0))
            .unwrap()
    };
    bench.pass(REVIEW);
    assert_eq!(visit.get("/v1/cases").await.text("/items/0/state"), "checking");
    assert_eq!(answered(), None);
    bench.pass(Duration::from_secs(600));
    let cases = visit.get("/v1/cases").await;
    assert_eq!(cases.text("/items/0/state"), "checking", "an officer decides");
    let result = answered().unwrap();
    assert!(result.contains("income_month_yuan"), "{result}");
    assert!(
        !cases.body.to_string().contains("income_month"),
        "not for the terminal"
    );
}

#[tokio::test]
async fn a_query_answers_the_columns_that_the_service_shows() {
    let bench = bench().await;
    let driver = visit(&bench, "d2").await;
    let path = "/v1/queries/test.traffic";
    let rows = driver
        .post(path, json!({ "params": { "query.scope": "vehicle" } }))
        .await;
    assert_eq!(rows.status, 200);
    let all = rows.body["rows"].as_array().unwrap();
    assert!(all.len() >= 2);
    for row in all {
        let columns: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(columns, ["plate_masked", "points"]);
        assert!(row["plate_masked"].as_str().unwrap().contains('*'));
    }
    let licence = driver
        .post(path, json!({ "params": { "query.scope": "driver" } }))
        .await;
    assert_eq!(licence.body["rows"].as_array().unwrap().len(), 1);
    let walker = visit(&bench, "d1").await;
    assert_eq!(
        walker.post(path, json!({ "params": {} })).await.body["rows"],
        json!([])
    );
}

#[tokio::test]
async fn a_health_record_needs_its_own_consent_in_this_visit() {
    let bench = bench().await;
    let visit = visit(&bench, "d1").await;
    let path = "/v1/queries/test.health";
    let refused = visit.post(path, json!({ "params": {} })).await;
    assert_eq!(
        (refused.case(), &refused.body["template"]),
        ("consent-required", &json!("camera_scan"))
    );
    let consent = visit
        .consent("camera_scan", "test.health")
        .await
        .text("/consent_id");
    let record = visit.post(path, json!({ "params": {} })).await;
    assert!(record.body["rows"].as_array().unwrap().len() >= 4);
    visit
        .post(&format!("/v1/consents/{consent}/withdrawal"), Value::Null)
        .await;
    assert_eq!(
        visit.post(path, json!({ "params": {} })).await.case(),
        "consent-required"
    );
}

#[tokio::test]
async fn an_entitlement_says_why_and_is_confirmed_once() {
    let bench = bench().await;
    let elder = visit(&bench, "d1").await;
    let list = elder.get("/v1/entitlements?region=440104").await;
    assert_eq!(items(&list).len(), 1);
    let item = &items(&list)[0];
    assert_eq!(
        (&item["id"], &item["state"]),
        (&json!("gz_longevity_80"), &json!("awaiting_confirmation"))
    );
    let why: Vec<&str> = item["sections"][1]["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["label"]["zh-Hans"].as_str().unwrap())
        .collect();
    assert_eq!(why, ["条件", "依据", "信息来源"]);
    let body = json!({
        "service_id": "test.entitlement", "service_rev": 1, "region": "440104",
        "answers": { "answers.show": "gz_longevity_80", "bank.account": "6228480402564890018" },
    });
    let path = "/v1/entitlements/gz_longevity_80/confirmations";
    let confirmed = elder.post(path, body.clone()).await;
    assert_eq!(
        (confirmed.status, confirmed.text("/outcome").as_str()),
        (201, "confirmed")
    );
    assert_eq!(elder.post(path, body.clone()).await.case(), "state-conflict");
    let again = elder.get("/v1/entitlements?region=440104").await;
    assert_eq!(again.text("/items/0/state"), "confirmed");
    let other = "/v1/entitlements/gz_longevity_70/confirmations";
    assert_eq!(elder.post(other, body).await.case(), "not-found");
    let young = visit(&bench, "d2").await;
    assert!(items(&young.get("/v1/entitlements").await).is_empty());
    let assisted = visit(&bench, "d4").await;
    assert_eq!(
        items(&assisted.get("/v1/entitlements?region=500000").await).len(),
        5
    );
}

#[tokio::test]
async fn an_electronic_certificate_is_verified_by_its_code() {
    let bench = bench().await;
    let holder = visit(&bench, "d4").await;
    let papers = holder.get("/v1/e-certificates?kind=assistance").await;
    assert_eq!(items(&papers).len(), 1);
    let code = papers.text("/items/0/qr");
    assert!(!code.contains("测试"));
    let verified = send(
        bench
            .request(Method::POST, "/v1/verifications")
            .json(&json!({ "code": code })),
    )
    .await;
    assert_eq!(verified.text("/result"), "genuine");
    assert_eq!(verified.text("/title/zh-Hans"), "社会救助证");
    assert_eq!(verified.text("/holder_masked"), "测**");
    let married = visit(&bench, "d2").await.get("/v1/e-certificates").await;
    assert!(
        items(&married)
            .iter()
            .any(|item| item["title"]["zh-Hans"] == "结婚证")
    );
}

#[tokio::test]
async fn every_certificate_comes_from_one_template_with_its_own_words() {
    let bench = bench().await;
    let visit = visit(&bench, "d2").await;
    let sent = visit
        .post(
            "/v1/applications",
            json!({
                "service_id": "test.weather", "service_rev": 1, "region": "440104",
                "answers": { "request.place": "样例区", "request.date": "2026-11-01" },
            }),
        )
        .await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    bench.pass(REVIEW);
    let list = visit
        .get(&format!(
            "/v1/applications/{}/certificates",
            sent.text("/application_id")
        ))
        .await;
    assert_eq!(list.text("/certificates/0/title/zh-Hans"), "气象证明");
    let (code, fields): (String, String) = database(&bench)
        .query_row("SELECT code, fields FROM certificate", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert!(fields.contains("样例区在2026-11-01的天气"), "{fields}");
    let verified = send(
        bench
            .request(Method::POST, "/v1/verifications")
            .json(&json!({ "code": code })),
    )
    .await;
    assert_eq!(verified.text("/result"), "genuine");
    assert_eq!(verified.text("/title/zh-Hans"), "气象证明");
    assert_eq!(verified.text("/office/zh-Hans"), "样例市气象局");
}

#[tokio::test]
async fn the_numbers_of_the_work_name_nobody() {
    let bench = bench().await;
    let visit = visit(&bench, "d1").await;
    visit.post("/v1/applications", allowance()).await;
    let stats = bench.get("/v1/stats").await;
    assert_eq!(stats.text("/items/0/id"), "all");
    assert_eq!(stats.text("/items/0/sections/0/lines/1/value/en"), "1");
    assert!(items(&stats).iter().any(|item| item["id"] == ALLOWANCE));
    assert!(!stats.body.to_string().contains("测试甲"));
}

#[tokio::test]
async fn an_electronic_certificate_is_printed_as_often_as_allowed_and_by_its_holder_alone() {
    let bench = bench().await;
    let holder = visit(&bench, "d4").await;
    let id = holder
        .get("/v1/e-certificates?kind=elder")
        .await
        .text("/items/0/id");
    let jobs = format!("/v1/certificates/{id}/print-jobs");
    assert_eq!(
        visit(&bench, "d2").await.post(&jobs, Value::Null).await.case(),
        "not-found"
    );
    let job = holder.post(&jobs, Value::Null).await;
    let document = format!("/v1/print-jobs/{}/document", job.text("/job_id"));
    assert!(holder.get(&document).await.bytes.starts_with(b"%PDF-"));
    let outcome = format!("/v1/print-jobs/{}/outcome", job.text("/job_id"));
    let delivered = json!({ "outcome": "delivered", "pages": 1 });
    assert_eq!(holder.put(&outcome, delivered).await.status, 204);
    // No service of this catalogue lists them, so that one print is the limit.
    assert_eq!(
        holder.post(&jobs, Value::Null).await.case(),
        "print-limit-reached"
    );
}
