//! The last look before anything is sent. The declaration is never ticked in advance.

use crate::catalogue::model::{Service, Step, StepType};
use crate::session::action::Action;
use crate::session::answers::answer_id;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::view::{Page, Row, Say, Section};

use super::form::row;
use super::parties::{member_rows, step_title};
use super::rules;

/// The page of the review.
pub(in crate::session) struct Review {
    step: usize,
    declared: bool,
}

impl Review {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            declared: false,
        }
    }
}

/// What was answered at a step.
fn answered(context: &Context, service: &Service, step: &Step) -> Vec<Row> {
    if !context.step_applies(step) {
        return Vec::new();
    }
    if step.kind == StepType::Form {
        let fields = step.fields.iter().filter_map(|id| service.field(id));
        let asked = fields.filter(|field| context.asked(field));
        return asked.map(|field| row(context, field)).collect();
    }
    let Some(words) = context.person.chosen.get(&answer_id(&step.id)) else {
        return Vec::new();
    };
    let label = step.ask.as_ref().or(step.title.as_ref());
    vec![Row {
        label: label.map_or_else(|| Say::id("review.chosen"), |label| Say::Words((**label).clone())),
        value: Say::Words(words.clone()),
        source: None,
    }]
}

impl Stage for Review {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        self.declared = false;
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Toggle(_)) => {
                self.declared = !self.declared;
                Turn::Stay
            }
            Event::Action(Action::Edit(id)) => {
                let steps = context
                    .service()
                    .map(|service| service.steps.as_slice())
                    .unwrap_or_default();
                let step = steps.iter().position(|step| step.id == *id);
                let asks = |step: &usize| {
                    let plan = context.flow.iter().flat_map(|flow| &flow.plan);
                    let mut stops = plan.filter(|stop| stop.step() == Some(*step));
                    stops.any(|stop| stop.asks())
                };
                step.filter(asks)
                    .map_or(Turn::Stay, |step| Turn::Edit(Some(step)))
            }
            Event::Action(Action::Next) if self.declared => rules::judged(context, self.step),
            Event::Action(Action::Back) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let Some(service) = context.service() else {
            return Page::Attract;
        };
        let roles = context.known_roles();
        let known = service
            .fields
            .iter()
            .filter(|field| !field.editable)
            .filter(|field| roles.iter().any(|role| field.id.split('.').next() == Some(role)));
        let mut sections = vec![Section {
            edit: String::new(),
            title: Say::id("review.person"),
            rows: known.map(|field| row(context, field)).collect(),
        }];
        for step in &service.steps {
            let rows = answered(context, service, step);
            if !rows.is_empty() {
                sections.push(Section {
                    edit: step.id.clone(),
                    title: Say::id("review.filled"),
                    rows,
                });
            }
        }
        for (index, step) in service.steps.iter().enumerate() {
            if step.kind == StepType::Parties {
                sections.push(Section {
                    edit: step.id.clone(),
                    title: step_title(step),
                    rows: member_rows(context, index),
                });
            }
        }
        let words = service.steps.get(self.step).and_then(|step| step.text.as_ref());
        let signs = service.steps.iter().any(|step| step.kind == StepType::Sign);
        let text = if signs { "review.sign" } else { "review.submit" };
        let off = (!self.declared).then(|| Say::id("review.declare_first"));
        Page::Review {
            sections,
            declaration: words.map_or_else(
                || Say::id("review.declaration"),
                |words| Say::Words((**words).clone()),
            ),
            declared: self.declared,
            next: button_off(Action::Next, "send", Say::id(text), off),
        }
    }
}
