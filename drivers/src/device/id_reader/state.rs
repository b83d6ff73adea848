//! Where the driver stands in the procedure, and what it knows of the card in the field.

use zeroize::Zeroizing;

use crate::port::id_reader::IdCard;
use crate::wire::sdt::Command;

/// Why a card is selected and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// To be told to the application.
    Deliver,
    /// To learn whether it is still the card that was told.
    Compare,
}

/// The next step of the procedure.
pub(super) enum State {
    /// Search the field.
    WaitCard,
    /// Select the found card.
    Select(Goal),
    /// Read the selected card.
    Read(Goal),
    /// Ask for the newest address of the card that was read.
    Addresses(Box<IdCard>),
    /// Wait until the card has gone.
    WaitRemoval,
    /// Reset the module after trouble.
    Reset,
    /// See whether the reset helped.
    Check,
}

impl State {
    /// The command of this step.
    pub(super) fn command(&self, placement: &Placement) -> Command {
        match self {
            Self::WaitCard => Command::Find,
            Self::Select(_) => Command::Select,
            Self::Read(_) => Command::Read,
            Self::Addresses(_) => Command::ReadAddresses,
            Self::WaitRemoval if placement.by_search => Command::Find,
            Self::WaitRemoval => Command::ReadAddresses,
            Self::Reset => Command::Reset,
            Self::Check => Command::Status,
        }
    }
}

/// One card in the field, from its first sign to its removal.
#[derive(Default)]
pub(super) struct Placement {
    /// The application was told that a card is being read.
    pub(super) announced: bool,
    /// The application was told the outcome: a card or a fault.
    pub(super) settled: bool,
    /// Number of the delivered card; empty after a fault.
    pub(super) number: Zeroizing<String>,
    /// Searches that had to begin again.
    pub(super) restarts: u32,
    /// Questions in a row that were answered with no.
    pub(super) misses: u32,
    /// The card was pulled, one miss is enough.
    pub(super) pulled: bool,
    /// Presence must be asked by searching, not by 30 03.
    pub(super) by_search: bool,
}
