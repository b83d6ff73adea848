//! One file a kind of step.

pub(super) mod capture;
pub(super) mod card;
pub(super) mod consent;
pub(super) mod devices;
pub(super) mod evaluate;
pub(super) mod face;
pub(super) mod form;
pub(super) mod identify;
pub(super) mod login;
pub(super) mod pay;
pub(super) mod prefill;
pub(super) mod print;
pub(super) mod result;
pub(super) mod resume;
pub(super) mod review;
pub(super) mod sign;
pub(super) mod slip;
pub(super) mod sms;
pub(super) mod submit;
pub(super) mod submitted;
pub(super) mod trouble;
pub(super) mod verify;
pub(super) mod video;
pub(super) mod wait;
pub(super) mod witness;
