//! What may have arrived is never sent under another key, and a session that the backend ended is
//! begun anew without losing anything.

use serde_json::json;

use super::world::*;
use crate::protocol::call::{CallFailure, CallResult, IdempotencyKey};
use crate::session::action::Action;
use crate::session::event::Event;
use crate::session::view::{Button, Page, Say};

fn ready_to_submit() -> World {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    world.fill_kinship();
    world
}

fn fail(world: &mut World, path: &'static str, result: CallResult) {
    world.special.push((path, result));
}

fn creation_keys(world: &World) -> Vec<Option<IdempotencyKey>> {
    let created = world
        .calls
        .iter()
        .filter(|call| call.path == "/v1/applications" && call.key.is_some());
    created.map(|call| call.key).collect()
}

fn problem(world: &World) -> (Say, Vec<Button>) {
    match world.page() {
        Page::Problem { happened, others, .. } => (happened, others),
        other => panic!("{other:?}"),
    }
}

fn can_edit(others: &[Button]) -> bool {
    others
        .iter()
        .any(|button| matches!(button.action, Action::Edit(_)))
}

#[test]
fn a_lost_submission_stays_unconfirmed_when_the_network_is_gone_on_the_next_try() {
    let mut world = ready_to_submit();
    fail(&mut world, "/v1/applications", Err(CallFailure::Unconfirmed));
    for _ in 0..30 {
        fail(&mut world, "/v1/applications", Err(CallFailure::Offline));
    }
    world.act(Action::Next);
    world.tick(30);
    assert_eq!(name_of(&world.page()), "working", "still asking");
    world.tick(40);
    let (happened, others) = problem(&world);
    assert_eq!(happened, Say::id("trouble.unconfirmed"));
    assert!(!can_edit(&others), "a changed application would be a second one");
    world.special.clear();
    fail(&mut world, "/v1/applications", Err(CallFailure::Offline));
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "working", "not \"nothing was sent\"");
    world.tick(6);
    assert_eq!(name_of(&world.page()), "submitted");
    let keys = creation_keys(&world);
    assert!(keys.len() > 3 && keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn a_cut_off_answer_is_asked_for_again_with_the_same_key() {
    for broken in [
        Err(CallFailure::Malformed("cut off".to_owned())),
        Ok(json!("<html>")),
    ] {
        let mut world = ready_to_submit();
        fail(&mut world, "/v1/applications", broken);
        world.act(Action::Next);
        let (_, others) = problem(&world);
        assert!(!can_edit(&others));
        world.act(Action::TryAgain);
        assert_eq!(name_of(&world.page()), "submitted");
        let keys = creation_keys(&world);
        assert_eq!((keys.len(), keys[0]), (2, keys[1]));
    }
}

#[test]
fn a_service_without_a_form_offers_no_edit() {
    let mut world = World::new();
    fail(&mut world, "/v1/attestations", Err(CallFailure::Offline));
    world.log_in(ATTEST, "face");
    let (_, others) = problem(&world);
    assert!(!can_edit(&others), "it would lead nowhere");
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "submitted");
}

#[test]
fn after_the_backend_ended_the_session_one_signs_in_again_and_goes_on_from_there() {
    for (path, page) in [
        ("/v1/applications", "submitted"),
        ("/v1/prefill", "form"),
        ("/v1/certificates", "certificate"),
    ] {
        let mut world = World::new();
        fail(&mut world, path, refusal("session-ended", 401));
        world.log_in(KINSHIP, "face");
        if path != "/v1/prefill" {
            world.fill_kinship();
            world.act(Action::Next);
        }
        if path == "/v1/certificates" {
            world.act(Action::Next);
        }
        let (happened, _) = problem(&world);
        assert_eq!(happened, Say::id("trouble.session_ended"), "{path}");
        assert_eq!(world.view().chrome.who, None, "{path}: signed out");
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "ways", "{path}");
        world.choose("sms");
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "sms", "{path}: the card is kept");
        world.act(Action::Type("123456".to_owned()));
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), page, "{path}");
        assert_eq!(world.called("/v1/sessions").len(), 2, "{path}");
        assert!(world.view().chrome.who.is_some());
    }
}

#[test]
fn answers_and_keys_outlive_the_session_at_the_backend() {
    let mut world = ready_to_submit();
    fail(&mut world, "/v1/applications", refusal("session-ended", 401));
    world.act(Action::Next);
    world.act(Action::Next);
    world.choose("sms");
    world.act(Action::Next);
    world.act(Action::Type("123456".to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "submitted");
    let keys = creation_keys(&world);
    assert_eq!((keys.len(), keys[0]), (2, keys[1]));
    let sent = &world.called("/v1/applications")[1].body;
    assert_eq!(sent["answers"]["request.purpose"], "子女入学");
}

#[test]
fn what_was_sent_is_not_gone_back_behind_by_a_further_login() {
    let mut world = ready_to_submit();
    fail(
        &mut world,
        "/v1/applications/a1/certificates",
        refusal("session-ended", 401),
    );
    world.act(Action::Next);
    world.act(Action::Next);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "ways");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "service", "no way back into the form");
}

#[test]
fn a_session_that_ends_during_the_login_begins_anew() {
    for (way, path, times) in [
        ("sms", "/v1/sms-codes", 1),
        ("witness", "/v1/staff-sessions", 1),
        ("face", "/v1/identity-verifications", 1),
        // The first refusal is met before the camera, where it is asked for once more.
        ("face", "/v1/consents", 2),
    ] {
        let mut world = World::new();
        for _ in 0..times {
            fail(&mut world, path, refusal("session-ended", 401));
        }
        if way == "sms" {
            world.open(PROPERTY);
            world.choose(way);
            world.act(Action::Next);
            world.place_card();
        } else {
            world.log_in(PROPERTY, way);
        }
        let (happened, _) = problem(&world);
        assert_eq!(happened, Say::id("trouble.session_ended"), "{path}");
        world.act(Action::Decline);
        assert_eq!(name_of(&world.page()), "ways", "{path}");
        world.choose("sms");
        world.act(Action::Next);
        world.event(Event::CardRemoved);
        world.act(Action::Type("123456".to_owned()));
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "form", "{path}");
        assert_eq!(world.called("/v1/sessions").len(), 2, "{path}");
    }
}
