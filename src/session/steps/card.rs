//! The card on the reader. A card that lies there already counts, but only here.

use crate::protocol::body::Subject;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::{CardProblem, DeviceRole, Event, Instant};
use crate::session::stage::{Stage, Turn};
use crate::session::view::{CardPrompt, Page, Say};

use super::trouble::{Trouble, Way};

/// The page of the card.
pub(in crate::session) struct Card {
    prompt: CardPrompt,
    until: Instant,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            prompt: CardPrompt::Waiting,
            until: Instant::default(),
        }
    }
}

impl Card {
    /// Takes the card that lies on the reader, when it is one to go on with.
    fn take(&mut self, context: &mut Context) -> Turn {
        if context.asked_card().is_some() {
            return read(context);
        }
        let Some(card) = context.card_data.take() else {
            return Turn::Stay;
        };
        let refused = if expired(&card.subject, context) {
            Some(Say::id("card.expired"))
        } else {
            let candidate = context.person.candidate.as_ref();
            candidate.and_then(|candidate| (candidate.refuse)(context, &card.subject))
        };
        if let Some(reason) = refused {
            self.prompt = CardPrompt::Problem(reason);
            return Turn::Stay;
        }
        context.audit("card.accepted", &[]);
        match &mut context.person.candidate {
            Some(candidate) => candidate.card = Some(*card),
            None => {
                context.person.card = Some(*card);
                context.fill_from_card();
            }
        }
        read(context)
    }

    /// What the page asks for while no card is being read.
    fn waiting(context: &Context) -> CardPrompt {
        // A card that stayed from before its data were forgotten, or from the person before, must go.
        let stale = context.card_lies && context.card_data.is_none();
        match &context.person.candidate {
            Some(candidate) => {
                let what = if stale {
                    "party.card.change"
                } else {
                    "party.card.place"
                };
                CardPrompt::Other(Say::All(vec![Say::id(what), candidate.who.clone()]))
            }
            None if stale && context.person.card.is_none() => {
                CardPrompt::Problem(Say::id("card.place_again"))
            }
            None => CardPrompt::Waiting,
        }
    }

    fn overdue(&mut self, context: &Context) -> Turn {
        let reader = context.device_off(DeviceRole::IdReader);
        if reader.is_none() && context.now < self.until {
            return Turn::Stay;
        }
        let happened = reader.unwrap_or_else(|| Say::id("card.not_placed"));
        Turn::To(Box::new(Trouble {
            title: Say::id("card.trouble.title"),
            part: Some(crate::session::view::MachinePart::Card),
            happened,
            kept: Say::id("card.trouble.kept"),
            now: Say::id("card.trouble.now"),
            code: String::new(),
            main: Say::id("action.try_again"),
            way: Some(Way::Again(Box::new(Self::default()))),
            edit: false,
        }))
    }
}

/// A card was accepted, now or before.
fn read(context: &mut Context) -> Turn {
    match &context.person.candidate {
        Some(candidate) => (candidate.read)(context),
        None => Turn::Next,
    }
}

/// The day after the last day of validity has come.
fn expired(subject: &Subject, context: &Context) -> bool {
    subject
        .valid_to
        .parse::<jiff::civil::Date>()
        .is_ok_and(|last| last < context.today())
}

/// What the person reads for a card that gave no data.
fn problem(problem: CardProblem) -> Say {
    Say::id(match problem {
        CardProblem::MovedTooEarly => "card.moved_too_early",
        CardProblem::Unreadable => "card.unreadable",
        CardProblem::VerificationFailed => "card.verification_failed",
        CardProblem::WrongKind => "card.wrong_kind",
        CardProblem::Expired => "card.expired",
    })
}

impl Stage for Card {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.until = context.after(context.patience(context.settings.card_s));
        self.prompt = Self::waiting(context);
        self.take(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::CardReading => {
                self.prompt = CardPrompt::Reading;
                self.until = context.after(context.patience(context.settings.card_s));
                Turn::Stay
            }
            Event::Card(_) => self.take(context),
            Event::CardProblem(kind) => {
                self.prompt = CardPrompt::Problem(problem(*kind));
                Turn::Stay
            }
            Event::CardRemoved if self.prompt == CardPrompt::Reading => {
                self.prompt = CardPrompt::Problem(Say::id("card.moved_too_early"));
                Turn::Stay
            }
            Event::CardRemoved if context.person.candidate.is_some() => {
                self.prompt = Self::waiting(context);
                Turn::Stay
            }
            Event::Tick { .. } | Event::Device(DeviceRole::IdReader, _) => self.overdue(context),
            Event::Action(Action::Back) => match &context.person.candidate {
                Some(candidate) => (candidate.cancelled)(context),
                None => Turn::Ways,
            },
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        Page::Card {
            prompt: self.prompt.clone(),
            seconds_left: context.seconds_until(self.until),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        // This page has its own countdown.
        true
    }
}
