//! Conditions, steps, papers and calls: everything named exists, and nothing can happen twice.

use std::collections::BTreeSet;

use super::Linter;
use crate::catalogue::finding::Severity;
use crate::catalogue::locate::At;
use crate::catalogue::model::{OutputKind, ResultView, Seal, Step, StepType};
use crate::catalogue::predicate::{Leaf, Operand, Predicate};

/// Whether something with this id is declared.
type Exists<'a> = &'a dyn Fn(&str) -> bool;

impl Linter<'_> {
    /// L04: every field that a condition names exists.
    pub(super) fn predicates(&mut self) {
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
    pub(super) fn steps(&mut self) {
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
            self.step_people(index, step);
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

    /// L08: who takes part is declared; a letter is one of the service's, and can be signed.
    fn step_people(&mut self, index: usize, step: &Step) {
        let service = self.service;
        let place = |key| [At::Key("step"), At::Index(index), At::Key(key)];
        let acting = step.party.iter().filter(|_| step.kind == StepType::IdentifyParty);
        let named = step.roles.iter().map(|role| ("roles", role));
        let named = named.chain(acting.map(|role| ("party", role)));
        for (key, role) in named.filter(|(_, role)| service.party(role).is_none()) {
            let what = format!("step `{}` names `{role}`, which is no party", step.id);
            self.error(
                "L08",
                &place(key),
                what,
                "add a [[party]] with this role, or correct the name",
            );
        }
        if step.kind == StepType::IdentifyParty && step.party.is_none() {
            let what = format!("step `{}` identifies nobody", step.id);
            self.error("L08", &place("party"), what, "add party = \"…\"");
        }
        if step.kind != StepType::Authorise {
            return;
        }
        let letter = step.authorisation.as_ref();
        if letter.is_some_and(|id| service.authorisations.iter().all(|one| one.id != *id)) {
            let what = format!("step `{}` names a letter that is not declared", step.id);
            self.error(
                "L08",
                &place("authorisation"),
                what,
                "add an [[authorisation]] with this id",
            );
        }
        if step.sign_op.as_deref().and_then(|id| service.op(id)).is_none() {
            let what = format!("step `{}` cannot send a signature", step.id);
            let remedy =
                "add sign_op = \"…\", with an [[op]] POST /v1/authorisations/{authorisation_id}/signatures";
            self.error("L09", &place("sign_op"), what, remedy);
        }
    }

    fn step_operation(&mut self, index: usize, step: &Step) {
        let place = [At::Key("step"), At::Index(index), At::Key("op")];
        match &step.op {
            Some(op) if self.service.op(op).is_none() => {
                let what = format!("step `{}` calls `{op}`, which is not declared", step.id);
                self.error("L09", &place, what, "add an [[op]] with this id");
            }
            None if matches!(
                step.kind,
                StepType::Prefill
                    | StepType::Submit
                    | StepType::Verify
                    | StepType::Wait
                    | StepType::Authorise
            ) =>
            {
                let what = format!("step `{}` calls nothing", step.id);
                self.error("L09", &place, what, "add op = \"…\"");
            }
            _ => {}
        }
    }

    fn obligatory_receipt(&mut self, index: usize, step: &Step) {
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
    pub(super) fn outputs(&mut self) {
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
    pub(super) fn operations(&mut self) {
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
            let calls = |step: &Step| {
                [&step.op, &step.sign_op]
                    .into_iter()
                    .flatten()
                    .any(|id| *id == op.id)
            };
            if !service.steps.iter().any(calls) {
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
}
