//! The mission, row by row (services.md, table 1): which services cover a row that residents use, and
//! what stands in the backend for a row that only offices use.

use serde::Deserialize;

use super::Catalogue;
use super::finding::{Finding, Severity};
use super::model::Status;
use super::vocabulary::Text;

/// File of the rows inside a bundle.
pub const FILE: &str = "coverage.toml";

/// `coverage.toml`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Rows in the order of the table.
    #[serde(default, rename = "row")]
    pub rows: Vec<Row>,
}

/// A row of the mission.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// `A01` … `L11`.
    pub id: String,
    /// Name, in Chinese.
    pub title: String,
    /// Name, in English.
    pub en: String,
    /// How far it fits a terminal.
    pub fit: Fit,
    /// Path of the backend, or page of the office, that stands for a row of the back office.
    pub counterpart: Option<String>,
    /// How it is covered there, in one sentence.
    pub how: Option<Text>,
}

/// How far a row fits a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Fit {
    /// Fully.
    F,
    /// Partly: guide, booking, pre-entry, query, or hand-over to a person.
    P,
    /// Back office: the terminal feeds or reads it.
    B,
}

/// A row with what covers it.
pub struct Covered<'a> {
    /// The row.
    pub row: &'a Row,
    /// Ids of the offered services that name it in `covers`.
    pub services: Vec<&'a str>,
}

impl Covered<'_> {
    /// Nothing stands for the row.
    pub fn is_gap(&self) -> bool {
        match self.row.fit {
            Fit::F | Fit::P => self.services.is_empty(),
            Fit::B => self.row.counterpart.is_none(),
        }
    }
}

/// Every row with what covers it.
pub fn table<'a>(coverage: &'a Coverage, catalogue: &'a Catalogue) -> Vec<Covered<'a>> {
    let offered = |row: &Row| {
        let services = catalogue.services.iter().filter(|service| {
            matches!(service.service.status, Status::Active | Status::Pilot)
                && service.service.covers.contains(&row.id)
        });
        services.map(|service| service.service.id.as_str()).collect()
    };
    coverage
        .rows
        .iter()
        .map(|row| Covered {
            row,
            services: offered(row),
        })
        .collect()
}

/// L29: a service names only rows that exist, and no row is left out.
pub(super) fn lint(coverage: &Coverage, catalogue: &Catalogue, paths: &[String]) -> Vec<Finding> {
    let known = |id: &String| coverage.rows.iter().any(|row| row.id == *id);
    let strangers = catalogue.services.iter().zip(paths).flat_map(|(service, path)| {
        let unknown = service.service.covers.iter().filter(|id| !known(id));
        unknown.map(|id| {
            finding(
                Severity::Error,
                path,
                "service.covers",
                format!("there is no row `{id}`"),
            )
        })
    });
    let gaps = table(coverage, catalogue)
        .into_iter()
        .filter(Covered::is_gap)
        .map(|covered| {
            let what = format!("nothing covers {}", covered.row.id);
            finding(Severity::Warning, FILE, "row", what)
        });
    strangers.chain(gaps).collect()
}

fn finding(severity: Severity, file: &str, key: &str, what: String) -> Finding {
    Finding {
        severity,
        file: file.to_owned(),
        line: 0,
        column: 0,
        key: key.to_owned(),
        rule: "L29",
        what,
        remedy:
            "write the ids of coverage.toml into `covers`, e.g. covers = [\"B02\"]; a row of the back office \
                 names its counterpart"
                .to_owned(),
    }
}
