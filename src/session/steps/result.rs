//! What a query or a verification brought, with a slip to take away.

use std::collections::BTreeMap;

use crate::catalogue::model;
use crate::protocol::body::{DocumentVerified, Genuineness};
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, say};
use crate::session::view::{Page, Row, Say, TextSize, Tone};
use crate::text::in_language;

use super::slip::Rows;
use super::takeaway::Takeaway;

/// Rows of a query.
pub(in crate::session) struct Table {
    step: usize,
    page: usize,
    takeaway: Takeaway,
}

impl Table {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            page: 0,
            takeaway: Takeaway::default(),
        }
    }

    fn pages(&self, context: &Context) -> usize {
        let columns = context.step(self.step).map_or(0, |step| step.columns.len());
        let rows = context
            .flow
            .as_ref()
            .and_then(|flow| flow.rows.as_ref())
            .map_or(0, |rows| rows.rows.len());
        rows.div_ceil(rows_per_page(context, columns)).max(1)
    }
}

/// Rows that fit on one page: each is a card with a line a column, and a third of one for every rim. The room
/// is in thirds of a line.
fn rows_per_page(context: &Context, columns: usize) -> usize {
    let room = match (context.preferences.size, context.settings.landscape) {
        (TextSize::Standard, false) => 48,
        (TextSize::Large, false) => 42,
        (TextSize::Standard | TextSize::Large, true) => 32,
        (TextSize::Care | TextSize::Extra, _) => 24,
    };
    (room / (3 * columns + 4)).max(1)
}

/// The state of the register is printed too: a slip without a date proves nothing.
fn table_order(context: &Context) -> (BTreeMap<String, String>, Rows) {
    let mut values = BTreeMap::new();
    let Some(rows) = context.flow.as_ref().and_then(|flow| flow.rows.as_ref()) else {
        return (values, Rows::new());
    };
    let language = &context.preferences.language;
    values.insert("as_of".to_owned(), context.paper_date(&rows.as_of));
    values.insert(
        "office".to_owned(),
        in_language(&rows.office, language).into_owned(),
    );
    let empty = context
        .service()
        .and_then(|service| service.steps.iter().find_map(|step| step.empty.as_ref()));
    if let Some(empty) = empty.filter(|_| rows.rows.is_empty()) {
        values.insert("empty".to_owned(), in_language(empty, language).into_owned());
    }
    (values, rows.rows.clone())
}

impl Stage for Table {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.takeaway = Takeaway::of(context, self.step);
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if let Some(turn) = self.takeaway.on(context, event, &table_order) {
            return turn;
        }
        if let Event::Action(Action::TurnPage(page)) = event {
            self.page = (*page).min(self.pages(context) - 1);
        }
        Turn::Stay
    }

    fn page(&self, context: &Context) -> Page {
        let step = context.service().and_then(|service| service.steps.get(self.step));
        let columns = step.map(|step| step.columns.as_slice()).unwrap_or_default();
        let words = |text: Option<&model::Text>, fallback: &'static str| {
            text.map_or_else(|| Say::id(fallback), |text| Say::Words((**text).clone()))
        };
        let rows = context.flow.as_ref().and_then(|flow| flow.rows.as_ref());
        let per_page = rows_per_page(context, columns.len());
        let cells = rows.map(|rows| rows.rows.as_slice()).unwrap_or_default();
        let note = rows.map_or_else(
            || Say::Verbatim(String::new()),
            |rows| {
                let language = &context.preferences.language;
                let office = in_language(&rows.office, language).into_owned();
                say(
                    "table.note",
                    [("office", office), ("date", context.words_date(&rows.as_of))],
                )
            },
        );
        Page::Table {
            title: words(step.and_then(|step| step.title.as_ref()), "table.title"),
            columns: columns
                .iter()
                .map(|column| Say::Words((*column.title).clone()))
                .collect(),
            rows: cells
                .iter()
                .skip(self.page * per_page)
                .take(per_page)
                .map(|row| {
                    columns
                        .iter()
                        .map(|column| row.get(&column.id).cloned().unwrap_or_default())
                        .collect()
                })
                .collect(),
            empty: words(step.and_then(|step| step.empty.as_ref()), "table.empty"),
            note,
            page: self.page,
            pages: self.pages(context),
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

/// Verdict on a document.
pub(in crate::session) struct Verdict {
    step: usize,
    takeaway: Takeaway,
}

impl Verdict {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            takeaway: Takeaway::default(),
        }
    }
}

/// Words of the catalogue for a verdict.
fn verdict_words(context: &Context, result: Genuineness) -> Option<&model::Remark> {
    let verdicts = context
        .service()?
        .steps
        .iter()
        .find_map(|step| step.verdicts.as_ref())?;
    Some(match result {
        Genuineness::Genuine => &verdicts.genuine,
        Genuineness::Revoked => &verdicts.revoked,
        Genuineness::Unknown => &verdicts.unknown,
    })
}

fn verdict_order(context: &Context) -> (BTreeMap<String, String>, Rows) {
    let mut values = BTreeMap::new();
    let Some(verified) = context.flow.as_ref().and_then(|flow| flow.verified.as_ref()) else {
        return (values, Rows::new());
    };
    let language = &context.preferences.language;
    let words = verdict_words(context, verified.result);
    let (result, lead) = words.map_or_else(Default::default, |words| {
        let lead = words
            .sub
            .as_ref()
            .map(|lead| in_language(lead, language).into_owned());
        (
            in_language(&words.text, language).into_owned(),
            lead.unwrap_or_default(),
        )
    });
    for (name, value) in [
        ("result", result),
        ("lead", lead),
        ("title", in_language(&verified.title, language).into_owned()),
        ("holder", verified.holder_masked.clone()),
        ("issued_on", context.paper_date(&verified.issued_on)),
        ("valid_until", context.paper_date(&verified.valid_until)),
        ("office", in_language(&verified.office, language).into_owned()),
    ] {
        values.insert(name.to_owned(), value);
    }
    (values, Rows::new())
}

fn verdict_rows(context: &Context, verified: &DocumentVerified) -> Vec<Row> {
    let date = |text: &String| Say::Verbatim(context.words_date(text));
    let rows = [
        (
            "verdict.title",
            !verified.title.is_empty(),
            Say::Words(verified.title.clone()),
        ),
        (
            "verdict.holder",
            !verified.holder_masked.is_empty(),
            Say::Verbatim(verified.holder_masked.clone()),
        ),
        (
            "verdict.issued_on",
            !verified.issued_on.is_empty(),
            date(&verified.issued_on),
        ),
        (
            "verdict.valid_until",
            !verified.valid_until.is_empty(),
            date(&verified.valid_until),
        ),
        (
            "verdict.office",
            !verified.office.is_empty(),
            Say::Words(verified.office.clone()),
        ),
    ];
    rows.into_iter()
        .filter(|(_, there, _)| *there)
        .map(|(label, _, value)| Row {
            label: Say::id(label),
            value,
            source: None,
        })
        .collect()
}

impl Stage for Verdict {
    fn enter(&mut self, context: &mut Context) -> Turn {
        self.takeaway = Takeaway::of(context, self.step);
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        self.takeaway
            .on(context, event, &verdict_order)
            .unwrap_or(Turn::Stay)
    }

    fn page(&self, context: &Context) -> Page {
        let verified = context.flow.as_ref().and_then(|flow| flow.verified.as_ref());
        let result = verified.map_or(Genuineness::Unknown, |verified| verified.result);
        let words = verdict_words(context, result);
        let say = |text: &model::Text| Say::Words((**text).clone());
        Page::Outcome {
            tone: match result {
                Genuineness::Genuine => Tone::Good,
                Genuineness::Revoked => Tone::Warn,
                Genuineness::Unknown => Tone::Bad,
            },
            title: words.map_or_else(|| Say::id("verdict.heading"), |words| say(&words.text)),
            lead: words
                .and_then(|words| words.sub.as_ref())
                .map_or_else(|| Say::Verbatim(String::new()), say),
            rows: verified
                .map(|verified| verdict_rows(context, verified))
                .unwrap_or_default(),
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

    fn public(&self) -> bool {
        true
    }
}
