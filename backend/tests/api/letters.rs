//! S15 to S17: the letter of a household.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;
use crate::together::*;

const D2: &str = "99000019810825413X";
const D3: &str = "990000199904178240";
/// A child of eleven, and a grandmother; neither is in the register.
const CHILD: &str = "990000201505050223";
const OLD: &str = "990000194001010225";

fn member(name: &str, id_no: &str, relation: &str, capacity: &str) -> Value {
    json!({ "name": name, "id_no": id_no, "relation": relation, "capacity": capacity })
}

fn draft(members: Value, supporters: Value) -> Value {
    json!({
        "service_id": LETTER, "service_rev": 1, "region": "440104",
        "answers": { "household_member": members, "supporter": supporters },
    })
}

/// Draft and letter of d1.
async fn letter(visit: &Visit<'_>, members: Value, supporters: Value) -> (String, Value) {
    let sent = visit.post("/v1/applications", draft(members, supporters)).await;
    assert_eq!(
        (sent.status, sent.text("/state").as_str()),
        (201, "draft"),
        "{}",
        sent.body
    );
    let application = sent.text("/application_id");
    let made = visit.post("/v1/authorisations", order(&application)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    (application, made.body)
}

fn order(application: &str) -> Value {
    json!({ "application_id": application, "authorisation": "household_check" })
}

fn path(letter: &Value, rest: &str) -> String {
    format!(
        "/v1/authorisations/{}{rest}",
        letter["authorisation_id"].as_str().unwrap()
    )
}

fn signature(letter: &Value, place: usize, verification: &str) -> Value {
    json!({
        "signatory_id": letter["signatories"][place]["signatory_id"], "verification_id": verification,
        "signature": strokes(letter["sha256"].as_str().unwrap()),
    })
}

async fn sign(visit: &Visit<'_>, letter: &Value, place: usize, verification: &str) -> Answer {
    visit
        .post(
            &path(letter, "/signatures"),
            signature(letter, place, verification),
        )
        .await
}

/// S15: everyone is there.
#[tokio::test]
async fn a_household_signs_one_letter_which_is_sealed_and_then_the_application_goes_in() {
    let bench = bench().await;
    let visit = bench.open().await;
    let applicant = visit.identify("d1", "applicant").await;
    let members = json!([member("测试乙", D2, "20", "full")]);
    let supporters = json!([{ "name": "测试丙", "id_no": D3, "relation": "30" }]);
    let (application, letter) = letter(&visit, members, supporters).await;
    assert_eq!(
        (&letter["state"], &letter["sign_until"]),
        (&json!("open"), &json!("2026-12-08"))
    );
    let roles: Vec<&Value> = letter["signatories"].as_array().unwrap().iter().collect();
    assert_eq!(
        roles
            .iter()
            .map(|one| one["role"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["applicant", "household_member", "supporter"]
    );
    assert_eq!(
        (&roles[0]["mine"], &roles[1]["mine"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(roles[1]["name_masked"], "测**");
    let text = letter.to_string();
    for number in ["110000194403126227", D2, D3] {
        assert!(!text.contains(number), "no number on a shared screen");
    }
    assert!(text.contains("测试乙（儿子）"), "{text}");

    let submission = format!("/v1/applications/{application}/submission");
    let early = visit.post(&submission, Value::Null).await;
    assert_eq!((early.status, early.case()), (409, "authorisation-incomplete"));
    assert_eq!(
        early.body["missing"],
        json!([{ "role": "applicant", "name": "测**" }, { "role": "household_member", "name": "测**" },
               { "role": "supporter", "name": "测**" }])
    );
    let document = path(&letter, "/document");
    assert_eq!(visit.get(&document).await.case(), "authorisation-incomplete");

    assert_eq!(sign(&visit, &letter, 0, &applicant).await.status, 201);
    let second = visit.identify("d2", "household_member").await;
    assert_eq!(sign(&visit, &letter, 1, &second).await.text("/state"), "open");
    let third = visit.identify("d3", "supporter").await;
    let done = sign(&visit, &letter, 2, &third).await;
    assert_eq!(done.text("/state"), "sealed");
    assert_eq!(done.text("/signatories/2/signed_at"), "2026-11-23T09:30:00+08:00");

    let paper = visit.get(&document).await;
    assert_eq!((paper.status, paper.kind.as_str()), (200, "application/pdf"));
    assert!(paper.bytes.starts_with(b"%PDF-"));
    if let Some(words) = text_of(&paper.bytes) {
        for part in [
            "测试甲",
            "测试乙",
            D2,
            D3,
            "2026-11-23 09:30",
            "家庭经济状况核对授权书",
            "样例",
        ] {
            assert!(words.contains(part), "{part} is not on the paper:\n{words}");
        }
    }
    let code: String = database(&bench)
        .query_row("SELECT code FROM authorisation", [], |row| row.get(0))
        .unwrap();
    let check = bench.request(Method::POST, "/v1/verifications");
    let genuine = send(check.json(&json!({ "code": code }))).await;
    assert_eq!(
        (
            genuine.text("/result").as_str(),
            genuine.text("/holder_masked").as_str()
        ),
        ("genuine", "测**")
    );
    let sent = visit.post(&submission, Value::Null).await;
    assert_eq!(
        (sent.status, sent.text("/state").as_str()),
        (201, "submitted"),
        "{}",
        sent.body
    );
    assert_eq!(visit.get(&path(&letter, "")).await.text("/state"), "used");
    assert_eq!(visit.get(&document).await.status, 200);
}

/// The text of a PDF, where the tool for it is installed.
fn text_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.pdf");
    std::fs::write(&file, pdf).unwrap();
    if let Ok(keep) = std::env::var("KEEP_LETTER") {
        std::fs::write(keep, pdf).unwrap();
    }
    let output = std::process::Command::new("pdftotext")
        .args([file.to_str().unwrap(), "-"])
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// S16: two are absent; one signs at another visit.
#[tokio::test]
async fn whoever_is_absent_finds_the_letter_by_card_and_the_days_for_signing_end() {
    let bench = bench().await;
    let visit = bench.open().await;
    let applicant = visit.identify("d1", "applicant").await;
    let members = json!([
        member("测试乙", D2, "20", "full"),
        member("测试丙", D3, "30", "full")
    ]);
    let (application, letter) = letter(&visit, members, json!([])).await;
    sign(&visit, &letter, 0, &applicant).await;

    let later = bench.open().await;
    let verification = later.identify("d2", "applicant").await;
    let known = later
        .post("/v1/prefill", json!({ "service_id": LETTER, "service_rev": 1 }))
        .await;
    assert_eq!(known.body["facts"]["registry.open_letters"], 1);
    let waiting = later.get("/v1/authorisations").await;
    assert_eq!(
        waiting.body["authorisations"][0]["authorisation_id"],
        letter["authorisation_id"]
    );
    assert_eq!(waiting.body["authorisations"][0]["signatories"][1]["mine"], true);
    assert_eq!(sign(&later, &letter, 1, &verification).await.status, 201);
    assert_eq!(
        later.get("/v1/authorisations").await.body,
        json!({ "authorisations": [] })
    );

    let stranger = bench.open().await;
    stranger.identify("d4", "applicant").await;
    assert_eq!(stranger.get(&path(&letter, "")).await.case(), "not-found");

    bench.pass(Duration::from_secs(16 * 24 * 60 * 60));
    let third = bench.open().await;
    let verification = third.identify("d3", "applicant").await;
    assert_eq!(
        sign(&third, &letter, 2, &verification).await.case(),
        "authorisation-closed"
    );
    assert_eq!(third.get(&path(&letter, "")).await.text("/state"), "expired");
    let message = bench.get("/sample/sms").await.text("/messages/0/text");
    assert!(message.contains(letter["number"].as_str().unwrap()), "{message}");
    let owner = bench.open().await;
    owner.identify("d1", "applicant").await;
    let timeline = owner.get("/v1/applications").await.body;
    let state = timeline["applications"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["application_id"] == application)
        .unwrap()["state"]
        .clone();
    assert_eq!(state, "expired");
}

/// S17: a guardian signs for a child and for a person without capacity.
#[tokio::test]
async fn a_guardian_signs_for_those_who_cannot_and_the_paper_says_so() {
    let bench = bench().await;
    let visit = bench.open().await;
    let applicant = visit.identify("d2", "applicant").await;
    let members = json!([
        member("样例孩", CHILD, "20", "limited"),
        member("样例婆", OLD, "52", "none"),
        member("测试丙", D3, "30", "full"),
    ]);
    let sent = visit.post("/v1/applications", draft(members, json!([]))).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let made = visit
        .post("/v1/authorisations", order(&sent.text("/application_id")))
        .await;
    let letter = made.body.clone();
    for (place, by_guardian) in [(0, false), (1, true), (2, true), (3, false)] {
        let one = &letter["signatories"][place];
        assert_eq!(one["by_guardian"], by_guardian, "{one}");
        assert_eq!(one["mine"], place != 3, "the applicant signs for the first three");
    }
    let guardian = visit.identify("d3", "guardian").await;
    for place in [1, 2] {
        let by = if place == 1 { &applicant } else { &guardian };
        assert_eq!(sign(&visit, &letter, place, by).await.status, 201);
    }
    sign(&visit, &letter, 0, &applicant).await;
    let third = visit.identify("d3", "household_member").await;
    assert_eq!(sign(&visit, &letter, 3, &third).await.text("/state"), "sealed");
    let paper = visit.get(&path(&letter, "/document")).await;
    if let Some(words) = text_of(&paper.bytes) {
        assert!(
            words.contains("监护人代签：测试乙") && words.contains("监护人代签：测试丙"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_signature_counts_once_for_the_right_person_and_the_right_text() {
    let bench = bench().await;
    let visit = bench.open().await;
    let applicant = visit.identify("d1", "applicant").await;
    let members = json!([
        member("测试乙", D2, "20", "full"),
        member("样例孩", CHILD, "40", "limited")
    ]);
    let (_, letter) = letter(&visit, members, json!([])).await;
    let other = visit.identify("d4", "guardian").await;
    for (place, by, case) in [
        (1, &applicant, "wrong-signatory"),
        (0, &other, "wrong-signatory"),
        (2, &other, "wrong-signatory"),
        (1, &"none".to_owned(), "party-not-verified"),
    ] {
        assert_eq!(sign(&visit, &letter, place, by).await.case(), case, "{place}");
    }
    let mut altered = signature(&letter, 0, &applicant);
    altered["signature"]["document_sha256"] = json!("00".repeat(32));
    let path_ = path(&letter, "/signatures");
    assert_eq!(
        visit.post(&path_, altered).await.text("/errors/0/code"),
        "other_document"
    );
    let mut empty = signature(&letter, 0, &applicant);
    empty["signature"]["strokes"] = json!([]);
    assert_eq!(visit.post(&path_, empty).await.text("/errors/0/code"), "form");
    assert_eq!(sign(&visit, &letter, 0, &applicant).await.status, 201);
    assert_eq!(
        sign(&visit, &letter, 0, &applicant).await.case(),
        "already-signed"
    );
}

#[tokio::test]
async fn members_are_checked_and_the_same_people_keep_their_letter() {
    let bench = bench().await;
    let visit = bench.open().await;
    visit.identify("d1", "applicant").await;
    let bad = json!([
        member("测试乙", "123", "20", "full"),
        { "name": "测试丙", "id_no": D3, "relation": "99", "capacity": "full", "shoe": 43 },
        member("测试甲", "110000194403126227", "10", "full"),
    ]);
    let sent = visit.post("/v1/applications", draft(bad, json!([]))).await;
    let refused = visit
        .post("/v1/authorisations", order(&sent.text("/application_id")))
        .await;
    assert_eq!(refused.case(), "validation");
    let pointers: Vec<String> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect();
    for pointer in ["0/id_no", "1/relation", "1/shoe", "2/id_no"] {
        let pointer = format!("/answers/household_member/{pointer}");
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    let (application, letter) = letter(&visit, json!([member("测试乙", D2, "20", "full")]), json!([])).await;
    let again = visit.post("/v1/authorisations", order(&application)).await;
    assert_eq!(again.body["authorisation_id"], letter["authorisation_id"]);

    let withdrawn = visit.post(&path(&letter, "/withdrawal"), Value::Null).await;
    assert_eq!(withdrawn.text("/state"), "withdrawn");
    let next = visit.post("/v1/authorisations", order(&application)).await;
    assert_ne!(next.body["authorisation_id"], letter["authorisation_id"]);
    let closed = send(visit.request(Method::GET, &path(&letter, "/document"))).await;
    assert_eq!(closed.case(), "authorisation-incomplete");
}

#[tokio::test]
async fn a_draft_ends_under_the_revision_with_which_it_began() {
    let first = bench().await;
    let visit = first.open().await;
    let applicant = visit.identify("d1", "applicant").await;
    let (application, letter) = letter(&visit, json!([]), json!([])).await;
    let signed = visit
        .post(&path(&letter, "/signatures"), signature(&letter, 0, &applicant))
        .await;
    assert_eq!(signed.text("/state"), "sealed", "{}", signed.body);
    let (data, now) = (first.data.clone(), first.now.clone());
    first.running.stop().await;

    let second = start(data, now, |options| {
        let file = options.catalogue.join("services/test_letter.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replacen("rev = 1", "rev = 2", 1)).unwrap();
    })
    .await;
    let visit = second.open().await;
    visit.identify("d1", "applicant").await;
    let anew = visit.post("/v1/applications", draft(json!([]), json!([]))).await;
    assert_eq!(
        anew.case(),
        "validation",
        "what begins now begins under the new one"
    );
    let sent = visit
        .post(&format!("/v1/applications/{application}/submission"), Value::Null)
        .await;
    assert_eq!(
        (sent.status, sent.text("/state").as_str()),
        (201, "submitted"),
        "{}",
        sent.body
    );
}
