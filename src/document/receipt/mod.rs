//! Receipts: a strict template of the catalogue and an order's values become lines of paper.
//!
//! A template is one TOML file. It names the values it uses (`required`, `optional`, and `row` for
//! the columns of repeated rows); each `[[line]]` is one of `text`, `label` with `value`, `rule`,
//! `space`, `qr` or `rows`, with words in Chinese and English, and may depend on `if_present` or
//! `if_absent`. Every mistake is found at loading, with its file and line.

mod file;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kiosk_drivers::port::receipt_printer::{Align, Line, Receipt, TextSize};

use self::file::parse;
use crate::session::effect::ReceiptOrder;
use crate::text::traditional::{self, traditional};

/// A mistake in a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct TemplateError {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// An order that cannot be made into a receipt. Names values, never holds them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// No such template.
    #[error("there is no receipt template `{0}`")]
    NoTemplate(String),
    /// A required value is not in the order.
    #[error("{file}: the order lacks the value `{name}`")]
    MissingValue {
        /// File of the template.
        file: String,
        /// Name of the value.
        name: String,
    },
    /// A row lacks a cell.
    #[error("{file}:{line}: row {row} lacks the cell `{name}`")]
    MissingCell {
        /// File of the template.
        file: String,
        /// Line of the template.
        line: usize,
        /// Row, from 1.
        row: usize,
        /// Name of the cell.
        name: String,
    },
}

/// A piece of words.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Placeholder(String),
}

/// Words in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    zh: Vec<Piece>,
    en: Vec<Piece>,
}

impl Words {
    fn pieces(&self, language: &str) -> &[Piece] {
        if language.starts_with("en") {
            &self.en
        } else {
            &self.zh
        }
    }
}

/// Whether a line is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Always,
    Present(String),
    Absent(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text {
        words: Words,
        align: Align,
        size: TextSize,
        bold: bool,
    },
    Pair {
        label: Words,
        value: Words,
    },
    Rule,
    Space(u16),
    QrCode,
    Rows(Vec<TemplateLine>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct TemplateLine {
    /// Line of the file.
    at: usize,
    condition: Condition,
    part: Part,
}

/// A template, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    file: String,
    required: Vec<String>,
    lines: Vec<TemplateLine>,
}

impl Template {
    /// Reads a template; `file` is its name in messages.
    ///
    /// # Errors
    /// The first mistake.
    pub fn parse(file: &str, text: &str) -> Result<Self, TemplateError> {
        parse(file, text)
    }

    /// Fills the template.
    ///
    /// # Errors
    /// When the order lacks a value.
    pub fn fill(&self, order: &ReceiptOrder) -> Result<Receipt, OrderError> {
        if let Some(name) = self.required.iter().find(|name| !present(&order.values, name)) {
            return Err(OrderError::MissingValue {
                file: self.file.clone(),
                name: name.clone(),
            });
        }
        let filling = Filling {
            template: self,
            order,
        };
        let mut lines = Vec::new();
        filling.add(&self.lines, None, &mut lines)?;
        Ok(Receipt { lines })
    }
}

/// A name counts as present when it has words.
fn present(values: &BTreeMap<String, String>, name: &str) -> bool {
    values.get(name).is_some_and(|value| !value.trim().is_empty())
}

struct Filling<'a> {
    template: &'a Template,
    order: &'a ReceiptOrder,
}

/// A row of the order, and its number from 1.
type Row<'a> = (usize, &'a BTreeMap<String, String>);

impl Filling<'_> {
    fn add(
        &self,
        parts: &[TemplateLine],
        row: Option<Row<'_>>,
        lines: &mut Vec<Line>,
    ) -> Result<(), OrderError> {
        for line in parts.iter().filter(|line| self.holds(&line.condition, row)) {
            let words = |words: &Words| self.words(words, line.at, row);
            match &line.part {
                Part::Text {
                    words: text,
                    align,
                    size,
                    bold,
                } => lines.push(Line::Text {
                    text: words(text)?,
                    align: *align,
                    size: *size,
                    bold: *bold,
                }),
                Part::Pair { label, value } => lines.push(Line::Pair {
                    label: words(label)?,
                    value: words(value)?,
                }),
                Part::Rule => lines.push(Line::Rule),
                Part::Space(dots) => lines.push(Line::Space(*dots)),
                Part::QrCode => lines.extend(self.order.qr.clone().map(|data| Line::QrCode { data })),
                Part::Rows(parts) => {
                    for (index, cells) in self.order.rows.iter().enumerate() {
                        self.add(parts, Some((index + 1, cells)), lines)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn holds(&self, condition: &Condition, row: Option<Row<'_>>) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Present(name) => self.is_present(name, row),
            Condition::Absent(name) => !self.is_present(name, row),
        }
    }

    fn is_present(&self, name: &str, row: Option<Row<'_>>) -> bool {
        match name {
            "qr" => self.order.qr.is_some(),
            "rows" => !self.order.rows.is_empty(),
            name => row.is_some_and(|(_, cells)| present(cells, name)) || present(&self.order.values, name),
        }
    }

    fn words(&self, words: &Words, at: usize, row: Option<Row<'_>>) -> Result<String, OrderError> {
        let mut text = String::new();
        for piece in words.pieces(&self.order.language) {
            match piece {
                Piece::Literal(literal) if self.order.language == traditional::TAG => {
                    text.push_str(&traditional(literal));
                }
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Placeholder(name) => text.push_str(&self.value(name, at, row)?),
            }
        }
        Ok(text)
    }

    fn value(&self, name: &str, at: usize, row: Option<Row<'_>>) -> Result<String, OrderError> {
        let cell = row.and_then(|(_, cells)| cells.get(name));
        if let Some(value) = cell.or_else(|| self.order.values.get(name)) {
            return Ok(value.clone());
        }
        let file = self.template.file.clone();
        let name = name.to_owned();
        match row {
            Some((number, _)) if name == "row_number" => Ok(number.to_string()),
            None if name == "row_count" => Ok(self.order.rows.len().to_string()),
            Some((row, _)) => Err(OrderError::MissingCell {
                file,
                line: at,
                row,
                name,
            }),
            None => Err(OrderError::MissingValue { file, name }),
        }
    }
}

/// All templates of a catalogue, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Templates(BTreeMap<String, Template>);

impl Templates {
    /// Reads files, given as name (`acceptance_receipt.toml`, folders before it do not matter) and text.
    ///
    /// # Errors
    /// All files' mistakes, the first of each.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<TemplateError>> {
        let mut templates = BTreeMap::new();
        let mut errors = Vec::new();
        for (file, text) in files {
            let name = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
            match Template::parse(file, text) {
                Ok(template) => {
                    templates.insert(name.into_owned(), template);
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(Self(templates))
        } else {
            Err(errors)
        }
    }

    /// Reads all `.toml` files of a folder.
    ///
    /// # Errors
    /// As [`Templates::parse`]; a folder or file that cannot be read counts as a mistake of its own.
    pub fn load(folder: &Path) -> Result<Self, Vec<TemplateError>> {
        let files = read_folder(folder).map_err(|(path, cause)| {
            vec![TemplateError {
                file: path.display().to_string(),
                line: 0,
                problem: format!("cannot be read: {cause}"),
            }]
        })?;
        Self::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// Names of the templates.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Fills the template that the order names.
    ///
    /// # Errors
    /// When there is none, or the order lacks a value.
    pub fn fill(&self, order: &ReceiptOrder) -> Result<Receipt, OrderError> {
        let template = self.0.get(&order.template);
        template
            .ok_or_else(|| OrderError::NoTemplate(order.template.clone()))?
            .fill(order)
    }
}

type Unreadable = (std::path::PathBuf, std::io::Error);

fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, Unreadable> {
    let of_folder = |cause| (folder.to_path_buf(), cause);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(of_folder)? {
        let path = entry.map_err(of_folder)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(&path).map_err(|cause| (path.clone(), cause))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests;
