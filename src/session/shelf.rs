//! Public lists that were fetched before: shown with their date when the network is gone. Nothing of
//! a person gets here: only what anybody may ask for without saying who they are or typing anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::DateTime;

use crate::protocol::information::Listing;

/// Lists kept, at most.
const MOST: usize = 64;

/// One list as it was fetched.
#[derive(Clone)]
pub(super) struct Kept {
    pub listing: Arc<Listing>,
    pub at: DateTime,
}

/// All of them, by the call that fetched them.
#[derive(Default)]
pub(super) struct Shelf(BTreeMap<String, Kept>);

impl Shelf {
    /// Keeps a list; the oldest one makes room.
    pub fn keep(&mut self, call: &str, listing: Arc<Listing>, at: DateTime) {
        self.0.insert(call.to_owned(), Kept { listing, at });
        while self.0.len() > MOST {
            let oldest = self.0.iter().min_by_key(|(_, kept)| kept.at);
            let Some(oldest) = oldest.map(|(call, _)| call.clone()) else {
                return;
            };
            self.0.remove(&oldest);
        }
    }

    /// The list that a call fetched, unless it is older than `hours`.
    pub fn find(&self, call: &str, now: DateTime, hours: i64) -> Option<Kept> {
        let kept = self.0.get(call)?;
        let age = now.duration_since(kept.at).as_hours();
        (age < hours).then(|| kept.clone())
    }
}

/// Hours of a time like `24h` or `7d`; `None` when it is none.
pub(super) fn hours(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok()?;
    match unit {
        "h" => Some(number),
        "d" => Some(number * 24),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_list_grows_old_and_the_oldest_makes_room() {
        let mut shelf = Shelf::default();
        let start = date(2026, 11, 23).at(8, 0, 0, 0);
        for minute in 0..=MOST {
            let at = start
                .checked_add(jiff::Span::new().minutes(minute as i64))
                .unwrap();
            shelf.keep(&format!("GET /v1/list?n={minute}"), Arc::default(), at);
        }
        let later = start.checked_add(jiff::Span::new().hours(3)).unwrap();
        assert!(shelf.find("GET /v1/list?n=0", later, 24).is_none());
        assert!(shelf.find("GET /v1/list?n=1", later, 24).is_some());
        assert!(shelf.find("GET /v1/list?n=1", later, 2).is_none());
    }

    #[test]
    fn a_time_is_hours_or_days() {
        assert_eq!((hours("24h"), hours("7d")), (Some(24), Some(168)));
        assert_eq!((hours("soon"), hours(""), hours("5")), (None, None, None));
    }
}
