//! A call that fetches what the backend knows already: values for the form, or the rows of a query.

use crate::protocol::body::{Prefill, Prefilled, Query, QueryRows, Source};
use crate::protocol::call::{CallFailure, CallResult};
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::{Readiness, parse};
use crate::session::person::Answer;
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::rules;
use super::trouble::{Trouble, session_ended};

/// The wait for it.
pub(in crate::session) struct Fetch {
    step: usize,
    ticket: Option<Ticket>,
    query: bool,
}

impl Fetch {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            ticket: None,
            query: false,
        }
    }

    fn ask(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        let Some(service) = context.service() else {
            return Turn::Home;
        };
        let Some(op) = context.step_op(self.step).cloned() else {
            return Turn::Next;
        };
        let (service_id, service_rev) = (service.service.id.clone(), service.service.rev);
        self.query = op.call.contains("/v1/queries/");
        let ticket = if self.query {
            let params = context
                .params(&op)
                .map(|(id, value)| (id.to_owned(), value))
                .collect();
            context.call_op(&op, &Query { params }, Keyed::No)
        } else {
            context.call_op(
                &op,
                &Prefill {
                    service_id,
                    service_rev,
                },
                Keyed::No,
            )
        };
        self.ticket = Some(ticket);
        Turn::Stay
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        let again = Box::new(Self::new(self.step));
        let kept = if session_ended(failure) {
            "trouble.kept.answers"
        } else {
            "trouble.kept.login"
        };
        Turn::To(Box::new(Trouble::of_call(failure, Say::id(kept), again)))
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        if self.query {
            return match parse::<QueryRows>(result) {
                Ok(mut rows) => {
                    rows.rows.truncate(200);
                    if let Some(flow) = &mut context.flow {
                        flow.rows = Some(rows);
                    }
                    Turn::Next
                }
                Err(failure) => self.trouble(&failure),
            };
        }
        match parse::<Prefilled>(result) {
            Ok(prefilled) => {
                merge(context, prefilled);
                rules::judged(context, self.step)
            }
            Err(failure) => self.trouble(&failure),
        }
    }
}

/// Takes the values that the service wants from the sources it allows; the card's own values stand.
fn merge(context: &mut Context, prefilled: Prefilled) {
    let Some(service) = context.service() else { return };
    let wanted: Vec<(String, Vec<Source>)> = service
        .fields
        .iter()
        .map(|field| (field.id.clone(), field.source.clone()))
        .collect();
    for (id, sources) in wanted {
        let known = context.person.answers.get(&id).map(|answer| answer.source);
        if let Some(given) = prefilled.fields.get(&id) {
            let allowed = sources.contains(&given.source) || given.source == Source::LastTime;
            if allowed && known != Some(Source::Card) {
                let answer = Answer {
                    value: given.value.clone(),
                    source: given.source,
                };
                context.person.answers.insert(id, answer);
            }
        }
    }
    context.person.facts.extend(prefilled.facts);
}

impl Stage for Fetch {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        context.open_link();
        context.fill_from_card();
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
        let what = if self.query {
            "fetch.query"
        } else {
            "fetch.prefill"
        };
        Page::Working {
            what: Say::id(what),
            sub: Say::id("fetch.sub"),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }
}
