//! The loop: an event in, the session applies it, journal and audit log are written, and only then
//! do the effects begin. One thread; nothing here waits for a device or the backend.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use kiosk_drivers::health::Health;

use super::carriers::Carriers;
use super::clock::Clock;
use super::ledger::{Ledger, is_written};
use super::materials::Stock;
use super::note::{self, Observer};
use super::outlet::Input;
use super::watch::Watch;
use crate::protocol::call::CallFailure;
use crate::session::Session;
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, DeviceState, Event};
use crate::session::view::{Chrome, Page, Say, View};
use crate::store::StoreError;

/// Between two ticks of the clock.
const TICK: Duration = Duration::from_millis(200);
/// Steps in which time is moved on by hand, so that no time-out is jumped over.
const STRIDE: Duration = Duration::from_secs(1);
/// Ticks between two looks at a disk that took no data.
const PROBE_EVERY: u32 = 25;

/// Health of every device.
pub type HealthMap = BTreeMap<DeviceRole, Health>;

/// The terminal cannot serve.
struct OutOfService {
    reason: &'static str,
    ticks: u32,
}

pub(super) struct EventLoop {
    pub session: Session,
    pub ledger: Ledger,
    pub carriers: Carriers,
    pub clock: Arc<dyn Clock>,
    pub inputs: Receiver<Input>,
    pub view: Watch<Arc<View>>,
    pub health: Watch<HealthMap>,
    pub observer: Option<Observer>,
    pub states: BTreeMap<DeviceRole, DeviceState>,
    pub fault: Fault,
    /// Waits for a moment at which nobody is served.
    pub fresh: Option<Stock>,
}

/// Why the terminal is out of service, if it is.
#[derive(Default)]
pub(super) struct Fault(Option<OutOfService>);

impl EventLoop {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        self.started();
        let mut next_tick = Instant::now();
        loop {
            if next_tick <= Instant::now() {
                self.tick();
                next_tick = Instant::now() + TICK;
            }
            match self
                .inputs
                .recv_timeout(next_tick.saturating_duration_since(Instant::now()))
            {
                Ok(Input::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(input) => self.take(input),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        self.carriers.wipe();
        let _ = self.ledger.audit("terminal.ended", Vec::new());
    }

    fn started(&mut self) {
        let version = ("version", env!("CARGO_PKG_VERSION").to_owned());
        let written = self
            .ledger
            .recover()
            .and_then(|()| self.ledger.audit("terminal.started", vec![version]));
        if let Err(error) = written {
            self.out_of_service(&error);
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Event(event) => self.handle(event),
            Input::Health(role, health, state) => self.device(role, health, state),
            Input::Catalogue(stock) => self.fresh = Some(stock),
            Input::Token(session, token) => self.carriers.keep_token(session, token),
            Input::Advance(duration, done) => {
                self.advance(duration);
                let _ = done.send(());
            }
            Input::Stop => {}
        }
    }

    fn advance(&mut self, duration: Duration) {
        let mut left = duration;
        while !left.is_zero() {
            let step = left.min(STRIDE);
            self.clock.advance(step);
            self.tick();
            left -= step;
        }
    }

    fn tick(&mut self) {
        if let Some(fault) = &mut self.fault.0 {
            fault.ticks += 1;
            if fault.ticks % PROBE_EVERY == 0 && self.ledger.probe().is_ok() {
                self.fault.0 = None;
                tracing::info!(event = "terminal.in_service");
                let _ = self.ledger.audit("terminal.in_service", Vec::new());
            }
        }
        self.handle(Event::Tick {
            now: self.clock.now(),
            wall: self.clock.wall(),
        });
    }

    fn device(&mut self, role: DeviceRole, health: Health, state: DeviceState) {
        let mut map = self.health.get();
        if map.insert(role, health.clone()).as_ref() != Some(&health) {
            tracing::info!(event = "device.health", ?role, link = ?health.link, reasons = ?health.reasons, detail = health.detail);
            self.health.set(map);
        }
        if self.states.insert(role, state.clone()).as_ref() != Some(&state) {
            self.handle(Event::Device(role, state));
        }
    }

    fn handle(&mut self, event: Event) {
        if self.fault.0.is_some() && matches!(event, Event::Action(_)) {
            return;
        }
        if let Some(observer) = &mut self.observer
            && let Some(note) = note::of_event(&event)
        {
            observer(self.clock.now(), note);
        }
        if matches!(event, Event::Card(_)) {
            // Its photo is in the vault already.
            self.carriers.clean = false;
        }
        let effects = self.session.apply(event.clone());
        self.begin(Some(&event), effects);
        self.publish();
    }

    /// Writes down what must be written, then carries out.
    fn begin(&mut self, event: Option<&Event>, effects: Vec<Effect>) {
        match self.ledger.record(event, &effects) {
            Ok(()) => effects.into_iter().for_each(|effect| self.carry_out(effect)),
            Err(error) => {
                self.out_of_service(&error);
                for effect in effects {
                    self.refuse_or_carry_out(effect);
                }
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        if let Some(observer) = &mut self.observer {
            observer(self.clock.now(), note::of_effect(&effect));
        }
        let language = self.session.view().chrome.language;
        self.carriers.carry_out(effect, &language);
    }

    /// What could not be written down is not sent; the session learns that nothing happened.
    fn refuse_or_carry_out(&mut self, effect: Effect) {
        if let Some(refused) = refusal(&effect) {
            let further = self.session.apply(refused);
            // Whatever follows from the refusal is not written either.
            for effect in further.into_iter().filter(|effect| !is_written(effect)) {
                self.carry_out(effect);
            }
        } else if !matches!(effect, Effect::Audit(_)) {
            self.carry_out(effect);
        }
    }

    fn out_of_service(&mut self, error: &StoreError) {
        tracing::error!(event = "terminal.out_of_service", cause = %error);
        if self.fault.0.is_none() {
            self.fault.0 = Some(OutOfService {
                reason: error.text_id(),
                ticks: 0,
            });
        }
    }

    /// A newer catalogue takes its place between two visits, with its slips.
    fn renew(&mut self) {
        if !self.session.at_rest() {
            return;
        }
        if let Some(Stock {
            catalogue,
            templates,
            version,
        }) = self.fresh.take()
        {
            self.session.replace_catalogue(catalogue);
            self.carriers.paper.templates = templates;
            tracing::info!(event = "catalogue.replaced", version);
        }
    }

    fn publish(&mut self) {
        let mut view = self.session.view();
        if let Some(fault) = &self.fault.0 {
            view = out_of_service(&view.chrome.language, fault.reason);
        }
        // Whatever the page, the mark of the camera stays until its stream is closed.
        view.chrome.camera_on |= self.carriers.camera_open.load(Ordering::Relaxed);
        if self.session.at_rest() && !self.session.card_lies() {
            self.carriers.at_rest();
        }
        self.renew();
        if *self.view.get() != view {
            if let Some(observer) = &mut self.observer {
                observer(self.clock.now(), note::of_view(&view));
            }
            self.view.set(Arc::new(view));
        }
    }
}

/// What the session hears in place of an effect that could not be written down.
fn refusal(effect: &Effect) -> Option<Event> {
    match effect {
        Effect::Call { ticket, call } if call.key.is_some() => Some(Event::Answer {
            ticket: *ticket,
            result: Err(CallFailure::Offline),
        }),
        Effect::KeepPayment { ticket, .. } => Some(Event::PaymentKept {
            ticket: *ticket,
            kept: false,
        }),
        _ => None,
    }
}

/// The page of a terminal that cannot serve: residents see where to go, a technician what to do.
pub fn out_of_service(language: &str, reason: &'static str) -> View {
    View {
        chrome: Chrome {
            language: language.to_owned(),
            home_dock: true,
            ..Chrome::default()
        },
        page: Page::OutOfService {
            reason: Say::id(reason),
            code: reason.to_owned(),
        },
        dialog: None,
    }
}
