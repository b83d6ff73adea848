//! Proof of life with the help of somebody else (B12, D03).

use serde_json::json;

use super::people::*;
use super::world::*;
use crate::session::action::Action;
use crate::session::event::Event;
use crate::session::view::Page;

const ELDER: &str = "440104194403120025";

#[test]
fn a_helper_brings_somebody_who_is_identified_by_their_own_card() {
    let mut world = world(helper());
    world.log_in(HELPER, "sms");
    assert_eq!(name_of(&world.page()), "card");
    world.event(Event::CardRemoved);
    world.event(Event::Card(Box::new(person("李奶奶", ELDER))));
    world.choose("sms");
    world
        .special
        .push(("/v1/identity-verifications", Ok(verified("v2"))));
    world.act(Action::Type("123456".to_owned()));
    world.act(Action::Next);
    let Page::Submitted { number, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(number, "RZ-1");
    let sent = &world.called("/v1/attestations")[0].body;
    assert_eq!(
        (&sent["mode"], &sent["verification_id"]),
        (&json!("helper"), &json!("v2"))
    );
    assert_eq!(sent["answers"]["beneficiary.name"], "李奶奶");
}

#[test]
fn the_helper_cannot_be_the_one_who_is_attested() {
    let mut world = world(helper());
    world.log_in(HELPER, "sms");
    world.event(Event::CardRemoved);
    world.place_card();
    assert_eq!(name_of(&world.page()), "card");
    assert!(world.called("/v1/attestations").is_empty());
}
