//! A slip that is printed when the person wants it, and the ways on from its page.

use std::collections::BTreeMap;

use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Turn, button, button_off};
use crate::session::view::{Button, Paper, Say};

use super::slip::{Rows, Slip};

/// Id of the choice that prints the slip.
const PRINT: &str = "print";

/// The slip of a page, and the ways on.
#[derive(Default)]
pub(super) struct Takeaway {
    slip: Option<Slip>,
}

/// Values and rows of a slip.
pub(super) type Order = (BTreeMap<String, String>, Rows);

impl Takeaway {
    /// The slip that belongs to the page of this step.
    pub fn of(context: &Context, step: usize) -> Self {
        let slip = Slip::of(context, step);
        Self {
            slip: slip.exists().then_some(slip),
        }
    }

    pub fn exists(&self) -> bool {
        self.slip.is_some()
    }

    pub fn paper(&self) -> Paper {
        self.slip.as_ref().map_or(Paper::None, |slip| slip.paper.clone())
    }

    /// Leaving now would leave the paper in the slot.
    pub fn waits(&self) -> bool {
        matches!(self.paper(), Paper::Printing { .. } | Paper::Unknown)
    }

    pub fn next(&self) -> Button {
        let off = self.waits().then(|| Say::id("paper.wait"));
        button_off(Action::Next, "check", Say::id("result.go"), off)
    }

    /// Printing, and another matter.
    pub fn others(&self, context: &Context) -> Vec<Button> {
        let mut others = self.print_button(context);
        if !self.waits() {
            others.push(button(Action::AnotherMatter, "home", Say::id("action.another")));
        }
        others
    }

    /// The button that prints, where there is something to print.
    pub fn print_button(&self, context: &Context) -> Vec<Button> {
        let mut others = Vec::new();
        let print = Action::Choose(PRINT.to_owned());
        match self.slip.as_ref().map(|slip| (&slip.paper, slip.off(context))) {
            Some((Paper::None, off)) => {
                others.push(button_off(print, "receipt", Say::id("result.print"), off));
            }
            Some((Paper::Failed { .. }, off)) => {
                others.push(button_off(print, "receipt", Say::id("action.print_again"), off));
            }
            _ => {}
        }
        others
    }

    pub fn busy(&self) -> bool {
        self.slip.as_ref().is_some_and(|slip| !slip.idle())
    }

    /// Takes what concerns the slip alone; true when it did.
    pub fn prints(
        &mut self,
        context: &mut Context,
        event: &Event,
        order: &dyn Fn(&Context) -> Order,
    ) -> bool {
        if self.slip.as_mut().is_some_and(|slip| slip.on(context, event)) {
            return true;
        }
        if !matches!(event, Event::Action(Action::Choose(id)) if id == PRINT) {
            return false;
        }
        let wanted = matches!(self.paper(), Paper::None | Paper::Failed { .. });
        if let Some(slip) = self
            .slip
            .as_mut()
            .filter(|slip| wanted && slip.off(context).is_none())
        {
            let (values, rows) = order(context);
            slip.print(context, values, rows);
        }
        true
    }

    /// What every page with a slip has in common; `None` when the event is something else.
    pub fn on(
        &mut self,
        context: &mut Context,
        event: &Event,
        order: &dyn Fn(&Context) -> Order,
    ) -> Option<Turn> {
        if self.prints(context, event, order) {
            return Some(Turn::Stay);
        }
        match event {
            Event::Action(Action::Next) if !self.waits() => Some(Turn::Next),
            Event::Action(Action::Back) if !self.waits() => Some(Turn::Back),
            Event::Action(Action::AnotherMatter) if !self.waits() => {
                context.then_home = true;
                Some(Turn::Rate)
            }
            _ => None,
        }
    }
}
