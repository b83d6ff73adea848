//! Benefits without application: what the registers show is granted, and why is said.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use kiosk::catalogue::model::Text;
use kiosk::catalogue::predicate::{Facts, Predicate};
use kiosk::protocol::body::Words;
use kiosk::protocol::information::{Item, Listing, Part};
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use serde_json::Value;

use super::matters::line;
use super::{day, prefill, rfc3339};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::{plain, text};

/// One benefit, as `texts/entitlements.toml` has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entitlement {
    /// On the wire.
    pub id: String,
    regions: Vec<String>,
    title: Text,
    amount: Text,
    /// The person confirms the account before it is paid.
    #[serde(default)]
    pub confirm: bool,
    when: Predicate,
    rule: Text,
    law: Text,
    source: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    entitlement: Vec<Entitlement>,
}

static ALL: LazyLock<Vec<Entitlement>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("../../texts/entitlements.toml"))
        .map(|file| file.entitlement)
        .unwrap_or_default()
});

impl Entitlement {
    /// Name.
    pub fn title(&self) -> Words {
        (*self.title).clone()
    }

    /// How much, in words.
    pub fn amount(&self) -> Words {
        (*self.amount).clone()
    }

    fn is_of(&self, region: &str) -> bool {
        self.regions
            .iter()
            .any(|code| region.starts_with(code.trim_end_matches("00")))
    }

    fn is_due(&self, facts: &BTreeMap<String, Value>, today: Date) -> bool {
        let answers = BTreeMap::new();
        self.when.judge(Facts {
            answers: &answers,
            facts,
            today,
        }) == Some(true)
    }
}

/// A benefit that the person is entitled to now.
pub fn due(request: &Request<'_>, id_no: &str, id: &str) -> Option<&'static Entitlement> {
    let facts = prefill::facts(request.office.register.find(id_no));
    let today = day(request.now);
    ALL.iter().find(|one| one.id == id && one.is_due(&facts, today))
}

/// When the person confirmed it.
pub fn confirmed_at(request: &Request<'_>, id_no: &str, id: &str) -> Result<Option<i64>, Refusal> {
    Ok(request
        .db
        .query_row(
            "SELECT at FROM entitlement_confirmed WHERE id_no = ?1 AND entitlement_id = ?2",
            params![id_no, id],
            |row| row.get(0),
        )
        .optional()?)
}

/// `GET /v1/entitlements?region=`: granted, or waiting for the person's word.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    let (id_no, _) = request.session()?.person(2)?;
    let region = request.received.query.get("region").map_or("", String::as_str);
    let facts = prefill::facts(request.office.register.find(id_no));
    let today = day(request.now);
    let items = ALL
        .iter()
        .filter(|one| (region.is_empty() || one.is_of(region)) && one.is_due(&facts, today))
        .map(|one| item(request, id_no, one))
        .collect::<Result<_, _>>()?;
    Answer::ok(&Listing {
        items,
        as_of: rfc3339(request.now),
        office: text("office.district"),
    })
}

fn item(request: &Request<'_>, id_no: &str, one: &Entitlement) -> Result<Item, Refusal> {
    let confirmed = confirmed_at(request, id_no, &one.id)?;
    let state = match (one.confirm, confirmed) {
        (true, None) => "awaiting_confirmation",
        (true, Some(_)) => "confirmed",
        (false, _) => "granted",
    };
    let mut about = vec![
        line("amount", (*one.amount).clone()),
        line("state", text(&format!("entitlement.{state}"))),
    ];
    if let Some(at) = confirmed {
        about.push(line("confirmed_at", plain(&super::rfc3339_ms(at))));
    }
    Ok(Item {
        id: one.id.clone(),
        title: (*one.title).clone(),
        sub: (*one.amount).clone(),
        state: state.to_owned(),
        sections: vec![
            Part {
                title: text("part.entitlement"),
                lines: about,
            },
            Part {
                title: text("part.why"),
                lines: vec![
                    line("rule", (*one.rule).clone()),
                    line("law", (*one.law).clone()),
                    line("source", (*one.source).clone()),
                ],
            },
        ],
        ..Item::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn due_at(birth: &str, benefit: bool) -> Vec<&'static str> {
        let facts = BTreeMap::from([
            ("registry.birth".to_owned(), json!(birth)),
            ("registry.benefit".to_owned(), json!(benefit)),
        ]);
        let today = jiff::civil::date(2026, 11, 23);
        ALL.iter()
            .filter(|one| one.is_of("440104") && one.is_due(&facts, today))
            .map(|one| one.id.as_str())
            .collect()
    }

    #[test]
    fn age_and_register_decide_and_each_age_has_one_step() {
        assert_eq!(due_at("1956-11-24", false), Vec::<&str>::new());
        assert_eq!(due_at("1956-11-23", false), ["gz_longevity_70"]);
        assert_eq!(due_at("1946-11-23", false), ["gz_longevity_80"]);
        assert_eq!(due_at("1920-01-01", false), ["gz_longevity_90"]);
        assert_eq!(due_at("1990-01-01", true), ["gz_festival", "gz_sewage"]);
    }

    #[test]
    fn who_is_in_no_register_is_entitled_to_nothing_unseen() {
        let today = jiff::civil::date(2026, 11, 23);
        assert!(!ALL.is_empty());
        assert!(ALL.iter().all(|one| !one.is_due(&BTreeMap::new(), today)));
    }
}
