//! Appointments: a place at a time, kept at once, and cancelled until some hours before.

use jiff::Timestamp;
use kiosk::catalogue::model::{Booking, StepType};
use rusqlite::params;

use super::super::applications::{self, Stored};
use super::super::slots::Slot;
use super::super::states::{self, State, Told};
use super::super::track::Track;
use super::super::{at_office_words, review};
use super::{Kept, Opening, line};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::text;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// `POST /v1/appointments`: the time stands in `answers.<id of the step of type book>`.
pub fn book(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = super::read(request)?;
    let id_no = opening.person(request)?;
    let rule = opening.service.booking.as_ref().ok_or(Case::NotFound)?;
    let (answer, id) = chosen(&opening)?;
    let slot = Slot::read(id)
        .filter(|slot| slot.is_offered(request, rule))
        .ok_or_else(|| Refusal::invalid(&format!("/answers/{answer}"), "not_offered"))?;
    refuse_too_many(request, rule, &opening.body.service_id, id_no)?;
    if slot.left(request)? == 0 {
        return Err(Refusal::from(Case::SlotFull).with("slot", slot.id()));
    }
    let starts_at = slot.starts_at().as_millisecond();
    let cancel_until = starts_at - i64::from(rule.cancel_until_h) * HOUR_MS;
    let id = super::keep(
        request,
        &opening,
        &Kept {
            kind: "Y",
            track: Track::Booking,
            states: &[State::Submitted, State::Accepted, State::Approved],
            outcome: "booked",
            lines: vec![
                line("time", slot.words()),
                line("place", slot.place(request)),
                line("cancel_until", at_office_words(cancel_until)),
            ],
        },
    )?;
    request.db.execute(
        "INSERT INTO booking (application_id, resource, item, slot, starts_at, cancel_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, slot.resource, slot.item, slot.id(), starts_at, cancel_until],
    )?;
    Answer::created(&applications::state(request, &id)?)
}

/// Id and value of the answer to the step that books.
fn chosen(opening: &Opening) -> Result<(String, &str), Refusal> {
    let step = opening
        .service
        .steps
        .iter()
        .find(|step| step.kind == StepType::Book)
        .ok_or(Case::NotFound)?;
    let id = format!("answers.{}", step.id);
    match opening.answer(&id) {
        "" => Err(Refusal::invalid(&format!("/answers/{id}"), "required")),
        slot => Ok((id, slot)),
    }
}

fn refuse_too_many(
    request: &Request<'_>,
    rule: &Booking,
    service_id: &str,
    id_no: &str,
) -> Result<(), Refusal> {
    let open: u32 = request.db.query_row(
        "SELECT count(*) FROM booking b JOIN application a ON a.id = b.application_id
         WHERE a.applicant_id_no = ?1 AND a.service_id = ?2 AND a.state = 'approved' AND b.starts_at > ?3",
        params![id_no, service_id, request.now_ms()],
        |row| row.get(0),
    )?;
    if open >= rule.max_open_per_person {
        return Err(Refusal::from(Case::BookingLimitReached).with("max_open", rule.max_open_per_person));
    }
    Ok(())
}

/// `POST /v1/appointments/{application_id}/cancellation`: the place is free again at once.
pub fn cancel(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = applications::own(request)?;
    if !matches!(stored.track, Track::Booking | Track::Enrolment) {
        return Err(Case::NotFound.into());
    }
    refuse_late(request, &stored)?;
    let told = Told {
        office: review::office(&stored, State::Withdrawn),
        reason: text("reason.cancelled"),
        ..Told::default()
    };
    states::enter(request, &stored.id, State::Withdrawn, request.now_ms(), &told)?;
    Answer::created(&applications::state(request, &stored.id)?)
}

fn refuse_late(request: &Request<'_>, stored: &Stored) -> Result<(), Refusal> {
    let until: Option<i64> = request.db.query_row(
        "SELECT cancel_until FROM booking WHERE application_id = ?1",
        [&stored.id],
        |row| row.get(0),
    )?;
    let late = until
        .and_then(|until| Timestamp::from_millisecond(until).ok())
        .is_some_and(|until| request.now > until);
    if late {
        Err(Case::TooLateToCancel.into())
    } else {
        Ok(())
    }
}
