//! The signature under the household's letter: bound to the letter's words, sent with who writes.

use crate::protocol::authorisation::{AddSignature, AuthorisationState};
use crate::protocol::call::CallResult;
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::parse;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::authorise::{Authorise, back_to_list, take};
use super::letter_page::{LetterPage, signing, title};
use super::pad::{Pad, fingerprint};
use super::trouble::Trouble;

/// The box, and the wait for the answer.
#[derive(Default)]
pub(in crate::session) struct LetterSign {
    pad: Pad,
    sending: Option<Ticket>,
}

impl LetterSign {
    fn send(&mut self, context: &mut Context) -> Turn {
        let Some(letter) = &context.person.letter else {
            return Turn::Home;
        };
        let Some(signing) = letter.signing.clone() else {
            return back_to_list(context);
        };
        let body = AddSignature {
            signatory_id: signing.signatory.signatory_id,
            verification_id: signing.verification,
            signature: self.pad.signature(&letter.state.sha256),
        };
        let step = context.flow.as_ref().and_then(|flow| flow.stop().step());
        let op = context.service().and_then(|service| {
            let step = service.steps.get(step?)?;
            service.op(step.sign_op.as_deref()?)
        });
        let Some(op) = op.cloned() else { return Turn::Home };
        self.sending = Some(context.call_op(&op, &body, Keyed::With(signing.key)));
        Turn::Stay
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.sending = None;
        match parse::<AuthorisationState>(result) {
            Ok(state) => {
                context.audit("signature.added", &[]);
                take(context, state);
                back_to_list(context)
            }
            Err(failure) => Turn::To(Box::new(Trouble::of_call(
                &failure,
                Say::id("letter.kept"),
                Box::new(Authorise::here(context)),
            ))),
        }
    }
}

impl Stage for LetterSign {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.pad.clear();
        if signing(context).is_some() {
            Turn::Stay
        } else {
            back_to_list(context)
        }
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.sending => {
                self.answered(context, result)
            }
            _ if self.sending.is_some() || self.pad.on(event) => Turn::Stay,
            Event::Action(Action::Next) if self.pad.written() => self.send(context),
            Event::Action(Action::Back) => Turn::To(Box::new(LetterPage::default())),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        if self.sending.is_some() {
            return Page::Working {
                what: Say::id("letter.sending"),
                sub: Say::id("letter.sending.sub"),
            };
        }
        let letter = context.person.letter.as_ref();
        let off = (!self.pad.written()).then(|| Say::id("sign.write_first"));
        Page::Signature {
            who: signing(context)
                .map(|signing| signing.writer.clone())
                .unwrap_or_default(),
            document: title(context),
            fingerprint: letter
                .map(|letter| fingerprint(&letter.state.sha256))
                .unwrap_or_default(),
            written: self.pad.written(),
            next: button_off(Action::Next, "check", Say::id("sign.go"), off),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        self.sending.is_some()
    }
}
