//! Keys of the format that this version reads and does not act upon: said, rather than silently ignored.

use super::Linter;
use crate::catalogue::finding::Severity;
use crate::catalogue::locate::At;

const NOT_YET: &str = "is not supported by this version";

impl Linter<'_> {
    /// L28. An error where the service would do something else than its file says; a warning where
    /// it only does less.
    pub(super) fn supported(&mut self) {
        let service = self.service;
        if service.login.level == 3 {
            let place = [At::Key("login"), At::Key("level")];
            self.unsupported(Severity::Error, &place, "level 3", "write 2");
        }
        if service.login.refresh_before_submit_s.is_some() {
            let place = [At::Key("login"), At::Key("refresh_before_submit_s")];
            self.unsupported(Severity::Error, &place, "a further login", TAKE_OUT);
        }
        if !service.availability.terminals.is_empty() {
            let place = [At::Key("availability"), At::Key("terminals")];
            self.unsupported(Severity::Error, &place, "a choice of terminals", TAKE_OUT);
        }
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
        for (index, _) in service
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| step.when.is_some())
        {
            let place = [At::Key("step"), At::Index(index), At::Key("when")];
            let remedy = "until then the service is shown and cannot be started";
            self.unsupported(Severity::Warning, &place, "a step under a condition", remedy);
        }
    }

    fn unsupported(&mut self, severity: Severity, place: &[At<'_>], what: &str, remedy: &str) {
        self.add(severity, "L28", place, format!("{what} {NOT_YET}"), remedy);
    }
}

const TAKE_OUT: &str = "take the key out";
