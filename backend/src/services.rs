//! The catalogue as the server uses it: the same files and the same checks as at the terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use kiosk::catalogue::model::Service;
use kiosk::catalogue::{Catalogue, Finding, load};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

/// Why the catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ServicesError {
    /// A folder or file cannot be read.
    #[error("catalogue {path}: {source}; give its folder, e.g. --catalogue config/catalogue")]
    Unreadable {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// Findings of the check.
    #[error("catalogue {path} has errors:{}", listed(.findings))]
    Broken {
        /// Folder.
        path: PathBuf,
        /// All of them.
        findings: Vec<Finding>,
    },
}

fn listed(findings: &[Finding]) -> String {
    findings.iter().fold(String::new(), |mut text, finding| {
        let _ = write!(text, "\n  {finding}");
        text
    })
}

/// A file of the catalogue is text for people to edit; this is far more than any has.
const FILE_LIMIT: u64 = 1024 * 1024;

/// The catalogue with its files.
pub struct Services {
    /// Parsed.
    pub catalogue: Catalogue,
    /// Earlier revisions of services: drafts that began under them end under them.
    earlier: BTreeMap<(String, u32), Service>,
    /// Text of the files by path.
    pub files: BTreeMap<String, String>,
    /// Version of the bundle: that of the manifest, and a mark of the content.
    pub version: String,
}

impl Services {
    /// Reads and checks a folder.
    pub fn load(folder: &Path) -> Result<Self, ServicesError> {
        let mut files = BTreeMap::new();
        collect(folder, folder, &mut files)?;
        let load::Checked { catalogue, findings } = load::check(&files);
        let catalogue = catalogue.ok_or_else(|| ServicesError::Broken {
            path: folder.to_owned(),
            findings,
        })?;
        let version = format!("{}+{}", catalogue.manifest.version, mark(&files));
        Ok(Self {
            catalogue,
            earlier: BTreeMap::new(),
            files,
            version,
        })
    }

    /// Keeps the revisions of this catalogue, and reads the earlier ones. One that today's server cannot
    /// read any more is left out.
    ///
    /// # Errors
    /// What the database says.
    pub fn with_earlier(mut self, db: &Connection) -> rusqlite::Result<Self> {
        for (path, text) in &self.files {
            if let Some(service) = service_in(path, text) {
                db.execute(
                    "INSERT INTO service_revision (service_id, rev, path, file) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET path = ?3, file = ?4",
                    params![service.service.id, service.service.rev, path, text],
                )?;
            }
        }
        let mut all = db.prepare("SELECT path, file FROM service_revision")?;
        let files = all.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        for file in files {
            let (path, text) = file?;
            let service = service_in(&path, &text).filter(|service| !self.is_current(service));
            if let Some(service) = service {
                let key = (service.service.id.clone(), service.service.rev);
                self.earlier.insert(key, service);
            }
        }
        Ok(self)
    }

    fn is_current(&self, service: &Service) -> bool {
        let current = self.catalogue.service(&service.service.id);
        current.is_some_and(|current| current.service.rev == service.service.rev)
    }

    /// A service at a revision: today's, or an earlier one.
    pub fn at(&self, id: &str, rev: u32) -> Option<&Service> {
        let current = self.catalogue.service(id);
        current
            .filter(|service| service.service.rev == rev)
            .or_else(|| self.earlier.get(&(id.to_owned(), rev)))
    }
}

/// The service of a file, where it is one.
fn service_in(path: &str, text: &str) -> Option<Service> {
    path.starts_with("services/").then(|| toml::from_str(text).ok())?
}

fn mark(files: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        hash.update(path);
        hash.update([0]);
        hash.update(text);
        hash.update([0]);
    }
    hex(&hash.finalize()).chars().take(12).collect()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), ServicesError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ServicesError::Unreadable { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let mut text = String::new();
            std::fs::File::open(&path)
                .and_then(|file| file.take(FILE_LIMIT).read_to_string(&mut text))
                .map_err(unreadable(&path))?;
            if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
                files.insert(name.to_owned(), text);
            }
        }
    }
    Ok(())
}
