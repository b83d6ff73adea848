//! Rules that send a matter another way. What they make of the case is nobody's business but the
//! officer's: a label is never shown. Only what the person must do at once is said, before anything
//! is sent.

use crate::catalogue::model::RouteOutcome;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button};
use crate::session::view::{Page, Paper, Say, Tone};

use super::rules;

/// What must be done at once, if anything.
pub(in crate::session) struct Classify {
    step: usize,
    urgent: Option<Say>,
}

impl Classify {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self { step, urgent: None }
    }
}

impl Stage for Classify {
    fn enter(&mut self, context: &mut Context) -> Turn {
        let urgent = rules::of_step(context, self.step).into_iter().find(|rule| {
            rule.outcome == Some(RouteOutcome::UrgentQueue)
                && context.judge(|facts| rule.when.judge(facts)) == Some(true)
        });
        self.urgent = urgent
            .and_then(|rule| rule.message)
            .map(|message| Say::Words((*message).clone()));
        match self.urgent {
            Some(_) => Turn::Stay,
            None => rules::judged(context, self.step),
        }
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Next) => rules::judged(context, self.step),
            Event::Action(Action::Back) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        Page::Outcome {
            tone: Tone::Warn,
            title: Say::id("urgent.title"),
            lead: self
                .urgent
                .clone()
                .unwrap_or_else(|| Say::Verbatim(String::new())),
            rows: Vec::new(),
            receipt: Paper::None,
            next: button(Action::Next, "chevron-right", Say::id("action.go_on")),
            others: Vec::new(),
        }
    }
}
