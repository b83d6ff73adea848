//! One matter: its plan of stages, and what came of them.

use crate::catalogue::model::{OutputKind, ResultView, Resume, Service, Step, StepType};
use crate::protocol::body::{Attested, Certificate, DocumentVerified, QueryRows, TimelineEntry};
use crate::protocol::call::IdempotencyKey;

use super::event::Instant;

/// What happens at one place of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Choice of a way of login.
    Ways,
    /// Card.
    Card,
    /// Face, code or witness.
    Check,
    /// Number and PIN of a member of staff.
    Duty,
    /// Looks for a certificate that was approved since the last visit; index of the step that waits.
    Resume(usize),
    /// A call that fetches something; index of the step.
    Fetch(usize),
    Form(usize),
    Review(usize),
    Sign(usize),
    Submit(usize),
    /// What a submission or an attestation brought.
    Done(usize),
    Wait(usize),
    /// A certificate.
    Certificate(usize),
    Scan(usize),
    Capture(usize),
    /// The terminal's own devices.
    Devices(usize),
    Video(usize),
    Pay(usize),
    Table(usize),
    Verdict(usize),
    Rate,
    Finish,
}

/// The stops of a login.
const LOGIN: [Stop; 3] = [Stop::Ways, Stop::Card, Stop::Check];

impl Stop {
    /// Belongs to the login.
    fn is_login(self) -> bool {
        matches!(self, Self::Ways | Self::Card | Self::Check)
    }

    /// Counts as a step of its own for the person.
    fn counts(self) -> bool {
        !matches!(
            self,
            Self::Card
                | Self::Duty
                | Self::Resume(_)
                | Self::Fetch(_)
                | Self::Submit(_)
                | Self::Wait(_)
                | Self::Rate
                | Self::Finish
        )
    }

    /// A place to which "back" may not return.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Submit(_)
                | Self::Done(_)
                | Self::Wait(_)
                | Self::Certificate(_)
                | Self::Video(_)
                | Self::Pay(_)
                | Self::Table(_)
                | Self::Verdict(_)
                | Self::Rate
                | Self::Finish
        )
    }
}

/// What is known of a submission that is under way; the keys stay the same however often it is tried.
#[derive(Default, Clone, Copy)]
pub(super) struct Submission {
    pub create: Option<IdempotencyKey>,
    pub submit: Option<IdempotencyKey>,
    /// A draft exists at the backend and is being submitted.
    pub drafted: bool,
    /// It was sent, and no usable answer came: the backend may have it. Sending it under another
    /// key could make two of it.
    pub maybe: bool,
}

/// One matter.
pub(super) struct Flow {
    pub service: String,
    pub minutes: u32,
    pub plan: Vec<Stop>,
    pub at: usize,
    pub started: Instant,
    /// Slip that belongs to a page: index of its output, by index of the step that shows it.
    slips: Vec<(usize, String)>,
    pub submission: Submission,
    pub application_id: Option<String>,
    /// 受理编号, or the number of an attestation.
    pub number: Option<String>,
    pub timeline: Vec<TimelineEntry>,
    pub attested: Option<Attested>,
    pub rows: Option<QueryRows>,
    pub verified: Option<DocumentVerified>,
    pub certificate: Option<Certificate>,
    /// Something was filled in that would be lost.
    pub filled: bool,
}

impl Flow {
    /// The plan of a service; who is identified already does not log in again.
    pub fn new(service: &Service, identified: bool, now: Instant) -> Self {
        let mut plan = Vec::new();
        let mut slips = Vec::new();
        match (identified, &service.staff) {
            (true, _) => {}
            (false, Some(_)) => plan.push(Stop::Duty),
            (false, None) if service.login.level > 0 => plan.extend(LOGIN),
            (false, None) => {}
        }
        plan.extend(service.steps.iter().position(resumes_by_card).map(Stop::Resume));
        // Where the last page is that can show a slip.
        let mut page = None;
        for (index, step) in service.steps.iter().enumerate() {
            match step.kind {
                StepType::Prefill => plan.push(Stop::Fetch(index)),
                StepType::Form => plan.push(Stop::Form(index)),
                StepType::Review => plan.push(Stop::Review(index)),
                StepType::Sign => plan.push(Stop::Sign(index)),
                StepType::Submit => {
                    plan.extend([Stop::Submit(index), Stop::Done(index)]);
                    page = Some(index);
                }
                StepType::Wait => plan.push(Stop::Wait(index)),
                StepType::Verify => plan.push(Stop::Scan(index)),
                StepType::Capture => plan.push(Stop::Capture(index)),
                StepType::Video => plan.push(Stop::Video(index)),
                StepType::Pay => {
                    plan.push(Stop::Pay(index));
                    page = Some(index);
                }
                StepType::Result => {
                    plan.push(match step.view {
                        Some(ResultView::ValidOrNotMasked) => Stop::Verdict(index),
                        Some(ResultView::Devices) => Stop::Devices(index),
                        _ => Stop::Table(index),
                    });
                    page = Some(index);
                }
                StepType::Print => {
                    let outputs = step.outputs.iter().filter_map(|id| service.output(id));
                    for output in outputs {
                        match (output.kind, page) {
                            (OutputKind::Certificate, _) => plan.push(Stop::Certificate(index)),
                            (_, Some(page)) => slips.push((page, output.id.clone())),
                            _ => {}
                        }
                    }
                }
                StepType::Evaluate => plan.push(Stop::Rate),
                StepType::Finish => plan.push(Stop::Finish),
                // Refused when the catalogue is loaded for a terminal: see `unsupported`.
                _ => {}
            }
        }
        Self {
            service: service.service.id.clone(),
            minutes: service.page.minutes,
            plan,
            at: 0,
            started: now,
            slips,
            submission: Submission::default(),
            application_id: None,
            number: None,
            timeline: Vec::new(),
            attested: None,
            rows: None,
            verified: None,
            certificate: None,
            filled: false,
        }
    }

    /// The present stop.
    pub fn stop(&self) -> Stop {
        self.plan.get(self.at).copied().unwrap_or(Stop::Finish)
    }

    /// Login comes before the present stop, and nowhere else in the plan.
    pub fn log_in_here(&mut self) {
        if self.stop().is_login() {
            return;
        }
        let passed = self.plan.iter().take(self.at).filter(|stop| stop.is_login());
        self.at -= passed.count();
        self.plan.retain(|stop| !stop.is_login());
        self.plan.splice(self.at..self.at, LOGIN);
    }

    /// The application exists already: what leads to it falls away.
    pub fn skip_to_wait(&mut self) {
        if let Some(wait) = self.plan.iter().position(|stop| matches!(stop, Stop::Wait(_))) {
            self.plan.drain(self.at + 1..wait);
        }
    }

    /// Output of the slip that the page of this step shows.
    pub fn slip(&self, step: usize) -> Option<&str> {
        self.slips
            .iter()
            .find(|(page, _)| *page == step)
            .map(|(_, output)| output.as_str())
    }

    /// Something was asked that can be changed.
    pub fn has_form(&self) -> bool {
        self.plan.iter().any(|stop| matches!(stop, Stop::Form(_)))
    }

    /// Values for the paths of calls.
    pub fn path_values(&self) -> Vec<(&'static str, &str)> {
        let mut values = vec![("{service_id}", self.service.as_str())];
        if let Some(id) = &self.application_id {
            values.push(("{application_id}", id));
        }
        if let Some(certificate) = &self.certificate {
            values.push(("{certificate_id}", &certificate.certificate_id));
        }
        values
    }

    /// Number of the present step, of the person's steps, and minutes left; `None` for a single page.
    pub fn progress(&self) -> Option<(usize, usize, u32)> {
        let total = self.plan.iter().filter(|stop| stop.counts()).count();
        if total < 2 || matches!(self.stop(), Stop::Rate | Stop::Finish) {
            return None;
        }
        let passed = self
            .plan
            .iter()
            .take(self.at + 1)
            .filter(|stop| stop.counts())
            .count();
        let now = passed.clamp(1, total);
        let left = u64::from(self.minutes) * (total - now + 1) as u64;
        let minutes = u32::try_from(left.div_ceil(total as u64)).unwrap_or(u32::MAX);
        Some((now, total, minutes.max(1)))
    }

    /// Where "back" leads: the last stop before this one that is a page to come back to.
    pub fn earlier(&self) -> Option<usize> {
        // What was sent stays sent; a query, a scan or a payment that was not made can be repeated.
        let repeatable = matches!(
            self.stop(),
            Stop::Table(_) | Stop::Verdict(_) | Stop::Pay(_) | Stop::Video(_)
        );
        if self.stop().is_final() && !repeatable {
            return None;
        }
        let before = self.plan.get(..self.at)?;
        let back = before.iter().rposition(|stop| match stop {
            Stop::Ways => matches!(self.stop(), Stop::Card | Stop::Check),
            Stop::Card | Stop::Check | Stop::Duty | Stop::Resume(_) | Stop::Fetch(_) => false,
            other => !other.is_final(),
        })?;
        // A further login can lie behind what was sent.
        let sent = before
            .get(back..)?
            .iter()
            .any(|stop| matches!(stop, Stop::Submit(_)));
        (!sent).then_some(back)
    }
}

/// Whoever comes back with the card finds what the step waited for.
fn resumes_by_card(step: &Step) -> bool {
    step.kind == StepType::Wait && step.resume.contains(&Resume::Card)
}

/// Steps of a service that this engine cannot walk yet; the service is greyed then.
pub(super) fn unsupported(service: &Service) -> bool {
    service.steps.iter().any(|step| {
        !matches!(
            step.kind,
            StepType::Login
                | StepType::Prefill
                | StepType::Form
                | StepType::Review
                | StepType::Sign
                | StepType::Submit
                | StepType::Wait
                | StepType::Result
                | StepType::Print
                | StepType::Verify
                | StepType::Capture
                | StepType::Video
                | StepType::Pay
                | StepType::Evaluate
                | StepType::Finish
        ) || step.when.is_some()
    })
}
