//! What holds for any sequence of events.

use proptest::prelude::*;
use serde_json::json;

use super::bench::*;
use super::world::*;
use crate::protocol::body::ScoreBand;
use crate::protocol::call::CallFailure;
use crate::session::action::{Action, Drawing};
use crate::session::effect::Effect;
use crate::session::event::{CardProblem, Challenge, DeviceState, Event, FaceHint, FaceOutcome, PrintEnd};
use crate::session::ticket::Ticket;
use crate::session::view::Page;

/// Every kind of step that needs nobody to be known.
const ALL_STEPS: &str = r#"
[booking]
resource = "office"
days_ahead = 30
max_open_per_person = 1
cancel_until_h = 12
[[consent]]
id = "health"
template = "sensitive"
version = 1
purpose = { zh = "核对" }
data = ["face_image"]
retention = "session"
separate = true
on_refuse = "alternative"
[[field]]
id = "request.alone"
type = "bool"
label = { zh = "独居" }
[[field]]
id = "request.day"
type = "date"
label = { zh = "日期" }
required_when = { field = "request.alone", op = "eq", value = true }
[[rule]]
id = "urgent"
type = "route"
when = { field = "request.alone", op = "eq", value = true }
outcome = "urgent_queue"
message = { zh = "请马上打 110。" }
[[op]]
id = "list"
call = "GET /v1/institutions"
timeout_s = 10
cache = "24h"
[[op]]
id = "slots"
call = "GET /v1/slots"
timeout_s = 10
[[op]]
id = "search"
call = "POST /v1/missing-person-searches"
timeout_s = 10
idempotency_key = true
[[op]]
id = "send"
call = "POST /v1/enrolments"
timeout_s = 10
idempotency_key = true
[[step]]
id = "read"
type = "notice"
paragraphs = [{ zh = "须知" }]
min_read_s = 2
read_aloud = true
[[step]]
id = "agree"
type = "consent"
consents = ["health"]
[[step]]
id = "mode"
type = "select"
optional = true
choices = [{ code = "self", title = { zh = "自己" } }, { code = "other", title = { zh = "替人" } }]
[[step]]
id = "office"
type = "map"
op = "list"
choose = true
when = { fact = "answers.mode", op = "ne", value = "self" }
[[step]]
id = "slot"
type = "book"
op = "slots"
[[step]]
id = "state"
type = "form"
fields = ["request.alone", "request.day"]
[[step]]
id = "class"
type = "classify"
rules = ["urgent"]
[[step]]
id = "find"
type = "search"
op = "search"
[[step]]
id = "outcome"
type = "result"
view = "outcome"
[[step]]
id = "check"
type = "review"
[[step]]
id = "send"
type = "submit"
op = "send"
[[step]]
id = "print"
type = "print"
outputs = ["slip"]
[[step]]
id = "rate"
type = "evaluate"
[[step]]
id = "end"
type = "finish"
[[output]]
id = "slip"
kind = "receipt"
template = "booking_slip"
printer = "receipt_printer"
fallback = ["screen_qr"]
"#;

fn world() -> World {
    let mut world = world_of(service("book", 0, ALL_STEPS));
    let matter = json!({ "application_id": "e1", "number": "E-1", "state": "submitted", "outcome": "x" });
    let time = json!({ "id": "t1", "from": "09:00", "to": "09:30", "left": 1 });
    let item = json!({ "id": "one", "title": words("一"), "paragraphs": [words("说明")] });
    world.answers = vec![
        (
            "/v1/institutions",
            json!({ "items": [item], "as_of": "", "office": {} }),
        ),
        (
            "/v1/slots",
            json!({ "place": {}, "days": [{ "date": "2026-12-02", "times": [time] }] }),
        ),
        ("/v1/missing", matter.clone()),
        ("/v1/enrolments", matter),
    ];
    world
}

/// One move of a world that means no good.
#[derive(Debug, Clone)]
enum Move {
    Act(Action),
    Tick(u64),
    PlaceCard,
    RemoveCard,
    CardProblem,
    Online(bool),
    Device(usize, bool),
    FaceEnds(usize),
    PrinterEnds(usize, usize),
    FailNext(usize, usize),
    Code,
    Stale(usize, u64),
}

const PATHS: [&str; 14] = [
    "/v1/sessions",
    "/v1/consents",
    "/v1/sms-codes",
    "/v1/staff-sessions",
    "/v1/identity-verifications",
    "/v1/prefill",
    "/v1/applications",
    "/v1/certificates",
    "/v1/attestations",
    "/v1/verifications",
    "/v1/institutions",
    "/v1/slots",
    "/v1/missing",
    "/v1/enrolments",
];

fn any_action() -> impl Strategy<Value = Action> {
    let ids = prop::sample::select(vec![
        "face",
        "sms",
        "witness",
        "print",
        "switch",
        "pin",
        "number",
        "bank.name=abc",
        "query.district=all",
        "request.purpose",
        "elder.phone",
        "bank.account",
        "form",
        "declaration",
        "assistance",
        "certificates",
        "more",
        "region",
        "441300",
        "self",
        "other",
        "one",
        "t1",
        "request.alone=true",
        "request.alone=false",
        "request.day",
        "",
    ]);
    let service = prop::sample::select(vec![
        PROPERTY, KINSHIP, ALLOWANCE, ATTEST, VERIFY, TESTED, TESTED, "nothing",
    ]);
    let typed = prop::sample::select(vec![
        "123456",
        "入学",
        "13812345678",
        "6228480402564890018",
        "20261202",
        "\u{7}",
        "",
    ]);
    prop_oneof![
        6 => Just(Action::Next),
        2 => Just(Action::Back),
        1 => Just(Action::Home),
        1 => Just(Action::Leave),
        2 => Just(Action::Start),
        1 => Just(Action::CallStaff),
        1 => Just(Action::CloseDialog),
        1 => Just(Action::MoreTime),
        1 => Just(Action::ReadAloud),
        1 => Just(Action::BiggerText),
        1 => any::<bool>().prop_map(Action::CareMode),
        1 => Just(Action::OpenSearch),
        1 => ids.clone().prop_map(|id| Action::OpenCategory(id.to_owned())),
        4 => service.prop_map(|id| Action::OpenService(id.to_owned())),
        1 => (0usize..9).prop_map(Action::TurnPage),
        4 => ids.clone().prop_map(|id| Action::Choose(id.to_owned())),
        1 => Just(Action::Decline),
        2 => ids.clone().prop_map(|id| Action::Focus(id.to_owned())),
        3 => typed.prop_map(|text| Action::Type(text.to_owned())),
        1 => Just(Action::Erase),
        1 => Just(Action::Clear),
        2 => Just(Action::Toggle("declaration".to_owned())),
        1 => ids.prop_map(|id| Action::Edit(id.to_owned())),
        2 => Just(Action::Sign(Drawing { size: [30_000, 15_000], strokes: vec![vec![[0, 0, 0], [3000, 0, 9]]] })),
        1 => Just(Action::SignAgain),
        1 => Just(Action::SendCodeAgain),
        1 => any::<bool>().prop_map(Action::PaperCameOut),
        2 => Just(Action::TryAgain),
        1 => any::<u8>().prop_map(Action::Rate),
        1 => Just(Action::SkipRating),
        1 => Just(Action::AnotherMatter),
    ]
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        20 => any_action().prop_map(Move::Act),
        3 => (0u64..40).prop_map(Move::Tick),
        4 => Just(Move::PlaceCard),
        1 => Just(Move::RemoveCard),
        1 => Just(Move::CardProblem),
        1 => any::<bool>().prop_map(Move::Online),
        1 => (0usize..6, any::<bool>()).prop_map(|(role, usable)| Move::Device(role, usable)),
        1 => (0usize..6).prop_map(Move::FaceEnds),
        1 => (0usize..5, 0usize..5).prop_map(|(receipt, document)| Move::PrinterEnds(receipt, document)),
        1 => (0usize..14, 0usize..5).prop_map(|(path, kind)| Move::FailNext(path, kind)),
        2 => Just(Move::Code),
        1 => (0usize..6, 0u64..60).prop_map(|(kind, sequence)| Move::Stale(kind, sequence)),
    ]
}

fn face(kind: usize) -> FaceOutcome {
    match kind {
        0 => FaceOutcome::Compared(ScoreBand::Fail),
        1 => FaceOutcome::Compared(ScoreBand::Low),
        2 => FaceOutcome::ChallengeFailed,
        3 => FaceOutcome::CameraLost,
        4 => FaceOutcome::NoPhoto,
        _ => FaceOutcome::Compared(ScoreBand::Pass),
    }
}

fn end(kind: usize) -> Option<PrintEnd> {
    match kind {
        0 => Some(PrintEnd::Failed("device.reason.paper_out")),
        1 => Some(PrintEnd::Incomplete("device.reason.paper_jam")),
        2 => Some(PrintEnd::Unknown),
        3 => None,
        _ => Some(PrintEnd::Completed),
    }
}

fn failure(kind: usize) -> CallFailure {
    match kind {
        0 => CallFailure::Offline,
        1 => CallFailure::Unconfirmed,
        2 => CallFailure::Malformed(String::new()),
        3 => refusal("session-ended", 401).unwrap_err(),
        _ => refusal("validation", 422).unwrap_err(),
    }
}

fn answer_to(ticket: Ticket, kind: usize) -> Event {
    match kind {
        0 => Event::Answer {
            ticket,
            result: Ok(serde_json::Value::Null),
        },
        1 => Event::FaceDone {
            ticket,
            outcome: FaceOutcome::Compared(ScoreBand::Pass),
        },
        2 => Event::Face {
            ticket,
            hint: FaceHint::Good,
            order: vec![Challenge::Blink],
            done: 7,
        },
        3 => Event::Code {
            ticket,
            payload: "x".repeat(9000),
        },
        4 => Event::Printing { ticket, page: 900 },
        _ => Event::Printed {
            ticket,
            end: PrintEnd::Completed,
        },
    }
}

fn play(world: &mut World, moves: &[Move]) {
    for one in moves {
        match one {
            Move::Act(action) => world.act(action.clone()),
            Move::Tick(seconds) => world.tick(*seconds),
            Move::PlaceCard => world.place_card(),
            Move::RemoveCard => world.event(Event::CardRemoved),
            Move::CardProblem => world.event(Event::CardProblem(CardProblem::Unreadable)),
            Move::Online(online) => world.event(Event::Online(*online)),
            Move::Device(role, usable) => {
                let state = if *usable {
                    DeviceState::Ready
                } else {
                    DeviceState::Unusable("device.reason.absent")
                };
                world.event(Event::Device(ROLES[*role], state));
            }
            Move::FaceEnds(kind) => world.face = face(*kind),
            Move::PrinterEnds(receipt, document) => {
                (world.receipt_end, world.document_end) = (end(*receipt), end(*document));
            }
            Move::FailNext(path, kind) => world.special.push((PATHS[*path], Err(failure(*kind)))),
            Move::Code => {
                let session = world.session.number();
                // Any sequence number: most are not that of the scan.
                for sequence in 0..12 {
                    let ticket = Ticket { session, sequence };
                    world.event(Event::Code {
                        ticket,
                        payload: "BMK1.abc".to_owned(),
                    });
                }
            }
            Move::Stale(kind, sequence) => {
                let ticket = Ticket {
                    session: world.session.number() + 1,
                    sequence: *sequence,
                };
                world.event(answer_to(ticket, *kind));
            }
        }
    }
}

/// Visits that began, by the audit record.
fn started(world: &World) -> usize {
    world.count(|effect| matches!(effect, Effect::Audit(record) if record.id == "visit.started"))
}

fn shown(world: &World) -> String {
    format!("{:?}", world.view())
}

proptest! {
    // Failures are to be written down as tests of their own, not kept in a file.
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_there_is_a_way_home_and_nothing_of_the_person_stays(
        moves in prop::collection::vec(any_move(), 0..70)
    ) {
        let mut world = world();
        play(&mut world, &moves);
        // Every page leads home: two touches, the second confirms what would be lost.
        world.act(Action::CloseDialog);
        world.act(Action::Leave);
        if world.view().dialog.is_some() {
            world.act(Action::Leave);
        }
        world.event(Event::CardRemoved);
        let page = world.page();
        prop_assert!(matches!(page, Page::Attract | Page::Goodbye { .. }), "{page:?}");
        world.tick(200);
        prop_assert_eq!(world.page(), Page::Attract);
        prop_assert!(world.session.at_rest());
        let shown = shown(&world);
        for trace in [NAME, "张**", ELDER_ID, "4401", "0018", "138"] {
            prop_assert!(!shown.contains(trace), "{shown}");
        }
        prop_assert_eq!(world.wipes(), started(&world), "one wipe for each visit");
        prop_assert!(!world.view().chrome.camera_on);
    }

    #[test]
    fn back_alone_leads_out_of_every_page_before_something_is_sent(
        moves in prop::collection::vec(any_move(), 0..40)
    ) {
        let mut world = world();
        play(&mut world, &moves);
        for _ in 0..14 {
            world.act(Action::CloseDialog);
            world.act(Action::Back);
            if let Some(crate::session::view::Dialog::Leave { .. }) = world.view().dialog {
                world.act(Action::Leave);
            }
        }
        let page = name_of(&world.page());
        let sent = ["submitted", "certificate", "table", "outcome", "working", "problem", "goodbye"];
        prop_assert!(page == "attract" || page == "home" || sent.contains(&page), "{page}");
    }

    #[test]
    fn a_stale_ticket_changes_nothing(
        moves in prop::collection::vec(any_move(), 0..40), kind in 0usize..6, sequence in 0u64..80
    ) {
        let mut world = world();
        play(&mut world, &moves);
        let before = world.view();
        let asked = world.asked.len();
        let number = world.session.number();
        let ticket = Ticket { session: number.wrapping_sub(1), sequence };
        world.event(answer_to(ticket, kind));
        prop_assert_eq!(world.view(), before);
        prop_assert_eq!(world.asked.len(), asked);
    }

    #[test]
    fn the_camera_is_open_exactly_while_the_mark_is_seen(moves in prop::collection::vec(any_move(), 0..70)) {
        let mut world = world();
        for one in &moves {
            play(&mut world, std::slice::from_ref(one));
            let mut open = false;
            for effect in &world.asked {
                match effect {
                    Effect::StartFace { .. } | Effect::StartScan { camera: true, .. } => open = true,
                    Effect::StopFace | Effect::StopScan | Effect::Wipe { .. } => open = false,
                    _ => {}
                }
            }
            // A check that ended by itself closed the camera at the device's side.
            if world.view().chrome.camera_on {
                prop_assert!(open);
                prop_assert!(["face", "scan"].contains(&name_of(&world.page())), "{:?}", world.page());
            }
        }
    }
}

#[test]
fn a_late_answer_of_the_last_visit_does_not_reach_the_next() {
    let mut world = World::new();
    world.silent.insert("/v1/prefill");
    world.log_in(KINSHIP, "face");
    let late = world.ticket("call");
    world.act(Action::Leave);
    world.event(Event::CardRemoved);
    world.tick(20);
    world.open(PROPERTY);
    let before = world.view();
    world.event(Event::Answer {
        ticket: late,
        result: Ok(serde_json::json!({ "fields": {}, "facts": {} })),
    });
    assert_eq!(world.view(), before);
}
