//! Which of several letters is to be signed, or that there is none.

use crate::protocol::authorisation::AuthorisationState;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button, say};
use crate::session::view::{Choice, Page, Paper, Say, Tone};

use super::authorise::{Authorise, take};
use super::parties::choose;

/// Letters that wait for the session's person.
pub(super) struct Letters {
    step: usize,
    letters: Vec<AuthorisationState>,
}

impl Letters {
    pub fn new(step: usize, letters: Vec<AuthorisationState>) -> Self {
        Self { step, letters }
    }

    fn choice(context: &Context, letter: &AuthorisationState) -> Choice {
        let applicant = letter.signatories.iter().find(|one| one.role == "applicant");
        let name = applicant.map(|one| one.name_masked.clone()).unwrap_or_default();
        let until = context.words_date(&letter.sign_until);
        Choice {
            id: letter.authorisation_id.clone(),
            icon: "writing-sign".to_owned(),
            title: say("letters.of", [("name", name)]),
            sub: say("letter.until", [("date", until)]),
            chosen: false,
            off: None,
        }
    }
}

impl Stage for Letters {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Choose(id)) => {
                let place = self.letters.iter().position(|one| one.authorisation_id == *id);
                let Some(place) = place else { return Turn::Stay };
                take(context, self.letters.swap_remove(place));
                Turn::To(Box::new(Authorise::new(self.step)))
            }
            Event::Action(Action::Back | Action::Decline) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let choices = self.letters.iter().map(|letter| Self::choice(context, letter));
        choose(Say::id("letters.title"), None, choices.collect())
    }
}

/// Nothing waits for the session's person.
pub(super) struct NoLetters;

impl Stage for NoLetters {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, _context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Next | Action::Back) => Turn::Home,
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        Page::Outcome {
            tone: Tone::Info,
            title: Say::id("letters.none"),
            lead: Say::id("letters.none.lead"),
            rows: Vec::new(),
            receipt: Paper::None,
            next: button(Action::Next, "home", Say::id("action.home")),
            others: Vec::new(),
        }
    }
}
