//! Where others take part: the household, a telephone, a payment, a remote officer.

use kiosk_ui as ui;

use crate::session::view::{CallStage, CaptureStage, Member, Page, PayStage};

use super::super::screen::{Rows, Screen, Values};
use super::{Mapping, number};

impl Mapping<'_> {
    pub(super) fn handover(&self, page: &Page) -> Screen {
        match page {
            Page::Household { .. } => self.household(page),
            Page::Capture { .. } => self.capture(page),
            Page::Pay { .. } => self.pay(page),
            Page::Call { .. } => self.call(page),
            _ => Screen::default(),
        }
    }

    fn household(&self, page: &Page) -> Screen {
        let Page::Household {
            title,
            lead,
            members,
            page,
            pages,
            note,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Household,
            values: Values {
                title: self.words.say(title),
                lead: self.words.say(lead),
                note: self.words.maybe(note.as_ref()),
                page: number(*page),
                pages: number(*pages),
                ..Values::default()
            },
            rows: Rows {
                members: members.iter().map(|member| self.member(member)).collect(),
                ..Rows::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn member(&self, member: &Member) -> ui::MemberData {
        ui::MemberData {
            id: member.id.as_str().into(),
            name: member.name.as_str().into(),
            role: self.words.say(&member.role),
            signed: match member.signed {
                None => ui::Signed::Unasked,
                Some(false) => ui::Signed::Missing,
                Some(true) => ui::Signed::Given,
            },
            sub: self.words.maybe(member.sub.as_ref()),
            act: self.words.maybe(member.act.as_ref()),
        }
    }

    fn capture(&self, page: &Page) -> Screen {
        let Page::Capture {
            title,
            lead,
            stage,
            qr,
            number: place,
            total,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Capture,
            values: Values {
                title: self.words.say(title),
                lead: self.words.say(lead),
                capture: capture_stage(*stage),
                page: number(place.saturating_sub(1)),
                pages: number(*total),
                ..Values::default()
            },
            code: qr.clone().unwrap_or_default(),
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn pay(&self, page: &Page) -> Screen {
        let Page::Pay {
            title,
            stage,
            amount,
            qr,
            rows,
            receipt,
            seconds_left,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Pay,
            values: Values {
                title: self.words.say(title),
                pay: pay_stage(*stage),
                amount: self.words.say(amount),
                seconds_left: number(*seconds_left),
                ..Values::default()
            },
            rows: Rows {
                rows: self.words.rows(rows),
                ..Rows::default()
            },
            paper: self.paper(receipt),
            code: qr.clone(),
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }

    fn call(&self, page: &Page) -> Screen {
        let Page::Call {
            title,
            stage,
            lead,
            lines,
            seconds,
            next,
            others,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Call,
            values: Values {
                title: self.words.say(title),
                lead: self.words.say(lead),
                call: match stage {
                    CallStage::Waiting => ui::CallStage::Waiting,
                    CallStage::Connected => ui::CallStage::Connected,
                    CallStage::Ended => ui::CallStage::Ended,
                },
                seconds: number(*seconds),
                ..Values::default()
            },
            rows: Rows {
                paragraphs: self.words.paragraphs(lines),
                ..Rows::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, next);
        self.others(&mut screen, others);
        screen
    }
}

fn capture_stage(stage: CaptureStage) -> ui::CaptureStage {
    match stage {
        CaptureStage::Live => ui::CaptureStage::Live,
        CaptureStage::Taken => ui::CaptureStage::Taken,
        CaptureStage::Telephone => ui::CaptureStage::Telephone,
        CaptureStage::Sending => ui::CaptureStage::Sending,
        CaptureStage::Received => ui::CaptureStage::Received,
    }
}

fn pay_stage(stage: PayStage) -> ui::PayStage {
    match stage {
        PayStage::Card => ui::PayStage::Card,
        PayStage::Paying => ui::PayStage::Paying,
        PayStage::Writing => ui::PayStage::Writing,
        PayStage::Done => ui::PayStage::Done,
        PayStage::Reversing => ui::PayStage::Reversing,
        PayStage::Reversed => ui::PayStage::Reversed,
        PayStage::Manual => ui::PayStage::Manual,
    }
}
