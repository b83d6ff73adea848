//! The talk with a remote officer.

use serde_json::{Value, json};

use super::world::*;
use crate::protocol::call::{CallFailure, Method};
use crate::session::action::Action;
use crate::session::view::{CallStage, Page};

const VIDEO: &str = include_str!("services/video.toml");

fn state(state: &str) -> Value {
    json!({
        "video_id": "t1", "state": state, "ahead": 2, "officer": { "zh-Hans": "3 号坐席 王*" },
        "messages": [], "result": {}, "number": ""
    })
}

fn waiting() -> World {
    let mut world = World::serving(VIDEO);
    world.special.push(("/v1/video-sessions", Ok(state("waiting"))));
    world.open("test.video");
    world
}

/// The next look at the talk finds this.
fn look(world: &mut World, state: Value) {
    world.special.push(("/v1/video-sessions/t1", Ok(state)));
    world.tick(2);
    world.special.clear();
}

fn stage(world: &World) -> CallStage {
    match world.page() {
        Page::Call { stage, .. } => stage,
        other => panic!("{other:?}"),
    }
}

fn shown(world: &World) -> String {
    format!("{:?}", world.page())
}

fn hung_up(world: &World) -> bool {
    world
        .called("/v1/video-sessions/t1")
        .iter()
        .any(|call| call.method == Method::Delete)
}

#[test]
fn a_talk_goes_from_the_queue_to_its_result() {
    let mut world = waiting();
    assert_eq!(stage(&world), CallStage::Waiting);
    assert!(
        shown(&world).contains("call.words_only"),
        "no moving pictures are promised"
    );
    let mut talk = state("connected");
    talk["messages"] = json!([
        { "words": { "zh-Hans": "您好" }, "kind": "caption" },
        { "words": { "zh-Hans": "告知书" }, "kind": "document",
          "paragraphs": (0..7).map(|n| json!({ "zh-Hans": format!("第 {n} 段") })).collect::<Vec<_>>() },
    ]);
    look(&mut world, talk.clone());
    assert_eq!(stage(&world), CallStage::Connected);
    assert!(shown(&world).contains("3 号坐席"));
    world.choose("0");
    assert_eq!(name_of(&world.page()), "call", "a caption is no document");
    world.choose("1");
    let Page::Reading {
        paragraphs, pages, ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!((paragraphs.len(), pages), (5, 2));
    world.act(Action::TurnPage(1));
    assert!(shown(&world).contains("第 6 段"));
    world.act(Action::Next);
    talk["state"] = json!("ended");
    talk["result"] = json!({ "zh-Hans": "已经受理" });
    talk["number"] = json!("SP-9");
    look(&mut world, talk);
    assert!(shown(&world).contains("已经受理") && shown(&world).contains("SP-9"));
    world.choose("print");
    assert_eq!(world.receipts[0].template, "matter_slip");
    assert_eq!(world.receipts[0].values["number"], "SP-9");
    assert_eq!(world.receipts[0].rows[0]["label"], "已经受理");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "rating");
    assert!(!hung_up(&world), "the officer ended it");
}

#[test]
fn a_talk_without_a_number_ends_without_a_slip() {
    let mut world = waiting();
    look(&mut world, state("ended"));
    assert_eq!(stage(&world), CallStage::Ended);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "rating");
}

#[test]
fn who_stops_waiting_is_taken_out_of_the_queue() {
    let mut world = waiting();
    world.act(Action::Decline);
    assert!(hung_up(&world));
    assert_eq!(name_of(&world.page()), "service");
}

#[test]
fn nobody_waits_longer_than_the_catalogue_says() {
    let mut world = waiting();
    world.silent.insert("/v1/video-sessions/t1");
    world.tick(121);
    assert!(hung_up(&world));
    assert!(shown(&world).contains("call.nobody.title"));
}

#[test]
fn an_answer_that_is_lost_does_not_end_the_talk_and_leaving_does() {
    let mut world = waiting();
    look(&mut world, state("connected"));
    world
        .special
        .push(("/v1/video-sessions/t1", Err(CallFailure::Offline)));
    world.tick(2);
    assert_eq!(stage(&world), CallStage::Connected);
    world.act(Action::Leave);
    assert!(world.view().dialog.is_some(), "asked first");
    world.act(Action::Leave);
    assert!(hung_up(&world));
}

#[test]
fn a_recorded_talk_does_not_begin_without_its_consent() {
    let recorded = VIDEO.replace("max_wait_s = 120", "max_wait_s = 120\nrecord = true");
    let mut world = World::serving(&recorded);
    world.open("test.video");
    assert!(shown(&world).contains("call.not_recorded"));
    assert!(world.called("/v1/video-sessions").is_empty());
}
