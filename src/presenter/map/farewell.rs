//! Rating and goodbye.

use kiosk_ui as ui;

use crate::session::action::Action;
use crate::session::view::Page;

use super::super::screen::{Rows, Screen, Values};
use super::{Mapping, number};

impl Mapping<'_> {
    pub(super) fn farewell(&self, page: &Page) -> Screen {
        match page {
            Page::Rating { level, tags } => Screen {
                kind: ui::PageKind::Rating,
                values: Values {
                    level: level.map_or(0, i32::from),
                    ..Values::default()
                },
                rows: Rows {
                    choices: tags.iter().map(|tag| self.tag(*tag)).collect(),
                    ..Rows::default()
                },
                next: Some(Action::Next),
                ..Screen::default()
            },
            Page::Goodbye {
                card_left,
                slips,
                sheets,
                seconds_left,
            } => Screen {
                kind: ui::PageKind::Goodbye,
                values: Values {
                    card_left: *card_left,
                    slips: number(*slips),
                    sheets: number(*sheets),
                    seconds_left: number(*seconds_left),
                    ..Values::default()
                },
                next: Some(Action::Next),
                ..Screen::default()
            },
            _ => Screen::default(),
        }
    }

    /// A remark; its id is that of its words.
    fn tag(&self, (id, chosen): (&'static str, bool)) -> ui::ChoiceData {
        ui::ChoiceData {
            id: id.into(),
            title: self.words.text(id, []),
            chosen,
            ..ui::ChoiceData::default()
        }
    }
}
