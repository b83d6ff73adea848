//! The one table of routes. The router, the checks and the served OpenAPI document follow it.

use kiosk::protocol::call::Method;

use super::answer::Answer;
use super::request::Request;
use crate::office::{
    applications, attestations, catalogue, certificates, consents, faces, feedback, identity, openapi,
    prefill, print_jobs, queries, sample, sessions, sms, staff, terminals, verifications,
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
}

const fn route(method: Method, path: &'static str, caller: Caller, keyed: bool, handler: Handler) -> Route {
    Route {
        method,
        path,
        caller,
        keyed,
        handler,
    }
}

use Caller::{Session, Terminal};
use Method::{Delete, Get, Post, Put};

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
    route(Post, "/v1/evaluations", Terminal, true, feedback::evaluate),
    route(Post, "/v1/tickets", Terminal, true, feedback::open_ticket),
    route(Get, "/v1/openapi.json", Terminal, false, openapi::document),
    route(Get, "/v1/health", Terminal, false, openapi::health),
    route(Get, "/sample/sms", Terminal, false, sample::messages),
    route(Post, "/sample/certificates/{certificate_id}/revocation", Terminal, true, sample::revoke),
];
