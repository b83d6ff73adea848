//! Bianmin Kiosk (便民自助终端): the software of a government self-service terminal.
//!
//! Without features this is the pure core (catalogue, session, protocol, text), which the backend
//! links too. `terminal` adds the runtime, `gui` the window.

#[cfg(feature = "gui")]
pub mod bench;
pub mod catalogue;
#[cfg(feature = "terminal")]
pub mod commands;
#[cfg(feature = "terminal")]
pub mod config;
#[cfg(feature = "terminal")]
pub mod document;
#[cfg(feature = "face")]
pub mod face;
#[cfg(feature = "terminal")]
pub mod input;
#[cfg(feature = "gui")]
pub mod presenter;
pub mod protocol;
#[cfg(feature = "terminal")]
pub mod remote;
#[cfg(feature = "terminal")]
pub mod runtime;
#[cfg(feature = "gui")]
pub mod screenshot;
pub mod session;
#[cfg(feature = "terminal")]
pub mod speech;
#[cfg(feature = "terminal")]
pub mod store;
pub mod text;
#[cfg(feature = "gui")]
pub mod window;
