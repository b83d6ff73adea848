//! Whole visits, and what each step asks for.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

/// S07: two rows, none, and one district.
#[tokio::test]
async fn a_property_query_answers_rows_or_an_empty_table() {
    let bench = Bench::start().await;
    let path = format!("/v1/queries/{PROPERTY}");
    for (person, district, rows) in [
        ("d2", "all", 2),
        ("d2", "440106", 1),
        ("d3", "all", 0),
        ("d1", "all", 1),
    ] {
        let visit = bench.open().await;
        visit.log_in(person).await;
        let answer = visit
            .post(&path, json!({ "params": { "query.district": district } }))
            .await;
        assert_eq!(answer.status, 200);
        let table = answer.body["rows"].as_array().unwrap();
        assert_eq!(table.len(), rows, "{person} in {district}");
        for row in table {
            assert!(row["address_masked"].as_str().unwrap().contains('*'));
            assert!(row["cert_no_masked"].as_str().unwrap().contains('*'));
        }
        assert_eq!(answer.text("/as_of"), "2026-11-23T09:30:00+08:00");
    }
}

/// S08: form, review, seal, print, count, verification.
#[tokio::test]
async fn a_kinship_certificate_is_reviewed_sealed_printed_once_and_verified() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    visit.log_in("d2").await;
    let filled = visit
        .post("/v1/prefill", json!({ "service_id": KINSHIP, "service_rev": 2 }))
        .await;
    assert_eq!(filled.body["facts"]["registry.kinship_confirmed"], true);
    assert_eq!(filled.body["fields"]["relative.relation"]["source"], "registry");

    let sent = visit.post("/v1/applications", kinship()).await;
    assert_eq!((sent.status, sent.text("/state").as_str()), (201, "submitted"));
    assert_eq!(sent.text("/number"), "A2026112300001");
    let id = sent.text("/application_id");
    let list = format!("/v1/applications/{id}/certificates");
    assert_eq!(visit.get(&list).await.body, json!({ "certificates": [] }));

    bench.pass(REVIEW);
    let issued = visit.get(&list).await.body["certificates"][0].clone();
    assert_eq!(
        (&issued["pages"], &issued["printed"], &issued["max_prints"]),
        (&json!(1), &json!(0), &json!(3))
    );
    let timeline = visit.get(&format!("/v1/applications/{id}/timeline")).await.body;
    let states: Vec<&Value> = timeline["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["state"])
        .collect();
    assert_eq!(states, ["submitted", "accepted", "approved"]);
    assert_eq!(timeline["timeline"][2]["done"], true);
    assert_eq!(timeline["timeline"][2]["office"]["zh-Hans"], "街道办事处");

    let certificate = issued["certificate_id"].as_str().unwrap();
    let job = visit
        .post(&format!("/v1/certificates/{certificate}/print-jobs"), Value::Null)
        .await;
    assert_eq!(job.status, 201);
    let document = format!("/v1/print-jobs/{}/document", job.text("/job_id"));
    let fetched = visit.get(&document).await;
    assert_eq!(fetched.kind, "application/pdf");
    assert!(fetched.bytes.starts_with(b"%PDF-"));
    assert_eq!(hash(&fetched.bytes), job.text("/sha256"));
    assert_eq!(visit.get(&document).await.case(), "document-gone");

    let outcome = format!("/v1/print-jobs/{}/outcome", job.text("/job_id"));
    let counts = async |report: Value, status: u16, printed: u32| {
        assert_eq!(
            visit.put(&outcome, report.clone()).await.status,
            status,
            "{report}"
        );
        let now = visit.get(&list).await.body["certificates"][0]["printed"].clone();
        assert_eq!(now, printed, "after {report}");
    };
    counts(json!({ "outcome": "unknown", "pages": 0 }), 204, 0).await;
    counts(json!({ "outcome": "delivered", "pages": 0 }), 422, 0).await;
    counts(json!({ "outcome": "delivered", "pages": 1 }), 204, 1).await;
    counts(json!({ "outcome": "delivered", "pages": 1 }), 204, 1).await;
    counts(json!({ "outcome": "failed", "pages": 0 }), 409, 1).await;

    verify(&bench, &fetched.bytes, certificate).await;
}

/// The code on the paper: genuine, forged, altered, revoked.
async fn verify(bench: &Bench, pdf: &[u8], certificate: &str) {
    let code = code_of(bench, certificate);
    let ask = async |code: &str| {
        send(
            bench
                .request(Method::POST, "/v1/verifications")
                .json(&json!({ "code": code })),
        )
        .await
    };
    let genuine = ask(&code).await;
    assert_eq!(genuine.text("/result"), "genuine");
    assert_eq!(genuine.text("/holder_masked"), "测**");
    assert_eq!(genuine.text("/issued_on"), "2026-11-23");
    assert_eq!(genuine.text("/valid_until"), "2027-05-23");
    let altered = format!("{}{}", &code[..60], &code[60..].replacen(|_: char| true, "0", 1));
    for forged in [altered.as_str(), &code[..100], "https://example.com", "", "BMK1:"] {
        let answer = ask(forged).await;
        assert_eq!(
            (answer.status, answer.text("/result").as_str()),
            (200, "unknown"),
            "{forged}"
        );
        assert_eq!(answer.text("/holder_masked"), "");
    }
    assert!(!code.contains("测试") && !pdf.is_empty());
    let revoked = bench
        .post(
            &format!("/sample/certificates/{certificate}/revocation"),
            json!({}),
        )
        .await;
    assert_eq!(revoked.status, 200);
    assert_eq!(ask(&code).await.text("/result"), "revoked");
}

fn code_of(bench: &Bench, certificate: &str) -> String {
    let database = rusqlite::Connection::open(bench.data.path().join("backend.sqlite")).unwrap();
    database
        .query_row(
            "SELECT code FROM certificate WHERE id = ?1",
            [certificate],
            |row| row.get(0),
        )
        .unwrap()
}

fn hash(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[tokio::test]
async fn printing_ends_at_the_allowed_number_of_delivered_copies() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    visit.log_in("d2").await;
    let id = visit
        .post("/v1/applications", kinship())
        .await
        .text("/application_id");
    bench.pass(REVIEW);
    let list = visit.get(&format!("/v1/applications/{id}/certificates")).await;
    let jobs = format!(
        "/v1/certificates/{}/print-jobs",
        list.text("/certificates/0/certificate_id")
    );
    let mut serials = std::collections::BTreeSet::new();
    for (outcome, pages) in [
        ("delivered", 1),
        ("failed", 0),
        ("delivered", 1),
        ("unknown", 0),
        ("delivered", 1),
    ] {
        let job = visit.post(&jobs, Value::Null).await;
        assert_eq!(job.status, 201, "{outcome}");
        assert!(
            serials.insert(job.text("/copy_serial")),
            "each copy has its own serial"
        );
        let path = format!("/v1/print-jobs/{}/outcome", job.text("/job_id"));
        let report = json!({ "outcome": outcome, "pages": pages });
        assert_eq!(visit.put(&path, report).await.status, 204);
    }
    assert_eq!(visit.post(&jobs, Value::Null).await.case(), "print-limit-reached");
}

/// S11: the answer is lost; the same key brings it, and there is one application.
#[tokio::test]
async fn a_lost_answer_comes_back_with_the_same_key_and_nothing_happens_twice() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    visit.log_in("d1").await;
    let key = key();
    // The answer is never read: the connection is closed as soon as the request is out.
    let lost = tokio::time::timeout(
        Duration::from_millis(1),
        visit.post_as("/v1/applications", allowance(), &key),
    );
    let _ = lost.await;
    let answer = loop {
        let answer = visit.post_as("/v1/applications", allowance(), &key).await;
        if answer.status != 409 {
            break answer;
        }
        assert_eq!(answer.case(), "request-in-progress");
    };
    assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
    let again = visit.post_as("/v1/applications", allowance(), &key).await;
    assert_eq!((again.status, &again.body), (200, &answer.body));
    let mine = visit.get("/v1/applications").await.body;
    let of_today = |entry: &&Value| entry["number"].as_str().unwrap().starts_with("A20261123");
    assert_eq!(
        mine["applications"]
            .as_array()
            .unwrap()
            .iter()
            .filter(of_today)
            .count(),
        1
    );
}

#[tokio::test]
async fn the_allowance_follows_the_rules_of_the_catalogue() {
    type Edit = fn(&mut Value);
    let bench = Bench::start().await;
    let young = bench.open().await;
    young.log_in("d2").await;
    let denied = young.post("/v1/applications", allowance()).await;
    assert_eq!(denied.case(), "not-eligible");
    assert_eq!(
        (&denied.body["rule_id"], &denied.body["appeal"]),
        (&json!("age"), &json!("12345"))
    );

    let elder = bench.open().await;
    elder.log_in("d1").await;
    let change = |edit: Edit| {
        let mut body = allowance();
        edit(&mut body);
        signed(body)
    };
    let refused: [(Edit, &str); 6] = [
        (
            |body| body["answers"]["bank.account"] = json!("6228480402564890019"),
            "/answers/bank.account",
        ),
        (
            |body| body["answers"]["elder.phone"] = json!("1"),
            "/answers/elder.phone",
        ),
        (
            |body| body["answers"]["elder.id_no"] = json!("99000019810825413X"),
            "/answers/elder.id_no",
        ),
        (
            |body| body["answers"]["elder.shoe"] = json!(43),
            "/answers/elder.shoe",
        ),
        (|body| body["signature"] = Value::Null, "/signature"),
        (
            |body| body["signature"]["strokes"] = json!([[[99999, 0, 0], [1, 1, 1]]]),
            "/signature",
        ),
    ];
    for (edit, pointer) in refused {
        let answer = elder.post("/v1/applications", change(edit)).await;
        assert_eq!(answer.case(), "validation");
        assert_eq!(answer.text("/errors/0/pointer"), pointer);
    }
    let other_region = change(|body| body["region"] = json!("110000"));
    assert_eq!(
        elder.post("/v1/applications", other_region).await.case(),
        "region-not-served"
    );

    let mut other_account = allowance();
    other_account["answers"]["bank.name"] = json!("ccb");
    let unsigned = elder.post("/v1/applications", other_account).await;
    assert_eq!(unsigned.text("/errors/0/code"), "other_document");

    let accepted = elder.post("/v1/applications", allowance()).await;
    assert_eq!(accepted.status, 201);
    let due: Vec<&Value> = accepted.body["timeline"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&due[2]["state"], &due[2]["at"]),
        (&json!("approved"), &json!("2026-12-21"))
    );
    let twice = elder.post("/v1/applications", allowance()).await;
    assert_eq!(twice.case(), "duplicate-application");
    assert_eq!(twice.body["existing_id"], accepted.body["application_id"]);
}

#[tokio::test]
async fn proof_of_life_is_for_those_with_a_benefit_and_counts_once_a_day() {
    let bench = Bench::start().await;
    let body = json!({ "service_id": ATTEST, "service_rev": 1, "mode": "self" });
    let visit = bench.open().await;
    visit.log_in("d4").await;
    let first = visit.post("/v1/attestations", body.clone()).await;
    assert_eq!(
        (first.status, first.text("/valid_until").as_str()),
        (201, "2027-02-21")
    );
    assert_eq!(first.text("/next_from"), "2027-02-07");
    let second = visit.post("/v1/attestations", body.clone()).await;
    assert_eq!(second.body["number"], first.body["number"]);
    let other = bench.open().await;
    other.log_in("d2").await;
    assert_eq!(
        other.post("/v1/attestations", body).await.case(),
        "attestation-not-due"
    );
}

#[tokio::test]
async fn a_code_by_short_message_identifies_like_a_face() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    let sent = visit
        .post("/v1/sms-codes", json!({ "subject": subject("d3") }))
        .await;
    assert_eq!(sent.text("/phone_masked"), "140****3456");
    let soon = visit
        .post("/v1/sms-codes", json!({ "subject": subject("d3") }))
        .await;
    assert_eq!(
        (soon.case(), &soon.body["retry_after_s"]),
        ("rate-limited", &json!(61))
    );
    let message = bench.get("/sample/sms").await.text("/messages/0/text");
    let code: String = message.chars().filter(char::is_ascii_digit).take(6).collect();
    let with = |code: &str| {
        json!({
            "method": "card_sms_otp", "subject_role": "applicant", "subject": subject("d3"), "liveness": "not_done",
            "otp_challenge_id": sent.text("/otp_challenge_id"), "otp_code": code,
        })
    };
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = visit.post("/v1/identity-verifications", with(wrong)).await;
    assert_eq!(
        (refused.status, refused.text("/result").as_str()),
        (201, "rejected")
    );
    assert_eq!(
        visit.get("/v1/applications").await.case(),
        "identity-not-verified"
    );
    let right = visit.post("/v1/identity-verifications", with(&code)).await;
    assert_eq!(
        (right.text("/result").as_str(), &right.body["level"]),
        ("verified", &json!(2))
    );
    assert_eq!(visit.get("/v1/applications").await.status, 200);
    let spent = visit.post("/v1/identity-verifications", with(&code)).await;
    assert_eq!(spent.text("/result"), "rejected", "a code is good once");
}

#[tokio::test]
async fn three_wrong_codes_end_the_challenge_and_an_old_code_is_void() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    let try_code = async |challenge: &str, code: &str| {
        let body = json!({
            "method": "card_sms_otp", "subject_role": "applicant", "subject": subject("d3"), "liveness": "not_done",
            "otp_challenge_id": challenge, "otp_code": code,
        });
        visit
            .post("/v1/identity-verifications", body)
            .await
            .text("/result")
    };
    for wait in [Duration::ZERO, Duration::from_secs(301)] {
        let sent = visit
            .post("/v1/sms-codes", json!({ "subject": subject("d3") }))
            .await;
        let message = bench.get("/sample/sms").await.text("/messages/0/text");
        let code: String = message.chars().filter(char::is_ascii_digit).take(6).collect();
        if wait.is_zero() {
            for _ in 0..3 {
                try_code(&sent.text("/otp_challenge_id"), "x").await;
            }
        }
        bench.pass(wait);
        assert_eq!(try_code(&sent.text("/otp_challenge_id"), &code).await, "rejected");
        bench.pass(Duration::from_secs(61));
    }
}

#[tokio::test]
async fn a_member_of_staff_can_witness_and_wrong_pins_lock() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    let login = async |pin: &str| {
        visit
            .post(
                "/v1/staff-sessions",
                json!({ "staff_number": "1001", "pin": pin }),
            )
            .await
    };
    let staff = login("246810").await.text("/staff_session_id");
    let mut body = json!({
        "method": "card_staff_witness", "subject_role": "applicant", "subject": subject("d1"), "liveness": "not_done",
        "staff_session_id": staff,
    });
    assert_eq!(
        visit
            .post("/v1/identity-verifications", body.clone())
            .await
            .case(),
        "validation"
    );
    body["witness_reason"] = json!("face_undecided");
    let answer = visit.post("/v1/identity-verifications", body).await;
    assert_eq!(answer.text("/result"), "verified");
    for _ in 0..5 {
        assert_eq!(login("000000").await.case(), "staff-refused");
    }
    assert_eq!(login("246810").await.case(), "staff-refused", "locked");
    bench.pass(Duration::from_secs(14 * 60));
    let _ = visit.get("/v1/applications").await;
    bench.pass(Duration::from_secs(61));
    assert_eq!(login("246810").await.status, 201);
}

#[tokio::test]
async fn a_face_counts_only_under_a_live_consent_to_the_present_text() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    assert_eq!(
        visit
            .post("/v1/identity-verifications", face("d2", "none"))
            .await
            .case(),
        "consent-required"
    );
    let old = json!({
        "template": "face_login", "version": 1, "text_sha256": "00".repeat(32), "language": "zh-Hans",
        "data": ["face_image"], "service_id": PROPERTY, "at": "2026-11-23T09:30:00+08:00",
    });
    assert_eq!(
        visit.post("/v1/consents", old).await.case(),
        "consent-version-old"
    );
    let given = visit.consent("face_login", PROPERTY).await;
    assert_eq!(given.text("/receipt_number"), "C2026112300001");
    let consent = given.text("/consent_id");
    for (band, liveness, result) in [
        ("low", "pass", "inconclusive"),
        ("fail", "pass", "rejected"),
        ("pass", "fail", "rejected"),
        ("pass", "not_done", "rejected"),
        ("pass", "pass", "verified"),
    ] {
        let mut body = face("d2", &consent);
        body["score_band"] = json!(band);
        body["liveness"] = json!(liveness);
        assert_eq!(
            visit
                .post("/v1/identity-verifications", body)
                .await
                .text("/result"),
            result
        );
    }
    let withdrawal = format!("/v1/consents/{consent}/withdrawal");
    assert_eq!(visit.post(&withdrawal, Value::Null).await.status, 200);
    assert_eq!(
        visit
            .post("/v1/identity-verifications", face("d2", &consent))
            .await
            .case(),
        "consent-required"
    );
}

#[tokio::test]
async fn an_expired_card_or_another_name_is_not_verified() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    let consent = visit.consent("face_login", PROPERTY).await.text("/consent_id");
    for (member, value) in [("valid_to", "2026-11-22"), ("name", "测试丙")] {
        let mut body = face("d2", &consent);
        body["subject"][member] = json!(value);
        assert_eq!(
            visit
                .post("/v1/identity-verifications", body)
                .await
                .text("/result"),
            "rejected"
        );
    }
    let foreign = json!({ "name": "SAMPLE, PERSON", "id_no": "ZZZ990101010100", "card": "foreign_2017", "valid_to": "2026-11-23" });
    let consent = visit.consent("face_login", PROPERTY).await.text("/consent_id");
    let mut body = face("d2", &consent);
    body["subject"] = foreign;
    assert_eq!(
        visit
            .post("/v1/identity-verifications", body)
            .await
            .text("/result"),
        "verified"
    );
}

#[tokio::test]
async fn the_registers_portrait_needs_its_own_consent_and_without_models_says_so() {
    let bench = Bench::start().await;
    let visit = bench.open().await;
    let login = visit.consent("face_login", PROPERTY).await.text("/consent_id");
    let ask = async |consent: &str| {
        let body = json!({ "subject": subject("d2"), "model_sha256": "00", "template": [0.5, 0.5], "consent_id": consent });
        send(visit.request(Method::POST, "/v1/face-comparisons").json(&body)).await
    };
    assert_eq!(
        ask(&login).await.case(),
        "consent-required",
        "that of the login is another"
    );
    let second = visit
        .consent("face_compare_backend", PROPERTY)
        .await
        .text("/consent_id");
    assert_eq!(ask(&second).await.case(), "upstream-unavailable");
}

#[tokio::test]
async fn a_session_ends_when_closed_idle_or_an_hour_old() {
    let bench = Bench::start().await;
    let health = "/v1/applications";
    let closed = bench.open().await;
    closed.log_in("d2").await;
    let path = format!("/v1/sessions/{}", closed.id);
    assert_eq!(send(closed.request(Method::DELETE, &path)).await.status, 204);
    assert_eq!(closed.get(health).await.case(), "session-ended");

    let idle = bench.open().await;
    idle.log_in("d2").await;
    let busy = bench.open().await;
    busy.log_in("d2").await;
    for _ in 0..3 {
        bench.pass(Duration::from_secs(14 * 60));
        assert_eq!(busy.get(health).await.status, 200);
    }
    assert_eq!(idle.get(health).await.case(), "session-ended");
    bench.pass(Duration::from_secs(14 * 60));
    assert_eq!(busy.get(health).await.status, 200);
    bench.pass(Duration::from_secs(5 * 60));
    assert_eq!(
        busy.get(health).await.case(),
        "session-ended",
        "60 minutes are over"
    );
    assert_eq!(bench.get(health).await.case(), "session-ended", "no token");
    let database = rusqlite::Connection::open(bench.data.path().join("backend.sqlite")).unwrap();
    let left: u32 = database
        .query_row(
            "SELECT count(*) FROM session WHERE subject_id_no IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0, "an ended session knows nobody");
}

#[tokio::test]
async fn reads_need_an_identified_person_and_see_only_their_own() {
    let bench = Bench::start().await;
    let nobody = bench.open().await;
    let answer = nobody
        .post(&format!("/v1/queries/{PROPERTY}"), json!({ "params": {} }))
        .await;
    assert_eq!(
        (answer.case(), &answer.body["needed_level"]),
        ("assurance-too-low", &json!(2))
    );
    let owner = bench.open().await;
    owner.log_in("d2").await;
    let id = owner
        .post("/v1/applications", kinship())
        .await
        .text("/application_id");
    let other = bench.open().await;
    other.log_in("d1").await;
    for path in ["timeline", "certificates"] {
        assert_eq!(
            other.get(&format!("/v1/applications/{id}/{path}")).await.case(),
            "not-found"
        );
    }
    assert!(!other.get("/v1/applications").await.body.to_string().contains(&id));
}

#[tokio::test]
async fn the_catalogue_has_a_tag_and_is_loaded_by_the_terminals_own_code() {
    let bench = Bench::start().await;
    let answer = bench.get("/v1/catalogue?region=440104").await;
    let bundle: kiosk::protocol::body::CatalogueBundle = serde_json::from_value(answer.body).unwrap();
    assert_eq!(bundle.version, answer.etag);
    assert!(
        kiosk::catalogue::Catalogue::load(&bundle)
            .unwrap()
            .service(KINSHIP)
            .is_some()
    );
    let request = bench.request(Method::GET, "/v1/catalogue?region=440104");
    let same = send(request.header("If-None-Match", format!("\"{}\"", answer.etag))).await;
    assert_eq!((same.status, same.bytes.len()), (304, 0));
    assert_eq!(
        bench.get("/v1/catalogue?region=110000").await.case(),
        "region-not-served"
    );
    assert_eq!(bench.get("/v1/catalogue").await.case(), "validation");
}

#[tokio::test]
async fn ratings_and_calls_for_staff_need_no_session() {
    let bench = Bench::start().await;
    let rate = async |level: u8, tag: &str| {
        bench
            .post(
                "/v1/evaluations",
                json!({ "service_id": PROPERTY, "level": level, "tags": [tag] }),
            )
            .await
    };
    assert_eq!(rate(5, "rating.fast").await.status, 201);
    assert_eq!(rate(6, "rating.fast").await.case(), "validation");
    assert_eq!(rate(1, "我叫测试乙").await.case(), "validation");
    let ticket = bench
        .post("/v1/tickets", json!({ "kind": "call_staff", "about": "camera" }))
        .await;
    assert_eq!(ticket.text("/number"), "T2026112300001");
    assert_eq!(
        bench.post("/v1/tickets", json!({ "kind": "party" })).await.case(),
        "validation"
    );
}
