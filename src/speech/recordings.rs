//! Recorded voices: `voices/<voice>/<message id>.wav`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::clip::Sound;
use super::wav::{self, WavError};

/// A recording that is not played.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It cannot be read.
    #[error("{}: {cause}", .file.display())]
    File {
        /// File or folder.
        file: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It is no sound that can be played.
    #[error("{}: {cause}", .file.display())]
    Sound {
        /// File.
        file: PathBuf,
        /// Why.
        cause: WavError,
    },
}

/// The folder of the recorded voices.
pub struct Recordings(PathBuf);

impl Recordings {
    /// Touches nothing.
    #[must_use]
    pub fn new(dir: PathBuf) -> Self {
        Self(dir)
    }

    /// The recording of a message in a voice (a tag such as `cmn`); `None` where there is none.
    ///
    /// # Errors
    /// When there is one that cannot be played.
    pub fn find(&self, voice: &str, id: &str) -> Result<Option<Sound>, RecordingError> {
        let file = self.0.join(voice).join(format!("{id}.wav"));
        match fs::read(&file) {
            Ok(bytes) => wav::read(&bytes)
                .map(Some)
                .map_err(|cause| RecordingError::Sound { file, cause }),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(RecordingError::File { file, cause }),
        }
    }

    /// Every recording that cannot be played, so that a technician hears of it before a resident does not.
    #[must_use]
    pub fn check(&self) -> Vec<RecordingError> {
        let voices = list(&self.0);
        let files = voices.into_iter().flat_map(|voice| match voice {
            Ok(voice) if voice.is_dir() => list(&voice),
            Ok(_) => Vec::new(),
            Err(error) => vec![Err(error)],
        });
        files
            .filter_map(|file| file.and_then(|file| playable(&file)).err())
            .collect()
    }
}

fn playable(file: &Path) -> Result<(), RecordingError> {
    let file = || file.to_owned();
    let bytes = fs::read(file()).map_err(|cause| RecordingError::File { file: file(), cause })?;
    let sound = wav::read(&bytes).map_err(|cause| RecordingError::Sound { file: file(), cause });
    sound.map(|_| ())
}

fn list(dir: &Path) -> Vec<Result<PathBuf, RecordingError>> {
    let failed = |cause| RecordingError::File {
        file: dir.to_owned(),
        cause,
    };
    match fs::read_dir(dir) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()).map_err(failed))
            .collect(),
        Err(cause) => vec![Err(failed(cause))],
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
        folder
    }

    fn sound() -> Sound {
        Sound {
            samples: Zeroizing::new(vec![1, 2, 3]),
            rate: 16_000,
        }
    }

    #[test]
    fn a_message_is_found_by_its_voice_and_id() {
        let folder = folder(&[("ug/home.spoken.wav", &wav::write(&sound()))]);
        let recordings = Recordings::new(folder.path().to_owned());
        assert!(recordings.find("ug", "home.spoken").unwrap() == Some(sound()));
        assert!(recordings.find("ug", "card.spoken").unwrap().is_none());
        assert!(recordings.find("bo", "home.spoken").unwrap().is_none());
    }

    #[test]
    fn a_file_that_cannot_be_played_is_named_with_its_reason() {
        let folder = folder(&[
            ("cmn/home.spoken.wav", b"RIFX"),
            ("cmn/card.spoken.wav", &wav::write(&sound())),
        ]);
        let recordings = Recordings::new(folder.path().to_owned());
        let errors: Vec<String> = recordings.check().iter().map(ToString::to_string).collect();
        let file = folder.path().join("cmn/home.spoken.wav");
        assert_eq!(errors, [format!("{}: not a WAV file", file.display())]);
        assert_eq!(
            recordings.find("cmn", "home.spoken").err().unwrap().to_string(),
            errors[0]
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let recordings = Recordings::new("/nonexistent/voices".into());
        let errors: Vec<String> = recordings.check().iter().map(ToString::to_string).collect();
        assert!(errors[0].starts_with("/nonexistent/voices: "), "{errors:?}");
    }
}
