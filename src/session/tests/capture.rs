//! Pictures of papers: by the document camera and by telephone.

use serde_json::{Value, json};

use super::world::*;
use crate::protocol::call::CallFailure;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, DeviceState, Event, PictureQuality};
use crate::session::view::{CaptureStage, Page};

const CAPTURE: &str = include_str!("services/capture.toml");
const LOST: DeviceState = DeviceState::Unusable("device.reason.absent");

fn upload(state: &str) -> Value {
    json!({ "upload_id": "up1", "state": state, "qr": "https://up.example/1", "problem": {} })
}

/// The photograph is asked for; every further place at the backend is made at once.
fn at_photograph(world: &mut World) {
    world.special.push(("/v1/uploads", Ok(upload("waiting"))));
    world.open("test.capture");
}

fn stage(world: &World) -> CaptureStage {
    match world.page() {
        Page::Capture { stage, .. } => stage,
        other => panic!("{other:?}"),
    }
}

fn taken(world: &mut World, result: Result<PictureQuality, &'static str>) {
    let ticket = world.ticket("picture");
    world.event(Event::PictureTaken { ticket, result });
}

fn sent(world: &mut World, answer: Value) {
    let ticket = world.ticket("picture");
    world.event(Event::Answer {
        ticket,
        result: Ok(answer),
    });
}

fn effects(world: &World, wanted: impl Fn(&Effect) -> bool) -> usize {
    world.count(wanted)
}

#[test]
fn a_paper_is_seen_taken_looked_at_and_sent_by_the_runtime() {
    let mut world = World::serving(CAPTURE);
    at_photograph(&mut world);
    assert_eq!(stage(&world), CaptureStage::Live);
    assert!(!world.view().chrome.camera_on, "no mark of the face camera");
    world.act(Action::Next);
    taken(&mut world, Ok(PictureQuality::Good));
    assert_eq!(stage(&world), CaptureStage::Taken);
    world.act(Action::Next);
    assert_eq!(stage(&world), CaptureStage::Sending);
    sent(&mut world, upload("received"));
    assert_eq!(stage(&world), CaptureStage::Received);
    let place = world.asked.iter().find_map(|effect| match effect {
        Effect::SendPicture { upload_id, .. } => Some(upload_id.clone()),
        _ => None,
    });
    assert_eq!(place.as_deref(), Some("up1"));
    assert!(effects(&world, |effect| matches!(effect, Effect::StopPicture)) > 0);
    assert_eq!(world.called("/v1/uploads")[0].body["about"], "request.portrait");
    // What comes by itself is told, what is optional may be left out.
    world.act(Action::Next);
    assert!(format!("{:?}", world.page()).contains("capture.told"));
    world.special.push(("/v1/uploads", Ok(upload("waiting"))));
    world.act(Action::Next);
    world.act(Action::Decline);
    let application = &world.called("/v1/applications")[0].body;
    assert_eq!(application["materials"], json!({ "request.portrait": "up1" }));
}

#[test]
fn a_picture_that_will_not_do_says_why_and_is_taken_again() {
    let mut world = World::serving(CAPTURE);
    at_photograph(&mut world);
    for (quality, words) in [
        (PictureQuality::Blurred, "capture.blurred"),
        (PictureQuality::TooDark, "capture.too_dark"),
        (PictureQuality::Empty, "capture.empty"),
    ] {
        world.act(Action::Next);
        taken(&mut world, Ok(quality));
        assert!(format!("{:?}", world.page()).contains(words));
        world.act(Action::Next);
        assert_eq!(stage(&world), CaptureStage::Live);
    }
    world.act(Action::Next);
    taken(&mut world, Ok(PictureQuality::Empty));
    world.choose("use");
    assert_eq!(stage(&world), CaptureStage::Taken, "nothing is no picture");
    assert_eq!(
        effects(&world, |effect| matches!(effect, Effect::SendPicture { .. })),
        0
    );
}

#[test]
fn a_refused_picture_names_the_reason_and_keeps_its_place() {
    let mut world = World::serving(CAPTURE);
    at_photograph(&mut world);
    world.act(Action::Next);
    taken(&mut world, Ok(PictureQuality::Good));
    world.act(Action::Next);
    let mut refused = upload("refused");
    refused["problem"] = json!({ "zh-Hans": "照片里没有脸。" });
    sent(&mut world, refused);
    assert_eq!(stage(&world), CaptureStage::Live);
    assert!(format!("{:?}", world.page()).contains("照片里没有脸"));
    assert_eq!(world.called("/v1/uploads").len(), 1);
}

#[test]
fn the_telephone_is_asked_about_until_its_picture_is_there() {
    let mut world = World::serving(CAPTURE);
    at_photograph(&mut world);
    world.choose("telephone");
    let Page::Capture { stage, qr, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(
        (stage, qr.as_deref()),
        (CaptureStage::Telephone, Some("https://up.example/1"))
    );
    world.special.push(("/v1/uploads/up1", Ok(upload("waiting"))));
    world.special.push(("/v1/uploads/up1", Err(CallFailure::Offline)));
    world.special.push(("/v1/uploads/up1", Ok(upload("received"))));
    world.tick(8);
    assert_eq!(self::stage(&world), CaptureStage::Received);
    assert!(
        effects(&world, |effect| matches!(effect, Effect::StopPicture)) > 0,
        "the camera is closed"
    );
}

#[test]
fn a_telephone_that_does_not_come_is_not_awaited_for_ever() {
    let mut world = World::serving(CAPTURE);
    at_photograph(&mut world);
    world.choose("telephone");
    for _ in 0..200 {
        world.special.push(("/v1/uploads/up1", Ok(upload("waiting"))));
    }
    world.tick(301);
    assert_eq!(name_of(&world.page()), "problem");
    world.special.clear();
    world.special.push(("/v1/uploads", Ok(upload("waiting"))));
    world.act(Action::TryAgain);
    assert_eq!(stage(&world), CaptureStage::Telephone);
}

#[test]
fn without_the_camera_the_telephone_takes_its_place() {
    let mut world = World::serving(CAPTURE);
    world.event(Event::Device(DeviceRole::DocCamera, LOST));
    at_photograph(&mut world);
    assert_eq!(stage(&world), CaptureStage::Telephone);
    let mut world = World::serving(CAPTURE);
    at_photograph(&mut world);
    taken(&mut world, Err("device.reason.absent"));
    assert_eq!(stage(&world), CaptureStage::Telephone);
    assert!(format!("{:?}", world.page()).contains("capture.camera_lost"));
}

#[test]
fn what_the_backend_knows_is_not_asked_for_and_what_has_no_way_left_says_so() {
    let paper = CAPTURE.replace("materials = [\"licence\", \"letter\"]", "materials = [\"known\"]");
    let alone = paper.replace("fields = [\"request.portrait\"]\n", "");
    let mut world = World::serving(&alone);
    world.event(Event::Device(DeviceRole::DocCamera, LOST));
    world.open("test.capture");
    let Page::Problem { others, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(
        others.iter().all(|button| button.action != Action::Decline),
        "it is required"
    );
    let known = alone.replace(
        "unless = { fact = \"session.known\", op = \"eq\", value = true }",
        "unless = { fact = \"session.known\", op = \"absent\" }",
    );
    let mut world = World::serving(&known);
    world.event(Event::Device(DeviceRole::DocCamera, LOST));
    world.open("test.capture");
    assert_ne!(name_of(&world.page()), "problem", "nothing to ask for");
    assert!(world.called("/v1/uploads").is_empty());
}

#[test]
fn leaving_closes_the_camera_and_throws_the_picture_away() {
    let mut world = World::serving(CAPTURE);
    at_photograph(&mut world);
    world.act(Action::Next);
    taken(&mut world, Ok(PictureQuality::Good));
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "service");
    let last = world
        .asked
        .iter()
        .rev()
        .find(|effect| matches!(effect, Effect::StopPicture | Effect::StartPicture { .. }));
    assert!(matches!(last, Some(Effect::StopPicture)));
}
