//! Electronic certificates of a sample person.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::dice::Dice;
use super::profile::{Marital, Profile};
use super::records::Records;
use crate::certificate::{Layout, Values};
use crate::people::Person;
use crate::words::chinese;

/// One electronic certificate.
#[derive(Debug, Clone, PartialEq)]
pub struct ECertificate {
    /// Within the server; the code on it leads here.
    pub id: Uuid,
    /// `assistance`, `elder`, `disability`, `marriage` or `social_security`; its words are in
    /// `texts/office.toml`.
    pub kind: &'static str,
    /// Day of issue.
    pub issued_on: Date,
    /// Last day.
    pub valid_until: Date,
    /// What it says; signed with the code.
    pub fields: BTreeMap<String, String>,
}

/// Years that a certificate without a term is shown as valid.
const LONG: i32 = 20;

/// Certificates that follow from what the registers hold.
pub fn of(
    person: &Person,
    profile: &Profile,
    records: &Records,
    seed: u64,
    today: Date,
) -> Vec<ECertificate> {
    let married_on = records
        .get("E04")
        .and_then(|rows| rows.first())
        .filter(|_| profile.marital == Marital::Married)
        .and_then(|row| row.cells.get("registered_on")?.parse().ok());
    let ago = |months: i32| today.checked_sub(months.months()).unwrap_or(today);
    let held: [(&'static str, Option<Date>, i32); 5] = [
        ("assistance", profile.benefit.then(|| ago(7)), 1),
        ("elder", (profile.age >= 60).then(|| ago(30)), LONG),
        ("disability", profile.disability.map(|_| ago(40)), 10),
        ("marriage", married_on, 100),
        ("social_security", (profile.age >= 16).then(|| ago(60)), LONG),
    ];
    held.into_iter()
        .filter_map(|(kind, issued_on, years)| {
            let issued_on = issued_on?;
            let valid_until = issued_on.checked_add(years.years()).ok()?;
            Some(ECertificate {
                id: id(seed, &person.number, kind),
                kind,
                issued_on,
                valid_until,
                fields: fields(person, profile, kind, (issued_on, valid_until), seed),
            })
        })
        .collect()
}

fn id(seed: u64, number: &str, kind: &str) -> Uuid {
    let hash = Sha256::digest(format!("{seed}/{number}/{kind}"));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// What stands on it, as text: signed with its code, and printed as it is.
fn fields(
    person: &Person,
    profile: &Profile,
    kind: &str,
    (issued_on, valid_until): (Date, Date),
    seed: u64,
) -> BTreeMap<String, String> {
    let mut dice = Dice::new(seed, &format!("paper/{kind}/{}", person.number));
    let level = profile
        .disability
        .filter(|_| kind == "disability")
        .map(|(_, level)| level);
    let values = Values::from(
        [
            ("paper", chinese(&format!("e_certificate.{kind}.title"))),
            ("holder_name", person.name.clone()),
            ("office", chinese("office.e_certificates")),
            ("number", format!("样{}", dice.digits(10))),
            (
                "level",
                level.map_or_else(|| "—".to_owned(), |level| format!("{level}级")),
            ),
            ("issued_on", issued_on.to_string()),
            ("valid_until", valid_until.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    let printed = Layout::of_kind(Some("e_certificate")).map(|layout| layout.fields(&values, &[]));
    let mut fields = printed.unwrap_or_default();
    fields.extend(values);
    if level.is_none() {
        fields.remove("level");
    }
    fields
}
