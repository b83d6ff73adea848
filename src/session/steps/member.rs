//! One member of a household in the form of the step: the fields of the member's role, with the same
//! boxes, checks and conditions as any other form.

use serde_json::Value;

use crate::catalogue::model::{self, RuleType};
use crate::protocol::body::Source;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::person::Answer;
use crate::session::stage::{Stage, Turn};
use crate::session::view::{Page, Say};

use super::form::Form;
use super::parties::{back_to_list, roles_of};
use super::trouble::{Trouble, Way};

/// The form of one member, whose values stand as answers while it is open.
pub(in crate::session) struct MemberForm {
    step: usize,
    role: String,
    /// Which of the members; `None` for a new one.
    place: Option<usize>,
    form: Form,
    /// Fields whose value the person gave: no rule changes it any more.
    given: Vec<String>,
    begun: bool,
}

impl MemberForm {
    /// The values must stand as answers: see [`Context::open_member`].
    pub fn new(step: usize, role: &str, place: Option<usize>) -> Self {
        Self {
            step,
            role: role.to_owned(),
            place,
            form: Form::of_role(step, role),
            given: Vec::new(),
            begun: false,
        }
    }

    fn note_given(&mut self, event: &Event) {
        if let Event::Action(Action::Choose(id)) = event
            && let Some((field, _)) = id.split_once('=')
        {
            self.given.push(field.to_owned());
        }
    }

    /// Values that a rule of type `default` gives: capacity by age, for instance. They follow the
    /// number until the person has chosen.
    fn defaults(&self, context: &mut Context) {
        let Some(service) = context.service() else { return };
        let of_role = format!("{}.", self.role);
        let ruled = service
            .fields
            .iter()
            .filter(|field| field.id.starts_with(&of_role) && !self.given.contains(&field.id));
        let values: Vec<(String, Option<Value>)> = ruled
            .filter_map(|field| Some((field.id.clone(), default_of(context, field)?)))
            .collect();
        for (id, value) in values {
            match value {
                Some(value) => {
                    let source = Source::User;
                    context.person.answers.insert(id, Answer { value, source });
                }
                None => {
                    context.person.answers.remove(&id);
                }
            }
        }
    }

    fn keep(&self, context: &mut Context) -> Turn {
        let number = context.person.text(&format!("{}.id_no", self.role));
        let except = self.place.map(|place| (self.role.as_str(), place));
        let roles = roles_of(context, self.step);
        if !number.is_empty() && context.is_listed(&roles, &number, except) {
            return self.twice();
        }
        context.keep_member(&self.role, self.place);
        back_to_list(context)
    }

    /// Each person stands in the list once: the number has to be another, or the line goes.
    fn twice(&self) -> Turn {
        Turn::To(Box::new(Trouble {
            title: Say::id("parties.twice.title"),
            part: None,
            happened: Say::id("parties.twice"),
            kept: Say::id("trouble.kept.answers"),
            now: Say::id("parties.twice.now"),
            code: String::new(),
            main: Say::id("action.edit"),
            way: Some(Way::Again(Box::new(Self::new(self.step, &self.role, self.place)))),
            edit: false,
        }))
    }
}

/// What a field's rule gives now: `None` for a field without a rule, `Some(None)` for no value.
fn default_of(context: &Context, field: &model::Field) -> Option<Option<Value>> {
    let rule = context.service()?.rule(field.default_rule.as_deref()?)?;
    let set = rule.set.as_ref().filter(|set| set.field == field.id)?;
    let holds = rule.kind == RuleType::Default && context.judge(|facts| rule.when.judge(facts)) == Some(true);
    Some(if holds {
        Some(set.value.clone())
    } else {
        field.default.clone()
    })
}

impl Stage for MemberForm {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if !std::mem::replace(&mut self.begun, true) {
            let of_role = format!("{}.", self.role);
            let known = context.person.answers.keys();
            self.given = known.filter(|id| id.starts_with(&of_role)).cloned().collect();
        }
        let turn = self.form.enter(context);
        self.defaults(context);
        turn
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        self.note_given(event);
        let turn = self.form.on(context, event);
        self.defaults(context);
        match turn {
            Turn::Next => self.keep(context),
            Turn::Back => back_to_list(context),
            other => other,
        }
    }

    fn page(&self, context: &Context) -> Page {
        self.form.page(context)
    }

    fn lost(&self) -> Option<Say> {
        Some(Say::id("leave.what"))
    }
}
