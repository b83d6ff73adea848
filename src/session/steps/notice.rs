//! A text to read before one goes on.

use crate::protocol::body::Words;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::{Event, Instant};
use crate::session::stage::{Stage, Turn, button_off, say};
use crate::session::view::{Page, Say};

use super::reading;

/// The page of a notice.
pub(in crate::session) struct Notice {
    step: usize,
    page: usize,
    /// The main action waits until then.
    until: Instant,
}

impl Notice {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            page: 0,
            until: Instant::default(),
        }
    }

    fn pages(&self, context: &Context) -> Vec<Vec<Say>> {
        let step = context.step(self.step);
        let text = step.and_then(|step| step.text.as_ref()).into_iter();
        let paragraphs = step.map(|step| step.paragraphs.as_slice()).unwrap_or_default();
        let words: Vec<Words> = text.chain(paragraphs).map(|text| (**text).clone()).collect();
        reading::pages(context, &words)
    }

    fn on_last_page(&self, context: &Context) -> bool {
        self.page + 1 >= self.pages(context).len()
    }
}

impl Stage for Notice {
    fn enter(&mut self, context: &mut Context) -> Turn {
        let seconds = context.step(self.step).and_then(|step| step.min_read_s);
        self.until = context.after(seconds.unwrap_or(0));
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        let last = self.on_last_page(context);
        match event {
            Event::Action(Action::Next) if !last => self.page += 1,
            Event::Action(Action::Next) if context.now >= self.until => return Turn::Next,
            Event::Action(Action::TurnPage(page)) => {
                self.page = (*page).min(self.pages(context).len() - 1);
            }
            Event::Action(Action::Back) if self.page > 0 => self.page -= 1,
            Event::Action(Action::Back) => return Turn::Back,
            _ => {}
        }
        Turn::Stay
    }

    fn page(&self, context: &Context) -> Page {
        let step = context.step(self.step);
        let title = step.and_then(|step| step.title.as_ref());
        let mut pages = self.pages(context);
        let total = pages.len();
        // Larger type makes more pages, smaller type fewer.
        let page = self.page.min(total - 1);
        let left = context.seconds_until(self.until);
        let waits = page + 1 == total && left > 0;
        let text = if page + 1 == total {
            "notice.go"
        } else {
            "notice.more"
        };
        Page::Reading {
            title: title.map_or_else(|| Say::id("notice.title"), |title| Say::Words((**title).clone())),
            paragraphs: pages.swap_remove(page),
            source: None,
            page,
            pages: total,
            next: button_off(
                Action::Next,
                "chevron-right",
                Say::id(text),
                waits.then(|| say("notice.wait", [("n", left.to_string())])),
            ),
            others: Vec::new(),
        }
    }

    fn public(&self) -> bool {
        true
    }
}
