//! What a catalogue must keep to: the legal duties (L01–L17 of the format), no dangling reference,
//! nothing unused, nothing unsaid. Each finding names file, line and remedy.

use std::collections::BTreeSet;

use super::Catalogue;
use super::finding::{Finding, Severity};
use super::load::{Files, key_of};
use super::locate::{At, locate};
use super::model::{
    DeviceRole, Factor, Field, FieldType, OnRefuse, OutputKind, ResultView, Seal, Sensitivity, Service,
    StepType, Text,
};
use super::predicate::{Leaf, Operand, Predicate};

/// Whether something with this id is declared.
type Exists<'a> = &'a dyn Fn(&str) -> bool;

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
        linter.login();
        linter.consents();
        linter.fields();
        linter.predicates();
        linter.steps();
        linter.outputs();
        linter.operations();
        linter.page();
        findings.append(&mut linter.findings);
    }
    findings.extend(unused(catalogue, files));
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
            None if choice && field.options.is_empty() => {
                let what = format!("`{}` offers nothing to choose", field.id);
                self.error("L06", place, what, "add code_list = \"…\"");
            }
            None if choice => {
                let what = format!("the options of `{}` have no words", field.id);
                self.error(
                    "L06",
                    place,
                    what,
                    "name a code_list that has words for each code",
                );
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

    /// L04: every field that a condition names exists.
    fn predicates(&mut self) {
        let service = self.service;
        for (index, rule) in service.rules.iter().enumerate() {
            let place = [At::Key("rule"), At::Index(index), At::Key("when")];
            self.predicate(&rule.when, &place);
            if rule.else_outcome.is_some() && rule.message.is_none() {
                let place = [At::Key("rule"), At::Index(index), At::Key("else_outcome")];
                let what = "a refusal without words";
                self.error(
                    "L20",
                    &place,
                    what,
                    "add message = { zh = \"…\" }: every refusal gives its reason",
                );
            }
        }
        for (index, step) in service.steps.iter().enumerate() {
            if let Some(when) = &step.when {
                self.predicate(when, &[At::Key("step"), At::Index(index), At::Key("when")]);
            }
        }
        for (index, field) in service.fields.iter().enumerate() {
            if let Some(when) = &field.required_when {
                self.predicate(
                    when,
                    &[At::Key("field"), At::Index(index), At::Key("required_when")],
                );
            }
        }
    }

    fn predicate(&mut self, predicate: &Predicate, place: &[At<'_>]) {
        let unknown: Vec<String> = predicate
            .leaves()
            .into_iter()
            .filter_map(|Leaf { of, .. }| match of {
                Operand::Field(id) if self.service.field(id).is_none() => Some(id.clone()),
                _ => None,
            })
            .collect();
        for id in unknown {
            let what = format!("the condition names an unknown field `{id}`");
            self.error("L04", place, what, "correct the name, or declare the field");
        }
    }

    /// L08, L09, L11, L16, L17.
    fn steps(&mut self) {
        let service = self.service;
        let mut asked = BTreeSet::new();
        for (index, step) in service.steps.iter().enumerate() {
            asked.extend(step.fields.iter());
            let references: [(&str, &Vec<String>, Exists<'_>); 4] = [
                ("fields", &step.fields, &|id| service.field(id).is_some()),
                ("outputs", &step.outputs, &|id| service.output(id).is_some()),
                ("rules", &step.rules, &|id| service.rule(id).is_some()),
                ("consents", &step.consents, &|id| {
                    service.consents.iter().any(|consent| consent.id == id)
                }),
            ];
            for (key, ids, exists) in references {
                for (inner, id) in ids.iter().enumerate().filter(|(_, id)| !exists(id)) {
                    let place = [At::Key("step"), At::Index(index), At::Key(key), At::Index(inner)];
                    let what = format!("step `{}` names `{id}`, which is not declared", step.id);
                    self.error("L08", &place, what, "declare it, or correct the name");
                }
            }
            if step.view == Some(ResultView::ValidOrNotMasked) && step.verdicts.is_none() {
                let place = [At::Key("step"), At::Index(index), At::Key("view")];
                let what = format!("step `{}` has no words for its verdicts", step.id);
                self.error(
                    "L25",
                    &place,
                    what,
                    "add [step.verdicts.genuine], .revoked and .unknown below it",
                );
            }
            self.step_operation(index, step);
            self.obligatory_receipt(index, step);
        }
        for (index, field) in service.fields.iter().enumerate() {
            if field.required && field.editable && !asked.contains(&field.id) {
                let place = [At::Key("field"), At::Index(index), At::Key("id")];
                let what = format!("`{}` is required and never asked", field.id);
                self.error("L11", &place, what, "add it to the `fields` of a form step");
            }
        }
        let last = service.steps.len().saturating_sub(1);
        if service
            .steps
            .last()
            .is_none_or(|step| step.kind != StepType::Finish)
        {
            let place = [At::Key("step"), At::Index(last)];
            self.error(
                "L16",
                &place,
                "the last step is not `finish`",
                "add [[step]] id = \"end\", type = \"finish\"",
            );
        }
    }

    fn step_operation(&mut self, index: usize, step: &super::model::Step) {
        let place = [At::Key("step"), At::Index(index), At::Key("op")];
        match &step.op {
            Some(op) if self.service.op(op).is_none() => {
                let what = format!("step `{}` calls `{op}`, which is not declared", step.id);
                self.error("L09", &place, what, "add an [[op]] with this id");
            }
            None if matches!(
                step.kind,
                StepType::Prefill | StepType::Submit | StepType::Verify | StepType::Wait
            ) =>
            {
                let what = format!("step `{}` calls nothing", step.id);
                self.error("L09", &place, what, "add op = \"…\"");
            }
            _ => {}
        }
    }

    fn obligatory_receipt(&mut self, index: usize, step: &super::model::Step) {
        if step.kind != StepType::Print || step.optional {
            return;
        }
        let service = self.service;
        let bare = step.outputs.iter().filter_map(|id| service.output(id));
        for output in bare.filter(|output| output.kind == OutputKind::Receipt && output.fallback.is_empty()) {
            let what = format!("the receipt `{}` has nothing to replace it", output.id);
            let place = [At::Key("step"), At::Index(index), At::Key("outputs")];
            self.error(
                "L17",
                &place,
                what,
                "add fallback = [\"screen_qr\"] to the output, or optional = true here",
            );
        }
    }

    /// L12–L14, and layouts that exist.
    fn outputs(&mut self) {
        let devices = self.devices();
        let service = self.service;
        for (index, output) in service.outputs.iter().enumerate() {
            let place = |key| [At::Key("output"), At::Index(index), At::Key(key)];
            if output.printer.is_some_and(|printer| !devices.contains(&printer)) {
                let what = format!("the printer of `{}` is not among the devices", output.id);
                self.error(
                    "L12",
                    &place("printer"),
                    what,
                    "add it to [devices] required or optional",
                );
            }
            if output.kind == OutputKind::Certificate {
                if output.seal != Seal::Required {
                    let what = format!("the certificate `{}` has no seal", output.id);
                    self.error("L13", &place("seal"), what, "add seal = \"required\"");
                }
                if !output.verify.as_ref().is_some_and(|verify| verify.qr) {
                    let what = format!("the certificate `{}` cannot be verified", output.id);
                    self.error("L14", &place("verify"), what, "add verify = { qr = true }");
                }
            } else if !self.catalogue.receipts.contains(&output.template) {
                let what = format!("receipts/ has no layout `{}`", output.template);
                self.add(
                    Severity::Warning,
                    "L21",
                    &place("template"),
                    what,
                    "write receipts/<template>.toml",
                );
            }
        }
    }

    /// L15: what changes something cannot happen twice.
    fn operations(&mut self) {
        let service = self.service;
        for (index, op) in service.ops.iter().enumerate() {
            let place = [At::Key("op"), At::Index(index), At::Key("call")];
            let Some((method, path)) = op.call.split_once(' ') else {
                let what = format!("`{}` is no call", op.call);
                self.error(
                    "L09",
                    &place,
                    what,
                    "write method and path, e.g. \"POST /v1/applications\"",
                );
                continue;
            };
            if !["GET", "POST", "PUT", "DELETE"].contains(&method) || !path.starts_with("/v1/") {
                let what = format!("`{}` is no call of version 1", op.call);
                self.error(
                    "L09",
                    &place,
                    what,
                    "write method and path, e.g. \"POST /v1/applications\"",
                );
            }
            if method == "POST" && !op.idempotent && !op.idempotency_key {
                let what = format!("`{}` may happen twice", op.id);
                self.error(
                    "L15",
                    &place,
                    what,
                    "add idempotency_key = true (idempotent = true for a read by POST)",
                );
            }
            if !service.steps.iter().any(|step| step.op.as_ref() == Some(&op.id)) {
                let what = format!("no step calls `{}`", op.id);
                self.add(
                    Severity::Warning,
                    "L22",
                    &place,
                    what,
                    "take the [[op]] out, or name it in a step",
                );
            }
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

/// Texts and lists that no service uses.
fn unused(catalogue: &Catalogue, files: &Files) -> Vec<Finding> {
    // The second consent belongs to the session: it is asked when no decoder can read the chip's photo.
    let session = ["face_login", "face_compare_backend", "camera_scan"];
    let used_consent = |id: &str| {
        session.contains(&id)
            || catalogue
                .services
                .iter()
                .any(|service| service.consents.iter().any(|consent| consent.template == id))
    };
    let used_codes = |id: &str| {
        catalogue.services.iter().any(|service| {
            service
                .fields
                .iter()
                .any(|field| field.code_list.as_deref() == Some(id))
        })
    };
    let consents = catalogue
        .consents
        .keys()
        .filter(|id| !used_consent(id))
        .map(|id| ("consents", id));
    let codes = catalogue
        .codes
        .keys()
        .filter(|id| !used_codes(id))
        .map(|id| ("codes", id));
    consents
        .chain(codes)
        .map(|(folder, id)| {
            let quoted = format!("\"{id}\"");
            let file = files
                .iter()
                .find(|(path, text)| path.starts_with(folder) && text.contains(&quoted))
                .map_or_else(|| format!("{folder}/"), |(path, _)| path.clone());
            Finding {
                severity: Severity::Warning,
                file,
                line: 1,
                column: 1,
                key: id.clone(),
                rule: "L22",
                what: format!("no service uses `{id}`"),
                remedy: "take the file out, or name it in a service".to_owned(),
            }
        })
        .collect()
}
