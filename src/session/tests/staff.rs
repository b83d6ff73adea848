//! Staff at the terminal: number and PIN, roles, help for residents, and the machine itself.

use serde_json::json;

use super::world::*;
use crate::session::action::Action;
use crate::session::event::{DeviceRole, DeviceState, Event};
use crate::session::view::Page;

const STAFF: &str = include_str!("services/staff.toml");

fn sign_in(world: &mut World, roles: &[&str]) {
    let opened = json!({ "staff_session_id": "w1", "name_masked": "王*", "roles": roles });
    world.special.push(("/v1/staff-sessions", Ok(opened)));
    world.act(Action::Type("1001".to_owned()));
    world.act(Action::Next);
    world.act(Action::Type("246810".to_owned()));
    world.act(Action::Next);
}

fn on_duty(service: &str) -> World {
    let mut world = World::serving(service);
    world.open("test.staff");
    assert_eq!(name_of(&world.page()), "witness");
    sign_in(&mut world, &["technician"]);
    world
}

#[test]
fn only_a_role_of_the_service_gets_in() {
    let mut world = World::serving(STAFF);
    world.open("test.staff");
    sign_in(&mut world, &["helper", "unheard_of"]);
    assert!(format!("{:?}", world.page()).contains("staff.wrong_role"));
    assert_eq!(world.view().chrome.staff, None);
    world.act(Action::Clear);
    world.act(Action::Focus("number".to_owned()));
    world.act(Action::Clear);
    sign_in(&mut world, &["technician"]);
    assert_eq!(name_of(&world.page()), "choose");
    assert_eq!(world.view().chrome.staff.as_deref(), Some("王*"));
}

#[test]
fn the_machine_shows_its_devices_and_takes_an_order_for_work() {
    let mut world = on_duty(STAFF);
    let out = DeviceState::Unusable("device.reason.paper_out");
    world.event(Event::Device(DeviceRole::A4Printer, out));
    let Page::Choose { choices, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(choices.iter().any(|choice| choice.id == "a4_printer"));
    world.choose("a4_printer");
    assert!(format!("{:?}", world.page()).contains("device.reason.paper_out"));
    world.act(Action::Next);
    let order = world.called("/v1/tickets").last().unwrap().body.clone();
    assert_eq!(order, json!({ "kind": "supply_low", "about": "a4_printer" }));
    assert!(format!("{:?}", world.page()).contains("G-1"));
    let orders = world.called("/v1/tickets").len();
    world.act(Action::Next);
    assert_eq!(world.called("/v1/tickets").len(), orders, "one order, not two");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "choose");
    world.choose("camera");
    world.act(Action::Next);
    assert_eq!(
        world.called("/v1/tickets").last().unwrap().body["kind"],
        "device_fault"
    );
}

#[test]
fn whoever_helps_residents_goes_on_from_the_home_page_with_a_mark() {
    let helper = STAFF.replace(
        "second_factor = true",
        "second_factor = true\nacts_for_resident = true",
    );
    let mut world = on_duty(&helper);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "home");
    assert_eq!(world.view().chrome.staff.as_deref(), Some("王*"));
    assert_eq!(world.view().chrome.who, None);
    world.act(Action::OpenService(PROPERTY.to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "ways", "the resident signs in as always");
    world.act(Action::Back);
    world.act(Action::OpenService("test.staff".to_owned()));
    world.act(Action::Next);
    assert_eq!(
        name_of(&world.page()),
        "choose",
        "no second PIN in the same visit"
    );
    world.act(Action::Leave);
    world.tick(20);
    assert_eq!(world.page(), Page::Attract);
    assert_eq!(world.view().chrome.staff, None, "ends with the visit");
}

#[test]
fn a_resident_who_is_signed_in_is_no_member_of_staff() {
    let mut world = World::serving(STAFF);
    world.log_in(PROPERTY, "face");
    world.act(Action::Home);
    world.act(Action::OpenService("test.staff".to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "witness");
}
