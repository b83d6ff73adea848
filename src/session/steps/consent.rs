//! A further separate consent. Refusing is as easy as agreeing and leads to another way.

use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button};
use crate::session::view::{Page, Row, Say};

use super::login::consent_points;
use super::party_ways::who;

/// What agreeing and refusing lead to.
pub(in crate::session) struct Consent {
    pub template: &'static str,
    pub agreed: fn() -> Box<dyn Stage>,
    pub refused: fn(&mut Context) -> Turn,
}

impl Stage for Consent {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Next) => {
                context.give_consent(self.template);
                Turn::To((self.agreed)())
            }
            Event::Action(Action::Decline) => {
                context.audit("consent.refused", &[("template", self.template)]);
                (self.refused)(context)
            }
            Event::Action(Action::Back) => (self.refused)(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let text = context.catalogue.consents.get(self.template);
        let mut points = consent_points(context, self.template);
        if let Some(text) = text {
            let further = [
                ("consent.processor", &text.processor),
                ("consent.method", &text.method),
                ("consent.necessity", &text.necessity),
                ("consent.effect", &text.effect),
                ("consent.rights", &text.rights),
            ];
            points.extend(further.into_iter().map(|(label, words)| Row {
                label: Say::id(label),
                value: Say::Words((**words).clone()),
                source: None,
            }));
        }
        let title = text.map_or_else(
            || Say::id("consent.title"),
            |text| Say::Words((*text.title).clone()),
        );
        Page::Consent {
            // Each person agrees for themselves: the page says who is asked.
            title: match &context.person.candidate {
                Some(candidate) => Say::All(vec![who(candidate), Say::Verbatim(" · ".to_owned()), title]),
                None => title,
            },
            points,
            agree: button(Action::Next, "check", Say::id("consent.agree")),
            decline: button(Action::Decline, "x", Say::id("consent.decline")),
        }
    }
}
