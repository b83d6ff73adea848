//! The state of a device as data: absence is a state, never an exception.

use serde::{Deserialize, Serialize};

/// The link to the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Nothing at the address.
    Absent,
    /// Being opened or probed.
    Opening,
    /// Answers and works.
    Online,
    /// Answers, and cannot work.
    Faulted,
}

/// Why a device is not fully usable. Names follow XFS4IoT and IPP `printer-state-reasons`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No paper.
    PaperOut,
    /// Paper near its end.
    PaperLow,
    /// Paper jam.
    PaperJam,
    /// Cover open.
    CoverOpen,
    /// The cutter is stuck.
    CutterError,
    /// Print head too hot; recovers by itself.
    Overheated,
    /// Toner near its end.
    TonerLow,
    /// No toner.
    TonerOut,
    /// The device does not answer.
    Timeout,
    /// Answers that make no sense.
    Protocol,
    /// Self-test failed.
    SelfTestFailed,
    /// The security module has no licence.
    Unauthorised,
    /// The state cannot be known now.
    Unknown,
    /// Any other fault of the device.
    Hardware,
}

/// Health of one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The link.
    pub link: Link,
    /// Reasons, sorted, without repeats; empty when all is well.
    pub reasons: Vec<Reason>,
    /// One line for a technician; never personal data.
    pub detail: String,
}

impl Health {
    /// All is well.
    pub fn online() -> Self {
        Self {
            link: Link::Online,
            reasons: Vec::new(),
            detail: String::new(),
        }
    }

    /// Nothing there.
    pub fn absent(detail: impl Into<String>) -> Self {
        Self {
            link: Link::Absent,
            reasons: Vec::new(),
            detail: detail.into(),
        }
    }

    /// There, with a fault.
    pub fn faulted(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            link: Link::Faulted,
            reasons: vec![reason],
            detail: detail.into(),
        }
    }
}
