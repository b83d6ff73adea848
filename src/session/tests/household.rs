//! S15–S17: a household's letter, signed by everyone, here and elsewhere, now and later.

use serde_json::{Value, json};

use super::people::*;
use super::world::*;
use crate::protocol::authorisation::AddSignature;
use crate::protocol::body::Application;
use crate::protocol::call::{CallFailure, Method};
use crate::session::action::Action;
use crate::session::event::Event;
use crate::session::view::{Member, Page, Paper, Say};

fn members(world: &World) -> Vec<Member> {
    match world.page() {
        Page::Household { members, .. } => members,
        other => panic!("{other:?}"),
    }
}

fn can_go_on(world: &World) -> bool {
    match world.page() {
        Page::Household { next, .. } => next.off.is_none(),
        other => panic!("{other:?}"),
    }
}

/// At the list of the household.
fn family() -> World {
    family_because("生病")
}

/// The same, for a reason in words of one's own.
fn family_because(reason: &str) -> World {
    let mut world = world(dibao());
    world.log_in(DIBAO, "sms");
    world.act(Action::Focus("request.reason".to_owned()));
    world.act(Action::Type(reason.to_owned()));
    world.act(Action::Next);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "household");
    world
}

fn add_by_card(world: &mut World, card: crate::session::event::CardData) {
    world.choose("add_by_card");
    if name_of(&world.page()) == "choose" {
        world.choose("household_member");
    }
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(card)));
    assert_eq!(name_of(&world.page()), "form");
}

fn add_wife(world: &mut World) {
    add_by_card(world, person("李小梅", WIFE));
    world.choose("household_member.relation=10");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "household", "{:?}", world.page());
}

fn add_child(world: &mut World) {
    world.choose("add_by_typing");
    if name_of(&world.page()) == "choose" {
        world.choose("household_member");
    }
    for (field, text) in [
        ("household_member.name", "张小明"),
        ("household_member.id_no", CHILD),
    ] {
        world.act(Action::Focus(field.to_owned()));
        world.act(Action::Type(text.to_owned()));
    }
    world.act(Action::Focus(String::new()));
    world.choose("household_member.relation=20");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "household", "{:?}", world.page());
}

/// From the list to the letter.
fn on_to_the_letter(world: &mut World) {
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "review");
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
}

fn with_letter(signatories: &[Value]) -> World {
    let mut world = family();
    add_wife(&mut world);
    world
        .special
        .push(("/v1/authorisations", Ok(letter("open", signatories))));
    on_to_the_letter(&mut world);
    world
}

fn read_and_write(world: &mut World) {
    assert_eq!(name_of(&world.page()), "reading");
    let Page::Reading { pages, .. } = world.page() else {
        panic!()
    };
    for _ in 0..pages {
        world.act(Action::Next);
    }
    assert_eq!(name_of(&world.page()), "sign");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "sign", "nothing written, nothing signed");
    world.sign();
}

fn signatures(world: &World) -> Vec<AddSignature> {
    let calls = world
        .calls
        .iter()
        .filter(|call| call.path.ends_with("/signatures"));
    calls
        .map(|call| serde_json::from_value(call.body.clone()).unwrap())
        .collect()
}

fn answer_signature(world: &mut World, state: &str, signatories: &[Value]) {
    let state = letter(state, signatories);
    world
        .special
        .push(("/v1/authorisations/l1/signatures", Ok(state)));
    world.act(Action::Next);
}

#[test]
fn a_member_is_added_by_card_and_another_by_typing_and_only_masked_names_are_seen() {
    let mut world = family();
    let alone = members(&world);
    assert_eq!((alone.len(), alone[0].name.as_str()), (1, "张**"));
    add_wife(&mut world);
    add_child(&mut world);
    let listed = members(&world);
    let names: Vec<_> = listed.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["张**", "李**", "张**"]);
    let shown = format!("{:?}", world.view());
    for trace in [WIFE, CHILD, "李小梅", "张小明"] {
        assert!(!shown.contains(trace), "{shown}");
    }
    assert_eq!(listed[2].sub, Some(Say::id("parties.by_guardian")));
    on_to_the_letter(&mut world);
    let draft: Application = serde_json::from_value(last_draft(&world)).unwrap();
    let sent = draft.answers["household_member"].as_array().unwrap();
    assert_eq!(sent[0]["id_no"], WIFE);
    assert_eq!(
        (&sent[1]["name"], &sent[1]["capacity"]),
        (&json!("张小明"), &json!("limited"))
    );
    assert!(!draft.answers.contains_key("household_member.id_no"));
}

#[test]
fn a_number_among_ones_own_words_is_masked_at_the_review_and_sent_whole() {
    let reason = format!("妻子{WIFE}生病");
    let mut world = family_because(&reason);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "review");
    let shown = format!("{:?}", world.view());
    assert!(shown.contains("妻子440***********0024生病"), "{shown}");
    assert!(!shown.contains(WIFE), "{shown}");
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    assert_eq!(last_draft(&world)["answers"]["request.reason"], reason.as_str());
}

/// Body of the draft as it was saved last.
fn last_draft(world: &World) -> Value {
    let saved = world.calls.iter().rev().find(|call| {
        call.path.ends_with("/draft") || (call.path == "/v1/applications" && call.method == Method::Post)
    });
    saved.unwrap().body.clone()
}

#[test]
fn capacity_follows_the_age_until_somebody_chooses() {
    let mut world = family();
    add_by_card(&mut world, person("张小明", CHILD));
    let Page::Form { fields, .. } = world.page() else {
        panic!()
    };
    let chosen = |code: &str| {
        fields
            .iter()
            .flat_map(|field| &field.options)
            .any(|option| option.chosen && option.id.ends_with(code))
    };
    assert!(chosen("=limited"));
    world.choose("household_member.capacity=none");
    world.choose("household_member.relation=20");
    world.act(Action::Next);
    world.choose("household_member/0");
    world.choose("edit");
    world.act(Action::Next);
    on_to_the_letter(&mut world);
    assert_eq!(
        last_draft(&world)["answers"]["household_member"][0]["capacity"],
        "none"
    );
}

#[test]
fn nobody_stands_in_the_list_twice() {
    let mut world = family();
    add_wife(&mut world);
    world.choose("add_by_card");
    world.choose("household_member");
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(person("李小梅", WIFE))));
    assert_eq!(name_of(&world.page()), "card", "the same card is refused");
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(card())));
    assert_eq!(
        name_of(&world.page()),
        "card",
        "the applicant is in the list from the beginning"
    );
    world.act(Action::Back);
    world.choose("add_by_typing");
    world.choose("household_member");
    for (field, text) in [
        ("household_member.name", "李小梅"),
        ("household_member.id_no", WIFE),
    ] {
        world.act(Action::Focus(field.to_owned()));
        world.act(Action::Type(text.to_owned()));
    }
    world.act(Action::Focus(String::new()));
    world.choose("household_member.relation=10");
    world.choose("household_member.capacity=full");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "problem");
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "form", "what was typed is still there");
    world.act(Action::Back);
    assert_eq!(members(&world).len(), 2);
}

#[test]
fn a_member_can_be_changed_and_taken_out() {
    let mut world = family();
    add_wife(&mut world);
    world.choose("household_member/0");
    world.choose("edit");
    world.choose("household_member.relation=70");
    world.act(Action::Next);
    let Say::All(parts) = &members(&world)[1].role else {
        panic!()
    };
    assert!(format!("{parts:?}").contains("兄"), "{parts:?}");
    world.choose("household_member/0");
    world.choose("remove");
    assert_eq!(members(&world).len(), 1);
    assert!(can_go_on(&world));
}

#[test]
fn a_list_that_is_full_takes_nobody_more() {
    let mut world = family();
    for number in [WIFE, CHILD] {
        add_by_card(&mut world, person("李小梅", number));
        world.choose("household_member.relation=10");
        world.act(Action::Next);
    }
    world.choose("add_by_typing");
    let Page::Form { title, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(title, Say::id("role.supporter"), "only there is room left");
    world.act(Action::Focus("supporter.name".to_owned()));
    world.act(Action::Type("王五".to_owned()));
    world.act(Action::Focus(String::new()));
    world.act(Action::Next);
    let Page::Household { others, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(others.iter().all(|button| button.off.is_some()));
}

#[test]
fn everyone_signs_one_letter_and_the_application_is_submitted() {
    let waiting = [applicant("waiting"), wife("waiting")];
    let mut world = with_letter(&waiting);
    assert_eq!(members(&world).len(), 2);
    assert!(!can_go_on(&world));
    assert_eq!(world.called("/v1/authorisations")[0].body["application_id"], "a1");
    world.choose("s-applicant");
    read_and_write(&mut world);
    answer_signature(&mut world, "open", &[applicant("signed"), wife("waiting")]);
    let listed = members(&world);
    assert_eq!((listed[0].signed, listed[1].signed), (Some(true), Some(false)));
    world.choose("s-wife");
    assert_eq!(
        name_of(&world.page()),
        "card",
        "another person shows their own card"
    );
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(person("王五", OTHER))));
    assert_eq!(name_of(&world.page()), "card", "somebody else's card is refused");
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(person("李小梅", WIFE))));
    world.choose("sms");
    world
        .special
        .push(("/v1/identity-verifications", Ok(verified("v2"))));
    world.act(Action::Type("123456".to_owned()));
    world.act(Action::Next);
    assert_eq!(
        world.view().chrome.who.as_deref(),
        Some("张**"),
        "the session stays whose it is"
    );
    read_and_write(&mut world);
    answer_signature(&mut world, "sealed", &[applicant("signed"), wife("signed")]);
    let Page::Household { lead, .. } = world.page() else {
        panic!()
    };
    assert_eq!(lead, Say::id("letter.sealed"));
    let sent = signatures(&world);
    assert_eq!(sent[0].verification_id, "v1");
    assert_eq!(
        (sent[1].verification_id.as_str(), sent[1].signatory_id.as_str()),
        ("v2", "s-wife")
    );
    assert!(sent.iter().all(|one| one.signature.document_sha256 == SHA));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "submitted");
    let created = world
        .calls
        .iter()
        .filter(|call| call.path == "/v1/applications" && call.key.is_some());
    assert_eq!(created.count(), 1, "one draft, and no second one");
    assert_eq!(world.called("/v1/applications/a1/submission").len(), 1);
}

#[test]
fn a_guardian_signs_for_a_child_who_is_never_asked_for_a_face() {
    let waiting = [applicant("signed"), child("waiting")];
    let mut world = with_letter(&waiting);
    world.choose("s-child");
    assert_eq!(name_of(&world.page()), "choose");
    world.choose("oneself");
    let Page::Reading { title, .. } = world.page() else {
        panic!()
    };
    assert!(matches!(title, Say::Id("letter.read.guardian", _)));
    read_and_write(&mut world);
    let Page::Signature { who, .. } = world.page() else {
        panic!()
    };
    assert_eq!(who, "张**", "the one who writes");
    answer_signature(&mut world, "sealed", &[applicant("signed"), child("signed")]);
    let sent = signatures(&world);
    assert_eq!(
        (sent[0].signatory_id.as_str(), sent[0].verification_id.as_str()),
        ("s-child", "v1")
    );
    assert_eq!(
        world.count(|effect| matches!(effect, crate::session::effect::Effect::StartFace { .. })),
        0
    );
}

#[test]
fn another_guardian_is_identified_once_for_two_children() {
    let second = json!({ "signatory_id": "s-child2", "role": "household_member", "name_masked": "张**",
        "relation": { "zh-Hans": "女儿" }, "by_guardian": true, "state": "waiting", "mine": false });
    let mut world = with_letter(&[applicant("signed"), child("waiting"), second.clone()]);
    world.choose("s-child");
    world.choose("other");
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(person("李小梅", WIFE))));
    world.choose("sms");
    world
        .special
        .push(("/v1/identity-verifications", Ok(verified("v9"))));
    world.act(Action::Type("123456".to_owned()));
    world.act(Action::Next);
    read_and_write(&mut world);
    answer_signature(
        &mut world,
        "open",
        &[applicant("signed"), child("signed"), second],
    );
    world.choose("s-child2");
    world.choose("known");
    read_and_write(&mut world);
    world.act(Action::Next);
    let sent = signatures(&world);
    assert!(sent.iter().all(|one| one.verification_id == "v9"));
    assert_eq!(
        world.called("/v1/identity-verifications").len(),
        2,
        "login and guardian"
    );
}

#[test]
fn the_others_sign_later_and_the_slip_has_no_numbers() {
    let mut world = with_letter(&[applicant("signed"), wife("waiting")]);
    world.choose("later");
    let Page::Outcome { rows, receipt, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!((rows.len(), receipt), (1, Paper::Done));
    let slip = &world.receipts[0];
    assert_eq!(slip.template, "pending_signatures");
    assert_eq!(slip.qr.as_deref(), Some("https://example.gov.cn/s/token"));
    assert_eq!(slip.rows[0]["name_masked"], "李**");
    let all = format!("{:?}{:?}", slip.values, slip.rows);
    for trace in [ELDER_ID, WIFE, NAME] {
        assert!(!all.contains(trace), "{all}");
    }
    assert!(world.called("/v1/applications/a1/submission").is_empty());
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "rating");
}

#[test]
fn a_signature_by_telephone_is_seen_at_the_next_look() {
    let mut world = with_letter(&[applicant("signed"), wife("waiting")]);
    assert!(!can_go_on(&world));
    world.special.push((
        "/v1/authorisations/l1",
        Ok(letter("sealed", &[applicant("signed"), wife("signed")])),
    ));
    world.tick(5);
    assert!(can_go_on(&world));
    world
        .special
        .push(("/v1/authorisations/l1", Err(CallFailure::Offline)));
    world.tick(5);
    assert!(can_go_on(&world), "a look that brings nothing changes nothing");
}

#[test]
fn a_submission_that_still_misses_a_signature_comes_back_to_the_letter() {
    let mut world = with_letter(&[applicant("signed"), wife("signed")]);
    world.special.push((
        "/v1/authorisations/l1",
        Ok(letter("sealed", &[applicant("signed")])),
    ));
    world.tick(5);
    world.special.push((
        "/v1/applications/a1/submission",
        refusal("authorisation-incomplete", 409),
    ));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "problem");
    world.special.push((
        "/v1/authorisations/l1",
        Ok(letter("open", &[applicant("signed"), wife("waiting")])),
    ));
    world.act(Action::Next);
    assert!(!can_go_on(&world));
    let keys: Vec<_> = world
        .called("/v1/applications/a1/submission")
        .iter()
        .map(|call| call.key)
        .collect();
    world.special.push((
        "/v1/authorisations/l1",
        Ok(letter("sealed", &[applicant("signed"), wife("signed")])),
    ));
    world.tick(5);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "submitted");
    let last = world.called("/v1/applications/a1/submission").last().unwrap().key;
    assert!(!keys.contains(&last), "a later submission is another one");
}

#[test]
fn before_anybody_has_signed_the_letter_is_taken_back_to_change_it() {
    let mut world = with_letter(&[applicant("waiting"), wife("waiting")]);
    world.special.push((
        "/v1/authorisations/l1/withdrawal",
        Ok(letter("withdrawn", &[applicant("waiting")])),
    ));
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "review");
    world.act(Action::Edit("family".to_owned()));
    add_child(&mut world);
    world
        .special
        .push(("/v1/authorisations", Ok(letter("open", &[applicant("waiting")]))));
    on_to_the_letter(&mut world);
    let put = world
        .calls
        .iter()
        .rev()
        .find(|call| call.method == Method::Put)
        .unwrap();
    assert_eq!(
        (put.path.as_str(), put.if_match),
        ("/v1/applications/a1/draft", Some(3))
    );
    let keys: Vec<_> = world
        .calls
        .iter()
        .filter(|call| call.path == "/v1/authorisations" && call.method == Method::Post)
        .map(|call| call.key)
        .collect();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn once_somebody_has_signed_leaving_loses_nothing() {
    let mut world = with_letter(&[applicant("signed"), wife("waiting")]);
    world.act(Action::Home);
    assert_eq!(world.view().dialog, None);
    assert_eq!(name_of(&world.page()), "home");
    assert!(!format!("{:?}", world.view()).contains("李"));
}

#[test]
fn a_member_signs_days_later_with_their_own_card() {
    let mut world = world(signing());
    let mine = json!({ "signatory_id": "s-me", "role": "household_member", "name_masked": "张**",
        "relation": { "zh-Hans": "父亲" }, "by_guardian": false, "state": "waiting", "mine": true });
    let mut signed = mine.clone();
    signed["state"] = json!("signed");
    signed["mine"] = json!(false);
    let other = wife("waiting");
    world.special.push((
        "/v1/authorisations",
        Ok(json!({ "authorisations": [letter("open", &[mine, other.clone()])] })),
    ));
    world.log_in(SIGNING, "sms");
    assert_eq!(name_of(&world.page()), "household");
    assert!(!can_go_on(&world), "first the signature");
    world.choose("s-me");
    read_and_write(&mut world);
    answer_signature(&mut world, "open", &[signed, other]);
    assert!(can_go_on(&world), "who came to sign has signed");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "rating");
}

#[test]
fn one_of_several_letters_is_chosen() {
    let mut world = world(signing());
    let mut second = letter("open", &[applicant("waiting")]);
    second["authorisation_id"] = json!("l2");
    world.special.push((
        "/v1/authorisations",
        Ok(json!({ "authorisations": [letter("open", &[applicant("waiting")]), second] })),
    ));
    world.log_in(SIGNING, "sms");
    assert_eq!(name_of(&world.page()), "choose");
    world.choose("l2");
    assert_eq!(name_of(&world.page()), "household");
}

#[test]
fn that_no_letter_waits_is_said() {
    let mut world = world(signing());
    world
        .special
        .push(("/v1/authorisations", Ok(json!({ "authorisations": [] }))));
    world.log_in(SIGNING, "sms");
    let Page::Outcome { title, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(title, Say::id("letters.none"));
}
