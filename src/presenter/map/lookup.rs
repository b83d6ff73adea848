//! What is read, chosen, looked up, booked and followed.

use kiosk_ui as ui;

use crate::session::view::Page;

use super::super::screen::{Rows, Screen, Values};
use super::{Mapping, number, plan};

impl Mapping<'_> {
    pub(super) fn lookup(&self, page: &Page) -> Screen {
        match page {
            Page::Reading { .. } => self.reading(page),
            Page::Choose { .. } => self.choose(page),
            Page::Record { .. } => self.record(page),
            Page::Slots { .. } => self.slots(page),
            Page::Timeline { .. } => self.timeline(page),
            _ => Screen::default(),
        }
    }

    fn reading(&self, page: &Page) -> Screen {
        let Page::Reading {
            title,
            paragraphs,
            source,
            page,
            pages,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Reading,
            values: Values {
                title: self.words.say(title),
                note: self.words.maybe(source.as_ref()),
                page: number(*page),
                pages: number(*pages),
                ..Values::default()
            },
            rows: Rows {
                paragraphs: self.words.paragraphs(paragraphs),
                ..Rows::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn choose(&self, page: &Page) -> Screen {
        let Page::Choose {
            title,
            lead,
            choices,
            empty,
            pins,
            note,
            page,
            pages,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Choose,
            values: Values {
                title: self.words.say(title),
                lead: self.words.maybe(lead.as_ref()),
                empty: self.words.say(empty),
                note: self.words.maybe(note.as_ref()),
                plan_radius: plan::radius(pins),
                page: number(*page),
                pages: number(*pages),
                ..Values::default()
            },
            rows: Rows {
                choices: plan::numbered(self.words.choices(choices), pins),
                pins: plan::pins(pins),
                ..Rows::default()
            },
            ..Screen::default()
        };
        if let Some(next) = next {
            self.next(&mut screen, next);
        }
        self.others(&mut screen, others);
        screen
    }

    fn record(&self, page: &Page) -> Screen {
        let Page::Record {
            title,
            lead,
            sections,
            pins,
            code,
            note,
            page,
            pages,
            receipt,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let (code, code_text) = match code {
            Some((payload, text)) => (payload.clone(), self.words.say(text)),
            None => Default::default(),
        };
        let mut screen = Screen {
            kind: ui::PageKind::Record,
            values: Values {
                title: self.words.say(title),
                lead: self.words.say(lead),
                note: self.words.maybe(note.as_ref()),
                plan_radius: plan::radius(pins),
                code_text,
                page: number(*page),
                pages: number(*pages),
                ..Values::default()
            },
            rows: Rows {
                sections: self.words.sections(sections),
                pins: plan::pins(pins),
                ..Rows::default()
            },
            paper: self.paper(receipt),
            code,
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn slots(&self, page: &Page) -> Screen {
        let Page::Slots {
            title,
            place,
            days,
            page,
            pages,
            times,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Slots,
            values: Values {
                title: self.words.say(title),
                lead: self.words.say(place),
                page: number(*page),
                pages: number(*pages),
                ..Values::default()
            },
            rows: Rows {
                choices: self.words.choices(days),
                times: self.words.choices(times),
                ..Rows::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn timeline(&self, page: &Page) -> Screen {
        let Page::Timeline {
            title,
            number,
            lead,
            nodes,
            rows,
            receipt,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Timeline,
            values: Values {
                title: self.words.say(title),
                lead: self.words.say(lead),
                number: number.as_str().into(),
                ..Values::default()
            },
            rows: Rows {
                nodes: self.words.nodes(nodes),
                rows: self.words.rows(rows),
                ..Rows::default()
            },
            paper: self.paper(receipt),
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }
}
