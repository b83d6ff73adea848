//! What the on-screen keyboard composes Chinese with.
//!
//! Pinyin, with letters or nine keys, is librime's, loaded at run time; strokes and handwriting are
//! tables of our own. All of them are in a child process: the terminal starts it with the first key
//! of a visit and ends it with the visit, so that nothing typed can survive there. Without librime
//! the keyboard still has digits and Latin letters.

mod block_list;
pub mod code_point;
mod command;
mod drawing;
mod engine;
pub mod handwriting;
mod message;
mod pages;
mod pinyin;
mod process;
mod rime;
mod rime_api;
mod staging;
mod stroke_table;
mod strokes;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use handwriting::Point;

pub use command::{EngineArgs, run};
pub use process::{EngineProcess, PinyinSupply, Readiness};

/// The key that deletes one letter of the composition.
pub const BACKSPACE: char = '\u{8}';

/// What is being composed. Personal data: zeroed when dropped, and `Debug` shows only sizes.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Composition {
    /// What is not yet words, as the bar shows it: letters (`zhang wei`), also for nine keys, whose
    /// likeliest letters they are, or strokes (`一丨丿`). Empty while drawing.
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
            "Composition {} bytes, {} candidates",
            self.preedit.len(),
            self.candidates.len()
        )
    }
}

/// A way to enter Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Keys `a` to `z`, and `'` between syllables.
    Pinyin,
    /// 九宫格: keys `2` to `9` as on a telephone, and `'` between syllables.
    NinePinyin,
    /// 笔画: keys `h` 横, `s` 竖, `p` 撇, `n` 捺, `z` 折, and `*` for any of them.
    Strokes,
    /// A character at a time, drawn with a finger; no keys.
    Handwriting,
}

/// Turns keys and drawings into words.
pub trait InputEngine {
    /// A key of the present [`Method`], or [`BACKSPACE`].
    ///
    /// # Errors
    /// [`InputError::UnknownKey`] for any other; an engine that ended or hung says so.
    fn key(&mut self, key: char) -> Result<Composition, InputError>;

    /// The whole drawing of one character: strokes in the order they were written. It replaces the
    /// last drawing; without any stroke nothing is composed. The preedit stays empty.
    ///
    /// # Errors
    /// [`InputError::BadRequest`] when the method is not [`Method::Handwriting`] or the drawing is
    /// longer than anybody draws (64 strokes, 8,192 points); an engine that ended or hung says so.
    fn write(&mut self, strokes: &[Vec<Point>]) -> Result<Composition, InputError>;

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

/// An engine that knows every [`Method`]. It starts with pinyin of ordinary words.
pub trait InputMethods: InputEngine {
    /// Forgets the composition and goes on with another method. `names`: the field holds a name of
    /// a person, so that surnames and given names come first (of pinyin).
    ///
    /// # Errors
    /// [`InputError::MethodOff`] when just this method cannot be used: the one before goes on.
    /// An engine that ended or hung says so.
    fn begin(&mut self, method: Method, names: bool) -> Result<(), InputError>;
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
    /// A dictionary is not installed.
    #[error("{} is missing; install the package {package}", path.display())]
    DictionaryMissing {
        /// Its file.
        path: PathBuf,
        /// The Debian package that brings it.
        package: &'static str,
    },
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
    /// This method cannot be used, for the reason in it; the others can.
    #[error("{0}")]
    MethodOff(String),
    /// Not a key of the present method.
    #[error("not a key of this method")]
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

impl InputError {
    fn file(path: &Path, cause: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            cause,
        }
    }
}
