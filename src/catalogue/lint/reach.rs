//! Conditions that never hold, or always do.

use super::Linter;
use crate::catalogue::locate::At;
use crate::catalogue::predicate::Predicate;
use crate::catalogue::reach::example;

impl Linter<'_> {
    /// L30: each branch of each condition is reachable.
    pub(super) fn reach(&mut self) {
        let service = self.service;
        for (index, rule) in service.rules.iter().enumerate() {
            self.both_ways(&[At::Key("rule"), At::Index(index), At::Key("when")], &rule.when);
        }
        for (index, step) in service.steps.iter().enumerate() {
            self.maybe(
                &[At::Key("step"), At::Index(index), At::Key("when")],
                step.when.as_ref(),
            );
        }
        for (index, field) in service.fields.iter().enumerate() {
            let place = [At::Key("field"), At::Index(index), At::Key("required_when")];
            self.maybe(&place, field.required_when.as_ref());
        }
        for (index, material) in service.materials.iter().enumerate() {
            let place = |key| [At::Key("material"), At::Index(index), At::Key(key)];
            self.maybe(&place("required_when"), material.required_when.as_ref());
            self.maybe(&place("unless"), material.unless.as_ref());
        }
        for (index, output) in service.outputs.iter().enumerate() {
            self.maybe(
                &[At::Key("output"), At::Index(index), At::Key("when")],
                output.when.as_ref(),
            );
        }
        let components = service
            .package
            .as_ref()
            .map(|package| package.components.as_slice());
        for (index, component) in components.unwrap_or_default().iter().enumerate() {
            let place = [At::Key("package"), At::Key("components"), At::Index(index)];
            self.maybe(&place, component.when.as_ref());
        }
    }

    fn maybe(&mut self, place: &[At<'_>], condition: Option<&Predicate>) {
        if let Some(condition) = condition {
            self.both_ways(place, condition);
        }
    }

    fn both_ways(&mut self, place: &[At<'_>], condition: &Predicate) {
        for (wanted, never) in [(true, "never holds"), (false, "always holds")] {
            if example(self.service, condition, wanted).is_none() {
                let what = format!("this condition {never}");
                self.error(
                    "L30",
                    place,
                    what,
                    "correct the values, or take the condition out",
                );
            }
        }
    }
}
