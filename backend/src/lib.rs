//! Reference server of the kiosk backend API: what the demo, the tests and integrators run against.
//!
//! Its registers are samples: every person, property and document in them is fictitious, and every
//! answer says so in the header `kiosk-sample`. It listens on the loopback address only.
//!
//! What a demonstration needs to know:
//!
//! - Residents are those of the demo's `people.toml`. The telephone numbers and accounts of the
//!   registers are derived from it.
//! - Registers and cases of past months are drawn from a seed: the same seed, the same data.
//! - The codes that are "sent" by short message can be read at `GET /sample/sms`.
//! - Members of staff: 1001 helps and witnesses (PIN 246810), 1002 decides (PIN 135790), 1003 keeps the
//!   machines (PIN 112358).
//! - With `--web` there are pages on a listener of their own: signing, pictures and payments by the
//!   codes that terminals show, and `/officer` for officers. `GET /sample/pages` tells where.
//! - d2 is the registered guardian of d4; d1, d3 and d4 have case files of rescue institutions.
//! - A terminal enrols with one of the codes `SAMPLE-ENROL-0001` to `-0003`, each once.
//! - `POST /sample/certificates/{id}/revocation` takes a certificate back.

pub mod certificate;
mod database;
mod face;
mod guardians;
mod http;
mod office;
mod options;
mod people;
mod picture;
mod problem;
mod public;
mod register;
mod retrieval;
mod samples;
mod server;
mod services;
mod sheltered;
mod transit;
mod web;
mod words;

pub use options::{Clock, Options};
pub use server::{Running, ServeError, serve};
