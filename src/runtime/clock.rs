//! Time comes from here and from nowhere else, so that tests and scripted visits can move it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time;

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::session::event::Instant;

/// A clock.
pub trait Clock: Send + Sync {
    /// Milliseconds since the clock was made; never goes back.
    fn now(&self) -> Instant;

    /// Civil time in China.
    fn wall(&self) -> Zoned;

    /// Moves both on, without waiting.
    fn advance(&self, by: time::Duration);
}

/// The machine's clock; [`Clock::advance`] adds to it.
pub struct RealClock {
    started: time::Instant,
    ahead_ms: AtomicU64,
    /// What civil time differs from the machine's by.
    shift: SignedDuration,
    zone: TimeZone,
}

impl RealClock {
    /// Starts at zero.
    pub fn new() -> Self {
        // China has one zone without summer time; the fixed offset stands in if the database is absent.
        let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(Offset::constant(8)));
        Self {
            started: time::Instant::now(),
            ahead_ms: AtomicU64::new(0),
            shift: SignedDuration::ZERO,
            zone,
        }
    }

    /// Starts today at that hour: a scripted visit finds the counters open whenever it is played.
    pub fn from_hour(hour: i8) -> Self {
        let clock = Self::new();
        let now = clock.wall();
        let at_hour = now.with().hour(hour).minute(0).build();
        Self {
            shift: at_hour.map_or(SignedDuration::ZERO, |then| then.duration_since(&now)),
            ..clock
        }
    }

    fn ahead(&self) -> u64 {
        self.ahead_ms.load(Ordering::Relaxed)
    }
}

impl Default for RealClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for RealClock {
    fn now(&self) -> Instant {
        Instant(milliseconds(self.started.elapsed()) + self.ahead())
    }

    fn wall(&self) -> Zoned {
        let ahead = SignedDuration::from_millis(i64::try_from(self.ahead()).unwrap_or(0));
        let now = Timestamp::now();
        now.checked_add(ahead + self.shift)
            .unwrap_or(now)
            .to_zoned(self.zone.clone())
    }

    fn advance(&self, by: time::Duration) {
        self.ahead_ms.fetch_add(milliseconds(by), Ordering::Relaxed);
    }
}

/// A clock that stands still until it is moved.
pub struct ManualClock {
    ms: AtomicU64,
    start: Zoned,
}

impl ManualClock {
    /// Stands at `start`.
    pub fn new(start: Zoned) -> Self {
        Self {
            ms: AtomicU64::new(0),
            start,
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.ms.load(Ordering::Relaxed))
    }

    fn wall(&self) -> Zoned {
        let passed = SignedDuration::from_millis(i64::try_from(self.now().0).unwrap_or(0));
        self.start
            .checked_add(passed)
            .unwrap_or_else(|_| self.start.clone())
    }

    fn advance(&self, by: time::Duration) {
        self.ms.fetch_add(milliseconds(by), Ordering::Relaxed);
    }
}

fn milliseconds(duration: time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_time_and_date_together() {
        let clock = ManualClock::new("2026-11-23T23:59:30+08:00[Asia/Shanghai]".parse().unwrap());
        clock.advance(time::Duration::from_secs(45));
        assert_eq!(clock.now(), Instant(45_000));
        assert_eq!(clock.wall().date().to_string(), "2026-11-24");
    }

    #[test]
    fn a_clock_from_an_hour_shows_it_today() {
        let (clock, today) = (RealClock::from_hour(10), RealClock::new().wall().date());
        assert_eq!((clock.wall().date(), clock.wall().hour()), (today, 10));
    }

    #[test]
    fn a_real_clock_can_be_pushed_ahead() {
        let clock = RealClock::new();
        clock.advance(time::Duration::from_secs(60));
        assert!(clock.now() >= Instant(60_000) && clock.now() < Instant(70_000));
    }
}
