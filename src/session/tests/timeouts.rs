//! Time on a manual clock: idle warning, care mode, longest visit, the card that is left behind.

use super::world::*;
use crate::session::action::Action;
use crate::session::effect::{Effect, Tone};
use crate::session::event::{DeviceRole, DeviceState, Event};
use crate::session::view::{Dialog, Page, Paper};

fn warned(world: &World) -> Option<u32> {
    match world.view().dialog {
        Some(Dialog::Idle { seconds_left, .. }) => Some(seconds_left),
        _ => None,
    }
}

#[test]
fn a_personal_page_warns_after_a_minute_and_ends_after_the_countdown() {
    let mut world = World::new();
    world.log_in(ALLOWANCE, "sms");
    world.tick(59);
    assert_eq!(warned(&world), None);
    world.tick(1);
    assert_eq!(warned(&world), Some(20));
    world.tick(19);
    assert_eq!(warned(&world), Some(1));
    assert_eq!(world.wipes(), 0);
    world.tick(1);
    assert_eq!(world.wipes(), 1);
    assert_eq!(name_of(&world.page()), "goodbye", "the card still lies there");
}

#[test]
fn a_public_page_waits_longer_and_ends_on_the_attract_page() {
    let mut world = World::new();
    world.act(Action::Start);
    world.tick(119);
    assert_eq!(warned(&world), None);
    world.tick(1);
    assert!(warned(&world).is_some());
    world.tick(20);
    assert_eq!(world.page(), Page::Attract);
    assert_eq!(world.wipes(), 1);
}

#[test]
fn the_warning_sounds_once_for_who_does_not_look() {
    let mut world = World::new();
    let attention = |effect: &Effect| {
        matches!(
            effect,
            Effect::Tone {
                tone: Tone::Attention,
                ..
            }
        )
    };
    world.act(Action::Start);
    world.tick(119);
    assert_eq!(world.count(attention), 0);
    world.tick(10);
    assert_eq!(world.count(attention), 1);
}

#[test]
fn more_time_loses_nothing_and_helps_ten_times_in_a_row() {
    let mut world = World::new();
    world.log_in(ALLOWANCE, "sms");
    world.choose("bank.name=icbc");
    for _ in 0..10 {
        world.tick(60);
        assert!(warned(&world).is_some());
        world.act(Action::MoreTime);
        assert_eq!(warned(&world), None);
    }
    let Page::Form { fields, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(
        fields[1]
            .options
            .iter()
            .any(|option| option.chosen && option.id == "bank.name=icbc")
    );
    world.tick(60);
    world.act(Action::MoreTime);
    assert!(
        warned(&world).is_some(),
        "the eleventh time in a row is no sign of a person"
    );
    world.tick(20);
    assert_eq!(world.wipes(), 1);
}

#[test]
fn care_mode_waits_three_times_as_long() {
    let mut world = World::new();
    world.act(Action::CareMode(true));
    world.log_in(ALLOWANCE, "sms");
    world.tick(179);
    assert_eq!(warned(&world), None);
    world.tick(1);
    assert_eq!(warned(&world), Some(60));
}

#[test]
fn the_longest_visit_is_asked_about_and_can_be_extended() {
    let mut world = World::new();
    world.log_in(ALLOWANCE, "sms");
    for _ in 0..29 {
        world.tick(50);
        world.act(Action::Focus(String::new()));
    }
    while warned(&world).is_none() {
        assert!(world.now < 1_801_000, "never asked");
        world.tick(10);
        if warned(&world).is_none() {
            world.act(Action::Focus(String::new()));
        }
    }
    assert_eq!(world.now, 1_800_000);
    world.act(Action::MoreTime);
    world.tick(30);
    assert_eq!(warned(&world), None);
}

#[test]
fn work_of_devices_and_backend_is_no_idleness() {
    let mut world = World::printing();
    world.tick(300);
    assert_eq!(warned(&world), None);
    assert_eq!(name_of(&world.page()), "certificate");
}

#[test]
fn the_card_page_has_a_countdown_of_its_own() {
    let mut world = World::new();
    world.open(PROPERTY);
    world.choose("face");
    world.act(Action::Next);
    world.tick(50);
    let Page::Card { seconds_left, .. } = world.page() else {
        panic!()
    };
    assert_eq!(seconds_left, 10);
    assert_eq!(warned(&world), None);
    world.tick(10);
    assert_eq!(name_of(&world.page()), "problem");
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "card");
}

#[test]
fn a_card_left_behind_is_reminded_of_and_then_called_about_once() {
    let mut world = World::new();
    world.log_in(ATTEST, "face");
    world.act(Action::Leave);
    let Page::Goodbye {
        card_left,
        slips,
        sheets,
        ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert!(card_left);
    assert_eq!((slips, sheets), (1, 0));
    world.tick(30);
    assert!(world.count(|effect| matches!(effect, Effect::Speak { .. })) >= 2);
    assert!(world.called("/v1/tickets").is_empty());
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "goodbye", "not while the card lies there");
    world.tick(300);
    assert_eq!(world.called("/v1/tickets").len(), 1);
    assert_eq!(world.called("/v1/tickets")[0].body["kind"], "card_left");
    world.event(Event::CardRemoved);
    world.tick(15);
    assert_eq!(world.page(), Page::Attract);
    assert_eq!(world.wipes(), 1);
}

#[test]
fn a_reader_that_dies_does_not_hold_the_goodbye_page() {
    let mut world = World::new();
    world.log_in(ATTEST, "face");
    world.act(Action::Leave);
    world.event(Event::Device(
        DeviceRole::IdReader,
        DeviceState::Unusable("device.reason.absent"),
    ));
    world.tick(16);
    assert_eq!(world.page(), Page::Attract);
}

#[test]
fn settings_of_one_person_do_not_greet_the_next() {
    let mut world = World::new();
    world.act(Action::CareMode(true));
    world.act(Action::HighContrast(true));
    world.act(Action::Language("en".to_owned()));
    world.act(Action::Start);
    assert_eq!(world.view().chrome.language, "en");
    world.act(Action::Leave);
    let chrome = world.view().chrome;
    assert_eq!(
        (chrome.language.as_str(), chrome.high_contrast),
        ("zh-Hans", false)
    );
    assert_eq!(chrome.size, crate::session::view::TextSize::Standard);
}

#[test]
fn settings_chosen_on_the_attract_page_do_not_stay_for_hours() {
    let mut world = World::new();
    world.act(Action::Language("en".to_owned()));
    world.tick(121);
    assert_eq!(world.view().chrome.language, "zh-Hans");
    assert_eq!(world.wipes(), 1);
}

#[test]
fn a_printer_that_never_answers_becomes_a_question_and_the_visit_can_end() {
    let mut world = World::new();
    world.receipt_end = None;
    world.log_in(ATTEST, "sms");
    let paper = |world: &World| match world.page() {
        Page::Submitted { receipt, .. } => receipt,
        other => panic!("{other:?}"),
    };
    world.tick(119);
    assert!(matches!(paper(&world), Paper::Printing { .. }));
    world.tick(1);
    assert_eq!(paper(&world), Paper::Unknown);
    assert_eq!(world.receipts.len(), 1, "nothing is printed again by itself");
    world.tick(60 + 20);
    assert_eq!(world.wipes(), 1);
}
