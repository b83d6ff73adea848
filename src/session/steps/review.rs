//! The last look before anything is sent. The declaration is never ticked in advance.

use crate::catalogue::model::StepType;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::view::{Page, Say, Section};

use super::form::row;
use super::parties::{member_rows, step_title};

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
                let form = steps.iter().position(|step| {
                    step.id == *id && matches!(step.kind, StepType::Form | StepType::Parties)
                });
                form.map_or(Turn::Stay, |step| Turn::Edit(Some(step)))
            }
            Event::Action(Action::Next) if self.declared => Turn::Next,
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
        for step in service.steps.iter().filter(|step| step.kind == StepType::Form) {
            let fields = step.fields.iter().filter_map(|id| service.field(id));
            sections.push(Section {
                edit: step.id.clone(),
                title: Say::id("review.filled"),
                rows: fields.map(|field| row(context, field)).collect(),
            });
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
