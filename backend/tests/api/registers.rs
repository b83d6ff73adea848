//! Public registers, times to book, questions about policies.

use serde_json::{Value, json};

use crate::support::*;
use crate::together::{bench_with, fixture_registers};

pub async fn bench() -> Bench {
    bench_with(fixture_registers).await
}

fn ids(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn anybody_reads_a_register_narrowed_by_region_words_and_filters() {
    let bench = bench().await;
    let all = bench.get("/v1/institutions").await;
    assert_eq!((all.status, ids(&all).len()), (200, 3));
    assert_eq!(all.text("/as_of"), "2026-11-20");
    assert_eq!(all.text("/office/zh-Hans"), "样例市民政局");
    assert_eq!(
        all.text("/items/0/sections/0/lines/0/value/zh-Hans"),
        "020-00000000"
    );
    assert_eq!(all.body["items"][0]["place"]["east_km"], 1.2_f32 as f64);
    for (query, expected) in [
        ("region=440104", vec!["test-rescue", "test-office"]),
        ("region=500000", vec!["test-office", "test-far"]),
        ("query.type=care_home", vec!["test-far"]),
        ("type=rescue_station&district=440106", vec!["test-rescue"]),
        (
            "type=all&district=",
            vec!["test-rescue", "test-office", "test-far"],
        ),
        ("q=jiuzhu", vec!["test-rescue"]),
        ("q=%E5%A9%9A%E5%A7%BB", vec!["test-office"]),
        ("q=nobody", vec![]),
    ] {
        assert_eq!(
            ids(&bench.get(&format!("/v1/institutions?{query}")).await),
            expected,
            "{query}"
        );
    }
    let wrong = bench.get("/v1/institutions?colour=red").await;
    assert_eq!(
        (wrong.case(), wrong.text("/errors/0/pointer").as_str()),
        ("validation", "/colour")
    );
}

#[tokio::test]
async fn a_register_without_a_file_does_not_answer_and_says_so() {
    let bench = bench().await;
    assert_eq!(bench.get("/v1/cemeteries").await.case(), "upstream-unavailable");
}

#[tokio::test]
async fn times_follow_from_resource_and_day() {
    let bench = bench().await;
    let slots = bench
        .get("/v1/slots?resource=registry_office&item=test-office")
        .await;
    assert_eq!(slots.text("/place/zh-Hans"), "样例婚姻登记处");
    // The bench's today is Monday 23 November.
    assert_eq!(slots.text("/days/0/date"), "2026-11-24");
    assert_eq!(
        slots.text("/days/0/times/0/id"),
        "registry_office/test-office/2026-11-24/0900"
    );
    assert_eq!(slots.body["days"][0]["times"][0]["left"], 1);
    let days = slots.body["days"].as_array().unwrap();
    assert!(!days.iter().any(|day| day["date"] == "2026-11-28"), "a Saturday");
    let by_service = bench.get("/v1/slots?service_id=test.booking").await;
    assert_eq!(by_service.body["days"].as_array().unwrap().len(), 10);
    assert_eq!(by_service.body["days"][0]["times"][0]["left"], 4);
    assert_eq!(bench.get("/v1/slots").await.case(), "validation");
    assert_eq!(
        bench.get("/v1/slots?resource=a&item=b%2Fc").await.case(),
        "validation"
    );
}

async fn ask(bench: &Bench, path: &str, text: &str) -> Answer {
    let body = json!({ "params": { "request.question": text } });
    send(bench.request(reqwest::Method::POST, path).json(&body)).await
}

fn states(answer: &Answer) -> Vec<Value> {
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|item| item["state"].clone()).collect()
}

#[tokio::test]
async fn an_answer_quotes_the_paragraph_with_its_source_and_decides_nothing() {
    let bench = bench().await;
    let answer = ask(&bench, "/v1/assistant/questions", "高龄津贴多少岁可以申请").await;
    assert_eq!(answer.status, 200);
    let quoted = &answer.body["items"][0];
    assert_eq!(quoted["state"], "quoted");
    assert_eq!(
        quoted["paragraphs"][0]["zh-Hans"],
        "年满八十周岁的老人可以申请高龄津贴。"
    );
    assert!(
        quoted["paragraphs"][1]["zh-Hans"]
            .as_str()
            .unwrap()
            .contains("审核")
    );
    let source = quoted["sections"][0]["lines"].as_array().unwrap();
    assert!(
        source
            .iter()
            .any(|line| line["value"]["zh-Hans"] == "高龄津贴办法（示例）")
    );
    assert!(source.iter().any(|line| line["value"]["zh-Hans"] == "2026-11-20"));
    assert_eq!(quoted["service_id"], ALLOWANCE);
    assert!(states(&answer).contains(&json!("service")));
    assert_eq!(states(&answer).last(), Some(&json!("person")));
}

#[tokio::test]
async fn a_question_without_an_answer_says_so_and_names_a_person() {
    let bench = bench().await;
    let answer = ask(&bench, "/v1/assistant/questions", "明天会下雨吗").await;
    assert_eq!(states(&answer), ["not_found", "person"]);
    assert_eq!(answer.text("/items/1/sections/0/lines/0/value/zh-Hans"), "12345");
    assert_eq!(
        ask(&bench, "/v1/assistant/questions", " ").await.case(),
        "validation"
    );
    assert_eq!(
        ask(&bench, "/v1/assistant/questions", &"问".repeat(201))
            .await
            .case(),
        "validation"
    );
}

#[tokio::test]
async fn guidance_leads_to_services_that_are_offered() {
    let bench = bench().await;
    let answer = ask(&bench, "/v1/guidance", "名下房产").await;
    assert_eq!(answer.text("/items/0/service_id"), PROPERTY);
    assert_eq!(states(&answer).last(), Some(&json!("person")));
}
