//! S18 and S19: two people and one matter. Who logged in stays signed in; everybody shows their own
//! card, agrees for themselves, and counts in their own role.

use serde_json::json;

use super::people::*;
use super::world::*;
use crate::protocol::body::{Application, ScoreBand};
use crate::protocol::call::Method;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{Event, FaceOutcome};
use crate::session::view::{CardPrompt, Page, Say};

const ELDER: &str = "440104194403120025";

/// The proxy has logged in, and the elder's card is asked for.
fn at_the_elders_card() -> World {
    let mut world = world(elder(true));
    world.log_in(PROXY, "face");
    assert_eq!(name_of(&world.page()), "card");
    world
}

fn place(world: &mut World, name: &str, number: &str) {
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(person(name, number))));
}

fn elder_by_face(world: &mut World) {
    place(world, "李奶奶", ELDER);
    assert_eq!(name_of(&world.page()), "choose");
    world.choose("face");
    assert_eq!(name_of(&world.page()), "consent");
    world
        .special
        .push(("/v1/identity-verifications", Ok(verified("v2"))));
    world.act(Action::Next);
}

fn prompt(world: &World) -> CardPrompt {
    match world.page() {
        Page::Card { prompt, .. } => prompt,
        other => panic!("{other:?}"),
    }
}

fn fill_and_send(world: &mut World) -> Application {
    world.act(Action::Focus("request.reason".to_owned()));
    world.act(Action::Type("高龄".to_owned()));
    world.act(Action::Next);
    world.act(Action::Next);
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    world.sign();
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "submitted", "{:?}", world.page());
    serde_json::from_value(world.called("/v1/applications")[0].body.clone()).unwrap()
}

#[test]
fn the_first_card_has_to_go_before_the_second_counts() {
    let mut world = at_the_elders_card();
    let CardPrompt::Other(Say::All(words)) = prompt(&world) else {
        panic!("{:?}", world.page())
    };
    assert_eq!(words[0], Say::id("party.card.change"));
    world.event(Event::CardRemoved);
    let CardPrompt::Other(Say::All(words)) = prompt(&world) else {
        panic!("{:?}", world.page())
    };
    assert_eq!(words[0], Say::id("party.card.place"));
}

#[test]
fn the_same_person_twice_is_refused_in_words() {
    let mut world = at_the_elders_card();
    world.event(Event::CardRemoved);
    world.place_card();
    assert_eq!(prompt(&world), CardPrompt::Problem(Say::id("party.card.same")));
    assert_eq!(world.called("/v1/identity-verifications").len(), 1);
    elder_by_face(&mut world);
    assert_eq!(name_of(&world.page()), "form", "the right card goes on");
}

#[test]
fn two_people_two_verifications_two_consents_and_one_session() {
    let mut world = at_the_elders_card();
    elder_by_face(&mut world);
    assert_eq!(name_of(&world.page()), "form");
    let verifications = world.called("/v1/identity-verifications");
    let roles: Vec<_> = verifications
        .iter()
        .map(|call| &call.body["subject_role"])
        .collect();
    assert_eq!(roles, ["proxy", "elder"]);
    let compared: Vec<_> = world
        .asked
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartFace { chip_photo, .. } => chip_photo.as_ref().map(|number| number.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(
        compared,
        [ELDER_ID, ELDER],
        "each face with the photo of its own card"
    );
    assert_eq!(world.called("/v1/consents").len(), 2);
    assert_eq!(world.view().chrome.who.as_deref(), Some("张**"));
    let sent = fill_and_send(&mut world);
    assert_eq!(
        (&sent.answers["elder.name"], &sent.answers["elder.id_no"]),
        (&json!("李奶奶"), &json!(ELDER))
    );
    assert_eq!(sent.answers["proxy.name"], NAME);
    assert_eq!(
        (sent.parties["proxy"].as_str(), sent.parties["elder"].as_str()),
        ("v1", "v2")
    );
}

#[test]
fn the_receipt_names_both_and_the_elder_signs() {
    let mut world = at_the_elders_card();
    elder_by_face(&mut world);
    fill_and_send(&mut world);
    let values = &world.receipts[0].values;
    assert_eq!(
        (values["name"].as_str(), values["proxy"].as_str()),
        ("李奶奶", NAME)
    );
    assert_eq!(values["id_no"], ELDER);
    assert!(world.pages.contains(&"sign"));
}

#[test]
fn who_comes_for_themselves_is_not_asked_for_a_second_card() {
    let mut world = world(elder(false));
    world.log_in(PROXY, "face");
    assert_eq!(name_of(&world.page()), "form");
    let sent = fill_and_send(&mut world);
    assert_eq!(sent.answers["elder.id_no"], ELDER_ID);
    assert_eq!(world.called("/v1/identity-verifications").len(), 1);
}

#[test]
fn the_consent_page_says_whose_consent_is_asked() {
    let mut world = at_the_elders_card();
    place(&mut world, "李奶奶", ELDER);
    world.choose("face");
    let Page::Consent { title, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(format!("{title:?}").contains("李**"), "{title:?}");
    assert!(!format!("{title:?}").contains("李奶奶"));
    world.act(Action::Decline);
    assert_eq!(name_of(&world.page()), "choose", "the other ways are there");
    assert_eq!(world.called("/v1/consents").len(), 1);
}

#[test]
fn a_face_that_fails_leads_to_the_witness_without_beginning_again() {
    let mut world = at_the_elders_card();
    world.face = FaceOutcome::Compared(ScoreBand::Fail);
    place(&mut world, "李奶奶", ELDER);
    world.choose("face");
    world.act(Action::Next);
    for tries in 1..=3 {
        let Page::FaceAgain { again, others, .. } = world.page() else {
            panic!("{:?}", world.page())
        };
        assert_eq!(
            again.off.is_some(),
            tries == 3,
            "the first person's tries are not counted"
        );
        assert_eq!(others.len(), 1, "the elder's own other way");
        world.act(Action::TryAgain);
    }
    world.choose("witness");
    world.act(Action::Type("0042".to_owned()));
    world.act(Action::Next);
    world.act(Action::Type("135790".to_owned()));
    world
        .special
        .push(("/v1/identity-verifications", Ok(verified("v2"))));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "form");
    let sent = &world.called("/v1/identity-verifications")[1].body;
    assert_eq!(
        (&sent["method"], &sent["subject"]["id_no"]),
        (&json!("card_staff_witness"), &json!(ELDER))
    );
}

#[test]
fn turning_away_from_the_second_face_takes_only_the_second_consent_back() {
    let mut world = at_the_elders_card();
    world.face = FaceOutcome::CameraLost;
    place(&mut world, "李奶奶", ELDER);
    world.choose("face");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "face");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "choose");
    assert_eq!(world.called("/v1/consents/c1/withdrawal").len(), 1);
    assert!(!world.view().chrome.camera_on);
}

#[test]
fn a_visit_at_home_is_arranged_for_who_cannot_come() {
    let mut world = world(helper());
    world.log_in(HELPER, "sms");
    place(&mut world, "李奶奶", ELDER);
    world.choose("home_visit");
    let Page::Outcome { rows, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(rows[0].value, Say::Verbatim("G-1".to_owned()));
    let ticket = world.called("/v1/tickets")[0];
    assert_eq!(ticket.body, json!({ "kind": "home_visit", "about": HELPER }));
    assert!(ticket.key.is_some());
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "home");
}

#[test]
fn a_session_that_ended_identifies_everybody_anew() {
    let mut world = at_the_elders_card();
    elder_by_face(&mut world);
    world
        .special
        .push(("/v1/applications", refusal("session-ended", 401)));
    world.act(Action::Focus("request.reason".to_owned()));
    world.act(Action::Type("高龄".to_owned()));
    world.act(Action::Next);
    world.act(Action::Next);
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    world.sign();
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "problem");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "ways");
    world.choose("sms");
    world.act(Action::Next);
    world.act(Action::Type("123456".to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "card", "and now the elder again");
    world
        .special
        .push(("/v1/identity-verifications", Ok(verified("v7"))));
    elder_by_face(&mut world);
    assert_eq!(name_of(&world.page()), "submitted", "{:?}", world.page());
    let created = world
        .calls
        .iter()
        .rev()
        .find(|call| call.path == "/v1/applications" && call.method == Method::Post);
    assert_eq!(created.unwrap().body["parties"]["elder"], "v7");
}

#[test]
fn nothing_of_the_second_person_outlives_the_matter() {
    let mut world = at_the_elders_card();
    elder_by_face(&mut world);
    world.act(Action::Home);
    world.act(Action::OpenService(PROXY.to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "card", "the second person is asked anew");
    let shown = format!("{:?}", world.view());
    assert!(!shown.contains("李"), "{shown}");
    assert_eq!(world.called("/v1/identity-verifications").len(), 2);
}

#[test]
fn back_leads_out_of_every_page_of_the_second_person() {
    let mut world = at_the_elders_card();
    place(&mut world, "李奶奶", ELDER);
    world.choose("witness");
    for page in ["choose", "service"] {
        world.act(Action::Back);
        assert_eq!(name_of(&world.page()), page);
    }
}
