//! Scripted visits: a terminal with real drivers, simulators at the far ends, and a person made of
//! a file.

mod errand;
mod output;
mod player;
mod script;

pub use crate::runtime::note::page_name;
pub use errand::Errand;
pub use output::Transcript;
pub(crate) use player::scripts_in;
pub use player::{Hands, Painter, Scene, Visit, VisitError, shows};
pub use script::{Script, ScriptError, Step, Walk};
