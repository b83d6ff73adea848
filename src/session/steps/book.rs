//! Day and time of an appointment. Full times stand there grey, so that one sees why.

use jiff::civil::Date;

use crate::catalogue::model::Operation;
use crate::protocol::body::Words;
use crate::protocol::call::{CallFailure, CallResult};
use crate::protocol::information::{SlotDay, SlotTime, Slots};
use crate::session::action::Action;
use crate::session::answers::answer_id;
use crate::session::context::{Context, Keyed};
use crate::session::event::Event;
use crate::session::link::{Readiness, parse};
use crate::session::stage::{Stage, Turn, button_off, say};
use crate::session::ticket::Ticket;
use crate::session::view::{Choice, Page, Say};
use crate::text::{format, in_language};

use super::rules;
use super::trouble::Trouble;

/// Days of one page.
const DAYS: usize = 5;
/// Days in all, at most.
const MOST_DAYS: usize = 60;

/// The page of the times.
pub(in crate::session) struct Book {
    step: usize,
    ticket: Option<Ticket>,
    slots: Option<Slots>,
    page: usize,
    day: String,
    time: String,
}

impl Book {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            ticket: None,
            slots: None,
            page: 0,
            day: String::new(),
            time: String::new(),
        }
    }

    fn ask(&mut self, context: &mut Context) -> Turn {
        match context.look_ready() {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        let Some(op) = context.step_op(self.step).cloned() else {
            return Turn::Next;
        };
        let (op, further) = wanted(context, op);
        let op = context.addressed(&op, &further);
        self.ticket = Some(context.call_op(&op, &(), Keyed::No));
        Turn::Stay
    }

    fn answered(&mut self, context: &Context, result: &CallResult) -> Turn {
        self.ticket = None;
        match parse::<Slots>(result) {
            Ok(mut slots) => {
                let last = last_day(context);
                slots.days.retain(|day| {
                    day.date
                        .parse::<Date>()
                        .is_ok_and(|day| last.is_none_or(|last| day <= last))
                });
                slots.days.truncate(MOST_DAYS);
                let before = |day: &SlotDay| day.times.iter().any(|time| time.id == self.time);
                let first = slots
                    .days
                    .iter()
                    .position(before)
                    .or_else(|| slots.days.iter().position(|day| !is_full(day)))
                    .unwrap_or(0);
                self.page = first / DAYS;
                self.day = slots
                    .days
                    .get(first)
                    .map(|day| day.date.clone())
                    .unwrap_or_default();
                self.slots = Some(slots);
                Turn::Stay
            }
            Err(failure) => self.trouble(&failure),
        }
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        let again = Box::new(Self::new(self.step));
        Turn::To(Box::new(Trouble::of_call(
            failure,
            Say::id("trouble.kept.answers"),
            again,
        )))
    }

    fn days(&self) -> &[SlotDay] {
        self.slots
            .as_ref()
            .map(|slots| slots.days.as_slice())
            .unwrap_or_default()
    }

    fn times(&self) -> &[SlotTime] {
        let day = self.days().iter().find(|day| day.date == self.day);
        day.map(|day| day.times.as_slice()).unwrap_or_default()
    }

    fn pages(&self) -> usize {
        self.days().len().div_ceil(DAYS).max(1)
    }

    fn chosen(&mut self, id: &str) {
        if self.days().iter().any(|day| day.date == id && !is_full(day)) {
            self.day = id.to_owned();
            self.time.clear();
        } else if self.times().iter().any(|time| time.id == id && time.left > 0) {
            self.time = id.to_owned();
        }
    }

    fn go_on(&self, context: &mut Context) -> Turn {
        let time = self.times().iter().find(|time| time.id == self.time);
        let step = context.step(self.step).map(|step| step.id.clone());
        let (Some(time), Some(step), Some(slots)) = (time, step, &self.slots) else {
            return Turn::Stay;
        };
        let words = in_words(context, &self.day, time, &slots.place);
        context.answer_step(&step, &time.id, words);
        rules::judged(context, self.step)
    }

    fn day(&self, context: &Context, day: &SlotDay) -> Choice {
        let weekday = day.date.parse::<Date>().map(|day| weekday(day.weekday()));
        let full = is_full(day);
        Choice {
            id: day.date.clone(),
            icon: "calendar".to_owned(),
            title: Say::Verbatim(context.words_date(&day.date)),
            sub: weekday.map_or_else(|_| Say::Verbatim(String::new()), Say::id),
            chosen: day.date == self.day,
            off: full.then(|| Say::id("slots.full")),
        }
    }

    fn time(&self, time: &SlotTime) -> Choice {
        Choice {
            id: time.id.clone(),
            icon: "clock".to_owned(),
            title: Say::Verbatim(format!("{}–{}", time.from, time.to)),
            sub: say("slots.left", [("n", time.left.to_string())]),
            chosen: time.id == self.time,
            off: (time.left == 0).then(|| Say::id("slots.full")),
        }
    }
}

/// The call, and what it asks for besides its own values: the resource of the service, and the thing
/// that was chosen before (an office, a course).
fn wanted(context: &Context, op: Operation) -> (Operation, Vec<(&'static str, String)>) {
    let mut further = Vec::new();
    let booking = context.service().and_then(|service| service.booking.as_ref());
    if let Some(booking) = booking.filter(|_| !op.call.contains("resource=")) {
        further.push(("resource", booking.resource.clone()));
    }
    let (answers, params): (Vec<_>, Vec<_>) = op
        .params
        .iter()
        .cloned()
        .partition(|id| id.starts_with("answers."));
    further.extend(answers.iter().map(|id| ("item", context.person.text(id))));
    (Operation { params, ..op }, further)
}

fn last_day(context: &Context) -> Option<Date> {
    let ahead = context.service()?.booking.as_ref()?.days_ahead;
    context
        .today()
        .checked_add(jiff::Span::new().days(i64::from(ahead)))
        .ok()
}

fn is_full(day: &SlotDay) -> bool {
    day.times.iter().all(|time| time.left == 0)
}

fn weekday(day: jiff::civil::Weekday) -> &'static str {
    use jiff::civil::Weekday;
    match day {
        Weekday::Monday => "weekday.monday",
        Weekday::Tuesday => "weekday.tuesday",
        Weekday::Wednesday => "weekday.wednesday",
        Weekday::Thursday => "weekday.thursday",
        Weekday::Friday => "weekday.friday",
        Weekday::Saturday => "weekday.saturday",
        Weekday::Sunday => "weekday.sunday",
    }
}

/// Day, time and place, for the review and the slip.
fn in_words(context: &Context, day: &str, time: &SlotTime, place: &Words) -> Words {
    let languages = ["zh-Hans", "en"];
    let say = |language: &str| {
        let day = format::wire_date(day, context.today(), language);
        let place = in_language(place, language);
        format!("{day} {}–{} {place}", time.from, time.to)
            .trim_end()
            .to_owned()
    };
    languages
        .map(|language| (language.to_owned(), say(language)))
        .into()
}

impl Stage for Book {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        let id = context.step(self.step).map(|step| answer_id(&step.id));
        self.time = id.map(|id| context.person.text(&id)).unwrap_or_default();
        self.ask(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.ticket => {
                return self.answered(context, result);
            }
            Event::Action(Action::Back) => return Turn::Back,
            _ if self.slots.is_none() && self.ticket.is_none() => return self.ask(context),
            Event::Action(Action::Choose(id)) => self.chosen(id),
            Event::Action(Action::TurnPage(page)) => self.page = (*page).min(self.pages() - 1),
            Event::Action(Action::Next) => return self.go_on(context),
            _ => {}
        }
        Turn::Stay
    }

    fn page(&self, context: &Context) -> Page {
        let Some(slots) = &self.slots else {
            return Page::Working {
                what: Say::id("slots.fetching"),
                sub: Say::id("listing.fetching.sub"),
            };
        };
        let title = context.step(self.step).and_then(|step| step.title.as_ref());
        let here = self.days().iter().skip(self.page * DAYS).take(DAYS);
        let ready = self.times().iter().any(|time| time.id == self.time);
        let off = if self.days().iter().all(is_full) {
            Some(Say::id("slots.none"))
        } else {
            (!ready).then(|| Say::id("slots.first"))
        };
        Page::Slots {
            title: title.map_or_else(|| Say::id("slots.title"), |title| Say::Words((**title).clone())),
            place: Say::Words(slots.place.clone()),
            days: here.map(|day| self.day(context, day)).collect(),
            page: self.page,
            pages: self.pages(),
            times: self.times().iter().map(|time| self.time(time)).collect(),
            next: button_off(Action::Next, "chevron-right", Say::id("slots.go"), off),
            others: Vec::new(),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        self.slots.is_none()
    }
}
