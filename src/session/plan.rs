//! The plan of a matter: the steps of its service as stops, in their order.

use crate::catalogue::model::{Operation, OutputKind, ResultView, Resume, Save, Service, Step, StepType};

/// Fields of one page of a form, at most; a longer form is asked on several pages.
pub(super) const FORM_FIELDS: usize = 5;

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
    /// A text to read.
    Notice(usize),
    /// Separate consents.
    Consent(usize),
    /// A call that fetches something; index of the step.
    Fetch(usize),
    /// A part of a form: index of the step, and number of the part.
    Form(usize, usize),
    /// One of the answers that stand in the step.
    Select(usize),
    /// A list of the backend, to look at or to choose from.
    Listing(usize),
    /// Day and time.
    Book(usize),
    /// A search; its result is shown by a later step.
    Search(usize),
    /// Rules that send the matter another way.
    Classify(usize),
    /// Keeps the answers so far at the backend.
    Save(usize),
    /// Somebody beside the session's person takes a part.
    Identify(usize),
    /// The members of a household.
    Parties(usize),
    Review(usize),
    Sign(usize),
    /// The household's letter.
    Authorise(usize),
    Submit(usize),
    /// What a submission or an attestation brought.
    Done(usize),
    Wait(usize),
    /// A certificate.
    Certificate(usize),
    Scan(usize),
    /// Pictures of papers.
    Capture(usize),
    /// The terminal's own devices.
    Devices(usize),
    /// The talk with a remote officer.
    Video(usize),
    Pay(usize),
    Table(usize),
    Verdict(usize),
    /// What a check or a search brought.
    Outcome(usize),
    Rate,
    Finish,
}

/// The stops of a login.
pub(super) const LOGIN: [Stop; 3] = [Stop::Ways, Stop::Card, Stop::Check];

impl Stop {
    /// Belongs to the login.
    pub fn is_login(self) -> bool {
        matches!(self, Self::Ways | Self::Card | Self::Check)
    }

    /// Counts as a step of its own for the person.
    pub fn counts(self) -> bool {
        !matches!(
            self,
            Self::Card
                | Self::Duty
                | Self::Resume(_)
                | Self::Fetch(_)
                | Self::Search(_)
                | Self::Classify(_)
                | Self::Save(_)
                | Self::Submit(_)
                | Self::Wait(_)
                | Self::Rate
                | Self::Finish
        )
    }

    /// Passes without a page of its own, or shows one that is not shown twice: "back" goes over it.
    pub fn is_passed_over(self) -> bool {
        matches!(
            self,
            Self::Card
                | Self::Check
                | Self::Duty
                | Self::Resume(_)
                | Self::Consent(_)
                | Self::Fetch(_)
                | Self::Search(_)
                | Self::Classify(_)
                | Self::Save(_)
                | Self::Identify(_)
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

    /// Something is answered here that the review shows and that can be changed.
    pub fn asks(self) -> bool {
        matches!(
            self,
            Self::Form(..) | Self::Select(_) | Self::Listing(_) | Self::Book(_) | Self::Parties(_)
        )
    }

    /// Index of its step; `None` for what stands in no file.
    pub fn step(self) -> Option<usize> {
        match self {
            Self::Ways | Self::Card | Self::Check | Self::Duty | Self::Rate | Self::Finish => None,
            Self::Resume(step)
            | Self::Notice(step)
            | Self::Consent(step)
            | Self::Fetch(step)
            | Self::Form(step, _)
            | Self::Select(step)
            | Self::Listing(step)
            | Self::Book(step)
            | Self::Search(step)
            | Self::Classify(step)
            | Self::Save(step)
            | Self::Identify(step)
            | Self::Parties(step)
            | Self::Review(step)
            | Self::Sign(step)
            | Self::Authorise(step)
            | Self::Submit(step)
            | Self::Done(step)
            | Self::Wait(step)
            | Self::Certificate(step)
            | Self::Scan(step)
            | Self::Capture(step)
            | Self::Devices(step)
            | Self::Video(step)
            | Self::Pay(step)
            | Self::Table(step)
            | Self::Verdict(step)
            | Self::Outcome(step) => Some(step),
        }
    }
}

/// The stops of a service, and the papers that belong to their pages.
#[derive(Default)]
pub(super) struct Plan {
    pub stops: Vec<Stop>,
    /// Outputs of the slips that a page shows, with the index of the step whose page it is.
    pub slips: Vec<(usize, String)>,
    /// Where the last page is that can show a slip.
    page: Option<usize>,
}

impl Plan {
    /// The plan of a service; who is identified already does not log in again.
    pub fn of(service: &Service, identified: bool) -> Self {
        let mut plan = Self::default();
        // Who somebody is comes where the file has it: a question before may decide in which role.
        let first = service.steps.iter().position(identifies).unwrap_or_default();
        let login: &[Stop] = match (identified, &service.staff) {
            (false, Some(_)) => &[Stop::Duty],
            (false, None) if service.login.level > 0 => &LOGIN,
            _ => &[],
        };
        for (index, step) in service.steps.iter().enumerate() {
            if index == first {
                plan.stops.extend(login);
                let resumes = service.steps.iter().position(resumes_by_card);
                plan.stops.extend(resumes.map(Stop::Resume));
            }
            plan.add(service, index, step);
            let kept = step.save == Some(Save::Draft);
            plan.stops.extend(kept.then_some(Stop::Save(index)));
        }
        plan
    }

    fn add(&mut self, service: &Service, index: usize, step: &Step) {
        let stop = match step.kind {
            StepType::Notice => Stop::Notice(index),
            StepType::Consent => Stop::Consent(index),
            StepType::Prefill => Stop::Fetch(index),
            StepType::Form => {
                let parts = form_parts(step);
                return self.stops.extend((0..parts).map(|part| Stop::Form(index, part)));
            }
            StepType::Select if step.op.is_none() => Stop::Select(index),
            StepType::Select | StepType::Map => self.with_record(index),
            StepType::Book => Stop::Book(index),
            StepType::Search => Stop::Search(index),
            StepType::Classify => Stop::Classify(index),
            StepType::IdentifyParty => Stop::Identify(index),
            StepType::Login if service.may_come_second(index) => Stop::Identify(index),
            StepType::Parties => Stop::Parties(index),
            StepType::Authorise => Stop::Authorise(index),
            StepType::Review => Stop::Review(index),
            StepType::Sign => Stop::Sign(index),
            StepType::Submit => {
                self.stops.push(Stop::Submit(index));
                self.with_paper(Stop::Done(index))
            }
            StepType::Wait => Stop::Wait(index),
            StepType::Verify => Stop::Scan(index),
            StepType::Capture => Stop::Capture(index),
            StepType::Video => self.with_paper(Stop::Video(index)),
            StepType::Pay => self.with_paper(Stop::Pay(index)),
            StepType::Result => match step.view {
                Some(ResultView::ValidOrNotMasked) => self.with_paper(Stop::Verdict(index)),
                Some(ResultView::List | ResultView::Timeline | ResultView::Entitlements) => {
                    self.with_record(index)
                }
                Some(ResultView::Devices) => Stop::Devices(index),
                Some(ResultView::Outcome) => self.with_paper(Stop::Outcome(index)),
                Some(ResultView::Table) | None => self.with_paper(Stop::Table(index)),
            },
            StepType::Print => return self.print(service, index, step),
            StepType::Evaluate => Stop::Rate,
            StepType::Finish => Stop::Finish,
            // It stands at the beginning.
            StepType::Login => return,
        };
        self.stops.push(stop);
    }

    fn with_paper(&mut self, stop: Stop) -> Stop {
        self.page = stop.step();
        stop
    }

    /// A thing of a list can be printed, unless something weightier came before it.
    fn with_record(&mut self, index: usize) -> Stop {
        let is_list = |page: usize| self.stops.contains(&Stop::Listing(page));
        if self.page.is_none_or(is_list) {
            self.page = Some(index);
        }
        Stop::Listing(index)
    }

    fn print(&mut self, service: &Service, index: usize, step: &Step) {
        for output in step.outputs.iter().filter_map(|id| service.output(id)) {
            match (output.kind, self.page) {
                (OutputKind::Certificate, _) => self.stops.push(Stop::Certificate(index)),
                (_, Some(page)) => self.slips.push((page, output.id.clone())),
                _ => {}
            }
        }
    }
}

/// Pages of a form.
pub(super) fn form_parts(step: &Step) -> usize {
    step.fields.len().div_ceil(FORM_FIELDS).max(1)
}

/// Ids of the fields of one part of a form; the parts are of about the same length.
pub(super) fn form_part(step: &Step, part: usize) -> &[String] {
    let length = step.fields.len().div_ceil(form_parts(step)).max(1);
    step.fields.chunks(length).nth(part).unwrap_or_default()
}

/// Says who somebody is.
fn identifies(step: &Step) -> bool {
    matches!(step.kind, StepType::Login | StepType::IdentifyParty)
}

/// Whoever comes back with the card finds what the step waited for.
fn resumes_by_card(step: &Step) -> bool {
    step.kind == StepType::Wait && step.resume.contains(&Resume::Card)
}

/// A call that opens a matter at once: what it takes is an application, what it answers the state of one.
pub(super) fn opens_at_once(op: &Operation) -> bool {
    let later = [" /v1/applications", "/submission", " /v1/attestations"];
    op.idempotency_key && !later.iter().any(|end| op.call.ends_with(end))
}
