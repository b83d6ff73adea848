//! One thing of a list in full: its lines, its text, where it is, how far it is, and what can be done
//! with it.

use std::collections::BTreeMap;

use crate::catalogue::model::Status;
use crate::protocol::body::Words;
use crate::protocol::information::{Item, Line, Part};
use crate::session::action::Action;
use crate::session::browse::obstacle;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button, button_off};
use crate::session::view::{Button, Page, Row, Say, Section, TextSize};
use crate::text::in_language;

use super::listing::{Known, Listing, choose, chooses, confirms, is_answer, note, pin};
use super::reading;
use super::slip::Rows;
use super::submitted::{nodes_of, when};
use super::takeaway::{Order, Takeaway};

/// Lines of details on one page, and in large type.
const LINES: usize = 10;
const LARGE_LINES: usize = 6;
/// What a plan or a code takes of them.
const PICTURE_LINES: usize = 3;

/// What the main action does.
enum Way {
    /// The answer to something.
    Choose,
    /// A benefit that waits for the person's word.
    Confirm,
    /// Another service goes on from here; why it cannot now.
    Begin(String, Option<Say>),
    /// It is all there is.
    On,
    List,
}

/// What a page of the thing holds.
enum Leaf {
    Details(Vec<Section>),
    Text(Vec<Say>),
}

/// The page of one thing.
pub(in crate::session) struct Record {
    step: usize,
    known: Known,
    item: Item,
    number: usize,
    /// Page of the list from which it was opened.
    list_page: usize,
    page: usize,
    takeaway: Takeaway,
}

impl Record {
    /// The thing at this place of a list.
    pub fn new(context: &Context, step: usize, known: Known, place: usize, list_page: usize) -> Self {
        Self {
            step,
            item: known.listing.items.get(place).cloned().unwrap_or_default(),
            known,
            number: place + 1,
            list_page,
            page: 0,
            takeaway: Takeaway::of(context, step),
        }
    }

    fn way(&self, context: &Context) -> Way {
        if confirms(context, self.step) {
            let waits = self.item.state == "awaiting_confirmation";
            return if waits { Way::Confirm } else { Way::List };
        }
        if chooses(context, self.step) {
            return Way::Choose;
        }
        let present = context.flow.as_ref().map(|flow| flow.service.as_str());
        let service = context.catalogue.service(&self.item.service_id);
        let service = service.filter(|service| {
            service.service.status != Status::Retired && Some(service.service.id.as_str()) != present
        });
        match service {
            Some(service) => Way::Begin(service.service.id.clone(), obstacle(context, service)),
            None if is_answer(context, self.step, &self.known.listing.items) => Way::On,
            None => Way::List,
        }
    }

    fn to_list(&self) -> Turn {
        let list = Listing::again(self.step, self.known.clone(), self.list_page);
        Turn::To(Box::new(list))
    }

    fn back(&self, context: &Context) -> Turn {
        if is_answer(context, self.step, &self.known.listing.items) {
            Turn::Back
        } else {
            self.to_list()
        }
    }

    fn go(&self, context: &mut Context) -> Turn {
        match self.way(context) {
            Way::Choose | Way::Confirm => choose(context, self.step, &self.item),
            Way::Begin(id, None) => Turn::Begin(id),
            Way::Begin(_, Some(_)) => Turn::Stay,
            Way::On => Turn::Next,
            Way::List => self.to_list(),
        }
    }

    fn next(&self, context: &Context) -> Button {
        let waits = self.takeaway.waits().then(|| Say::id("paper.wait"));
        let off = (!self.item.off.is_empty()).then(|| Say::Words(self.item.off.clone()));
        let (icon, text, off) = match self.way(context) {
            Way::Choose => ("check", "record.choose", off),
            Way::Confirm => ("check", "record.confirm", off),
            Way::Begin(_, off) => ("chevron-right", "record.begin", off),
            Way::On => ("check", "result.go", None),
            Way::List => ("arrow-back-up", "record.list", None),
        };
        button_off(Action::Next, icon, Say::id(text), waits.or(off))
    }

    fn others(&self, context: &Context) -> Vec<Button> {
        let mut others = self.takeaway.print_button(context);
        if !matches!(self.way(context), Way::List | Way::On) {
            others.push(button(Action::Back, "arrow-back-up", Say::id("record.list")));
        }
        others
    }

    fn leaves(&self, context: &Context) -> Vec<Leaf> {
        let mut leaves: Vec<Leaf> = packed(context, &self.item.sections, self.room(context))
            .into_iter()
            .map(Leaf::Details)
            .collect();
        if !self.item.paragraphs.is_empty() {
            let pages = reading::pages(context, &self.item.paragraphs);
            leaves.extend(pages.into_iter().map(Leaf::Text));
        }
        if leaves.is_empty() {
            leaves.push(Leaf::Details(Vec::new()));
        }
        leaves
    }

    /// Lines of details that one page has room for.
    fn room(&self, context: &Context) -> usize {
        let lines = match context.preferences.size {
            TextSize::Standard | TextSize::Large => LINES,
            TextSize::Care | TextSize::Extra => LARGE_LINES,
        };
        let picture = self.item.place.is_some() || !self.item.qr.is_empty();
        lines - if picture { PICTURE_LINES } else { 0 }
    }

    fn timeline(&self, context: &Context) -> Page {
        Page::Timeline {
            title: Say::Words(self.item.title.clone()),
            number: self.item.number.clone(),
            lead: Say::Words(self.item.sub.clone()),
            nodes: nodes_of(context, &self.item.timeline),
            rows: self
                .item
                .sections
                .iter()
                .flat_map(|part| &part.lines)
                .map(row)
                .collect(),
            receipt: self.takeaway.paper(),
            next: self.next(context),
            others: self.others(context),
        }
    }
}

fn row(line: &Line) -> Row {
    Row {
        label: Say::Words(line.label.clone()),
        value: Say::Words(line.value.clone()),
        source: None,
    }
}

/// Parts on pages of so many lines; a part that does not fit goes on under the same heading.
fn packed(context: &Context, parts: &[Part], room: usize) -> Vec<Vec<Section>> {
    let language = &context.preferences.language;
    let mut pages: Vec<Vec<Section>> = Vec::new();
    let mut used = room;
    for part in parts {
        let mut heading = true;
        for line in &part.lines {
            let lines = reading::lines(context, &in_language(&line.value, language));
            if used + lines + usize::from(heading) > room {
                pages.push(Vec::new());
                (used, heading) = (0, true);
            }
            let Some(page) = pages.last_mut() else { continue };
            if heading {
                page.push(Section {
                    edit: String::new(),
                    title: Say::Words(part.title.clone()),
                    rows: Vec::new(),
                });
            }
            if let Some(section) = page.last_mut() {
                section.rows.push(row(line));
            }
            used += lines + usize::from(heading);
            heading = false;
        }
    }
    pages
}

/// The thing on paper.
fn order(context: &Context, known: &Known, item: &Item) -> Order {
    let language = &context.preferences.language;
    let words = |words: &Words| in_language(words, language).into_owned();
    let mut values = BTreeMap::from([
        ("title".to_owned(), words(&item.title)),
        ("lead".to_owned(), words(&item.sub)),
        ("as_of".to_owned(), context.paper_date(&known.listing.as_of)),
        ("office".to_owned(), words(&known.listing.office)),
    ]);
    if !item.qr.is_empty() {
        values.insert("qr".to_owned(), item.qr.clone());
    }
    let line = |label: String, value: Option<String>| {
        let mut row = BTreeMap::from([("label".to_owned(), label)]);
        row.extend(value.map(|value| ("value".to_owned(), value)));
        row
    };
    let mut rows = Rows::new();
    for part in &item.sections {
        rows.push(line(words(&part.title), None));
        let lines = part.lines.iter();
        rows.extend(lines.map(|one| line(words(&one.label), Some(words(&one.value)))));
    }
    rows.extend(item.timeline.iter().map(|entry| {
        let at = entry.at.as_deref().map(|at| context.paper_date(at));
        line(words(&entry.words), at.map(|at| when(context, entry, at)))
    }));
    rows.extend(item.paragraphs.iter().map(|text| line(words(text), None)));
    (values, rows)
}

impl Stage for Record {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        let (known, item) = (self.known.clone(), self.item.clone());
        if self
            .takeaway
            .prints(context, event, &|context| order(context, &known, &item))
        {
            return Turn::Stay;
        }
        match event {
            Event::Action(Action::TurnPage(page)) => {
                self.page = (*page).min(self.leaves(context).len() - 1);
                Turn::Stay
            }
            Event::Action(Action::Next) if !self.takeaway.waits() => self.go(context),
            Event::Action(Action::Back) if !self.takeaway.waits() => self.back(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        if !self.item.timeline.is_empty() {
            return self.timeline(context);
        }
        let mut leaves = self.leaves(context);
        let pages = leaves.len();
        let page = self.page.min(pages - 1);
        let title = Say::Words(self.item.title.clone());
        match leaves.swap_remove(page) {
            Leaf::Text(paragraphs) => Page::Reading {
                title,
                paragraphs,
                source: note(context, &self.known),
                page,
                pages,
                next: self.next(context),
                others: self.others(context),
            },
            Leaf::Details(sections) => Page::Record {
                title,
                lead: Say::Words(self.item.sub.clone()),
                sections,
                pins: pin(self.number, &self.item).into_iter().collect(),
                code: (!self.item.qr.is_empty()).then(|| (self.item.qr.clone(), Say::id("record.scan"))),
                note: note(context, &self.known),
                page,
                pages,
                receipt: self.takeaway.paper(),
                next: self.next(context),
                others: self.others(context),
            },
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
