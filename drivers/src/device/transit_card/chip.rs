//! The card behind the reader: power, and one command of the purse with its answer.

use super::SerialTransitCard;
use super::line::LineError;
use crate::error::{DeviceError, DeviceErrorKind};
use crate::health::{Health, Reason};
use crate::port::transit_card::TransitCardError;
use crate::wire::ccid::{self, Answer, Failure, Outcome, Slot};
use crate::wire::pboc::{Command, Response};
use crate::wire::pboc_status::Meaning;

/// The reader or the card refused a command of the reader's own.
#[derive(Debug, thiserror::Error)]
#[error("the reader answers {:02X}", (self.0).0)]
struct Refusal(Failure);

impl SerialTransitCard {
    /// One command of the reader, and its answer. Closes the line when the device is gone.
    pub(super) fn exchange(&mut self, command: &ccid::Command) -> Result<Answer, DeviceError> {
        let operation = command.name();
        let Some(line) = &mut self.line else {
            return Err(DeviceError::new(DeviceErrorKind::NotReady, operation));
        };
        match line.exchange(command, &self.config.timing) {
            Ok(answer) => {
                if line.take_left() {
                    self.lose_card();
                }
                self.health = Health::online();
                Ok(answer)
            }
            Err(error) => Err(self.fail(error, operation)),
        }
    }

    /// Remembers a failure of the line as the reader's health.
    pub(super) fn fail(&mut self, error: LineError, operation: &str) -> DeviceError {
        let error = error.into_device_error(operation);
        tracing::warn!(%error, cause = ?error.cause, "transit card reader failed");
        self.lose_card();
        self.health = match error.kind {
            DeviceErrorKind::TimedOut => Health::faulted(Reason::Timeout, operation),
            DeviceErrorKind::Protocol => Health::faulted(Reason::Protocol, operation),
            _ => {
                self.line = None;
                Health::absent(operation)
            }
        };
        error
    }

    /// The card's part in the slot now.
    pub(super) fn slot(&mut self) -> Result<Slot, DeviceError> {
        let answer = self.exchange(&ccid::Command::SlotStatus)?;
        match answer.outcome {
            Outcome::Failed(failure) => Err(refused(failure, ccid::Command::SlotStatus.name())),
            Outcome::Done | Outcome::MoreTime(_) => Ok(answer.slot),
        }
    }

    /// Powers the card on anew.
    pub(super) fn power_on(&mut self) -> Result<(), TransitCardError> {
        self.exchange(&ccid::Command::PowerOff)?;
        let command = ccid::Command::PowerOn;
        let answer = self.exchange(&command)?;
        match (answer.outcome, answer.slot) {
            (Outcome::Failed(_), Slot::Empty) => Err(TransitCardError::CardRemoved),
            (Outcome::Failed(failure), _) => Err(refused(failure, command.name()).into()),
            _ => Ok(()),
        }
    }

    /// One command of the purse, and its whole answer: fetched where the card wants that, and repeated
    /// with the right length unless it writes.
    pub(super) fn transmit(&mut self, command: &Command) -> Result<Response, TransitCardError> {
        let mut response = self.transmit_once(command)?;
        if let (Meaning::Length(length), Command::ReadPublicInfo(_)) = (response.status.meaning(), command) {
            response = self.transmit_once(&Command::ReadPublicInfo(length))?;
        }
        if let Meaning::Waiting(length) = response.status.meaning() {
            response = self.transmit_once(&Command::GetResponse(length))?;
        }
        Ok(response)
    }

    fn transmit_once(&mut self, command: &Command) -> Result<Response, TransitCardError> {
        let operation = command.name();
        let answer = self.exchange(&ccid::Command::Transfer(command.bytes()))?;
        match (answer.outcome, answer.slot) {
            (Outcome::Failed(failure), Slot::Active) => return Err(refused(failure, operation).into()),
            (Outcome::Failed(_), _) => {
                self.lose_card();
                return Err(TransitCardError::CardRemoved);
            }
            _ => {}
        }
        let data = answer.data.unwrap_or_default();
        Response::parse(&data).ok_or_else(|| torn(operation))
    }
}

/// What a card's answer that is too short or too long comes to.
pub(super) fn torn(operation: &str) -> TransitCardError {
    DeviceError::caused(DeviceErrorKind::Protocol, operation, "the card's answer is torn").into()
}

fn refused(failure: Failure, operation: &str) -> DeviceError {
    let kind = match failure {
        Failure::MUTE | Failure::PARITY | Failure::OVERRUN | Failure::BAD_ATR => DeviceErrorKind::Media,
        Failure::BUSY => DeviceErrorKind::Busy,
        Failure::UNSUPPORTED => DeviceErrorKind::Unsupported,
        _ => DeviceErrorKind::Hardware,
    };
    DeviceError::caused(kind, operation, Refusal(failure))
}
