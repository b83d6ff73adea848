//! The others sign later: what is kept, until when, and a slip with the code they sign with. Nobody's
//! number is on it.

use std::collections::BTreeMap;

use crate::catalogue::model::{Output, OutputKind};
use crate::protocol::authorisation::Signatory;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::letter::Letter;
use crate::session::stage::{Stage, Turn, button, button_off, say};
use crate::session::view::{Button, Page, Paper, Row, Say, Tone};
use crate::text::in_language;

use super::authorise::role_line;
use super::slip::{Rows, Slip};

/// Layout of the slip.
const TEMPLATE: &str = "pending_signatures";

/// The page and its slip.
pub(super) struct Pending {
    step: usize,
    slip: Option<Slip>,
}

impl Pending {
    /// For the letter of the step with this index.
    pub fn new(step: usize) -> Self {
        Self { step, slip: None }
    }

    fn paper(&self) -> Paper {
        self.slip.as_ref().map_or(Paper::None, |slip| slip.paper.clone())
    }

    fn waits(&self) -> bool {
        matches!(self.paper(), Paper::Printing { .. } | Paper::Unknown)
    }

    fn print(&mut self, context: &mut Context) {
        let Some(letter) = &context.person.letter else {
            return;
        };
        let (values, rows) = (values(context, letter), rows(context, letter));
        if let Some(slip) = &mut self.slip {
            slip.print(context, values, rows);
        }
    }

    fn others(&self) -> Vec<Button> {
        let mut others = Vec::new();
        if matches!(self.paper(), Paper::Failed { .. }) {
            others.push(button(Action::TryAgain, "printer", Say::id("action.print_again")));
        }
        others.push(button_off(
            Action::Choose("back".to_owned()),
            "writing-sign",
            Say::id("pending.back"),
            self.waits().then(|| Say::id("paper.wait")),
        ));
        others
    }
}

/// The service's slip of this kind.
fn output(context: &Context) -> Option<Output> {
    let outputs = &context.service()?.outputs;
    outputs
        .iter()
        .find(|output| output.kind == OutputKind::Notice && output.template == TEMPLATE)
        .cloned()
}

/// No number of a person; names are masked even on paper, which others will hold.
fn values(context: &Context, letter: &Letter) -> BTreeMap<String, String> {
    let language = &context.preferences.language;
    let title = context
        .service()
        .map(|service| in_language(&service.service.title, language));
    BTreeMap::from([
        ("service".to_owned(), title.unwrap_or_default().into_owned()),
        ("name".to_owned(), context.who_masked().unwrap_or_default()),
        ("id_no".to_owned(), String::new()),
        ("number".to_owned(), letter.state.number.clone()),
        (
            "sign_until".to_owned(),
            context.paper_date(&letter.state.sign_until),
        ),
    ])
}

fn rows(context: &Context, letter: &Letter) -> Rows {
    let language = &context.preferences.language;
    let row = |signatory: &Signatory| {
        BTreeMap::from([
            ("name_masked".to_owned(), signatory.name_masked.clone()),
            (
                "relation".to_owned(),
                in_language(&signatory.relation, language).into_owned(),
            ),
        ])
    };
    letter.waiting().map(row).collect()
}

impl Stage for Pending {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if let Some(output) = output(context) {
            self.slip = Some(Slip::of_output(output));
            self.print(context);
        }
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if self.slip.as_mut().is_some_and(|slip| slip.on(context, event)) {
            return Turn::Stay;
        }
        match event {
            _ if self.waits() => Turn::Stay,
            Event::Action(Action::Next) => Turn::Rate,
            Event::Action(Action::Choose(id)) if id == "back" => {
                Turn::To(Box::new(super::authorise::Authorise::new(self.step)))
            }
            Event::Action(Action::Back) => Turn::To(Box::new(super::authorise::Authorise::new(self.step))),
            Event::Action(Action::TryAgain)
                if matches!(self.paper(), Paper::Failed { .. } | Paper::OnScreen { .. }) =>
            {
                self.print(context);
                Turn::Stay
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let letter = context.person.letter.as_ref();
        let until = letter.map(|letter| context.words_date(&letter.state.sign_until));
        let rows = letter.iter().flat_map(|letter| letter.waiting());
        let off = self.waits().then(|| Say::id("paper.wait"));
        Page::Outcome {
            tone: Tone::Warn,
            title: Say::id("pending.title"),
            lead: say("pending.lead", [("date", until.unwrap_or_default())]),
            rows: rows
                .map(|signatory| Row {
                    label: Say::Verbatim(signatory.name_masked.clone()),
                    value: role_line(context, signatory),
                    source: None,
                })
                .collect(),
            receipt: self.paper(),
            next: button_off(Action::Next, "check", Say::id("pending.go"), off),
            others: self.others(),
        }
    }

    fn lost(&self) -> Option<Say> {
        self.waits().then(|| Say::id("leave.printing"))
    }

    fn busy(&self, _context: &Context) -> bool {
        self.slip.as_ref().is_some_and(|slip| !slip.idle())
    }
}
