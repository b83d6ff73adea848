//! Another region, terminals with a word of their own, and the tiles that lead there.

use super::bench::*;
use super::world::*;
use crate::catalogue::model::Service;
use crate::session::Settings;
use crate::session::action::Action;
use crate::session::view::{Page, Say, Tile};

fn tested(regions: &[&str]) -> Service {
    let mut tested = service("info", 0, "[[step]]\nid = \"end\"\ntype = \"finish\"\n");
    tested.availability.regions = regions.iter().map(|region| (*region).to_owned()).collect();
    tested
}

fn open(world: &mut World, category: &str) {
    world.act(Action::OpenCategory(category.to_owned()));
}

fn rows(world: &World) -> Vec<Tile> {
    match world.page() {
        Page::List { services, .. } => services,
        other => panic!("{other:?}"),
    }
}

fn names(world: &World) -> Vec<String> {
    rows(world).into_iter().map(|tile| tile.id).collect()
}

#[test]
fn another_region_shows_its_own_services_until_the_visit_ends() {
    let mut world = world_of(tested(&["500000"]));
    world.act(Action::Start);
    open(&mut world, "elder");
    assert_eq!(names(&world), [ALLOWANCE], "what is not served here is not shown");
    world.act(Action::Back);
    open(&mut world, "more");
    open(&mut world, "region");
    let (shown, _) = choices(&world);
    assert_eq!(ids(&shown), ["440100", "441300", "500000"]);
    assert!(shown[0].chosen && !shown[2].chosen);
    world.choose("500000");
    assert_eq!(name_of(&world.page()), "home");
    open(&mut world, "elder");
    assert_eq!(names(&world), [TESTED]);
    world.act(Action::Leave);
    world.act(Action::Start);
    open(&mut world, "elder");
    assert_eq!(names(&world), [ALLOWANCE]);
}

#[test]
fn a_variant_of_the_region_is_what_the_person_sees() {
    let mut catalogue = tested(&["440000"]);
    #[derive(serde::Deserialize)]
    struct Holder {
        variant: Vec<crate::catalogue::model::Variant>,
    }
    let text =
        "[[variant]]\nid = 'hz'\nregions = ['441300']\nnote = { zh = '示例' }\nsub = { zh = '惠州' }\n";
    catalogue.variants = toml::from_str::<Holder>(text).unwrap().variant;
    let mut world = world_of(catalogue);
    let sub = |world: &World| {
        let tile = rows(world).into_iter().find(|tile| tile.id == TESTED);
        said(&tile.unwrap().sub)
    };
    world.act(Action::Start);
    open(&mut world, "elder");
    assert_eq!(sub(&world), "试一试");
    world.act(Action::Back);
    open(&mut world, "region");
    world.choose("441300");
    open(&mut world, "elder");
    assert_eq!(sub(&world), "惠州");
}

#[test]
fn the_application_is_of_the_region_that_was_chosen() {
    let mut tested = service("apply", 0, SEND);
    tested.availability.regions = vec!["500000".to_owned()];
    let mut world = world_of(tested);
    world.act(Action::Start);
    open(&mut world, "region");
    world.choose("500000");
    world.act(Action::OpenService(TESTED.to_owned()));
    world.act(Action::Next);
    assert_eq!(world.called("/v1/enrolments")[0].body["region"], "500000");
}

#[test]
fn a_service_for_some_terminals_is_grey_at_the_others() {
    let mut booth = tested(&["440100"]);
    booth.availability.terminals = vec!["booth".to_owned()];
    let off = |tags: &[&str]| {
        let settings = Settings {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Settings::default()
        };
        let mut world = world_in(booth.clone(), settings);
        world.act(Action::Start);
        world.act(Action::OpenService(TESTED.to_owned()));
        match world.page() {
            Page::Service { start, .. } => start.off,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(off(&["hall"]), Some(Say::id("off.terminal")));
    assert_eq!(off(&["hall", "booth"]), None);
}

#[test]
fn more_holds_what_the_home_page_has_no_tile_for_and_leads_back() {
    let mut world = World::new();
    world.act(Action::Start);
    // A row of a list and a wide tile are touched as services are.
    world.act(Action::OpenService("more".to_owned()));
    assert_eq!(
        names(&world),
        ["organisations", "funeral", "departments", "help", "region"]
    );
    world.act(Action::OpenService("region".to_owned()));
    assert_eq!(name_of(&world.page()), "choose");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "home");
}

#[test]
fn a_wide_tile_opens_its_service_directly() {
    let mut progress = tested(&["440100"]);
    progress.service.id = "gz.progress".to_owned();
    let mut world = world_of(progress);
    world.act(Action::Start);
    let Page::Home { shortcuts, .. } = world.page() else {
        panic!()
    };
    assert_eq!(
        (shortcuts[0].id.as_str(), shortcuts[0].off.clone()),
        ("progress", None)
    );
    assert_eq!(shortcuts[1].off, Some(Say::id("off.not_here")));
    world.act(Action::OpenService("progress".to_owned()));
    assert_eq!(name_of(&world.page()), "service");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "home");
}
