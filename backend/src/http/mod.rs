//! The API's edge: what is checked before a handler runs, and how its answer leaves.

pub mod answer;
pub mod dispatch;
pub mod idempotency;
pub mod listen;
pub mod request;
pub mod route;
