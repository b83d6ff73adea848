//! Times that can be booked. They follow from resource, place and day alone; how many places are
//! taken is counted in the database.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, time};
use jiff::{Timestamp, ToSpan as _};
use kiosk::catalogue::model::Booking;
use kiosk::protocol::body::Words;
use kiosk::protocol::information::{SlotDay, SlotTime, Slots};
use kiosk::text::format::full_date_time;

use super::plan::is_weekend;
use super::{at_office, day};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::{text_or, words};

/// Days that are shown, where no service says how many.
const DAYS: u32 = 30;
/// More days than this are never sent.
const DAYS_MOST: u32 = 60;

/// Opening hours of a kind of place.
struct Hours {
    weekends: bool,
    halves: &'static [(Time, Time)],
    minutes: i64,
    places: u32,
}

const ALL_DAY: [(Time, Time); 1] = [(time(8, 0, 0, 0), time(16, 0, 0, 0))];
const WITH_A_NOON_REST: [(Time, Time); 2] = [
    (time(9, 0, 0, 0), time(12, 0, 0, 0)),
    (time(14, 0, 0, 0), time(18, 0, 0, 0)),
];
const OFFICE: [(Time, Time); 2] = [
    (time(9, 0, 0, 0), time(11, 30, 0, 0)),
    (time(14, 0, 0, 0), time(16, 30, 0, 0)),
];

fn hours(resource: &str) -> Hours {
    let (weekends, halves, minutes, places): (bool, &'static [(Time, Time)], i64, u32) = match resource {
        "cemetery" => (true, &ALL_DAY, 60, 20),
        "home_care" | "home_menu" | "home_visit" | "funeral" => (true, &WITH_A_NOON_REST, 60, 3),
        "booth" => (false, &WITH_A_NOON_REST, 60, 1),
        _ => (false, &OFFICE, 30, 4),
    };
    Hours {
        weekends,
        halves,
        minutes,
        places,
    }
}

impl Hours {
    fn times(&self, date: Date) -> Vec<(Time, Time)> {
        if is_weekend(date) && !self.weekends {
            return Vec::new();
        }
        let mut times = Vec::new();
        for (open, close) in self.halves {
            let mut from = *open;
            while from < *close {
                let to = from.wrapping_add(self.minutes.minutes());
                times.push((from, to));
                from = to;
            }
        }
        times
    }
}

/// A time as its id says: `registry_office/yuexiu/2026-11-25/0930`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What is booked.
    pub resource: String,
    /// Where; empty for the one place of the resource.
    pub item: String,
    /// Day.
    pub date: Date,
    /// Begin.
    pub from: Time,
}

impl Slot {
    /// Id on the wire.
    pub fn id(&self) -> String {
        format!(
            "{}/{}/{}/{}",
            self.resource,
            self.item,
            self.date,
            self.from.strftime("%H%M")
        )
    }

    /// Reads an id.
    pub fn read(id: &str) -> Option<Self> {
        let mut parts = id.split('/');
        let (resource, item) = (parts.next()?, parts.next()?);
        let (date, from) = (parts.next()?, parts.next()?);
        let slot = Self {
            resource: resource.to_owned(),
            item: item.to_owned(),
            date: date.parse().ok()?,
            from: Time::strptime("%H%M", from).ok()?,
        };
        (parts.next().is_none() && slot.id() == id).then_some(slot)
    }

    /// When it begins.
    pub fn starts_at(&self) -> Timestamp {
        at_office(self.date, self.from)
    }

    /// Whether it is one of the times that are offered by a rule on this day.
    pub fn is_offered(&self, request: &Request<'_>, booking: &Booking) -> bool {
        let (first, last) = window(request, booking.days_ahead);
        self.resource == booking.resource
            && (first..=last).contains(&self.date)
            && hours(&self.resource)
                .times(self.date)
                .iter()
                .any(|(from, _)| *from == self.from)
    }

    /// When it ends.
    pub fn to(&self) -> Time {
        self.from.wrapping_add(hours(&self.resource).minutes.minutes())
    }

    /// Places that are left.
    pub fn left(&self, request: &Request<'_>) -> Result<u32, Refusal> {
        let taken: u32 = request.db.query_row(
            "SELECT count(*) FROM booking b JOIN application a ON a.id = b.application_id
             WHERE b.slot = ?1 AND a.state NOT IN ('withdrawn', 'expired')",
            [self.id()],
            |row| row.get(0),
        )?;
        Ok(places(request, &self.resource, &self.item).saturating_sub(taken))
    }

    /// The place in words.
    pub fn place(&self, request: &Request<'_>) -> Words {
        place(request, &self.resource, &self.item)
    }

    /// `2026年11月25日 09:30–10:00`.
    pub fn words(&self) -> Words {
        let in_language = |language: &str| {
            let from = full_date_time(self.date.to_datetime(self.from), language);
            format!("{from}–{}", self.to().strftime("%H:%M"))
        };
        words(&in_language("zh-Hans"), &in_language("en"))
    }
}

/// From tomorrow on: what was booked in the morning for today would reach nobody.
fn window(request: &Request<'_>, days_ahead: u32) -> (Date, Date) {
    let today = day(request.now);
    let after = |days: u32| today.checked_add(i64::from(days).days()).unwrap_or(today);
    (after(1), after(days_ahead.min(DAYS_MOST)))
}

fn places(request: &Request<'_>, resource: &str, item: &str) -> u32 {
    let entry = request.office.public.entry(item);
    entry
        .and_then(|entry| entry.capacity)
        .unwrap_or_else(|| hours(resource).places)
}

fn place(request: &Request<'_>, resource: &str, item: &str) -> Words {
    request.office.public.entry(item).map_or_else(
        || text_or(&format!("place.{resource}"), "place.sample"),
        |entry| entry.item.title.clone(),
    )
}

/// `GET /v1/slots?resource=&item=&service_id=`. With a service its own rule gives resource and days.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    // An answer of a step travels under its whole name, `answers.item`.
    let query = |name: &str| {
        let all = request.received.query.iter();
        all.filter(|(key, _)| key.rsplit('.').next() == Some(name))
            .map(|(_, value)| value.as_str())
            .next()
    };
    let booking = match query("service_id") {
        Some(id) => Some(
            request
                .office
                .service(id)?
                .booking
                .as_ref()
                .ok_or(Case::NotFound)?,
        ),
        None => None,
    };
    let resource = booking.map(|rule| rule.resource.as_str()).or(query("resource"));
    let resource = resource
        .filter(|resource| !resource.is_empty())
        .ok_or_else(|| Refusal::invalid("/resource", "required"))?;
    let item = item(query("item").unwrap_or_default())?;
    let (first, last) = window(request, booking.map_or(DAYS, |rule| rule.days_ahead));
    let taken = taken(request, resource, item)?;
    let places = places(request, resource, item);
    let open = hours(resource);
    let days = first
        .series(1.day())
        .take_while(|date| *date <= last)
        .filter_map(|date| {
            let times: Vec<SlotTime> = open
                .times(date)
                .into_iter()
                .map(|(from, to)| {
                    let slot = Slot {
                        resource: resource.to_owned(),
                        item: item.to_owned(),
                        date,
                        from,
                    };
                    let id = slot.id();
                    SlotTime {
                        left: places.saturating_sub(taken.get(&id).copied().unwrap_or(0)),
                        id,
                        from: from.strftime("%H:%M").to_string(),
                        to: to.strftime("%H:%M").to_string(),
                    }
                })
                .collect();
            (!times.is_empty()).then(|| SlotDay {
                date: date.to_string(),
                times,
            })
        })
        .collect();
    Answer::ok(&Slots {
        place: place(request, resource, item),
        days,
    })
}

/// The id of a place stands between slashes in the id of a time.
fn item(id: &str) -> Result<&str, Refusal> {
    if id.contains('/') || id.chars().count() > 60 {
        Err(Refusal::invalid("/item", "form"))
    } else {
        Ok(id)
    }
}

fn taken(request: &Request<'_>, resource: &str, item: &str) -> Result<BTreeMap<String, u32>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT b.slot, count(*) FROM booking b JOIN application a ON a.id = b.application_id
         WHERE b.resource = ?1 AND b.item = ?2 AND a.state NOT IN ('withdrawn', 'expired') GROUP BY b.slot",
    )?;
    let rows = query.query_map([resource, item], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_id_reads_back_and_nothing_else_does() {
        let slot = Slot {
            resource: "registry_office".to_owned(),
            item: "yuexiu".to_owned(),
            date: date(2026, 11, 25),
            from: time(9, 30, 0, 0),
        };
        assert_eq!(slot.id(), "registry_office/yuexiu/2026-11-25/0930");
        assert_eq!(Slot::read(&slot.id()), Some(slot));
        for id in [
            "",
            "a/b/2026-11-25",
            "a/b/2026-11-25/930",
            "a/b/2026-13-25/0930",
            "a/b/2026-11-25/0930/x",
        ] {
            assert_eq!(Slot::read(id), None, "{id}");
        }
    }

    #[test]
    fn offices_rest_at_weekends_and_cemeteries_do_not() {
        let saturday = date(2026, 11, 28);
        assert!(hours("registry_office").times(saturday).is_empty());
        assert_eq!(hours("cemetery").times(saturday).len(), 8);
        let monday = hours("registry_office").times(date(2026, 11, 30));
        assert_eq!(monday.len(), 10);
        assert_eq!(monday.last(), Some(&(time(16, 0, 0, 0), time(16, 30, 0, 0))));
    }
}
