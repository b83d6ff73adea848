//! Services made for a test: a frame with everything that a file must have, and the steps of the test.

use std::sync::Arc;

use super::world::*;
use crate::catalogue::model::Service;
use crate::session::Settings;
use crate::session::action::Action;
use crate::session::view::{Button, Choice, Page, Say};

/// Id of the service under test.
pub(super) const TESTED: &str = "gz.test";

const FRAME: &str = r#"
schema = "kiosk.catalogue/1"
[service]
id = "gz.test"
rev = 1
kind = "@kind@"
category = "elder"
title = { zh = "试一试" }
summary = { zh = "试一试" }
authority = { zh = "区民政局", level = "county" }
audience = ["natural_person"]
status = "active"
[page]
icon = "old"
sub = { zh = "试一试" }
minutes = 4
decides = { text = { zh = "区民政局" } }
duration = { text = { zh = "马上" } }
cost = { text = { zh = "不收费" } }
[availability]
regions = ["440100"]
offline = "cached"
[login]
level = @level@
methods = [["card", "face_1v1"], ["card", "sms_otp"]]
[devices]
required = ["screen"]
[privacy]
draft_retention = "none"
log_fields = []
"#;

/// Submits by one call, and everything after it.
pub(super) const SEND: &str = r#"
[[op]]
id = "send"
call = "POST /v1/enrolments"
timeout_s = 10
idempotency_key = true
[[step]]
id = "send"
type = "submit"
op = "send"
[[step]]
id = "end"
type = "finish"
"#;

pub(super) fn service(kind: &str, level: u8, body: &str) -> Service {
    let text = FRAME
        .replace("@kind@", kind)
        .replace("@level@", &level.to_string());
    toml::from_str(&format!("{text}\n{body}")).unwrap_or_else(|error| panic!("{error}"))
}

/// A world whose catalogue has the service, too.
pub(super) fn world_of(tested: Service) -> World {
    world_in(tested, Settings::default())
}

pub(super) fn world_in(tested: Service, settings: Settings) -> World {
    let mut catalogue = (*catalogue()).clone();
    let mut consent = catalogue.consents["face_login"].clone();
    consent.id = "sensitive".to_owned();
    catalogue.consents.insert(consent.id.clone(), consent);
    catalogue.services.push(tested);
    World::of(Arc::new(catalogue), settings)
}

/// A world in which the tested service has begun; nobody has to be known for it.
pub(super) fn begun(kind: &str, body: &str) -> World {
    let mut world = world_of(service(kind, 0, body));
    world.open(TESTED);
    world
}

/// The choices of a page with their main action.
pub(super) fn choices(world: &World) -> (Vec<Choice>, Option<Button>) {
    match world.page() {
        Page::Choose { choices, next, .. } => (choices, next),
        other => panic!("{other:?}"),
    }
}

pub(super) fn ids(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.id.as_str()).collect()
}

/// The form's fields by id.
pub(super) fn fields(world: &World) -> Vec<String> {
    match world.page() {
        Page::Form { fields, .. } => fields.into_iter().map(|field| field.id).collect(),
        other => panic!("{other:?}"),
    }
}

pub(super) fn type_into(world: &mut World, field: &str, text: &str) {
    world.act(Action::Focus(field.to_owned()));
    world.act(Action::Type(text.to_owned()));
    world.act(Action::Focus(String::new()));
}

/// Chinese words of the catalogue or the backend.
pub(super) fn said(say: &Say) -> String {
    match say {
        Say::Words(words) => words["zh-Hans"].clone(),
        Say::Verbatim(text) => text.clone(),
        Say::Id(id, arguments) => {
            let values: Vec<_> = arguments.iter().map(|(_, value)| value.as_str()).collect();
            format!("{id}({})", values.join(","))
        }
        Say::All(parts) => parts.iter().map(said).collect(),
    }
}
