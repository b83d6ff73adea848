//! The rating (好差评): five levels, never preset, as easily skipped, without effect on the matter.

use crate::protocol::body::Evaluation;
use crate::protocol::call::Method;
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn};
use crate::session::view::Page;

/// Remarks that can be chosen, by text id.
const TAGS: [&str; 5] = [
    "rating.tag.clear",
    "rating.tag.short",
    "rating.tag.large",
    "rating.tag.help",
    "rating.tag.fast",
];

/// The page of the rating.
#[derive(Default)]
pub(in crate::session) struct Rating {
    level: Option<u8>,
    tags: [bool; TAGS.len()],
}

impl Rating {
    fn send(&self, context: &mut Context, level: u8) {
        let chosen = TAGS.iter().zip(self.tags).filter(|(_, chosen)| *chosen);
        let body = Evaluation {
            service_id: context
                .flow
                .as_ref()
                .map_or_else(String::new, |flow| flow.service.clone()),
            level,
            tags: chosen.map(|(tag, _)| (*tag).to_owned()).collect(),
        };
        // Nobody waits for the answer: the rating has no effect on the visit.
        context.call_with(Method::Post, "/v1/evaluations", &body, Keyed::Yes, 10, 3);
    }
}

impl Stage for Rating {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Rate(level)) if (1..=5).contains(level) => {
                self.level = Some(*level);
                Turn::Stay
            }
            Event::Action(Action::RateTag(id)) => {
                let mut tags = TAGS.iter().zip(self.tags.iter_mut());
                if let Some((_, chosen)) = tags.find(|(tag, _)| *tag == id) {
                    *chosen = !*chosen;
                }
                Turn::Stay
            }
            Event::Action(Action::Next) => match self.level {
                Some(level) => {
                    self.send(context, level);
                    Turn::Next
                }
                None => Turn::Stay,
            },
            Event::Action(Action::SkipRating | Action::Decline) => Turn::Next,
            Event::Action(Action::Back) => Turn::Home,
            _ => Turn::Stay,
        }
    }

    fn page(&self, _context: &Context) -> Page {
        Page::Rating {
            level: self.level,
            tags: TAGS.into_iter().zip(self.tags).collect(),
        }
    }
}
