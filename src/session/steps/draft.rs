//! The answers so far, kept at the backend as a draft: made once, then replaced as it was read last, so
//! that two terminals do not overwrite each other.

use crate::protocol::body::ApplicationState;
use crate::protocol::call::{Call, CallFailure, CallResult, Method};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::{Readiness, parse};
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::sign::application;
use super::trouble::session_ended;

/// Seconds for one attempt.
const TIMEOUT_S: u32 = 15;

/// What is sent, and what it holds.
pub(super) struct Saving {
    ticket: Ticket,
    content: String,
}

impl Saving {
    pub fn answers(&self, ticket: Ticket) -> bool {
        self.ticket == ticket
    }

    /// The draft is there now.
    ///
    /// # Errors
    /// Why it is not.
    pub fn ended(self, context: &mut Context, result: &CallResult) -> Result<(), CallFailure> {
        let state = parse::<ApplicationState>(result)?;
        if let Some(flow) = &mut context.flow {
            flow.application_id = Some(state.application_id);
            flow.draft.etag = state.etag;
            flow.draft.content = Some(self.content);
        }
        Ok(())
    }
}

/// Sends what has changed since the draft was saved last; `None` when nothing has.
pub(super) fn save(context: &mut Context) -> Option<Saving> {
    let body = application(context)?;
    let content = body.content_sha256();
    let new_key = context.new_key();
    let flow = context.flow.as_mut()?;
    if flow.draft.content.as_ref() == Some(&content) {
        return None;
    }
    // The same key after a lost answer, as long as the same is sent: the backend makes one draft.
    let key = match &flow.draft.sending {
        Some((key, sent)) if *sent == content => *key,
        _ => new_key,
    };
    flow.draft.sending = Some((key, content.clone()));
    let etag = flow.draft.etag;
    let ticket = match flow.application_id.clone() {
        Some(id) => {
            let path = format!("/v1/applications/{id}/draft");
            let body = serde_json::to_value(&body).unwrap_or_default();
            context.send(Call {
                method: Method::Put,
                path,
                body,
                key: None,
                if_match: etag,
                timeout_s: TIMEOUT_S,
                retries: 1,
            })
        }
        None => context.call_with(
            Method::Post,
            "/v1/applications",
            &body,
            Keyed::With(key),
            TIMEOUT_S,
            1,
        ),
    };
    Some(Saving { ticket, content })
}

/// Keeps the answers in passing. What cannot be kept now is kept with the next draft, or sent with
/// the submission: the person goes on all the same.
#[derive(Default)]
pub(in crate::session) struct Save {
    saving: Option<Saving>,
}

impl Save {
    fn begin(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => Turn::Stay,
            Readiness::Failed(_) => Turn::Next,
            Readiness::Ready => {
                self.saving = save(context);
                if self.saving.is_some() {
                    Turn::Stay
                } else {
                    Turn::Next
                }
            }
        }
    }
}

impl Stage for Save {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.begin(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match (event, self.saving.take()) {
            (Event::Action(Action::Back), _) => Turn::Back,
            (Event::Answer { ticket, result }, Some(saving)) if saving.answers(*ticket) => {
                match saving.ended(context, result) {
                    Err(failure) if session_ended(&failure) => {
                        context.sign_out();
                        Turn::Ways
                    }
                    _ => Turn::Next,
                }
            }
            (_, Some(saving)) => {
                self.saving = Some(saving);
                Turn::Stay
            }
            (_, None) => self.begin(context),
        }
    }

    fn page(&self, _context: &Context) -> Page {
        Page::Working {
            what: Say::id("draft.saving"),
            sub: Say::id("draft.saving.sub"),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }
}
