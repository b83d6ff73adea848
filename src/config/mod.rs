//! What a technician edits: `kiosk.toml` and `devices.toml`. Reading is strict, and every finding
//! names file, line, column, key, what is expected and an example line.

mod devices;
mod files;
mod finding;
mod keys;
mod kiosk;
mod schema;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

pub use devices::{
    A4Printer, Camera, Devices, DocCamera, IdReader, QrScanner, ReceiptPrinter, Speaker, TerminalNo,
    TransitCard,
};
pub use files::toml_files;
pub use finding::Finding;
pub use kiosk::{Backend, CatalogueSource, Face, Folder, Kiosk, Log, Orientation, Screen, Session};

/// Both files.
#[derive(Debug, Clone, PartialEq)]
pub struct Configuration {
    /// The folder they were read from.
    pub dir: PathBuf,
    /// `kiosk.toml`.
    pub kiosk: Kiosk,
    /// `devices.toml`.
    pub devices: Devices,
}

/// The configuration cannot be used: all findings of both files.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    /// At least one.
    pub findings: Vec<Finding>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.findings.iter().map(ToString::to_string).collect();
        formatter.write_str(&texts.join("\n\n"))
    }
}

impl Configuration {
    /// Reads `kiosk.toml` and `devices.toml` of a folder.
    ///
    /// # Errors
    /// All findings of both files.
    pub fn load(dir: &Path) -> Result<Self, ConfigError> {
        let kiosk = read(&dir.join("kiosk.toml"), kiosk::parse);
        let devices = read(&dir.join("devices.toml"), devices::parse);
        match (kiosk, devices) {
            (Ok(kiosk), Ok(devices)) => Ok(Self {
                dir: dir.to_owned(),
                kiosk,
                devices,
            }),
            (kiosk, devices) => {
                let findings = [kiosk.err(), devices.err()]
                    .into_iter()
                    .flatten()
                    .flatten()
                    .collect();
                Err(ConfigError { findings })
            }
        }
    }
}

fn read<T>(file: &Path, parse: fn(&Path, &str) -> Result<T, Vec<Finding>>) -> Result<T, Vec<Finding>> {
    let text = fs::read_to_string(file).map_err(|error| {
        let expected = "a readable file; start the program with --config and the folder that holds it";
        vec![Finding::of_file(
            file,
            format!("cannot be read: {error}"),
            expected,
        )]
    })?;
    parse(file, &text)
}
