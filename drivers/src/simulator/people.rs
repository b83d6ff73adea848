//! The people of a picture folder (`people.toml`): who they are, and the sequences of pictures that
//! the simulated camera plays. Nobody in it exists.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Why a picture folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// `people.toml` or a picture cannot be read.
    #[error("{} cannot be read", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// `people.toml` does not have the expected form; the source names line and key.
    #[error("{} is not a list of people", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Where.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A picture is not one.
    #[error("{} is not a picture", file.display())]
    Picture {
        /// The file.
        file: PathBuf,
        /// What the decoder said.
        #[source]
        source: image::ImageError,
    },
}

/// How a sequence is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Playback {
    /// Once; the last picture stays.
    Forward,
    /// To the last picture and back, over and over.
    PingPong,
}

/// A folder of pictures `00.jpg`, `01.jpg`, ….
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// Folder, relative to `people.toml`.
    pub dir: PathBuf,
    /// Number of pictures.
    pub frames: usize,
}

/// One fictitious person. Texts are as on the chip of the card.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Short name, e.g. `d1`.
    pub id: String,
    /// Layout of the card, e.g. `resident`.
    pub card: String,
    /// Name.
    pub name: String,
    /// Chinese name of foreign cards.
    #[serde(default)]
    pub chinese_name: String,
    /// GB/T 2659 letters or digits of foreign cards.
    #[serde(default)]
    pub nationality: String,
    /// In words.
    pub sex: String,
    /// GB/T 2261.1.
    pub sex_code: u8,
    /// In words.
    #[serde(default)]
    pub ethnicity: String,
    /// GB/T 3304.
    #[serde(default)]
    pub ethnicity_code: String,
    /// `YYYY-MM-DD`.
    pub birth: String,
    /// Years, when the list was made.
    pub age: u8,
    /// Card number.
    pub number: String,
    /// Address.
    #[serde(default)]
    pub address: String,
    /// Issuing authority.
    pub authority: String,
    /// `YYYY-MM-DD`.
    pub valid_from: String,
    /// `YYYY-MM-DD` or `长期`.
    pub valid_to: String,
    /// Portrait of the card, 102 x 126, relative to `people.toml`.
    pub portrait: PathBuf,
    /// The same in few bytes.
    pub portrait_low: PathBuf,
    /// An older portrait.
    pub portrait_earlier: PathBuf,
    /// The same in few bytes.
    pub portrait_earlier_low: PathBuf,
    /// Who stands beside in `two-people`.
    pub two_people_with: String,
    /// Where the pictures come from.
    #[serde(default)]
    pub source: String,
    /// Sequences by name.
    pub sequences: BTreeMap<String, Sequence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(rename = "schema")]
    _schema: u32,
    #[serde(rename = "fictitious")]
    _fictitious: bool,
    #[serde(rename = "licence")]
    _licence: String,
    #[serde(rename = "width")]
    _width: u32,
    #[serde(rename = "height")]
    _height: u32,
    fps: u32,
    playback: BTreeMap<String, Playback>,
    common: Common,
    person: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    nobody: Sequence,
}

/// A picture in RGB, rows from the top.
pub struct RgbPicture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height * 3` bytes.
    pub rgb: Vec<u8>,
}

/// A loaded picture folder. Pictures stay on disk until they are asked for.
pub struct People {
    folder: PathBuf,
    list: List,
}

impl People {
    /// Reads `people.toml` in `folder`.
    ///
    /// # Errors
    /// `Unreadable` or `Malformed`, naming the file.
    pub fn load(folder: &Path) -> Result<Self, PeopleError> {
        let file = folder.join("people.toml");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(source) => return Err(PeopleError::Unreadable { file, source }),
        };
        match toml::from_str(&text) {
            Ok(list) => Ok(Self {
                folder: folder.to_owned(),
                list,
            }),
            Err(source) => Err(PeopleError::Malformed {
                file,
                source: Box::new(source),
            }),
        }
    }

    /// Everybody, in the order of the file.
    pub fn all(&self) -> &[Person] {
        &self.list.person
    }

    /// A person by id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.list.person.iter().find(|person| person.id == id)
    }

    /// Pictures a second.
    pub fn fps(&self) -> u32 {
        self.list.fps.max(1)
    }

    /// How a sequence of this name is played.
    pub fn playback(&self, sequence: &str) -> Playback {
        self.list
            .playback
            .get(sequence)
            .copied()
            .unwrap_or(Playback::PingPong)
    }

    /// The pictures of a person's sequence; those of the empty place for nobody.
    pub fn sequence(&self, person: Option<&str>, name: &str) -> Option<Vec<PathBuf>> {
        let sequence = match person {
            None => &self.list.common.nobody,
            Some(id) => self.person(id)?.sequences.get(name)?,
        };
        let folder = self.folder.join(&sequence.dir);
        let mut pictures: Vec<PathBuf> = fs::read_dir(folder)
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        pictures.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
        pictures.sort();
        (pictures.len() == sequence.frames && !pictures.is_empty()).then_some(pictures)
    }

    /// Decodes a portrait (a path of [`Person`]).
    ///
    /// # Errors
    /// `Unreadable` or `Picture`, naming the file.
    pub fn portrait(&self, path: &Path) -> Result<RgbPicture, PeopleError> {
        decode(&self.folder.join(path))
    }
}

/// Decodes a picture file.
pub(super) fn decode(file: &Path) -> Result<RgbPicture, PeopleError> {
    let bytes = fs::read(file).map_err(|source| PeopleError::Unreadable {
        file: file.to_owned(),
        source,
    })?;
    let picture = image::load_from_memory(&bytes)
        .map_err(|source| PeopleError::Picture {
            file: file.to_owned(),
            source,
        })?
        .into_rgb8();
    Ok(RgbPicture {
        width: picture.width(),
        height: picture.height(),
        rgb: picture.into_raw(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> People {
        People::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/demo/people")).unwrap()
    }

    #[test]
    fn every_sequence_and_portrait_of_the_demo_people_is_there() {
        let people = demo();
        assert_eq!(people.all().len(), 4);
        assert_eq!(people.sequence(None, "nobody").unwrap().len(), 3);
        for person in people.all() {
            for name in person.sequences.keys() {
                assert!(
                    people.sequence(Some(&person.id), name).is_some(),
                    "{} {name}",
                    person.id
                );
            }
            for path in [
                &person.portrait,
                &person.portrait_low,
                &person.portrait_earlier,
                &person.portrait_earlier_low,
            ] {
                let portrait = people.portrait(path).unwrap();
                assert_eq!((portrait.width, portrait.height), (102, 126));
            }
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("people.toml"), "schema = 1\ncolour = 3\n").unwrap();
        let error = People::load(folder.path()).err().unwrap();
        let PeopleError::Malformed { source, .. } = &error else {
            panic!("{error}")
        };
        assert!(source.to_string().contains("colour"), "{source}");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = People::load(Path::new("/nowhere")).err().unwrap();
        assert_eq!(error.to_string(), "/nowhere/people.toml cannot be read");
    }
}
