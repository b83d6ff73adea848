//! A module that answers and will not work, and what an error says of the reader's health.

use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Reason};
use crate::wire::sdt::Command;
use crate::wire::sdt_status::{Meaning, Status};

/// The module answers, and will not work.
#[derive(Debug, thiserror::Error)]
#[error("the module answers {0}")]
struct Refusal(Status);

pub(super) fn refused(command: Command, status: Status) -> DeviceError {
    DeviceError::caused(DeviceErrorKind::Hardware, command.name(), Refusal(status))
}

/// The reader's health after an error.
pub(super) fn health_of(error: &DeviceError) -> Health {
    let detail = error.operation.clone();
    match error.kind {
        DeviceErrorKind::Absent => Health::absent(detail),
        DeviceErrorKind::TimedOut => Health::faulted(Reason::Timeout, detail),
        DeviceErrorKind::Protocol => Health::faulted(Reason::Protocol, detail),
        _ => Health::faulted(reason_of(error), detail),
    }
}

fn reason_of(error: &DeviceError) -> Reason {
    let refusal = error
        .cause
        .as_ref()
        .and_then(|cause| cause.downcast_ref::<Refusal>());
    match refusal.map(|refusal| refusal.0.meaning()) {
        Some(Meaning::Device(reason)) => reason,
        _ => Reason::Hardware,
    }
}
