//! The visit at the backend: opened when something personal begins, with the consents that were given.

use std::collections::BTreeMap;

use crate::catalogue::SESSION_CONSENTS;
use crate::catalogue::model::ConsentText;
use crate::protocol::body::{Consent, ConsentRecorded, OpenSession, SessionOpened};
use crate::protocol::call::{CallFailure, CallResult, Method};

use super::context::{Context, Keyed};
use super::ticket::Ticket;

/// State of the session at the backend.
#[derive(Default)]
pub(super) struct Link {
    opening: Option<Ticket>,
    pub session_id: Option<String>,
    /// By template and person: see [`Context::consent_key`].
    consents: BTreeMap<String, ConsentState>,
    /// Withdrawn while they were on their way: taken back as soon as they have an id.
    withdrawn: Vec<Ticket>,
    failure: Option<CallFailure>,
}

enum ConsentState {
    /// Given by the person; sent as soon as the session is open.
    Waiting(Box<Consent>),
    Sending(Ticket, Box<Consent>),
    Recorded(String),
}

/// Whether a step may begin.
pub(super) enum Readiness {
    Ready,
    Waiting,
    Failed(CallFailure),
}

impl Context {
    /// Opens the session at the backend, unless it is open or being opened.
    pub fn open_link(&mut self) {
        if self.link.session_id.is_some() || self.link.opening.is_some() {
            return;
        }
        self.link.failure = None;
        let body = OpenSession {
            language: self.preferences.language.clone(),
        };
        self.link.opening = Some(self.call(Method::Post, "/v1/sessions", &body, Keyed::Yes));
    }

    /// The person agreed to a text of the catalogue: recorded at the backend.
    pub fn give_consent(&mut self, template: &str) {
        let Some(text) = self.catalogue.consents.get(template).cloned() else {
            return;
        };
        let key = self.consent_key(template);
        let known = self.link.consents.get(&key);
        if matches!(known, Some(ConsentState::Recorded(_) | ConsentState::Sending(..))) {
            return;
        }
        let consent = Box::new(self.consent_body(&text));
        self.audit("consent.given", &[("template", template)]);
        self.link.consents.insert(key, ConsentState::Waiting(consent));
        self.open_link();
        self.send_consents();
    }

    /// Another matter begins: what was agreed to for the last one alone is asked anew.
    pub fn begin_consents(&mut self) {
        let session = |template: &String, _: &mut ConsentState| SESSION_CONSENTS.contains(&template.as_str());
        self.link.consents.retain(session);
    }

    /// The person takes a consent back. What the backend does not know of yet is simply not sent.
    pub fn withdraw_consent(&mut self, template: &str) {
        let key = self.consent_key(template);
        let Some(state) = self.link.consents.remove(&key) else {
            return;
        };
        self.audit("consent.withdrawn", &[("template", template)]);
        match state {
            ConsentState::Waiting(_) => {}
            ConsentState::Sending(ticket, _) => self.link.withdrawn.push(ticket),
            ConsentState::Recorded(id) => self.send_withdrawal(&id),
        }
    }

    fn send_withdrawal(&mut self, consent_id: &str) {
        let path = format!("/v1/consents/{consent_id}/withdrawal");
        self.call(Method::Post, &path, &(), Keyed::Yes);
    }

    fn consent_body(&self, text: &ConsentText) -> Consent {
        let language = self.preferences.language.clone();
        Consent {
            template: text.id.clone(),
            version: text.version,
            text_sha256: text.sha256(&language),
            language,
            data: text.data.clone(),
            service_id: self
                .flow
                .as_ref()
                .map_or_else(String::new, |flow| flow.service.clone()),
            at: self.wire_time(),
        }
    }

    /// The person agreed to this text, whether or not the backend knows already.
    pub fn gave_consent(&self, template: &str) -> bool {
        self.link.consents.contains_key(&self.consent_key(template))
    }

    /// Id of a recorded consent.
    pub fn consent_id(&self, template: &str) -> Option<String> {
        match self.link.consents.get(&self.consent_key(template)) {
            Some(ConsentState::Recorded(id)) => Some(id.clone()),
            _ => None,
        }
    }

    /// The session is open, and these consents are recorded, and any other that was given so far:
    /// nothing is sent that was agreed to and is not on record.
    pub fn link_ready(&self, templates: &[&str]) -> Readiness {
        if let Some(failure) = &self.link.failure {
            return Readiness::Failed(failure.clone());
        }
        let recorded = templates
            .iter()
            .all(|template| self.consent_id(template).is_some());
        let mut all = self.link.consents.values();
        let settled = all.all(|state| matches!(state, ConsentState::Recorded(_)));
        if self.link.session_id.is_some() && recorded && settled {
            Readiness::Ready
        } else {
            Readiness::Waiting
        }
    }

    /// Whether one may look something up: what everyone may see needs no session, and before somebody
    /// signs in there is none to wait for.
    pub fn look_ready(&self) -> Readiness {
        let Link {
            opening,
            session_id,
            consents,
            failure,
            ..
        } = &self.link;
        let nobody = opening.is_none() && session_id.is_none() && consents.is_empty() && failure.is_none();
        let public = self.service().is_none_or(|service| service.login.level == 0);
        if public || nobody {
            Readiness::Ready
        } else {
            self.link_ready(&[])
        }
    }

    /// After a failure: asks again for what is missing.
    pub fn retry_link(&mut self) {
        self.link.failure = None;
        self.open_link();
        self.send_consents();
    }

    fn send_consents(&mut self) {
        if self.link.session_id.is_none() {
            return;
        }
        let waiting: Vec<(String, Box<Consent>)> = self
            .link
            .consents
            .iter()
            .filter_map(|(template, state)| match state {
                ConsentState::Waiting(body) => Some((template.clone(), body.clone())),
                _ => None,
            })
            .collect();
        for (template, body) in waiting {
            let ticket = self.call(Method::Post, "/v1/consents", &*body, Keyed::Yes);
            self.link
                .consents
                .insert(template, ConsentState::Sending(ticket, body));
        }
    }

    /// Takes the answers that belong to the link.
    pub fn link_answer(&mut self, ticket: Ticket, result: &CallResult) {
        if self.link.opening == Some(ticket) {
            self.link.opening = None;
            match parse::<SessionOpened>(result) {
                Ok(opened) => {
                    self.link.session_id = Some(opened.session_id);
                    self.send_consents();
                }
                Err(failure) => self.link.failure = Some(failure),
            }
            return;
        }
        if let Some(place) = self.link.withdrawn.iter().position(|sent| *sent == ticket) {
            self.link.withdrawn.remove(place);
            if let Ok(recorded) = parse::<ConsentRecorded>(result) {
                self.send_withdrawal(&recorded.consent_id);
            }
            return;
        }
        let sent = self
            .link
            .consents
            .iter()
            .find_map(|(template, state)| match state {
                ConsentState::Sending(sent, body) if *sent == ticket => {
                    Some((template.clone(), body.clone()))
                }
                _ => None,
            });
        let Some((template, body)) = sent else { return };
        let state = match parse::<ConsentRecorded>(result) {
            Ok(recorded) => ConsentState::Recorded(recorded.consent_id),
            Err(failure) => {
                self.link.failure = Some(failure);
                ConsentState::Waiting(body)
            }
        };
        self.link.consents.insert(template, state);
    }
}

/// A body of the API from an answer.
///
/// # Errors
/// The call's failure, or `Malformed` when the body is another one.
pub(super) fn parse<T: serde::de::DeserializeOwned>(result: &CallResult) -> Result<T, CallFailure> {
    let body = result.as_ref().map_err(Clone::clone)?;
    // The parser's own message would quote the body, which holds personal data.
    T::deserialize(body).map_err(|_| CallFailure::Malformed("the body is not the one of the API".to_owned()))
}
