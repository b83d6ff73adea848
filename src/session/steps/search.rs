//! A search: a question is asked, and what it found is shown by the next step. One that opens a
//! matter (a missing person) is sent like any other matter, under one key.

use std::sync::Arc;

use crate::protocol::call::{CallFailure, CallResult};
use crate::protocol::information::Listing;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::link::{Readiness, parse};
use crate::session::plan::opens_at_once;
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::submit::Submit;
use super::trouble::Trouble;

/// The stage of a search step.
pub(in crate::session) fn stage(context: &Context, step: usize) -> Box<dyn Stage> {
    if context.step_op(step).is_some_and(opens_at_once) {
        Box::new(Submit::new(step))
    } else {
        Box::new(Search { step, ticket: None })
    }
}

/// The wait for what a question finds.
struct Search {
    step: usize,
    ticket: Option<Ticket>,
}

impl Search {
    fn ask(&mut self, context: &mut Context) -> Turn {
        match context.look_ready() {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        let Some(op) = context.step_op(self.step).cloned() else {
            return Turn::Next;
        };
        self.ticket = Some(context.ask_list(&op));
        Turn::Stay
    }

    fn answered(&self, context: &mut Context, result: &CallResult) -> Turn {
        match parse::<Listing>(result) {
            Ok(listing) => {
                if let Some(flow) = &mut context.flow {
                    flow.found = Some(Arc::new(listing));
                }
                Turn::Next
            }
            Err(failure) => self.trouble(&failure),
        }
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        let again = Box::new(Self {
            step: self.step,
            ticket: None,
        });
        let kept = Say::id("trouble.kept.answers");
        Turn::To(Box::new(Trouble::of_call(failure, kept, again)))
    }
}

impl Stage for Search {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        self.ask(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                self.answered(context, result)
            }
            _ if self.ticket.is_none() => self.ask(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        Page::Working {
            what: Say::id("search.working"),
            sub: Say::id("search.working.sub"),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }
}
