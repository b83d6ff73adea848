//! The folders that `kiosk.toml` names: catalogue bundle and texts.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::Configuration;
use crate::protocol::body::CatalogueBundle;

/// The folder's TOML files by relative path with `/`.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn toml_files(dir: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    collect(dir, "", &mut files)?;
    Ok(files)
}

fn collect(dir: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else if name.ends_with(".toml") {
            files.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

impl Configuration {
    /// The catalogue of the folder as a bundle; its version is the manifest's.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn bundle(&self) -> io::Result<CatalogueBundle> {
        let files = toml_files(&self.kiosk.catalogue.dir)?;
        let manifest = files
            .get("catalogue.toml")
            .and_then(|text| text.parse::<toml::Table>().ok());
        let version = manifest
            .as_ref()
            .and_then(|manifest| manifest.get("version")?.as_str());
        Ok(CatalogueBundle {
            version: version.unwrap_or_default().to_owned(),
            region: self.kiosk.region.clone(),
            files,
            signature: String::new(),
        })
    }

    /// The texts by path, `<language>/<area>.toml`.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn text_files(&self) -> io::Result<BTreeMap<String, String>> {
        toml_files(&self.kiosk.texts.dir)
    }
}
