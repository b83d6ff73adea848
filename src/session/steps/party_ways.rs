//! Somebody else shows who they are: the equal ways, and the separate consent to the face check, which
//! is each person's own.

use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::login::Way;
use crate::session::party::Candidate;
use crate::session::stage::{Stage, Turn};
use crate::session::view::{Choice, Page, Say};
use crate::text::format;

use super::consent::Consent;
use super::face::{Face, check_stage};
use super::home_visit::HomeVisit;
use super::login::FACE_CONSENT;

/// Id of the choice that asks for somebody to come home.
const HOME_VISIT: &str = "home_visit";

/// The page of the ways.
pub(in crate::session) struct PartyWays;

impl PartyWays {
    fn choose(context: &mut Context, way: Way) -> Turn {
        context.choose_way(way);
        if way != Way::Face || context.gave_consent(FACE_CONSENT) {
            return Turn::To(check_stage(way));
        }
        Turn::To(Box::new(Consent {
            template: FACE_CONSENT.to_owned(),
            agreed: Box::new(|_| Turn::To(Box::new(Face::default()))),
            refused: Box::new(|_| Turn::Ways),
            back: Box::new(|_| Turn::Ways),
            decline: "consent.decline",
        }))
    }

    fn choices(context: &Context, candidate: &Candidate) -> Vec<Choice> {
        let ways = candidate.ways.iter().map(|way| Choice {
            id: way.id().to_owned(),
            icon: way.icon().to_owned(),
            title: way.title(),
            sub: way.sub(),
            chosen: false,
            off: way.off(context),
        });
        let visit = candidate.home_visit.then(|| Choice {
            id: HOME_VISIT.to_owned(),
            icon: "home-heart".to_owned(),
            title: Say::id("home_visit.title"),
            sub: Say::id("home_visit.sub"),
            chosen: false,
            off: None,
        });
        ways.chain(visit).collect()
    }
}

impl Stage for PartyWays {
    fn enter(&mut self, context: &mut Context) -> Turn {
        match &context.person.candidate {
            // Without a card there is nothing to compare with.
            Some(candidate) if candidate.card.is_none() => (candidate.cancelled)(context),
            Some(_) => Turn::Stay,
            None => Turn::Home,
        }
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        let Some(candidate) = &context.person.candidate else {
            return Turn::Home;
        };
        match event {
            Event::Action(Action::Choose(id)) if id == HOME_VISIT && candidate.home_visit => {
                Turn::To(Box::new(HomeVisit::default()))
            }
            Event::Action(Action::Choose(id)) => match Way::from_id(id) {
                Some(way) if candidate.ways.contains(&way) && way.off(context).is_none() => {
                    Self::choose(context, way)
                }
                _ => Turn::Stay,
            },
            Event::Action(Action::Back | Action::Decline) => (candidate.cancelled)(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let candidate = context.person.candidate.as_ref();
        Page::Choose {
            title: Say::id("party.ways.title"),
            lead: candidate.map(|candidate| who(candidate)),
            choices: candidate
                .map(|candidate| Self::choices(context, candidate))
                .unwrap_or_default(),
            empty: Say::id("login.choose"),
            pins: Vec::new(),
            note: None,
            page: 0,
            pages: 1,
            next: None,
            others: Vec::new(),
        }
    }
}

/// Role and masked name of somebody whose card was read.
pub(super) fn who(candidate: &Candidate) -> Say {
    let name = candidate
        .card
        .as_ref()
        .map(|card| format::mask_name(&card.subject.name));
    match name {
        Some(name) => Say::All(vec![
            candidate.who.clone(),
            Say::Verbatim(" ".to_owned()),
            Say::Verbatim(name),
        ]),
        None => candidate.who.clone(),
    }
}
