//! Sample case files of sheltered people, with templates of their portraits. A template never leaves.

use std::path::{Path, PathBuf};

use kiosk::catalogue::model::Text;
use kiosk::face::embed::Embedding;
use serde::Deserialize;

use crate::face::FaceRegister;

/// Why the case files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShelteredError {
    /// No such file.
    #[error(
        "case files {path}: {source}; give the folder of the registers, e.g. --registers config/demo/registers"
    )]
    Unreadable {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// Not of the known form.
    #[error("case files {path}: {source}")]
    Malformed {
        /// File.
        path: PathBuf,
        /// Cause, with line and key.
        source: Box<toml::de::Error>,
    },
    /// Real people have no place in a sample register.
    #[error(
        "case files {0}: the file must say fictitious = true, and each case an [[institution]] that is there"
    )]
    NotSound(PathBuf),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fictitious: bool,
    #[allow(dead_code, reason = "for those who read the file")]
    as_of: String,
    #[allow(dead_code, reason = "for those who read the file")]
    office: Text,
    institution: Vec<Institution>,
    case: Vec<Row>,
}

/// Where sheltered people are.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    id: String,
    /// Name.
    pub title: Text,
    /// Where it is.
    pub address: Text,
    /// For a call.
    pub telephone: String,
}

/// Whether the person is there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stay {
    /// There now.
    Sheltered,
    /// No longer.
    FormerlySheltered,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    number: String,
    institution: String,
    state: Stay,
    #[allow(dead_code, reason = "for those who read the file")]
    person: String,
    portrait: PathBuf,
}

/// A case file.
pub struct CaseFile {
    /// Number, for the call to the institution.
    pub number: String,
    /// Where.
    pub institution: Institution,
    /// Now, or once.
    pub state: Stay,
    template: Embedding,
}

/// All case files whose portraits have a face; none without models.
pub struct Sheltered {
    cases: Vec<CaseFile>,
}

impl Sheltered {
    /// Reads `sheltered.toml` of the registers. A folder without it has no case files.
    pub fn load(registers: &Path, faces: &FaceRegister) -> Result<Self, ShelteredError> {
        let path = registers.join("sheltered.toml");
        if !path.exists() {
            return Ok(Self { cases: Vec::new() });
        }
        let text = std::fs::read_to_string(&path).map_err(|source| ShelteredError::Unreadable {
            path: path.clone(),
            source,
        })?;
        let file: File = toml::from_str(&text).map_err(|source| ShelteredError::Malformed {
            path: path.clone(),
            source: Box::new(source),
        })?;
        let mut cases = Vec::new();
        for row in file.case {
            let institution = file.institution.iter().find(|one| one.id == row.institution);
            let (Some(institution), true) = (institution, file.fictitious) else {
                return Err(ShelteredError::NotSound(path));
            };
            if let Some(template) = faces.of_file(&registers.join(&row.portrait)) {
                cases.push(CaseFile {
                    number: row.number,
                    institution: institution.clone(),
                    state: row.state,
                    template,
                });
            }
        }
        Ok(Self { cases })
    }

    /// The case whose portrait is nearest to a face, with its cosine.
    pub fn nearest(&self, face: &Embedding) -> Option<(&CaseFile, f32)> {
        self.cases
            .iter()
            .map(|case| (case, case.template.cosine(face)))
            .max_by(|one, other| one.1.total_cmp(&other.1))
    }
}
