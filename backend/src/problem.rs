//! Problem details (RFC 9457): one case per cause, its words in `texts/problems.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kiosk::protocol::problem::{FieldError, Problem, TYPE_BASE};
use serde::Deserialize;
use serde_json::Value;

/// Why a request was refused. The name in kebab case ends the `type` URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // each is described in texts/problems.toml
pub enum Case {
    MalformedRequest,
    IdempotencyKeyMissing,
    SessionEnded,
    ConsentRequired,
    ConsentVersionOld,
    AssuranceTooLow,
    IdentityNotVerified,
    IdentityInconclusive,
    PartyNotVerified,
    WrongSignatory,
    TerminalBlocked,
    StaffRefused,
    EnrolmentRefused,
    NotFound,
    RegionNotServed,
    MethodNotAllowed,
    RequestTimeout,
    RequestInProgress,
    DuplicateApplication,
    PrintLimitReached,
    OutcomeFinal,
    ApplicationSubmitted,
    NoRegisteredPhone,
    AttestationNotDue,
    SlotFull,
    CourseFull,
    BookingLimitReached,
    TooLateToCancel,
    StateConflict,
    SamePerson,
    AuthorisationIncomplete,
    AuthorisationClosed,
    AlreadySigned,
    PaymentFinal,
    DocumentGone,
    UploadExpired,
    EditConflict,
    TooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,
    Validation,
    NotEligible,
    CardRefused,
    RateLimited,
    Internal,
    UpstreamUnavailable,
    ServiceSuspended,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    status: u16,
    code: String,
    title: String,
    #[serde(default)]
    retryable: bool,
    retry_after_s: Option<u32>,
    #[serde(rename = "zh-Hans")]
    zh_hans: String,
    en: String,
}

static ENTRIES: LazyLock<BTreeMap<String, Entry>> =
    LazyLock::new(|| toml::from_str(include_str!("../texts/problems.toml")).unwrap_or_default());

impl Case {
    /// Last segment of the `type` URI, e.g. `consent-required`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// The problem with its words; the server adds `trace_id`.
    fn problem(self) -> Problem {
        let name = self.name();
        let mut problem = Problem {
            kind: format!("{TYPE_BASE}{name}"),
            title: String::new(),
            status: 500,
            code: String::new(),
            trace_id: String::new(),
            retryable: false,
            retry_after_s: None,
            user_message: BTreeMap::new(),
            errors: Vec::new(),
        };
        if let Some(entry) = ENTRIES.get(&name) {
            problem.title.clone_from(&entry.title);
            problem.status = entry.status;
            problem.code.clone_from(&entry.code);
            problem.retryable = entry.retryable;
            problem.retry_after_s = entry.retry_after_s;
            problem.user_message = crate::words::words(&entry.zh_hans, &entry.en);
        }
        problem
    }
}

/// A refusal: the problem, its extension members, and whether what was written so far stays
/// (a counted attempt) or is rolled back (everything else).
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Case.
    pub case: Case,
    /// Problem as sent.
    pub problem: Box<Problem>,
    /// Extension members beside those of [`Problem`], e.g. `existing_id`.
    pub members: BTreeMap<&'static str, Value>,
    /// Keep what the request has written.
    pub keep: bool,
}

impl From<Case> for Refusal {
    fn from(case: Case) -> Self {
        Self {
            case,
            problem: Box::new(case.problem()),
            members: BTreeMap::new(),
            keep: false,
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "database");
        Case::Internal.into()
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        // The message of serde may quote a value, so only the class goes to the log.
        tracing::error!(class = ?error.classify(), "stored JSON");
        Case::Internal.into()
    }
}

impl Refusal {
    /// Adds an extension member.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.insert(name, value.into());
        self
    }

    /// What was written stays although the request is refused.
    pub fn keeping(mut self) -> Self {
        self.keep = true;
        self
    }

    /// Seconds to wait before another attempt.
    pub fn after(mut self, seconds: u32) -> Self {
        self.problem.retry_after_s = Some(seconds);
        self
    }

    /// `validation` for one member. `pointer` is a JSON pointer, `code` the case.
    pub fn invalid(pointer: &str, code: &str) -> Self {
        let mut refusal = Self::from(Case::Validation);
        refusal.problem.errors.push(FieldError {
            pointer: pointer.to_owned(),
            field: pointer.strip_prefix("/answers/").map(str::to_owned),
            code: code.to_owned(),
            user_message: BTreeMap::new(),
        });
        refusal
    }

    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.problem.status
    }

    /// The body, with the number under which the log knows the request.
    pub fn body(&self, trace_id: &str) -> Value {
        let mut problem = (*self.problem).clone();
        trace_id.clone_into(&mut problem.trace_id);
        let mut body = serde_json::to_value(problem).unwrap_or_default();
        if let Some(object) = body.as_object_mut() {
            for (name, value) in &self.members {
                object.insert((*name).to_owned(), value.clone());
            }
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every case, found by its name in the text file: an entry without a case is an error too.
    const ALL: [Case; 47] = [
        Case::MalformedRequest,
        Case::IdempotencyKeyMissing,
        Case::SessionEnded,
        Case::ConsentRequired,
        Case::ConsentVersionOld,
        Case::AssuranceTooLow,
        Case::IdentityNotVerified,
        Case::IdentityInconclusive,
        Case::PartyNotVerified,
        Case::WrongSignatory,
        Case::TerminalBlocked,
        Case::StaffRefused,
        Case::EnrolmentRefused,
        Case::NotFound,
        Case::RegionNotServed,
        Case::MethodNotAllowed,
        Case::RequestTimeout,
        Case::RequestInProgress,
        Case::DuplicateApplication,
        Case::PrintLimitReached,
        Case::OutcomeFinal,
        Case::ApplicationSubmitted,
        Case::NoRegisteredPhone,
        Case::AttestationNotDue,
        Case::SlotFull,
        Case::CourseFull,
        Case::BookingLimitReached,
        Case::TooLateToCancel,
        Case::StateConflict,
        Case::SamePerson,
        Case::AuthorisationIncomplete,
        Case::AuthorisationClosed,
        Case::AlreadySigned,
        Case::PaymentFinal,
        Case::DocumentGone,
        Case::UploadExpired,
        Case::EditConflict,
        Case::TooLarge,
        Case::UnsupportedMediaType,
        Case::IdempotencyKeyReused,
        Case::Validation,
        Case::NotEligible,
        Case::CardRefused,
        Case::RateLimited,
        Case::Internal,
        Case::UpstreamUnavailable,
        Case::ServiceSuspended,
    ];

    #[test]
    fn every_case_has_words_a_status_and_its_own_code() {
        let mut codes = std::collections::BTreeSet::new();
        for case in ALL {
            let problem = case.problem();
            assert!(ENTRIES.contains_key(&case.name()), "{}", case.name());
            assert!((400..600).contains(&problem.status));
            assert!(codes.insert(problem.code.clone()), "{} twice", problem.code);
            assert!(
                problem.code.contains(&problem.status.to_string()[..3]),
                "{}",
                problem.code
            );
            assert_eq!(
                problem
                    .user_message
                    .keys()
                    .map(String::as_str)
                    .collect::<Vec<_>>(),
                ["en", "zh-Hans"]
            );
        }
        assert_eq!(ENTRIES.len(), ALL.len());
    }

    #[test]
    fn words_for_the_person_keep_the_rules_for_texts() {
        for (name, entry) in ENTRIES.iter() {
            for forbidden in ["失败", "非法", "异常", "用户", "！", "稍后"] {
                assert!(!entry.zh_hans.contains(forbidden), "{name}: {forbidden}");
            }
            for sentence in entry.zh_hans.split(['。', '，']) {
                assert!(sentence.chars().count() <= 24, "{name}: {sentence}");
            }
        }
    }
}
