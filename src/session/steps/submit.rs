//! A submission, with honest states: sent, being confirmed, received. The same key every time.

use serde_json::Value;

use crate::catalogue::model::{AttestMode, Operation, StepType};
use crate::protocol::body::{Application, ApplicationState, Attestation, Attested};
use crate::protocol::call::{CallFailure, CallResult, IdempotencyKey, Method};
use crate::session::context::{Context, Keyed};
use crate::session::event::{Event, Instant};
use crate::session::flow::{Flow, Submission};
use crate::session::link::{Readiness, parse};
use crate::session::plan::opens_at_once;
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::sign::application;
use super::trouble::{Trouble, Way, session_ended};

/// The wait for the answer.
pub(in crate::session) struct Submit {
    step: usize,
    ticket: Option<Ticket>,
    /// No answer came: asked again until then.
    confirming: Option<Instant>,
    ask_at: Option<Instant>,
}

impl Submit {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            ticket: None,
            confirming: None,
            ask_at: None,
        }
    }

    fn attests(&self, context: &Context) -> bool {
        self.operation(context)
            .is_some_and(|op| op.call.ends_with("/v1/attestations"))
    }

    fn operation(&self, context: &Context) -> Option<Operation> {
        context.step_op(self.step).cloned()
    }

    fn searches(&self, context: &Context) -> bool {
        context
            .step(self.step)
            .is_some_and(|step| step.kind == StepType::Search)
    }

    fn send(&mut self, context: &mut Context) -> Turn {
        self.ask_at = None;
        match context.link_ready(&[]) {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(context, &failure),
            Readiness::Ready => {}
        }
        let Some(op) = self.operation(context) else {
            return Turn::Next;
        };
        self.ticket = if sent(context).drafted {
            submit(context, &op)
        } else {
            self.create(context, &op)
        };
        if self.ticket.is_none() {
            Turn::Home
        } else {
            Turn::Stay
        }
    }

    fn create(&self, context: &mut Context, op: &Operation) -> Option<Ticket> {
        let key = key(context, |submission| &mut submission.create)?;
        if self.attests(context) {
            let body = attestation(context)?;
            return Some(context.call_op(op, &body, Keyed::With(key)));
        }
        let signature = context.person.signature.clone();
        let body = Application {
            signature,
            ..application(context)?
        };
        Some(context.call_op(op, &body, Keyed::With(key)))
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.ticket = None;
        match self.take(context, result) {
            Ok(true) => {
                context.audit("submission.ended", &[("outcome", "received")]);
                update(context, |submission| *submission = Submission::default());
                Turn::Next
            }
            Ok(false) if sent(context).drafted => self.lost(context, CallFailure::Malformed(String::new())),
            Ok(false) => {
                update(context, |submission| {
                    submission.drafted = true;
                    submission.maybe = false;
                });
                self.send(context)
            }
            Err(CallFailure::Problem(problem)) if problem.case() == "request-in-progress" => {
                self.lost(context, CallFailure::Unconfirmed)
            }
            Err(failure @ (CallFailure::Unconfirmed | CallFailure::Malformed(_))) => {
                self.lost(context, failure)
            }
            // This attempt did not leave the terminal, but an earlier one did.
            Err(CallFailure::Offline) if sent(context).maybe => self.unconfirmed(context),
            Err(failure) => self.trouble(context, &failure),
        }
    }

    /// Whether the answer says that the matter is with the office.
    fn take(&self, context: &mut Context, result: &CallResult) -> Result<bool, CallFailure> {
        if self.attests(context) {
            let attested = parse::<Attested>(result)?;
            if let Some(flow) = &mut context.flow {
                flow.number = Some(attested.number.clone());
                flow.attested = Some(attested);
            }
            return Ok(true);
        }
        let state = parse::<ApplicationState>(result)?;
        let at_once = self.operation(context).is_some_and(|op| opens_at_once(&op));
        let submitted = at_once || state.number.is_some();
        note_state(context, &state);
        if let Some(flow) = &mut context.flow {
            flow.application_id = Some(state.application_id);
            flow.number = state.number;
            flow.timeline = state.timeline;
            flow.outcome = state.outcome;
            flow.lines = state.lines;
            flow.cases = state.cases;
        }
        Ok(submitted)
    }

    /// It was sent, and nobody can tell yet whether it arrived.
    fn lost(&mut self, context: &mut Context, failure: CallFailure) -> Turn {
        update(context, |submission| submission.maybe = true);
        match failure {
            CallFailure::Unconfirmed => self.unconfirmed(context),
            failure => self.trouble(context, &failure),
        }
    }

    /// The backend may have it already: asked again with the same key for a minute, then said plainly.
    fn unconfirmed(&mut self, context: &mut Context) -> Turn {
        let until = *self
            .confirming
            .get_or_insert(context.after(context.settings.confirm_s));
        if context.now >= until {
            return self.trouble(context, &CallFailure::Unconfirmed);
        }
        self.ask_at = Some(context.after(context.settings.confirm_every_s));
        Turn::Stay
    }

    fn trouble(&self, context: &mut Context, failure: &CallFailure) -> Turn {
        if let Some(taken) = slot_taken(context, failure) {
            return Turn::To(Box::new(taken));
        }
        let (maybe, drafted) = (sent(context).maybe, sent(context).drafted);
        let refused = match failure {
            CallFailure::Problem(problem) if !problem.retryable => Some(problem.status),
            _ => None,
        };
        if refused.is_some() && !session_ended(failure) && !maybe && !drafted {
            // Refused for what is in it: the key belongs to the old content, and the person may change it.
            update(context, |submission| *submission = Submission::default());
        }
        let failure = match failure {
            CallFailure::Offline if maybe => &CallFailure::Unconfirmed,
            other => other,
        };
        let unknown = maybe && refused.is_none();
        let kept = if unknown {
            "trouble.kept.unconfirmed"
        } else {
            "trouble.kept.answers"
        };
        let mut trouble = Trouble::of_call(failure, Say::id(kept), Box::new(Self::new(self.step)));
        if unknown {
            trouble.title = Say::id("submit.unconfirmed.title");
        }
        trouble.edit = !maybe && !drafted && context.flow.as_ref().is_some_and(Flow::asks);
        if refused == Some(409) {
            // What exists already does not become possible by trying again.
            trouble.main = Say::id("action.home");
            trouble.way = Some(Way::Home);
            trouble.edit = false;
        }
        Turn::To(Box::new(trouble))
    }
}

/// The identification is older than the service allows before a submission: login comes once more.
fn stale(context: &mut Context) -> Option<Trouble> {
    let fresh_s = context.service()?.login.fresh_s()?;
    let fresh_until = context.person.identified_at.0 + u64::from(fresh_s) * 1000;
    // What was sent once is never held up: it may be with the office already.
    if context.now.0 <= fresh_until || sent(context).create.is_some() {
        return None;
    }
    context.flow.as_mut()?.log_in_here();
    Some(Trouble {
        title: Say::id("fresh.title"),
        part: None,
        happened: Say::id("fresh.happened"),
        kept: Say::id("trouble.kept.answers"),
        now: Say::id("fresh.now"),
        code: String::new(),
        main: Say::id("fresh.go"),
        way: Some(Way::Freshly),
        edit: false,
    })
}

/// State and outcome, for the conditions of later steps and of papers.
fn note_state(context: &mut Context, state: &ApplicationState) {
    for (fact, value) in [("status", &state.state), ("outcome", &state.outcome)] {
        let value = Value::from(value.as_str());
        context.person.facts.insert(format!("application.{fact}"), value);
    }
}

/// Somebody else was quicker: the person chooses another time, and nothing else is lost.
fn slot_taken(context: &mut Context, failure: &CallFailure) -> Option<Trouble> {
    let CallFailure::Problem(problem) = failure else {
        return None;
    };
    if problem.case() != "slot-taken" {
        return None;
    }
    let steps = &context.service()?.steps;
    let book = steps.iter().position(|step| step.kind == StepType::Book)?;
    let id = steps.get(book)?.id.clone();
    context.forget_answer(&id);
    update(context, |submission| *submission = Submission::default());
    Some(Trouble {
        title: Say::id("slots.taken.title"),
        part: None,
        happened: Say::id("slots.taken"),
        kept: Say::id("trouble.kept.answers"),
        now: Say::id("slots.taken.now"),
        code: String::new(),
        main: Say::id("slots.taken.go"),
        way: Some(Way::Edit(book)),
        edit: false,
    })
}

/// Submits the draft that exists at the backend.
fn submit(context: &mut Context, op: &Operation) -> Option<Ticket> {
    let key = key(context, |submission| &mut submission.submit)?;
    let id = context.flow.as_ref()?.application_id.clone()?;
    let path = format!("/v1/applications/{id}/submission");
    let key = Keyed::With(key);
    Some(context.call_with(Method::Post, &path, &(), key, op.timeout_s, op.retries))
}

/// The key of a call, chosen once.
fn key(
    context: &mut Context,
    of: impl Fn(&mut Submission) -> &mut Option<IdempotencyKey>,
) -> Option<IdempotencyKey> {
    let new = context.new_key();
    let slot = of(&mut context.flow.as_mut()?.submission);
    Some(*slot.get_or_insert(new))
}

/// What is known of the submission.
fn sent(context: &Context) -> Submission {
    context
        .flow
        .as_ref()
        .map(|flow| flow.submission)
        .unwrap_or_default()
}

fn update(context: &mut Context, change: impl FnOnce(&mut Submission)) {
    if let Some(flow) = &mut context.flow {
        change(&mut flow.submission);
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
        verification_id: None,
        answers: std::collections::BTreeMap::new(),
    })
}

impl Stage for Submit {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        if let Some(stale) = stale(context) {
            return Turn::To(Box::new(stale));
        }
        context.open_link();
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
            (false, _) if self.searches(context) => ("search.working", "search.working.sub"),
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
