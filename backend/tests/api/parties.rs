//! S18 and S19: several people in one visit.

use serde_json::{Value, json};

use crate::support::*;
use crate::together::*;

fn matter(parties: Value) -> Value {
    json!({ "service_id": PROXY, "service_rev": 1, "region": "440104", "answers": {}, "parties": parties })
}

fn recorded(bench: &Bench, application: &str) -> (String, Vec<(String, String)>) {
    let database = database(bench);
    let applicant = database
        .query_row(
            "SELECT applicant_id_no FROM application WHERE id = ?1",
            [application],
            |row| row.get(0),
        )
        .unwrap();
    let mut query = database
        .prepare("SELECT role, id_no FROM application_party WHERE application_id = ?1")
        .unwrap();
    let others = query
        .query_map([application], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    (applicant, others)
}

#[tokio::test]
async fn a_proxy_and_an_elder_are_two_people_of_one_matter_whoever_comes_first() {
    let bench = bench().await;
    for (order, named) in [
        (["proxy", "elder"], "elder"),
        (["proxy", "elder"], "proxy"),
        (["elder", "proxy"], "proxy"),
    ] {
        let visit = bench.open().await;
        let mut verification = Value::Null;
        for role in order {
            let person = if role == "elder" { "d1" } else { "d2" };
            let id = visit.identify(person, role).await;
            if role == named {
                verification = json!(id);
            }
        }
        let sent = visit
            .post("/v1/applications", matter(json!({ named: verification })))
            .await;
        if sent.status == 409 {
            // The elder has one open matter of this kind: that of the first round.
            assert_eq!(sent.case(), "duplicate-application");
            continue;
        }
        assert_eq!(sent.status, 201, "{}", sent.body);
        let (applicant, others) = recorded(&bench, &sent.text("/application_id"));
        assert_eq!(applicant, "110000194403126227");
        assert_eq!(others, [("proxy".to_owned(), "99000019810825413X".to_owned())]);
        let path = format!("/v1/applications/{}/timeline", sent.text("/application_id"));
        assert_eq!(visit.get(&path).await.status, 200, "the visit sees what it sent");
    }
}

#[tokio::test]
async fn a_party_does_not_take_the_place_of_the_sessions_person() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d1", "elder").await;
    visit.identify("d2", "proxy").await;
    let filled = visit
        .post("/v1/prefill", json!({ "service_id": PROXY, "service_rev": 1 }))
        .await;
    assert_eq!(filled.text("/fields/elder.phone/value"), "14000001234");
    let consent = visit.consent("face_login", PROPERTY).await.text("/consent_id");
    let mut body = face("d3", &consent);
    body["subject_role"] = json!("guardian");
    body["score_band"] = json!("fail");
    let failed = visit.post("/v1/identity-verifications", body).await;
    assert_eq!(failed.text("/result"), "rejected");
    assert_eq!(visit.get("/v1/applications").await.status, 200, "still signed in");
}

#[tokio::test]
async fn one_person_in_two_roles_that_must_differ_is_refused() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d1", "elder").await;
    let consent = visit.consent("face_login", PROPERTY).await.text("/consent_id");
    let same = visit.identify_with("d1", "proxy", &consent).await;
    assert_eq!((same.status, same.case()), (409, "same-person"));
    let other = visit.identify_with("d2", "proxy", &consent).await;
    assert_eq!(other.text("/result"), "verified");
}

#[tokio::test]
async fn each_person_consents_for_their_own_face() {
    let bench = bench().await;
    let visit = bench.open().await;
    let consent = visit.consent("face_login", PROPERTY).await.text("/consent_id");
    let first = visit.identify_with("d1", "elder", &consent).await;
    assert_eq!(first.text("/result"), "verified");
    let again = visit.identify_with("d1", "elder", &consent).await;
    assert_eq!(again.text("/result"), "verified", "the same person tries twice");
    let second = visit.identify_with("d2", "proxy", &consent).await;
    assert_eq!(second.case(), "consent-required");
}

#[tokio::test]
async fn parties_that_are_unknown_foreign_or_missing_are_refused() {
    let bench = bench().await;
    let stranger = bench.open().await;
    let foreign = stranger.identify("d2", "proxy").await;
    let visit = bench.open().await;
    let elder = visit.identify("d1", "elder").await;
    for (parties, case) in [
        (json!({ "proxy": foreign }), "party-not-verified"),
        (json!({ "proxy": "none" }), "party-not-verified"),
        (json!({ "proxy": elder }), "validation"),
        (json!({ "cousin": elder }), "validation"),
    ] {
        let answer = visit.post("/v1/applications", matter(parties.clone())).await;
        assert_eq!(answer.case(), case, "{parties}");
    }
    let alone = bench.open().await;
    alone.identify("d2", "proxy").await;
    let without = alone.post("/v1/applications", matter(json!({}))).await;
    assert_eq!(
        (without.case(), &without.body["role"]),
        ("party-not-verified", &json!("elder"))
    );
}

#[tokio::test]
async fn the_end_of_a_visit_forgets_who_was_identified() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d1", "elder").await;
    visit.identify("d2", "proxy").await;
    let path = format!("/v1/sessions/{}", visit.id);
    assert_eq!(
        send(visit.request(reqwest::Method::DELETE, &path)).await.status,
        204
    );
    let left: u32 = database(&bench)
        .query_row(
            "SELECT count(*) FROM verification WHERE id_no IS NOT NULL OR name IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0);
}
