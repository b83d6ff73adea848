//! What came of it: submitted, table, outcome of a check, certificate, problem; and the scan before
//! a check.

use kiosk_ui as ui;

use crate::session::view::{MachinePart, Page, Tone};

use super::super::screen::{Rows, Screen, Values};
use super::{Mapping, number};

impl Mapping<'_> {
    pub(super) fn outcome(&self, page: &Page) -> Screen {
        match page {
            Page::Submitted { .. } => self.submitted(page),
            Page::Table { .. } => self.table(page),
            Page::Scan { .. } => self.scan(page),
            Page::Outcome { .. } => self.checked(page),
            Page::Certificate { .. } => self.certificate(page),
            Page::Problem { .. } => self.problem(page),
            _ => Screen::default(),
        }
    }

    fn submitted(&self, page: &Page) -> Screen {
        let Page::Submitted {
            title,
            lead,
            number,
            nodes,
            receipt,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Submitted,
            values: Values {
                title: self.words.say(title),
                lead: self.words.say(lead),
                number: number.as_str().into(),
                ..Values::default()
            },
            rows: Rows {
                nodes: self.words.nodes(nodes),
                ..Rows::default()
            },
            paper: self.paper(receipt),
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn table(&self, page: &Page) -> Screen {
        let Page::Table {
            title,
            columns,
            rows,
            empty,
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
        let cells = |row: &Vec<String>| row.iter().map(|cell| cell.as_str().into()).collect();
        let mut screen = Screen {
            kind: ui::PageKind::Table,
            values: Values {
                title: self.words.say(title),
                empty: self.words.say(empty),
                note: self.words.say(note),
                page: number(*page),
                pages: number(*pages),
                ..Values::default()
            },
            rows: Rows {
                columns: columns.iter().map(|column| self.words.say(column)).collect(),
                table: rows.iter().map(cells).collect(),
                ..Rows::default()
            },
            paper: self.paper(receipt),
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn scan(&self, page: &Page) -> Screen {
        let Page::Scan {
            camera,
            problem,
            seconds_left,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Scan,
            values: Values {
                camera: *camera,
                error: self.words.maybe(problem.as_ref()),
                seconds_left: number(*seconds_left),
                ..Values::default()
            },
            ..Screen::default()
        };
        self.others(&mut screen, others);
        screen
    }

    fn checked(&self, page: &Page) -> Screen {
        let Page::Outcome {
            tone,
            title,
            lead,
            rows,
            receipt,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Outcome,
            values: Values {
                tone: match tone {
                    Tone::Good => ui::Tone::Done,
                    Tone::Warn => ui::Tone::Warn,
                    Tone::Bad => ui::Tone::Danger,
                    Tone::Info => ui::Tone::Info,
                },
                title: self.words.say(title),
                lead: self.words.say(lead),
                ..Values::default()
            },
            rows: Rows {
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

    fn certificate(&self, page: &Page) -> Screen {
        let Page::Certificate {
            title,
            pages,
            paper,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Certificate,
            values: Values {
                title: self.words.say(title),
                pages: number(*pages),
                ..Values::default()
            },
            paper: self.paper(paper),
            ..Screen::default()
        };
        // The words of a finished print say how many sheets came out.
        screen.paper.pages = number(*pages);
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn problem(&self, page: &Page) -> Screen {
        let Page::Problem {
            title,
            part,
            happened,
            kept,
            now,
            code,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Problem,
            values: Values {
                title: self.words.say(title),
                part: machine_part(*part),
                happened: self.words.say(happened),
                kept: self.words.say(kept),
                now: self.words.say(now),
                number: code.as_str().into(),
                ..Values::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }
}

fn machine_part(part: Option<MachinePart>) -> ui::PartKind {
    match part {
        None => ui::PartKind::None,
        Some(MachinePart::Card) => ui::PartKind::Card,
        Some(MachinePart::Receipt) => ui::PartKind::Receipt,
        Some(MachinePart::A4) => ui::PartKind::A4,
        Some(MachinePart::PaperOut) => ui::PartKind::PaperOut,
    }
}
