use super::*;
use crate::conformance;
use std::path::Path;

fn camera() -> (SimulatedCamera, CameraControl) {
    let people = People::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/people")).unwrap();
    SimulatedCamera::new(people, Pace::Immediate).unwrap()
}

/// Names and indices of the next pictures.
fn played(camera: &mut SimulatedCamera, control: &CameraControl, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..count {
        camera.frame(Duration::from_secs(1)).unwrap();
        let stage = control.shared.stage();
        let before = Play {
            step: stage.play.step - 1,
            pictures: stage.play.pictures.clone(),
            name: String::new(),
            ..stage.play
        };
        names.push(format!("{} {}", stage.play.name, before.index()));
    }
    names
}

impl conformance::camera::Hands for CameraControl {
    fn unplug(&mut self) {
        CameraControl::unplug(self);
    }
    fn replug(&mut self) {
        CameraControl::replug(self);
    }
    fn freeze(&mut self, frozen: bool) -> bool {
        CameraControl::freeze(self, frozen);
        true
    }
}

#[test]
fn it_keeps_the_contract_of_a_camera() {
    let (mut camera, mut control) = camera();
    control.present("d1").unwrap();
    conformance::camera::check(&mut camera, &mut control).unwrap();
}

#[test]
fn it_keeps_the_contract_at_its_real_pace_too() {
    let (mut camera, mut control) = camera();
    control.shared.stage().feed.pace = Pace::RealTime;
    conformance::camera::check(&mut camera, &mut control).unwrap();
}

#[test]
fn a_cooperative_person_does_what_is_asked_and_rests_between() {
    let (mut camera, control) = camera();
    control.present("d1").unwrap();
    camera.open().unwrap();
    control.asked(Asked::Blink);
    let names = played(&mut camera, &control, 15);
    assert_eq!(names[..4], ["neutral 0", "neutral 1", "neutral 2", "blink 0"]);
    assert_eq!(names[12], "blink 9");
    assert_eq!(names[13], "neutral 0");
    control.asked(Asked::TurnLeft);
    let names = played(&mut camera, &control, 19);
    let turn: Vec<&String> = names
        .iter()
        .filter(|name| name.starts_with("turn-left"))
        .collect();
    assert_eq!(turn.len(), 15, "{names:?}");
    assert_eq!(
        (turn[7].as_str(), turn[14].as_str()),
        ("turn-left 7", "turn-left 0")
    );
}

#[test]
fn who_performs_something_else_does_not_do_what_is_asked() {
    let (mut camera, control) = camera();
    control.present("d2").unwrap();
    control.perform("two-people").unwrap();
    camera.open().unwrap();
    control.asked(Asked::Blink);
    let names = played(&mut camera, &control, 6);
    assert_eq!(
        names.iter().map(|name| &name[..10]).collect::<Vec<_>>(),
        ["two-people"; 6]
    );
    assert_eq!(names[4], "two-people 0", "there and back");
}

#[test]
fn unknown_people_and_sequences_are_named() {
    let (_, control) = camera();
    assert!(control.perform("neutral").is_err(), "nobody is there");
    assert_eq!(
        control.present("d9").unwrap_err().to_string(),
        "the camera simulator has no person `d9`"
    );
    control.present("d1").unwrap();
    assert!(
        control
            .perform("dance")
            .unwrap_err()
            .to_string()
            .contains("`dance` of `d1`")
    );
}

#[test]
fn ten_pictures_a_second_at_real_pace() {
    let (mut camera, control) = camera();
    control.shared.stage().feed.pace = Pace::RealTime;
    camera.open().unwrap();
    let begin = Instant::now();
    for _ in 0..4 {
        camera.frame(Duration::from_secs(1)).unwrap();
    }
    assert!(
        begin.elapsed() >= Duration::from_millis(300),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(control.elapsed(), Duration::from_millis(400));
}
