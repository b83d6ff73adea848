//! The compiled schema: made once, then only read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::InputError;
use super::command::EngineArgs;
use super::rime::{Directories, Rime};

/// Our schema's id; its files are `<id>.schema.yaml` and `<id>.dict.yaml` of `config/input/`.
pub(super) const SCHEMA: &str = "kiosk_pinyin";
const BASE: &str = "pinyin_simp.dict.yaml";
const STAMP: &str = "sources.sha256";

/// The paths of an [`EngineArgs`].
pub(super) struct Staging<'a> {
    args: &'a EngineArgs,
    built: PathBuf,
}

impl<'a> Staging<'a> {
    pub fn new(args: &'a EngineArgs) -> Self {
        Self {
            args,
            built: args.staging.join("build"),
        }
    }

    pub fn directories(&self) -> Directories<'_> {
        Directories {
            shared: &self.args.data,
            user: &self.args.staging,
            staging: &self.built,
        }
    }

    /// Compiles the schema when it was never compiled or its sources have changed.
    ///
    /// # Errors
    /// `DictionaryMissing`, `File`, `LibraryMissing`, `SchemaRefused`.
    pub fn prepare(&self) -> Result<(), InputError> {
        let stamp = self.sources_digest()?;
        let stamp_path = self.args.staging.join(STAMP);
        if fs::read_to_string(&stamp_path).is_ok_and(|old| old == stamp) {
            return Ok(());
        }
        fs::create_dir_all(&self.built).map_err(|cause| file(&self.built, cause))?;
        for name in self.sources() {
            let (from, to) = (self.args.source.join(&name), self.args.staging.join(&name));
            fs::copy(&from, &to).map_err(|cause| file(&from, cause))?;
        }
        let schema = self.args.staging.join(format!("{SCHEMA}.schema.yaml"));
        let directories = self.directories();
        Rime::load(&directories)?.deploy(&directories, &schema)?;
        // Written last: a half-made directory is made again.
        fs::write(&stamp_path, stamp).map_err(|cause| file(&stamp_path, cause))
    }

    fn sources(&self) -> [String; 2] {
        [format!("{SCHEMA}.schema.yaml"), format!("{SCHEMA}.dict.yaml")]
    }

    fn sources_digest(&self) -> Result<String, InputError> {
        let base = self.args.data.join(BASE);
        if !base.is_file() {
            return Err(InputError::DictionaryMissing(base));
        }
        let ours = self.sources().map(|name| self.args.source.join(name));
        let mut digest = Sha256::new();
        for path in ours.iter().chain([&base]) {
            digest.update(fs::read(path).map_err(|cause| file(path, cause))?);
        }
        Ok(digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }
}

/// The words of `blocked.txt`: one a line, `#` starts a comment.
///
/// # Errors
/// `File` when it cannot be read.
pub(super) fn blocked(args: &EngineArgs) -> Result<Vec<String>, InputError> {
    let path = args.source.join("blocked.txt");
    let text = fs::read_to_string(&path).map_err(|cause| file(&path, cause))?;
    let words = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(words.filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

fn file(path: &Path, cause: io::Error) -> InputError {
    InputError::File {
        path: path.to_owned(),
        cause,
    }
}
