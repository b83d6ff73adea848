//! The only shell around the session: one loop thread takes events, applies them, writes journal
//! and audit log, and only then carries the effects out. Devices and the backend are served by
//! threads of their own; whatever they say comes back as an event with its ticket.

mod backend;
pub mod card;
mod carriers;
pub mod clock;
mod device;
mod event_loop;
pub mod fitting;
mod ledger;
pub mod materials;
pub mod note;
mod outlet;
mod paper;
pub mod reason;
mod settlement;
mod starter;
mod terminal;
mod vault;
pub mod watch;

pub use backend::PreviewWatch;
pub use device::camera::FrameWatch;
pub use device::speaker::{can_speak, health_of as speaker_health};
pub use event_loop::{HealthMap, out_of_service};
pub(crate) use terminal::remote_config;
pub use terminal::{Deps, StartError, Terminal};
