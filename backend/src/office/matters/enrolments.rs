//! Enrolment in a course: one seat a person, as long as there are seats.

use kiosk::protocol::information::{Item, Part};
use rusqlite::{OptionalExtension, params};

use super::super::applications;
use super::super::information::register;
use super::super::states::State;
use super::super::track::Track;
use super::{Kept, Opening, line};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::public::Entry;
use crate::words::{plain, text};

/// Register of the courses.
const COURSES: &str = "courses";
/// Seats of a course whose file names none.
const SEATS: u32 = 30;

/// `POST /v1/enrolments`: the course is the one answer that names a thing of `/v1/courses`.
pub fn enrol(request: &Request<'_>) -> Result<Answer, Refusal> {
    let opening = super::read(request)?;
    let id_no = opening.person(request)?;
    let course = course(request, &opening)?;
    let id = course.item.id.clone();
    if let Some(existing) = enrolled(request, &id, id_no)? {
        return Err(Refusal::from(Case::DuplicateApplication).with("existing_id", existing));
    }
    if !course.item.off.is_empty() || course.item.state == "full" || seats_left(request, course)? == 0 {
        return Err(Refusal::from(Case::CourseFull).with("course", id));
    }
    let mut lines = vec![line("course", course.item.title.clone())];
    if !course.item.sub.is_empty() {
        lines.push(line("time", course.item.sub.clone()));
    }
    let application = super::keep(
        request,
        &opening,
        &Kept {
            kind: "Y",
            track: Track::Enrolment,
            states: &[State::Submitted, State::Accepted, State::Approved],
            outcome: "enrolled",
            lines,
        },
    )?;
    request.db.execute(
        "INSERT INTO booking (application_id, resource, item, slot) VALUES (?1, 'course', ?2, ?2)",
        params![application, course.item.id],
    )?;
    Answer::created(&applications::state(request, &application)?)
}

fn course<'a>(request: &Request<'a>, opening: &Opening) -> Result<&'a Entry, Refusal> {
    let register = register(request, COURSES)?;
    let answers = opening.body.answers.values().filter_map(|value| value.as_str());
    answers
        .filter_map(|answer| register.entries.iter().find(|entry| entry.item.id == answer))
        .next()
        .ok_or_else(|| Refusal::invalid("/answers", "no_course"))
}

fn enrolled(request: &Request<'_>, course: &str, id_no: &str) -> Result<Option<String>, Refusal> {
    Ok(request
        .db
        .query_row(
            "SELECT a.id FROM booking b JOIN application a ON a.id = b.application_id
             WHERE b.resource = 'course' AND b.item = ?1 AND a.applicant_id_no = ?2 AND a.state = 'approved'",
            params![course, id_no],
            |row| row.get(0),
        )
        .optional()?)
}

fn seats_left(request: &Request<'_>, course: &Entry) -> Result<u32, Refusal> {
    let taken: u32 = request.db.query_row(
        "SELECT count(*) FROM booking b JOIN application a ON a.id = b.application_id
         WHERE b.resource = 'course' AND b.item = ?1 AND a.state NOT IN ('withdrawn', 'expired')",
        [&course.item.id],
        |row| row.get(0),
    )?;
    Ok(course.capacity.unwrap_or(SEATS).saturating_sub(taken))
}

/// Adds to each course how many seats are left; a full one cannot be chosen.
pub fn show_seats(request: &Request<'_>, items: &mut [Item]) -> Result<(), Refusal> {
    let register = register(request, COURSES)?;
    for item in items {
        let Some(entry) = register.entries.iter().find(|entry| entry.item.id == item.id) else {
            continue;
        };
        if !item.off.is_empty() || item.state == "full" {
            if item.off.is_empty() {
                item.off = text("course.full");
            }
            continue;
        }
        let left = seats_left(request, entry)?;
        item.sections.push(Part {
            title: text("part.seats"),
            lines: vec![line("seats_left", plain(&left.to_string()))],
        });
        if left == 0 {
            "full".clone_into(&mut item.state);
            item.off = text("course.full");
        } else if item.state.is_empty() {
            "open".clone_into(&mut item.state);
        }
    }
    Ok(())
}
