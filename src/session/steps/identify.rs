//! The backend's answer to a way of login.

use zeroize::Zeroize;

use crate::protocol::body::{IdentityVerification, IdentityVerified, VerificationResult};
use crate::protocol::call::{CallFailure, IdempotencyKey, Method};
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::parse;
use crate::session::login::Way;
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::face::{FaceAgain, verification};
use super::sms::Sms;
use super::trouble::Trouble;
use super::witness::Witness;

/// A verification that is under way.
pub(in crate::session) struct Identify {
    pub way: Way,
    pub body: IdentityVerification,
    /// The page to which a wrong code or PIN leads back.
    pub back: Option<Sms>,
    key: Option<IdempotencyKey>,
    ticket: Option<Ticket>,
}

impl Drop for Identify {
    fn drop(&mut self) {
        self.body.subject.zeroize();
        self.body.otp_code.zeroize();
    }
}

impl Identify {
    /// `None` when no card was read.
    pub fn new(context: &Context, way: Way) -> Option<Self> {
        let body = verification(context, way)?;
        Some(Self {
            way,
            body,
            back: None,
            key: None,
            ticket: None,
        })
    }

    fn answered(&mut self, context: &mut Context, result: &crate::protocol::call::CallResult) -> Turn {
        match parse::<IdentityVerified>(result) {
            Ok(verified) => match verified.result {
                VerificationResult::Verified if verified.level >= 1 => {
                    self.ended(context, "verified");
                    identified(context, verified)
                }
                VerificationResult::Inconclusive if self.way != Way::Witness => Turn::To(Box::new(
                    Witness::new(Say::id("witness.reason.undecided"), "inconclusive"),
                )),
                _ => self.refused(context),
            },
            Err(CallFailure::Problem(problem)) if problem.case() == "identity-not-verified" => {
                self.refused(context)
            }
            Err(CallFailure::Problem(problem)) if problem.case() == "identity-inconclusive" => Turn::To(
                Box::new(Witness::new(Say::id("witness.reason.undecided"), "inconclusive")),
            ),
            Err(failure) => {
                let again = Box::new(Self {
                    way: self.way,
                    body: self.body.clone(),
                    back: self.back.take(),
                    key: self.key,
                    ticket: None,
                });
                Turn::To(Box::new(Trouble::of_call(
                    &failure,
                    Say::id("trouble.kept.card"),
                    again,
                )))
            }
        }
    }

    fn ended(&self, context: &mut Context, outcome: &str) {
        let id = match context.person.candidate {
            Some(_) => "party.ended",
            None => "login.ended",
        };
        context.audit(id, &[("way", self.way.id()), ("outcome", outcome)]);
    }

    /// Not this person, or a wrong code: each way says its own words.
    fn refused(&mut self, context: &mut Context) -> Turn {
        self.ended(context, "rejected");
        match self.way {
            Way::Face => Turn::To(Box::new(FaceAgain {
                hint: "face.hint.no_match",
            })),
            Way::Sms => {
                let mut page = self.back.take().unwrap_or_default();
                page.refuse(Say::id("sms.wrong"));
                Turn::To(Box::new(page))
            }
            Way::Witness => {
                let mut page = Witness::new(Say::id("witness.reason.chosen"), "chosen");
                page.refuse(Say::id("witness.rejected"));
                Turn::To(Box::new(page))
            }
        }
    }
}

/// The session's person is signed in; somebody else has taken a part, and the session stays whose it was.
fn identified(context: &mut Context, verified: IdentityVerified) -> Turn {
    if let Some(candidate) = &context.person.candidate {
        let goes_on = candidate.identified;
        return goes_on(context, verified.verification_id);
    }
    context.person.level = verified.level;
    context.person.verification = Some(verified.verification_id);
    Turn::Next
}

impl Stage for Identify {
    fn enter(&mut self, context: &mut Context) -> Turn {
        // The same key again after a lost answer: the backend acts once.
        let key = *self.key.get_or_insert_with(|| context.new_key());
        let body = self.body.clone();
        self.ticket = Some(context.call(
            Method::Post,
            "/v1/identity-verifications",
            &body,
            Keyed::With(key),
        ));
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                self.answered(context, result)
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        Page::Working {
            what: Say::id("identify.working"),
            sub: Say::id("identify.working.sub"),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }
}
