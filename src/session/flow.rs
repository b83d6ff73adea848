//! One matter: where it stands in its plan, and what came of its steps.

use std::sync::Arc;

use crate::catalogue::model::Service;
use crate::protocol::body::{Attested, Certificate, DocumentVerified, PackageCase, QueryRows, TimelineEntry};
use crate::protocol::call::IdempotencyKey;
use crate::protocol::information::{Line, Listing};

use super::event::Instant;
use super::plan::{LOGIN, Plan, Stop};

/// What is known of a draft at the backend.
#[derive(Default)]
pub(super) struct Draft {
    /// Version that was read last.
    pub etag: Option<u32>,
    /// SHA-256 of the content that is there.
    pub content: Option<String>,
    /// Key of what was sent last, with the SHA-256 of its content.
    pub sending: Option<(IdempotencyKey, String)>,
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
    /// Slips that belong to a page: the index of the step that shows it, and the output.
    slips: Vec<(usize, String)>,
    pub submission: Submission,
    pub draft: Draft,
    pub application_id: Option<String>,
    /// 受理编号, or the number of an attestation.
    pub number: Option<String>,
    pub timeline: Vec<TimelineEntry>,
    /// What came of a submission, a check or a search, as the backend names it.
    pub outcome: String,
    /// What the person must know of it.
    pub lines: Vec<Line>,
    /// Cases of a package.
    pub cases: Vec<PackageCase>,
    pub attested: Option<Attested>,
    pub rows: Option<QueryRows>,
    /// What a search found.
    pub found: Option<Arc<Listing>>,
    /// Id of the last thing chosen from a list: calls about it name it in their path.
    pub chosen: Option<String>,
    pub verified: Option<DocumentVerified>,
    pub certificate: Option<Certificate>,
    /// Something was filled in that would be lost.
    pub filled: bool,
}

impl Flow {
    /// A matter that begins; who is identified already does not log in again.
    pub fn new(service: &Service, identified: bool, now: Instant) -> Self {
        let Plan { stops, slips, .. } = Plan::of(service, identified);
        Self {
            service: service.service.id.clone(),
            minutes: service.page.minutes,
            plan: stops,
            at: 0,
            started: now,
            slips,
            submission: Submission::default(),
            draft: Draft::default(),
            application_id: None,
            number: None,
            timeline: Vec::new(),
            outcome: String::new(),
            lines: Vec::new(),
            cases: Vec::new(),
            attested: None,
            rows: None,
            found: None,
            chosen: None,
            verified: None,
            certificate: None,
            filled: false,
        }
    }

    /// The present stop.
    pub fn stop(&self) -> Stop {
        self.plan.get(self.at).copied().unwrap_or(Stop::Finish)
    }

    /// Login comes before the present stop, and nowhere else in the plan; so does whoever else was
    /// identified before.
    pub fn log_in_here(&mut self) {
        if self.stop().is_login() {
            return;
        }
        let before = self.plan.drain(..self.at);
        let (known, mut passed): (Vec<Stop>, Vec<Stop>) =
            before.partition(|stop| stop.is_login() || matches!(stop, Stop::Identify(_)));
        let others = known.into_iter().filter(|stop| !stop.is_login());
        self.at = passed.len();
        passed.extend(LOGIN.into_iter().chain(others));
        self.plan.retain(|stop| !stop.is_login());
        self.plan.splice(..0, passed);
    }

    /// The application exists already: what leads to it falls away.
    pub fn skip_to_wait(&mut self) {
        if let Some(wait) = self.plan.iter().position(|stop| matches!(stop, Stop::Wait(_))) {
            self.plan.drain(self.at + 1..wait);
        }
    }

    /// Outputs of the slips that the page of this step can show, in their order.
    pub fn slips(&self, step: usize) -> impl Iterator<Item = &str> {
        self.slips
            .iter()
            .filter(move |(page, _)| *page == step)
            .map(|(_, output)| output.as_str())
    }

    /// Something was asked that can be changed.
    pub fn asks(&self) -> bool {
        self.plan.iter().any(|stop| stop.asks())
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

    /// The first stop from a place on that applies; the end when there is none.
    pub fn following(&self, from: usize, applies: impl Fn(Stop) -> bool) -> usize {
        let rest = self.plan.get(from..).unwrap_or_default();
        let next = rest.iter().position(|stop| applies(*stop));
        next.map_or(self.plan.len(), |next| from + next)
    }

    /// Number of the present step, of the person's steps, and minutes left; `None` for a single page.
    pub fn progress(&self, applies: impl Fn(Stop) -> bool) -> Option<(usize, usize, u32)> {
        let count = |stops: &[Stop]| {
            let counted = stops.iter().filter(|stop| stop.counts() && applies(**stop));
            counted.count()
        };
        let total = count(&self.plan);
        if total < 2 || matches!(self.stop(), Stop::Rate | Stop::Finish) {
            return None;
        }
        let now = count(self.plan.get(..=self.at).unwrap_or(&self.plan)).clamp(1, total);
        let left = u64::from(self.minutes) * (total - now + 1) as u64;
        let minutes = u32::try_from(left.div_ceil(total as u64)).unwrap_or(u32::MAX);
        Some((now, total, minutes.max(1)))
    }

    /// Where "back" leads: the last stop before this one that applies and is a page to come back to.
    pub fn earlier(&self, applies: impl Fn(Stop) -> bool) -> Option<usize> {
        // What was sent stays sent; a query, a scan, or a payment and a talk that did not come about can
        // be repeated.
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
            other => !other.is_passed_over() && !other.is_final() && applies(*other),
        })?;
        // A further login can lie behind what was sent.
        let sent = before
            .get(back..)?
            .iter()
            .any(|stop| matches!(stop, Stop::Submit(_)));
        (!sent).then_some(back)
    }
}
