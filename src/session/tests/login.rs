//! Login: consent before the camera, three tries, equal ways, and the card's own troubles.

use serde_json::json;

use super::world::*;
use crate::protocol::body::ScoreBand;
use crate::protocol::call::CallFailure;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{CardProblem, DeviceRole, DeviceState, Event, FaceHint, FaceOutcome};
use crate::session::view::{CardPrompt, Page, Say};

fn cameras(world: &World) -> usize {
    world.count(|effect| matches!(effect, Effect::StartFace { .. }))
}

#[test]
fn the_main_button_waits_for_a_choice_and_nothing_is_chosen_on_arrival() {
    let mut world = World::new();
    world.open(PROPERTY);
    let Page::LoginWays { ways, points, next } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(ways.len(), 3);
    assert!(ways.iter().all(|way| !way.chosen && way.off.is_none()));
    assert!(points.is_empty() && next.off.is_some());
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "ways");
    assert!(world.calls.is_empty(), "nothing is sent before a choice");
    world.choose("face");
    let Page::LoginWays { points, next, .. } = world.page() else {
        panic!()
    };
    assert_eq!(points.len(), 4);
    assert!(next.off.is_none());
}

#[test]
fn the_camera_opens_only_after_the_consent_is_recorded() {
    let mut world = World::new();
    world.silent.insert("/v1/consents");
    world.log_in(PROPERTY, "face");
    assert_eq!(cameras(&world), 0);
    assert_eq!(name_of(&world.page()), "working");
    let ticket = world.ticket("call");
    let result = Ok(json!({ "consent_id": "c1", "receipt_number": "T-1" }));
    world.event(Event::Answer { ticket, result });
    assert_eq!(cameras(&world), 1);
}

#[test]
fn who_does_not_choose_the_face_gives_no_consent_and_sees_no_camera() {
    for way in ["sms", "witness"] {
        let mut world = World::new();
        world.log_in(PROPERTY, way);
        assert!(world.called("/v1/consents").is_empty(), "{way}");
        assert_eq!(cameras(&world), 0, "{way}");
        assert_eq!(name_of(&world.page()), "form", "{way}");
    }
}

#[test]
fn the_consent_names_the_text_that_was_shown() {
    let mut world = World::new();
    world.log_in(PROPERTY, "face");
    let sent = &world.called("/v1/consents")[0].body;
    assert_eq!(sent["template"], "face_login");
    assert_eq!(
        sent["text_sha256"],
        catalogue().consents["face_login"].sha256("zh-Hans")
    );
    assert_eq!(sent["service_id"], PROPERTY);
    assert_eq!(sent["at"], "2026-11-23T10:24:00+08:00");
}

#[test]
fn after_three_tries_the_face_is_off_and_the_other_ways_are_one_tap_away() {
    let mut world = World::new();
    world.face = FaceOutcome::Compared(ScoreBand::Fail);
    world.log_in(PROPERTY, "face");
    for tries in 1..=3 {
        let Page::FaceAgain { again, others, .. } = world.page() else {
            panic!("{:?}", world.page())
        };
        assert_eq!(cameras(&world), tries);
        assert_eq!(others.len(), 2);
        assert_eq!(again.off.is_some(), tries == 3, "try {tries}");
        world.act(Action::TryAgain);
    }
    assert_eq!(cameras(&world), 3);
    world.choose("sms");
    world.act(Action::Type("123456".to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "form", "the card need not be read again");
    assert!(world.called("/v1/identity-verifications").len() == 1);
}

#[test]
fn an_undecided_face_goes_to_a_member_of_staff() {
    let mut world = World::new();
    world.face = FaceOutcome::Compared(ScoreBand::Low);
    world.log_in(PROPERTY, "face");
    assert_eq!(name_of(&world.page()), "witness");
    world.act(Action::Type("0042".to_owned()));
    world.act(Action::Focus("pin".to_owned()));
    world.act(Action::Type("135790".to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "form");
    let sent = &world.called("/v1/identity-verifications")[0].body;
    assert_eq!(
        (&sent["method"], &sent["witness_reason"]),
        (&json!("card_staff_witness"), &json!("score_low"))
    );
}

#[test]
fn without_a_chip_photo_a_second_consent_is_asked_before_anything_is_sent() {
    let mut world = World::new();
    world.face = FaceOutcome::Template {
        model_sha256: "aa".to_owned(),
        template: vec![1.0, 0.0],
    };
    world.open(PROPERTY);
    world.choose("face");
    world.act(Action::Next);
    let mut card = card();
    card.photo_usable = false;
    world.event(Event::Card(Box::new(card)));
    let Page::Consent { points, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(
        points.len() >= 8,
        "who, how, why, effect and rights stand beside the four points"
    );
    assert_eq!(cameras(&world), 0);
    world.act(Action::Next);
    assert_eq!(world.called("/v1/consents").len(), 2);
    assert_eq!(world.called("/v1/face-comparisons").len(), 1);
    assert_eq!(name_of(&world.page()), "form");
}

#[test]
fn refusing_the_second_consent_leads_to_the_other_ways() {
    let mut world = World::new();
    world.open(PROPERTY);
    world.choose("face");
    world.act(Action::Next);
    let mut card = card();
    card.photo_usable = false;
    world.event(Event::Card(Box::new(card)));
    world.act(Action::Decline);
    assert_eq!(name_of(&world.page()), "ways");
    world.choose("sms");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "sms", "the card that was read stays read");
}

#[test]
fn the_backends_cosine_is_judged_by_the_terminals_thresholds() {
    for (cosine, page) in [
        (0.60, "form"),
        (0.55, "witness"),
        (0.49, "face again"),
        (f64::NAN, "face again"),
    ] {
        let mut world = World::new();
        world.face = FaceOutcome::Template {
            model_sha256: "aa".to_owned(),
            template: vec![1.0],
        };
        world
            .special
            .push(("/v1/face-comparisons", Ok(json!({ "cosine": cosine }))));
        world.open(PROPERTY);
        world.choose("face");
        world.act(Action::Next);
        let mut card = card();
        card.photo_usable = false;
        world.event(Event::Card(Box::new(card)));
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), page, "{cosine}");
    }
}

#[test]
fn a_camera_that_cannot_be_used_switches_only_the_face_off() {
    only_face_is_off(Event::Device(
        DeviceRole::Camera,
        DeviceState::Unusable("device.reason.absent"),
    ));
}

#[test]
fn missing_models_switch_only_the_face_off_and_codes_can_still_be_scanned() {
    only_face_is_off(Event::FaceModels(Some("face.models_missing")));
    let mut world = World::new();
    world.event(Event::FaceModels(Some("face.models_missing")));
    world.event(Event::Device(DeviceRole::QrScanner, DeviceState::NotFitted));
    world.open(VERIFY);
    assert_eq!(
        name_of(&world.page()),
        "consent",
        "the camera asks for its consent"
    );
}

fn only_face_is_off(event: Event) {
    let mut world = World::new();
    world.event(event);
    world.open(PROPERTY);
    let Page::LoginWays { ways, .. } = world.page() else {
        panic!()
    };
    let off: Vec<_> = ways
        .iter()
        .map(|way| (way.id.as_str(), way.off.is_some()))
        .collect();
    assert_eq!(off, [("face", true), ("sms", false), ("witness", false)]);
    world.choose("face");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "ways");
}

#[test]
fn a_camera_that_is_unplugged_in_the_check_gives_way_to_the_others() {
    let mut world = World::new();
    world.face = FaceOutcome::CameraLost;
    world.log_in(PROPERTY, "face");
    assert!(world.view().chrome.camera_on);
    let ticket = world.ticket("face");
    world.event(Event::Face {
        ticket,
        hint: FaceHint::TooFar,
        order: vec![],
        done: 0,
    });
    world.event(Event::Device(
        DeviceRole::Camera,
        DeviceState::Unusable("device.reason.absent"),
    ));
    let Page::FaceAgain { again, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(again.off.is_some());
    assert!(!world.view().chrome.camera_on);
    assert_eq!(world.count(|effect| matches!(effect, Effect::StopFace)), 1);
}

#[test]
fn leaving_the_face_check_closes_the_camera() {
    let mut world = World::new();
    world.face = FaceOutcome::CameraLost;
    world.log_in(PROPERTY, "face");
    assert_eq!(name_of(&world.page()), "face");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "ways");
    assert_eq!(world.count(|effect| matches!(effect, Effect::StopFace)), 1);
    assert!(!world.view().chrome.camera_on);
}

#[test]
fn a_card_that_lies_there_already_counts_only_on_the_card_page() {
    let mut world = World::new();
    world.place_card();
    world.act(Action::Start);
    assert_eq!(world.view().chrome.who, None);
    assert!(world.calls.is_empty());
    world.act(Action::OpenService(PROPERTY.to_owned()));
    world.act(Action::Next);
    world.choose("sms");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "sms");
}

#[test]
fn each_trouble_with_a_card_has_its_own_words() {
    let mut heard = Vec::new();
    for problem in [
        CardProblem::MovedTooEarly,
        CardProblem::Unreadable,
        CardProblem::VerificationFailed,
        CardProblem::WrongKind,
        CardProblem::Expired,
    ] {
        let mut world = World::new();
        world.open(PROPERTY);
        world.choose("sms");
        world.act(Action::Next);
        world.event(Event::CardProblem(problem));
        let Page::Card {
            prompt: CardPrompt::Problem(Say::Id(id, _)),
            ..
        } = world.page()
        else {
            panic!("{:?}", world.page())
        };
        heard.push(id);
        world.event(Event::CardRemoved);
        world.place_card();
        assert_eq!(name_of(&world.page()), "sms", "{problem:?}");
    }
    heard.dedup();
    assert_eq!(heard.len(), 5);
}

#[test]
fn a_card_is_valid_to_the_end_of_its_last_day() {
    for (valid_to, page) in [
        ("2026-11-22", "card"),
        ("2026-11-23", "sms"),
        ("long_term", "sms"),
    ] {
        let mut world = World::new();
        world.open(PROPERTY);
        world.choose("sms");
        world.act(Action::Next);
        let mut card = card();
        card.subject.valid_to = valid_to.to_owned();
        world.event(Event::Card(Box::new(card)));
        assert_eq!(name_of(&world.page()), page, "{valid_to}");
    }
}

#[test]
fn a_wrong_code_is_said_and_the_right_one_still_works() {
    let mut world = World::new();
    world.special.push((
        "/v1/identity-verifications",
        refusal("identity-not-verified", 403),
    ));
    world.log_in(PROPERTY, "sms");
    let Page::SmsCode { digits, error, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(digits.is_empty() && error.is_some());
    world.act(Action::Type("654321".to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "form");
    assert_eq!(
        world.called("/v1/sms-codes").len(),
        1,
        "the same code may be typed again"
    );
}

#[test]
fn a_further_code_can_be_asked_for_after_the_wait() {
    let mut world = World::new();
    world.open(PROPERTY);
    world.choose("sms");
    world.act(Action::Next);
    world.place_card();
    world.act(Action::SendCodeAgain);
    assert_eq!(world.called("/v1/sms-codes").len(), 1);
    world.tick(30);
    world.act(Action::Type("1".to_owned()));
    world.tick(30);
    world.act(Action::SendCodeAgain);
    assert_eq!(world.called("/v1/sms-codes").len(), 2);
}

#[test]
fn a_wrong_pin_is_said_and_not_kept() {
    let mut world = World::new();
    world
        .special
        .push(("/v1/staff-sessions", refusal("identity-not-verified", 403)));
    world.log_in(PROPERTY, "witness");
    let Page::StaffWitness {
        number,
        pin_length,
        error,
        focus,
        ..
    } = world.page()
    else {
        panic!()
    };
    assert_eq!((number.as_str(), pin_length, focus), ("0042", 0, "pin"));
    assert!(error.is_some());
}

#[test]
fn a_lost_answer_to_the_login_is_asked_again_with_the_same_key() {
    let mut world = World::new();
    world
        .special
        .push(("/v1/identity-verifications", Err(CallFailure::Unconfirmed)));
    world.log_in(PROPERTY, "face");
    assert_eq!(name_of(&world.page()), "problem");
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "form");
    let keys: Vec<_> = world
        .called("/v1/identity-verifications")
        .iter()
        .map(|call| call.key)
        .collect();
    assert_eq!((keys.len(), keys[0]), (2, keys[1]));
}

#[test]
fn a_way_that_the_backend_refuses_leaves_the_others_one_tap_away() {
    let mut world = World::new();
    world
        .special
        .push(("/v1/sms-codes", refusal("no-registered-phone", 422)));
    world.open(PROPERTY);
    world.choose("sms");
    world.act(Action::Next);
    world.place_card();
    let Page::Problem { others, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(others.iter().any(|button| button.action == Action::Decline));
    world.act(Action::Decline);
    assert_eq!(name_of(&world.page()), "ways");
}
