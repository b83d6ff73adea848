//! Matters that one keyed POST opens: bookings, enrolments, reports, packages and the like.

use std::time::Duration;

use serde_json::{Value, json};

use crate::registers::bench;
use crate::support::*;
use crate::together::{bench_with, database};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn body(service: &str, answers: Value) -> Value {
    json!({ "service_id": service, "service_rev": 1, "region": "440104", "answers": answers })
}

async fn visit<'a>(bench: &'a Bench, person: &str) -> Visit<'a> {
    let visit = bench.open().await;
    visit.log_in(person).await;
    visit
}

fn slot(item: &str, day: &str) -> Value {
    body(
        "test.booking",
        json!({ "answers.slot": format!("registry_office/{item}/{day}/0930") }),
    )
}

#[tokio::test]
async fn a_place_at_a_time_is_given_once_and_free_again_when_cancelled() {
    let bench = bench().await;
    let first = visit(&bench, "d2").await;
    let booked = first
        .post("/v1/appointments", slot("test-office", "2026-11-25"))
        .await;
    assert_eq!((booked.status, booked.text("/outcome").as_str()), (201, "booked"));
    assert_eq!(booked.text("/state"), "approved");
    assert_eq!(booked.text("/lines/0/value/en"), "25 November 2026 09:30–10:00");
    assert_eq!(booked.text("/lines/1/value/zh-Hans"), "样例婚姻登记处");
    assert_eq!(booked.text("/lines/2/value/en"), "24 November 2026 21:30");

    let second = visit(&bench, "d3").await;
    let full = second
        .post("/v1/appointments", slot("test-office", "2026-11-25"))
        .await;
    assert_eq!(full.case(), "slot-full");
    let id = booked.text("/application_id");
    let cancel = format!("/v1/appointments/{id}/cancellation");
    assert_eq!(second.post(&cancel, Value::Null).await.case(), "not-found");
    let cancelled = first.post(&cancel, Value::Null).await;
    assert_eq!(
        (cancelled.status, cancelled.text("/state").as_str()),
        (201, "withdrawn")
    );
    assert_eq!(first.post(&cancel, Value::Null).await.case(), "state-conflict");
    let booked = second
        .post("/v1/appointments", slot("test-office", "2026-11-25"))
        .await;
    assert_eq!(booked.status, 201);
}

#[tokio::test]
async fn bookings_keep_to_the_rules_of_the_service() {
    let bench = bench().await;
    let visit = visit(&bench, "d2").await;
    for (day, why) in [
        ("2026-11-23", "today"),
        ("2026-11-28", "a Saturday"),
        ("2026-12-15", "further ahead than the rule allows"),
    ] {
        let refused = visit.post("/v1/appointments", slot("", day)).await;
        assert_eq!(refused.text("/errors/0/code"), "not_offered", "{why}");
    }
    let missing = visit
        .post("/v1/appointments", body("test.booking", json!({})))
        .await;
    assert_eq!(missing.text("/errors/0/pointer"), "/answers/answers.slot");
    let booked = visit.post("/v1/appointments", slot("", "2026-11-24")).await;
    assert_eq!(booked.status, 201);
    let more = visit.post("/v1/appointments", slot("", "2026-11-25")).await;
    assert_eq!(more.case(), "booking-limit-reached");
    // 24 hours before the time; 12 hours before it is the last moment.
    bench.pass(13 * HOUR);
    let late = self::visit(&bench, "d2").await;
    let cancel = format!("/v1/appointments/{}/cancellation", booked.text("/application_id"));
    assert_eq!(late.post(&cancel, Value::Null).await.case(), "too-late-to-cancel");
    // A day after its time it is over, and there may be another.
    bench.pass(36 * HOUR);
    let later = self::visit(&bench, "d2").await;
    let cases = later.get("/v1/cases").await;
    assert_eq!(cases.text("/items/0/state"), "closed");
    assert_eq!(
        later
            .post("/v1/appointments", slot("", "2026-12-01"))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn the_same_key_books_once() {
    let bench = bench().await;
    let visit = visit(&bench, "d2").await;
    let key = key();
    let first = visit
        .post_as("/v1/appointments", slot("", "2026-11-25"), &key)
        .await;
    let again = visit
        .post_as("/v1/appointments", slot("", "2026-11-25"), &key)
        .await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body, again.body);
}

#[tokio::test]
async fn a_course_has_seats_and_everybody_one() {
    let bench = bench().await;
    let first = visit(&bench, "d1").await;
    let course = |id: &str| body("test.enrolment", json!({ "answers.course": id }));
    let enrolled = first.post("/v1/enrolments", course("test-painting")).await;
    assert_eq!(
        (enrolled.status, enrolled.text("/outcome").as_str()),
        (201, "enrolled")
    );
    assert_eq!(
        first.post("/v1/enrolments", course("test-painting")).await.case(),
        "duplicate-application"
    );
    let second = visit(&bench, "d4").await;
    assert_eq!(
        second
            .post("/v1/enrolments", course("test-painting"))
            .await
            .case(),
        "course-full"
    );
    assert_eq!(
        second.post("/v1/enrolments", course("nothing")).await.case(),
        "validation"
    );
    let courses = bench.get("/v1/courses").await;
    assert_eq!(courses.text("/items/0/state"), "full");
    assert_eq!(courses.text("/items/0/off/zh-Hans"), "名额已满");
    assert_eq!(courses.text("/items/1/state"), "open");
}

#[tokio::test]
async fn a_matter_needs_the_route_of_its_service_and_the_answers_of_its_form() {
    let bench = bench().await;
    let visit = bench.open().await;
    let lead = |answers| body("test.lead", answers);
    let elsewhere = visit
        .post(
            "/v1/child-reports",
            lead(json!({ "request.phone": "13800138000" })),
        )
        .await;
    assert_eq!(elsewhere.text("/errors/0/code"), "not_offered");
    let incomplete = visit.post("/v1/leads", lead(json!({}))).await;
    assert_eq!(incomplete.text("/errors/0/pointer"), "/answers/request.phone");
    let unknown = visit
        .post(
            "/v1/leads",
            lead(json!({ "request.phone": "13800138000", "answers.x": "1" })),
        )
        .await;
    assert_eq!(unknown.text("/errors/0/code"), "unknown_field");
    let taken = visit
        .post("/v1/leads", lead(json!({ "request.phone": "13800138000" })))
        .await;
    assert_eq!((taken.status, taken.text("/state").as_str()), (201, "submitted"));
    let signed = self::visit(&bench, "d1").await;
    let sent = signed
        .post(
            "/v1/deliveries",
            body("test.delivery", json!({ "request.address": "样例路 1 号" })),
        )
        .await;
    assert_eq!((sent.status, sent.text("/outcome").as_str()), (201, "received"));
    assert_eq!(
        visit
            .post(
                "/v1/deliveries",
                body("test.delivery", json!({ "request.address": "样例路 1 号" }))
            )
            .await
            .case(),
        "assurance-too-low"
    );
}

#[tokio::test]
async fn a_self_check_of_papers_tells_what_is_missing() {
    let bench = bench().await;
    let visit = visit(&bench, "d2").await;
    let check = async |answers: Value| {
        visit
            .post("/v1/material-checks", body("test.papers", answers))
            .await
    };
    let missing = check(json!({ "answers.before": "never" })).await;
    assert_eq!(
        (missing.status, missing.text("/outcome").as_str()),
        (201, "incomplete")
    );
    let lines: Vec<(String, String)> = missing.body["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let text = |part: &str| line[part]["zh-Hans"].as_str().unwrap().to_owned();
            (text("label"), text("value"))
        })
        .collect();
    let known = "不用带，系统能查到";
    assert_eq!(
        lines,
        [("身份证", known), ("合影", "还缺"), ("户口簿", known)].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    let there = check(json!({ "answers.before": "never", "request.photos": "yes" })).await;
    assert_eq!(there.text("/outcome"), "complete");
    let divorced = check(json!({ "answers.before": "divorced", "request.photos": "yes" })).await;
    assert_eq!(divorced.text("/outcome"), "incomplete");
    assert_eq!(
        check(json!({ "answers.before": "perhaps" })).await.case(),
        "validation"
    );
}

#[tokio::test]
async fn components_of_a_package_follow_the_answers_and_their_order() {
    let bench = bench().await;
    let visit = visit(&bench, "d1").await;
    let answers =
        json!({ "answers.cremated": "yes", "answers.dependants": "no", "applicant.phone": "13800138000" });
    let opened = visit.post("/v1/packages", body("test.package", answers)).await;
    assert_eq!((opened.status, opened.text("/outcome").as_str()), (201, "opened"));
    let titles: Vec<&str> = opened.body["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["title"]["zh-Hans"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["户口注销", "火化证明", "社保停发", "养老保险销户"]);
    let numbers: std::collections::BTreeSet<String> = (0..4)
        .map(|index| opened.text(&format!("/cases/{index}/number")))
        .chain([opened.text("/number")])
        .collect();
    assert_eq!(numbers.len(), 5, "a case number each");
    let state = |component: &str| -> String {
        database(&bench)
            .query_row(
                "SELECT state FROM application WHERE component = ?1",
                [component],
                |row| row.get(0),
            )
            .unwrap()
    };
    assert_eq!(
        (state("social").as_str(), state("pension").as_str()),
        ("submitted", "draft")
    );
    bench.pass(2 * REVIEW);
    assert_eq!(visit.get("/v1/cases").await.text("/items/0/state"), "accepted");
    assert_eq!(
        (state("social").as_str(), state("pension").as_str()),
        ("approved", "submitted")
    );
    bench.pass(2 * REVIEW);
    let cases = visit.get("/v1/cases").await;
    assert_eq!(cases.text("/items/0/state"), "closed");
    assert_eq!(state("pension"), "approved");
    let parts = cases.body["items"][0]["sections"].as_array().unwrap();
    assert!(parts.iter().any(|part| part["title"]["zh-Hans"] == "分项办理"));
}

#[tokio::test]
async fn residents_complain_and_object_to_what_was_decided() {
    let bench = bench().await;
    let anonymous = bench.open().await;
    let ticket = |kind: &str, number: &str| {
        let mut answers = json!({ "request.kind": kind, "request.text": "样例内容" });
        if !number.is_empty() {
            answers["request.case_number"] = json!(number);
        }
        body("test.ticket", answers)
    };
    let path = "/v1/resident-tickets";
    let taken = anonymous.post(path, ticket("complaint", "")).await;
    assert_eq!(
        (taken.status, taken.text("/outcome").as_str()),
        (201, "complaint")
    );
    assert!(taken.text("/number").starts_with('T'));
    let nothing = anonymous.post(path, ticket("nothing", "")).await;
    assert_eq!(nothing.text("/errors/0/code"), "no_kind");
    let notice = anonymous.post(path, ticket("object", "")).await;
    assert_eq!(notice.text("/outcome"), "objection");

    let visit = visit(&bench, "d2").await;
    let cases = visit.get("/v1/cases").await.body;
    let refused = cases["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["state"] == "refused")
        .unwrap();
    let number = refused["sections"][0]["lines"][0]["value"]["en"]
        .as_str()
        .unwrap();
    let objected = visit.post(path, ticket("objection", number)).await;
    assert_eq!(objected.text("/lines/0/value/en"), number);
    let others = self::visit(&bench, "d3").await;
    assert_eq!(
        others
            .post(path, ticket("objection", number))
            .await
            .text("/errors/0/code"),
        "not_yours"
    );
}

fn child(birth: &str) -> Value {
    json!({
        "child.name": "样例童", "child.birth_date": birth, "child.hukou_registered": "yes",
        "child.hukou_type": "rural", "father.work_place": "local_town", "mother.work_place": "local_town",
        "child.health": "healthy", "child.harm": "none", "parents.guardianship": "normal",
        "child.welfare": ["none"], "child.poverty_relief": "none",
    })
}

fn with(mut answers: Value, changes: Value) -> Value {
    for (id, value) in changes.as_object().unwrap() {
        answers[id] = value.clone();
    }
    answers
}

/// The vectors of services.md 4.3; the bench's today is 2026-11-23.
fn vectors() -> Vec<(&'static str, Value, [&'static str; 3])> {
    let both_out = json!({
        "father.work_place": "other_province", "father.out_date": "2026-02-01",
        "mother.work_place": "abroad", "mother.out_date": "2026-03-01",
    });
    let away = |birth: &str| with(child(birth), both_out.clone());
    let eleven = "2015-05-01";
    vec![
        ("both out, 11, rural", away(eleven), ["yes", "no", "no"]),
        ("16 today", away("2010-11-23"), ["no", "no", "no"]),
        ("16 tomorrow", away("2010-11-24"), ["yes", "no", "no"]),
        (
            "urban",
            with(away(eleven), json!({ "child.hukou_type": "urban" })),
            ["no", "no", "no"],
        ),
        (
            "not registered",
            with(away(eleven), json!({ "child.hukou_registered": "no" })),
            ["no", "yes", "no"],
        ),
        (
            "mother's place unknown",
            with(away(eleven), json!({ "mother.work_place": "unknown" })),
            ["review", "no", "no"],
        ),
        (
            "father out, mother unable",
            with(
                child(eleven),
                json!({ "father.work_place": "abroad", "father.out_date": "2026-02-01", "parents.guardianship": "unable" }),
            ),
            ["yes", "yes", "no"],
        ),
        (
            "disability level 2",
            with(
                child(eleven),
                json!({ "child.health": "disabled", "child.disability_level": "2" }),
            ),
            ["no", "yes", "no"],
        ),
        (
            "suspected harm",
            with(child(eleven), json!({ "child.harm": "suspected" })),
            ["no", "yes", "yes"],
        ),
        ("nothing wrong", child(eleven), ["no", "no", "no"]),
        (
            "harm unknown",
            with(child(eleven), json!({ "child.harm": "unknown" })),
            ["no", "review", "review"],
        ),
        (
            "17 with dibao",
            with(child("2009-01-01"), json!({ "child.welfare": ["dibao"] })),
            ["no", "yes", "no"],
        ),
        (
            "18 with dibao",
            with(child("2008-01-01"), json!({ "child.welfare": ["dibao"] })),
            ["no", "no", "no"],
        ),
    ]
}

#[tokio::test]
async fn a_child_is_classified_for_the_officer_and_no_answer_tells_it() {
    let bench = bench().await;
    all_vectors(&bench, &bench.open().await, "test.child", json!({})).await;
}

/// The shipped service holds the same rules as the published table.
#[tokio::test]
async fn the_shipped_report_classifies_as_the_table_does() {
    let shipped = bench_with(|options| options.catalogue = root().join("config/catalogue")).await;
    let visit = shipped.open().await;
    visit.consent("child_information", "gd.child.report").await;
    all_vectors(
        &shipped,
        &visit,
        "gd.child.report",
        json!({ "child.live_region": "440104001000", "reporter.kind": "kind_person", "child.disability_category": "4" }),
    )
    .await;
}

async fn all_vectors(bench: &Bench, visit: &Visit<'_>, service: &str, further: Value) {
    let vectors = vectors();
    assert_eq!(vectors.len(), 13);
    for (name, answers, [left_behind, difficulty, urgent]) in vectors {
        let answers = with(answers, further.clone());
        let reported = visit.post("/v1/child-reports", body(service, answers)).await;
        assert_eq!(reported.status, 201, "{name}: {}", reported.body);
        let text = reported.body.to_string();
        for secret in ["left_behind", "difficulty", "urgent", "样例童"] {
            assert!(!text.contains(secret), "{name}: {secret} in {text}");
        }
        let (labels, first): (String, bool) = database(bench)
            .query_row(
                "SELECT labels, urgent FROM application WHERE number = ?1",
                [reported.text("/number")],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        let labels: Value = serde_json::from_str(&labels).unwrap();
        let expected =
            json!({ "rural_left_behind": left_behind, "child_in_difficulty": difficulty, "urgent": urgent });
        assert_eq!(labels, expected, "{name}");
        assert_eq!(first, urgent == "yes", "{name}");
    }
}
