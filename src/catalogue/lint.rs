//! What a catalogue must keep to: the legal duties (L01–L17 of the format), no dangling reference,
//! nothing unused, nothing unsaid. Each finding names file, line and remedy.

mod form;
mod reach;
mod references;
mod steps;
mod supported;
mod unused;

use std::collections::BTreeSet;

use super::Catalogue;
use super::finding::{Finding, Severity};
use super::load::{Files, key_of};
use super::locate::{At, locate};
use super::model::{DeviceRole, Factor, Field, FieldType, OnRefuse, Sensitivity, Service, Text};

/// Groups of fields that belong to no person.
const GROUPS: [&str; 4] = ["query", "request", "bank", "parents"];

/// Lints a parsed catalogue; `paths` are the files of its services, in their order.
pub fn lint(catalogue: &Catalogue, paths: &[String], files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (service, path) in catalogue.services.iter().zip(paths) {
        let text = files.get(path).map_or("", String::as_str);
        let mut linter = Linter {
            catalogue,
            service,
            path,
            text,
            findings: Vec::new(),
        };
        linter.ids();
        linter.availability();
        linter.supported();
        linter.login();
        linter.consents();
        linter.fields();
        linter.predicates();
        linter.steps();
        linter.outputs();
        linter.operations();
        linter.page();
        linter.reach();
        linter.references();
        linter.package();
        findings.append(&mut linter.findings);
    }
    findings.extend(form::manifest(catalogue, files));
    findings.extend(unused::unused(catalogue, files));
    findings.extend(super::coverage::lint(&catalogue.coverage, catalogue, paths));
    findings
}

struct Linter<'a> {
    catalogue: &'a Catalogue,
    service: &'a Service,
    path: &'a str,
    text: &'a str,
    findings: Vec<Finding>,
}

impl Linter<'_> {
    fn add(&mut self, severity: Severity, rule: &'static str, place: &[At<'_>], what: String, remedy: &str) {
        let (line, column) = locate(self.text, place);
        self.findings.push(Finding {
            severity,
            file: self.path.to_owned(),
            line,
            column,
            key: key_of(place),
            rule,
            what,
            remedy: remedy.to_owned(),
        });
    }

    fn error(&mut self, rule: &'static str, place: &[At<'_>], what: impl Into<String>, remedy: &str) {
        self.add(Severity::Error, rule, place, what.into(), remedy);
    }

    fn devices(&self) -> BTreeSet<DeviceRole> {
        let devices = &self.service.devices;
        [&devices.required, &devices.any_of, &devices.optional]
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }

    /// L01–L03: never face alone.
    fn login(&mut self) {
        let service = self.service;
        let methods = &service.login.methods;
        let place = [At::Key("login"), At::Key("methods")];
        if !methods.iter().any(|method| method.contains(&Factor::Face)) {
            return;
        }
        if methods.iter().all(|method| method.contains(&Factor::Face)) {
            let remedy = "add a way without face, e.g. [\"card\", \"sms_otp\"]";
            self.error("L01", &place, "face is the only way of login", remedy);
        }
        let consented = service.consents.iter().any(|consent| {
            let asked = consent.data.iter().any(|data| data == "face_image");
            asked && consent.separate && consent.on_refuse == OnRefuse::Alternative
        });
        if !consented {
            let remedy =
                "add [[consent]] with data = [\"face_image\"], separate = true, on_refuse = \"alternative\"";
            self.error("L02", &place, "face login without its own consent", remedy);
        }
        if service.devices.required.contains(&DeviceRole::Camera) {
            let place = [At::Key("devices"), At::Key("required")];
            let remedy = "move \"camera\" to `optional`";
            self.error(
                "L03",
                &place,
                "the camera is required although there are other ways",
                remedy,
            );
        }
    }

    fn consents(&mut self) {
        for (index, consent) in self.service.consents.iter().enumerate() {
            let place = [At::Key("consent"), At::Index(index), At::Key("template")];
            match self.catalogue.consents.get(&consent.template) {
                None => {
                    let what = format!("consents/ has no text `{}`", consent.template);
                    self.error(
                        "L18",
                        &place,
                        what,
                        "write consents/<template>.toml, or correct the name",
                    );
                }
                Some(text) if text.version != consent.version => {
                    let what = format!(
                        "version {} is asked for, consents/ has {}",
                        consent.version, text.version
                    );
                    self.error(
                        "L18",
                        &place,
                        what,
                        "read the new text, then write its version here",
                    );
                }
                Some(text) if !consent.data.iter().all(|data| text.data.contains(data)) => {
                    let what = "the service takes data that the text does not name".to_owned();
                    self.error("L18", &place, what, "name every kind of data in the text");
                }
                Some(_) => {}
            }
        }
    }

    /// L05–L07.
    fn fields(&mut self) {
        let service = self.service;
        let mut seen = BTreeSet::new();
        for (index, field) in service.fields.iter().enumerate() {
            let place = [At::Key("field"), At::Index(index), At::Key("id")];
            let group = field.id.split('.').next().unwrap_or_default();
            if !GROUPS.contains(&group) && !service.parties.iter().any(|party| party.role == group) {
                let what = format!("`{}` belongs to no party and no group", field.id);
                let remedy = "add a [[party]] with this role, or begin with request., query. or bank.";
                self.error("L05", &place, what, remedy);
            }
            if !seen.insert(&field.id) {
                let what = format!("`{}` is declared twice", field.id);
                self.error("L04", &place, what, "give each field its own id");
            }
            self.options(field, &place);
        }
        let sensitive = service
            .fields
            .iter()
            .position(|field| field.sensitivity == Some(Sensitivity::Spi));
        if let Some(index) = sensitive.filter(|_| !service.consents.iter().any(|consent| consent.separate)) {
            let place = [At::Key("field"), At::Index(index), At::Key("sensitivity")];
            let what = "sensitive data without a separate consent";
            self.error("L07", &place, what, "add a [[consent]] with separate = true");
        }
    }

    fn options(&mut self, field: &Field, place: &[At<'_>]) {
        let choice = matches!(field.kind, FieldType::Choice | FieldType::MultiChoice);
        match &field.code_list {
            Some(list) if !self.catalogue.codes.contains_key(list) => {
                let what = format!("codes/ has no list `{list}`");
                self.error(
                    "L19",
                    place,
                    what,
                    "write codes/<list>.toml, or correct `code_list`",
                );
            }
            None if choice && field.choices.is_empty() => {
                let what = format!("`{}` offers nothing to choose", field.id);
                let remedy = "add code_list = \"…\", or choices = [{ code = \"…\", title = { zh = \"…\", en = \"…\" } }]";
                self.error("L06", place, what, remedy);
            }
            _ => {}
        }
        let codes: BTreeSet<String> = self
            .catalogue
            .options(field)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        let missing = field.options.iter().find(|option| !codes.contains(*option));
        if let Some(option) = missing {
            let what = format!("the code list has no code `{option}`");
            self.error(
                "L19",
                place,
                what,
                "add the code to the list, or take it out of `options`",
            );
        }
    }

    /// What the person is told before starting: category, and words in both languages.
    fn page(&mut self) {
        let about = &self.service.service;
        if self.catalogue.category(&about.category).is_none() {
            let what = format!("categories.toml has no `{}`", about.category);
            let place = [At::Key("service"), At::Key("category")];
            self.error("L23", &place, what, "use the id of a [[category]]");
        }
        let page = &self.service.page;
        let texts: [(&str, &str, &Text); 6] = [
            ("service", "title", &about.title),
            ("service", "summary", &about.summary),
            ("page", "sub", &page.sub),
            ("page", "decides", &page.decides.text),
            ("page", "duration", &page.duration.text),
            ("page", "cost", &page.cost.text),
        ];
        for (table, key, words) in texts {
            if !words.contains_key("en") {
                let what = "English words are missing; the page shows Chinese instead".to_owned();
                self.add(
                    Severity::Warning,
                    "L24",
                    &[At::Key(table), At::Key(key)],
                    what,
                    "add en = \"…\"",
                );
            }
        }
    }
}
