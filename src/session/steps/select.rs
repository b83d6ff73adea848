//! A question with a few answers that stand in the catalogue.

use crate::catalogue::model::{SelectOption, Text};
use crate::session::action::Action;
use crate::session::answers::answer_id;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button, button_off};
use crate::session::view::{Choice, Page, Say};

use super::rules;

/// The page of a question.
pub(in crate::session) struct Select {
    step: usize,
    chosen: String,
    page: usize,
}

impl Select {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            chosen: String::new(),
            page: 0,
        }
    }

    fn choices<'a>(&self, context: &'a Context) -> &'a [SelectOption] {
        let step = context.step(self.step);
        step.map(|step| step.choices.as_slice()).unwrap_or_default()
    }

    fn pages(&self, context: &Context) -> usize {
        pages_of(context, self.choices(context).len())
    }

    fn go_on(&self, context: &mut Context) -> Turn {
        let choice = self
            .choices(context)
            .iter()
            .find(|choice| choice.code == self.chosen);
        let words = choice.map(|choice| (*choice.title).clone());
        let step = context.step(self.step).map(|step| step.id.clone());
        let (Some(words), Some(step)) = (words, step) else {
            return Turn::Stay;
        };
        context.answer_step(&step, &self.chosen, words);
        rules::judged(context, self.step)
    }

    /// Without an answer.
    fn skip(&self, context: &mut Context) -> Turn {
        let Some(step) = context.step(self.step).filter(|step| step.optional) else {
            return Turn::Stay;
        };
        let id = step.id.clone();
        context.forget_answer(&id);
        Turn::Next
    }
}

/// Pages of so many equal things.
pub(super) fn pages_of(context: &Context, count: usize) -> usize {
    count.div_ceil(context.choices_per_page()).max(1)
}

/// Words of the catalogue; nothing for none.
pub(super) fn or_nothing(text: Option<&Text>) -> Say {
    text.map_or_else(
        || Say::Verbatim(String::new()),
        |text| Say::Words((**text).clone()),
    )
}

impl Stage for Select {
    fn enter(&mut self, context: &mut Context) -> Turn {
        let id = context.step(self.step).map(|step| answer_id(&step.id));
        self.chosen = id.map(|id| context.person.text(&id)).unwrap_or_default();
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Choose(id))
                if self.choices(context).iter().any(|choice| choice.code == *id) =>
            {
                self.chosen.clone_from(id);
            }
            Event::Action(Action::TurnPage(page)) => self.page = (*page).min(self.pages(context) - 1),
            Event::Action(Action::Next) => return self.go_on(context),
            Event::Action(Action::Decline) => return self.skip(context),
            Event::Action(Action::Back) => return Turn::Back,
            _ => {}
        }
        Turn::Stay
    }

    fn page(&self, context: &Context) -> Page {
        let step = context.step(self.step);
        let asked = step.and_then(|step| step.ask.as_ref().or(step.title.as_ref()));
        let per_page = context.choices_per_page();
        let pages = self.pages(context);
        let page = self.page.min(pages - 1);
        let off = self.chosen.is_empty().then(|| Say::id("choose.first"));
        let optional = step.is_some_and(|step| step.optional);
        let skip = button(Action::Decline, "chevron-right", Say::id("choose.skip"));
        Page::Choose {
            title: asked.map_or_else(|| Say::id("choose.title"), |text| Say::Words((**text).clone())),
            lead: step
                .and_then(|step| step.text.as_ref())
                .map(|text| Say::Words((**text).clone())),
            choices: self
                .choices(context)
                .iter()
                .skip(page * per_page)
                .take(per_page)
                .map(|choice| Choice {
                    id: choice.code.clone(),
                    icon: choice.icon.clone(),
                    title: Say::Words((*choice.title).clone()),
                    sub: or_nothing(choice.sub.as_ref()),
                    chosen: choice.code == self.chosen,
                    off: None,
                })
                .collect(),
            empty: Say::id("choose.empty"),
            pins: Vec::new(),
            note: None,
            page,
            pages,
            next: Some(button_off(
                Action::Next,
                "chevron-right",
                Say::id("choose.go"),
                off,
            )),
            others: optional.then_some(skip).into_iter().collect(),
        }
    }
}
