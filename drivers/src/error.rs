//! One error type for every device, in XFS4IoT's vocabulary.

use std::error::Error;

/// What went wrong, as far as a caller has to tell cases apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceErrorKind {
    /// Nothing answers at the configured address: not fitted, unplugged, powered off.
    Absent,
    /// The device is there and cannot work yet (starting, warming up, self-test).
    NotReady,
    /// Another job holds the device.
    Busy,
    /// The caller withdrew the request.
    Cancelled,
    /// No (complete) answer within the deadline.
    TimedOut,
    /// Paper, card or other medium: out, jammed, unreadable.
    Media,
    /// A person must act: close the cover, take the paper, place the card again.
    UserAction,
    /// The answer breaks the protocol: bad checksum, impossible length, wrong order.
    Protocol,
    /// The device reports a fault of its own.
    Hardware,
    /// The device does not know the command.
    Unsupported,
}

/// A failed device call. The cause is never dropped: "disconnected" alone cannot be repaired.
#[derive(Debug, thiserror::Error)]
#[error("{operation}: {kind:?}")]
pub struct DeviceError {
    /// The case.
    pub kind: DeviceErrorKind,
    /// What was being done, for a technician ("find card", "open /dev/ttyUSB0").
    pub operation: String,
    /// What the layer below said.
    #[source]
    pub cause: Option<Box<dyn Error + Send + Sync>>,
}

impl DeviceError {
    /// An error without a deeper cause.
    pub fn new(kind: DeviceErrorKind, operation: impl Into<String>) -> Self {
        Self {
            kind,
            operation: operation.into(),
            cause: None,
        }
    }

    /// An error that keeps what the layer below said.
    pub fn caused(
        kind: DeviceErrorKind,
        operation: impl Into<String>,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            operation: operation.into(),
            cause: Some(cause.into()),
        }
    }
}
