//! What stands beside the services in a bundle: manifest, tiles, consent texts, code lists.

use jiff::civil::Date;
use serde::Deserialize;

use super::vocabulary::{Seal, Text};

/// `catalogue.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the bundle.
    pub version: String,
    /// Grows with each published version: a terminal never goes back.
    pub serial: u64,
    /// Last day on which a terminal takes the bundle.
    pub valid_until: Date,
    /// Who issues it.
    pub issuer: Text,
    /// Region it is for.
    pub region: String,
}

/// `categories.toml`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Categories {
    /// Tiles of the home page, in their order.
    #[serde(default, rename = "category")]
    pub categories: Vec<Category>,
    /// Categories behind the tile `more`.
    #[serde(default)]
    pub more: Vec<Category>,
    /// The two wide tiles.
    #[serde(default, rename = "shortcut")]
    pub shortcuts: Vec<Category>,
    /// Tiles of the home page in care mode.
    #[serde(default, rename = "care")]
    pub care: Vec<Category>,
}

/// A tile of the home page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Id of the services' `category`. `more` holds every category that the home page has no tile for,
    /// `region` lets the person choose another region.
    pub id: String,
    /// Icon name.
    pub icon: String,
    /// Name.
    pub title: Text,
    /// Second line.
    pub sub: Text,
    /// The one emphasised tile.
    #[serde(default)]
    pub strong: bool,
    /// Opens this service rather than a list.
    pub service: Option<String>,
}

/// `regions.toml`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// In the order of the page.
    #[serde(default, rename = "region")]
    pub regions: Vec<Region>,
}

/// A region whose rules a person may choose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// GB/T 2260.
    pub id: String,
    /// Name.
    pub title: Text,
    /// Second line, e.g. that its rules are an example.
    pub note: Option<Text>,
}

/// `consents/*.toml`: what the law wants to be told before personal data are processed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentText {
    /// Template id.
    pub id: String,
    /// Grows with each change of the words.
    pub version: u32,
    /// Heading.
    pub title: Text,
    /// Who processes.
    pub processor: Text,
    /// How to reach them.
    pub contact: Text,
    /// The four points of the page.
    pub points: Points,
    /// How it is processed.
    pub method: Text,
    /// Kinds of data, as the API names them.
    pub data: Vec<String>,
    /// Why it is necessary.
    pub necessity: Text,
    /// What it means for the person.
    pub effect: Text,
    /// Rights and how to use them.
    pub rights: Text,
}

/// The four points of a consent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// 用来做什么.
    pub purpose: Text,
    /// 拍什么, 传什么.
    pub what: Text,
    /// 存多久.
    pub retention: Text,
    /// 能反悔吗.
    pub withdrawal: Text,
}

/// `authorisations/*.toml`: the letter that a household signs. Its paragraphs have places for
/// `{applicant}`, `{members}`, `{supporters}`, `{sign_until}` and `{valid_days}`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterText {
    /// Template id.
    pub id: String,
    /// Grows with each change of the words.
    pub version: u32,
    /// Heading.
    pub title: Text,
    /// Words of the letter, in their order.
    #[serde(rename = "paragraph")]
    pub paragraphs: Vec<Text>,
    /// Electronic seal on the finished letter.
    #[serde(default)]
    pub seal: Seal,
}

/// `codes/*.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// Id.
    pub id: String,
    /// Standard or office that keeps the list.
    pub source: String,
    /// First day, `YYYY-MM-DD`.
    pub valid_from: String,
    /// Entries in the order of the screen.
    #[serde(rename = "entry")]
    pub entries: Vec<CodeEntry>,
}

/// An entry of a code list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeEntry {
    /// Code.
    pub code: String,
    /// Words.
    pub title: Text,
}
