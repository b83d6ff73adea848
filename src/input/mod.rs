//! What the on-screen keyboard composes Chinese with.
//!
//! The engine is librime, loaded at run time, in a child process of its own: the terminal starts
//! it with the first pinyin key of a visit and ends it with the visit, so that nothing typed can
//! survive there. Without librime the keyboard still has digits and Latin letters.

mod command;
pub mod handwriting;
mod message;
mod pinyin;
mod process;
mod rime;
mod staging;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub use command::{EngineArgs, run};
pub use process::{EngineProcess, PinyinSupply, Readiness};

/// The key that deletes one letter of the composition.
pub const BACKSPACE: char = '\u{8}';

/// What is being composed. Personal data: zeroed when dropped, and `Debug` shows only sizes.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Composition {
    /// Letters that are not yet words, as the bar shows them (`zhang wei`).
    pub preedit: String,
    /// Candidates of the present page, best first.
    pub candidates: Vec<String>,
    /// There is a further page.
    pub more: bool,
    /// Words that this key or choice made ready for the field.
    pub committed: String,
}

impl fmt::Debug for Composition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Composition {} letters, {} candidates",
            self.preedit.len(),
            self.candidates.len()
        )
    }
}

/// Turns keys into words.
pub trait InputEngine {
    /// A key: `a` to `z`, `'` between syllables, or [`BACKSPACE`].
    ///
    /// # Errors
    /// [`InputError::UnknownKey`] for any other; an engine that ended or hung says so.
    fn key(&mut self, key: char) -> Result<Composition, InputError>;

    /// Takes a candidate of the present page, from 0.
    ///
    /// # Errors
    /// [`InputError::NoSuchCandidate`]; an engine that ended or hung says so.
    fn choose(&mut self, index: usize) -> Result<Composition, InputError>;

    /// The next page of candidates; after the last the first again.
    ///
    /// # Errors
    /// An engine that ended or hung says so.
    fn page(&mut self) -> Result<Composition, InputError>;

    /// Forgets the composition.
    ///
    /// # Errors
    /// An engine that ended or hung says so.
    fn clear(&mut self) -> Result<(), InputError>;
}

/// Why there is no composition.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// librime is not installed.
    #[error("librime cannot be loaded ({0}); install the package librime1")]
    LibraryMissing(String),
    /// librime is installed, but not one that we know.
    #[error("this librime is too old: version 1.8 or later is needed")]
    LibraryTooOld,
    /// The dictionary is not installed.
    #[error("{} is missing; install the package rime-data-pinyin-simp", .0.display())]
    DictionaryMissing(PathBuf),
    /// A file of the schema, the block list or the staging directory.
    #[error("{path}: {cause}", path = .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// librime did not accept the schema.
    #[error("librime cannot build the schema {}", .0.display())]
    SchemaRefused(PathBuf),
    /// The engine could not be started.
    #[error("the input engine cannot be started: {0}")]
    Start(std::io::Error),
    /// The engine is not there any more.
    #[error("the input engine has ended")]
    Ended,
    /// The engine did not answer; it was ended.
    #[error("the input engine did not answer within {0:?}")]
    TimedOut(Duration),
    /// The staging directory is not ready yet.
    #[error("the input engine is still being prepared")]
    Preparing,
    /// Not a key of the pinyin keyboard.
    #[error("not a key of the pinyin keyboard")]
    UnknownKey,
    /// The page has fewer candidates.
    #[error("no such candidate on this page")]
    NoSuchCandidate,
    /// The engine was asked something it does not know.
    #[error("the input engine does not understand this request")]
    BadRequest,
    /// The engine's own words.
    #[error("{0}")]
    Refused(String),
}
