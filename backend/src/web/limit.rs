//! How often one client may ask: guessing a secret address or a code must not pay.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::problem::{Case, Refusal};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A page.
    Reading,
    /// A form: codes, PINs, signatures, payments.
    Secret,
}

impl Class {
    /// Times a minute.
    fn times(self) -> u32 {
        match self {
            Self::Reading => 120,
            Self::Secret => 30,
        }
    }
}

const WINDOW_MS: i64 = 60_000;

/// Begin of the minute and number of requests in it, by class and client.
type Windows = HashMap<(Class, String), (i64, u32)>;

/// Counts requests by client, minute by minute, in memory.
#[derive(Default)]
pub struct Limiter(Mutex<Windows>);

impl Limiter {
    /// Counts one request.
    ///
    /// # Errors
    /// `rate-limited`, with the seconds to wait.
    pub fn pass(&self, class: Class, client: &str, now_ms: i64) -> Result<(), Refusal> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|_, (began, _)| now_ms < *began + WINDOW_MS);
        let (began, count) = windows.entry((class, client.to_owned())).or_insert((now_ms, 0));
        *count += 1;
        if *count <= class.times() {
            return Ok(());
        }
        let left = (*began + WINDOW_MS - now_ms).max(1000) / 1000;
        Err(Refusal::from(Case::RateLimited).after(u32::try_from(left).unwrap_or(60)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_waits_for_the_next_minute_and_others_do_not() {
        let limiter = Limiter::default();
        let times = Class::Secret.times();
        for _ in 0..times {
            assert!(limiter.pass(Class::Secret, "a", 1000).is_ok());
        }
        let refused = limiter.pass(Class::Secret, "a", 21_000).unwrap_err();
        assert_eq!(
            (refused.case, refused.problem.retry_after_s),
            (Case::RateLimited, Some(40))
        );
        assert!(limiter.pass(Class::Secret, "b", 21_000).is_ok());
        assert!(limiter.pass(Class::Reading, "a", 21_000).is_ok());
        assert!(limiter.pass(Class::Secret, "a", 61_000).is_ok());
    }
}
