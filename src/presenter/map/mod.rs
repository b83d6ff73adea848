//! A page of the session as a page of the screen. One file for each group of pages.

mod entrance;
mod farewell;
mod form;
mod handover;
mod login;
mod lookup;
mod outcome;
mod plan;

use kiosk_ui as ui;

use crate::session::view::{Button, Page, Paper};

use super::screen::{self, Screen};
use super::words::Words;

/// The screen of a page.
pub(super) fn page(words: &Words, page: &Page) -> Screen {
    let mapping = Mapping { words };
    match page {
        Page::Attract => Screen {
            kind: ui::PageKind::Attract,
            ..Screen::default()
        },
        Page::Home { .. } | Page::List { .. } | Page::Service { .. } | Page::OutOfService { .. } => {
            mapping.entrance(page)
        }
        Page::LoginWays { .. }
        | Page::Consent { .. }
        | Page::Card { .. }
        | Page::Face { .. }
        | Page::FaceAgain { .. }
        | Page::SmsCode { .. }
        | Page::StaffWitness { .. } => mapping.login(page),
        Page::Form { .. } | Page::Signature { .. } | Page::Review { .. } | Page::Working { .. } => {
            mapping.form(page)
        }
        Page::Submitted { .. }
        | Page::Table { .. }
        | Page::Scan { .. }
        | Page::Outcome { .. }
        | Page::Certificate { .. }
        | Page::Problem { .. } => mapping.outcome(page),
        Page::Rating { .. } | Page::Goodbye { .. } => mapping.farewell(page),
        Page::Reading { .. }
        | Page::Choose { .. }
        | Page::Record { .. }
        | Page::Slots { .. }
        | Page::Timeline { .. } => mapping.lookup(page),
        Page::Household { .. } | Page::Capture { .. } | Page::Pay { .. } | Page::Call { .. } => {
            mapping.handover(page)
        }
    }
}

/// What the groups have in common.
struct Mapping<'a> {
    words: &'a Words,
}

impl Mapping<'_> {
    fn next(&self, screen: &mut Screen, button: &Button) {
        screen.values.next = self.words.button(button);
        screen.next = Some(button.action.clone());
    }

    fn others<'b>(&self, screen: &mut Screen, buttons: impl IntoIterator<Item = &'b Button>) {
        for button in buttons {
            screen.rows.others.push(self.words.button(button));
            screen.others.push(button.action.clone());
        }
    }

    fn paper(&self, paper: &Paper) -> screen::Paper {
        let kind = |kind| screen::Paper {
            kind,
            ..screen::Paper::default()
        };
        match paper {
            Paper::None => kind(ui::PaperKind::None),
            Paper::Printing { page, pages } => screen::Paper {
                page: number(*page),
                pages: number(*pages),
                ..kind(ui::PaperKind::Printing)
            },
            Paper::Done => kind(ui::PaperKind::Done),
            Paper::OnScreen { reason, qr } => screen::Paper {
                reason: self.words.say(reason),
                qr: qr.clone(),
                ..kind(ui::PaperKind::OnScreen)
            },
            Paper::Unknown => kind(ui::PaperKind::Unknown),
            Paper::Failed { reason } => screen::Paper {
                reason: self.words.say(reason),
                ..kind(ui::PaperKind::Failed)
            },
        }
    }
}

/// A count for the screen.
fn number(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
