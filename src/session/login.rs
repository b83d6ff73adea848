//! Equal ways to show who one is.

use crate::catalogue::model::{DeviceRole, Factor, Service};
use crate::protocol::body::VerificationMethod;

use super::context::Context;
use super::view::Say;

/// A way of login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Face,
    Sms,
    Witness,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::Face, Self::Sms, Self::Witness];

    pub fn id(self) -> &'static str {
        match self {
            Self::Face => "face",
            Self::Sms => "sms",
            Self::Witness => "witness",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.id() == id)
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Face => "face-id",
            Self::Sms => "device-mobile",
            Self::Witness => "headset",
        }
    }

    pub fn title(self) -> Say {
        Say::id(match self {
            Self::Face => "login.face.title",
            Self::Sms => "login.sms.title",
            Self::Witness => "login.witness.title",
        })
    }

    pub fn sub(self) -> Say {
        Say::id(match self {
            Self::Face => "login.face.sub",
            Self::Sms => "login.sms.sub",
            Self::Witness => "login.witness.sub",
        })
    }

    /// What the main button says when this way is chosen.
    pub fn go(self) -> Say {
        Say::id(match self {
            Self::Face => "login.face.go",
            Self::Sms => "login.sms.go",
            Self::Witness => "login.witness.go",
        })
    }

    /// What the button of this way says on a page that offers it instead.
    pub fn instead(self) -> Say {
        Say::id(match self {
            Self::Face => "login.face.instead",
            Self::Sms => "login.sms.instead",
            Self::Witness => "login.witness.instead",
        })
    }

    pub fn method(self) -> VerificationMethod {
        match self {
            Self::Face => VerificationMethod::CardFace,
            Self::Sms => VerificationMethod::CardSmsOtp,
            Self::Witness => VerificationMethod::CardStaffWitness,
        }
    }

    fn factor(self) -> Factor {
        match self {
            Self::Face => Factor::Face,
            Self::Sms => Factor::SmsOtp,
            Self::Witness => Factor::StaffWitness,
        }
    }

    /// Ways that a service offers, in its order.
    pub fn of(service: &Service) -> Vec<Self> {
        let methods = service.login.methods.iter();
        methods
            .filter_map(|method| Self::ALL.into_iter().find(|way| method.contains(&way.factor())))
            .collect()
    }

    /// Why it cannot be chosen now.
    pub fn off(self, context: &Context) -> Option<Say> {
        if self != Self::Face {
            return None;
        }
        if context.tried_faces() >= context.settings.face_tries {
            return Some(Say::id("login.face.tries_over"));
        }
        let models = context.face_off.map(Say::id);
        context.device_off(DeviceRole::Camera).or(models)
    }
}
