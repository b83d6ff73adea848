//! The file format of a receipt template, and its checks.

use std::collections::BTreeSet;

use kiosk_drivers::port::receipt_printer::{Align, TextSize};
use serde::Deserialize;
use toml::Spanned;

use super::{Condition, Part, Piece, Template, TemplateError, TemplateLine, Words};

/// Names that need no declaration: the QR payload, the rows, their count and number.
const BUILT_IN: [&str; 2] = ["qr", "rows"];
const COUNTERS: [&str; 2] = ["row_count", "row_number"];
const MAX_SPACE: u16 = 400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
    #[serde(default)]
    row: Vec<String>,
    line: Vec<Spanned<RawLine>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    text: Option<Spanned<RawWords>>,
    label: Option<Spanned<RawWords>>,
    value: Option<Spanned<RawValue>>,
    rule: Option<bool>,
    space: Option<u16>,
    qr: Option<bool>,
    rows: Option<Vec<Spanned<RawLine>>>,
    align: Option<RawAlign>,
    size: Option<RawSize>,
    bold: Option<bool>,
    if_present: Option<Spanned<String>>,
    if_absent: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    zh: Spanned<String>,
    en: Spanned<String>,
}

/// The same in both languages, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawValue {
    Same(String),
    Each { zh: String, en: String },
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum RawAlign {
    Left,
    Centre,
    Right,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum RawSize {
    Normal,
    Double,
}

/// Reads and checks a file.
pub(super) fn parse(file: &str, text: &str) -> Result<Template, TemplateError> {
    let reader = Reader { file, text };
    let raw: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        reader.error(offset, error.message().to_owned())
    })?;
    let names: BTreeSet<&str> = raw
        .required
        .iter()
        .chain(&raw.optional)
        .map(String::as_str)
        .collect();
    let cells: BTreeSet<&str> = raw.row.iter().map(String::as_str).collect();
    let scope = Scope {
        names: &names,
        cells: &cells,
        in_row: false,
    };
    let lines = raw.line.iter().map(|line| reader.line(line, &scope));
    Ok(Template {
        file: file.to_owned(),
        lines: lines.collect::<Result<_, _>>()?,
        required: raw.required,
    })
}

struct Scope<'a> {
    names: &'a BTreeSet<&'a str>,
    cells: &'a BTreeSet<&'a str>,
    in_row: bool,
}

impl Scope<'_> {
    fn knows(&self, name: &str) -> bool {
        self.names.contains(name) || (self.in_row && self.cells.contains(name))
    }

    fn list(&self) -> String {
        let cells = self.cells.iter().filter(|_| self.in_row);
        let names: Vec<&str> = self.names.iter().chain(cells).copied().collect();
        names.join(", ")
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn error(&self, offset: usize, problem: String) -> TemplateError {
        TemplateError {
            file: self.file.to_owned(),
            line: self.line_of(offset),
            problem,
        }
    }

    fn line_of(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn line(&self, line: &Spanned<RawLine>, scope: &Scope<'_>) -> Result<TemplateLine, TemplateError> {
        let at = line.span().start;
        let raw = line.get_ref();
        Ok(TemplateLine {
            at: self.line_of(at),
            condition: self.condition(raw, scope)?,
            part: self.part(raw, at, scope)?,
        })
    }

    fn part(&self, raw: &RawLine, at: usize, scope: &Scope<'_>) -> Result<Part, TemplateError> {
        let styled = raw.align.is_some() || raw.size.is_some() || raw.bold.is_some();
        if styled && raw.text.is_none() {
            return Err(self.error(at, "align, size and bold belong to `text` only".into()));
        }
        match raw {
            RawLine {
                text: Some(words),
                label: None,
                value: None,
                rule: None,
                space: None,
                qr: None,
                rows: None,
                ..
            } => Ok(Part::Text {
                words: self.words(words.get_ref(), scope)?,
                align: raw.align.map_or(Align::Left, Align::from),
                size: raw.size.map_or(TextSize::Normal, TextSize::from),
                bold: raw.bold.unwrap_or(false),
            }),
            RawLine {
                text: None,
                label: Some(label),
                value: Some(value),
                rule: None,
                space: None,
                qr: None,
                rows: None,
                ..
            } => Ok(Part::Pair {
                label: self.words(label.get_ref(), scope)?,
                value: self.value(value, scope)?,
            }),
            _ if raw.text.is_some() || raw.label.is_some() || raw.value.is_some() => {
                Err(self.error(at, kinds("`text` and `label` with `value` stand alone")))
            }
            _ => self.drawn(raw, at, scope),
        }
    }

    /// The parts without words of their own.
    fn drawn(&self, raw: &RawLine, at: usize, scope: &Scope<'_>) -> Result<Part, TemplateError> {
        match (raw.rule, raw.space, raw.qr, &raw.rows) {
            (Some(true), None, None, None) => Ok(Part::Rule),
            (None, Some(dots), None, None) if (1..=MAX_SPACE).contains(&dots) => Ok(Part::Space(dots)),
            (None, Some(_), None, None) => {
                Err(self.error(at, format!("space is 1 to {MAX_SPACE} dots (8 a millimetre)")))
            }
            (None, None, Some(true), None) => Ok(Part::QrCode),
            (None, None, None, Some(_)) if scope.in_row => {
                Err(self.error(at, "rows cannot hold rows".into()))
            }
            (None, None, None, Some(rows)) => {
                let inside = Scope {
                    in_row: true,
                    ..*scope
                };
                let lines = rows.iter().map(|line| self.line(line, &inside));
                Ok(Part::Rows(lines.collect::<Result<_, _>>()?))
            }
            _ => Err(self.error(at, kinds("a line is exactly one thing"))),
        }
    }

    fn condition(&self, raw: &RawLine, scope: &Scope<'_>) -> Result<Condition, TemplateError> {
        match (&raw.if_present, &raw.if_absent) {
            (None, None) => Ok(Condition::Always),
            (Some(name), None) => Ok(Condition::Present(self.condition_name(name, scope)?)),
            (None, Some(name)) => Ok(Condition::Absent(self.condition_name(name, scope)?)),
            (Some(name), Some(_)) => Err(self.error(
                name.span().start,
                "a line has if_present or if_absent, not both".into(),
            )),
        }
    }

    fn condition_name(&self, name: &Spanned<String>, scope: &Scope<'_>) -> Result<String, TemplateError> {
        let known = scope.knows(name.get_ref()) || BUILT_IN.contains(&name.get_ref().as_str());
        if !known {
            return Err(self.unknown(name.get_ref(), name.span().start, scope));
        }
        Ok(name.get_ref().clone())
    }

    fn words(&self, raw: &RawWords, scope: &Scope<'_>) -> Result<Words, TemplateError> {
        Ok(Words {
            zh: self.pieces(raw.zh.get_ref(), raw.zh.span().start, scope)?,
            en: self.pieces(raw.en.get_ref(), raw.en.span().start, scope)?,
        })
    }

    fn value(&self, raw: &Spanned<RawValue>, scope: &Scope<'_>) -> Result<Words, TemplateError> {
        let at = raw.span().start;
        let (zh, en) = match raw.get_ref() {
            RawValue::Same(words) => (words, words),
            RawValue::Each { zh, en } => (zh, en),
        };
        Ok(Words {
            zh: self.pieces(zh, at, scope)?,
            en: self.pieces(en, at, scope)?,
        })
    }

    fn pieces(&self, words: &str, at: usize, scope: &Scope<'_>) -> Result<Vec<Piece>, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = words;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Err(self.error(
                    at,
                    format!("`{{` without `}}` in \"{words}\"; example: \"{{number}}\""),
                ));
            };
            if !scope.knows(name) && !COUNTERS.contains(&name) {
                return Err(self.unknown(name, at, scope));
            }
            if !before.is_empty() {
                pieces.push(Piece::Literal(before.to_owned()));
            }
            pieces.push(Piece::Placeholder(name.to_owned()));
            rest = after;
        }
        if rest.contains('}') {
            return Err(self.error(
                at,
                format!("`}}` without `{{` in \"{words}\"; example: \"{{number}}\""),
            ));
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Ok(pieces)
    }

    fn unknown(&self, name: &str, at: usize, scope: &Scope<'_>) -> TemplateError {
        self.error(
            at,
            format!(
                "unknown value `{name}`; declared here: {}. Declare it: required = [\"{name}\"]",
                scope.list()
            ),
        )
    }
}

fn kinds(problem: &str) -> String {
    format!(
        "{problem}: text = {{ zh, en }} | label = {{ zh, en }} with value = \"{{name}}\" | rule = true | \
         space = 16 | qr = true | rows = [ … ]"
    )
}

impl From<RawAlign> for Align {
    fn from(align: RawAlign) -> Self {
        match align {
            RawAlign::Left => Self::Left,
            RawAlign::Centre => Self::Centre,
            RawAlign::Right => Self::Right,
        }
    }
}

impl From<RawSize> for TextSize {
    fn from(size: RawSize) -> Self {
        match size {
            RawSize::Normal => Self::Normal,
            RawSize::Double => Self::Double,
        }
    }
}
