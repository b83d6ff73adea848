//! `kiosk audit verify`.

use super::{complain, say};
use crate::config::Configuration;
use crate::store::{AuditVerdict, Break, Store};

/// Walks the chain; `true` when it is unbroken.
pub(super) fn verify(configuration: &Configuration) -> bool {
    let verdict = Store::open(&configuration.kiosk.store.dir).and_then(|store| store.verify_audit());
    match verdict {
        Ok(AuditVerdict::Whole { entries, head }) => {
            say(format_args!(
                "audit log: {entries} entries, unbroken\nhead: {head}"
            ));
            true
        }
        Ok(AuditVerdict::Broken { entry, how }) => {
            let how = match how {
                Break::Changed => "was changed, or the entry before it",
                Break::Missing => "is missing",
                Break::CutOff => "and all after it were cut off",
            };
            complain(format_args!(
                "audit log: entry {entry} {how}; what follows cannot be trusted"
            ))
        }
        Err(error) => complain(format_args!("audit log: {error}")),
    }
}
