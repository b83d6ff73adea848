//! A problem in words: what happened, what is kept, what to do now. Nothing is lost by it.

use crate::protocol::call::CallFailure;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::plan::Stop;
use crate::session::stage::{Stage, Turn, button};
use crate::session::view::{Button, MachinePart, Page, Say};

/// Where the main action leads.
pub(in crate::session) enum Way {
    /// The same stage again.
    Again(Box<dyn Stage>),
    /// Login, then on from here.
    LogIn,
    /// Login once more; the visit's session at the backend goes on.
    Freshly,
    /// The next stop of the plan.
    On,
    /// Back to the household's letter.
    Authorise,
    /// Back to what a step asks.
    Edit(usize),
    /// Over to the rating.
    Rate,
    /// The home page.
    Home,
}

/// A problem page.
pub(in crate::session) struct Trouble {
    pub title: Say,
    pub part: Option<MachinePart>,
    pub happened: Say,
    pub kept: Say,
    pub now: Say,
    pub code: String,
    pub main: Say,
    pub way: Option<Way>,
    /// Also offers going back to the form.
    pub edit: bool,
}

/// The backend has ended the session of the visit: only a further login helps.
pub(in crate::session) fn session_ended(failure: &CallFailure) -> bool {
    matches!(failure, CallFailure::Problem(problem) if problem.case() == "session-ended")
}

impl Trouble {
    /// Words for a call that brought no usable answer. `kept` says what is safe.
    pub fn of_call(failure: &CallFailure, kept: Say, again: Box<dyn Stage>) -> Self {
        let (happened, now, code) = match failure {
            CallFailure::Offline => (
                Say::id("trouble.offline"),
                Say::id("trouble.offline.now"),
                String::new(),
            ),
            CallFailure::Unconfirmed => (
                Say::id("trouble.unconfirmed"),
                Say::id("trouble.again.now"),
                String::new(),
            ),
            CallFailure::Malformed(_) => (
                Say::id("trouble.malformed"),
                Say::id("trouble.staff.now"),
                "K-0001".to_owned(),
            ),
            // The backend's own words would send the person back to the beginning.
            CallFailure::Problem(problem) if session_ended(failure) => (
                Say::id("trouble.session_ended"),
                Say::id("trouble.session_ended.now"),
                problem.code.clone(),
            ),
            CallFailure::Problem(problem) => {
                let happened = if problem.user_message.is_empty() {
                    Say::id("trouble.refused")
                } else {
                    Say::Words(problem.user_message.clone())
                };
                let now = if problem.retryable {
                    "trouble.again.now"
                } else {
                    "trouble.refused.now"
                };
                (happened, Say::id(now), problem.code.clone())
            }
        };
        let (main, way) = if session_ended(failure) {
            ("action.log_in", Way::LogIn)
        } else {
            ("action.try_again", Way::Again(again))
        };
        Self {
            title: Say::id("trouble.title"),
            part: None,
            happened,
            kept,
            now,
            code,
            main: Say::id(main),
            way: Some(way),
            edit: false,
        }
    }

    /// The matter cannot be handled here; the reason and the other way.
    pub fn refusal(message: Say, route: Say) -> Self {
        Self {
            title: Say::id("refusal.title"),
            part: None,
            happened: message,
            kept: Say::id("refusal.kept"),
            now: route,
            code: String::new(),
            main: Say::id("action.home"),
            way: Some(Way::Home),
            edit: false,
        }
    }

    fn go(&mut self) -> Turn {
        match self.way.take() {
            Some(Way::Again(stage)) => Turn::To(stage),
            Some(Way::LogIn | Way::Freshly) => Turn::Ways,
            Some(Way::On) => Turn::Next,
            Some(Way::Authorise) => Turn::Authorise,
            Some(Way::Edit(step)) => Turn::Edit(Some(step)),
            Some(Way::Rate) => Turn::Rate,
            Some(Way::Home) => Turn::Home,
            None => Turn::Stay,
        }
    }
}

/// The other ways of login stay one tap away.
fn at_login(context: &Context) -> bool {
    let logs_in = context
        .flow
        .as_ref()
        .is_some_and(|flow| matches!(flow.stop(), Stop::Card | Stop::Check));
    logs_in || context.person.candidate.is_some()
}

impl Stage for Trouble {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(self.way, Some(Way::LogIn)) {
            context.sign_out();
        }
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Next | Action::TryAgain) => self.go(),
            Event::Action(Action::Decline) if at_login(context) => Turn::Ways,
            Event::Action(Action::Edit(_)) if self.edit => Turn::Edit(None),
            Event::Action(Action::Back) => {
                let final_stop = context.flow.as_ref().is_none_or(|flow| flow.stop().is_final());
                if final_stop && !self.edit {
                    Turn::Home
                } else {
                    Turn::Back
                }
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let action = match self.way {
            Some(Way::Again(_)) => Action::TryAgain,
            _ => Action::Next,
        };
        let mut others: Vec<Button> = Vec::new();
        if self.edit {
            others.push(button(
                Action::Edit(String::new()),
                "pencil",
                Say::id("action.edit"),
            ));
        }
        if at_login(context) {
            others.push(button(
                Action::Decline,
                "arrow-back-up",
                Say::id("action.other_way"),
            ));
        }
        others.push(button(Action::Leave, "logout", Say::id("action.leave")));
        Page::Problem {
            title: self.title.clone(),
            part: self.part,
            happened: self.happened.clone(),
            kept: self.kept.clone(),
            now: self.now.clone(),
            code: self.code.clone(),
            next: button(action, "refresh", self.main.clone()),
            others,
        }
    }
}
