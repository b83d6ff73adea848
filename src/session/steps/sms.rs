//! A code by SMS to the telephone that the backend knows.

use zeroize::Zeroize;

use crate::protocol::body::{SmsCodeRequest, SmsCodeSent};
use crate::protocol::call::{CallFailure, CallResult, Method};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::{Event, Instant};
use crate::session::link::{Readiness, parse};
use crate::session::login::Way;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::identify::Identify;
use super::trouble::Trouble;

const DIGITS: usize = 6;

/// The page of the code.
#[derive(Default)]
pub(in crate::session) struct Sms {
    asked: bool,
    ticket: Option<Ticket>,
    sent: Option<SmsCodeSent>,
    resend_at: Instant,
    digits: String,
    error: Option<Say>,
}

impl Drop for Sms {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}

impl Sms {
    /// Says what was wrong and lets the person type again.
    pub fn refuse(&mut self, error: Say) {
        self.digits.zeroize();
        self.error = Some(error);
    }

    fn request(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => Turn::Stay,
            Readiness::Failed(failure) => trouble(&failure),
            Readiness::Ready => {
                let Some(subject) = context.asked_subject().cloned() else {
                    return Turn::Ways;
                };
                self.asked = true;
                let body = SmsCodeRequest { subject };
                self.ticket = Some(context.call(Method::Post, "/v1/sms-codes", &body, Keyed::Yes));
                Turn::Stay
            }
        }
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.ticket = None;
        match parse::<SmsCodeSent>(result) {
            Ok(sent) => {
                self.resend_at = context.after(sent.resend_after_s);
                self.sent = Some(sent);
                Turn::Stay
            }
            Err(failure) => trouble(&failure),
        }
    }

    fn check(&mut self, context: &Context) -> Turn {
        let Some(sent) = self.sent.as_ref().filter(|_| self.digits.len() == DIGITS) else {
            return Turn::Stay;
        };
        let Some(mut identify) = Identify::new(context, Way::Sms) else {
            return Turn::Ways;
        };
        identify.body.otp_challenge_id = Some(sent.otp_challenge_id.clone());
        identify.body.otp_code = Some(self.digits.clone());
        identify.back = Some(std::mem::take(self));
        Turn::To(Box::new(identify))
    }
}

fn trouble(failure: &CallFailure) -> Turn {
    let again = Box::new(Sms::default());
    Turn::To(Box::new(Trouble::of_call(
        failure,
        Say::id("trouble.kept.card"),
        again,
    )))
}

impl Stage for Sms {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        if self.asked {
            Turn::Stay
        } else {
            self.request(context)
        }
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                self.answered(context, result)
            }
            Event::Action(Action::Type(text)) => {
                let room = DIGITS.saturating_sub(self.digits.len());
                self.digits
                    .extend(text.chars().filter(char::is_ascii_digit).take(room));
                self.error = None;
                Turn::Stay
            }
            Event::Action(Action::Erase) => {
                self.digits.pop();
                Turn::Stay
            }
            Event::Action(Action::Clear) => {
                self.digits.zeroize();
                Turn::Stay
            }
            Event::Action(Action::SendCodeAgain)
                if self.sent.is_some() && self.ticket.is_none() && context.now >= self.resend_at =>
            {
                self.digits.zeroize();
                self.error = None;
                self.request(context)
            }
            Event::Action(Action::Next) => self.check(context),
            Event::Action(Action::Back | Action::Decline) => Turn::Ways,
            _ if !self.asked => self.request(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let Some(sent) = &self.sent else {
            return Page::Working {
                what: Say::id("sms.sending"),
                sub: Say::id("sms.sending.sub"),
            };
        };
        let off = (self.digits.len() < DIGITS).then(|| Say::id("sms.type_all"));
        Page::SmsCode {
            phone_masked: sent.phone_masked.clone(),
            digits: self.digits.clone(),
            error: self.error.clone(),
            resend_in: context.seconds_until(self.resend_at),
            next: button_off(Action::Next, "check", Say::id("sms.go"), off),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        self.sent.is_none()
    }
}
