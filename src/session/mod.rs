//! One visit: a pure reducer. `apply(event)` changes the state and returns effects; `view()` says
//! what is to be seen. No I/O, no clock, no thread.

pub mod action;
mod answers;
mod ask;
mod board;
mod browse;
mod context;
mod dock;
mod duty;
pub mod effect;
pub mod event;
mod flow;
mod goodbye;
mod idle;
mod letter;
mod link;
mod login;
mod members;
mod party;
pub mod payment;
mod person;
mod plan;
mod regions;
mod settings;
mod shelf;
mod shown;
mod spoken;
mod stage;
mod steps;
#[cfg(test)]
mod tests;
pub mod ticket;
mod tiles;
pub mod transit;
pub mod view;
mod walk;

use std::sync::Arc;

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::catalogue::search::Index;

use browse::Browse;
use context::Context;
use effect::{Effect, Tone};
use event::{DeviceRole, DeviceState, Event};
use flow::Flow;
use goodbye::Goodbye;
use idle::{Alarm, Idle};
use plan::Stop;
pub use settings::Settings;
use stage::Stage;
use ticket::Ticket;
use view::{Chrome, Dialog, Page, Progress, Say, View};

/// The visits of one terminal, one after another.
pub struct Session {
    context: Context,
    /// The catalogue as it was loaded; that of the context reads as it does in the region today.
    catalogue: Arc<Catalogue>,
    /// Region and day of the context's catalogue.
    read: (String, Date),
    index: Index,
    place: Place,
    /// Runs from the first touch to the end of the visit.
    idle: Option<Idle>,
    open: Option<Open>,
    spoken: Option<Say>,
}

enum Place {
    Attract,
    Browse(Browse),
    Stage(Box<dyn Stage>),
    Goodbye(Goodbye),
}

/// The open dialog.
enum Open {
    Idle,
    Comfort,
    Staff { ticket: Ticket, confirmed: bool },
    Leave { home: bool, what: Say },
}

impl Session {
    /// A terminal that waits for its first visit. `number` is that of the visit: unique since the
    /// program started, so that nothing late reaches the next person.
    pub fn new(catalogue: Arc<Catalogue>, settings: Settings, number: u64) -> Self {
        let context = Context::new(catalogue.clone(), settings, number);
        let mut session = Self {
            index: Index::new(&catalogue),
            read: (String::new(), Date::default()),
            context,
            catalogue,
            place: Place::Attract,
            idle: None,
            open: None,
            spoken: None,
        };
        session.read_catalogue();
        session
    }

    /// Reads the catalogue as it stands in the person's region today.
    fn read_catalogue(&mut self) {
        let (region, today) = (self.context.region().to_owned(), self.context.today());
        let local = self.catalogue.in_region(&region, today);
        self.index = Index::new(&local);
        self.context.catalogue = Arc::new(local);
        self.read = (region, today);
    }

    /// The day or the region has changed while no matter is under way.
    fn refresh_catalogue(&mut self) {
        let (region, today) = &self.read;
        let changed = region != self.context.region() || *today != self.context.today();
        if changed && self.context.flow.is_none() {
            self.read_catalogue();
        }
    }

    /// Number of the present visit.
    pub fn number(&self) -> u64 {
        self.context.number
    }

    /// Nobody is being served: catalogue and settings may be replaced.
    pub fn at_rest(&self) -> bool {
        matches!(self.place, Place::Attract) && self.idle.is_none()
    }

    /// A card lies on the reader.
    pub fn card_lies(&self) -> bool {
        self.context.card_lies
    }

    /// Takes a new catalogue; false, and nothing changes, while somebody is being served.
    pub fn replace_catalogue(&mut self, catalogue: Arc<Catalogue>) -> bool {
        if !self.at_rest() {
            return false;
        }
        self.catalogue = catalogue;
        self.read_catalogue();
        true
    }

    /// Something happened.
    pub fn apply(&mut self, event: Event) -> Vec<Effect> {
        if ticket_of(&event).is_some_and(|ticket| ticket.session != self.context.number) {
            return Vec::new();
        }
        self.world(&event);
        match &event {
            Event::Tick { .. } => self.tick(&event),
            Event::Action(action) => self.act_and_tell(&event, action),
            Event::Answer { ticket, result } => {
                self.context.link_answer(*ticket, result);
                if let Some(Open::Staff {
                    ticket: asked,
                    confirmed,
                }) = &mut self.open
                {
                    *confirmed |= asked == ticket && result.is_ok();
                }
                self.pass(&event);
            }
            _ => self.pass(&event),
        }
        self.refresh_catalogue();
        self.speak();
        std::mem::take(&mut self.context.effects)
    }

    /// What the world is like is known at every place.
    fn world(&mut self, event: &Event) {
        let context = &mut self.context;
        match event {
            Event::Tick { now, wall } => context.tick(*now, wall.clone()),
            Event::Device(role, state) => {
                if context.set_device(*role, state.clone()) && *state == DeviceState::Low {
                    context.supply_low(*role);
                }
                if *role == DeviceRole::IdReader && context.device_fault(*role).is_some() {
                    // Nobody can tell any more whether a card lies there.
                    context.card_lies = false;
                    context.card_data = None;
                }
            }
            Event::FaceModels(off) => context.face_off = *off,
            Event::Online(online) => context.online = *online,
            Event::CardReading | Event::CardProblem(_) => context.card_lies = true,
            Event::Card(card) => {
                context.card_lies = true;
                context.card_data = Some(card.clone());
            }
            Event::CardRemoved => {
                context.card_lies = false;
                context.card_data = None;
            }
            _ => {}
        }
    }

    fn tick(&mut self, event: &Event) {
        if let Place::Goodbye(goodbye) = &mut self.place {
            if goodbye.tick(&mut self.context) {
                self.rest();
            }
            return;
        }
        self.pass(event);
        let busy = match &self.place {
            Place::Stage(stage) => stage.busy(&self.context),
            _ => false,
        };
        let public = match &self.place {
            Place::Stage(stage) => stage.public() && !self.context.identified(),
            _ => !self.context.identified(),
        };
        let at_attract = matches!(self.place, Place::Attract);
        let Some(idle) = &mut self.idle else { return };
        if busy && self.open.is_none() {
            return idle.pause(&self.context);
        }
        match idle.look(&self.context, public) {
            Alarm::Warn if at_attract => self.end("timeout"),
            Alarm::Warn => {
                self.open = Some(Open::Idle);
                self.context.sound(Tone::Attention);
            }
            Alarm::End => self.end("timeout"),
            Alarm::Quiet | Alarm::Count(_) => {}
        }
    }

    fn speak(&mut self) {
        let preferences = &self.context.preferences;
        let wanted = preferences.care || preferences.aloud;
        if !wanted && !self.reads_by_itself() {
            if self.spoken.take().is_some() {
                self.context.ask(Effect::StopSpeaking);
            }
            return;
        }
        let aloud = preferences.aloud;
        let view = self.view();
        // What changes while one types or waits is not said again and again: only news is.
        let news = spoken::spoken(&view);
        if news != self.spoken {
            if let Some(words) = &news {
                // Who asked to hear the page hears all of it.
                let rest = if aloud { shown::shown(&view) } else { Vec::new() };
                self.context.speak(spoken::with_rest(words.clone(), rest));
            }
            self.spoken = news;
        }
    }

    /// A notice that is read aloud without being asked; nothing of a person is.
    fn reads_by_itself(&self) -> bool {
        let notice = self.context.flow.as_ref().map(Flow::stop);
        match notice {
            Some(Stop::Notice(step)) => self.context.step(step).is_some_and(|step| step.read_aloud),
            _ => false,
        }
    }

    /// What is to be seen.
    pub fn view(&self) -> View {
        let context = &self.context;
        View {
            chrome: self.chrome(),
            page: self.page(),
            dialog: self.dialog(context),
        }
    }

    fn page(&self) -> Page {
        match &self.place {
            Place::Attract => Page::Attract,
            Place::Browse(browse) => browse.page(&self.context, &self.index),
            Place::Stage(stage) => stage.page(&self.context),
            Place::Goodbye(goodbye) => goodbye.page(&self.context),
        }
    }

    fn chrome(&self) -> Chrome {
        let context = &self.context;
        let flow = context
            .flow
            .as_ref()
            .filter(|_| matches!(self.place, Place::Stage(_)));
        let progress = flow.and_then(|flow| flow.progress(|stop| context.applies(stop)));
        Chrome {
            who: context.who_masked(),
            staff: context.duty.as_ref().map(|duty| duty.name_masked.clone()),
            progress: progress.map(|(now, total, minutes_left)| Progress {
                now,
                total,
                minutes_left,
            }),
            language: context.preferences.language.clone(),
            size: context.preferences.size,
            high_contrast: context.preferences.high_contrast,
            low_reach: context.preferences.low_reach,
            scan_ms: context.preferences.scan_ms,
            curtain: context.preferences.curtain,
            aloud: context.preferences.aloud,
            voice: context.preferences.voice(),
            volume: context.preferences.volume,
            online: context.online,
            camera_on: context.camera_on,
            board: matches!(self.place, Place::Attract).then(|| board::board(context)),
            home_dock: matches!(
                self.place,
                Place::Attract | Place::Goodbye(_) | Place::Browse(Browse::Home)
            ),
        }
    }

    fn dialog(&self, context: &Context) -> Option<Dialog> {
        Some(match self.open.as_ref()? {
            Open::Idle => Dialog::Idle {
                seconds_left: self.idle.map_or(0, |idle| idle.seconds_left(context)),
                kept: Say::id(match context.flow.as_ref() {
                    Some(flow) if flow.number.is_some() => "idle.kept.submitted",
                    Some(_) if context.person.letter.is_some() => "idle.kept.letter",
                    Some(flow) if flow.filled => "idle.kept.lost",
                    _ => "idle.kept.nothing",
                }),
            },
            Open::Comfort => Dialog::Comfort,
            Open::Staff { confirmed, .. } => Dialog::StaffCalled {
                confirmed: *confirmed,
            },
            Open::Leave { what, .. } => Dialog::Leave { what: what.clone() },
        })
    }
}

/// The ticket of an event that answers something.
fn ticket_of(event: &Event) -> Option<Ticket> {
    match event {
        Event::Face { ticket, .. }
        | Event::FaceDone { ticket, .. }
        | Event::Code { ticket, .. }
        | Event::Answer { ticket, .. }
        | Event::Document { ticket, .. }
        | Event::Printing { ticket, .. }
        | Event::Printed { ticket, .. }
        | Event::PictureTaken { ticket, .. }
        | Event::TransitCard { ticket, .. }
        | Event::LoadBegun { ticket, .. }
        | Event::LoadEnded { ticket, .. }
        | Event::PaymentKept { ticket, .. }
        | Event::PaymentSettled { ticket, .. } => Some(*ticket),
        _ => None,
    }
}
