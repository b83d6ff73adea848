//! Scripted visits: a terminal with real drivers, simulators at the far ends, and a person made of
//! a file.

mod output;
mod player;
mod script;

pub use output::Transcript;
pub(crate) use player::scripts_in;
pub use player::{Painter, Scene, Visit, VisitError};
pub use script::{Script, ScriptError, Step};
