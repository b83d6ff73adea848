//! Members of a household: one answer a role, a list of objects by field name without the role. While
//! one member is filled in, that member's values stand as answers of their own (`<role>.<name>`), so
//! that forms and conditions treat them like any other value.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::catalogue::predicate::{Facts, Predicate};
use crate::protocol::body::Source;

use super::context::Context;
use super::event::CardData;
use super::party::values_of;
use super::person::{Answer, scrub};

/// Values of one member.
pub(super) type Member = Map<String, Value>;

impl Context {
    /// Members in this role.
    pub fn members(&self, role: &str) -> Vec<&Member> {
        let answer = self.person.answers.get(role).map(|answer| &answer.value);
        let list = answer.and_then(Value::as_array).map(Vec::as_slice);
        let list = list.unwrap_or_default();
        list.iter().filter_map(Value::as_object).collect()
    }

    /// A condition judged for one member.
    pub fn judge_member(&self, role: &str, member: &Member, when: &Predicate) -> Option<bool> {
        let mut answers = self.person.values();
        answers.extend(
            member
                .iter()
                .map(|(name, value)| (format!("{role}.{name}"), value.clone())),
        );
        when.judge(Facts {
            answers: &answers,
            facts: &self.person.facts,
            today: self.today(),
        })
    }

    /// This number is already that of a member, other than the one at this place, or of a person who
    /// was identified.
    pub fn is_listed(&self, roles: &[String], number: &str, except: Option<(&str, usize)>) -> bool {
        let same = |one: &str| one.eq_ignore_ascii_case(number);
        let listed = roles.iter().any(|role| {
            self.members(role).iter().enumerate().any(|(place, member)| {
                let held = member.get("id_no").and_then(Value::as_str);
                Some((role.as_str(), place)) != except && held.is_some_and(same)
            })
        });
        listed || self.subject().is_some_and(|subject| same(&subject.id_no))
    }

    /// Makes a member's values answers of their own; a new member has none.
    pub fn open_member(&mut self, role: &str, place: Option<usize>) {
        self.close_member(role);
        let Some(place) = place else { return };
        let values = self.members(role).get(place).map(|member| (*member).clone());
        for (name, value) in values.unwrap_or_default() {
            self.put_member_value(role, &name, value, Source::User);
        }
    }

    /// Puts what a member's card says into the fields that are asked for.
    pub fn fill_member(&mut self, role: &str, card: &CardData, asked: &[String]) {
        for (name, value) in values_of(card) {
            if asked.contains(&format!("{role}.{name}")) {
                self.put_member_value(role, &name, Value::String(value), Source::Card);
            }
        }
    }

    fn put_member_value(&mut self, role: &str, name: &str, value: Value, source: Source) {
        let answer = Answer { value, source };
        self.person.answers.insert(format!("{role}.{name}"), answer);
    }

    /// Takes the values that stand as answers back into the list.
    pub fn keep_member(&mut self, role: &str, place: Option<usize>) {
        let prefix = format!("{role}.");
        let values: BTreeMap<String, Value> = self
            .person
            .answers
            .iter()
            .filter_map(|(id, answer)| Some((id.strip_prefix(&prefix)?.to_owned(), answer.value.clone())))
            .collect();
        let member = Value::Object(values.into_iter().collect());
        self.close_member(role);
        let mut list = self.take_list(role);
        match place.and_then(|place| list.get_mut(place)) {
            Some(old) => {
                scrub(old);
                *old = member;
            }
            None => list.push(member),
        }
        self.put_list(role, list);
    }

    /// Forgets the values that stand as answers.
    pub fn close_member(&mut self, role: &str) {
        self.person.forget_answers(&format!("{role}."));
    }

    pub fn remove_member(&mut self, role: &str, place: usize) {
        let mut list = self.take_list(role);
        if place < list.len() {
            scrub(&mut list.remove(place));
        }
        self.put_list(role, list);
    }

    fn take_list(&mut self, role: &str) -> Vec<Value> {
        match self.person.answers.remove(role).map(|answer| answer.value) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        }
    }

    fn put_list(&mut self, role: &str, list: Vec<Value>) {
        let answer = Answer {
            value: Value::Array(list),
            source: Source::User,
        };
        self.person.answers.insert(role.to_owned(), answer);
        if let Some(flow) = &mut self.flow {
            flow.filled = true;
        }
        self.party_facts();
    }
}
