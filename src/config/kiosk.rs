//! `kiosk.toml`: the place, the backend, time-outs, thresholds, folders and the screen.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::finding::Finding;
use super::keys::TABLES;
use super::schema::Document;
use crate::catalogue::hours::opening_hours;
use crate::face::thresholds::FaceThresholds;

/// `kiosk.toml`. Paths are absolute after loading (relative ones start at the configuration's folder).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kiosk {
    /// Region of the terminal, GB/T 2260.
    pub region: String,
    /// Name of the place, shown in the top bar.
    pub place: String,
    /// Name of the machine, printed on slips; may be empty.
    #[serde(default)]
    pub terminal: String,
    /// When the terminal can be used, `HH:MM-HH:MM`.
    #[serde(default = "all_day")]
    pub hours: String,
    /// Words for this terminal, e.g. `booth`: a service of the catalogue may be offered at terminals
    /// with one of its words alone.
    #[serde(default)]
    pub tags: Vec<String>,
    /// All data are fictitious, and every slip says so.
    #[serde(default)]
    pub sample: bool,
    /// Language at the start of each visit.
    pub language: String,
    /// The nearest other terminal: told when something cannot be done here, also without a network.
    pub elsewhere: Option<Elsewhere>,
    /// The backend.
    pub backend: Backend,
    /// Time-outs of a visit.
    #[serde(default)]
    pub session: Session,
    /// Face login.
    pub face: Face,
    /// The service catalogue.
    pub catalogue: CatalogueSource,
    /// Texts of the screens.
    pub texts: Folder,
    /// Schema and dictionary of the pinyin input; without it digits and letters can be typed.
    pub input: Option<Folder>,
    /// Journal, audit log and last good catalogue.
    pub store: Folder,
    /// The touchscreen.
    pub screen: Screen,
    /// The log for technicians.
    #[serde(default)]
    pub log: Log,
}

fn all_day() -> String {
    "00:00-24:00".to_owned()
}

/// Another terminal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// Name of the place.
    pub name: String,
    /// How far it is, in metres.
    pub metres: u32,
}

/// The backend's address and the terminal's identity.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// `https://host:port`, without path.
    pub url: String,
    /// PEM file of the only authority that is trusted.
    pub ca: Option<PathBuf>,
    /// PEM file of the terminal's certificate.
    pub certificate: Option<PathBuf>,
    /// PEM file of the terminal's key.
    pub key: Option<PathBuf>,
}

/// Time-outs in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Session {
    /// Without a touch on pages that show personal data, until the warning.
    pub idle_s: u32,
    /// The same on public pages.
    pub public_idle_s: u32,
    /// Length of the warning's countdown.
    pub countdown_s: u32,
    /// Longest visit, extendable.
    pub longest_s: u32,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            idle_s: 60,
            public_idle_s: 120,
            countdown_s: 20,
            longest_s: 1800,
        }
    }
}

/// Face login: folder of the models, time for the challenge, and every threshold of `face`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Face {
    /// Folder of the model files.
    pub models: PathBuf,
    /// Seconds for the whole challenge.
    #[serde(default = "challenge_s")]
    pub challenge_s: u32,
    /// Thresholds, as keys of the same table.
    #[serde(flatten)]
    pub thresholds: FaceThresholds,
}

fn challenge_s() -> u32 {
    45
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// Path.
    pub dir: PathBuf,
}

/// Where the catalogue comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueSource {
    /// Folder that was installed with the program.
    pub dir: PathBuf,
    /// PEM file of the issuer's public key; without it no bundle of the backend is taken.
    pub issuer: Option<PathBuf>,
}

/// How the screen hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// 1080 × 1920.
    Portrait,
    /// 1920 × 1080.
    Landscape,
    /// 1280 × 1024 of older terminals.
    FiveFour,
}

impl Orientation {
    /// Width and height in px that the screens are laid out for; a panel with other pixels shows them
    /// larger or smaller.
    #[must_use]
    pub fn layout(self) -> (u32, u32) {
        match self {
            Self::Portrait => (1080, 1920),
            Self::Landscape => (1920, 1080),
            Self::FiveFour => (1600, 1280),
        }
    }

    /// Pixels of the usual panel.
    #[must_use]
    pub fn panel(self) -> (u32, u32) {
        match self {
            Self::FiveFour => (1280, 1024),
            other => other.layout(),
        }
    }
}

/// The touchscreen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// How it hangs.
    pub orientation: Orientation,
    /// Pixels of the panel on one millimetre: legible type, reach and signatures are in millimetres.
    #[serde(default = "px_per_mm")]
    pub px_per_mm: f32,
    /// Lower edge of the panel above the floor, in millimetres: how far somebody who sits can reach.
    #[serde(default = "bottom_mm")]
    pub bottom_mm: f32,
    /// The window fills the screen.
    #[serde(default)]
    pub full_screen: bool,
}

fn px_per_mm() -> f32 {
    2.71
}

fn bottom_mm() -> f32 {
    900.0
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
        }
    }
}

/// Reads `kiosk.toml`.
///
/// # Errors
/// All findings, each with its place and an example.
pub(super) fn parse(file: &Path, text: &str) -> Result<Kiosk, Vec<Finding>> {
    let mut document = Document::new(file, text);
    if let Some(parsed) = document.parse() {
        check(&mut document, &parsed);
    }
    if !document.findings.is_empty() {
        return Err(document.findings);
    }
    let mut kiosk: Kiosk =
        toml::from_str(text).map_err(|error| vec![Finding::of_file(file, error.message(), "")])?;
    let base = file.parent().unwrap_or(Path::new("."));
    kiosk.resolve(base);
    let findings = kiosk.contradictions(file);
    if findings.is_empty() {
        Ok(kiosk)
    } else {
        Err(findings)
    }
}

fn check(document: &mut Document<'_>, parsed: &toml::Spanned<toml::de::DeTable<'_>>) {
    let top = parsed.get_ref();
    let names: Vec<&str> = TABLES
        .iter()
        .map(|table| table.name)
        .filter(|name| !name.is_empty())
        .collect();
    for table in TABLES {
        if table.name.is_empty() {
            document.check(top, &(0..0), "", table.keys, &names);
            continue;
        }
        let Some((name, value)) = top.iter().find(|(name, _)| name.get_ref() == table.name) else {
            if table.required {
                let example = table.keys.first().map_or("", |key| key.example);
                document.missing_table(table.name, &format!("[{}]\n           {example}", table.name));
            }
            continue;
        };
        match value.get_ref().as_table() {
            Some(inner) => document.check(inner, &name.span(), table.name, table.keys, &[]),
            None => document.add(
                &value.span(),
                table.name,
                format!("wrong type: {}", value.get_ref().type_str()),
                format!("a table [{}]", table.name),
                &format!("[{}]", table.name),
                None,
            ),
        }
    }
}

impl Kiosk {
    fn resolve(&mut self, base: &Path) {
        let folders = [
            &mut self.catalogue.dir,
            &mut self.texts.dir,
            &mut self.store.dir,
            &mut self.face.models,
        ];
        for path in folders
            .into_iter()
            .chain(self.input.as_mut().map(|input| &mut input.dir))
        {
            *path = base.join(&path);
        }
        let files = [
            &mut self.backend.ca,
            &mut self.backend.certificate,
            &mut self.backend.key,
            &mut self.catalogue.issuer,
        ];
        for path in files.into_iter().flatten() {
            *path = base.join(&path);
        }
    }

    /// Values that are right each alone and wrong together, and files that are not there.
    fn contradictions(&self, file: &Path) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut add = |key: &str, problem: String, expected: &str, example: &str| {
            let mut finding = Finding::of_file(file, problem, expected);
            finding.key = key.to_owned();
            finding.example = example.to_owned();
            found.push(finding);
        };
        if let Err(error) = self.face.thresholds.check() {
            let problem = format!("{} makes no sense", error.value);
            let example = format!("{} = {}", error.key, error.example);
            add(&format!("face.{}", error.key), problem, error.allowed, &example);
        }
        if opening_hours(&self.hours).is_none() {
            let problem = format!("{:?} are no hours of a day", self.hours);
            add("hours", problem, "HH:MM-HH:MM", "hours = \"08:30-17:30\"");
        }
        let scheme = self.backend.url.split("://").next().unwrap_or_default();
        if !matches!(scheme, "https" | "http") {
            let problem = format!("\"{}\" has no scheme", self.backend.url);
            add(
                "backend.url",
                problem,
                "https://host:port",
                "url = \"https://gateway.example.gov.cn\"",
            );
        } else if scheme == "http" && !is_loopback(&self.backend.url) {
            let problem = "plain http leaves this machine".to_owned();
            add(
                "backend.url",
                problem,
                "https, or http on 127.0.0.1 only",
                "url = \"https://gateway.example.gov.cn\"",
            );
        }
        if self.backend.certificate.is_some() != self.backend.key.is_some() {
            let problem = "certificate and key belong together".to_owned();
            add(
                "backend.key",
                problem,
                "both or neither",
                "key = \"tls/terminal.key\"",
            );
        }
        for (key, path) in [
            ("backend.ca", &self.backend.ca),
            ("backend.certificate", &self.backend.certificate),
            ("backend.key", &self.backend.key),
        ] {
            if let Some(path) = path.as_ref().filter(|path| !path.is_file()) {
                add(
                    key,
                    format!("no file {}", path.display()),
                    "an existing PEM file",
                    "",
                );
            }
        }
        // Without its catalogue the terminal starts on the last good one.
        if !self.texts.dir.is_dir() {
            let problem = format!("no folder {}", self.texts.dir.display());
            add("texts.dir", problem, "an existing folder", "");
        }
        found
    }
}

fn is_loopback(url: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|start| {
            url.strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        })
}
