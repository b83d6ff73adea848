//! What was answered in the present matter, and what follows from it for the rest of the plan.

use serde_json::Value;

use crate::catalogue::model::{Field, RuleType, Service, Step};
use crate::catalogue::predicate::Predicate;
use crate::protocol::body::{Source, Words};

use super::context::Context;
use super::person::{Answer, scrub};
use super::plan::{Stop, form_part};

/// Id of the answer of a step that is no form.
pub(super) fn answer_id(step: &str) -> String {
    format!("answers.{step}")
}

impl Context {
    /// Facts that every matter has from its beginning.
    pub fn begin_facts(&mut self) {
        let region = Value::from(self.region());
        self.person.facts.insert("session.region".to_owned(), region);
    }

    /// Keeps the answer of a step that is no form, as an answer and as a fact; `words` say it.
    pub fn answer_step(&mut self, step: &str, value: &str, words: Words) {
        let id = answer_id(step);
        let answer = Answer {
            value: Value::from(value),
            source: Source::User,
        };
        self.person.facts.insert(id.clone(), answer.value.clone());
        self.person.chosen.insert(id.clone(), words);
        self.person.answers.insert(id, answer);
        if let Some(flow) = &mut self.flow {
            flow.filled = true;
        }
    }

    /// Takes the answer of such a step back.
    pub fn forget_answer(&mut self, step: &str) {
        let id = answer_id(step);
        self.person.facts.remove(&id);
        self.person.chosen.remove(&id);
        if let Some(mut answer) = self.person.answers.remove(&id) {
            scrub(&mut answer.value);
        }
    }

    /// A stop of the plan that is not skipped: its condition may hold, and a form has something to ask.
    pub fn applies(&self, stop: Stop) -> bool {
        let Some(service) = self.service() else {
            return true;
        };
        let Some(step) = stop.step().and_then(|step| service.steps.get(step)) else {
            return true;
        };
        if !self.step_applies(step) {
            return false;
        }
        match stop {
            Stop::Form(_, part) => {
                let mut fields = form_part(step, part).iter().filter_map(|id| service.field(id));
                step.fields.is_empty() || fields.any(|field| self.asked(field))
            }
            _ => true,
        }
    }

    /// The condition of a step may hold.
    pub fn step_applies(&self, step: &Step) -> bool {
        let holds = |when: &Predicate| self.judge(|facts| when.judge(facts)) != Some(false);
        step.when.as_ref().is_none_or(holds)
    }

    /// A field that belongs to the matter as it stands: what was filled in and then fell away is not sent.
    pub fn belongs(&self, service: &Service, field: &Field) -> bool {
        let mut steps = service
            .steps
            .iter()
            .filter(|step| step.fields.contains(&field.id))
            .peekable();
        let in_plan = steps.peek().is_none() || steps.any(|step| self.step_applies(step));
        in_plan && self.asked(field)
    }

    /// A field that is to be seen: one with a condition only while the condition holds.
    pub fn asked(&self, field: &Field) -> bool {
        let holds = |when: &Predicate| self.judge(|facts| when.judge(facts)) == Some(true);
        field.required_when.as_ref().is_none_or(holds)
    }

    /// Gives the fields of a form the values that the service's rules have for them.
    pub fn apply_default_rules(&mut self, fields: &[String]) {
        let Some(service) = self.service() else { return };
        let given: Vec<(String, Value)> = service
            .rules
            .iter()
            .filter(|rule| rule.kind == RuleType::Default)
            .filter_map(|rule| Some((rule, rule.set.as_ref()?)))
            .filter(|(_, set)| fields.contains(&set.field) && !self.person.answers.contains_key(&set.field))
            .filter(|(rule, _)| self.judge(|facts| rule.when.judge(facts)) == Some(true))
            .map(|(_, set)| (set.field.clone(), set.value.clone()))
            .collect();
        for (field, value) in given {
            self.person.answers.entry(field).or_insert(Answer {
                value,
                source: Source::User,
            });
        }
    }
}
