//! What workers say to the loop, and how they are stopped.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kiosk_drivers::health::Health;

use super::materials::Stock;
use super::reason;
use super::vault::Token;
use crate::session::event::{DeviceRole, DeviceState, Event};

/// What reaches the loop.
pub(crate) enum Input {
    /// For the session.
    Event(Event),
    /// A device's health, and what the session is told of it.
    Health(DeviceRole, Health, DeviceState),
    /// The backend opened a session for this visit.
    Token(u64, Token),
    /// A newer catalogue, checked.
    Catalogue(Stock),
    /// Move the clock on, tick by tick; confirmed on the sender.
    Advance(Duration, Sender<()>),
    /// End.
    Stop,
}

/// The way from a worker to the loop. A loop that has ended hears nothing, and that is no error.
#[derive(Clone)]
pub(crate) struct Outlet(Sender<Input>);

impl Outlet {
    pub fn new(sender: Sender<Input>) -> Self {
        Self(sender)
    }

    pub fn send(&self, input: Input) {
        let _ = self.0.send(input);
    }

    pub fn event(&self, event: Event) {
        self.send(Input::Event(event));
    }

    pub fn health(&self, role: DeviceRole, health: Health) {
        let state = reason::state(&health);
        self.send(Input::Health(role, health, state));
    }

    /// A role that is not configured.
    pub fn not_fitted(&self, role: DeviceRole) {
        self.send(Input::Health(
            role,
            Health::absent("not configured"),
            DeviceState::NotFitted,
        ));
    }
}

/// Ends the workers; clones belong together.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Wakes and ends everybody.
    pub fn stop(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    pub fn stopped(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps; `true` when it is time to end.
    pub fn sleep(&self, duration: Duration) -> bool {
        let end = Instant::now() + duration;
        let mut stopped = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        while !*stopped {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return false;
            };
            stopped = self
                .0
                .1
                .wait_timeout(stopped, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }
}

/// Waits before a device is opened again: 1, 2, 5, then always 10 seconds.
#[derive(Default)]
pub(crate) struct BackOff(usize);

impl BackOff {
    const SECONDS: [u64; 4] = [1, 2, 5, 10];

    /// The device was opened.
    pub fn reset(&mut self) {
        self.0 = 0;
    }

    /// The next wait.
    pub fn next(&mut self) -> Duration {
        let seconds = Self::SECONDS
            .get(self.0)
            .or(Self::SECONDS.last())
            .copied()
            .unwrap_or(10);
        self.0 += 1;
        Duration::from_secs(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_ten_seconds_and_start_again_after_success() {
        let mut back_off = BackOff::default();
        let waits: Vec<u64> = (0..6).map(|_| back_off.next().as_secs()).collect();
        assert_eq!(waits, [1, 2, 5, 10, 10, 10]);
        back_off.reset();
        assert_eq!(back_off.next().as_secs(), 1);
    }

    #[test]
    fn a_sleeper_wakes_when_it_is_stopped() {
        let stop = Stop::default();
        let other = stop.clone();
        let thread = std::thread::spawn(move || other.sleep(Duration::from_secs(60)));
        stop.stop();
        assert!(thread.join().unwrap());
    }
}
