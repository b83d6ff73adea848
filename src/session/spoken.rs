//! What is read aloud of a page: its title and what it asks for, in the words of the screen.

use super::event::{Challenge, FaceHint};
use super::view::{CardPrompt, Dialog, Page, Paper, Say, View};

/// The words; `None` when there is nothing to say.
pub(super) fn spoken(view: &View) -> Option<Say> {
    match &view.dialog {
        Some(Dialog::Idle { .. }) => Some(Say::id("idle.spoken")),
        Some(Dialog::Comfort) => Some(Say::id("comfort.spoken")),
        Some(Dialog::StaffCalled { .. }) => Some(Say::id("staff.spoken")),
        Some(Dialog::Leave { what }) => Some(what.clone()),
        None => page(&view.page),
    }
}

fn page(page: &Page) -> Option<Say> {
    let parts = match page {
        Page::Attract => vec![Say::id("attract.spoken")],
        Page::Home { .. } => vec![Say::id("home.spoken")],
        Page::List { title, .. } => vec![title.clone()],
        Page::Service { title, summary, .. } => vec![title.clone(), summary.clone()],
        Page::LoginWays { points, .. } if points.is_empty() => vec![Say::id("login.spoken")],
        Page::LoginWays { points, .. } | Page::Consent { points, .. } => points
            .iter()
            .flat_map(|row| [row.label.clone(), row.value.clone()])
            .collect(),
        Page::Card { prompt, .. } => vec![match prompt {
            CardPrompt::Waiting => Say::id("card.spoken"),
            CardPrompt::Reading => Say::id("card.spoken.reading"),
            CardPrompt::Other(what) | CardPrompt::Problem(what) => what.clone(),
        }],
        Page::Face { now, hint, .. } => vec![face(*now, *hint)],
        Page::FaceAgain { hint, .. } => vec![hint.clone()],
        Page::SmsCode { error, .. } => vec![error.clone().unwrap_or_else(|| Say::id("sms.spoken"))],
        Page::StaffWitness { reason, .. } => vec![reason.clone()],
        Page::Form { title, .. } | Page::Certificate { title, .. } => vec![title.clone()],
        Page::Signature { document, .. } => vec![Say::id("sign.spoken"), document.clone()],
        Page::Review { sections, .. } => {
            let rows = sections.iter().flat_map(|section| &section.rows);
            let mut parts = vec![Say::id("review.spoken")];
            parts.extend(rows.flat_map(|row| [row.label.clone(), row.value.clone()]));
            parts
        }
        Page::Working { what, sub } => vec![what.clone(), sub.clone()],
        Page::Submitted {
            title, lead, receipt, ..
        } => {
            let mut parts = vec![title.clone(), lead.clone()];
            parts.extend(paper(receipt));
            parts
        }
        Page::Table {
            title, rows, empty, ..
        } => {
            vec![if rows.is_empty() {
                empty.clone()
            } else {
                title.clone()
            }]
        }
        Page::Scan { problem, .. } => vec![problem.clone().unwrap_or_else(|| Say::id("scan.spoken"))],
        Page::Outcome { title, lead, .. }
        | Page::Record { title, lead, .. }
        | Page::Household { title, lead, .. }
        | Page::Capture { title, lead, .. }
        | Page::Call { title, lead, .. }
        | Page::Timeline { title, lead, .. } => vec![title.clone(), lead.clone()],
        Page::Reading {
            title, paragraphs, ..
        } => {
            let mut parts = vec![title.clone()];
            parts.extend(paragraphs.iter().cloned());
            parts
        }
        Page::Choose {
            title,
            lead,
            choices,
            empty,
            ..
        } => {
            let mut parts = vec![title.clone()];
            parts.extend(lead.clone());
            if choices.is_empty() {
                parts.push(empty.clone());
            }
            parts.extend(choices.iter().map(|choice| choice.title.clone()));
            parts
        }
        Page::Slots { title, place, .. } => vec![title.clone(), place.clone()],
        Page::Pay { title, amount, .. } => vec![title.clone(), amount.clone()],
        Page::Problem {
            happened, kept, now, ..
        } => vec![happened.clone(), kept.clone(), now.clone()],
        Page::Rating { .. } => vec![Say::id("rating.spoken")],
        Page::Goodbye { card_left: true, .. } => vec![Say::id("goodbye.card_left")],
        Page::Goodbye { .. } => vec![Say::id("goodbye.spoken")],
        Page::OutOfService { reason, .. } => vec![reason.clone()],
    };
    Some(Say::All(pauses(parts)))
}

/// The news of a page, then what else it shows.
pub(super) fn with_rest(news: Say, rest: Vec<Say>) -> Say {
    if rest.is_empty() {
        return news;
    }
    let mut parts = vec![news];
    parts.extend(rest);
    Say::All(pauses(parts))
}

/// A full stop between the parts, so that they are not read as one.
fn pauses(parts: Vec<Say>) -> Vec<Say> {
    let mut spaced = Vec::with_capacity(parts.len() * 2);
    for part in parts {
        if !spaced.is_empty() {
            spaced.push(Say::id("punctuation.stop"));
        }
        spaced.push(part);
    }
    spaced
}

fn paper(paper: &Paper) -> Option<Say> {
    match paper {
        Paper::Done => Some(Say::id("paper.done")),
        Paper::Unknown => Some(Say::id("paper.answer")),
        Paper::OnScreen { reason, .. } | Paper::Failed { reason } => Some(reason.clone()),
        Paper::None | Paper::Printing { .. } => None,
    }
}

fn face(now: Challenge, hint: FaceHint) -> Say {
    Say::id(match hint {
        FaceHint::Good => match now {
            Challenge::LookAhead => "face.now.look_ahead",
            Challenge::Blink => "face.now.blink",
            Challenge::TurnLeft => "face.now.turn_left",
            Challenge::TurnRight => "face.now.turn_right",
        },
        FaceHint::Nobody => "face.hint.nobody",
        FaceHint::TwoPeople => "face.hint.two_people",
        FaceHint::TooFar => "face.hint.too_far",
        FaceHint::TooNear => "face.hint.too_near",
        FaceHint::OffCentre => "face.hint.off_centre",
        FaceHint::TooDark => "face.hint.too_dark",
        FaceHint::TooBright => "face.hint.too_bright",
        FaceHint::NotSame => "face.hint.not_same",
    })
}
