//! Notices, consents of a step, and what must be done at once.

use serde_json::json;

use super::bench::*;
use super::world::*;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::view::{Page, Say};

fn notice(paragraphs: &[String], extra: &str) -> String {
    let texts: Vec<String> = paragraphs
        .iter()
        .map(|text| format!("{{ zh = \"{text}\" }}"))
        .collect();
    format!(
        "[[step]]\nid = \"read\"\ntype = \"notice\"\n{extra}\nparagraphs = [{}]\n{SEND}",
        texts.join(", ")
    )
}

fn shown(world: &World) -> (Vec<String>, usize, usize, Option<Say>) {
    match world.page() {
        Page::Reading {
            paragraphs,
            page,
            pages,
            next,
            ..
        } => (paragraphs.iter().map(said).collect(), page, pages, next.off),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_long_notice_has_pages_that_fit_and_loses_no_word() {
    let long = "请如实申报。".repeat(120);
    let mut world = begun("apply", &notice(&["开头。".to_owned(), long.clone()], ""));
    let mut all = String::new();
    loop {
        let (paragraphs, page, pages, _) = shown(&world);
        let text = paragraphs.concat();
        assert!(text.chars().count() <= 420, "{}", text.chars().count());
        all.push_str(&text);
        if page + 1 == pages {
            break;
        }
        world.act(Action::Next);
    }
    assert_eq!(all, format!("开头。{long}"));
    let (.., standard, _) = shown(&world);
    world.act(Action::CareMode(true));
    let (.., care, _) = shown(&world);
    assert!(care >= 2 * standard - 1, "{care} and {standard}");
    world.act(Action::Back);
    assert_eq!(shown(&world).1, standard - 2, "back is the page before");
}

#[test]
fn the_main_action_waits_for_the_shortest_reading_time() {
    let mut world = begun("apply", &notice(&["须知。".to_owned()], "min_read_s = 3"));
    assert_eq!(said(&shown(&world).3.unwrap()), "notice.wait(3)");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "reading");
    world.tick(3);
    assert_eq!(shown(&world).3, None);
    world.silent.insert("/v1/enrolments");
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "working");
}

#[test]
fn a_notice_is_read_aloud_by_itself_where_the_file_says_so() {
    let body = notice(&["须知。".to_owned()], "read_aloud = true");
    let mut world = begun("apply", &body);
    assert_eq!(world.count(|effect| matches!(effect, Effect::Speak { .. })), 1);
    world.act(Action::Back);
    assert_eq!(world.count(|effect| matches!(effect, Effect::StopSpeaking)), 1);
    let silent = begun("apply", &notice(&["须知。".to_owned()], ""));
    assert_eq!(silent.count(|effect| matches!(effect, Effect::Speak { .. })), 0);
}

fn consent(on_refuse: &str) -> String {
    format!(
        r#"
[[consent]]
id = "health"
template = "sensitive"
version = 1
purpose = {{ zh = "核对" }}
data = ["face_image"]
retention = "session"
separate = true
on_refuse = "{on_refuse}"
[[step]]
id = "agree"
type = "consent"
consents = ["health"]
[[step]]
id = "read"
type = "notice"
when = {{ fact = "consents.health", op = "eq", value = "agreed" }}
paragraphs = [{{ zh = "您的健康档案" }}]
[[step]]
id = "instead"
type = "notice"
when = {{ fact = "consents.health", op = "eq", value = "refused" }}
paragraphs = [{{ zh = "可以到窗口办" }}]
{SEND}"#
    )
}

#[test]
fn a_consent_of_a_step_is_recorded_before_anything_is_sent() {
    let mut world = world_of(service("query", 0, &consent("exit")));
    world.silent.insert("/v1/consents");
    world.open(TESTED);
    assert_eq!(name_of(&world.page()), "consent");
    assert!(world.called("/v1/consents").is_empty());
    world.act(Action::Next);
    assert_eq!(shown(&world).0, ["您的健康档案"]);
    let recorded = world.called("/v1/consents")[0].clone();
    assert_eq!(recorded.body["template"], "sensitive");
    assert_eq!(recorded.body["service_id"], TESTED);
    let ticket = world.ticket("call");
    world.act(Action::Next);
    assert!(world.called("/v1/enrolments").is_empty(), "not on record yet");
    world.event(crate::session::event::Event::Answer {
        ticket,
        result: Ok(json!({ "consent_id": "c9", "receipt_number": "T-9" })),
    });
    assert_eq!(world.called("/v1/enrolments").len(), 1);
}

#[test]
fn refusing_ends_the_service_or_leads_another_way_as_its_file_says() {
    let mut world = begun("query", &consent("exit"));
    world.act(Action::Decline);
    let Page::Problem { title, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(title, Say::id("consent.refused.title"));
    assert!(world.called("/v1/consents").is_empty() && world.called("/v1/enrolments").is_empty());
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "home");

    let mut world = begun("query", &consent("alternative"));
    world.act(Action::Decline);
    assert_eq!(shown(&world).0, ["可以到窗口办"]);
}

#[test]
fn a_consent_holds_for_its_matter_and_is_asked_again_for_the_next() {
    let mut world = begun("query", &consent("exit"));
    world.act(Action::Next);
    world.act(Action::Back);
    assert_eq!(
        name_of(&world.page()),
        "service",
        "a consent is no page to come back to"
    );
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "consent");
}

const URGENT: &str = r#"
[[field]]
id = "request.harm"
type = "choice"
label = { zh = "受到伤害" }
required = true
choices = [{ code = "yes", title = { zh = "是" } }, { code = "no", title = { zh = "不是" } }, { code = "unknown", title = { zh = "不知道" } }]
[[rule]]
id = "urgent"
type = "route"
when = { field = "request.harm", op = "eq", value = "yes" }
outcome = "urgent_queue"
message = { zh = "请马上打 110。" }
[[rule]]
id = "difficult"
type = "classification"
when = { field = "request.harm", op = "eq", value = "yes" }
label = "in_difficulty"
decides = "advisory"
[[step]]
id = "state"
type = "form"
fields = ["request.harm"]
[[step]]
id = "class"
type = "classify"
rules = ["urgent", "difficult"]
"#;

#[test]
fn what_must_be_done_at_once_is_said_before_anything_is_sent_and_no_label_is_shown() {
    for (answer, urgent) in [("yes", true), ("no", false), ("unknown", false)] {
        let mut world = begun("report", &format!("{URGENT}{SEND}"));
        world.choose(&format!("request.harm={answer}"));
        world.act(Action::Next);
        assert!(!format!("{:?}", world.view()).contains("in_difficulty"));
        if urgent {
            let Page::Outcome { lead, .. } = world.page() else {
                panic!("{:?}", world.page())
            };
            assert_eq!(said(&lead), "请马上打 110。");
            assert!(world.called("/v1/enrolments").is_empty());
            world.act(Action::Next);
        }
        assert_eq!(world.called("/v1/enrolments").len(), 1, "{answer}");
    }
}
