//! Steps and fields under a condition, long forms, and every kind of field.

use serde_json::json;

use super::bench::*;
use super::world::*;
use crate::session::action::Action;
use crate::session::view::{Page, Say};

const QUESTION: &str = r#"
[[field]]
id = "request.health"
type = "choice"
label = { zh = "身体" }
required = true
choices = [{ code = "well", title = { zh = "好" } }, { code = "ill", title = { zh = "病" } }]
[[field]]
id = "request.illness"
type = "text"
label = { zh = "什么病" }
required_when = { field = "request.health", op = "eq", value = "ill" }
[[field]]
id = "request.helper"
type = "text"
label = { zh = "谁帮忙" }
required = true
[[step]]
id = "mode"
type = "select"
ask = { zh = "自己办还是替人办？" }
choices = [{ code = "self", title = { zh = "自己" } }, { code = "other", title = { zh = "替人" } }]
[[step]]
id = "who"
type = "form"
when = { fact = "answers.mode", op = "eq", value = "other" }
fields = ["request.helper"]
[[step]]
id = "state"
type = "form"
fields = ["request.health", "request.illness"]
[[step]]
id = "check"
type = "review"
"#;

fn asked() -> World {
    begun("apply", &format!("{QUESTION}{SEND}"))
}

fn answer(world: &mut World, mode: &str) {
    world.choose(mode);
    world.act(Action::Next);
}

#[test]
fn a_step_whose_condition_is_false_is_skipped_forwards_and_backwards() {
    let mut world = asked();
    answer(&mut world, "self");
    assert_eq!(fields(&world), ["request.health"]);
    world.act(Action::Back);
    assert_eq!(name_of(&world.page()), "choose");
    answer(&mut world, "other");
    assert_eq!(fields(&world), ["request.helper"]);
    type_into(&mut world, "request.helper", "邻居");
    world.act(Action::Next);
    assert_eq!(fields(&world), ["request.health"]);
    world.act(Action::Back);
    assert_eq!(fields(&world), ["request.helper"]);
}

#[test]
fn progress_counts_only_what_applies() {
    let mut world = asked();
    assert_eq!(world.view().chrome.progress.unwrap().total, 5, "nobody knows yet");
    answer(&mut world, "self");
    let progress = world.view().chrome.progress.unwrap();
    assert_eq!((progress.now, progress.total), (2, 4));
}

#[test]
fn a_field_is_seen_and_required_only_while_its_condition_holds() {
    let mut world = asked();
    answer(&mut world, "self");
    world.choose("request.health=ill");
    assert_eq!(fields(&world), ["request.health", "request.illness"]);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "form", "the illness is missing");
    type_into(&mut world, "request.illness", "高血压");
    world.choose("request.health=well");
    assert_eq!(fields(&world), ["request.health"]);
    world.act(Action::Next);
    assert_eq!(name_of(&world.page()), "review");
}

#[test]
fn what_fell_away_is_neither_reviewed_nor_sent() {
    let mut world = asked();
    answer(&mut world, "other");
    type_into(&mut world, "request.helper", "邻居");
    world.act(Action::Next);
    world.choose("request.health=ill");
    type_into(&mut world, "request.illness", "高血压");
    world.act(Action::Back);
    world.act(Action::Back);
    answer(&mut world, "self");
    world.choose("request.health=well");
    world.act(Action::Next);
    let Page::Review { sections, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    let labels: Vec<_> = sections
        .iter()
        .flat_map(|part| &part.rows)
        .map(|row| said(&row.label))
        .collect();
    assert_eq!(labels, ["自己办还是替人办？", "身体"]);
    world.answers.push((
        "/v1/enrolments",
        json!({ "application_id": "e1", "number": "E-1", "state": "submitted" }),
    ));
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    let sent = world.called("/v1/enrolments")[0].body["answers"].clone();
    assert_eq!(sent, json!({ "answers.mode": "self", "request.health": "well" }));
}

#[test]
fn the_review_leads_back_to_a_question() {
    let mut world = asked();
    answer(&mut world, "self");
    world.choose("request.health=well");
    world.act(Action::Next);
    world.act(Action::Edit("mode".to_owned()));
    let (shown, _) = choices(&world);
    assert!(shown[0].chosen && !shown[1].chosen);
}

#[test]
fn a_long_form_is_asked_on_several_pages_of_about_the_same_length() {
    let mut body = String::new();
    let mut ids = Vec::new();
    for number in 0..7 {
        body.push_str(&format!(
            "[[field]]\nid = \"request.f{number}\"\ntype = \"text\"\nlabel = {{ zh = \"第{number}项\" }}\n"
        ));
        ids.push(format!("\"request.f{number}\""));
    }
    body.push_str(&format!(
        "[[step]]\nid = \"long\"\ntype = \"form\"\nfields = [{}]\n",
        ids.join(", ")
    ));
    let mut world = begun("apply", &format!("{body}{SEND}"));
    assert_eq!(fields(&world).len(), 4);
    world.act(Action::Next);
    assert_eq!(fields(&world), ["request.f4", "request.f5", "request.f6"]);
    world.act(Action::Back);
    assert_eq!(fields(&world).len(), 4);
}

const KINDS: &str = r#"
[[field]]
id = "request.alone"
type = "bool"
label = { zh = "独居" }
required = true
[[field]]
id = "request.needs"
type = "multi_choice"
label = { zh = "需要" }
required = true
choices = [{ code = "meal", title = { zh = "送餐" } }, { code = "bath", title = { zh = "助浴" } }]
[[field]]
id = "request.day"
type = "date"
label = { zh = "日期" }
required = true
[[field]]
id = "request.plate"
type = "plate"
label = { zh = "车牌" }
required = true
[[field]]
id = "request.uscc"
type = "uscc"
label = { zh = "信用代码" }
required = true
[[step]]
id = "kinds"
type = "form"
fields = ["request.alone", "request.needs", "request.day", "request.plate", "request.uscc"]
[[step]]
id = "check"
type = "review"
"#;

#[test]
fn every_kind_of_field_takes_its_own_values() {
    let mut world = begun("apply", &format!("{KINDS}{SEND}"));
    world.choose("request.alone=true");
    for need in ["meal", "bath", "meal", "meal"] {
        world.choose(&format!("request.needs={need}"));
    }
    type_into(&mut world, "request.day", "20261302");
    type_into(&mut world, "request.plate", "粤a12345");
    type_into(&mut world, "request.uscc", "91350100m000100y43");
    world.act(Action::Next);
    let Page::Form { fields, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(
        fields[2].error,
        Some(Say::id("field.fault.date")),
        "there is no 13th month"
    );
    assert!(fields[1].options.iter().all(|option| option.chosen));
    world.act(Action::Focus("request.day".to_owned()));
    for _ in 0..4 {
        world.act(Action::Erase);
    }
    world.act(Action::Type("1202".to_owned()));
    world.act(Action::Next);
    world.act(Action::Next);
    let Page::Review { sections, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    let values: Vec<_> = sections[1].rows.iter().map(|row| said(&row.value)).collect();
    assert_eq!(
        values,
        [
            "form.yes()",
            "送餐punctuation.comma()助浴",
            "2026-12-02",
            "粤A12345",
            "91350100M000100Y43"
        ]
    );
    world.answers.push((
        "/v1/enrolments",
        json!({ "application_id": "e1", "number": "E-1", "state": "submitted" }),
    ));
    world.act(Action::Toggle("declaration".to_owned()));
    world.act(Action::Next);
    let sent = world.called("/v1/enrolments")[0].body["answers"].clone();
    assert_eq!(sent["request.alone"], true);
    assert_eq!(sent["request.needs"], json!(["bath", "meal"]));
}

const RULES: &str = r#"
[[field]]
id = "request.age"
type = "int"
label = { zh = "年龄" }
required = true
[[rule]]
id = "grown"
type = "validation"
when = { field = "request.age", op = "ge", value = 18 }
else_outcome = "deny"
message = { zh = "要年满 18 周岁。" }
law = { zh = "示例办法第三条" }
[[rule]]
id = "usual"
type = "default"
when = { fact = "session.region", op = "starts_with", value = "4401" }
set = { field = "request.age", value = "40" }
[[step]]
id = "age"
type = "form"
fields = ["request.age"]
rules = ["grown"]
"#;

#[test]
fn a_rule_of_a_form_says_why_and_leads_back_to_it() {
    let mut world = begun("apply", &format!("{RULES}{SEND}"));
    let Page::Form { fields, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(fields[0].value, "40", "the rule's value");
    world.act(Action::Focus("request.age".to_owned()));
    world.act(Action::Clear);
    world.act(Action::Type("17".to_owned()));
    world.act(Action::Next);
    world.act(Action::Next);
    let Page::Problem { happened, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(said(&happened), "要年满 18 周岁。refusal.law(示例办法第三条)");
    world.act(Action::Next);
    let Page::Form { fields, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(fields[0].value, "17");
}
