//! A submission, with honest states: sent, being confirmed, received. The same key every time.

use crate::catalogue::model::AttestMode;
use crate::protocol::body::{ApplicationState, Attestation, Attested};
use crate::protocol::call::{CallFailure, CallResult, IdempotencyKey, Method};
use crate::session::context::{Context, Keyed};
use crate::session::event::{Event, Instant};
use crate::session::link::{Readiness, parse};
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::sign::application;
use super::trouble::{Trouble, Way};

/// Keys that were chosen for this matter: they stay the same however often it is tried.
#[derive(Default, Clone)]
struct Keys {
    create: Option<IdempotencyKey>,
    submit: Option<IdempotencyKey>,
}

/// The wait for the answer.
pub(in crate::session) struct Submit {
    step: usize,
    keys: Keys,
    ticket: Option<Ticket>,
    /// A draft exists at the backend and is being submitted.
    drafted: bool,
    /// No answer came: asked again until then.
    confirming: Option<Instant>,
    ask_at: Option<Instant>,
}

impl Submit {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            keys: Keys::default(),
            ticket: None,
            drafted: false,
            confirming: None,
            ask_at: None,
        }
    }

    fn attests(&self, context: &Context) -> bool {
        self.operation(context)
            .is_some_and(|op| op.call.ends_with("/v1/attestations"))
    }

    fn operation(&self, context: &Context) -> Option<crate::catalogue::model::Operation> {
        let service = context.service()?;
        service.op(service.steps.get(self.step)?.op.as_deref()?).cloned()
    }

    fn send(&mut self, context: &mut Context) -> Turn {
        self.ask_at = None;
        match context.link_ready(&[]) {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        let Some(op) = self.operation(context) else {
            return Turn::Next;
        };
        self.ticket = if self.drafted {
            let key = *self.keys.submit.get_or_insert_with(|| context.new_key());
            let id = context
                .flow
                .as_ref()
                .and_then(|flow| flow.application_id.clone())
                .unwrap_or_default();
            let path = format!("/v1/applications/{id}/submission");
            Some(context.call_with(
                Method::Post,
                &path,
                &(),
                Keyed::With(key),
                op.timeout_s,
                op.retries,
            ))
        } else {
            let key = *self.keys.create.get_or_insert_with(|| context.new_key());
            if self.attests(context) {
                let body = attestation(context);
                body.map(|body| context.call_op(&op, &body, Keyed::With(key)))
            } else {
                let signature = context.person.signature.clone();
                let body =
                    application(context).map(|body| crate::protocol::body::Application { signature, ..body });
                body.map(|body| context.call_op(&op, &body, Keyed::With(key)))
            }
        };
        if self.ticket.is_none() {
            Turn::Home
        } else {
            Turn::Stay
        }
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.ticket = None;
        let taken = if self.attests(context) {
            parse::<Attested>(result).map(|attested| {
                if let Some(flow) = &mut context.flow {
                    flow.number = Some(attested.number.clone());
                    flow.attested = Some(attested);
                }
                true
            })
        } else {
            parse::<ApplicationState>(result).map(|state| {
                let submitted = state.number.is_some();
                if let Some(flow) = &mut context.flow {
                    flow.application_id = Some(state.application_id);
                    flow.number = state.number;
                    flow.timeline = state.timeline;
                }
                submitted
            })
        };
        match taken {
            Ok(true) => {
                context.audit("submission.ended", &[("outcome", "received")]);
                Turn::Next
            }
            Ok(false) if self.drafted => self.trouble(&CallFailure::Malformed(String::new())),
            Ok(false) => {
                self.drafted = true;
                self.send(context)
            }
            Err(CallFailure::Unconfirmed) => self.unconfirmed(context),
            Err(CallFailure::Problem(problem)) if problem.case() == "request-in-progress" => {
                self.unconfirmed(context)
            }
            Err(failure) => self.trouble(&failure),
        }
    }

    /// The backend may have it already: asked again with the same key for a minute, then said plainly.
    fn unconfirmed(&mut self, context: &mut Context) -> Turn {
        let until = *self
            .confirming
            .get_or_insert(context.after(context.settings.confirm_s));
        if context.now >= until {
            return self.trouble(&CallFailure::Unconfirmed);
        }
        self.ask_at = Some(context.after(context.settings.confirm_every_s));
        Turn::Stay
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        // Refused for what is in it: the keys belong to the old content and the person may change it.
        let refused = matches!(failure, CallFailure::Problem(problem) if !problem.retryable);
        let again = Box::new(Self {
            step: self.step,
            keys: if refused && !self.drafted {
                Keys::default()
            } else {
                self.keys.clone()
            },
            ticket: None,
            drafted: self.drafted,
            confirming: None,
            ask_at: None,
        });
        let kept = match failure {
            CallFailure::Unconfirmed => "trouble.kept.unconfirmed",
            _ => "trouble.kept.answers",
        };
        let mut trouble = Trouble::of_call(failure, Say::id(kept), again);
        match failure {
            CallFailure::Unconfirmed => trouble.title = Say::id("submit.unconfirmed.title"),
            _ => trouble.edit = !self.drafted,
        }
        if refused && matches!(failure, CallFailure::Problem(problem) if problem.status == 409) {
            // What exists already does not become possible by trying again.
            trouble.main = Say::id("action.home");
            trouble.way = Some(Way::Home);
            trouble.edit = false;
        }
        Turn::To(Box::new(trouble))
    }
}

fn attestation(context: &Context) -> Option<Attestation> {
    let service = context.service()?;
    let mode = service
        .attest
        .as_ref()
        .and_then(|attest| attest.modes.first())
        .copied();
    let mode = serde_json::to_value(mode.unwrap_or(AttestMode::Oneself)).ok()?;
    Some(Attestation {
        service_id: service.service.id.clone(),
        service_rev: service.service.rev,
        mode: mode.as_str()?.to_owned(),
    })
}

impl Stage for Submit {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        self.send(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                self.answered(context, result)
            }
            _ if self.ticket.is_none() && self.ask_at.is_none_or(|at| context.now >= at) => {
                self.send(context)
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let (what, sub) = match (self.confirming.is_some(), self.attests(context)) {
            (true, _) => ("submit.confirming", "submit.confirming.sub"),
            (false, true) => ("submit.attesting", "submit.attesting.sub"),
            (false, false) => ("submit.sending", "submit.sending.sub"),
        };
        Page::Working {
            what: Say::id(what),
            sub: Say::id(sub),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }
}
