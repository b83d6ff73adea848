//! What every page of a visit is to the engine.

use super::action::Action;
use super::context::Context;
use super::event::Event;
use super::view::{Button, Page, Say};

/// How a stage goes on after an event.
pub(super) enum Turn {
    /// Stays.
    Stay,
    /// The next stop of the plan.
    Next,
    /// The previous page.
    Back,
    /// Another page at the same place of the plan.
    To(Box<dyn Stage>),
    /// Back to the choice of a login way.
    Ways,
    /// Back to what this step asks, or to the first thing that is asked.
    Edit(Option<usize>),
    /// Back to the household's letter.
    Authorise,
    /// Another service begins instead of this one.
    Begin(String),
    /// Over the certificate, to the rating.
    Rate,
    /// To the home page.
    Home,
    /// End of the visit.
    End,
}

/// A page, or a wait that is shown as one.
pub(super) trait Stage: Send {
    /// Begins; also again after a problem was mended.
    fn enter(&mut self, context: &mut Context) -> Turn;

    /// Something happened. Time and the world pass through every stage.
    fn on(&mut self, context: &mut Context, event: &Event) -> Turn;

    /// What is to be seen.
    fn page(&self, context: &Context) -> Page;

    /// A device or the backend works: idle time does not run.
    fn busy(&self, _context: &Context) -> bool {
        false
    }

    /// Stops devices that this stage started.
    fn leave(&mut self, _context: &mut Context) {}

    /// What would be lost by leaving now.
    fn lost(&self) -> Option<Say> {
        None
    }

    /// Shows nothing of a person: the longer idle time is enough.
    fn public(&self) -> bool {
        false
    }
}

/// Id text with arguments.
pub(super) fn say<const N: usize>(id: &'static str, arguments: [(&'static str, String); N]) -> Say {
    Say::Id(id, arguments.into_iter().collect())
}

/// A button that can be pressed.
pub(super) fn button(action: Action, icon: &'static str, text: Say) -> Button {
    Button {
        action,
        icon,
        text,
        off: None,
    }
}

/// A button that says why it cannot be pressed.
pub(super) fn button_off(action: Action, icon: &'static str, text: Say, off: Option<Say>) -> Button {
    Button {
        action,
        icon,
        text,
        off,
    }
}
