//! A value that others look at: the newest counts, nobody can hold the writer up.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

type Listener<T> = Box<dyn Fn(&T) + Send>;

struct Shared<T> {
    latest: Mutex<T>,
    changed: Condvar,
    listeners: Mutex<Vec<Listener<T>>>,
}

/// The newest value; clones watch the same one.
pub struct Watch<T>(Arc<Shared<T>>);

impl<T> Clone for Watch<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone> Watch<T> {
    /// A watch that shows `first`.
    pub fn new(first: T) -> Self {
        Self(Arc::new(Shared {
            latest: Mutex::new(first),
            changed: Condvar::new(),
            listeners: Mutex::new(Vec::new()),
        }))
    }

    /// The newest value.
    pub fn get(&self) -> T {
        lock(&self.0.latest).clone()
    }

    /// Puts a new value; listeners are called on this thread and must not wait.
    pub fn set(&self, value: T) {
        *lock(&self.0.latest) = value.clone();
        self.0.changed.notify_all();
        for listener in lock(&self.0.listeners).iter() {
            listener(&value);
        }
    }

    /// Calls `listener` with the present and every further value.
    pub fn listen(&self, listener: impl Fn(&T) + Send + 'static) {
        // Held first: a value that is set meanwhile waits, and then reaches the listener too.
        let mut listeners = lock(&self.0.listeners);
        listener(&self.get());
        listeners.push(Box::new(listener));
    }

    /// Waits until the value suits; `None` when it did not within `limit`.
    pub fn wait_for(&self, limit: Duration, mut suits: impl FnMut(&T) -> bool) -> Option<T> {
        let end = Instant::now() + limit;
        let mut latest = lock(&self.0.latest);
        loop {
            if suits(&latest) {
                return Some(latest.clone());
            }
            let left = end.checked_duration_since(Instant::now())?;
            latest = self
                .0
                .changed
                .wait_timeout(latest, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiter_sees_the_value_it_waits_for() {
        let watch = Watch::new(0);
        let writer = watch.clone();
        let thread = std::thread::spawn(move || (1..=3).for_each(|value| writer.set(value)));
        assert_eq!(
            watch.wait_for(Duration::from_secs(2), |value| *value == 3),
            Some(3)
        );
        thread.join().unwrap();
        assert_eq!(
            watch.wait_for(Duration::from_millis(5), |value| *value == 9),
            None
        );
    }

    #[test]
    fn a_listener_hears_the_present_value_first() {
        let watch = Watch::new(1);
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        watch.listen(move |value| notes.lock().unwrap().push(*value));
        watch.set(2);
        assert_eq!(*heard.lock().unwrap(), [1, 2]);
    }
}
