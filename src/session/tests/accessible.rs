//! Rows of the accessibility checklist that are decided by the session.

use super::bench::said;
use super::world::*;
use crate::catalogue::model::{Field, FieldType};
use crate::catalogue::tests::reference;
use crate::session::action::Action;
use crate::session::effect::Effect;

fn heard(world: &World) -> Vec<String> {
    let spoken = world.asked.iter().filter_map(|effect| match effect {
        Effect::Speak { say, .. } => Some(said(say)),
        _ => None,
    });
    spoken.collect()
}

#[test]
fn a_code_is_typed_with_tones_and_never_spoken() {
    let mut world = World::new();
    world.act(Action::Start);
    world.act(Action::Aloud(true));
    world.log_in(PROPERTY, "sms");
    world.act(Action::Clear);
    let before = heard(&world).len();
    let tones = world.count(|effect| matches!(effect, Effect::Tone { .. }));
    for digit in "907351".chars() {
        world.act(Action::Type(digit.to_string()));
    }
    let after = heard(&world);
    assert!(before > 0, "this visit is read aloud");
    assert!(after.iter().all(|words| !words.contains("907351")), "{after:?}");
    assert_eq!(after.len(), before, "nothing is said at a digit");
    assert!(world.count(|effect| matches!(effect, Effect::Tone { .. })) >= tones + 6);
}

#[test]
fn one_switch_is_off_until_asked_for_and_waits_between_half_a_second_and_five() {
    let mut world = World::new();
    world.act(Action::Start);
    assert_eq!(world.view().chrome.scan_ms, 0);
    for (wanted, given) in [(2000, 2000), (10, 500), (60_000, 5000), (0, 0)] {
        world.act(Action::Scan(wanted));
        assert_eq!(world.view().chrome.scan_ms, given, "{wanted}");
    }
}

#[test]
fn every_field_of_a_name_has_room_for_fifty_characters() {
    let fields = catalogue_fields();
    let names: Vec<_> = fields
        .iter()
        .filter(|field| field.kind == FieldType::Name)
        .collect();
    assert!(!names.is_empty());
    for field in names {
        let most = field.validate.max_len;
        assert!(most.is_none_or(|most| most >= 50), "{}: {most:?}", field.id);
    }
}

/// Fields of every service that is installed.
fn catalogue_fields() -> Vec<Field> {
    let catalogue = reference();
    let services = catalogue.services.iter();
    services
        .flat_map(|service| service.fields.iter().cloned())
        .collect()
}
