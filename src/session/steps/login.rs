//! The choice of a way of login: equal ways, and the consent text of the face beside it.

use crate::catalogue::model::ConsentText;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::login::Way;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::view::{Choice, Page, Row, Say};

/// Template of the consent to the face check.
pub(in crate::session) const FACE_CONSENT: &str = "face_login";

/// The page of the ways.
#[derive(Default)]
pub(in crate::session) struct Login {
    chosen: Option<Way>,
}

impl Stage for Login {
    fn enter(&mut self, context: &mut Context) -> Turn {
        context.way = None;
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        // What was chosen may become unusable while the person reads.
        self.chosen = self.chosen.filter(|way| way.off(context).is_none());
        match event {
            Event::Action(Action::Choose(id)) => {
                let offered = context.service().map(Way::of).unwrap_or_default();
                let way = Way::from_id(id).filter(|way| offered.contains(way) && way.off(context).is_none());
                self.chosen = way.or(self.chosen);
                Turn::Stay
            }
            Event::Action(Action::Decline) => {
                if self.chosen == Some(Way::Face) {
                    context.audit("consent.refused", &[("template", FACE_CONSENT)]);
                    self.chosen = None;
                }
                Turn::Stay
            }
            Event::Action(Action::Next) => match self.chosen {
                Some(way) => {
                    context.way = Some(way);
                    context.open_link();
                    // Pressing the button below the four points is the consent, and nothing else is.
                    if way == Way::Face {
                        context.give_consent(FACE_CONSENT);
                    }
                    Turn::Next
                }
                None => Turn::Stay,
            },
            Event::Action(Action::Back) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let offered = context.service().map(Way::of).unwrap_or_default();
        let ways = offered
            .into_iter()
            .map(|way| Choice {
                id: way.id().to_owned(),
                icon: way.icon().to_owned(),
                title: way.title(),
                sub: way.sub(),
                chosen: self.chosen == Some(way),
                off: way.off(context),
            })
            .collect();
        let text = self.chosen.map_or_else(|| Say::id("login.choose"), Way::go);
        let off = self.chosen.is_none().then(|| Say::id("login.choose"));
        let face = self.chosen == Some(Way::Face);
        Page::LoginWays {
            ways,
            points: if face {
                consent_points(context, FACE_CONSENT)
            } else {
                Vec::new()
            },
            next: button_off(Action::Next, "chevron-right", text, off),
        }
    }
}

/// The four points of a consent.
pub(in crate::session) fn consent_points(context: &Context, template: &str) -> Vec<Row> {
    let Some(text) = context.catalogue.consents.get(template) else {
        return Vec::new();
    };
    let ConsentText { points, .. } = text;
    [
        ("consent.point.purpose", &points.purpose),
        ("consent.point.what", &points.what),
        ("consent.point.retention", &points.retention),
        ("consent.point.withdrawal", &points.withdrawal),
    ]
    .into_iter()
    .map(|(label, words)| Row {
        label: Say::id(label),
        value: Say::Words((**words).clone()),
        source: None,
    })
    .collect()
}
