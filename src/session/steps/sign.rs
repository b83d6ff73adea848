//! The signature by finger. What is signed is fixed before the first stroke.

use crate::protocol::body::Application;
use crate::session::action::Action;
use crate::session::answers::answer_id;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::view::{Page, Say};
use crate::text::format;

use super::pad::{Pad, fingerprint};

/// The page of the signature.
pub(in crate::session) struct Sign {
    step: usize,
    document_sha256: String,
    pad: Pad,
}

impl Sign {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            document_sha256: String::new(),
            pad: Pad::default(),
        }
    }

    /// Masked name of who signs: the step's party, where that is somebody else.
    fn who(&self, context: &Context) -> String {
        let step = context.service().and_then(|service| service.steps.get(self.step));
        let party = step.and_then(|step| context.person.cards.get(step.party.as_ref()?));
        party.map_or_else(
            || context.who_masked().unwrap_or_default(),
            |card| format::mask_name(&card.subject.name),
        )
    }
}

/// The application as it stands now, without a signature.
pub(in crate::session) fn application(context: &Context) -> Option<Application> {
    let service = context.service()?;
    let mut answers = context.person.values();
    // Only what the service declares and asks for leaves the terminal.
    answers.retain(|id, _| match service.field(id) {
        Some(field) => context.belongs(service, field),
        None if service.party(id).is_some() => true,
        None => {
            let mut steps = service.steps.iter();
            let listed = service.party(id).is_some();
            listed || steps.any(|step| answer_id(&step.id) == *id && context.step_applies(step))
        }
    });
    Some(Application {
        service_id: service.service.id.clone(),
        service_rev: service.service.rev,
        region: context.region().to_owned(),
        answers,
        signature: None,
        parties: context.verifications(),
        materials: context.person.materials.clone(),
    })
}

impl Stage for Sign {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.pad.clear();
        self.document_sha256 = application(context)
            .map(|body| body.content_sha256())
            .unwrap_or_default();
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if self.pad.on(event) {
            return Turn::Stay;
        }
        match event {
            Event::Action(Action::Next) if self.pad.written() => {
                context.person.signature = Some(self.pad.signature(&self.document_sha256));
                Turn::Next
            }
            Event::Action(Action::Back) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let service = context.service();
        let words = service.and_then(|service| service.steps.get(self.step)?.text.as_ref());
        let title = service.map(|service| Say::Words((*service.service.title).clone()));
        let document = words.map(|words| Say::Words((**words).clone())).or(title);
        let off = (!self.pad.written()).then(|| Say::id("sign.write_first"));
        Page::Signature {
            who: self.who(context),
            document: document.unwrap_or_else(|| Say::Verbatim(String::new())),
            fingerprint: fingerprint(&self.document_sha256),
            written: self.pad.written(),
            next: button_off(Action::Next, "check", Say::id("sign.go"), off),
        }
    }
}
