//! The way a matter goes: which states it passes, who decides, and when.

use kiosk::catalogue::model::{Field, FieldType, OutputKind, Service};

/// Way of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is a word of the offices")]
pub enum Track {
    Certificate,
    /// Something is asked for that is no money.
    Request,
    Benefit,
    /// A benefit that asks the household's means: the letter of authorisation is the mandate for it.
    Assistance,
    Booking,
    Enrolment,
    Report,
    Ticket,
    Lead,
    Delivery,
    MaterialCheck,
    Package,
    Component,
    Confirmation,
}

use Track::*;

impl Track {
    const ALL: [Self; 14] = [
        Certificate,
        Request,
        Benefit,
        Assistance,
        Booking,
        Enrolment,
        Report,
        Ticket,
        Lead,
        Delivery,
        MaterialCheck,
        Package,
        Component,
        Confirmation,
    ];

    /// As in the database and in the ids of the timeline's words.
    pub fn name(self) -> &'static str {
        match self {
            Certificate => "certificate",
            Request => "request",
            Benefit => "benefit",
            Assistance => "assistance",
            Booking => "booking",
            Enrolment => "enrolment",
            Report => "report",
            Ticket => "ticket",
            Lead => "lead",
            Delivery => "delivery",
            MaterialCheck => "material_check",
            Package => "package",
            Component => "component",
            Confirmation => "confirmation",
        }
    }

    /// The way of a name; a benefit's for an unknown one.
    pub fn of(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|track| track.name() == name)
            .unwrap_or(Benefit)
    }

    /// The way of an application for this service.
    pub fn of_application(service: &Service) -> Self {
        let certified = |output: &kiosk::catalogue::model::Output| output.kind == OutputKind::Certificate;
        let paid_to = |field: &Field| field.kind == FieldType::BankAccount;
        if service.outputs.iter().any(certified) {
            Certificate
        } else if !service.authorisations.is_empty() {
            Assistance
        } else if service.fields.iter().any(paid_to) {
            Benefit
        } else {
            Request
        }
    }

    /// The service's own office decides alone; benefits pass through several.
    pub fn is_of_one_office(self) -> bool {
        matches!(self, Certificate | Request)
    }

    /// As often as one likes; of the others one open matter is enough.
    pub fn may_repeat(self) -> bool {
        !matches!(self, Benefit | Assistance | Request)
    }
}
