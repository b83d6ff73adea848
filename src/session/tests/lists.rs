//! Lists of the backend: fetched, shown in pages, opened, chosen from, kept for when the network is gone.

use serde_json::{Value, json};

use super::bench::*;
use super::world::*;
use crate::protocol::call::{CallFailure, Method};
use crate::session::action::Action;
use crate::session::event::Event;
use crate::session::view::{Page, Paper, Say};

const INFO: &str = r#"
[[field]]
id = "query.type"
type = "choice"
label = { zh = "类型" }
choices = [{ code = "a", title = { zh = "甲" } }]
default = "a"
[[field]]
id = "query.name"
type = "text"
label = { zh = "名称" }
sensitivity = "pi"
default = "张三"
[[op]]
id = "list"
call = "GET /v1/institutions?open=yes"
params = ["query.type", "query.name"]
timeout_s = 10
[[step]]
id = "ask"
type = "form"
fields = ["query.type", "query.name"]
[[step]]
id = "show"
type = "@type@"
op = "list"
@step@
[[step]]
id = "print"
type = "print"
outputs = ["slip"]
[[step]]
id = "end"
type = "finish"
[[output]]
id = "slip"
kind = "receipt"
template = "record_slip"
printer = "receipt_printer"
fallback = ["screen_qr"]
qr = "record"
"#;

fn list(kind: &str, step: &str) -> String {
    INFO.replace("@type@", kind).replace("@step@", step)
}

fn item(id: &str, place: Option<(f32, f32)>) -> Value {
    let mut item = json!({
        "id": id, "title": words(&format!("机构{id}")), "sub": words("全天"),
        "sections": [{ "title": words("联系"), "lines": [{ "label": words("电话"), "value": words("12345") }] }],
        "qr": format!("https://example.gov.cn/{id}"),
    });
    if let Some((east_km, north_km)) = place {
        item["place"] = json!({ "east_km": east_km, "north_km": north_km });
    }
    item
}

fn listing(items: &[Value]) -> Value {
    json!({ "items": items, "as_of": "2026-11-20T00:00:00+08:00", "office": words("市民政局") })
}

/// At the list of these things.
fn at_list(kind: &str, step: &str, items: &[Value]) -> World {
    let mut world = world_of(service("info", 0, &list(kind, step)));
    world.answers.push(("/v1/institutions", listing(items)));
    world.open(TESTED);
    world.act(Action::Next);
    world
}

fn many(count: usize) -> Vec<Value> {
    (0..count).map(|number| item(&number.to_string(), None)).collect()
}

#[test]
fn a_public_list_needs_nobody_and_no_personal_value_gets_into_its_address() {
    let world = at_list("result", "view = \"list\"", &many(8));
    assert!(world.called("/v1/sessions").is_empty());
    let call = world.called("/v1/institutions")[0];
    assert_eq!(call.path, "/v1/institutions?open=yes&type=a&region=440104");
    assert_eq!(
        (call.method, call.key, call.body.clone()),
        (Method::Get, None, Value::Null)
    );
    let Page::Choose {
        choices,
        pages,
        note,
        next,
        ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!((choices.len(), pages), (6, 2));
    assert_eq!(said(&note.unwrap()), "table.note(市民政局,11月20日)");
    assert_eq!(next.unwrap().action, Action::Next);
}

#[test]
fn large_type_shows_fewer_things() {
    let mut world = at_list("result", "view = \"list\"", &many(8));
    world.act(Action::TurnPage(1));
    assert_eq!(ids(&choices(&world).0), ["6", "7"]);
    world.act(Action::CareMode(true));
    assert_eq!(ids(&choices(&world).0), ["4", "5", "6", "7"]);
}

#[test]
fn a_thing_opens_is_printed_and_leads_back_to_its_page_of_the_list() {
    let mut world = at_list("result", "view = \"list\"", &many(8));
    world.act(Action::TurnPage(1));
    world.choose("7");
    let Page::Record {
        title,
        sections,
        code,
        receipt,
        next,
        ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!((said(&title).as_str(), receipt), ("机构7", Paper::None));
    assert_eq!(said(&sections[0].rows[0].value), "12345");
    assert_eq!(code.unwrap().0, "https://example.gov.cn/7");
    assert_eq!(next.text, Say::id("record.list"));
    world.choose("print");
    let slip = &world.receipts[0];
    assert_eq!(slip.template, "record_slip");
    assert_eq!(
        (slip.values["title"].as_str(), slip.values["as_of"].as_str()),
        ("机构7", "2026年11月20日")
    );
    assert_eq!(slip.rows[1]["value"], "12345");
    assert_eq!(slip.qr.as_deref(), Some("https://example.gov.cn/7"));
    world.act(Action::Next);
    assert_eq!(ids(&choices(&world).0), ["6", "7"]);
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "form");
    assert_eq!(
        world.called("/v1/institutions").len(),
        1,
        "looked at twice, fetched once"
    );
}

#[test]
fn a_map_numbers_the_nearest_first() {
    let items = [
        item("far", Some((3.0, 4.0))),
        item("nowhere", None),
        item("near", Some((0.6, 0.8))),
    ];
    let mut world = at_list("map", "", &items);
    let Page::Choose { choices, pins, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(ids(&choices), ["near", "far", "nowhere"]);
    assert_eq!(said(&choices[0].sub), "全天 listing.distance(1.0)");
    assert_eq!(pins.iter().map(|pin| pin.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((pins[1].east_km, pins[1].north_km), (3.0, 4.0));
    world.choose("far");
    let Page::Record { pins, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(pins[0].number, 2);
}

#[test]
fn a_text_is_read_in_pages() {
    let mut policy = item("p", None);
    policy["paragraphs"] = json!([words(&"办法。".repeat(200)), words("完")]);
    let mut world = at_list("result", "view = \"list\"", &[policy]);
    world.choose("p");
    let Page::Record { pages, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert!(pages >= 3, "{pages}");
    world.act(Action::TurnPage(pages - 1));
    let Page::Reading {
        paragraphs, source, ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!(said(paragraphs.last().unwrap()), "完");
    assert!(source.is_some());
}

#[test]
fn a_case_is_shown_as_a_timeline_with_its_reason() {
    let mut case = item("A-2026-7", None);
    case["number"] = json!("A2026110100007");
    case["timeline"] = json!([
        { "state": "submitted", "at": "2026-11-01", "done": true, "words": words("已提交"), "office": words("街道") },
        { "state": "refused", "at": "2026-11-20", "done": true, "words": words("没有通过"), "office": words("区民政局") },
    ]);
    let mut world = at_list("result", "view = \"timeline\"", &[case, item("B", None)]);
    world.choose("A-2026-7");
    let Page::Timeline {
        number, nodes, rows, ..
    } = world.page()
    else {
        panic!("{:?}", world.page())
    };
    assert_eq!(
        (number.as_str(), nodes.len(), rows.len()),
        ("A2026110100007", 2, 1)
    );
    assert!(nodes[1].now && !nodes[0].now);
}

#[test]
fn a_thing_may_lead_to_another_service_of_the_catalogue() {
    let mut open = item("a", None);
    open["service_id"] = json!(VERIFY);
    let mut strange = item("b", None);
    strange["service_id"] = json!("nowhere.at.all");
    let mut world = at_list("result", "view = \"list\"", &[open, strange]);
    world.choose("b");
    let Page::Record { next, .. } = world.page() else {
        panic!()
    };
    assert_eq!(next.text, Say::id("record.list"));
    world.act(Action::Back);
    world.choose("a");
    let Page::Record { next, .. } = world.page() else {
        panic!()
    };
    assert_eq!((next.text, next.off), (Say::id("record.begin"), None));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "scan");
}

#[test]
fn a_thing_that_is_chosen_is_an_answer_and_a_fact() {
    let step = "view = \"list\"\nchoose = true";
    let body = list("result", step).replace(
        "[[step]]\nid = \"print\"",
        &format!("[[step]]\nid = \"after\"\ntype = \"notice\"\nwhen = {{ fact = \"answers.show\", op = \"eq\", value = \"1\" }}\nparagraphs = [{{ zh = \"选了\" }}]\n{}[[step]]\nid = \"print\"",
            SEND.replace("/v1/enrolments", "/v1/things/{thing_id}/confirmations").replace("[[step]]\nid = \"end\"\ntype = \"finish\"\n", "")),
    );
    let mut world = world_of(service("info", 0, &body));
    let mut full = item("2", None);
    full["off"] = words("名额满了");
    world.answers.push((
        "/v1/institutions",
        listing(&[item("0", None), item("1", None), full]),
    ));
    world.open(TESTED);
    world.act(Action::Next);
    let (shown, next) = choices(&world);
    assert_eq!(next, None, "touching a thing opens it");
    assert_eq!(said(shown[2].off.as_ref().unwrap()), "名额满了");
    world.choose("2");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "record", "a full one cannot be chosen");
    world.act(Action::Back);
    world.choose("1");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "reading");
    world.act(Action::Next);
    let sent = world.called("/v1/things")[0];
    assert_eq!(sent.path, "/v1/things/1/confirmations");
    assert_eq!(sent.body["answers"]["answers.show"], "1");
}

#[test]
fn a_question_finds_its_answer_and_shows_it_at_once() {
    let body = r#"
[[field]]
id = "query.text"
type = "text"
label = { zh = "想问什么" }
required = true
[[op]]
id = "question"
call = "POST /v1/assistant/questions"
params = ["query.text"]
timeout_s = 10
idempotent = true
[[step]]
id = "ask"
type = "form"
fields = ["query.text"]
[[step]]
id = "find"
type = "search"
op = "question"
[[step]]
id = "answer"
type = "result"
view = "list"
[[step]]
id = "end"
type = "finish"
"#;
    let mut world = world_of(service("info", 0, body));
    let mut answer = item("a", None);
    answer["sections"] = json!([]);
    answer["paragraphs"] = json!([words("年满 80 周岁可以申请。")]);
    world
        .answers
        .push(("/v1/assistant/questions", listing(&[answer])));
    world.open(TESTED);
    type_into(&mut world, "query.text", "高龄津贴");
    world.act(Action::Next);
    let sent = world.called("/v1/assistant/questions")[0];
    assert_eq!(sent.body["params"]["query.text"], "高龄津贴");
    assert_eq!(sent.key, None);
    assert_eq!(name_of(&world.page()), "reading");
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "form", "another question");
    world.act(Action::Next);
    world.act(Action::Next);
    assert_eq!(world.page(), Page::Attract);
}

#[test]
fn an_empty_list_says_so_and_a_failure_is_something_else() {
    let mut world = at_list("result", "view = \"list\"\nempty = { zh = \"附近没有\" }", &[]);
    let Page::Choose { choices, empty, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!((choices.len(), said(&empty).as_str()), (0, "附近没有"));
    world.act(Action::Back);
    world
        .special
        .push(("/v1/institutions", refusal("upstream-unavailable", 503)));
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "problem");
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "choose");
}

/// The list with a cache of a day, without values of the person.
fn cached() -> String {
    list("map", "")
        .replace("params = [\"query.type\", \"query.name\"]", "cache = \"24h\"")
        .replace(
            "fields = [\"query.type\", \"query.name\"]",
            "fields = [\"query.type\"]",
        )
}

fn visit(world: &mut World) {
    world.open(TESTED);
    world.act(Action::Next);
}

#[test]
fn a_public_list_outlives_the_visit_and_is_shown_with_its_date_when_the_network_is_gone() {
    let mut world = world_of(service("info", 0, &cached()));
    world.answers.push(("/v1/institutions", listing(&many(2))));
    visit(&mut world);
    world.act(Action::Leave);
    world.event(Event::Online(false));
    visit(&mut world);
    let Page::Choose { choices, note, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(choices.len(), 2);
    assert_eq!(said(&note.unwrap()), "listing.kept(11月23日 10:24)");
    assert_eq!(world.called("/v1/institutions").len(), 1);
    world.act(Action::Leave);
    world.tick(24 * 3600 + 60);
    world
        .special
        .push(("/v1/institutions", Err(CallFailure::Offline)));
    visit(&mut world);
    assert_eq!(name_of(&world.page()), "problem", "too old to be shown");
}

#[test]
fn what_was_typed_or_needs_a_login_is_never_kept() {
    let typed = cached().replace("cache = \"24h\"", "cache = \"24h\"\nparams = [\"query.name\"]");
    for tested in [service("info", 0, &typed), service("info", 2, &cached())] {
        let level = tested.login.level;
        let mut world = world_of(tested);
        world.answers.push(("/v1/institutions", listing(&many(2))));
        if level == 0 {
            visit(&mut world);
        } else {
            world.log_in(TESTED, "face");
            world.act(Action::Next);
        }
        assert_eq!(name_of(&world.page()), "choose");
        world.act(Action::Back);
        world
            .special
            .push(("/v1/institutions", Err(CallFailure::Offline)));
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "problem", "level {level}");
    }
}

const BENEFITS: &str = r#"
[entitlement]
confirm = "account"
[[op]]
id = "list"
call = "GET /v1/entitlements"
timeout_s = 10
[[op]]
id = "confirm"
call = "POST /v1/entitlements/{entitlement_id}/confirmations"
timeout_s = 10
idempotency_key = true
[[step]]
id = "show"
type = "result"
view = "entitlements"
op = "list"
[[step]]
id = "send"
type = "submit"
op = "confirm"
when = { fact = "answers.show", op = "present" }
[[step]]
id = "end"
type = "finish"
"#;

#[test]
fn only_a_granted_benefit_can_be_confirmed_and_looking_is_enough() {
    let mut world = world_of(service("entitlement", 2, BENEFITS));
    let mut granted = item("e1", None);
    granted["state"] = json!("awaiting_confirmation");
    let mut confirmed = item("e2", None);
    confirmed["state"] = json!("confirmed");
    world.answers.push((
        "/v1/entitlements/",
        json!({ "application_id": "x", "number": "Q-1", "state": "confirmed" }),
    ));
    world
        .answers
        .push(("/v1/entitlements", listing(&[granted, confirmed])));
    world.log_in(TESTED, "face");
    world.choose("e2");
    let Page::Record { next, .. } = world.page() else {
        panic!()
    };
    assert_eq!(next.text, Say::id("record.list"));
    world.act(Action::Next);
    world.choose("e1");
    let Page::Record { next, .. } = world.page() else {
        panic!()
    };
    assert_eq!(next.text, Say::id("record.confirm"));
    world.act(Action::Next);
    let Page::Submitted { number, title, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!((number.as_str(), title), ("Q-1", Say::id("confirmed.title")));
    assert_eq!(world.called("/v1/entitlements/").len(), 1);
    world.act(Action::AnotherMatter);
    world.act(Action::OpenService(TESTED.to_owned()));
    world.act(Action::Next);
    world.act(Action::Next);
    assert_eq!(
        world.called("/v1/entitlements/").len(),
        1,
        "looked at, nothing sent"
    );
}
