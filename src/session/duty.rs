//! A member of staff who has the terminal in hand: until the end of the visit, and never mixed with
//! what is known of a resident.

use crate::catalogue::model::{Service, StaffRole};
use crate::protocol::body::StaffSessionOpened;

use super::context::Context;

/// Who is on duty in this visit.
pub(super) struct Duty {
    /// Masked name, for the mark beside every page.
    pub name_masked: String,
    roles: Vec<StaffRole>,
}

/// Who is on duty may use this service.
pub(super) fn may_use(duty: Option<&Duty>, service: &Service) -> bool {
    let Some(work) = &service.staff else {
        return true;
    };
    duty.is_some_and(|duty| work.roles.iter().any(|role| duty.roles.contains(role)))
}

fn role(name: &str) -> Option<StaffRole> {
    Some(match name {
        "helper" => StaffRole::Helper,
        "technician" => StaffRole::Technician,
        "operator" => StaffRole::Operator,
        "officer" => StaffRole::Officer,
        _ => return None,
    })
}

impl Context {
    /// Takes a member of staff who signed in; false when none of their roles may use the present service.
    pub fn begin_duty(&mut self, opened: &StaffSessionOpened) -> bool {
        let Some(service) = self.service() else {
            return false;
        };
        let duty = Duty {
            name_masked: opened.name_masked.clone(),
            roles: opened.roles.iter().filter_map(|name| role(name)).collect(),
        };
        let allowed = may_use(Some(&duty), service);
        let outcome = if allowed { "verified" } else { "rejected" };
        self.audit("login.ended", &[("way", "staff"), ("outcome", outcome)]);
        if allowed {
            self.duty = Some(duty);
        }
        allowed
    }
}
