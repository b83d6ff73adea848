//! The people whom a matter's answers name: a list of members by role, each with the role's fields.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kiosk::catalogue::model::{Field, Service, StepType};
use kiosk::catalogue::predicate::{Facts, date_of};
use kiosk::catalogue::validate;
use serde_json::{Map, Value};

use super::day;
use crate::http::request::Request;
use crate::problem::Refusal;

/// Years from which a person is of age.
const OF_AGE: i16 = 18;

/// Someone whom the answers name.
#[derive(Clone)]
pub struct Member {
    /// `household_member` or `supporter`.
    pub role: String,
    /// Name.
    pub name: String,
    /// Card number.
    pub id_no: String,
    /// Relation to the applicant, code of its list.
    pub relation: String,
    fields: BTreeMap<String, Value>,
}

impl Member {
    /// The applicant, who stands first on the letter.
    pub fn applicant(role: &str, name: &str, id_no: &str) -> Self {
        Self {
            role: role.to_owned(),
            name: name.to_owned(),
            id_no: id_no.to_owned(),
            relation: String::new(),
            fields: BTreeMap::new(),
        }
    }

    /// A guardian signs: the person is under age, or the service says so of their capacity.
    pub fn needs_guardian(&self, service: &Service, today: Date) -> bool {
        let known = Facts {
            answers: &self.fields,
            facts: &BTreeMap::new(),
            today,
        };
        let said = service
            .parties
            .iter()
            .filter_map(|party| party.signs_for.as_ref())
            .any(|when| when.judge(known) == Some(true));
        said || !is_of_age(&self.id_no, today)
    }
}

/// Whether a person of this card number is eighteen; a number without a birthday is an adult's, as
/// foreigners' cards are.
pub fn is_of_age(id_no: &str, today: Date) -> bool {
    let Some(birth) = date_of(&Value::String(id_no.to_owned())) else {
        return true;
    };
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday) >= OF_AGE
}

/// Roles whose members a step lists.
fn roles(service: &Service) -> BTreeSet<&str> {
    service
        .steps
        .iter()
        .filter(|step| step.kind == StepType::Parties)
        .flat_map(|step| step.roles.iter().map(String::as_str))
        .collect()
}

/// Whether an answer is such a list.
pub fn is_list(service: &Service, answer: &str) -> bool {
    roles(service).contains(answer)
}

/// Whether a field belongs to each member, and not to the answers themselves.
pub fn is_of_member(service: &Service, field: &str) -> bool {
    field
        .split_once('.')
        .is_some_and(|(role, _)| roles(service).contains(role))
}

fn objects<'a>(answers: &'a BTreeMap<String, Value>, role: &str) -> Vec<&'a Map<String, Value>> {
    let list = answers.get(role).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object).collect()
}

/// The members, in the order of the answers.
pub fn members(service: &Service, answers: &BTreeMap<String, Value>) -> Vec<Member> {
    let mut members = Vec::new();
    for role in roles(service) {
        for object in objects(answers, role) {
            let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
            let fields = object
                .iter()
                .map(|(key, value)| (format!("{role}.{key}"), value.clone()));
            members.push(Member {
                role: role.to_owned(),
                name: text("name").to_owned(),
                id_no: text("id_no").to_owned(),
                relation: text("relation").to_owned(),
                fields: fields.collect(),
            });
        }
    }
    members
}

/// Pointer and code of whatever is wrong with the lists: form, fields, numbers of people, and one
/// person named twice. `applicant` is the applicant's card number.
pub fn faults(
    request: &Request<'_>,
    service: &Service,
    applicant: &str,
    answers: &BTreeMap<String, Value>,
) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::from([applicant.to_owned()]);
    for role in roles(service) {
        let pointer = format!("/answers/{role}");
        let list = answers.get(role);
        let given = objects(answers, role);
        let all = list.map_or(0, |list| list.as_array().map_or(usize::MAX, Vec::len));
        if given.len() != all {
            faults.push((pointer, "form".to_owned()));
            continue;
        }
        let party = service.party(role);
        let few = party.is_some_and(|party| given.len() < party.min as usize);
        let many = party.is_some_and(|party| given.len() > party.max as usize);
        if few || many {
            faults.push((pointer.clone(), "number_of_people".to_owned()));
        }
        for (index, object) in given.into_iter().enumerate() {
            faults.extend(member_faults(request, service, role, index, object));
            let id_no = object.get("id_no").and_then(Value::as_str).unwrap_or_default();
            if !id_no.is_empty() && !seen.insert(id_no.to_owned()) {
                faults.push((format!("{pointer}/{index}/id_no"), "named_twice".to_owned()));
            }
        }
    }
    faults
}

fn member_faults(
    request: &Request<'_>,
    service: &Service,
    role: &str,
    index: usize,
    object: &Map<String, Value>,
) -> Vec<(String, String)> {
    let place = |key: &str| format!("/answers/{role}/{index}/{key}");
    let key_of = |field: &Field| {
        field
            .id
            .strip_prefix(role)
            .and_then(|rest| rest.strip_prefix('.'))
            .map(str::to_owned)
    };
    let fields: BTreeMap<String, &Field> = service
        .fields
        .iter()
        .filter_map(|field| Some((key_of(field)?, field)))
        .collect();
    let mut faults: Vec<(String, String)> = object
        .keys()
        .filter(|key| !fields.contains_key(*key))
        .map(|key| (place(key), "unknown_field".to_owned()))
        .collect();
    let own: BTreeMap<String, Value> = object
        .iter()
        .map(|(key, value)| (format!("{role}.{key}"), value.clone()))
        .collect();
    let known = Facts {
        answers: &own,
        facts: &BTreeMap::new(),
        today: day(request.now),
    };
    let catalogue = &request.office.services.catalogue;
    for (key, field) in fields {
        let when = field.required_when.as_ref().and_then(|when| when.judge(known));
        let codes: Vec<String> = catalogue
            .options(field)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        let required = field.required || when == Some(true);
        if let Err(fault) = validate::check(field, object.get(&key), required, &codes) {
            let code = fault.text_id().trim_start_matches("field.fault.");
            faults.push((place(&key), code.to_owned()));
        }
    }
    faults
}

/// Refuses what [`faults`] finds.
pub fn check(
    request: &Request<'_>,
    service: &Service,
    applicant: &str,
    answers: &BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    let mut refusal: Option<Refusal> = None;
    for (pointer, code) in faults(request, service, applicant, answers) {
        let one = Refusal::invalid(&pointer, &code);
        match &mut refusal {
            Some(all) => all.problem.errors.extend(one.problem.errors),
            None => refusal = Some(one),
        }
    }
    refusal.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_person_is_of_age_on_the_eighteenth_birthday() {
        let number = "990000200811230011";
        assert!(!is_of_age(number, date(2026, 11, 22)));
        assert!(is_of_age(number, date(2026, 11, 23)));
        assert!(is_of_age("ZZZ990101010100", date(2026, 11, 23)));
    }
}
