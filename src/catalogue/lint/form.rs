//! The form of what is plain text in the file: ids, hours, regions, levels.

use std::collections::BTreeSet;

use super::Linter;
use crate::catalogue::Catalogue;
use crate::catalogue::finding::{Finding, Severity};
use crate::catalogue::hours::opening_hours;
use crate::catalogue::load::Files;
use crate::catalogue::locate::{At, locate};

impl Linter<'_> {
    /// L26 and L27: form and uniqueness of the ids.
    pub(super) fn ids(&mut self) {
        let service = self.service;
        if !is_dotted(&service.service.id) {
            let place = [At::Key("service"), At::Key("id")];
            self.id(&place, &service.service.id, "gz.office.matter");
        }
        for (index, field) in service.fields.iter().enumerate() {
            if !is_dotted(&field.id) {
                let place = [At::Key("field"), At::Index(index), At::Key("id")];
                self.id(&place, &field.id, "applicant.phone");
            }
        }
        let lists: [(&str, Vec<&String>); 5] = [
            ("consent", service.consents.iter().map(|one| &one.id).collect()),
            ("rule", service.rules.iter().map(|one| &one.id).collect()),
            ("op", service.ops.iter().map(|one| &one.id).collect()),
            ("step", service.steps.iter().map(|one| &one.id).collect()),
            ("output", service.outputs.iter().map(|one| &one.id).collect()),
        ];
        for (table, ids) in lists {
            let mut seen = BTreeSet::new();
            for (index, id) in ids.into_iter().enumerate() {
                let place = [At::Key(table), At::Index(index), At::Key("id")];
                if !is_word(id) {
                    self.id(&place, id, "send_form");
                }
                if !seen.insert(id) {
                    let what = format!("two [[{table}]] have the id `{id}`");
                    self.error("L27", &place, what, "give each its own id");
                }
            }
        }
    }

    fn id(&mut self, place: &[At<'_>], id: &str, example: &str) {
        let what = format!("`{id}` is no id");
        let remedy = format!("write lower-case letters, digits and _, e.g. \"{example}\"");
        self.error("L26", place, what, &remedy);
    }

    /// L26: where, when, and how well the person is known.
    pub(super) fn availability(&mut self) {
        let service = self.service;
        let availability = &service.availability;
        if !availability.hours.is_empty() && opening_hours(&availability.hours).is_none() {
            let place = [At::Key("availability"), At::Key("hours")];
            let what = format!("`{}` are no hours", availability.hours);
            self.error("L26", &place, what, "write from and to, e.g. \"08:30-17:30\"");
        }
        let lists = [
            ("regions", &availability.regions),
            ("exclude", &availability.exclude),
        ];
        for (key, codes) in lists {
            for (index, code) in codes.iter().enumerate().filter(|(_, code)| !is_region(code)) {
                let place = [At::Key("availability"), At::Key(key), At::Index(index)];
                let what = format!("`{code}` is no region");
                self.error("L26", &place, what, REGION);
            }
        }
        if service.login.level > 3 {
            let place = [At::Key("login"), At::Key("level")];
            let what = format!("there is no level {}", service.login.level);
            self.error("L26", &place, what, "write 0, 1, 2 or 3");
        }
    }
}

const REGION: &str = "write the 2, 4, 6 or 12 digits of GB/T 2260, e.g. \"440104\"";

/// The region of the bundle.
pub(super) fn manifest(catalogue: &Catalogue, files: &Files) -> Option<Finding> {
    let region = &catalogue.manifest.region;
    if is_region(region) {
        return None;
    }
    let file = "catalogue.toml";
    let (line, column) = locate(files.get(file).map_or("", String::as_str), &[At::Key("region")]);
    Some(Finding {
        severity: Severity::Error,
        file: file.to_owned(),
        line,
        column,
        key: "region".to_owned(),
        rule: "L26",
        what: format!("`{region}` is no region"),
        remedy: REGION.to_owned(),
    })
}

/// `[a-z][a-z0-9_]*`
fn is_word(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Two words or more with dots between.
fn is_dotted(id: &str) -> bool {
    id.contains('.') && id.split('.').all(is_word)
}

fn is_region(code: &str) -> bool {
    matches!(code.len(), 2 | 4 | 6 | 12) && code.bytes().all(|byte| byte.is_ascii_digit())
}
