//! A fault at each step: plain words, nothing lost, a way on.

use serde_json::json;

use super::world::*;
use crate::protocol::call::CallFailure;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, DeviceState, Event, PrintEnd};
use crate::session::view::{Page, Paper, Say};

fn start_off(world: &mut World, service: &str) -> Option<Say> {
    world.act(Action::Start);
    world.act(Action::OpenService(service.to_owned()));
    let Page::Service { start, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    start.off
}

#[test]
fn a_service_whose_device_is_missing_is_grey_before_the_start() {
    for (role, service, grey) in [
        (DeviceRole::A4Printer, KINSHIP, true),
        (DeviceRole::A4Printer, PROPERTY, false),
        (DeviceRole::IdReader, PROPERTY, true),
        (DeviceRole::IdReader, VERIFY, false),
        (DeviceRole::ReceiptPrinter, ALLOWANCE, false),
        (DeviceRole::Camera, ALLOWANCE, false),
        (DeviceRole::QrScanner, VERIFY, false),
    ] {
        let mut world = World::new();
        unusable(&mut world, role);
        assert_eq!(
            start_off(&mut world, service).is_some(),
            grey,
            "{role:?} {service}"
        );
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()) == "service", grey, "{role:?} {service}");
    }
}

#[test]
fn verification_needs_scanner_or_camera() {
    let mut world = World::new();
    unusable(&mut world, DeviceRole::QrScanner);
    unusable(&mut world, DeviceRole::Camera);
    assert!(start_off(&mut world, VERIFY).is_some());
}

#[test]
fn without_a_scanner_the_camera_asks_for_consent_first() {
    let mut world = World::new();
    unusable(&mut world, DeviceRole::QrScanner);
    world.open(VERIFY);
    assert_eq!(name_of(&world.page()), "consent");
    assert_eq!(
        world.count(|effect| matches!(effect, Effect::StartScan { .. })),
        0
    );
    world.act(Action::Next);
    let Page::Scan { camera, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(camera && world.view().chrome.camera_on);
    let ticket = world.ticket("scan");
    world.event(Event::Code {
        ticket,
        payload: "BMK1.abc".to_owned(),
    });
    assert_eq!(name_of(&world.page()), "outcome");
    assert!(!world.view().chrome.camera_on);
}

#[test]
fn offline_greys_personal_services_and_comes_back_by_itself() {
    let mut world = World::new();
    world.act(Action::Start);
    world.event(Event::Online(false));
    let Page::Home { tiles, .. } = world.page() else {
        panic!()
    };
    let services = tiles.iter().filter(|tile| tile.id != "more");
    assert!(services.clone().count() == 8 && services.clone().all(|tile| tile.off.is_some()));
    assert!(tiles.iter().any(|tile| tile.off == Some(Say::id("off.offline"))));
    world.event(Event::Online(true));
    let Page::Home { tiles, .. } = world.page() else {
        panic!()
    };
    let open: Vec<_> = tiles
        .iter()
        .filter(|tile| tile.off.is_none())
        .map(|tile| tile.id.as_str())
        .collect();
    assert_eq!(open, ["assistance", "elder", "certificates", "queries", "more"]);
    assert!(tiles.iter().any(|tile| tile.off == Some(Say::id("off.not_here"))));
}

#[test]
fn a_service_of_another_region_is_grey() {
    let settings = crate::session::Settings {
        region: "440103".to_owned(),
        ..Default::default()
    };
    let mut world = World::with(settings);
    assert_eq!(start_off(&mut world, KINSHIP), Some(Say::id("off.region")));
}

#[test]
fn a_dead_receipt_printer_is_told_before_and_replaced_by_a_code() {
    let mut world = World::new();
    unusable(&mut world, DeviceRole::ReceiptPrinter);
    world.act(Action::Start);
    world.act(Action::OpenService(ATTEST.to_owned()));
    let Page::Service { facts, start, .. } = world.page() else {
        panic!()
    };
    assert!(start.off.is_none());
    assert!(facts.iter().any(|fact| fact.label == Say::id("fact.receipt")));
    world.act(Action::Back);
    world.act(Action::Leave);
    world.log_in(ATTEST, "face");
    let Page::Submitted {
        receipt: Paper::OnScreen { qr, .. },
        ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert!(qr.ends_with("RZ-1") && !qr.contains(ELDER_ID));
    assert!(world.receipts.is_empty());
}

#[test]
fn a_receipt_that_failed_is_shown_as_a_code_and_one_nobody_knows_of_is_asked_about() {
    for (end, answer, paper) in [
        (PrintEnd::Failed("device.reason.paper_out"), None, "screen"),
        (PrintEnd::Incomplete("device.reason.paper_out"), None, "screen"),
        (PrintEnd::Unknown, Some(true), "done"),
        (PrintEnd::Unknown, Some(false), "screen"),
    ] {
        let mut world = World::new();
        world.receipt_end = Some(end);
        world.log_in(ATTEST, "face");
        if let Some(answer) = answer {
            let Page::Submitted { receipt, next, .. } = world.page() else {
                panic!()
            };
            assert_eq!(receipt, Paper::Unknown);
            assert!(next.off.is_some());
            world.act(Action::PaperCameOut(answer));
        }
        let Page::Submitted { receipt, next, .. } = world.page() else {
            panic!()
        };
        let shown = match receipt {
            Paper::Done => "done",
            Paper::OnScreen { .. } => "screen",
            _ => "other",
        };
        assert_eq!(shown, paper, "{end:?} {answer:?}");
        assert!(next.off.is_none());
        assert_eq!(world.receipts.len(), 1, "never printed again by itself");
    }
}

#[test]
fn a_slip_without_replacement_can_be_tried_again_by_hand() {
    let mut world = World::new();
    world.receipt_end = Some(PrintEnd::Failed("device.reason.cover_open"));
    world.log_in(PROPERTY, "face");
    world.act(Action::Next);
    world.choose("print");
    let Page::Table { receipt, .. } = world.page() else {
        panic!()
    };
    assert!(matches!(receipt, Paper::Failed { .. }));
    world.receipt_end = Some(PrintEnd::Completed);
    world.choose("print");
    let Page::Table { receipt, others, .. } = world.page() else {
        panic!()
    };
    assert_eq!(receipt, Paper::Done);
    assert!(
        !others
            .iter()
            .any(|button| button.action == Action::Choose("print".to_owned()))
    );
}

#[test]
fn a_lost_submission_is_confirmed_with_the_same_key_and_never_sent_twice() {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    world.fill_kinship();
    world
        .special
        .push(("/v1/applications/a1/submission", Err(CallFailure::Unconfirmed)));
    world
        .special
        .push(("/v1/applications/a1/submission", Err(CallFailure::Offline)));
    world.special[1].1 = Err(CallFailure::Unconfirmed);
    world.act(Action::Next);
    let Page::Working { what, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(what, Say::id("submit.confirming"));
    world.tick(5);
    world.tick(5);
    assert_eq!(name_of(&world.page()), "submitted");
    let calls = world.called("/v1/applications/a1/submission");
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.key == calls[0].key));
    assert_eq!(
        world
            .called("/v1/applications")
            .iter()
            .filter(|call| call.path == "/v1/applications")
            .count(),
        1
    );
}

#[test]
fn a_submission_without_any_answer_says_so_after_a_minute_and_can_go_on() {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    world.fill_kinship();
    for _ in 0..20 {
        world
            .special
            .push(("/v1/applications", Err(CallFailure::Unconfirmed)));
    }
    world.act(Action::Next);
    world.tick(70);
    let Page::Problem { title, kept, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(
        (title, kept),
        (
            Say::id("submit.unconfirmed.title"),
            Say::id("trouble.kept.unconfirmed")
        )
    );
    world.special.clear();
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "submitted");
    let keys: Vec<_> = world
        .called("/v1/applications")
        .iter()
        .filter(|call| call.path == "/v1/applications")
        .map(|call| call.key)
        .collect();
    assert!(keys.len() > 5 && keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn every_refusal_leaves_the_answers_and_a_way_on() {
    for failure in [
        Err(CallFailure::Offline),
        refusal("validation", 422),
        refusal("upstream-unavailable", 503),
    ] {
        let mut world = World::new();
        world.log_in(KINSHIP, "face");
        world.fill_kinship();
        world.special.push(("/v1/applications", failure.clone()));
        world.act(Action::Next);
        let Page::Problem { others, .. } = world.page() else {
            panic!("{failure:?}: {:?}", world.page())
        };
        assert!(others.iter().any(|button| button.action == Action::Leave));
        world.act(Action::Edit(String::new()));
        let Page::Form { fields, .. } = world.page() else {
            panic!("{:?}", world.page())
        };
        assert_eq!(fields[0].value, "子女入学", "{failure:?}");
        world.act(Action::Next);
        world.act(Action::Toggle(String::new()));
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "submitted", "{failure:?}");
    }
}

#[test]
fn each_call_on_the_way_can_fail_once_and_be_tried_again() {
    for path in [
        "/v1/sessions",
        "/v1/consents",
        "/v1/identity-verifications",
        "/v1/prefill",
        "/v1/certificates",
    ] {
        for failure in [
            CallFailure::Offline,
            CallFailure::Unconfirmed,
            CallFailure::Malformed(String::new()),
        ] {
            let mut world = World::new();
            world.special.push((path, Err(failure.clone())));
            world.log_in(KINSHIP, "face");
            if name_of(&world.page()) == "problem" {
                world.act(Action::TryAgain);
            }
            assert_eq!(name_of(&world.page()), "form", "{path} {failure:?}");
            world.fill_kinship();
            world.act(Action::Next);
            world.act(Action::Next);
            if name_of(&world.page()) == "problem" {
                world.act(Action::TryAgain);
            }
            assert_eq!(name_of(&world.page()), "certificate", "{path} {failure:?}");
            assert!(world.special.is_empty());
        }
    }
}

#[test]
fn who_is_not_entitled_hears_why_and_where_to_go_before_typing_anything() {
    let young = "440104199001010016";
    let mut world = World::new();
    world.open(ALLOWANCE);
    world.choose("sms");
    world.act(Action::Next);
    let mut card = card();
    card.subject.id_no = young.to_owned();
    world.event(Event::Card(Box::new(card)));
    world.act(Action::Type("123456".to_owned()));
    world.act(Action::Next);
    let Page::Problem {
        title,
        happened: Say::Words(_),
        now: Say::All(now),
        ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!(title, Say::id("refusal.title"));
    assert!(
        matches!(&now[..], [Say::Words(_), Say::Id("refusal.appeal", _)]),
        "the other way, and how to object"
    );
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "home");
    assert!(world.view().chrome.who.is_some(), "still signed in");
}

#[test]
fn an_unconfirmed_kinship_leads_to_the_window_and_an_unknown_residence_to_an_officer() {
    let prefilled = |facts: serde_json::Value| Ok(json!({ "fields": {}, "facts": facts }));
    for (facts, page) in [
        (
            json!({ "registry.residence_region": "440104001", "registry.kinship_confirmed": false }),
            "problem",
        ),
        (json!({ "registry.residence_region": "440104001" }), "problem"),
        (
            json!({ "registry.residence_region": "440103001", "registry.kinship_confirmed": true }),
            "problem",
        ),
        (json!({ "registry.kinship_confirmed": true }), "form"),
    ] {
        let mut world = World::new();
        world.special.push(("/v1/prefill", prefilled(facts.clone())));
        world.log_in(KINSHIP, "face");
        assert_eq!(name_of(&world.page()), page, "{facts}");
    }
}

#[test]
fn a_certificate_that_takes_longer_is_fetched_another_day() {
    let mut world = World::new();
    world.certificate_ready = false;
    world.log_in(KINSHIP, "face");
    world.fill_kinship();
    world.act(Action::Next);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "working");
    world.tick(64);
    let Page::Problem {
        kept: Say::Id(_, arguments),
        ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!(arguments[0].1, "YX-2026-00427");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "rating");
}

#[test]
fn a_call_for_staff_is_confirmed_when_the_backend_has_it() {
    let mut world = World::new();
    world.silent.insert("/v1/tickets");
    world.act(Action::Start);
    world.act(Action::CallStaff);
    let confirmed = |world: &World| match world.view().dialog {
        Some(crate::session::view::Dialog::StaffCalled { confirmed }) => confirmed,
        other => panic!("{other:?}"),
    };
    assert!(!confirmed(&world));
    let ticket = world.ticket("call");
    world.event(Event::Answer {
        ticket,
        result: Ok(json!({ "number": "G-1" })),
    });
    assert!(confirmed(&world));
    world.act(Action::CloseDialog);
    assert_eq!(world.view().dialog, None);
}

#[test]
fn leaving_a_filled_form_asks_first() {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    world.act(Action::Focus("request.purpose".to_owned()));
    world.act(Action::Type("子女入学".to_owned()));
    world.act(Action::Home);
    assert!(matches!(
        world.view().dialog,
        Some(crate::session::view::Dialog::Leave { .. })
    ));
    world.act(Action::CloseDialog);
    let Page::Form { fields, .. } = world.page() else {
        panic!()
    };
    assert_eq!(fields[0].value, "子女入学");
    world.act(Action::Home);
    world.act(Action::Leave);
    assert_eq!(name_of(&world.page()), "home");
    assert!(world.view().chrome.who.is_some());
}

#[test]
fn a_field_is_judged_when_it_is_left_and_the_form_when_it_is_sent() {
    let mut world = World::new();
    world.log_in(ALLOWANCE, "sms");
    world.act(Action::Focus("elder.phone".to_owned()));
    world.act(Action::Clear);
    world.act(Action::Type("1381234".to_owned()));
    world.act(Action::Next);
    let Page::Form { fields, focus, .. } = world.page() else {
        panic!()
    };
    assert!(fields[0].error.is_some() && fields[0].source.is_none());
    assert_eq!(focus, "elder.phone");
    world.act(Action::Type("5678abc".to_owned()));
    world.act(Action::Next);
    let Page::Form { fields, focus, .. } = world.page() else {
        panic!()
    };
    assert_eq!((fields[0].error.clone(), focus.as_str()), (None, ""));
    assert_eq!(fields[0].value, "138****5678", "masked once the field is left");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "review");
}

#[test]
fn staff_is_told_once_when_paper_runs_low() {
    let mut world = World::new();
    for state in [DeviceState::Low, DeviceState::Low, DeviceState::Ready] {
        world.event(Event::Device(DeviceRole::ReceiptPrinter, state));
    }
    let told = world.called("/v1/tickets");
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].body,
        json!({ "kind": "supply_low", "about": "receipt_printer" })
    );
}
