//! The face check: at most three tries, a hint after each, and the other ways in one tap.

use zeroize::Zeroizing;

use crate::protocol::body::{FaceCompared, FaceComparison, IdentityVerification, Liveness, ScoreBand};
use crate::protocol::call::{CallFailure, Method};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::effect::Effect;
use crate::session::event::{Challenge, DeviceRole, Event, FaceHint, FaceOutcome, Instant};
use crate::session::link::{Readiness, parse};
use crate::session::login::Way;
use crate::session::stage::{Stage, Turn, button, button_off};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::consent::Consent;
use super::identify::Identify;
use super::login::FACE_CONSENT;
use super::trouble::{Trouble, session_ended};
use super::witness::Witness;

/// Template of the consent to the backend's comparison.
const COMPARE_CONSENT: &str = "face_compare_backend";

/// The stage for a chosen way, once the card is read.
pub(in crate::session) fn check_stage(way: Way) -> Box<dyn Stage> {
    match way {
        Way::Face => Box::new(Face::default()),
        Way::Sms => Box::new(super::sms::Sms::default()),
        Way::Witness => Box::new(Witness::new(Say::id("witness.reason.chosen"), "chosen")),
    }
}

/// Opening and closing the camera, beside the check itself, in seconds.
const SHUTTER_S: u32 = 5;

enum Phase {
    /// The consent is on its way to the backend: the camera stays closed.
    Consenting,
    /// The camera is open.
    Looking { ticket: Ticket, until: Instant },
    /// The backend compares.
    Comparing(Ticket),
}

/// One try.
pub(in crate::session) struct Face {
    phase: Phase,
    hint: FaceHint,
    order: Vec<Challenge>,
    done: usize,
}

impl Default for Face {
    fn default() -> Self {
        Self {
            phase: Phase::Consenting,
            hint: FaceHint::Nobody,
            order: Vec::new(),
            done: 0,
        }
    }
}

impl Face {
    fn consents(context: &Context) -> Vec<&'static str> {
        if chip_photo(context).is_some() {
            vec![FACE_CONSENT]
        } else {
            vec![FACE_CONSENT, COMPARE_CONSENT]
        }
    }

    fn begin(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&Self::consents(context)) {
            Readiness::Waiting => Turn::Stay,
            Readiness::Failed(failure) => trouble(&failure),
            Readiness::Ready => {
                let seconds = context.patience(context.settings.face_s);
                let chip_photo = chip_photo(context).map(|number| Zeroizing::new(number.to_owned()));
                let ticket = context.ask_with(|ticket| Effect::StartFace {
                    ticket,
                    chip_photo,
                    seconds,
                });
                context.camera_on = true;
                let tries = context.face_tries();
                *tries = tries.saturating_add(1);
                // The camera opens and closes in this time too; the check itself ends by its own clock.
                self.phase = Phase::Looking {
                    ticket,
                    until: context.after(seconds + SHUTTER_S),
                };
                Turn::Stay
            }
        }
    }

    fn ended(&mut self, context: &mut Context, outcome: &FaceOutcome) -> Turn {
        context.camera_on = false;
        match outcome {
            FaceOutcome::Compared(band) => judged(context, *band),
            FaceOutcome::Template {
                model_sha256,
                template,
            } => {
                let (Some(subject), Some(consent_id)) = (
                    context.asked_subject().cloned(),
                    context.consent_id(COMPARE_CONSENT),
                ) else {
                    return Turn::Ways;
                };
                let body = FaceComparison {
                    subject,
                    model_sha256: model_sha256.clone(),
                    template: template.clone(),
                    consent_id,
                };
                let ticket = context.call(Method::Post, "/v1/face-comparisons", &body, Keyed::No);
                self.phase = Phase::Comparing(ticket);
                Turn::Stay
            }
            FaceOutcome::ChallengeFailed => again("face.hint.challenge"),
            FaceOutcome::NoPhoto => {
                // The camera stayed closed.
                let tries = context.face_tries();
                *tries = tries.saturating_sub(1);
                again("face.hint.no_photo")
            }
            FaceOutcome::CameraLost => again("face.hint.camera_lost"),
        }
    }

    fn compared(context: &mut Context, result: &crate::protocol::call::CallResult) -> Turn {
        match parse::<FaceCompared>(result) {
            Ok(FaceCompared { cosine }) => {
                let settings = &context.settings;
                let band = if cosine >= settings.face_matched {
                    ScoreBand::Pass
                } else if cosine >= settings.face_undecided {
                    ScoreBand::Low
                } else {
                    // A cosine that is no number is no match either.
                    ScoreBand::Fail
                };
                judged(context, band)
            }
            Err(failure) if session_ended(&failure) => trouble(&failure),
            Err(_) => again("face.hint.backend"),
        }
    }
}

/// Number of the accepted card, when faces are compared with its photo: whatever other card is put
/// down afterwards, its photo does not count.
fn chip_photo(context: &Context) -> Option<&str> {
    let card = context.asked_card()?;
    card.photo_usable.then_some(card.subject.id_no.as_str())
}

/// Neither comparison without the consent to both.
fn other_way(context: &mut Context) -> Turn {
    withdraw(context);
    Turn::Ways
}

/// Who turns away from the face check takes back what the camera was opened for.
pub(in crate::session) fn withdraw(context: &mut Context) {
    context.withdraw_consent(FACE_CONSENT);
    context.withdraw_consent(COMPARE_CONSENT);
}

fn judged(context: &mut Context, band: ScoreBand) -> Turn {
    let outcome = match band {
        ScoreBand::Pass => "pass",
        ScoreBand::Low => "low",
        ScoreBand::Fail => "fail",
    };
    context.audit("face.ended", &[("band", outcome)]);
    match band {
        ScoreBand::Pass => match Identify::new(context, Way::Face) {
            Some(mut identify) => {
                identify.body.score_band = Some(ScoreBand::Pass);
                identify.body.liveness = Liveness::Pass;
                identify.body.consent_id = context.consent_id(FACE_CONSENT);
                Turn::To(Box::new(identify))
            }
            None => Turn::Ways,
        },
        ScoreBand::Low => Turn::To(Box::new(Witness::new(
            Say::id("witness.reason.undecided"),
            "score_low",
        ))),
        ScoreBand::Fail => again("face.hint.no_match"),
    }
}

fn trouble(failure: &CallFailure) -> Turn {
    let kept = Say::id("trouble.kept.nothing_taken");
    Turn::To(Box::new(Trouble::of_call(
        failure,
        kept,
        Box::new(Face::default()),
    )))
}

fn again(hint: &'static str) -> Turn {
    Turn::To(Box::new(FaceAgain { hint }))
}

impl Stage for Face {
    fn enter(&mut self, context: &mut Context) -> Turn {
        *self = Self::default();
        if Way::Face.off(context).is_some() {
            return Turn::Ways;
        }
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        if chip_photo(context).is_none() && !context.gave_consent(COMPARE_CONSENT) {
            return Turn::To(Box::new(Consent {
                template: COMPARE_CONSENT.to_owned(),
                agreed: Box::new(|_| Turn::To(Box::new(Self::default()))),
                refused: Box::new(other_way),
                back: Box::new(other_way),
                decline: "consent.decline",
            }));
        }
        self.begin(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if let Event::Action(Action::Back | Action::Decline) = event {
            withdraw(context);
            return Turn::Ways;
        }
        match &self.phase {
            Phase::Consenting => self.begin(context),
            Phase::Looking { ticket, until } => match event {
                Event::Face {
                    ticket: of,
                    hint,
                    order,
                    done,
                } if of == ticket => {
                    self.hint = *hint;
                    self.order.clone_from(order);
                    self.done = *done;
                    Turn::Stay
                }
                Event::FaceDone { ticket: of, outcome } if of == ticket => self.ended(context, outcome),
                Event::Device(DeviceRole::Camera, _)
                    if context.device_fault(DeviceRole::Camera).is_some() =>
                {
                    self.leave(context);
                    again("face.hint.camera_lost")
                }
                Event::Tick { .. } if context.now >= *until => {
                    self.leave(context);
                    again("face.hint.challenge")
                }
                _ => Turn::Stay,
            },
            Phase::Comparing(ticket) => match event {
                Event::Answer { ticket: of, result } if of == ticket => Self::compared(context, result),
                _ => Turn::Stay,
            },
        }
    }

    fn page(&self, context: &Context) -> Page {
        match &self.phase {
            Phase::Looking { until, .. } => Page::Face {
                now: self.order.get(self.done).copied().unwrap_or(Challenge::LookAhead),
                hint: self.hint,
                challenges: self
                    .order
                    .iter()
                    .enumerate()
                    .map(|(place, challenge)| (*challenge, place < self.done))
                    .collect(),
                seconds_left: context.seconds_until(*until).saturating_sub(SHUTTER_S),
                attempt: context.tried_faces(),
            },
            Phase::Consenting => Page::Working {
                what: Say::id("face.consenting"),
                sub: Say::id("face.consenting.sub"),
            },
            Phase::Comparing(_) => Page::Working {
                what: Say::id("face.comparing"),
                sub: Say::id("face.comparing.sub"),
            },
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }

    fn leave(&mut self, context: &mut Context) {
        if context.camera_on {
            context.camera_on = false;
            context.ask(Effect::StopFace);
        }
    }
}

/// A check did not succeed: a hint, another try, and the other ways.
pub(in crate::session) struct FaceAgain {
    pub hint: &'static str,
}

impl Stage for FaceAgain {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Next | Action::TryAgain) if Way::Face.off(context).is_none() => {
                Turn::To(Box::new(Face::default()))
            }
            Event::Action(Action::Choose(id)) => match Way::from_id(id) {
                Some(way)
                    if way != Way::Face && context.ways().contains(&way) && way.off(context).is_none() =>
                {
                    context.choose_way(way);
                    Turn::To(check_stage(way))
                }
                _ => Turn::Stay,
            },
            Event::Action(Action::Back | Action::Decline) => {
                withdraw(context);
                Turn::Ways
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let ways = context.ways();
        Page::FaceAgain {
            hint: Say::id(self.hint),
            again: button_off(
                Action::TryAgain,
                "refresh",
                Say::id("face.again"),
                Way::Face.off(context),
            ),
            others: ways
                .into_iter()
                .filter(|way| *way != Way::Face)
                .map(|way| button(Action::Choose(way.id().to_owned()), way.icon(), way.instead()))
                .collect(),
        }
    }
}

/// The empty verification of a way, for the person whose card was read last.
pub(in crate::session) fn verification(context: &Context, way: Way) -> Option<IdentityVerification> {
    let subject = context.asked_subject()?.clone();
    Some(IdentityVerification {
        method: way.method(),
        subject_role: context.asked_role(),
        subject,
        score_band: None,
        liveness: Liveness::NotDone,
        consent_id: None,
        otp_challenge_id: None,
        otp_code: None,
        staff_session_id: None,
        witness_reason: None,
    })
}
