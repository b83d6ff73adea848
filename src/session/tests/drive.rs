//! Each service from the attract page to the attract page.

use super::world::*;
use crate::protocol::body::{Application, Evaluation, IdentityVerification};
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::Event;
use crate::session::view::{Page, Paper};

fn body<T: serde::de::DeserializeOwned>(call: &crate::protocol::call::Call) -> T {
    serde_json::from_value(call.body.clone()).unwrap()
}

/// Rates, takes the card and the papers, and waits for the attract page.
fn rate_and_leave(world: &mut World) {
    world.act(Action::Rate(4));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "goodbye");
    world.event(Event::CardRemoved);
    world.tick(16);
    assert_eq!(world.page(), Page::Attract);
    assert_eq!(world.wipes(), 1);
    assert_eq!(body::<Evaluation>(world.called("/v1/evaluations")[0]).level, 4);
}

#[test]
fn property_query_from_card_to_slip() {
    let mut world = World::new();
    world.log_in(PROPERTY, "face");
    world.choose("query.district=440104");
    world.act(Action::Next);
    let Page::Table { rows, pages, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!((rows.len(), pages), (3, 3));
    assert_eq!(
        world.called("/v1/queries/gz.terminal.property.query")[0].body["params"]["query.district"],
        "440104"
    );
    world.choose("print");
    assert_eq!(world.receipts[0].template, "query_slip");
    assert_eq!(world.receipts[0].rows.len(), 7);
    assert_eq!(world.receipts[0].values["name"], NAME);
    world.act(Action::Next);
    rate_and_leave(&mut world);
    let expected = [
        "home", "service", "ways", "card", "working", "form", "table", "rating", "goodbye", "attract",
    ];
    let seen: Vec<_> = world
        .pages
        .iter()
        .copied()
        .filter(|page| *page != "face")
        .collect();
    assert_eq!(seen, dedup(&expected, &seen));
}

/// The expected pages with the short waits that a fast world may leave out.
fn dedup(expected: &[&'static str], seen: &[&'static str]) -> Vec<&'static str> {
    let mut rest = expected.iter().copied().filter(|page| *page != "working");
    seen.iter()
        .copied()
        .map(|page| {
            if page == "working" {
                page
            } else {
                rest.next().unwrap_or("nothing")
            }
        })
        .collect()
}

#[test]
fn kinship_certificate_is_reviewed_submitted_printed_and_counted_once() {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    world.fill_kinship();
    assert_eq!(name_of(&world.page()), "review");
    world.act(Action::Next);
    let Page::Submitted { number, receipt, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!((number.as_str(), receipt), ("YX-2026-00427", Paper::Done));
    assert_eq!(
        world.receipts[0].qr.as_deref(),
        Some("https://gateway.example.gov.cn/case/YX-2026-00427")
    );
    world.act(Action::Next);
    let Page::Certificate { pages, paper, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!((pages, paper), (2, Paper::None));
    world.act(Action::Next);
    let Page::Certificate { paper, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(paper, Paper::Done);
    let application: Application = body(world.called("/v1/applications")[0]);
    assert_eq!(application.answers["request.purpose"], "子女入学");
    assert_eq!(application.answers["applicant.id_no"], ELDER_ID);
    assert!(
        !application.answers.contains_key("elder.phone"),
        "only declared fields are sent"
    );
    world.act(Action::Next);
    let Page::Rating { level, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(level, None);
    rate_and_leave(&mut world);
}

#[test]
fn allowance_is_signed_over_the_content_that_was_reviewed() {
    let mut world = World::new();
    world.log_in(ALLOWANCE, "sms");
    let Page::Form { fields, known, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(
        fields[2].value, "**** 0018",
        "sensitive values are masked on the screen"
    );
    assert!(fields[2].source.is_some());
    assert!(known.iter().any(|row| row.source.is_some()));
    world.act(Action::Next);
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    let Page::Signature {
        fingerprint, written, ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert!(!written);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "sign", "nothing written, nothing signed");
    world.sign();
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "submitted");
    let application: Application = body(world.called("/v1/applications")[0]);
    let hash = application.content_sha256();
    let signature = application.signature.unwrap();
    assert_eq!(signature.document_sha256, hash);
    assert!(hash.to_uppercase().starts_with(&fingerprint));
    world.act(Action::Next);
    rate_and_leave(&mut world);
}

#[test]
fn proof_of_life_gives_a_number_and_a_slip() {
    let mut world = World::new();
    world.log_in(ATTEST, "witness");
    let Page::Submitted {
        number,
        nodes,
        receipt,
        ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!((number.as_str(), nodes.len(), receipt), ("RZ-1", 3, Paper::Done));
    assert_eq!(world.receipts[0].values["valid_until"], "2027年2月21日");
    assert_eq!(world.called("/v1/attestations")[0].body["mode"], "self");
    world.act(Action::Next);
    rate_and_leave(&mut world);
}

#[test]
fn a_certificate_is_verified_without_login() {
    let mut world = World::new();
    world.open(VERIFY);
    assert_eq!(name_of(&world.page()), "scan");
    let ticket = world.ticket("scan");
    world.event(Event::Code {
        ticket,
        payload: "BMK1.abc".to_owned(),
    });
    let Page::Outcome { rows, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(rows.len(), 4);
    assert!(world.called("/v1/sessions").is_empty(), "nobody is identified");
    assert_eq!(world.called("/v1/verifications")[0].body["code"], "BMK1.abc");
    world.act(Action::Next);
    world.act(Action::SkipRating);
    assert_eq!(world.page(), Page::Attract);
    assert!(world.called("/v1/evaluations").is_empty());
}

#[test]
fn every_way_of_login_leads_to_the_same_page_and_says_how() {
    let mut pages = Vec::new();
    for (way, method) in [
        ("face", "card_face_1v1"),
        ("sms", "card_sms_otp"),
        ("witness", "card_staff_witness"),
    ] {
        let mut world = World::new();
        world.log_in(PROPERTY, way);
        let call = world.called("/v1/identity-verifications")[0].clone();
        assert_eq!(call.body["method"], method);
        assert!(call.key.is_some());
        let verification: IdentityVerification = body(&call);
        assert_eq!(verification.consent_id.is_some(), way == "face");
        pages.push(world.view());
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    assert_eq!(pages[0].chrome.who.as_deref(), Some("张**"));
}

#[test]
fn another_matter_needs_no_second_login() {
    let mut world = World::new();
    world.log_in(ATTEST, "face");
    world.act(Action::AnotherMatter);
    assert_eq!(name_of(&world.page()), "rating");
    world.act(Action::SkipRating);
    assert_eq!(name_of(&world.page()), "home");
    world.act(Action::OpenService(PROPERTY.to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "form");
    assert_eq!(world.called("/v1/sessions").len(), 1);
    world.act(Action::Leave);
    assert_eq!(name_of(&world.page()), "goodbye");
    assert_eq!(world.wipes(), 1);
}

#[test]
fn every_change_carries_a_key_and_no_two_changes_share_one() {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    world.fill_kinship();
    world.act(Action::Next);
    world.act(Action::Next);
    world.act(Action::Next);
    let keys: Vec<_> = world.calls.iter().filter_map(|call| call.key).collect();
    let mut distinct = keys.clone();
    distinct.sort_by_key(|key| key.0);
    distinct.dedup();
    assert_eq!(keys.len(), distinct.len());
    assert!(keys.iter().all(|key| key.0.get_version_num() == 7));
    for path in [
        "/v1/sessions",
        "/v1/consents",
        "/v1/applications",
        "/v1/certificates",
    ] {
        assert!(
            world
                .called(path)
                .iter()
                .all(|call| { call.key.is_some() || call.method == crate::protocol::call::Method::Get })
        );
    }
}

#[test]
fn the_end_closes_the_session_at_the_backend_before_it_wipes() {
    let mut world = World::new();
    world.log_in(ATTEST, "face");
    world.act(Action::Leave);
    let closed = world
        .asked
        .iter()
        .position(|effect| matches!(effect, Effect::Call { call, .. } if call.path == "/v1/sessions/s1"));
    let wiped = world
        .asked
        .iter()
        .position(|effect| matches!(effect, Effect::Wipe { session: 1 }));
    assert!(closed.unwrap() < wiped.unwrap());
}
