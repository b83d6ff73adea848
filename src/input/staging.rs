//! The compiled schemas: made once, then only read.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::InputError;
use super::command::EngineArgs;
use super::rime::{Directories, Rime};

/// Pinyin with letters, for ordinary words. A schema's file is `<id>.schema.yaml` of `config/input/`.
pub(super) const WORDS: &str = "kiosk_pinyin";
/// Pinyin with letters, for names of persons.
pub(super) const NAMES: &str = "kiosk_name";
/// Pinyin with nine keys, for ordinary words.
pub(super) const NINE_WORDS: &str = "kiosk_nine";
/// Pinyin with nine keys, for names of persons.
pub(super) const NINE_NAMES: &str = "kiosk_name_nine";

const SCHEMAS: [&str; 4] = [WORDS, NAMES, NINE_WORDS, NINE_NAMES];
const NAME_DICTIONARY: &str = "kiosk_name.dict.yaml";
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

    /// Compiles the schemas when they were never compiled or their sources have changed.
    ///
    /// # Errors
    /// `DictionaryMissing`, `File`, `LibraryMissing`, `SchemaRefused`.
    pub fn prepare(&self) -> Result<(), InputError> {
        let stamp = self.sources_digest()?;
        let stamp_path = self.args.staging.join(STAMP);
        if fs::read_to_string(&stamp_path).is_ok_and(|old| old == stamp) {
            return Ok(());
        }
        fs::create_dir_all(&self.built).map_err(|cause| InputError::file(&self.built, cause))?;
        for name in sources() {
            let (from, to) = (self.args.source.join(&name), self.args.staging.join(&name));
            fs::copy(&from, &to).map_err(|cause| InputError::file(&from, cause))?;
        }
        let schemas = SCHEMAS.map(|id| self.args.staging.join(schema_file(id)));
        let directories = self.directories();
        Rime::load(&directories)?.deploy(&directories, &schemas)?;
        // Written last: a half-made directory is made again.
        fs::write(&stamp_path, stamp).map_err(|cause| InputError::file(&stamp_path, cause))
    }

    fn sources_digest(&self) -> Result<String, InputError> {
        let base = self.args.data.join(BASE);
        if !base.is_file() {
            return Err(InputError::DictionaryMissing {
                path: base,
                package: "rime-data-pinyin-simp",
            });
        }
        let mut digest = Sha256::new();
        for path in sources().map(|name| self.args.source.join(name)).chain([base]) {
            digest.update(fs::read(&path).map_err(|cause| InputError::file(&path, cause))?);
        }
        Ok(digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect())
    }
}

/// Our files that are compiled.
fn sources() -> impl Iterator<Item = String> {
    SCHEMAS
        .into_iter()
        .map(schema_file)
        .chain([NAME_DICTIONARY.to_owned()])
}

fn schema_file(id: &str) -> String {
    format!("{id}.schema.yaml")
}
