//! What happens to a visit. Time, devices, the backend and the person all come in here.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroize;

use crate::protocol::body::Subject;
use crate::protocol::call::CallResult;

pub use crate::catalogue::model::DeviceRole;

use super::action::Action;
use super::ticket::Ticket;
use super::transit::{LoadChallenge, LoadEnd, TransitFault, TransitSeen};

/// Milliseconds since the program started; never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Instant(pub u64);

/// What the session has to know of a device's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceState {
    /// Usable.
    Ready,
    /// Usable, and soon not: paper or toner low.
    Low,
    /// Not usable now; the text id of the reason (`device.reason.paper_out`).
    Unusable(&'static str),
    /// Not configured on this terminal.
    NotFitted,
}

/// Why a placed card gave no data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardProblem {
    /// Taken away too early.
    MovedTooEarly,
    /// Cannot be read.
    Unreadable,
    /// Damaged or not genuine.
    VerificationFailed,
    /// Some other card.
    WrongKind,
    /// Out of date.
    Expired,
}

/// A card's data, as the session needs them. Zeroed when dropped.
#[derive(Clone, PartialEq)]
pub struct CardData {
    /// What goes to the backend.
    pub subject: Subject,
    /// Further fields by catalogue name without the party (`sex`, `ethnicity`, `birth`, `address`, `authority`).
    pub fields: BTreeMap<String, String>,
    /// The chip's photo could be decoded: faces are compared on the terminal.
    pub photo_usable: bool,
}

impl Drop for CardData {
    fn drop(&mut self) {
        self.subject.zeroize();
        self.fields.values_mut().for_each(Zeroize::zeroize);
    }
}

/// What is wrong with the present picture; the person is told in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaceHint {
    /// Nothing.
    Good,
    /// No face.
    Nobody,
    /// More than one face.
    TwoPeople,
    /// Too far.
    TooFar,
    /// Too near.
    TooNear,
    /// Not in the middle.
    OffCentre,
    /// Too dark.
    TooDark,
    /// Too bright.
    TooBright,
    /// Not the person of a moment ago, or covered (mask).
    NotSame,
}

/// An action of the challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Challenge {
    /// Look ahead (finding the rest position).
    LookAhead,
    /// Blink.
    Blink,
    /// Turn to the person's own left.
    TurnLeft,
    /// Turn to the person's own right.
    TurnRight,
}

/// How one face check ended. `Debug` does not show the template.
#[derive(Clone, PartialEq)]
pub enum FaceOutcome {
    /// Challenge passed, and compared with the chip photo.
    Compared(crate::protocol::body::ScoreBand),
    /// Challenge passed; the template for the backend's comparison.
    Template {
        /// SHA-256 (hex) of the model.
        model_sha256: String,
        /// Unit length.
        template: Vec<f32>,
    },
    /// Time over, wrong person, wrong action.
    ChallengeFailed,
    /// The photo to compare with is not there: another card was put down meanwhile.
    NoPhoto,
    /// The camera went away.
    CameraLost,
}

impl fmt::Debug for FaceOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compared(band) => write!(formatter, "Compared({band:?})"),
            Self::Template { .. } => formatter.write_str("Template"),
            Self::ChallengeFailed => formatter.write_str("ChallengeFailed"),
            Self::NoPhoto => formatter.write_str("NoPhoto"),
            Self::CameraLost => formatter.write_str("CameraLost"),
        }
    }
}

/// Whether a picture of a paper will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureQuality {
    /// It will.
    Good,
    /// Out of focus, or moved.
    Blurred,
    /// Too little light.
    TooDark,
    /// Too much light.
    TooBright,
    /// Nothing lies there.
    Empty,
}

/// How a print ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintEnd {
    /// All out.
    Completed,
    /// Stopped in the middle; the text id of the reason. The same job can go on, also by itself.
    Incomplete(&'static str),
    /// Over; the text id of the reason. Nothing came out, or no more than was told before.
    Failed(&'static str),
    /// Nobody can tell: a person is asked.
    Unknown,
}

/// An event.
#[derive(Clone)]
pub enum Event {
    /// Time passes; sent at least four times a second. `wall` is the local civil time.
    Tick {
        /// For time-outs.
        now: Instant,
        /// For words and dates.
        wall: jiff::Zoned,
    },
    /// The person did something.
    Action(Action),
    /// A device's state changed.
    Device(DeviceRole, DeviceState),
    /// Faces can be compared here, or the text id of why not. Codes can be scanned all the same.
    FaceModels(Option<&'static str>),
    /// The backend can or cannot be reached.
    Online(bool),
    /// A card lies in the field and is being read.
    CardReading,
    /// A card was read.
    Card(Box<CardData>),
    /// A card gave no data.
    CardProblem(CardProblem),
    /// The card was taken away.
    CardRemoved,
    /// Progress of the running face check.
    Face {
        /// Of [`super::effect::Effect::StartFace`].
        ticket: Ticket,
        /// Present hint.
        hint: FaceHint,
        /// The actions in their order; those before `done` are done.
        order: Vec<Challenge>,
        /// How many are done.
        done: usize,
    },
    /// The face check ended.
    FaceDone {
        /// Of [`super::effect::Effect::StartFace`].
        ticket: Ticket,
        /// How.
        outcome: FaceOutcome,
    },
    /// A code was scanned.
    Code {
        /// Of [`super::effect::Effect::StartScan`].
        ticket: Ticket,
        /// Payload.
        payload: String,
    },
    /// The backend answered, or did not.
    Answer {
        /// Of [`super::effect::Effect::Call`].
        ticket: Ticket,
        /// What came.
        result: CallResult,
    },
    /// A document was fetched, checked and rendered for the preview.
    Document {
        /// Of [`super::effect::Effect::FetchDocument`].
        ticket: Ticket,
        /// Number of pages, or the text id of why it cannot be used.
        result: Result<u32, &'static str>,
    },
    /// A print moved on: page `page` of `pages` is being printed.
    Printing {
        /// Of the print effect.
        ticket: Ticket,
        /// From 1.
        page: u32,
    },
    /// A print ended.
    Printed {
        /// Of the print effect.
        ticket: Ticket,
        /// How.
        end: PrintEnd,
    },
    /// The document camera took a picture, or cannot; the text id of the reason.
    PictureTaken {
        /// Of [`super::effect::Effect::TakePicture`], or of `StartPicture` when the camera is lost.
        ticket: Ticket,
        /// Whether it will do. The picture itself stays with the runtime.
        result: Result<PictureQuality, &'static str>,
    },
    /// A transit card lies on its reader, or something that is none; after a card the wait is over.
    TransitCard {
        /// Of [`super::effect::Effect::WaitTransitCard`].
        ticket: Ticket,
        /// Number and balance.
        result: Result<TransitSeen, TransitFault>,
    },
    /// The card gave its challenge, or did not.
    LoadBegun {
        /// Of [`super::effect::Effect::BeginLoad`].
        ticket: Ticket,
        /// For the issuer.
        result: Result<LoadChallenge, TransitFault>,
    },
    /// A write ended.
    LoadEnded {
        /// Of [`super::effect::Effect::FinishLoad`].
        ticket: Ticket,
        /// How.
        end: LoadEnd,
    },
    /// A payment is in the journal, or could not be written down: then what it announces must not begin.
    PaymentKept {
        /// Of [`super::effect::Effect::KeepPayment`].
        ticket: Ticket,
        /// It is.
        kept: bool,
    },
    /// The backend's last word on a payment.
    PaymentSettled {
        /// Of an [`super::effect::Effect::KeepPayment`] about it.
        ticket: Ticket,
        /// Of the backend.
        payment_id: String,
        /// `done`, `reversed`, `expired` or `manual`.
        state: String,
    },
}
