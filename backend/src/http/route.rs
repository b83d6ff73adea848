//! The one table of routes. The router, the checks and the served OpenAPI document follow it.

use kiosk::protocol::call::Method;

use super::answer::Answer;
use super::request::Request;
use crate::office::matters::{
    appointments, child_reports, confirmations, enrolments, material_checks, requests, tickets,
};
use crate::office::{
    applications, assistant, attestations, authorisations, cases, catalogue, certificates, consents,
    e_certificates, entitlements, faces, feedback, identity, information, money, openapi, packages, prefill,
    print_jobs, queries, sample, searches, sessions, slots, sms, staff, stats, tasks, terminals, uploads,
    verifications, videos,
};
use crate::problem::Refusal;

/// Works on a request inside its transaction.
pub type Handler = fn(&Request<'_>) -> Result<Answer, Refusal>;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Any terminal.
    Terminal,
    /// A visit: `Authorization: Bearer`.
    Session,
}

/// One method of one path.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Template.
    pub path: &'static str,
    /// Who may call.
    pub caller: Caller,
    /// Changes something by POST: an `Idempotency-Key` is needed.
    pub keyed: bool,
    /// Work.
    pub handler: Handler,
    /// Largest body.
    pub body_limit: usize,
    /// Brings the kept answer of a repeated key up to now; others are repeated as they were.
    pub refresh: Option<Refresh>,
}

/// Works on a kept answer.
pub type Refresh = fn(&Request<'_>, Answer) -> Result<Answer, Refusal>;

impl Route {
    /// Takes a picture.
    const fn with_picture(mut self) -> Self {
        self.body_limit = PICTURE_LIMIT;
        self
    }

    const fn refreshed_by(mut self, refresh: Refresh) -> Self {
        self.refresh = Some(refresh);
        self
    }
}

const fn route(method: Method, path: &'static str, caller: Caller, keyed: bool, handler: Handler) -> Route {
    Route {
        method,
        path,
        caller,
        keyed,
        handler,
        body_limit: BODY_LIMIT,
        refresh: None,
    }
}

use Caller::{Session, Terminal};
use Method::{Delete, Get, Post, Put};

/// Largest body.
pub const BODY_LIMIT: usize = 256 * 1024;
/// Largest body with a picture: 4 MiB in Base64, and the rest.
pub const PICTURE_LIMIT: usize = 6 * 1024 * 1024;

/// Every route. Enrolment has its one-time code, reads by POST need no key.
#[rustfmt::skip] // one line a route
pub const ROUTES: &[Route] = &[
    route(Post, "/v1/terminals", Terminal, true, terminals::enrol),
    route(Get, "/v1/catalogue", Terminal, false, catalogue::bundle),
    route(Post, "/v1/sessions", Terminal, true, sessions::open),
    route(Delete, "/v1/sessions/{session_id}", Session, false, sessions::close),
    route(Post, "/v1/consents", Session, true, consents::record),
    route(Post, "/v1/consents/{consent_id}/withdrawal", Session, true, consents::withdraw),
    route(Post, "/v1/sms-codes", Session, true, sms::send),
    route(Post, "/v1/identity-verifications", Session, true, identity::verify),
    route(Post, "/v1/face-comparisons", Session, false, faces::compare),
    route(Post, "/v1/staff-sessions", Session, true, staff::open),
    route(Post, "/v1/prefill", Session, false, prefill::prefill),
    route(Post, "/v1/queries/{service_id}", Session, false, queries::run),
    route(Get, "/v1/institutions", Terminal, false, information::list),
    route(Get, "/v1/organisations", Terminal, false, information::list),
    route(Get, "/v1/policies", Terminal, false, information::list),
    route(Get, "/v1/public-notices", Terminal, false, information::list),
    route(Get, "/v1/charity/projects", Terminal, false, information::list),
    route(Get, "/v1/charity/aid", Terminal, false, information::list),
    route(Get, "/v1/courses", Terminal, false, information::list),
    route(Get, "/v1/care-services", Terminal, false, information::list),
    route(Get, "/v1/cemeteries", Terminal, false, information::list),
    route(Get, "/v1/departments", Terminal, false, information::list),
    route(Get, "/v1/cross-province-items", Terminal, false, information::list),
    route(Get, "/v1/booth-items", Terminal, false, information::list),
    route(Get, "/v1/slots", Terminal, false, slots::list),
    route(Get, "/v1/stats", Terminal, false, stats::report),
    route(Post, "/v1/assistant/questions", Terminal, false, assistant::ask),
    route(Post, "/v1/guidance", Terminal, false, assistant::guide),
    route(Post, "/v1/appointments", Session, true, appointments::book),
    route(Post, "/v1/appointments/{application_id}/cancellation", Session, true, appointments::cancel),
    route(Post, "/v1/enrolments", Session, true, enrolments::enrol),
    route(Post, "/v1/leads", Session, true, requests::lead),
    route(Post, "/v1/deliveries", Session, true, requests::delivery),
    route(Post, "/v1/material-checks", Session, true, material_checks::check),
    route(Post, "/v1/child-reports", Session, true, child_reports::report),
    route(Post, "/v1/packages", Session, true, packages::open),
    route(Post, "/v1/resident-tickets", Session, true, tickets::open),
    route(Get, "/v1/entitlements", Session, false, entitlements::list),
    route(Post, "/v1/entitlements/{entitlement_id}/confirmations", Session, true, confirmations::confirm),
    route(Get, "/v1/e-certificates", Session, false, e_certificates::list),
    route(Get, "/v1/cases", Session, false, cases::list),
    route(Post, "/v1/applications/{application_id}/withdrawal", Session, true, cases::withdraw),
    route(Post, "/v1/applications", Session, true, applications::create),
    route(Get, "/v1/applications", Session, false, applications::mine),
    route(Put, "/v1/applications/{application_id}/draft", Session, false, applications::save_draft),
    route(Post, "/v1/applications/{application_id}/submission", Session, true, applications::submit),
    route(Get, "/v1/applications/{application_id}/timeline", Session, false, applications::timeline),
    route(Get, "/v1/applications/{application_id}/certificates", Session, false, certificates::list),
    route(Post, "/v1/certificates/{certificate_id}/print-jobs", Session, true, print_jobs::create),
    route(Get, "/v1/print-jobs/{job_id}/document", Session, false, print_jobs::document),
    route(Put, "/v1/print-jobs/{job_id}/outcome", Terminal, false, print_jobs::outcome),
    route(Post, "/v1/verifications", Terminal, false, verifications::verify),
    route(Post, "/v1/attestations", Session, true, attestations::attest),
    route(Post, "/v1/authorisations", Session, true, authorisations::create),
    route(Get, "/v1/authorisations", Session, false, authorisations::mine),
    route(Get, "/v1/authorisations/{authorisation_id}", Session, false, authorisations::read),
    route(Post, "/v1/authorisations/{authorisation_id}/signatures", Session, true, authorisations::sign),
    route(Post, "/v1/authorisations/{authorisation_id}/withdrawal", Session, true, authorisations::withdraw),
    route(Get, "/v1/authorisations/{authorisation_id}/document", Session, false, authorisations::document),
    route(Post, "/v1/uploads", Session, true, uploads::create),
    route(Get, "/v1/uploads/{upload_id}", Session, false, uploads::read),
    route(Put, "/v1/uploads/{upload_id}/content", Session, false, uploads::content).with_picture(),
    route(Post, "/v1/missing-person-searches", Session, true, searches::search),
    route(Post, "/v1/payments", Terminal, true, money::create).refreshed_by(money::refresh),
    route(Get, "/v1/payments/{payment_id}", Terminal, false, money::read),
    route(Post, "/v1/payments/{payment_id}/reversal", Terminal, true, money::reverse).refreshed_by(money::refresh),
    route(Post, "/v1/topups", Terminal, true, money::permit),
    route(Put, "/v1/topups/{topup_id}/outcome", Terminal, false, money::outcome),
    route(Post, "/v1/video-sessions", Session, true, videos::open),
    route(Get, "/v1/video-sessions/{video_id}", Session, false, videos::read),
    route(Delete, "/v1/video-sessions/{video_id}", Session, false, videos::close),
    route(Get, "/v1/tasks", Session, false, tasks::list),
    route(Post, "/v1/evaluations", Terminal, true, feedback::evaluate),
    route(Post, "/v1/tickets", Terminal, true, feedback::open_ticket),
    route(Get, "/v1/openapi.json", Terminal, false, openapi::document),
    route(Get, "/v1/health", Terminal, false, openapi::health),
    route(Get, "/sample/sms", Terminal, false, sample::messages),
    route(Get, "/sample/pages", Terminal, false, sample::pages),
    route(Post, "/sample/certificates/{certificate_id}/revocation", Terminal, true, sample::revoke),
];
