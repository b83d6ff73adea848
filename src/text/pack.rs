//! The pack of a language: how it is called, written and spoken, and whether residents may have it.

use serde::Deserialize;

/// Name of its file in the folder of the language.
pub(super) const FILE: &str = "pack.toml";

/// What a pack looks like, for those who write one.
pub(super) const EXAMPLE: &str = r#"name = "English", direction = "ltr", voice = "en", status = "complete""#;

/// `config/texts/<language>/pack.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Name of the language in its own script.
    pub name: String,
    /// Where a line begins.
    pub direction: Direction,
    /// Family of the font; the screen's own where there is none.
    pub font: Option<String>,
    /// Who reads aloud; nobody where there is none.
    pub voice: Option<Voice>,
    /// Whether residents may choose it.
    pub status: Status,
}

impl Pack {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, with line and column where the parser knows them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let pack: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if pack.name.trim().is_empty() {
            return Err("`name` is empty".to_owned());
        }
        if pack.font.as_ref().is_some_and(|font| font.trim().is_empty()) {
            return Err("`font` is empty; leave the line out for the font of the screen".to_owned());
        }
        Ok(pack)
    }
}

/// Where a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// On the left.
    Ltr,
    /// On the right.
    Rtl,
}

/// A spoken language, by its tag of ISO 639-3 (English: ISO 639-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// Mandarin.
    Cmn,
    /// Cantonese.
    Yue,
    /// English.
    En,
}

impl Voice {
    /// `cmn`, `yue`, `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Cmn => "cmn",
            Self::Yue => "yue",
            Self::En => "en",
        }
    }
}

/// Whether residents may choose a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every text is there: it is offered.
    Complete,
    /// Some texts, to look at how the script is drawn: never offered.
    Sample,
}
