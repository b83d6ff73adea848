//! Time-outs of a visit: warning with countdown, "more time", longest visit.

use super::context::Context;
use super::event::Instant;

/// What "more time" adds to the longest visit, in seconds.
const LONGER_S: u32 = 300;

/// The clock of one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Idle {
    touched: Instant,
    warned: Option<Instant>,
    longest: Instant,
    more_times: u32,
}

/// What the time asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alarm {
    /// Nothing.
    Quiet,
    /// The warning begins.
    Warn,
    /// The countdown runs: seconds left.
    Count(u32),
    /// The visit ends.
    End,
}

impl Idle {
    pub fn start(context: &Context) -> Self {
        Self {
            touched: context.now,
            warned: None,
            longest: context.after(context.settings.longest_s),
            more_times: 0,
        }
    }

    /// The person did something.
    pub fn touch(&mut self, context: &Context) {
        self.touched = context.now;
        self.warned = None;
        self.more_times = 0;
    }

    /// "I am still here"; false when it was said too often without anything being done.
    pub fn more_time(&mut self, context: &Context) -> bool {
        if self.more_times >= context.settings.more_time_max {
            return false;
        }
        let times = self.more_times + 1;
        self.touch(context);
        self.more_times = times;
        if context.now >= self.longest {
            self.longest = context.after(LONGER_S);
        }
        true
    }

    /// Work of a device or of the backend is no idleness of the person.
    pub fn pause(&mut self, context: &Context) {
        if self.warned.is_none() {
            self.touched = context.now;
        }
    }

    pub fn look(&mut self, context: &Context, public: bool) -> Alarm {
        let settings = &context.settings;
        let wait = context.patience(if public {
            settings.public_idle_s
        } else {
            settings.idle_s
        });
        let countdown = context.patience(settings.countdown_s);
        let due = Instant((self.touched.0 + u64::from(wait) * 1000).min(self.longest.0.max(self.touched.0)));
        match self.warned {
            None if context.now >= due => {
                self.warned = Some(context.now);
                Alarm::Warn
            }
            None => Alarm::Quiet,
            Some(since) => match context.seconds_until(Instant(since.0 + u64::from(countdown) * 1000)) {
                0 => Alarm::End,
                left => Alarm::Count(left),
            },
        }
    }

    /// Seconds of the countdown.
    pub fn seconds_left(&self, context: &Context) -> u32 {
        let countdown = u64::from(context.patience(context.settings.countdown_s)) * 1000;
        self.warned
            .map_or(0, |since| context.seconds_until(Instant(since.0 + countdown)))
    }
}
