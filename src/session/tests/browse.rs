//! Before a matter begins: home, search, care mode, reading aloud, dialogs.

use super::bench::said;
use super::world::*;
use crate::session::action::Action;
use crate::session::effect::{Effect, Tone};
use crate::session::event::DeviceRole;
use crate::session::settings::Settings;
use crate::session::view::{Page, Say, TextSize};

#[test]
fn search_finds_by_pinyin_initials_and_back_leads_home() {
    let mut world = World::new();
    world.act(Action::Start);
    world.act(Action::OpenSearch);
    let Page::List { services, query, .. } = world.page() else {
        panic!()
    };
    assert_eq!((services.len(), query.as_deref()), (5, Some("")));
    world.act(Action::Type("gljt".to_owned()));
    let Page::List { services, .. } = world.page() else {
        panic!()
    };
    assert_eq!(
        services.iter().map(|tile| tile.id.as_str()).collect::<Vec<_>>(),
        [ALLOWANCE]
    );
    world.act(Action::OpenService(ALLOWANCE.to_owned()));
    assert_eq!(name_of(&world.page()), "service");
    world.act(Action::Back);
    let Page::List { query, .. } = world.page() else {
        panic!()
    };
    assert_eq!(query.as_deref(), Some("gljt"), "the search is still there");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "home");
    world.act(Action::Back);
    assert_eq!(world.page(), Page::Attract);
}

#[test]
fn care_mode_shows_fewer_and_larger_things_and_reads_them_aloud() {
    let mut world = World::new();
    world.act(Action::Start);
    assert_eq!(world.count(|effect| matches!(effect, Effect::Speak { .. })), 0);
    world.act(Action::CareMode(true));
    let Page::Home { tiles, .. } = world.page() else {
        panic!()
    };
    assert_eq!(tiles.len(), 6);
    assert_eq!(world.view().chrome.size, TextSize::Care);
    assert_eq!(world.count(|effect| matches!(effect, Effect::Speak { .. })), 1);
    world.act(Action::OpenCategory("more".to_owned()));
    let Page::List { services, pages, .. } = world.page() else {
        panic!()
    };
    assert_eq!((services.len(), pages), (6, 2), "every category without a tile");
    assert_eq!(world.count(|effect| matches!(effect, Effect::Speak { .. })), 2);
    world.act(Action::BiggerText);
    assert_eq!(world.view().chrome.size, TextSize::Extra);
}

#[test]
fn words_are_spoken_as_the_person_wants_to_hear_them_until_the_visit_ends() {
    let mut world = World::new();
    let last = |world: &World| {
        let mut spoken = world.asked.iter().filter_map(|effect| match effect {
            Effect::Speak { voice, volume, .. } => Some((*voice, *volume)),
            _ => None,
        });
        spoken.next_back()
    };
    world.act(Action::Start);
    world.act(Action::ReadAloud);
    assert_eq!(last(&world), Some(("cmn", 3)));
    world.act(Action::Louder(true));
    assert_eq!(last(&world), Some(("cmn", 4)), "the new volume is heard at once");
    world.act(Action::Voice("yue"));
    assert_eq!(last(&world), Some(("yue", 4)));
    world.act(Action::Language("en".to_owned()));
    assert_eq!(last(&world), Some(("en", 4)));
    world.act(Action::Leave);
    world.act(Action::Start);
    world.act(Action::ReadAloud);
    assert_eq!(last(&world), Some(("cmn", 3)), "the next person begins anew");
}

#[test]
fn who_listens_hears_whether_a_key_did_something() {
    let mut world = World::new();
    let tones = |world: &World| -> Vec<Tone> {
        let tones = world.asked.iter().filter_map(|effect| match effect {
            Effect::Tone { tone, .. } => Some(*tone),
            _ => None,
        });
        tones.collect()
    };
    world.act(Action::Start);
    world.act(Action::OpenSearch);
    world.act(Action::Type("g".to_owned()));
    assert_eq!(tones(&world), [], "nobody listens");
    world.act(Action::Aloud(true));
    world.act(Action::Erase);
    assert_eq!(tones(&world), [Tone::Accepted]);
    world.act(Action::Erase);
    assert_eq!(tones(&world), [Tone::Accepted, Tone::Refused], "nothing was left");
}

#[test]
fn reading_aloud_goes_on_with_the_next_pages_until_the_visit_ends() {
    let mut world = World::new();
    world.act(Action::Start);
    world.act(Action::ReadAloud);
    world.act(Action::ReadAloud);
    assert_eq!(
        world.count(|effect| matches!(effect, Effect::Speak { .. })),
        2,
        "said again when asked again"
    );
    world.act(Action::OpenService(PROPERTY.to_owned()));
    assert_eq!(world.count(|effect| matches!(effect, Effect::Speak { .. })), 3);
    world.act(Action::Leave);
    world.act(Action::Start);
    assert_eq!(world.count(|effect| matches!(effect, Effect::Speak { .. })), 3);
    assert!(world.count(|effect| matches!(effect, Effect::StopSpeaking)) >= 1);
}

#[test]
fn what_is_behind_a_dialog_takes_no_touch() {
    let mut world = World::new();
    world.open(PROPERTY);
    world.act(Action::CallStaff);
    world.choose("sms");
    world.act(Action::CloseDialog);
    let Page::LoginWays { ways, .. } = world.page() else {
        panic!()
    };
    assert!(ways.iter().all(|way| !way.chosen));
}

#[test]
fn a_grey_category_does_not_open() {
    let mut world = World::new();
    world.act(Action::Start);
    world.act(Action::OpenCategory("children".to_owned()));
    let Page::Home { tiles, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    let children = tiles.iter().find(|tile| tile.id == "children").unwrap();
    assert_eq!(children.off, Some(Say::id("off.not_here")));
}

#[test]
fn progress_counts_the_persons_steps_and_never_goes_back() {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    let mut seen = vec![world.view().chrome.progress.unwrap()];
    world.fill_kinship();
    seen.push(world.view().chrome.progress.unwrap());
    world.act(Action::Next);
    seen.push(world.view().chrome.progress.unwrap());
    world.act(Action::Next);
    seen.push(world.view().chrome.progress.unwrap());
    assert!(
        seen.windows(2)
            .all(|pair| pair[0].now < pair[1].now && pair[0].minutes_left >= pair[1].minutes_left)
    );
    assert!(seen.iter().all(|progress| progress.total == 6), "{seen:?}");
    assert_eq!(seen[3].now, 6);
}

#[test]
fn before_a_visit_the_screen_says_what_works_now_and_where_else() {
    let mut world = World::with(Settings {
        elsewhere: Some(("天河区政务服务中心".to_owned(), 1234)),
        ..Settings::default()
    });
    let board = world.view().chrome.board.unwrap();
    assert!(board.all_well && board.off.is_empty(), "{board:?}");
    assert_eq!(
        board.elsewhere, None,
        "nobody is sent away from a terminal that works"
    );
    assert_eq!(board.hours, Say::id("attract.open"));

    unusable(&mut world, DeviceRole::IdReader);
    let board = world.view().chrome.board.unwrap();
    assert!(!board.all_well);
    let Say::Id("attract.works.some", counts) = &board.works else {
        panic!("{board:?}")
    };
    let number = |of: &str| -> usize {
        let count = counts.iter().find(|(name, _)| *name == of);
        count.unwrap().1.parse().unwrap()
    };
    assert!(
        0 < number("count") && number("count") < number("all"),
        "{counts:?}"
    );
    let Some(Say::Id("attract.elsewhere", place)) = &board.elsewhere else {
        panic!("{board:?}")
    };
    assert_eq!(place[1], ("distance", "1.2".to_owned()));

    world.act(Action::Start);
    assert_eq!(world.view().chrome.board, None);
}

#[test]
fn who_asked_to_hear_a_page_hears_all_that_it_shows() {
    let mut world = World::new();
    world.act(Action::Start);
    world.act(Action::ReadAloud);
    world.act(Action::OpenService(ALLOWANCE.to_owned()));
    let Page::Service { facts, needs, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    let last = world.asked.iter().rev().find_map(|effect| match effect {
        Effect::Speak { say: words, .. } => Some(said(words)),
        _ => None,
    });
    let heard = last.unwrap();
    assert!(!facts.is_empty() && !needs.is_empty());
    for fact in facts.iter().chain(&needs) {
        let words = said(&fact.label);
        assert!(heard.contains(&words), "{words} is not in {heard}");
    }
}
