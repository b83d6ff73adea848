//! The page after the end: nothing of the person is left, except a card on the reader and papers.

use super::context::{Context, Papers};
use super::event::Instant;
use super::view::{Page, Say};

/// Between two reminders, in seconds.
const REMIND_S: u32 = 10;

/// State of the goodbye page.
pub(super) struct Goodbye {
    papers: Papers,
    /// End of the page, once no card is left.
    until: Instant,
    remind_at: Instant,
    /// The staff are called then, once.
    alarm_at: Option<Instant>,
}

impl Goodbye {
    pub fn new(context: &Context, papers: Papers) -> Self {
        Self {
            papers,
            until: context.after(context.settings.goodbye_s),
            remind_at: context.after(REMIND_S),
            alarm_at: Some(context.after(context.settings.card_left_s)),
        }
    }

    /// True when the page is over.
    pub fn tick(&mut self, context: &mut Context) -> bool {
        if !context.card_lies {
            return context.now >= self.until;
        }
        // The seconds begin when the card is gone.
        self.until = context.after(context.settings.goodbye_s);
        if context.now >= self.remind_at {
            self.remind_at = context.after(REMIND_S);
            context.speak(Say::id("goodbye.card_left"));
        }
        if self.alarm_at.is_some_and(|at| context.now >= at) {
            self.alarm_at = None;
            context.staff_ticket("card_left", "id_reader");
            context.audit("card.left", &[]);
        }
        false
    }

    pub fn page(&self, context: &Context) -> Page {
        Page::Goodbye {
            card_left: context.card_lies,
            slips: self.papers.slips,
            sheets: self.papers.sheets,
            seconds_left: context.seconds_until(self.until),
        }
    }
}
