//! A payment as the journal keeps it: what is certain about the card, and nothing of the person.
//!
//! Each state is on the disk before the act that it announces. From there the runtime settles with
//! the backend, in the normal run and after a power cut alike.

use serde::{Deserialize, Serialize};

/// A payment that has no end at the backend yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Of the backend.
    pub payment_id: String,
    /// Permit to write, once one was given; empty before.
    pub topup_id: String,
    /// What is certain.
    pub stage: Stage,
}

/// What is certain about the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Stage {
    /// The person may pay or has paid; nothing was written.
    Open,
    /// The permit is about to reach the card.
    Writing,
    /// The value was read again from the card.
    Written {
        /// Balance, in fen.
        balance_fen: u32,
        /// The card's receipt, hex; empty when none came.
        tac: String,
    },
    /// Nothing was written, and nothing will be.
    NotWritten {
        /// Balance that was read, in fen.
        balance_fen: u32,
    },
    /// Nobody can tell: staff clears it up.
    Unknown,
}

impl Payment {
    /// The visit still works on it.
    pub fn in_hand(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::Writing)
    }

    /// The value is certainly not on the card, should the visit end here.
    pub fn nothing_written(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::NotWritten { .. })
    }
}
