//! What is still to come of a matter, each state with the last day for it.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use kiosk::catalogue::model::Sla;
use rusqlite::OptionalExtension;

use super::applications::Stored;
use super::states::State;
use super::track::Track;
use super::{day, rfc3339_ms};
use crate::http::request::Request;
use crate::problem::Refusal;

/// Working days until a matter is accepted at the latest.
const ACCEPTED_DAYS: u32 = 5;
/// Working days until a decision, where the catalogue gives none.
const DECIDED_DAYS: u32 = 20;
/// Working days until a complaint is answered, where the catalogue gives none.
const ANSWERED_DAYS: u32 = 15;

/// States in order, each with its last day.
type Plan = Vec<(State, Option<String>)>;

/// The states that a matter passes when all goes well.
pub fn of(request: &Request<'_>, stored: &Stored) -> Result<Plan, Refusal> {
    if stored.track == Track::Booking {
        return booked(request, stored);
    }
    let service = request.office.services.catalogue.service(&stored.service_id);
    let sla = service.map(|service| service.sla.clone()).unwrap_or_default();
    let start = stored.submitted_at.unwrap_or_else(|| request.now_ms());
    let begin = Timestamp::from_millisecond(start).map(day).unwrap_or_default();
    Ok(passes(stored.track, &sla, begin))
}

fn booked(request: &Request<'_>, stored: &Stored) -> Result<Plan, Refusal> {
    let starts_at: Option<i64> = request
        .db
        .query_row(
            "SELECT starts_at FROM booking WHERE application_id = ?1",
            [&stored.id],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    Ok(vec![(State::Closed, starts_at.map(rfc3339_ms))])
}

fn passes(track: Track, sla: &Sla, begin: Date) -> Plan {
    let after = |days: u32| Some(working_day(begin, days).to_string());
    let legal = sla.legal_days.filter(|days| *days > 0);
    let promised = sla.promise_days.or(legal);
    let decided = legal.unwrap_or(DECIDED_DAYS);
    let accepted = after(ACCEPTED_DAYS.min(decided));
    let paid = next_month(working_day(begin, decided)).map(|date| date.to_string());
    match track {
        Track::Certificate => {
            let promised = after(promised.unwrap_or(DECIDED_DAYS));
            vec![
                (State::Submitted, None),
                (State::Accepted, promised.clone()),
                (State::Approved, promised),
            ]
        }
        Track::Request => vec![
            (State::Submitted, None),
            (State::Accepted, accepted),
            (State::Approved, after(promised.unwrap_or(DECIDED_DAYS))),
        ],
        Track::Benefit => vec![
            (State::Submitted, None),
            (State::Accepted, accepted),
            (State::Approved, after(decided)),
            (State::Paid, paid),
        ],
        Track::Assistance => {
            let mut plan = vec![
                (State::Submitted, None),
                (State::Accepted, accepted),
                (State::Checking, None),
            ];
            if sla.publicity_days.is_some() {
                plan.push((State::Publicity, None));
            }
            plan.extend([(State::Approved, after(decided)), (State::Paid, paid)]);
            plan
        }
        Track::Component => vec![
            (State::Submitted, None),
            (State::Accepted, None),
            (State::Approved, after(decided)),
        ],
        Track::Package => vec![(State::Submitted, None), (State::Closed, after(decided))],
        Track::Report | Track::Ticket | Track::Delivery => vec![
            (State::Submitted, None),
            (State::Accepted, accepted),
            (State::Closed, after(promised.unwrap_or(ANSWERED_DAYS))),
        ],
        Track::Lead => vec![(State::Submitted, None), (State::Accepted, accepted)],
        Track::Confirmation => vec![(State::Approved, None), (State::Paid, paid)],
        Track::Booking | Track::Enrolment | Track::MaterialCheck => Vec::new(),
    }
}

/// The day `days` working days after `from`. Public holidays are not in this sample calendar.
pub fn working_day(from: Date, days: u32) -> Date {
    let mut date = from;
    let mut left = days;
    while left > 0 {
        let Ok(next) = date.tomorrow() else { return date };
        date = next;
        if !is_weekend(date) {
            left -= 1;
        }
    }
    date
}

/// Saturday or Sunday.
pub fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn next_month(date: Date) -> Option<Date> {
    date.last_of_month().tomorrow().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn working_days_leave_out_weekends() {
        // 2026-11-23 is a Monday.
        assert_eq!(working_day(date(2026, 11, 23), 5), date(2026, 11, 30));
        assert_eq!(working_day(date(2026, 11, 23), 20), date(2026, 12, 21));
        assert_eq!(next_month(date(2026, 12, 21)), Some(date(2027, 1, 1)));
    }

    #[test]
    fn assistance_is_checked_and_made_public_before_it_is_approved() {
        let sla = Sla {
            legal_days: Some(20),
            publicity_days: Some(7),
            ..Sla::default()
        };
        let states: Vec<State> = passes(Track::Assistance, &sla, date(2026, 11, 23))
            .into_iter()
            .map(|(state, _)| state)
            .collect();
        assert!(states.windows(2).all(|pair| pair[0].next().contains(&pair[1])));
        assert_eq!(states.len(), 6);
    }
}
