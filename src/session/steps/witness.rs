//! Number and PIN of a member of staff: who looks at card and person and confirms, or who begins work
//! at the terminal.

use zeroize::Zeroize;

use crate::protocol::body::{StaffLogin, StaffSessionOpened};
use crate::protocol::call::{CallFailure, CallResult, Method};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::{Readiness, parse};
use crate::session::login::Way;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::identify::Identify;
use super::trouble::{Trouble, session_ended};

const LONGEST: usize = 12;
const SHORTEST_PIN: usize = 4;

/// What the member of staff confirms.
#[derive(Clone, Copy)]
enum Purpose {
    /// That this is the person of the card; the reason goes to the backend.
    Witness(&'static str),
    /// That the terminal is in their hands now.
    Duty,
}

/// The page of number and PIN.
pub(in crate::session) struct Witness {
    reason: Say,
    purpose: Purpose,
    number: String,
    pin: String,
    on_pin: bool,
    error: Option<Say>,
    ticket: Option<Ticket>,
    /// The button was pressed before the session at the backend was open.
    pending: bool,
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.pin.zeroize();
        self.number.zeroize();
    }
}

impl Witness {
    /// `reason_code` goes to the backend, `reason` is shown.
    pub fn new(reason: Say, reason_code: &'static str) -> Self {
        Self::of(reason, Purpose::Witness(reason_code))
    }

    /// For a service that only staff may use.
    pub fn on_duty() -> Self {
        Self::of(Say::id("staff.reason"), Purpose::Duty)
    }

    fn of(reason: Say, purpose: Purpose) -> Self {
        Self {
            reason,
            purpose,
            number: String::new(),
            pin: String::new(),
            on_pin: false,
            error: None,
            ticket: None,
            pending: false,
        }
    }

    /// Says what was wrong and lets the member of staff type again.
    pub fn refuse(&mut self, error: Say) {
        self.pin.zeroize();
        self.on_pin = !self.number.is_empty();
        self.error = Some(error);
    }

    fn focused(&mut self) -> &mut String {
        if self.on_pin {
            &mut self.pin
        } else {
            &mut self.number
        }
    }

    fn complete(&self) -> bool {
        !self.number.is_empty() && self.pin.len() >= SHORTEST_PIN
    }

    fn send(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => {
                self.pending = true;
                Turn::Stay
            }
            Readiness::Failed(failure) => self.trouble(&failure),
            Readiness::Ready => {
                self.pending = false;
                let body = StaffLogin {
                    staff_number: self.number.clone(),
                    pin: self.pin.clone(),
                };
                self.pin.zeroize();
                self.ticket = Some(context.call(Method::Post, "/v1/staff-sessions", &body, Keyed::Yes));
                Turn::Stay
            }
        }
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        let again = Box::new(Self::of(self.reason.clone(), self.purpose));
        let kept = match self.purpose {
            Purpose::Witness(_) => "trouble.kept.card",
            Purpose::Duty => "trouble.kept.nothing_taken",
        };
        Turn::To(Box::new(Trouble::of_call(failure, Say::id(kept), again)))
    }

    fn opened(&mut self, context: &mut Context, opened: StaffSessionOpened) -> Turn {
        let reason_code = match self.purpose {
            Purpose::Witness(reason_code) => reason_code,
            Purpose::Duty if context.begin_duty(&opened) => return Turn::Next,
            Purpose::Duty => {
                self.refuse(Say::id("staff.wrong_role"));
                return Turn::Stay;
            }
        };
        let Some(mut identify) = Identify::new(context, Way::Witness) else {
            return Turn::Ways;
        };
        identify.body.staff_session_id = Some(opened.staff_session_id);
        identify.body.witness_reason = Some(reason_code.to_owned());
        Turn::To(Box::new(identify))
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.ticket = None;
        match parse::<StaffSessionOpened>(result) {
            Ok(opened) => self.opened(context, opened),
            Err(failure) if session_ended(&failure) => self.trouble(&failure),
            Err(CallFailure::Problem(problem)) if problem.status < 500 => {
                // Wrong number or PIN, or locked for a while: the backend's words say which.
                let words = problem.user_message.clone();
                let error = if words.is_empty() {
                    Say::id("witness.wrong")
                } else {
                    Say::Words(words)
                };
                self.refuse(error);
                Turn::Stay
            }
            Err(failure) => self.trouble(&failure),
        }
    }
}

impl Stage for Witness {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        context.open_link();
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if self.pending {
            return self.send(context);
        }
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                self.answered(context, result)
            }
            Event::Action(Action::Focus(id) | Action::Choose(id)) if id == "number" || id == "pin" => {
                self.on_pin = id == "pin";
                Turn::Stay
            }
            Event::Action(Action::Type(text)) => {
                let room = LONGEST.saturating_sub(self.focused().len());
                let typed: String = text
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .take(room)
                    .collect();
                self.focused().push_str(&typed);
                self.error = None;
                Turn::Stay
            }
            Event::Action(Action::Erase) => {
                self.focused().pop();
                Turn::Stay
            }
            Event::Action(Action::Clear) => {
                self.focused().zeroize();
                Turn::Stay
            }
            Event::Action(Action::Next) if self.complete() && self.ticket.is_none() => self.send(context),
            Event::Action(Action::Next) if !self.number.is_empty() => {
                self.on_pin = true;
                Turn::Stay
            }
            Event::Action(Action::Back | Action::Decline) => match self.purpose {
                Purpose::Witness(_) => Turn::Ways,
                Purpose::Duty => Turn::Back,
            },
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        if self.ticket.is_some() || self.pending {
            return Page::Working {
                what: Say::id("witness.working"),
                sub: Say::id("identify.working.sub"),
            };
        }
        let off = match (self.number.is_empty(), self.complete()) {
            (true, _) => Some(Say::id("witness.type_number")),
            (false, false) if self.on_pin => Some(Say::id("witness.type_pin")),
            _ => None,
        };
        let go = match self.purpose {
            Purpose::Witness(_) => "witness.go",
            Purpose::Duty => "staff.go",
        };
        Page::StaffWitness {
            number: self.number.clone(),
            pin_length: self.pin.len(),
            focus: if self.on_pin { "pin" } else { "number" },
            error: self.error.clone(),
            reason: self.reason.clone(),
            next: button_off(Action::Next, "check", Say::id(go), off),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        self.ticket.is_some() || self.pending
    }
}
