//! A finding about a file that a person edits: where, what, and what to do.

use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The bundle is refused.
    Error,
    /// Works, and ought to be better.
    Warning,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Path inside the bundle, e.g. `services/property.toml`.
    pub file: String,
    /// From 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// From 1; 0 when the line as a whole is meant.
    pub column: usize,
    /// Key that is meant, e.g. `field[2].options`; may be empty.
    pub key: String,
    /// Rule, e.g. `L01`; empty for a syntax error.
    pub rule: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to write instead, with an example.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(formatter, "{}:{}:{}: {kind}", self.file, self.line, self.column)?;
        if !self.rule.is_empty() {
            write!(formatter, " {}", self.rule)?;
        }
        if !self.key.is_empty() {
            write!(formatter, " `{}`", self.key)?;
        }
        write!(formatter, ": {}", self.what)?;
        if !self.remedy.is_empty() {
            write!(formatter, " ({})", self.remedy)?;
        }
        Ok(())
    }
}
