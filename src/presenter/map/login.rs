//! Ways of login, consents, card, face, code and staff witness.

use kiosk_ui as ui;

use crate::session::event::{Challenge, FaceHint};
use crate::session::view::{Button, CardPrompt, Page, Row};

use super::super::screen::{Rows, Screen, Values};
use super::{Mapping, number};

impl Mapping<'_> {
    pub(super) fn login(&self, page: &Page) -> Screen {
        match page {
            Page::LoginWays { ways, points, next } => {
                let mut screen = self.points(ui::PageKind::LoginWays, points);
                screen.rows.choices = self.words.choices(ways);
                self.next(&mut screen, next);
                screen
            }
            Page::Consent {
                title,
                points,
                agree,
                decline,
            } => {
                let mut screen = self.points(ui::PageKind::Consent, points);
                screen.values.title = self.words.say(title);
                self.next(&mut screen, agree);
                self.others(&mut screen, [decline]);
                screen
            }
            Page::Card { prompt, seconds_left } => self.card(prompt, *seconds_left),
            Page::Face { .. } => face(page),
            Page::FaceAgain { hint, again, others } => {
                let mut screen = Screen {
                    kind: ui::PageKind::FaceAgain,
                    ..Screen::default()
                };
                screen.values.lead = self.words.say(hint);
                self.next(&mut screen, again);
                self.others(&mut screen, others);
                screen
            }
            Page::SmsCode { .. } => self.sms_code(page),
            Page::StaffWitness { .. } => self.staff_witness(page),
            _ => Screen::default(),
        }
    }

    fn points(&self, kind: ui::PageKind, points: &[Row]) -> Screen {
        Screen {
            kind,
            rows: Rows {
                rows: self.words.rows(points),
                ..Rows::default()
            },
            ..Screen::default()
        }
    }

    fn card(&self, prompt: &CardPrompt, seconds_left: u32) -> Screen {
        let (card, lead, error) = match prompt {
            CardPrompt::Waiting => (ui::CardState::Waiting, None, None),
            CardPrompt::Other(words) => (ui::CardState::Waiting, Some(words), None),
            CardPrompt::Reading => (ui::CardState::Reading, None, None),
            CardPrompt::Problem(words) => (ui::CardState::Problem, None, Some(words)),
        };
        Screen {
            kind: ui::PageKind::Card,
            values: Values {
                card,
                lead: self.words.maybe(lead),
                error: self.words.maybe(error),
                seconds_left: number(seconds_left),
                ..Values::default()
            },
            ..Screen::default()
        }
    }

    fn sms_code(&self, page: &Page) -> Screen {
        let Page::SmsCode {
            phone_masked,
            digits,
            error,
            resend_in,
            next,
        } = page
        else {
            return Screen::default();
        };
        self.keypad(
            ui::PageKind::SmsCode,
            Values {
                who: phone_masked.as_str().into(),
                number: digits.as_str().into(),
                error: self.words.maybe(error.as_ref()),
                seconds_left: number(*resend_in),
                ..Values::default()
            },
            next,
        )
    }

    fn staff_witness(&self, page: &Page) -> Screen {
        let Page::StaffWitness {
            number: typed,
            pin_length,
            focus,
            error,
            reason,
            next,
        } = page
        else {
            return Screen::default();
        };
        self.keypad(
            ui::PageKind::StaffWitness,
            Values {
                number: typed.as_str().into(),
                pin_length: number(*pin_length),
                focus: (*focus).into(),
                error: self.words.maybe(error.as_ref()),
                lead: self.words.say(reason),
                ..Values::default()
            },
            next,
        )
    }

    /// A page with digit keys of its own.
    fn keypad(&self, kind: ui::PageKind, values: Values, next: &Button) -> Screen {
        let mut screen = Screen {
            kind,
            values,
            ..Screen::default()
        };
        self.next(&mut screen, next);
        screen
    }
}

/// Arcs around the picture.
const ARCS: usize = 3;

fn face(page: &Page) -> Screen {
    let Page::Face {
        now,
        hint,
        challenges,
        seconds_left,
        attempt,
    } = page
    else {
        return Screen::default();
    };
    // Looking ahead is the first action, and has no arc where three others follow.
    let challenges = challenges.iter().skip(challenges.len().saturating_sub(ARCS));
    let challenges = challenges.map(|&(action, done)| ui::ChallengeData {
        challenge: challenge(action),
        done,
    });
    Screen {
        kind: ui::PageKind::Face,
        values: Values {
            challenge: challenge(*now),
            hint: face_hint(*hint),
            seconds_left: number(*seconds_left),
            attempt: number(*attempt),
            ..Values::default()
        },
        rows: Rows {
            challenges: challenges.collect(),
            ..Rows::default()
        },
        ..Screen::default()
    }
}

fn challenge(challenge: Challenge) -> ui::Challenge {
    match challenge {
        Challenge::LookAhead => ui::Challenge::LookAhead,
        Challenge::Blink => ui::Challenge::Blink,
        Challenge::TurnLeft => ui::Challenge::TurnLeft,
        Challenge::TurnRight => ui::Challenge::TurnRight,
    }
}

fn face_hint(hint: FaceHint) -> ui::FaceHint {
    match hint {
        FaceHint::Good => ui::FaceHint::Good,
        FaceHint::Nobody => ui::FaceHint::Nobody,
        FaceHint::TwoPeople => ui::FaceHint::TwoPeople,
        FaceHint::TooFar => ui::FaceHint::TooFar,
        FaceHint::TooNear => ui::FaceHint::TooNear,
        FaceHint::OffCentre => ui::FaceHint::OffCentre,
        FaceHint::TooDark => ui::FaceHint::TooDark,
        FaceHint::TooBright => ui::FaceHint::TooBright,
        FaceHint::NotSame => ui::FaceHint::NotSame,
    }
}
