//! From the files of a bundle to a catalogue: strict, and with every finding at once.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use crate::protocol::body::CatalogueBundle;

use super::coverage::{self, Coverage};
use super::finding::{Finding, Severity};
use super::locate::{At, line_column, locate};
use super::model::{Categories, CodeList, ConsentText, LetterText, Manifest, Regions, SCHEMA, Service};
use super::{Catalogue, lint};

/// The files of a bundle by path.
pub type Files = BTreeMap<String, String>;

/// A catalogue with what was found: `None` when an error stands in the way.
pub struct Checked {
    /// The catalogue.
    pub catalogue: Option<Catalogue>,
    /// Errors and warnings, by file and line.
    pub findings: Vec<Finding>,
}

impl Catalogue {
    /// Loads a bundle.
    ///
    /// # Errors
    /// All findings, when one of them is an error.
    pub fn load(bundle: &CatalogueBundle) -> Result<Self, Vec<Finding>> {
        let Checked { catalogue, findings } = check(&bundle.files);
        catalogue.ok_or(findings)
    }
}

/// Loads and lints the files of a bundle.
pub fn check(files: &Files) -> Checked {
    let mut reader = Reader {
        files,
        findings: Vec::new(),
    };
    let parsed = reader.read_all();
    let mut findings = reader.findings;
    let catalogue = parsed.map(|(catalogue, paths)| {
        findings.extend(lint::lint(&catalogue, &paths, files));
        catalogue
    });
    findings.sort_by(|one, two| (&one.file, one.line, one.rule).cmp(&(&two.file, two.line, two.rule)));
    let broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    Checked {
        catalogue: catalogue.filter(|_| !broken),
        findings,
    }
}

struct Reader<'a> {
    files: &'a Files,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    /// `None` when a file cannot be understood: a lint of the rest would mislead.
    fn read_all(&mut self) -> Option<(Catalogue, Vec<String>)> {
        let manifest: Option<Manifest> = self.read("catalogue.toml");
        let categories: Option<Categories> = self.read("categories.toml");
        let coverage: Option<Coverage> = self.read(coverage::FILE);
        let regions: Regions = if self.files.contains_key("regions.toml") {
            self.read("regions.toml").unwrap_or_default()
        } else {
            Regions::default()
        };
        let services = self.read_folder::<Service>("services/");
        let consents = self.read_folder::<ConsentText>("consents/");
        let letters = self.read_folder::<LetterText>("authorisations/");
        let codes = self.read_folder::<CodeList>("codes/");
        let receipts = self.receipts();
        if !self.findings.is_empty() {
            return None;
        }
        let (manifest, categories, coverage) = (manifest?, categories?, coverage?);
        let (services, paths) = self.in_order(services);
        let catalogue = Catalogue {
            categories,
            coverage,
            regions: regions.regions,
            services,
            consents: consents
                .into_iter()
                .map(|(_, text)| (text.id.clone(), text))
                .collect(),
            letters: letters
                .into_iter()
                .map(|(_, text)| (text.id.clone(), text))
                .collect(),
            codes: codes
                .into_iter()
                .map(|(_, list)| (list.id.clone(), list))
                .collect(),
            receipts,
            manifest,
        };
        Some((catalogue, paths))
    }

    fn read<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        let Some(text) = self.files.get(path) else {
            self.findings.push(Finding {
                severity: Severity::Error,
                file: path.to_owned(),
                line: 0,
                column: 0,
                key: String::new(),
                rule: "",
                what: "the file is missing".to_owned(),
                remedy: "copy it from the reference catalogue and adapt it".to_owned(),
            });
            return None;
        };
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.findings.push(syntax_finding(path, text, &error));
                None
            }
        }
    }

    fn read_folder<T: DeserializeOwned>(&mut self, folder: &str) -> Vec<(String, T)> {
        let files = self.files;
        files
            .keys()
            .filter(|path| path.starts_with(folder) && path.ends_with(".toml"))
            .filter_map(|path| Some((path.clone(), self.read(path)?)))
            .collect()
    }

    fn receipts(&self) -> BTreeSet<String> {
        self.files
            .keys()
            .filter_map(|path| path.strip_prefix("receipts/")?.strip_suffix(".toml"))
            .map(str::to_owned)
            .collect()
    }

    /// Services by their place in the lists, each with its file.
    fn in_order(&mut self, services: Vec<(String, Service)>) -> (Vec<Service>, Vec<String>) {
        let mut found: BTreeMap<(u32, String), (String, Service)> = BTreeMap::new();
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for (path, service) in services {
            if service.schema != SCHEMA {
                let what = format!("schema `{}` is not known", service.schema);
                self.error(
                    &path,
                    &[At::Key("schema")],
                    what,
                    format!("write schema = \"{SCHEMA}\""),
                );
            }
            let id = service.service.id.clone();
            if let Some(other) = files.insert(id.clone(), path.clone()) {
                let what = format!("the id `{id}` is also that of {other}");
                let place = [At::Key("service"), At::Key("id")];
                self.error(&path, &place, what, "give each service its own id".to_owned());
            }
            found.insert((service.page.place, id), (path, service));
        }
        found.into_values().map(|(path, service)| (service, path)).unzip()
    }

    fn error(&mut self, path: &str, place: &[At<'_>], what: String, remedy: String) {
        let text = self.files.get(path).map_or("", String::as_str);
        let (line, column) = locate(text, place);
        self.findings.push(Finding {
            severity: Severity::Error,
            file: path.to_owned(),
            line,
            column,
            key: key_of(place),
            rule: "L00",
            what,
            remedy,
        });
    }
}

/// `field[2].options`.
pub(super) fn key_of(place: &[At<'_>]) -> String {
    let mut key = String::new();
    for step in place {
        match step {
            At::Key(name) if key.is_empty() => key.push_str(name),
            At::Key(name) => {
                key.push('.');
                key.push_str(name);
            }
            At::Index(index) => key.push_str(&format!("[{index}]")),
        }
    }
    key
}

fn syntax_finding(path: &str, text: &str, error: &toml::de::Error) -> Finding {
    let span = error.span().unwrap_or(0..0);
    let (line, column) = line_column(text, span.start);
    let here = text.get(span).unwrap_or("").lines().next().unwrap_or("");
    Finding {
        severity: Severity::Error,
        file: path.to_owned(),
        line,
        column,
        key: here.chars().take(40).collect(),
        rule: "",
        what: error.message().to_owned(),
        remedy: remedy_for(error.message()),
    }
}

fn remedy_for(message: &str) -> String {
    if message.starts_with("unknown field") {
        "correct the spelling, or take the key out: unknown keys are never ignored".to_owned()
    } else if message.starts_with("missing field") {
        "add the key; the reference catalogue has an example of each".to_owned()
    } else if message.starts_with("unknown variant") {
        "use one of the listed names".to_owned()
    } else if message.starts_with("invalid type") {
        "texts stand in quotes, numbers and true/false do not; example: rev = 3".to_owned()
    } else {
        "compare with a file of the same folder in the reference catalogue".to_owned()
    }
}
