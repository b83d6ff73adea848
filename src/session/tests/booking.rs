//! Appointments, matters that are opened by one call, packages, and outcomes.

use serde_json::{Value, json};

use super::bench::*;
use super::world::*;
use crate::protocol::call::CallFailure;
use crate::session::action::Action;
use crate::session::view::{Choice, Page, Say, Tone};

const BOOK: &str = r#"
[booking]
resource = "registry_office"
days_ahead = 30
max_open_per_person = 1
cancel_until_h = 12
[[op]]
id = "slots"
call = "GET /v1/slots"
params = ["answers.office"]
timeout_s = 10
[[op]]
id = "book"
call = "POST /v1/appointments"
timeout_s = 10
idempotency_key = true
[[step]]
id = "office"
type = "select"
ask = { zh = "到哪里办？" }
choices = [{ code = "yx", title = { zh = "越秀" } }, { code = "th", title = { zh = "天河" } }]
[[step]]
id = "slot"
type = "book"
op = "slots"
[[step]]
id = "check"
type = "review"
[[step]]
id = "send"
type = "submit"
op = "book"
[[step]]
id = "print"
type = "print"
outputs = ["slip", "other"]
[[step]]
id = "end"
type = "finish"
[[output]]
id = "other"
kind = "receipt"
template = "acceptance_receipt"
printer = "receipt_printer"
fallback = ["screen_qr"]
[[output]]
id = "slip"
kind = "receipt"
template = "booking_slip"
printer = "receipt_printer"
fallback = ["screen_qr"]
when = { fact = "application.status", op = "eq", value = "booked" }
"#;

fn slots() -> Value {
    let day = |date: &str, left: u32| {
        json!({ "date": date, "times": [
            { "id": format!("{date}-a"), "from": "09:00", "to": "09:30", "left": 0 },
            { "id": format!("{date}-b"), "from": "09:30", "to": "10:00", "left": left },
        ] })
    };
    let days: Vec<Value> = (1..=7)
        .map(|number| day(&format!("2026-12-0{number}"), u32::from(number != 1)))
        .chain([day("2027-12-01", 5)])
        .collect();
    json!({ "place": words("越秀区婚姻登记处"), "days": days })
}

fn booked(state: &str) -> Value {
    json!({
        "application_id": "b1", "number": "YY-1", "state": state,
        "lines": [{ "label": words("时间"), "value": words("12月2日 09:30") }],
    })
}

fn at_slots() -> World {
    let mut world = world_of(service("book", 2, BOOK));
    world.answers.push(("/v1/slots", slots()));
    world.answers.push(("/v1/appointments", booked("booked")));
    world.log_in(TESTED, "face");
    world.choose("yx");
    world.act(Action::Next);
    world
}

fn shown(world: &World) -> (Vec<Choice>, Vec<Choice>, Option<Say>) {
    match world.page() {
        Page::Slots {
            days, times, next, ..
        } => (days, times, next.off),
        other => panic!("{other:?}"),
    }
}

fn book(world: &mut World) {
    world.choose("2026-12-02-b");
    world.act(Action::Next);
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
}

#[test]
fn free_times_can_be_taken_and_full_ones_say_why_not() {
    let mut world = at_slots();
    assert_eq!(
        world.called("/v1/slots")[0].path,
        "/v1/slots?resource=registry_office&item=yx&region=440104"
    );
    let (days, times, off) = shown(&world);
    assert_eq!(days.len(), 5);
    assert_eq!(days[0].off, Some(Say::id("slots.full")), "a full day");
    assert!(days[1].chosen, "the first day with a free time");
    assert_eq!(said(&days[1].sub), "weekday.wednesday()");
    assert_eq!(times[0].off, Some(Say::id("slots.full")));
    assert_eq!(off, Some(Say::id("slots.first")));
    world.choose("2026-12-02-a");
    assert_eq!(shown(&world).2, Some(Say::id("slots.first")), "a full time");
    world.act(Action::TurnPage(1));
    assert_eq!(
        shown(&world).0.len(),
        2,
        "what lies beyond the days ahead is not offered"
    );
    world.choose("2026-12-07");
    world.choose("2026-12-07-b");
    assert_eq!(shown(&world).2, None);
}

#[test]
fn an_appointment_is_made_by_one_call_and_its_slip_says_when() {
    let mut world = at_slots();
    world.choose("2026-12-02-b");
    world.act(Action::Next);
    let Page::Review { sections, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    let values: Vec<_> = sections
        .iter()
        .flat_map(|part| &part.rows)
        .map(|row| said(&row.value))
        .collect();
    assert_eq!(values, ["越秀", "12月2日 09:30–10:00 越秀区婚姻登记处"]);
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    let Page::Submitted {
        title, number, nodes, ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!((title, number.as_str()), (Say::id("booked.title"), "YY-1"));
    assert_eq!(said(nodes[0].sub.as_ref().unwrap()), "12月2日 09:30");
    let sent = world.called("/v1/appointments");
    assert_eq!(sent.len(), 1);
    assert!(sent[0].key.is_some());
    assert_eq!(sent[0].body["answers"]["answers.slot"], "2026-12-02-b");
    assert_eq!(world.receipts[0].template, "booking_slip");
    assert_eq!(world.receipts[0].rows[0]["value"], "12月2日 09:30");
}

#[test]
fn the_slip_is_the_first_one_whose_condition_holds() {
    let mut world = at_slots();
    world.answers.retain(|(path, _)| *path != "/v1/appointments");
    world.answers.push(("/v1/appointments", booked("waiting")));
    book(&mut world);
    assert_eq!(world.receipts[0].template, "acceptance_receipt");
}

#[test]
fn a_time_that_was_taken_meanwhile_leads_back_to_fresh_times() {
    let mut world = at_slots();
    world
        .special
        .push(("/v1/appointments", refusal("slot-taken", 409)));
    book(&mut world);
    let Page::Problem { title, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(title, Say::id("slots.taken.title"));
    world.act(Action::Next);
    assert_eq!(world.called("/v1/slots").len(), 2);
    assert_eq!(shown(&world).2, Some(Say::id("slots.first")));
    world.choose("2026-12-03");
    world.choose("2026-12-03-b");
    world.act(Action::Next);
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "submitted");
    let keys: Vec<_> = world
        .called("/v1/appointments")
        .iter()
        .map(|call| call.key)
        .collect();
    assert_ne!(keys[0], keys[1], "another time is another appointment");
}

#[test]
fn an_appointment_whose_answer_was_lost_is_asked_for_with_the_same_key() {
    let mut world = at_slots();
    world
        .special
        .push(("/v1/appointments", Err(CallFailure::Unconfirmed)));
    book(&mut world);
    assert_eq!(name_of(&world.page()), "working");
    world.tick(6);
    assert_eq!(name_of(&world.page()), "submitted");
    let keys: Vec<_> = world
        .called("/v1/appointments")
        .iter()
        .map(|call| call.key)
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn an_old_identification_is_made_anew_before_the_submission_and_nothing_is_lost() {
    let mut tested = service("book", 3, BOOK);
    tested.login.refresh_before_submit_s = Some(120);
    let mut world = world_of(tested);
    world.answers.push(("/v1/slots", slots()));
    world.answers.push(("/v1/appointments", booked("booked")));
    world.log_in(TESTED, "face");
    world.choose("yx");
    world.act(Action::Next);
    for _ in 0..3 {
        world.tick(45);
        world.act(Action::TurnPage(0));
    }
    book(&mut world);
    let Page::Problem { title, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(title, Say::id("fresh.title"));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "ways");
    world.choose("face");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "submitted", "the card is still known");
    assert_eq!(world.called("/v1/identity-verifications").len(), 2);
    assert_eq!(world.called("/v1/sessions").len(), 1);
}

#[test]
fn a_package_shows_each_of_its_cases_with_its_office() {
    let body = SEND.replace("/v1/enrolments", "/v1/packages").replace(
        "[[step]]\nid = \"end\"",
        "[[step]]\nid = \"print\"\ntype = \"print\"\noutputs = [\"slip\"]\n[[step]]\nid = \"end\"",
    ) + "[[output]]\nid = \"slip\"\nkind = \"receipt\"\ntemplate = \"package_receipt\"\nprinter = \"receipt_printer\"\nfallback = [\"screen_qr\"]\n";
    let mut world = world_of(service("package", 2, &body));
    world.answers.push((
        "/v1/packages",
        json!({
            "application_id": "p1", "number": "YJS-1", "state": "submitted",
            "cases": [
                { "number": "GA-1", "title": words("户口注销"), "office": words("派出所") },
                { "number": "SB-2", "title": words("养老保险终止"), "office": words("社保中心") },
            ],
        }),
    ));
    world.log_in(TESTED, "face");
    let Page::Submitted { nodes, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(said(nodes[1].sub.as_ref().unwrap()), "SB-2 社保中心");
    let row = &world.receipts[0].rows[1];
    assert_eq!(
        (
            row["title"].as_str(),
            row["number"].as_str(),
            row["office"].as_str()
        ),
        ("养老保险终止", "SB-2", "社保中心")
    );
}

const SEARCH: &str = r#"
[[field]]
id = "request.name"
type = "name"
label = { zh = "姓名" }
required = true
[[op]]
id = "search"
call = "POST /v1/missing-person-searches"
timeout_s = 10
idempotency_key = true
[[step]]
id = "who"
type = "form"
fields = ["request.name"]
[[step]]
id = "match"
type = "search"
op = "search"
[[step]]
id = "outcome"
type = "result"
view = "outcome"
[[step.outcomes]]
code = "possible_match"
tone = "warn"
title = { zh = "可能在这里" }
lead = { zh = "请先打电话。" }
[[step.outcomes]]
code = "no_match"
tone = "info"
title = { zh = "没有找到" }
lead = { zh = "请报警。" }
[[step]]
id = "end"
type = "finish"
"#;

#[test]
fn an_outcome_has_the_words_of_its_step_and_a_search_can_be_made_again() {
    let mut world = world_of(service("search", 2, SEARCH));
    for outcome in ["possible_match", "no_match"] {
        world.special.push((
            "/v1/missing-person-searches",
            Ok(json!({
                "application_id": "m", "number": "XR-1", "state": "searched", "outcome": outcome,
                "lines": [{ "label": words("救助站"), "value": words("示例站") }],
            })),
        ));
    }
    world.log_in(TESTED, "face");
    type_into(&mut world, "request.name", "李四");
    world.act(Action::Next);
    let Page::Outcome {
        tone, title, rows, ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!((tone, said(&title).as_str()), (Tone::Warn, "可能在这里"));
    assert_eq!(said(&rows[0].value), "示例站");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "form");
    world.act(Action::Next);
    let Page::Outcome { tone, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(tone, Tone::Info);
    let keys: Vec<_> = world.called("/v1/missing").iter().map(|call| call.key).collect();
    assert!(keys[0].is_some() && keys[0] != keys[1], "two searches");
}

#[test]
fn a_report_needs_nobody_and_opens_the_session_itself() {
    let mut world = world_of(service("report", 0, SEND));
    world.answers.push((
        "/v1/enrolments",
        json!({ "application_id": "r", "number": "BG-1", "state": "submitted" }),
    ));
    world.open(TESTED);
    let Page::Submitted { title, number, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!((title, number.as_str()), (Say::id("reported.title"), "BG-1"));
    assert_eq!(world.called("/v1/sessions").len(), 1);
    assert!(world.called("/v1/identity-verifications").is_empty());
}
