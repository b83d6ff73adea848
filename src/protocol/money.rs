//! Payment and top-up: write, read again, confirm; reversed when the value was not written.

use serde::{Deserialize, Serialize};

/// `POST /v1/payments`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// Service.
    pub service_id: String,
    /// Yuan with two decimals, `50.00`.
    pub amount: String,
}

/// Answer to [`PaymentRequest`], to `GET /v1/payments/{id}` and to a reversal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentState {
    /// For later calls.
    pub payment_id: String,
    /// `created`, `paid`, `value_written`, `done`, `reversing`, `reversed`, `manual` or `expired`.
    pub state: String,
    /// Yuan with two decimals.
    pub amount: String,
    /// Code that the person scans to pay.
    pub qr: String,
    /// Number on the receipt.
    pub number: String,
    /// The code ends after so many seconds.
    pub expires_in_s: u32,
}

/// `POST /v1/topups`: asks the issuer for the permit to write (PBOC, INITIALIZE FOR LOAD).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopupRequest {
    /// A paid payment.
    pub payment_id: String,
    /// Number of the transit card.
    pub card_no: String,
    /// Number of the terminal at the issuer, twelve hex digits: MAC1 and MAC2 cover it.
    pub terminal_no: String,
    /// Balance before, in fen.
    pub old_balance_fen: u32,
    /// Online transaction counter.
    pub counter: u16,
    /// Version of the load key.
    pub key_version: u8,
    /// Its algorithm.
    pub algorithm: u8,
    /// The card's random number, hex.
    pub random: String,
    /// MAC1, hex.
    pub mac1: String,
}

/// Answer to [`TopupRequest`] (CREDIT FOR LOAD).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct TopupPermit {
    /// For the outcome.
    pub topup_id: String,
    /// `YYYYMMDD`, host's date.
    pub date: String,
    /// `HHMMSS`, host's time.
    pub time: String,
    /// MAC2, hex.
    pub mac2: String,
}

/// `PUT /v1/topups/{topup_id}/outcome`; answered with [`PaymentState`]. `written = false` with a balance:
/// nothing is on the card, the money goes back. Without one nobody can tell: `manual`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopupOutcome {
    /// The value is on the card: it was read again.
    pub written: bool,
    /// Balance that was read after the write, in fen; `None` when it could not be read.
    pub balance_fen: Option<u32>,
    /// TAC of the card, hex; empty when none came.
    pub tac: String,
}
