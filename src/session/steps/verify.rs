//! Scanning a code and asking the backend about it. The scanner first; the camera only after consent.

use crate::protocol::body::{DocumentVerification, DocumentVerified};
use crate::protocol::call::CallResult;
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, Event, Instant};
use crate::session::flow::Flow;
use crate::session::link::parse;
use crate::session::plan::Stop;
use crate::session::stage::{Stage, Turn, button_off};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::consent::Consent;
use super::trouble::{Trouble, Way};

/// Template of the consent to scanning with the camera.
const CAMERA_CONSENT: &str = "camera_scan";
/// Longer than any code of ours.
const LONGEST_CODE: usize = 4096;

enum Phase {
    Begin,
    Scanning { ticket: Ticket, until: Instant },
    Asking(Ticket),
}

/// The page of the scan.
pub(in crate::session) struct Scan {
    step: usize,
    camera: bool,
    phase: Phase,
    problem: Option<Say>,
}

impl Scan {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            camera: false,
            phase: Phase::Begin,
            problem: None,
        }
    }

    fn with_camera() -> Box<dyn Stage> {
        Box::new(Self {
            camera: true,
            ..Self::new(0)
        })
    }

    fn begin(&mut self, context: &mut Context) -> Turn {
        if self.camera && !context.gave_consent(CAMERA_CONSENT) {
            return Turn::To(Box::new(Consent {
                template: CAMERA_CONSENT.to_owned(),
                agreed: Box::new(|_| Turn::To(Self::with_camera())),
                refused: Box::new(|_| Turn::Back),
                back: Box::new(|_| Turn::Back),
                decline: "consent.decline",
            }));
        }
        let camera = self.camera;
        let ticket = context.ask_with(|ticket| Effect::StartScan { ticket, camera });
        context.camera_on = camera;
        self.phase = Phase::Scanning {
            ticket,
            until: context.after(context.patience(context.settings.scan_s)),
        };
        Turn::Stay
    }

    fn stop(&mut self, context: &mut Context) {
        if matches!(self.phase, Phase::Scanning { .. }) {
            context.camera_on = false;
            context.ask(Effect::StopScan);
            self.phase = Phase::Begin;
        }
    }

    fn scanned(&mut self, context: &mut Context, payload: &str) -> Turn {
        self.stop(context);
        if payload.is_empty() || payload.len() > LONGEST_CODE {
            self.problem = Some(Say::id("scan.not_ours"));
            return self.begin(context);
        }
        let Some(op) = context.step_op(self.step_index(context)).cloned() else {
            return Turn::Home;
        };
        let body = DocumentVerification {
            code: payload.to_owned(),
        };
        self.phase = Phase::Asking(context.call_op(&op, &body, Keyed::No));
        Turn::Stay
    }

    /// The step whose turn it is: a consent page in between does not know it.
    fn step_index(&self, context: &Context) -> usize {
        match context.flow.as_ref().map(Flow::stop) {
            Some(Stop::Scan(step)) => step,
            _ => self.step,
        }
    }

    fn answered(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        match parse::<DocumentVerified>(result) {
            Ok(verified) => {
                if let Some(flow) = &mut context.flow {
                    flow.verified = Some(verified);
                }
                Turn::Next
            }
            Err(failure) => {
                let again = Box::new(Self {
                    camera: self.camera,
                    ..Self::new(self.step)
                });
                Turn::To(Box::new(Trouble::of_call(
                    &failure,
                    Say::id("trouble.kept.nothing_taken"),
                    again,
                )))
            }
        }
    }

    fn overdue(&mut self, context: &mut Context) -> Turn {
        self.stop(context);
        Turn::To(Box::new(Trouble {
            title: Say::id("scan.none.title"),
            part: None,
            happened: Say::id("scan.none.happened"),
            kept: Say::id("trouble.kept.nothing_taken"),
            now: Say::id("scan.none.now"),
            code: String::new(),
            main: Say::id("action.try_again"),
            way: Some(Way::Again(Box::new(Self {
                camera: self.camera,
                ..Self::new(self.step)
            }))),
            edit: false,
        }))
    }

    fn role(&self) -> DeviceRole {
        if self.camera {
            DeviceRole::Camera
        } else {
            DeviceRole::QrScanner
        }
    }

    fn other(&self) -> DeviceRole {
        if self.camera {
            DeviceRole::QrScanner
        } else {
            DeviceRole::Camera
        }
    }
}

impl Stage for Scan {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if context.device_fault(self.role()).is_some() && context.device_fault(self.other()).is_none() {
            self.camera = !self.camera;
        }
        self.begin(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if let Event::Action(Action::Back | Action::Decline) = event {
            return Turn::Back;
        }
        match (event, &self.phase) {
            (Event::Code { ticket, payload }, Phase::Scanning { ticket: mine, .. }) if ticket == mine => {
                self.scanned(context, payload)
            }
            (Event::Answer { ticket, result }, Phase::Asking(mine)) if ticket == mine => {
                self.answered(context, result)
            }
            (Event::Action(Action::Choose(id)), Phase::Scanning { .. }) if id == "switch" => {
                if context.device_fault(self.other()).is_some() {
                    return Turn::Stay;
                }
                self.stop(context);
                self.camera = !self.camera;
                self.begin(context)
            }
            (Event::Tick { .. }, Phase::Scanning { until, .. }) if context.now >= *until => {
                self.overdue(context)
            }
            (Event::Device(role, _), Phase::Scanning { .. })
                if *role == self.role() && context.device_fault(*role).is_some() =>
            {
                self.overdue(context)
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        if matches!(self.phase, Phase::Asking(_)) {
            return Page::Working {
                what: Say::id("verify.working"),
                sub: Say::id("verify.working.sub"),
            };
        }
        let seconds_left = match self.phase {
            Phase::Scanning { until, .. } => context.seconds_until(until),
            _ => 0,
        };
        let (icon, text) = if self.camera {
            ("scan", "scan.use_scanner")
        } else {
            ("camera", "scan.use_camera")
        };
        let off = context.device_off(self.other());
        Page::Scan {
            camera: self.camera,
            problem: self.problem.clone(),
            seconds_left,
            others: vec![button_off(
                Action::Choose("switch".to_owned()),
                icon,
                Say::id(text),
                off,
            )],
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        true
    }

    fn leave(&mut self, context: &mut Context) {
        self.stop(context);
    }

    fn public(&self) -> bool {
        true
    }
}
