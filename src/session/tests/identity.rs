//! Who is compared with what: the accepted card, its own photo, and consents that can be taken back.

use serde_json::json;

use super::world::*;
use crate::protocol::body::ScoreBand;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{CardData, Event, FaceOutcome};
use crate::session::view::{Page, Say};

const OTHER_ID: &str = "440104199001010016";

fn other_card() -> CardData {
    let mut other = card();
    other.subject.id_no = OTHER_ID.to_owned();
    other.subject.name = "李四".to_owned();
    other
}

/// Numbers whose photo faces were to be compared with.
fn compared_with(world: &World) -> Vec<String> {
    let numbers = world.asked.iter().filter_map(|effect| match effect {
        Effect::StartFace { chip_photo, .. } => chip_photo.as_ref().map(|number| number.to_string()),
        _ => None,
    });
    numbers.collect()
}

fn withdrawals(world: &World) -> usize {
    world.called("/v1/consents/c1/withdrawal").len()
}

#[test]
fn a_card_that_is_swapped_in_later_lends_its_photo_to_nobody() {
    let mut world = World::new();
    world.face = FaceOutcome::Compared(ScoreBand::Fail);
    world.log_in(PROPERTY, "face");
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(other_card())));
    world.face = FaceOutcome::NoPhoto;
    world.act(Action::TryAgain);
    assert_eq!(compared_with(&world), [ELDER_ID, ELDER_ID]);
    let Page::FaceAgain { hint, again, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(hint, Say::id("face.hint.no_photo"));
    assert!(again.off.is_none(), "a closed camera is no try");
    assert!(world.called("/v1/identity-verifications").is_empty());
}

#[test]
fn the_card_that_lies_there_now_is_the_one_that_home_remembers() {
    let mut world = World::new();
    world.open(PROPERTY);
    world.choose("witness");
    world.act(Action::Next);
    world.place_card();
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(other_card())));
    world.act(Action::Home);
    world.act(Action::OpenService(PROPERTY.to_owned()));
    world.act(Action::Next);
    world.choose("sms");
    world.act(Action::Next);
    assert_eq!(
        world.called("/v1/sms-codes")[0].body["subject"]["id_no"],
        OTHER_ID
    );
}

#[test]
fn turning_away_from_the_camera_takes_the_consent_back_and_agreeing_anew_gives_it_anew() {
    for action in [Action::Back, Action::Decline] {
        let mut world = World::new();
        world.face = FaceOutcome::CameraLost;
        world.log_in(PROPERTY, "face");
        assert_eq!(name_of(&world.page()), "face");
        world.act(action);
        assert_eq!(name_of(&world.page()), "ways");
        let withdrawal = world.called("/v1/consents/c1/withdrawal");
        assert_eq!(withdrawal.len(), 1);
        assert!(withdrawal[0].key.is_some());
        world.choose("face");
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "face");
        let given = world.calls.iter().filter(|call| call.path == "/v1/consents");
        assert_eq!(given.count(), 2, "a new consent for a new look");
    }
}

#[test]
fn refusing_the_comparison_takes_the_consent_to_the_camera_back() {
    let mut world = World::new();
    world.open(PROPERTY);
    world.choose("face");
    world.act(Action::Next);
    let mut card = card();
    card.photo_usable = false;
    world.event(Event::Card(Box::new(card)));
    world.act(Action::Decline);
    assert_eq!((name_of(&world.page()), withdrawals(&world)), ("ways", 1));
}

#[test]
fn a_consent_that_is_on_its_way_is_taken_back_when_it_has_arrived() {
    let mut world = World::new();
    world.silent.insert("/v1/consents");
    world.log_in(PROPERTY, "face");
    let ticket = world.ticket("call");
    world.act(Action::Back);
    assert_eq!(withdrawals(&world), 0);
    let result = Ok(json!({ "consent_id": "c1", "receipt_number": "T-1" }));
    world.event(Event::Answer { ticket, result });
    assert_eq!(withdrawals(&world), 1);
}

#[test]
fn a_login_that_succeeded_withdraws_nothing() {
    let mut world = World::new();
    world.log_in(PROPERTY, "face");
    world.act(Action::Back);
    assert_eq!(withdrawals(&world), 0);
}
