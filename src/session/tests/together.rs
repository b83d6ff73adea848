//! What holds for any sequence of events when several people stand at the terminal.

use proptest::prelude::*;
use serde_json::json;

use super::people::*;
use super::world::*;
use crate::protocol::body::ScoreBand;
use crate::protocol::call::CallFailure;
use crate::session::action::{Action, Drawing};
use crate::session::effect::Effect;
use crate::session::event::{Event, FaceOutcome};
use crate::session::view::Page;

#[derive(Debug, Clone)]
enum Move {
    Act(Action),
    Card(usize),
    RemoveCard,
    Tick(u64),
    FaceFails(bool),
    Letter(usize),
    Fail(usize, bool),
}

const PATHS: [&str; 6] = [
    "/v1/consents",
    "/v1/identity-verifications",
    "/v1/applications",
    "/v1/authorisations",
    "/v1/authorisations/l1",
    "/v1/tickets",
];

fn any_action() -> impl Strategy<Value = Action> {
    let ids = prop::sample::select(vec![
        "face",
        "sms",
        "witness",
        "home_visit",
        "add_by_card",
        "add_by_typing",
        "household_member",
        "supporter",
        "household_member/0",
        "edit",
        "remove",
        "household_member.relation=10",
        "s-applicant",
        "s-wife",
        "s-child",
        "oneself",
        "other",
        "known",
        "later",
        "back",
        "l1",
    ]);
    let fields = prop::sample::select(vec![
        "household_member.name",
        "household_member.id_no",
        "supporter.name",
        "request.reason",
        "pin",
        "",
    ]);
    let typed = prop::sample::select(vec!["123456", "李小梅", WIFE, CHILD, "135790"]);
    prop_oneof![
        8 => Just(Action::Next),
        2 => Just(Action::Back),
        1 => Just(Action::Home),
        1 => Just(Action::Leave),
        1 => Just(Action::CloseDialog),
        2 => Just(Action::TryAgain),
        1 => Just(Action::Decline),
        1 => Just(Action::TurnPage(1)),
        10 => ids.prop_map(|id| Action::Choose(id.to_owned())),
        3 => fields.prop_map(|id| Action::Focus(id.to_owned())),
        3 => typed.prop_map(|text| Action::Type(text.to_owned())),
        2 => Just(Action::Toggle("declaration".to_owned())),
        3 => Just(Action::Sign(Drawing { size: [30_000, 15_000], strokes: vec![vec![[0, 0, 0], [3000, 0, 9]]] })),
        1 => Just(Action::Edit("family".to_owned())),
    ]
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        20 => any_action().prop_map(Move::Act),
        4 => (0usize..3).prop_map(Move::Card),
        3 => Just(Move::RemoveCard),
        2 => (0u64..20).prop_map(Move::Tick),
        1 => any::<bool>().prop_map(Move::FaceFails),
        3 => (0usize..3).prop_map(Move::Letter),
        1 => (0usize..6, any::<bool>()).prop_map(|(path, ended)| Move::Fail(path, ended)),
    ]
}

fn play(world: &mut World, moves: &[Move]) {
    for one in moves {
        match one {
            Move::Act(action) => world.act(action.clone()),
            Move::Card(which) => {
                let card = match which {
                    0 => card(),
                    1 => person("李小梅", WIFE),
                    _ => person("王五", OTHER),
                };
                world.event(Event::Card(Box::new(card)));
            }
            Move::RemoveCard => world.event(Event::CardRemoved),
            Move::Tick(seconds) => world.tick(*seconds),
            Move::FaceFails(fails) => {
                let band = if *fails { ScoreBand::Fail } else { ScoreBand::Pass };
                world.face = FaceOutcome::Compared(band);
            }
            Move::Letter(kind) => {
                let state = match kind {
                    0 => letter("open", &[applicant("waiting"), wife("waiting"), child("waiting")]),
                    1 => letter("sealed", &[applicant("signed"), wife("signed")]),
                    _ => json!({ "authorisations": [letter("open", &[applicant("waiting")])] }),
                };
                world.special.push(("/v1/authorisations", Ok(state)));
            }
            Move::Fail(path, ended) => {
                let failure = if *ended {
                    refusal("session-ended", 401)
                } else {
                    Err(CallFailure::Unconfirmed)
                };
                world.special.push((PATHS[*path], failure));
            }
        }
    }
}

fn begun(which: usize) -> World {
    let (catalogue, service) = match which {
        0 => (dibao(), DIBAO),
        1 => (elder(true), PROXY),
        2 => (helper(), HELPER),
        _ => (signing(), SIGNING),
    };
    let mut world = world(catalogue);
    world.log_in(service, "sms");
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_gets_home_and_nothing_of_anybody_stays(
        which in 0usize..4, moves in prop::collection::vec(any_move(), 0..80)
    ) {
        let mut world = begun(which);
        play(&mut world, &moves);
        world.act(Action::CloseDialog);
        world.act(Action::Leave);
        if world.view().dialog.is_some() {
            world.act(Action::Leave);
        }
        world.event(Event::CardRemoved);
        world.tick(200);
        prop_assert_eq!(world.page(), Page::Attract);
        let shown = format!("{:?}", world.view());
        for trace in [NAME, "张", "李", "王五", "4401"] {
            prop_assert!(!shown.contains(trace), "{shown}");
        }
        let started = world.count(|effect| matches!(effect, Effect::Audit(record) if record.id == "visit.started"));
        prop_assert_eq!(world.wipes(), started);
        prop_assert!(!world.view().chrome.camera_on);
    }

    #[test]
    fn no_number_is_ever_seen_on_the_shared_screen_but_where_it_is_typed(
        which in 0usize..4, moves in prop::collection::vec(any_move(), 0..80)
    ) {
        let mut world = begun(which);
        for one in &moves {
            play(&mut world, std::slice::from_ref(one));
            if name_of(&world.page()) == "form" {
                continue;
            }
            let shown = format!("{:?}", world.view());
            for number in [ELDER_ID, WIFE, CHILD, OTHER] {
                prop_assert!(!shown.contains(number), "{shown}");
            }
        }
    }

    #[test]
    fn nobody_signs_for_another_without_their_own_verification(
        moves in prop::collection::vec(any_move(), 0..120)
    ) {
        let mut world = begun(0);
        play(&mut world, &moves);
        let verified = world.called("/v1/identity-verifications").len();
        for call in world.calls.iter().filter(|call| call.path.ends_with("/signatures")) {
            prop_assert!(call.body["verification_id"] != "", "a signature without a writer");
            if call.body["signatory_id"] == "s-wife" {
                prop_assert!(verified > 1, "the wife was never identified");
            }
        }
    }
}
