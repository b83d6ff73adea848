//! Names of what happens, for the transcript of a visit: never contents, so never personal data.

use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{Event, Instant};
use crate::session::transit::LoadEnd;
use crate::session::view::{Dialog, Page, View};
use crate::store::template_of;

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Note {
    /// The person did something.
    Action(String),
    /// Something happened.
    Event(String),
    /// Something was begun.
    Effect(String),
    /// A page, with its dialog after a slash.
    Page(String),
}

/// Hears of everything that happens in the loop; must not wait.
pub type Observer = Box<dyn FnMut(Instant, Note) + Send>;

/// Ticks are not worth a line.
pub(super) fn of_event(event: &Event) -> Option<Note> {
    let name = match event {
        Event::Tick { .. } => return None,
        Event::Action(action) => return Some(Note::Action(action_name(action))),
        Event::Device(role, state) => format!("device {role:?} {state:?}"),
        Event::FaceModels(off) => format!("face models {off:?}"),
        Event::Online(online) => format!("online {online}"),
        Event::CardReading => "card reading".to_owned(),
        Event::Card(_) => "card read".to_owned(),
        Event::CardProblem(problem) => format!("card problem {problem:?}"),
        Event::CardRemoved => "card removed".to_owned(),
        Event::Face { hint, done, .. } => format!("face {hint:?} done {done}"),
        Event::FaceDone { outcome, .. } => format!("face ended {outcome:?}"),
        Event::Code { .. } => "code".to_owned(),
        Event::Answer { result: Ok(_), .. } => "answer".to_owned(),
        Event::Answer {
            result: Err(failure), ..
        } => format!("answer {}", failure_name(failure)),
        Event::Document { result, .. } => format!("document {result:?}"),
        Event::Printing { page, .. } => format!("printing page {page}"),
        Event::Printed { end, .. } => format!("printed {end:?}"),
        Event::PictureTaken { result, .. } => format!("picture {result:?}"),
        Event::TransitCard { result, .. } => match result {
            Ok(_) => "transit card read".to_owned(),
            Err(fault) => format!("transit card {fault:?}"),
        },
        Event::LoadBegun { result, .. } => match result {
            Ok(_) => "load begun".to_owned(),
            Err(fault) => format!("load not begun {fault:?}"),
        },
        Event::LoadEnded { end, .. } => format!("load ended {}", load_end(*end)),
        Event::PaymentKept { kept, .. } => format!("payment kept {kept}"),
        Event::PaymentSettled { state, .. } => format!("payment settled {state}"),
    };
    Some(Note::Event(name))
}

fn load_end(end: LoadEnd) -> String {
    match end {
        LoadEnd::Loaded { .. } => "loaded".to_owned(),
        LoadEnd::NotWritten(fault) => format!("not written {fault:?}"),
        LoadEnd::Unknown { .. } => "unknown".to_owned(),
    }
}

fn failure_name(failure: &crate::protocol::call::CallFailure) -> String {
    use crate::protocol::call::CallFailure;
    match failure {
        CallFailure::Offline => "offline".to_owned(),
        CallFailure::Unconfirmed => "unconfirmed".to_owned(),
        CallFailure::Malformed(_) => "malformed".to_owned(),
        CallFailure::Problem(problem) => format!("problem {}", problem.case()),
    }
}

/// Ids of the catalogue are named, what a person typed or wrote is not.
fn action_name(action: &Action) -> String {
    match action {
        Action::Type(_) => "Type".to_owned(),
        Action::Sign(drawing) => format!("Sign with {} strokes", drawing.strokes.len()),
        Action::Rate(_) => "Rate".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(super) fn of_effect(effect: &Effect) -> Note {
    Note::Effect(match effect {
        Effect::Call { call, .. } => format!("call {:?} {}", call.method, template_of(&call.path)),
        Effect::StartFace { chip_photo, .. } => format!("start face, chip photo {}", chip_photo.is_some()),
        Effect::StopFace => "stop face".to_owned(),
        Effect::StartScan { camera, .. } => format!("start scan, camera {camera}"),
        Effect::StopScan => "stop scan".to_owned(),
        Effect::PrintReceipt { order, .. } => format!("print receipt {}", order.template),
        Effect::FetchDocument { .. } => "fetch document".to_owned(),
        Effect::PrintDocument { .. } => "print document".to_owned(),
        Effect::ResumePrint { .. } => "resume print".to_owned(),
        Effect::EndPrint { .. } => "end print".to_owned(),
        Effect::StartPicture { .. } => "start picture".to_owned(),
        Effect::TakePicture { .. } => "take picture".to_owned(),
        Effect::StopPicture => "stop picture".to_owned(),
        Effect::SendPicture { .. } => "send picture".to_owned(),
        Effect::WaitTransitCard { known, .. } => format!("wait for transit card, known {}", known.is_some()),
        Effect::StopTransit => "stop waiting for transit card".to_owned(),
        Effect::BeginLoad { .. } => "begin load".to_owned(),
        Effect::FinishLoad { .. } => "finish load".to_owned(),
        Effect::KeepPayment { .. } => "keep payment".to_owned(),
        Effect::Speak { .. } => "speak".to_owned(),
        Effect::Tone { .. } => "tone".to_owned(),
        Effect::StopSpeaking => "stop speaking".to_owned(),
        Effect::Audit(record) => format!("audit {}", record.id),
        Effect::Wipe { .. } => "wipe".to_owned(),
    })
}

pub(super) fn of_view(view: &View) -> Note {
    let page = page_name(&view.page);
    Note::Page(dialog_name(view).map_or_else(|| page.to_owned(), |dialog| format!("{page}/{dialog}")))
}

/// Name of the open dialog.
pub fn dialog_name(view: &View) -> Option<&'static str> {
    Some(match view.dialog.as_ref()? {
        Dialog::Idle { .. } => "idle",
        Dialog::Comfort => "comfort",
        Dialog::StaffCalled { .. } => "staff_called",
        Dialog::Leave { .. } => "leave",
    })
}

/// Name of a page, as scripts and file names use it.
pub fn page_name(page: &Page) -> &'static str {
    match page {
        Page::Attract => "attract",
        Page::Home { .. } => "home",
        Page::List { .. } => "list",
        Page::Service { .. } => "service",
        Page::LoginWays { .. } => "login_ways",
        Page::Consent { .. } => "consent",
        Page::Card { .. } => "card",
        Page::Face { .. } => "face",
        Page::FaceAgain { .. } => "face_again",
        Page::SmsCode { .. } => "sms_code",
        Page::StaffWitness { .. } => "staff_witness",
        Page::Form { .. } => "form",
        Page::Signature { .. } => "signature",
        Page::Review { .. } => "review",
        Page::Working { .. } => "working",
        Page::Submitted { .. } => "submitted",
        Page::Table { .. } => "table",
        Page::Scan { .. } => "scan",
        Page::Outcome { .. } => "outcome",
        Page::Reading { .. } => "reading",
        Page::Choose { .. } => "choose",
        Page::Record { .. } => "record",
        Page::Slots { .. } => "slots",
        Page::Household { .. } => "household",
        Page::Capture { .. } => "capture",
        Page::Pay { .. } => "pay",
        Page::Call { .. } => "call",
        Page::Timeline { .. } => "timeline",
        Page::Certificate { .. } => "certificate",
        Page::Problem { .. } => "problem",
        Page::Rating { .. } => "rating",
        Page::Goodbye { .. } => "goodbye",
        Page::OutOfService { .. } => "out_of_service",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_words_and_ratings_are_not_named() {
        let note = of_event(&Event::Action(Action::Type("440106194402290028".to_owned())));
        assert_eq!(note, Some(Note::Action("Type".to_owned())));
        let note = of_event(&Event::Action(Action::Rate(2)));
        assert_eq!(note, Some(Note::Action("Rate".to_owned())));
    }
}
