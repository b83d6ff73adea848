//! The sample people, read from the demo's `people.toml`.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;

/// Why the people cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// No such file.
    #[error(
        "sample people {path}: {source}; give the demo's file, e.g. --people config/demo/people/people.toml"
    )]
    Unreadable {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// Not of the known form.
    #[error("sample people {path}: {source}")]
    Malformed {
        /// File.
        path: PathBuf,
        /// Cause, with line and key.
        source: Box<toml::de::Error>,
    },
    /// Real people have no place in a sample register.
    #[error("sample people {0}: the file must say fictitious = true")]
    NotFictitious(PathBuf),
}

/// One person of the file. The file has more members, for camera and card.
#[derive(Clone, Deserialize)]
pub struct Person {
    /// `d1` …
    pub id: String,
    /// Name.
    pub name: String,
    /// `男` or `女`.
    pub sex: String,
    /// Birthday.
    pub birth: Date,
    /// Card number.
    pub number: String,
    /// Address on the card.
    pub address: String,
    /// Portrait of the register, relative to the file.
    pub portrait: PathBuf,
}

#[derive(Deserialize)]
struct File {
    fictitious: bool,
    person: Vec<Person>,
}

/// Reads the file; portraits become paths from here.
pub fn load(path: &Path) -> Result<Vec<Person>, PeopleError> {
    let text = std::fs::read_to_string(path).map_err(|source| PeopleError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let file: File = toml::from_str(&text).map_err(|source| PeopleError::Malformed {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    if !file.fictitious {
        return Err(PeopleError::NotFictitious(path.to_owned()));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut people = file.person;
    for person in &mut people {
        person.portrait = folder.join(&person.portrait);
    }
    Ok(people)
}
