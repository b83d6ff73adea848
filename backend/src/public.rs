//! The public registers: institutions, policies, courses and the like, one file each, read at start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kiosk::catalogue::model::Text;
use kiosk::catalogue::{Finding, Severity};
use kiosk::protocol::body::Words;
use kiosk::protocol::information::{Item, Line, Part, Place};
use serde::Deserialize;

/// Path below `/v1/` and name of the file, of every register.
pub const REGISTERS: [(&str, &str); 12] = [
    ("institutions", "institutions"),
    ("organisations", "organisations"),
    ("policies", "policies"),
    ("public-notices", "public-notices"),
    ("charity/projects", "charity-projects"),
    ("charity/aid", "charity-aid"),
    ("courses", "courses"),
    ("care-services", "care-services"),
    ("cemeteries", "cemeteries"),
    ("departments", "departments"),
    ("cross-province-items", "cross-province-items"),
    ("booth-items", "booth-items"),
];

/// Why the registers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PublicError {
    /// A file is there and cannot be read.
    #[error(
        "register {path}: {source}; give the folder of the registers, e.g. --registers config/demo/registers"
    )]
    Unreadable {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// A file says something that is no register.
    #[error("a register has an error:\n  {0}")]
    Broken(Box<Finding>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    office: Text,
    as_of: String,
    #[serde(default)]
    item: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    title: Text,
    #[serde(default)]
    sub: Option<Text>,
    #[serde(default)]
    icon: String,
    #[serde(default)]
    filter: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    regions: Vec<String>,
    #[serde(default)]
    keywords: String,
    #[serde(default)]
    sections: Vec<RowPart>,
    #[serde(default)]
    paragraphs: Vec<Text>,
    place: Option<Place>,
    #[serde(default)]
    qr: String,
    #[serde(default)]
    service_id: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    off: Option<Text>,
    /// Seats of a course, or places of one time.
    capacity: Option<u32>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowPart {
    #[serde(default)]
    title: Option<Text>,
    lines: Vec<RowLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowLine {
    label: Text,
    value: Text,
}

/// One thing of a register.
pub struct Entry {
    /// As it is sent.
    pub item: Item,
    /// Seats or places, where the file says.
    pub capacity: Option<u32>,
    filter: BTreeMap<String, Vec<String>>,
    regions: Vec<String>,
    /// Everything that a search looks at, in small letters.
    searched: String,
}

/// One register.
pub struct PublicRegister {
    /// Who keeps it.
    pub office: Words,
    /// State of it, RFC 3339 or a day.
    pub as_of: String,
    /// In the order of the file.
    pub entries: Vec<Entry>,
}

/// What is asked of a register.
#[derive(Default)]
pub struct Wanted<'a> {
    /// Region, or empty for all.
    pub region: &'a str,
    /// Words of a search, or empty for all.
    pub search: String,
    /// Values by filter.
    pub filters: BTreeMap<&'a str, &'a str>,
}

impl PublicRegister {
    /// Things that suit, in their order.
    pub fn find<'a>(&'a self, wanted: &'a Wanted<'_>) -> impl Iterator<Item = &'a Entry> {
        let words: Vec<String> = wanted.search.split_whitespace().map(str::to_lowercase).collect();
        self.entries.iter().filter(move |entry| {
            entry.is_of(wanted.region)
                && words.iter().all(|word| entry.searched.contains(word))
                && wanted
                    .filters
                    .iter()
                    .all(|(name, value)| entry.suits(name, value))
        })
    }

    /// Whether any thing has this filter.
    pub fn knows_filter(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.filter.contains_key(name))
    }
}

impl Entry {
    /// As `availability.regions`: a city's code serves its districts.
    fn is_of(&self, region: &str) -> bool {
        let wide = |code: &str| code.trim_end_matches("00").to_owned();
        region.is_empty()
            || self.regions.is_empty()
            || self
                .regions
                .iter()
                .any(|code| region.starts_with(&wide(code)) || code.starts_with(&wide(region)))
    }

    fn suits(&self, name: &str, value: &str) -> bool {
        self.filter
            .get(name)
            .is_some_and(|values| values.iter().any(|one| one == value))
    }
}

/// All registers by the path below `/v1/`.
pub struct PublicRegisters(BTreeMap<&'static str, PublicRegister>);

impl PublicRegisters {
    /// Reads the files of a folder. A register without a file does not answer, and the log says so.
    ///
    /// # Errors
    /// The first file that cannot be read or understood, with its place and the remedy.
    pub fn load(folder: &Path) -> Result<Self, PublicError> {
        let mut registers = BTreeMap::new();
        for (path, name) in REGISTERS {
            let file = folder.join(format!("{name}.toml"));
            match std::fs::read_to_string(&file) {
                Ok(text) => {
                    registers.insert(path, parse(&file, &text)?);
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    tracing::warn!(file = %file.display(), "the register has no file and does not answer");
                }
                Err(source) => return Err(PublicError::Unreadable { path: file, source }),
            }
        }
        Ok(Self(registers))
    }

    /// A register by its path.
    pub fn get(&self, path: &str) -> Option<&PublicRegister> {
        self.0.get(path)
    }

    /// A thing by id, of whichever register.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.0
            .values()
            .flat_map(|register| &register.entries)
            .find(|entry| entry.item.id == id)
    }
}

fn parse(path: &Path, text: &str) -> Result<PublicRegister, PublicError> {
    let broken = |span: Option<std::ops::Range<usize>>, what: &str, remedy: &str| {
        PublicError::Broken(Box::new(finding(path, text, span, what, remedy)))
    };
    let file: File = toml::from_str(text)
        .map_err(|error| broken(error.span(), error.message(), remedy_for(error.message())))?;
    let mut seen = std::collections::BTreeSet::new();
    for row in &file.item {
        if row.id.is_empty() || !seen.insert(&row.id) {
            let at = text
                .rmatch_indices(&format!("\"{}\"", row.id))
                .next()
                .map(|(at, found)| at..at + found.len());
            return Err(broken(
                at,
                &format!("the id `{}` is empty or used twice", row.id),
                "give each [[item]] its own id; choices are kept by it",
            ));
        }
    }
    Ok(PublicRegister {
        office: (*file.office).clone(),
        as_of: file.as_of,
        entries: file.item.into_iter().map(entry).collect(),
    })
}

fn finding(
    path: &Path,
    text: &str,
    span: Option<std::ops::Range<usize>>,
    what: &str,
    remedy: &str,
) -> Finding {
    let span = span.unwrap_or(0..0);
    let before = text.get(..span.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let here = text.get(line_start..).unwrap_or_default().lines().next();
    let key = here.unwrap_or_default().split('=').next().unwrap_or_default();
    Finding {
        severity: Severity::Error,
        file: path.display().to_string(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        key: key.trim().chars().take(40).collect(),
        rule: "",
        what: what.trim_end().to_owned(),
        remedy: remedy.to_owned(),
    }
}

fn remedy_for(message: &str) -> &'static str {
    if message.starts_with("unknown field") {
        "correct the spelling, or take the key out: unknown keys are never ignored"
    } else if message.starts_with("missing field") {
        "add the key; example: title = { zh = \"…\", en = \"…\" }"
    } else {
        "compare with another register of the folder; texts are { zh = \"…\", en = \"…\" }"
    }
}

fn entry(row: Row) -> Entry {
    let words = |text: Option<Text>| text.map(|text| (*text).clone()).unwrap_or_default();
    let mut searched: Vec<&str> = row.title.values().map(String::as_str).collect();
    searched.extend(row.sub.iter().flat_map(|text| text.values()).map(String::as_str));
    searched.push(&row.keywords);
    let searched = searched.join("\n").to_lowercase();
    let part = |part: RowPart| Part {
        title: words(part.title),
        lines: part
            .lines
            .into_iter()
            .map(|line| Line {
                label: (*line.label).clone(),
                value: (*line.value).clone(),
            })
            .collect(),
    };
    let filter = row.filter.into_iter().map(|(name, values)| match values {
        OneOrMany::One(value) => (name, vec![value]),
        OneOrMany::Many(values) => (name, values),
    });
    Entry {
        capacity: row.capacity,
        filter: filter.collect(),
        regions: row.regions,
        searched,
        item: Item {
            id: row.id,
            title: (*row.title).clone(),
            sub: words(row.sub),
            icon: row.icon,
            state: row.state,
            off: words(row.off),
            sections: row.sections.into_iter().map(part).collect(),
            paragraphs: row.paragraphs.iter().map(|text| (**text).clone()).collect(),
            place: row.place,
            qr: row.qr,
            service_id: row.service_id,
            number: String::new(),
            timeline: Vec::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
office = { zh = "样例市民政局", en = "Sample bureau" }
as_of = "2026-11-20"
[[item]]
id = "a"
title = { zh = "样例救助站", en = "Sample Rescue Station" }
filter = { type = "rescue_station", district = ["440104", "440106"] }
regions = ["440100"]
keywords = "流浪 寻亲 jiuzhu"
[[item]]
id = "b"
title = { zh = "样例养老院" }
filter = { type = "care_home" }
regions = ["500000"]
"#;

    fn found(region: &str, search: &str, filters: &[(&'static str, &'static str)]) -> Vec<String> {
        let register = parse(Path::new("institutions.toml"), TEXT).ok().unwrap();
        let wanted = Wanted {
            region,
            search: search.to_owned(),
            filters: filters.iter().copied().collect(),
        };
        register
            .find(&wanted)
            .map(|entry| entry.item.id.clone())
            .collect()
    }

    #[test]
    fn region_search_and_filters_narrow_the_list_together() {
        assert_eq!(found("", "", &[]), ["a", "b"]);
        assert_eq!(found("440104", "", &[]), ["a"]);
        assert_eq!(found("440000", "", &[]), ["a"]);
        assert_eq!(found("500000", "", &[]), ["b"]);
        assert_eq!(found("", "救助", &[]), ["a"]);
        assert_eq!(found("", "RESCUE jiuzhu", &[]), ["a"]);
        assert_eq!(found("", "", &[("type", "care_home")]), ["b"]);
        assert_eq!(found("", "", &[("district", "440106")]), ["a"]);
        assert!(found("", "", &[("district", "440103")]).is_empty());
    }

    #[test]
    fn a_broken_file_tells_file_line_key_and_remedy() {
        for (text, expected) in [
            (
                TEXT.replace("keywords", "keyword"),
                ["institutions.toml:9:", "`keyword`", "unknown field", "spelling"],
            ),
            (
                TEXT.replace("id = \"b\"", "id = \"a\""),
                ["institutions.toml:11:", "`id`", "used twice", "its own id"],
            ),
            (
                TEXT.replace("zh = \"样例养老院\"", "en = \"x\""),
                ["institutions.toml:12:", "`title`", "Chinese words", "zh ="],
            ),
        ] {
            let message = parse(Path::new("institutions.toml"), &text)
                .err()
                .unwrap()
                .to_string();
            for part in expected {
                assert!(message.contains(part), "{part} in {message}");
            }
        }
    }
}
