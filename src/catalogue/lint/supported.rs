//! Keys of the format that this version reads and does not act upon: said, rather than silently ignored.

use super::Linter;
use crate::catalogue::finding::Severity;
use crate::catalogue::locate::At;
use crate::catalogue::model::{Step, StepType};

const NOT_YET: &str = "is not supported by this version";

impl Linter<'_> {
    /// L28. An error where the service would do something else than its file says; a warning where
    /// it only does less.
    pub(super) fn supported(&mut self) {
        let service = self.service;
        for (index, output) in service.outputs.iter().enumerate() {
            let place = |key| [At::Key("output"), At::Index(index), At::Key(key)];
            if output.copies != 1 {
                let copies = place("copies");
                self.unsupported(Severity::Error, &copies, "a number of copies", TAKE_OUT);
            }
            if output.pickup_reminder_s.is_some() {
                let reminder = place("pickup_reminder_s");
                self.unsupported(Severity::Warning, &reminder, "a reminder", TAKE_OUT);
            }
        }
        // The login stands before all other steps.
        let conditional = |step: &Step| step.kind == StepType::Login && step.when.is_some();
        if let Some(index) = service.steps.iter().position(conditional) {
            let place = [At::Key("step"), At::Index(index), At::Key("when")];
            self.unsupported(Severity::Error, &place, "a login under a condition", TAKE_OUT);
        }
    }

    fn unsupported(&mut self, severity: Severity, place: &[At<'_>], what: &str, remedy: &str) {
        self.add(severity, "L28", place, format!("{what} {NOT_YET}"), remedy);
    }
}

const TAKE_OUT: &str = "take the key out";
