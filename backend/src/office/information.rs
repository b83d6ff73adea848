//! Public registers: everybody may read them, with no session and no data of a person.

use std::collections::BTreeMap;

use kiosk::protocol::information::{Item, Listing};

use super::matters::enrolments;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::public::{PublicRegister, Wanted};

/// More things than this are never sent.
pub const ITEMS: usize = 200;
/// Characters of a search.
const SEARCH: usize = 60;

/// The register of a path below `/v1/`.
pub fn register<'a>(request: &Request<'a>, path: &str) -> Result<&'a PublicRegister, Refusal> {
    let register = request.office.public.get(path);
    register.ok_or_else(|| Case::UpstreamUnavailable.into())
}

/// `GET /v1/<register>?region=&q=&<filter>=`. A filter is named as in the file or by a field that
/// ends with that name (`query.type`); empty and `all` stand for every value.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    let path = request.received.route.trim_start_matches("/v1/");
    let register = register(request, path)?;
    let wanted = wanted(&request.received.query, register)?;
    let mut items: Vec<Item> = register
        .find(&wanted)
        .take(ITEMS)
        .map(|entry| entry.item.clone())
        .collect();
    if path == "courses" {
        enrolments::show_seats(request, &mut items)?;
    }
    Answer::ok(&Listing {
        items,
        as_of: register.as_of.clone(),
        office: register.office.clone(),
    })
}

fn wanted<'a>(query: &'a BTreeMap<String, String>, register: &PublicRegister) -> Result<Wanted<'a>, Refusal> {
    let mut wanted = Wanted::default();
    let mut words = Vec::new();
    for (name, value) in query {
        let last = name.rsplit('.').next().unwrap_or_default();
        match last {
            "region" => wanted.region = value,
            "q" | "keyword" if value.chars().count() > SEARCH => {
                return Err(Refusal::invalid(&format!("/{name}"), "too_long"));
            }
            "q" | "keyword" => words.push(value.as_str()),
            _ if value.is_empty() || value == "all" => {}
            _ if register.knows_filter(last) => {
                wanted.filters.insert(last, value);
            }
            _ => return Err(Refusal::invalid(&format!("/{name}"), "unknown_filter")),
        }
    }
    wanted.search = words.join(" ");
    Ok(wanted)
}
