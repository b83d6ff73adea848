//! Somebody who cannot come is visited: a call to the staff, and words about what comes.

use crate::protocol;
use crate::protocol::body::TicketOpened;
use crate::protocol::call::{CallResult, IdempotencyKey, Method};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::parse;
use crate::session::stage::{Stage, Turn, button};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Paper, Row, Say, Tone};

use super::trouble::Trouble;

/// The call, and the page after it.
#[derive(Default)]
pub(in crate::session) struct HomeVisit {
    /// The same however often it is sent: one call.
    key: Option<IdempotencyKey>,
    asked: Option<Ticket>,
    number: Option<String>,
}

impl HomeVisit {
    fn answered(&mut self, result: &CallResult) -> Turn {
        match parse::<TicketOpened>(result) {
            Ok(opened) => {
                self.number = Some(opened.number);
                Turn::Stay
            }
            Err(failure) => Turn::To(Box::new(Trouble::of_call(
                &failure,
                Say::id("trouble.kept.answers"),
                Box::new(Self {
                    key: self.key,
                    ..Self::default()
                }),
            ))),
        }
    }
}

impl Stage for HomeVisit {
    fn enter(&mut self, context: &mut Context) -> Turn {
        let about = context
            .flow
            .as_ref()
            .map_or_else(String::new, |flow| flow.service.clone());
        let body = protocol::body::Ticket {
            kind: "home_visit".to_owned(),
            about,
        };
        let key = *self.key.get_or_insert(context.new_key());
        self.asked = Some(context.call(Method::Post, "/v1/tickets", &body, Keyed::With(key)));
        Turn::Stay
    }

    fn on(&mut self, _context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.asked => self.answered(result),
            Event::Action(Action::Next | Action::Back) if self.number.is_some() => Turn::Home,
            Event::Action(Action::Back) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        let Some(number) = &self.number else {
            return Page::Working {
                what: Say::id("home_visit.working"),
                sub: Say::id("home_visit.working.sub"),
            };
        };
        Page::Outcome {
            tone: Tone::Good,
            title: Say::id("home_visit.done"),
            lead: Say::id("home_visit.lead"),
            rows: vec![Row {
                label: Say::id("home_visit.number"),
                value: Say::Verbatim(number.clone()),
                source: None,
            }],
            receipt: Paper::None,
            next: button(Action::Next, "home", Say::id("action.home")),
            others: Vec::new(),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        self.number.is_none()
    }
}
