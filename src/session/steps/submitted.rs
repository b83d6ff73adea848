//! What a submission or an attestation brought: the number, what comes, and the receipt.

use std::collections::BTreeMap;

use crate::catalogue::model::Kind;
use crate::protocol::body::{PackageCase, TimelineEntry};
use crate::protocol::information::Line;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::plan::Stop;
use crate::session::stage::{Stage, Turn, button, button_off, say};
use crate::session::view::{Button, Node, Page, Paper, Say, TextSize};
use crate::text::{format, in_language};

use super::outcome::{line_cells, lines_on_paper};
use super::slip::{Rows, Slip};

/// States that the page shows, and in large type.
const NODES: usize = 4;
const LARGE_NODES: usize = 3;

/// The page of the result.
pub(in crate::session) struct Submitted {
    step: usize,
    slip: Option<Slip>,
}

impl Submitted {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self { step, slip: None }
    }

    fn print(&mut self, context: &mut Context) {
        let (values, rows) = (values(context), rows(context));
        if let Some(slip) = &mut self.slip {
            slip.print(context, values, rows);
        }
    }

    fn paper(&self) -> Paper {
        self.slip.as_ref().map_or(Paper::None, |slip| slip.paper.clone())
    }

    /// Leaving while the paper is under way would leave it in the slot.
    fn waits(&self) -> bool {
        matches!(self.paper(), Paper::Printing { .. } | Paper::Unknown)
    }
}

fn values(context: &Context) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let language = &context.preferences.language;
    if let Some(attested) = context.flow.as_ref().and_then(|flow| flow.attested.as_ref()) {
        values.insert(
            "valid_until".to_owned(),
            context.paper_date(&attested.valid_until),
        );
        values.insert("next_from".to_owned(), context.paper_date(&attested.next_from));
        values.insert(
            "benefit".to_owned(),
            in_language(&attested.benefit, language).into_owned(),
        );
    }
    values
}

/// For the slip: the cases of a package, else what the person must know, else what still comes. Each
/// row has the cells of every template for such a slip.
fn rows(context: &Context) -> Rows {
    let Some(flow) = &context.flow else {
        return Rows::new();
    };
    if !flow.cases.is_empty() {
        return flow
            .cases
            .iter()
            .map(|case| case_on_paper(context, case))
            .collect();
    }
    if !flow.lines.is_empty() {
        return lines_on_paper(context);
    }
    let comes = flow.timeline.iter().filter(|entry| !entry.done);
    comes.map(|entry| entry_on_paper(context, entry)).collect()
}

fn case_on_paper(context: &Context, case: &PackageCase) -> BTreeMap<String, String> {
    let language = &context.preferences.language;
    let mut cells = line_cells(&in_language(&case.title, language), Some(&case.number));
    for (name, value) in [
        ("title", in_language(&case.title, language).into_owned()),
        ("number", case.number.clone()),
        ("office", in_language(&case.office, language).into_owned()),
    ] {
        cells.insert(name.to_owned(), value);
    }
    cells
}

fn entry_on_paper(context: &Context, entry: &TimelineEntry) -> BTreeMap<String, String> {
    let language = &context.preferences.language;
    let at = entry.at.as_deref().map(|at| context.paper_date(at));
    let at = at.map(|at| when(context, entry, at));
    let mut cells = line_cells(&in_language(&entry.words, language), at.as_deref());
    let office = in_language(&entry.office, language).into_owned();
    cells.insert("office".to_owned(), office);
    cells
}

/// A day that was reached, a last day, or the day from which payments begin.
pub(super) fn when(context: &Context, entry: &TimelineEntry, day: String) -> String {
    let language = &context.preferences.language;
    match entry.state.as_str() {
        _ if entry.done => day,
        "paid" => format::from(&day, language),
        _ => format::until(&day, language),
    }
}

fn node(context: &Context, entry: &TimelineEntry, now: bool) -> Node {
    let office = (!entry.office.is_empty()).then(|| Say::Words(entry.office.clone()));
    let at = entry.at.as_deref().map(|at| context.words_date(at));
    let at = at.map(|at| Say::Verbatim(when(context, entry, at)));
    let sub = match (at, office) {
        (Some(at), Some(office)) => Some(Say::All(vec![at, Say::Verbatim(" ".to_owned()), office])),
        (at, office) => at.or(office),
    };
    Node {
        done: entry.done,
        now,
        title: Say::Words(entry.words.clone()),
        sub,
    }
}

/// Where it stands and what comes next, as much as the page holds beside its paper; the slip has all.
fn nodes(context: &Context) -> Vec<Node> {
    let Some(flow) = &context.flow else {
        return Vec::new();
    };
    if let Some(attested) = &flow.attested {
        let until = context.words_date(&attested.valid_until);
        let next = context.words_date(&attested.next_from);
        return vec![
            Node {
                done: true,
                now: true,
                title: Say::Words(attested.benefit.clone()),
                sub: None,
            },
            Node {
                done: false,
                now: false,
                title: say("attested.until", [("date", until)]),
                sub: None,
            },
            Node {
                done: false,
                now: false,
                title: say("attested.next", [("date", next)]),
                sub: None,
            },
        ];
    }
    let most = match context.preferences.size {
        TextSize::Standard | TextSize::Large => NODES,
        TextSize::Care | TextSize::Extra => LARGE_NODES,
    };
    if !flow.cases.is_empty() {
        return case_nodes(&flow.cases, most);
    }
    if !flow.lines.is_empty() {
        let told = |line: &Line| Node {
            done: true,
            now: false,
            title: Say::Words(line.label.clone()),
            sub: Some(Say::Words(line.value.clone())),
        };
        return flow.lines.iter().map(told).collect();
    }
    let nodes = nodes_of(context, &flow.timeline);
    let now = nodes.iter().position(|node| node.now).unwrap_or_default();
    nodes.into_iter().skip(now).take(most).collect()
}

/// The first cases of a package, and how many more there are.
fn case_nodes(cases: &[PackageCase], most: usize) -> Vec<Node> {
    if cases.len() <= most {
        return cases.iter().map(case_node).collect();
    }
    let shown = most - 1;
    let more = Node {
        done: false,
        now: false,
        title: say("submitted.more_cases", [("n", (cases.len() - shown).to_string())]),
        sub: None,
    };
    let nodes = cases.iter().take(shown).map(case_node);
    nodes.chain(std::iter::once(more)).collect()
}

/// A case of a package, with its number and who decides.
fn case_node(case: &PackageCase) -> Node {
    let number = Say::Verbatim(format!("{} ", case.number));
    Node {
        done: false,
        now: false,
        title: Say::Words(case.title.clone()),
        sub: Some(Say::All(vec![number, Say::Words(case.office.clone())])),
    }
}

/// The states of a matter as points of a line.
pub(super) fn nodes_of(context: &Context, timeline: &[TimelineEntry]) -> Vec<Node> {
    let present = timeline.iter().rposition(|entry| entry.done);
    timeline
        .iter()
        .enumerate()
        .map(|(place, entry)| node(context, entry, Some(place) == present))
        .collect()
}

/// What kind of matter was received, in the words of its page.
fn heading(context: &Context) -> (&'static str, &'static str) {
    let flow = context.flow.as_ref();
    if flow.is_some_and(|flow| flow.attested.is_some()) {
        return ("attested.title", "submitted.lead");
    }
    match context.service().map(|service| service.service.kind) {
        Some(Kind::Book) => ("booked.title", "booked.lead"),
        Some(Kind::Report) => ("reported.title", "reported.lead"),
        Some(Kind::Entitlement) => ("confirmed.title", "confirmed.lead"),
        _ => ("submitted.title", "submitted.lead"),
    }
}

impl Stage for Submitted {
    fn enter(&mut self, context: &mut Context) -> Turn {
        let slip = Slip::of(context, self.step);
        if slip.exists() {
            self.slip = Some(slip);
            self.print(context);
        }
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if self.slip.as_mut().is_some_and(|slip| slip.on(context, event)) {
            return Turn::Stay;
        }
        match event {
            Event::Action(Action::Next) if !self.waits() => Turn::Next,
            Event::Action(Action::AnotherMatter) if !self.waits() => {
                context.then_home = true;
                Turn::Rate
            }
            Event::Action(Action::Back) if !self.waits() => Turn::Home,
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
        let flow = context.flow.as_ref();
        let done = context.service().and_then(|service| service.page.done.as_ref());
        let (title, lead) = heading(context);
        let lead = done.map_or_else(
            || Say::id(lead),
            |remark| {
                let mut parts = vec![Say::Words((*remark.text).clone())];
                parts.extend(remark.sub.as_ref().map(|sub| Say::Words((**sub).clone())));
                Say::All(parts)
            },
        );
        let waits_next = flow.is_some_and(|flow| {
            matches!(
                flow.plan.get(flow.at + 1),
                Some(Stop::Wait(_) | Stop::Certificate(_))
            )
        });
        let text = if waits_next {
            "submitted.go_certificate"
        } else {
            "submitted.go"
        };
        let off = self.waits().then(|| Say::id("paper.wait"));
        let mut others: Vec<Button> = Vec::new();
        if matches!(self.paper(), Paper::Failed { .. }) {
            others.push(button(Action::TryAgain, "printer", Say::id("action.print_again")));
        }
        if !waits_next {
            others.push(button_off(
                Action::AnotherMatter,
                "home",
                Say::id("action.another"),
                off.clone(),
            ));
        }
        Page::Submitted {
            title: Say::id(title),
            lead,
            number: flow.and_then(|flow| flow.number.clone()).unwrap_or_default(),
            nodes: nodes(context),
            receipt: self.paper(),
            next: button_off(Action::Next, "check", Say::id(text), off),
            others,
        }
    }

    fn lost(&self) -> Option<Say> {
        self.waits().then(|| Say::id("leave.printing"))
    }

    fn busy(&self, _context: &Context) -> bool {
        self.slip.as_ref().is_some_and(|slip| !slip.idle())
    }
}
