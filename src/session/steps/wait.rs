//! Waiting for a certificate that the office issues. Not yet ready is no failure.

use crate::protocol::body::Certificates;
use crate::protocol::call::{CallFailure, CallResult};
use crate::session::context::{Context, Keyed};
use crate::session::event::{Event, Instant};
use crate::session::link::parse;
use crate::session::stage::{Stage, Turn, say};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::trouble::{Trouble, Way};

/// The wait.
pub(in crate::session) struct Wait {
    step: usize,
    ticket: Option<Ticket>,
    until: Option<Instant>,
    ask_at: Instant,
}

impl Wait {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            ticket: None,
            until: None,
            ask_at: Instant::default(),
        }
    }

    fn ask(&mut self, context: &mut Context) -> Turn {
        let service = context.service();
        let op = service.and_then(|service| service.op(service.steps.get(self.step)?.op.as_deref()?));
        let Some(op) = op.cloned() else { return Turn::Next };
        self.ticket = Some(context.call_op(&op, &(), Keyed::No));
        Turn::Stay
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.ticket = None;
        self.ask_at = context.after(context.settings.poll_s);
        match parse::<Certificates>(result) {
            Ok(Certificates { certificates }) => match certificates.into_iter().next() {
                Some(certificate) => {
                    if let Some(flow) = &mut context.flow {
                        flow.certificate = Some(certificate);
                    }
                    Turn::Next
                }
                None => self.look_at_clock(context),
            },
            Err(CallFailure::Problem(problem)) if problem.case() == "not-ready" || problem.retryable => {
                self.look_at_clock(context)
            }
            Err(CallFailure::Offline | CallFailure::Unconfirmed) => self.look_at_clock(context),
            Err(failure) => {
                let again = Box::new(Self::new(self.step));
                Turn::To(Box::new(Trouble::of_call(&failure, kept(context), again)))
            }
        }
    }

    fn look_at_clock(&self, context: &Context) -> Turn {
        if self.until.is_none_or(|until| context.now < until) {
            return Turn::Stay;
        }
        Turn::To(Box::new(Trouble {
            title: Say::id("wait.over.title"),
            part: None,
            happened: Say::id("wait.over.happened"),
            kept: kept(context),
            now: Say::id("wait.over.now"),
            code: String::new(),
            main: Say::id("wait.over.go"),
            way: Some(Way::Rate),
            edit: false,
        }))
    }
}

/// The application is safe, by its number.
fn kept(context: &Context) -> Say {
    let number = context.flow.as_ref().and_then(|flow| flow.number.clone());
    say("wait.kept", [("number", number.unwrap_or_default())])
}

impl Stage for Wait {
    fn enter(&mut self, context: &mut Context) -> Turn {
        let service = context.service();
        let longest = service
            .and_then(|service| service.steps.get(self.step)?.max_wait_s)
            .unwrap_or(60);
        self.until = Some(context.after(longest));
        self.ask(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                self.answered(context, result)
            }
            Event::Tick { .. } if self.ticket.is_none() && context.now >= self.ask_at => self.ask(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let left = self.until.map_or(0, |until| context.seconds_until(until));
        Page::Working {
            what: Say::id("wait.working"),
            sub: say("wait.working.sub", [("n", left.to_string())]),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }
}
