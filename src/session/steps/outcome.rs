//! What a check or a search brought, in the words that the step has for each outcome.

use std::collections::BTreeMap;

use crate::catalogue::model::{OutcomeWords, Tone as CatalogueTone};
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn};
use crate::session::view::{Page, Row, Say, Tone};
use crate::text::in_language;

use super::slip::Rows;
use super::takeaway::{Order, Takeaway};

/// The page of an outcome.
pub(in crate::session) struct Outcome {
    step: usize,
    takeaway: Takeaway,
}

impl Outcome {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            takeaway: Takeaway::default(),
        }
    }
}

/// The words of the step for what came of the matter.
fn words(context: &Context, step: usize) -> Option<&OutcomeWords> {
    let outcome = &context.flow.as_ref()?.outcome;
    let outcomes = &context.step(step)?.outcomes;
    outcomes.iter().find(|words| words.code == *outcome)
}

fn rows(context: &Context) -> Vec<Row> {
    let lines = context.flow.iter().flat_map(|flow| &flow.lines);
    let rows = lines.map(|line| Row {
        label: Say::Words(line.label.clone()),
        value: Say::Words(line.value.clone()),
        source: None,
    });
    rows.collect()
}

/// What the backend said, on paper.
pub(super) fn lines_on_paper(context: &Context) -> Rows {
    let language = &context.preferences.language;
    let lines = context.flow.iter().flat_map(|flow| &flow.lines);
    let rows = lines.map(|line| {
        let value = in_language(&line.value, language);
        line_cells(&in_language(&line.label, language), Some(&value))
    });
    rows.collect()
}

/// A row of a matter: as a line, and as a state that comes.
pub(super) fn line_cells(label: &str, value: Option<&str>) -> BTreeMap<String, String> {
    let cells = [
        ("label", Some(label)),
        ("words", Some(label)),
        ("value", value),
        ("at", value),
    ];
    let there = cells
        .into_iter()
        .filter_map(|(name, cell)| Some((name.to_owned(), cell?.to_owned())));
    there.collect()
}

fn order(context: &Context, step: usize) -> Order {
    let language = &context.preferences.language;
    let mut values = BTreeMap::new();
    if let Some(words) = words(context, step) {
        let both = [("outcome", &words.title), ("lead", &words.lead)];
        values.extend(both.map(|(name, text)| (name.to_owned(), in_language(text, language).into_owned())));
    }
    (values, lines_on_paper(context))
}

impl Stage for Outcome {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.takeaway = Takeaway::of(context, self.step);
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        let step = self.step;
        let turn = self.takeaway.on(context, event, &|context| order(context, step));
        turn.unwrap_or(Turn::Stay)
    }

    fn page(&self, context: &Context) -> Page {
        let words = words(context, self.step);
        let say = |text: &crate::catalogue::model::Text| Say::Words((**text).clone());
        Page::Outcome {
            tone: words.map_or(Tone::Info, |words| match words.tone {
                CatalogueTone::Good => Tone::Good,
                CatalogueTone::Warn => Tone::Warn,
                CatalogueTone::Bad => Tone::Bad,
                CatalogueTone::Info => Tone::Info,
            }),
            title: words.map_or_else(|| Say::id("outcome.title"), |words| say(&words.title)),
            lead: words.map_or_else(|| Say::id("outcome.lead"), |words| say(&words.lead)),
            rows: rows(context),
            receipt: self.takeaway.paper(),
            next: self.takeaway.next(),
            others: self.takeaway.others(context),
        }
    }

    fn lost(&self) -> Option<Say> {
        self.takeaway.waits().then(|| Say::id("leave.printing"))
    }

    fn busy(&self, _context: &Context) -> bool {
        self.takeaway.busy()
    }
}
