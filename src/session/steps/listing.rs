//! A list of the backend: institutions, policies, courses, one's own cases. It is fetched, shown in
//! pages, and each thing opens on a page of its own. A public list needs nobody to be known, and one
//! that was fetched before is shown with its date when the network is gone.

use std::sync::Arc;

use crate::catalogue::model::{Confirms, Operation, ResultView, StepType};
use crate::protocol::call::{CallFailure, CallResult};
use crate::protocol::information::{Item, Listing as Fetched};
use crate::session::action::Action;
use crate::session::answers::answer_id;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::link::{Readiness, parse};
use crate::session::shelf::{Kept, hours};
use crate::session::stage::{Stage, Turn, button, say};
use crate::session::ticket::Ticket;
use crate::session::view::{Button, Choice, Page, Pin, Say};
use crate::text::{format, in_language};

use super::record::Record;
use super::rules;
use super::select::{or_nothing, pages_of};
use super::trouble::Trouble;

/// Things of a list, at most.
const MOST: usize = 200;

/// A list with what is known about its age.
#[derive(Clone)]
pub(in crate::session) struct Known {
    pub listing: Arc<Fetched>,
    /// It is an older one: the network is gone.
    pub kept: Option<jiff::civil::DateTime>,
}

/// The page of a list.
pub(in crate::session) struct Listing {
    step: usize,
    ticket: Option<Ticket>,
    known: Option<Known>,
    page: usize,
}

impl Listing {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            ticket: None,
            known: None,
            page: 0,
        }
    }

    /// Back from one thing of it.
    pub(super) fn again(step: usize, known: Known, page: usize) -> Self {
        Self {
            known: Some(known),
            page,
            ..Self::new(step)
        }
    }

    fn ask(&mut self, context: &mut Context) -> Turn {
        let Some(op) = context.step_op(self.step).cloned() else {
            // What a search found, step by step before this one.
            let found = context.flow.as_ref().and_then(|flow| flow.found.clone());
            return self.shown(context, found.unwrap_or_default(), None);
        };
        match context.look_ready() {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        if !context.online
            && let Some(Kept { listing, at }) = kept(context, &op)
        {
            return self.shown(context, listing, Some(at));
        }
        self.ticket = Some(context.ask_list(&op));
        Turn::Stay
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        let op = context.step_op(self.step).cloned();
        match parse::<Fetched>(result) {
            Ok(mut listing) => {
                listing.items.truncate(MOST);
                let listing = Arc::new(listing);
                if let Some(op) = op.filter(|op| is_kept(context, op)) {
                    let call = context.addressed(&op, &[]).call;
                    let now = context.civil();
                    context.shelf.keep(&call, listing.clone(), now);
                }
                self.shown(context, listing, None)
            }
            Err(failure @ (CallFailure::Offline | CallFailure::Unconfirmed)) => {
                match op.and_then(|op| kept(context, &op)) {
                    Some(Kept { listing, at }) => self.shown(context, listing, Some(at)),
                    None => self.trouble(&failure),
                }
            }
            Err(failure) => self.trouble(&failure),
        }
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        let kept = Say::id("trouble.kept.answers");
        Turn::To(Box::new(Trouble::of_call(
            failure,
            kept,
            Box::new(Self::new(self.step)),
        )))
    }

    fn shown(
        &mut self,
        context: &Context,
        listing: Arc<Fetched>,
        kept: Option<jiff::civil::DateTime>,
    ) -> Turn {
        let listing = if self.on_map(context) {
            by_distance(&listing)
        } else {
            listing
        };
        self.known = Some(Known { listing, kept });
        if is_answer(context, self.step, self.items()) {
            return self.open(context, 0);
        }
        Turn::Stay
    }

    fn on_map(&self, context: &Context) -> bool {
        let step = context.step(self.step);
        step.is_some_and(|step| step.on_map || step.kind == StepType::Map)
    }

    fn items(&self) -> &[Item] {
        let known = self.known.as_ref();
        known
            .map(|known| known.listing.items.as_slice())
            .unwrap_or_default()
    }

    fn pages(&self, context: &Context) -> usize {
        pages_of(context, self.items().len())
    }

    fn open(&self, context: &Context, place: usize) -> Turn {
        match &self.known {
            Some(known) => Turn::To(Box::new(Record::new(
                context,
                self.step,
                known.clone(),
                place,
                self.page,
            ))),
            None => Turn::Stay,
        }
    }

    fn touched(&self, context: &mut Context, id: &str) -> Turn {
        let place = self.items().iter().position(|item| item.id == id);
        let Some((place, item)) = place.and_then(|place| Some((place, self.items().get(place)?))) else {
            return Turn::Stay;
        };
        let bare = item.sections.is_empty()
            && item.paragraphs.is_empty()
            && item.timeline.is_empty()
            && item.qr.is_empty();
        if bare && chooses(context, self.step) && !confirms(context, self.step) {
            return choose(context, self.step, item);
        }
        self.open(context, place)
    }

    /// On without choosing anything.
    fn go_on(&self, context: &mut Context) -> Turn {
        if !may_pass(context, self.step) {
            return Turn::Stay;
        }
        if let Some(id) = context.step(self.step).map(|step| step.id.clone()) {
            context.forget_answer(&id);
        }
        rules::judged(context, self.step)
    }

    fn choice(&self, context: &Context, item: &Item) -> Choice {
        let step = context.step(self.step);
        let answer = step.map(|step| context.person.text(&answer_id(&step.id)));
        let icon = context.service().map(|service| service.page.icon.clone());
        let sub = Say::Words(item.sub.clone());
        let far = item.place.filter(|_| self.on_map(context)).map(|place| {
            let km = format!("{:.1}", place.east_km.hypot(place.north_km));
            say("listing.distance", [("km", km)])
        });
        let off = chooses(context, self.step) && !item.off.is_empty();
        Choice {
            id: item.id.clone(),
            icon: if item.icon.is_empty() {
                icon.unwrap_or_default()
            } else {
                item.icon.clone()
            },
            title: Say::Words(item.title.clone()),
            sub: match far {
                Some(far) if item.sub.is_empty() => far,
                Some(far) => Say::All(vec![sub, Say::Verbatim(" ".to_owned()), far]),
                None => sub,
            },
            chosen: answer.is_some_and(|answer| answer == item.id),
            off: off.then(|| Say::Words(item.off.clone())),
        }
    }

    /// Looking is enough here: nothing has to be chosen.
    fn may_leave(&self, context: &Context) -> bool {
        !chooses(context, self.step) || confirms(context, self.step)
    }

    fn others(&self, context: &Context) -> Vec<Button> {
        let mut others = Vec::new();
        if chooses(context, self.step) && may_pass(context, self.step) {
            others.push(button(Action::Decline, "chevron-right", Say::id("choose.skip")));
        }
        if self.may_leave(context) {
            others.push(button(Action::AnotherMatter, "home", Say::id("action.another")));
        }
        others
    }
}

/// Its answer may be kept for later: it is the same for everyone, and the catalogue says for how long.
fn is_kept(context: &Context, op: &Operation) -> bool {
    op.cache.is_some() && context.is_for_everyone(op)
}

fn kept(context: &Context, op: &Operation) -> Option<Kept> {
    let longest = op.cache.as_deref().and_then(hours)?;
    let call = context.addressed(op, &[]).call;
    context
        .shelf
        .find(&call, context.civil(), longest)
        .filter(|_| is_kept(context, op))
}

fn by_distance(listing: &Fetched) -> Arc<Fetched> {
    let mut sorted = listing.clone();
    let far = |item: &Item| {
        item.place
            .map_or(f32::INFINITY, |place| place.east_km.hypot(place.north_km))
    };
    sorted.items.sort_by(|one, two| far(one).total_cmp(&far(two)));
    Arc::new(sorted)
}

/// The one answer to a search needs no list.
pub(super) fn is_answer(context: &Context, step: usize, items: &[Item]) -> bool {
    let searched = context
        .step_op(step)
        .is_none_or(|op| !op.call.starts_with("GET "));
    items.len() == 1 && searched && !chooses(context, step)
}

/// A thing of this list is the answer to something.
pub(super) fn chooses(context: &Context, step: usize) -> bool {
    context
        .step(step)
        .is_some_and(|step| step.choose || step.kind == StepType::Select)
}

/// A benefit of this list can be confirmed.
pub(super) fn confirms(context: &Context, step: usize) -> bool {
    let entitlements = context
        .step(step)
        .is_some_and(|step| step.view == Some(ResultView::Entitlements));
    let confirm = context.service().and_then(|service| service.entitlement.as_ref());
    entitlements && confirm.is_some_and(|entitlement| entitlement.confirm == Confirms::Account)
}

fn may_pass(context: &Context, step: usize) -> bool {
    !chooses(context, step) || context.step(step).is_some_and(|step| step.optional)
}

/// The person goes on with this thing.
pub(super) fn choose(context: &mut Context, step: usize, item: &Item) -> Turn {
    if !item.off.is_empty() {
        return Turn::Stay;
    }
    let Some(id) = context.step(step).map(|step| step.id.clone()) else {
        return Turn::Home;
    };
    context.answer_step(&id, &item.id, item.title.clone());
    if let Some(flow) = &mut context.flow {
        flow.chosen = Some(item.id.clone());
    }
    rules::judged(context, step)
}

/// Who keeps the list, and how old it is.
pub(super) fn note(context: &Context, known: &Known) -> Option<Say> {
    let language = &context.preferences.language;
    if let Some(at) = known.kept {
        let at = format::date_time(at, context.today(), language);
        return Some(say("listing.kept", [("at", at)]));
    }
    if known.listing.as_of.is_empty() {
        return None;
    }
    let office = in_language(&known.listing.office, language).into_owned();
    let date = context.words_date(&known.listing.as_of);
    Some(say("table.note", [("office", office), ("date", date)]))
}

/// The place of a thing on the plan.
pub(super) fn pin(number: usize, item: &Item) -> Option<Pin> {
    item.place.map(|place| Pin {
        number,
        east_km: place.east_km,
        north_km: place.north_km,
    })
}

impl Stage for Listing {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if self.known.is_some() {
            return Turn::Stay;
        }
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        self.ask(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                return self.answered(context, result);
            }
            Event::Action(Action::Back) => return Turn::Back,
            _ if self.known.is_none() && self.ticket.is_none() => return self.ask(context),
            _ if self.known.is_none() => {}
            Event::Action(Action::Choose(id)) => return self.touched(context, id),
            Event::Action(Action::TurnPage(page)) => self.page = (*page).min(self.pages(context) - 1),
            Event::Action(Action::Next) if !chooses(context, self.step) => return self.go_on(context),
            Event::Action(Action::Decline) => return self.go_on(context),
            Event::Action(Action::AnotherMatter) if self.may_leave(context) => {
                context.then_home = true;
                return Turn::Rate;
            }
            _ => {}
        }
        Turn::Stay
    }

    fn page(&self, context: &Context) -> Page {
        let Some(known) = &self.known else {
            return Page::Working {
                what: Say::id("listing.fetching"),
                sub: Say::id("listing.fetching.sub"),
            };
        };
        let step = context.step(self.step);
        let title = step.and_then(|step| step.ask.as_ref().or(step.title.as_ref()));
        let title = title.or_else(|| Some(&context.service()?.service.title));
        let empty = step.and_then(|step| step.empty.as_ref());
        let pages = self.pages(context);
        let page = self.page.min(pages - 1);
        let per_page = context.choices_per_page();
        let here = self
            .items()
            .iter()
            .enumerate()
            .skip(page * per_page)
            .take(per_page);
        let pins = here
            .clone()
            .filter(|_| self.on_map(context))
            .filter_map(|(place, item)| pin(place + 1, item));
        Page::Choose {
            title: or_nothing(title),
            lead: step
                .and_then(|step| step.text.as_ref())
                .map(|text| Say::Words((**text).clone())),
            choices: here.clone().map(|(_, item)| self.choice(context, item)).collect(),
            empty: empty.map_or_else(|| Say::id("listing.empty"), |text| Say::Words((**text).clone())),
            pins: pins.collect(),
            note: note(context, known),
            page,
            pages,
            next: (!chooses(context, self.step)).then(|| button(Action::Next, "check", Say::id("result.go"))),
            others: self.others(context),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        self.known.is_none()
    }

    fn public(&self) -> bool {
        true
    }
}
