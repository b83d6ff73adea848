//! A submission, with honest states: sent, being confirmed, received. The same key every time.

use std::collections::BTreeMap;

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

use super::draft::{self, Saving};
use super::sign::application;
use super::trouble::{Trouble, Way, session_ended};

/// The wait for the answer.
pub(in crate::session) struct Submit {
    step: usize,
    ticket: Option<Ticket>,
    /// The draft is being brought up to date.
    saving: Option<Saving>,
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
            saving: None,
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
        self.saving = self.update_draft(context);
        self.ticket = if self.saving.is_some() {
            None
        } else if sent(context).drafted {
            submit(context, &op)
        } else {
            self.create(context, &op)
        };
        if self.ticket.is_none() && self.saving.is_none() {
            Turn::Home
        } else {
            Turn::Stay
        }
    }

    /// A draft that was kept on the way is brought up to date first; what a household has signed is not
    /// changed any more.
    fn update_draft(&self, context: &mut Context) -> Option<Saving> {
        let kept = context
            .flow
            .as_ref()
            .is_some_and(|flow| flow.draft.content.is_some());
        let first = !sent(context).drafted && !sent(context).maybe;
        if kept && first { draft::save(context) } else { None }
    }

    fn saved(&mut self, context: &mut Context, saving: Saving, result: &CallResult) -> Turn {
        match saving.ended(context, result) {
            Ok(()) => {
                update(context, |submission| submission.drafted = true);
                self.send(context)
            }
            Err(failure) => self.trouble(context, &failure),
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
        if op.call.ends_with("/submission") {
            // The draft comes first; its submission follows.
            let key = Keyed::With(key);
            let path = "/v1/applications";
            return Some(context.call_with(Method::Post, path, &body, key, op.timeout_s, op.retries));
        }
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
        if let CallFailure::Problem(problem) = failure
            && problem.case() == "authorisation-incomplete"
        {
            // Somebody's signature is missing: the list says whose. A later submission is another one.
            update(context, |submission| submission.submit = None);
            trouble.main = Say::id("letter.back");
            trouble.way = Some(Way::Authorise);
            trouble.edit = false;
        } else if refused == Some(409) {
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
    let mode = attest_mode(context);
    let mut answers = BTreeMap::new();
    if mode != AttestMode::Oneself {
        let body = application(context)?;
        answers = body.answers;
        let pictures = body.materials.into_iter();
        answers.extend(pictures.map(|(id, upload)| (id, Value::from(upload))));
    }
    Some(Attestation {
        service_id: service.service.id.clone(),
        service_rev: service.service.rev,
        mode: serde_json::to_value(mode).ok()?.as_str()?.to_owned(),
        // Of the person who is alive, where that is somebody else who was identified here.
        verification_id: context.person.parties.values().next().cloned(),
        answers,
    })
}

/// How it is attested: the answer of the step `mode`, or the only way there is.
fn attest_mode(context: &Context) -> AttestMode {
    let attest = context.service().and_then(|service| service.attest.as_ref());
    let modes = attest.map(|attest| attest.modes.as_slice()).unwrap_or_default();
    let answer = context.person.facts.get("answers.mode").cloned();
    let chosen = answer.and_then(|code| serde_json::from_value(code).ok());
    chosen
        .filter(|mode| modes.contains(mode))
        .or(modes.first().copied())
        .unwrap_or(AttestMode::Oneself)
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
        if let Event::Answer { ticket, result } = event
            && let Some(saving) = self.saving.take_if(|saving| saving.answers(*ticket))
        {
            return self.saved(context, saving, result);
        }
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                self.answered(context, result)
            }
            _ if self.saving.is_some() => Turn::Stay,
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
