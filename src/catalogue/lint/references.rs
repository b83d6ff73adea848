//! What the parts of a service say of each other: parties, materials, letters, variants, packages.

use std::collections::BTreeSet;

use super::Linter;
use crate::catalogue::finding::Severity;
use crate::catalogue::locate::At;
use crate::catalogue::model::{Component, RuleType, StepType, Variant};

const DECLARE: &str = "declare it, or correct the name";

impl Linter<'_> {
    /// L31: everything that one part names in another exists.
    pub(super) fn references(&mut self) {
        self.party_references();
        self.field_references();
        self.step_references();
        self.letter_references();
        for (index, variant) in self.service.variants.iter().enumerate() {
            self.variant(index, variant);
        }
    }

    fn missing(&mut self, place: &[At<'_>], id: &str, declared: bool) {
        if !declared {
            let what = format!("`{id}` is named here and declared nowhere");
            self.error("L31", place, what, DECLARE);
        }
    }

    fn party_references(&mut self) {
        let service = self.service;
        for (index, party) in service.parties.iter().enumerate() {
            let place = [At::Key("party"), At::Index(index), At::Key("must_differ_from")];
            if let Some(role) = &party.must_differ_from {
                self.missing(&place, role, service.party(role).is_some());
            }
        }
    }

    fn field_references(&mut self) {
        let service = self.service;
        for (index, field) in service.fields.iter().enumerate() {
            let Some(id) = &field.default_rule else { continue };
            let rule = service.rule(id).filter(|rule| rule.kind == RuleType::Default);
            let place = [At::Key("field"), At::Index(index), At::Key("default_rule")];
            self.missing(&place, id, rule.is_some());
        }
        for (index, rule) in service.rules.iter().enumerate() {
            let place = |key| [At::Key("rule"), At::Index(index), At::Key(key)];
            match (&rule.set, rule.kind) {
                (Some(set), _) => {
                    self.missing(&place("set"), &set.field, service.field(&set.field).is_some())
                }
                (None, RuleType::Default) => {
                    let remedy = "add set = { field = \"…\", value = … }";
                    self.error("L31", &place("type"), "a default that sets nothing", remedy);
                }
                (None, _) => {}
            }
            if rule.kind == RuleType::Classification && (rule.label.is_none() || rule.decides.is_none()) {
                let remedy =
                    "add label = \"…\" and decides = \"advisory\": an officer decides, never the machine";
                self.error(
                    "L31",
                    &place("type"),
                    "a classification without label, or that decides",
                    remedy,
                );
            }
        }
        for (index, op) in service.ops.iter().enumerate() {
            let public = op.call.starts_with("GET ");
            for (inner, id) in op.params.iter().enumerate() {
                let place = [
                    At::Key("op"),
                    At::Index(index),
                    At::Key("params"),
                    At::Index(inner),
                ];
                let field = service.field(id);
                let answer = id
                    .strip_prefix("answers.")
                    .is_some_and(|step| self.has_step(step));
                self.missing(&place, id, field.is_some() || answer);
                if public && field.is_some_and(|field| field.sensitivity.is_some()) {
                    let what = format!("`{id}` would stand in an address, and so in logs");
                    self.error(
                        "L34",
                        &place,
                        what,
                        "call by POST, or take the field out of params",
                    );
                }
            }
        }
        for (index, consent) in service.consents.iter().enumerate() {
            if consent.retention.trim().is_empty() {
                let place = [At::Key("consent"), At::Index(index), At::Key("retention")];
                let what = format!(
                    "the consent `{}` does not say how long the data are kept",
                    consent.id
                );
                self.error(
                    "L35",
                    &place,
                    what,
                    "write \"session\", \"statutory\" or a period, e.g. \"30d\"",
                );
            }
        }
    }

    fn has_step(&self, id: &str) -> bool {
        self.service.steps.iter().any(|step| step.id == id)
    }

    fn step_references(&mut self) {
        let service = self.service;
        for (index, step) in service.steps.iter().enumerate() {
            let place = |key| [At::Key("step"), At::Index(index), At::Key(key)];
            for role in step.party.iter().chain(&step.roles) {
                let key = if step.party.is_some() { "party" } else { "roles" };
                self.missing(&place(key), role, service.party(role).is_some());
            }
            for id in &step.materials {
                self.missing(&place("materials"), id, service.material(id).is_some());
            }
            if let Some(op) = &step.sign_op {
                self.missing(&place("sign_op"), op, service.op(op).is_some());
            }
            if let Some(id) = &step.authorisation {
                let declared = service.authorisations.iter().any(|letter| letter.id == *id);
                self.missing(&place("authorisation"), id, declared);
            }
            let needs_words =
                step.kind == StepType::Notice && step.text.is_none() && step.paragraphs.is_empty();
            let needs_choices = step.kind == StepType::Select && step.choices.is_empty() && step.op.is_none();
            if needs_words || needs_choices {
                let what = format!("step `{}` has nothing to show", step.id);
                self.error(
                    "L31",
                    &place("type"),
                    what,
                    "add `paragraphs` to a notice, `choices` to a select",
                );
            }
        }
        for (index, material) in service.materials.iter().enumerate() {
            let taken = service
                .steps
                .iter()
                .any(|step| step.materials.contains(&material.id));
            let place = [At::Key("material"), At::Index(index), At::Key("id")];
            if !taken {
                let what = format!("no step takes the material `{}`", material.id);
                let remedy = "name it in the `materials` of a capture step";
                self.add(Severity::Warning, "L31", &place, what, remedy);
            }
        }
    }

    fn letter_references(&mut self) {
        let service = self.service;
        for (index, letter) in service.authorisations.iter().enumerate() {
            let place = |key| [At::Key("authorisation"), At::Index(index), At::Key(key)];
            for role in &letter.parties {
                self.missing(&place("parties"), role, service.party(role).is_some());
            }
            let used = service
                .steps
                .iter()
                .any(|step| step.authorisation.as_ref() == Some(&letter.id));
            if !used {
                let what = format!("no step has the letter `{}` signed", letter.id);
                self.add(
                    Severity::Warning,
                    "L31",
                    &place("id"),
                    what,
                    "name it in an `authorise` step",
                );
            }
        }
    }

    /// L31, and L33: what a variant promises is so.
    fn variant(&mut self, index: usize, variant: &Variant) {
        let service = self.service;
        let place = |key| [At::Key("variant"), At::Index(index), At::Key(key)];
        for id in &variant.hide_fields {
            self.missing(&place("hide_fields"), id, service.field(id).is_some());
        }
        for id in &variant.hide_materials {
            self.missing(&place("hide_materials"), id, service.material(id).is_some());
        }
        for id in &variant.hide_steps {
            self.missing(&place("hide_steps"), id, self.has_step(id));
        }
        for rule in &variant.rules {
            self.missing(&place("rule"), &rule.id, service.rule(&rule.id).is_some());
        }
        let shown = |id: &String| !variant.hide_fields.contains(id);
        let asked: BTreeSet<&String> = service
            .steps
            .iter()
            .filter(|step| step.kind == StepType::Form && !variant.hide_steps.contains(&step.id))
            .flat_map(|step| &step.fields)
            .filter(|id| {
                shown(id)
                    && service
                        .field(id)
                        .is_some_and(|field| field.editable && field.required)
            })
            .collect();
        if let Some(most) = variant.fields_asked_max.filter(|most| asked.len() > *most) {
            let what = format!("{} fields are asked for, {most} were promised", asked.len());
            self.error(
                "L33",
                &place("fields_asked_max"),
                what,
                "add some to hide_fields, or promise less",
            );
        }
        let materials = service
            .materials
            .iter()
            .filter(|one| !variant.hide_materials.contains(&one.id));
        let count = materials.count();
        if let Some(most) = variant.materials_max.filter(|most| count > *most) {
            let what = format!("{count} materials are asked for, {most} were promised");
            self.error(
                "L33",
                &place("materials_max"),
                what,
                "add some to hide_materials, or promise less",
            );
        }
    }

    /// L31 and L32: the components of a package exist, and none waits for itself.
    pub(super) fn package(&mut self) {
        let service = self.service;
        let Some(package) = &service.package else { return };
        for (index, component) in package.components.iter().enumerate() {
            let place = |key| {
                [
                    At::Key("package"),
                    At::Key("components"),
                    At::Index(index),
                    At::Key(key),
                ]
            };
            for id in &component.after {
                let declared = package.components.iter().any(|other| other.id == *id);
                self.missing(&place("after"), id, declared);
            }
            if let Some(id) = &component.service {
                self.missing(&place("service"), id, self.catalogue.service(id).is_some());
            }
            if waits_for_itself(&package.components, component) {
                let what = format!("`{}` waits for itself", component.id);
                self.error(
                    "L32",
                    &place("after"),
                    what,
                    "take out of `after` what closes the circle",
                );
            }
        }
        for id in &package.shared_fields {
            self.missing(
                &[At::Key("package"), At::Key("shared_fields")],
                id,
                service.field(id).is_some(),
            );
        }
    }
}

fn waits_for_itself(components: &[Component], start: &Component) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&String> = start.after.iter().collect();
    while let Some(id) = open.pop() {
        if *id == start.id {
            return true;
        }
        if seen.insert(id) {
            let next = components.iter().filter(|component| component.id == *id);
            open.extend(next.flat_map(|component| &component.after));
        }
    }
    false
}
