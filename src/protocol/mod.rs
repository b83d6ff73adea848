//! Wire types of the backend API, version 1: what the terminal sends and what it understands.
//! Both sides use these types. Unknown members of an answer are ignored; unknown members of a
//! request are refused by the backend.

pub mod authorisation;
pub mod body;
pub mod call;
pub mod handover;
pub mod information;
pub mod money;
pub mod problem;
