//! One table says what each fault of a device means for a visit. Text ids are those of
//! `config/texts/<language>/device.toml`.

use kiosk_drivers::error::{DeviceError, DeviceErrorKind};
use kiosk_drivers::health::{Health, Link, Reason};
use kiosk_drivers::port::id_reader::CardFault;
use kiosk_drivers::port::receipt_printer::PrintOutcome;

use crate::session::event::{CardProblem, DeviceState, PrintEnd};

/// Nothing is at the address.
pub const ABSENT: &str = "device.reason.absent";
/// Being opened.
pub const OPENING: &str = "device.reason.opening";
/// The models of face login are not installed.
pub const MODELS_MISSING: &str = "face.models_missing";
/// The models are being loaded.
pub const MODELS_LOADING: &str = "face.models_loading";

/// Every text id of this module, so that a check finds missing texts before a resident does.
pub const TEXT_IDS: &[&str] = &[
    ABSENT,
    OPENING,
    "device.reason.not_fitted",
    MODELS_MISSING,
    MODELS_LOADING,
    "device.reason.paper_out",
    "device.reason.paper_low",
    "device.reason.paper_jam",
    "device.reason.cover_open",
    "device.reason.cutter_error",
    "device.reason.overheated",
    "device.reason.toner_low",
    "device.reason.toner_out",
    "device.reason.timeout",
    "device.reason.protocol",
    "device.reason.self_test_failed",
    "device.reason.unauthorised",
    "device.reason.unknown",
    "device.reason.hardware",
];

/// Text id of a reason.
pub fn text_id(reason: Reason) -> &'static str {
    match reason {
        Reason::PaperOut => "device.reason.paper_out",
        Reason::PaperLow => "device.reason.paper_low",
        Reason::PaperJam => "device.reason.paper_jam",
        Reason::CoverOpen => "device.reason.cover_open",
        Reason::CutterError => "device.reason.cutter_error",
        Reason::Overheated => "device.reason.overheated",
        Reason::TonerLow => "device.reason.toner_low",
        Reason::TonerOut => "device.reason.toner_out",
        Reason::Timeout => "device.reason.timeout",
        Reason::Protocol => "device.reason.protocol",
        Reason::SelfTestFailed => "device.reason.self_test_failed",
        Reason::Unauthorised => "device.reason.unauthorised",
        Reason::Unknown => "device.reason.unknown",
        Reason::Hardware => "device.reason.hardware",
    }
}

/// A device that is low on something still works.
fn is_warning(reason: Reason) -> bool {
    matches!(reason, Reason::PaperLow | Reason::TonerLow)
}

/// The first reason that stops the device, else the first of all.
pub fn gravest(health: &Health) -> &'static str {
    let stops = health.reasons.iter().find(|reason| !is_warning(**reason));
    match (stops.or(health.reasons.first()), health.link) {
        (Some(reason), _) => text_id(*reason),
        (None, Link::Absent) => ABSENT,
        (None, Link::Opening) => OPENING,
        (None, Link::Online | Link::Faulted) => "device.reason.hardware",
    }
}

/// What the session has to know of a device's health.
pub fn state(health: &Health) -> DeviceState {
    match health.link {
        Link::Absent => DeviceState::Unusable(ABSENT),
        Link::Opening => DeviceState::Unusable(OPENING),
        Link::Faulted => DeviceState::Unusable(gravest(health)),
        Link::Online if health.reasons.is_empty() => DeviceState::Ready,
        Link::Online if health.reasons.iter().all(|reason| is_warning(*reason)) => DeviceState::Low,
        Link::Online => DeviceState::Unusable(gravest(health)),
    }
}

/// The health of a device that could not be opened or asked.
pub fn health_of(error: &DeviceError) -> Health {
    let detail = detail_of(error);
    match error.kind {
        DeviceErrorKind::Absent => Health::absent(detail),
        DeviceErrorKind::NotReady => Health {
            link: Link::Opening,
            reasons: Vec::new(),
            detail,
        },
        DeviceErrorKind::TimedOut => Health::faulted(Reason::Timeout, detail),
        DeviceErrorKind::Protocol => Health::faulted(Reason::Protocol, detail),
        DeviceErrorKind::Busy | DeviceErrorKind::Cancelled | DeviceErrorKind::UserAction => {
            Health::faulted(Reason::Unknown, detail)
        }
        DeviceErrorKind::Media | DeviceErrorKind::Hardware | DeviceErrorKind::Unsupported => {
            Health::faulted(Reason::Hardware, detail)
        }
    }
}

/// The error with its causes in one line, for a technician.
pub fn detail_of(error: &DeviceError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// How a receipt ended, as the session has to know it.
pub fn receipt_end(outcome: Result<PrintOutcome, DeviceError>) -> PrintEnd {
    match outcome {
        Ok(PrintOutcome::Completed) => PrintEnd::Completed,
        Ok(PrintOutcome::Incomplete(reason)) => PrintEnd::Incomplete(text_id(reason)),
        Ok(PrintOutcome::Failed(reason)) => PrintEnd::Failed(text_id(reason)),
        Ok(PrintOutcome::Unknown) => PrintEnd::Unknown,
        Err(error) => PrintEnd::Failed(gravest(&health_of(&error))),
    }
}

/// Why a card gave no data.
pub fn card_problem(fault: CardFault) -> CardProblem {
    match fault {
        CardFault::MovedTooEarly => CardProblem::MovedTooEarly,
        CardFault::Unreadable => CardProblem::Unreadable,
        CardFault::VerificationFailed => CardProblem::VerificationFailed,
        CardFault::WrongKind => CardProblem::WrongKind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_near_its_end_warns_and_paper_out_stops() {
        let mut health = Health::online();
        health.reasons = vec![Reason::PaperLow];
        assert_eq!(state(&health), DeviceState::Low);
        health.reasons = vec![Reason::PaperOut, Reason::PaperLow];
        assert_eq!(state(&health), DeviceState::Unusable("device.reason.paper_out"));
    }

    #[test]
    fn the_gravest_reason_is_named_even_when_a_warning_comes_first() {
        let health = Health {
            link: Link::Faulted,
            reasons: vec![Reason::PaperLow, Reason::CoverOpen],
            detail: String::new(),
        };
        assert_eq!(gravest(&health), "device.reason.cover_open");
    }

    #[test]
    fn a_failed_open_keeps_the_whole_chain_of_causes() {
        let cause = std::io::Error::from_raw_os_error(5);
        let error = DeviceError::caused(DeviceErrorKind::Absent, "open /dev/ttyUSB0", cause);
        let health = health_of(&error);
        assert_eq!(health.link, Link::Absent);
        assert!(health.detail.contains("/dev/ttyUSB0") && health.detail.contains("os error 5"));
    }
}
