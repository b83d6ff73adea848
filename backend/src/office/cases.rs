//! One's own matters with their states, reasons and the way to object; and taking one back.

use kiosk::protocol::body::Words;
use kiosk::protocol::information::{Item, Line, Listing, Part};
use rusqlite::params;

use super::applications::{self, Stored};
use super::matters::line;
use super::states::{self, State, Told};
use super::track::Track;
use super::{packages, review, rfc3339, rfc3339_ms};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::{plain, text, text_or};

/// Matters at most, newest first.
const CASES: u32 = 50;

/// `GET /v1/cases?state=`: drafts too, so that they can be gone on with.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    let (id_no, _) = request.session()?.person(1)?;
    let mut query = request.db.prepare(
        "SELECT * FROM application WHERE applicant_id_no = ?1 AND parent_id IS NULL
         ORDER BY coalesce(submitted_at, created_at) DESC, id DESC LIMIT ?2",
    )?;
    let all: Vec<Stored> = query
        .query_map(params![id_no, CASES], applications::read)?
        .collect::<Result<_, _>>()?;
    let wanted = request.received.query.get("state").map_or("", String::as_str);
    let mut items = Vec::new();
    for stored in all {
        let stored = review::settle(request, stored)?;
        if wanted.is_empty() || wanted == stored.state.name() {
            items.push(item(request, stored)?);
        }
    }
    Answer::ok(&Listing {
        items,
        as_of: rfc3339(request.now),
        office: text("office.cases"),
    })
}

fn item(request: &Request<'_>, stored: Stored) -> Result<Item, Refusal> {
    let past = review::past(request, &stored.id)?;
    let told = past.last().map(|last| last.told.clone()).unwrap_or_default();
    let mut sections = vec![about(&stored)];
    let cases = packages::cases(request, &stored)?;
    if !cases.is_empty() {
        sections.push(Part {
            title: text("part.cases"),
            lines: cases
                .into_iter()
                .map(|case| Line {
                    label: case.title,
                    value: with_number(case.office, &case.number),
                })
                .collect(),
        });
    }
    if !stored.lines.is_empty() {
        sections.push(Part {
            title: text("part.result"),
            lines: stored.lines.clone(),
        });
    }
    if !told.reason.is_empty() {
        sections.push(Part {
            title: text("part.reason"),
            lines: vec![line("reason", told.reason)],
        });
    }
    if !told.objection.is_empty() {
        sections.push(Part {
            title: text("part.objection"),
            lines: vec![line("objection", told.objection)],
        });
    }
    Ok(Item {
        title: applications::title(request, &stored),
        sub: state_words(&stored),
        state: stored.state.name().to_owned(),
        sections,
        service_id: stored.service_id.clone(),
        timeline: review::timeline(request, &stored)?,
        number: stored.number.clone().unwrap_or_default(),
        id: stored.id,
        ..Item::default()
    })
}

fn about(stored: &Stored) -> Part {
    let mut lines = Vec::new();
    if let Some(number) = &stored.number {
        lines.push(line("number", plain(number)));
    }
    let since = stored.submitted_at.unwrap_or(stored.created_at);
    lines.push(line(
        "since",
        plain(rfc3339_ms(since).split('T').next().unwrap_or_default()),
    ));
    lines.push(line("office", review::office(stored, stored.state)));
    Part {
        title: text("part.case"),
        lines,
    }
}

fn with_number(mut office: Words, number: &str) -> Words {
    for words in office.values_mut() {
        words.push_str(" · ");
        words.push_str(number);
    }
    office
}

/// Where a matter is now, in words.
fn state_words(stored: &Stored) -> Words {
    let name = stored.state.name();
    text_or(
        &format!("timeline.{}.{name}.done", stored.track.name()),
        &format!("timeline.case.{name}.done"),
    )
}

/// `POST /v1/applications/{application_id}/withdrawal`: as easy as applying, until it is decided.
pub fn withdraw(request: &Request<'_>) -> Result<Answer, Refusal> {
    let stored = applications::own(request)?;
    let decided = matches!(stored.state, State::Approved | State::Paid) && stored.track != Track::Booking;
    if decided {
        return Err(Refusal::from(crate::problem::Case::StateConflict).with("state", stored.state.name()));
    }
    let told = Told {
        office: review::office(&stored, stored.state),
        reason: text("reason.withdrawn"),
        ..Told::default()
    };
    if stored.track == Track::Package {
        packages::withdraw(request, &stored, &told)?;
    }
    states::enter(request, &stored.id, State::Withdrawn, request.now_ms(), &told)?;
    Answer::created(&applications::state(request, &stored.id)?)
}

/// A decision of an officer: the way to object is the service's own, or the general one.
///
/// # Errors
/// `state-conflict`; `validation` when a reason is missing.
pub fn decide(
    request: &Request<'_>,
    stored: &Stored,
    to: State,
    office: Words,
    reason: Words,
) -> Result<(), Refusal> {
    let service = request.office.services.catalogue.service(&stored.service_id);
    let appeal = service.and_then(|service| service.after.appeal.as_ref());
    let objection = match (to.is_adverse(), appeal) {
        (false, _) => Words::new(),
        (true, Some(appeal)) => (**appeal).clone(),
        (true, None) => text("objection.general"),
    };
    let told = Told {
        office: if office.is_empty() {
            review::office(stored, to)
        } else {
            office
        },
        reason,
        objection,
    };
    states::enter(request, &stored.id, to, request.now_ms(), &told)?;
    if to == State::Approved && stored.track == Track::Certificate {
        let service = applications::began_under(request, stored)?;
        super::certificates::issue(request, &service, stored, request.now_ms())?;
    }
    Ok(())
}
