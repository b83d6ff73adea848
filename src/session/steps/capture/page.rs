//! The page of the pictures.

use super::item::Item;
use super::{Capture, Phase};
use crate::catalogue::model::Acquire;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::PictureQuality;
use crate::session::stage::{button, button_off};
use crate::session::view::{Button, CaptureStage, Page, Say};

/// Ids of the choices of the page.
pub(super) const CAMERA: &str = "doc_camera";
pub(super) const TELEPHONE: &str = "telephone";
pub(super) const USE: &str = "use";

impl Capture {
    pub(super) fn draw(&self, context: &Context) -> Page {
        let Some(item) = self.item().filter(|_| !matches!(self.phase, Phase::Opening(_))) else {
            return Page::Working {
                what: Say::id("capture.opening"),
                sub: Say::id("capture.opening.sub"),
            };
        };
        if matches!(self.phase, Phase::Hindered) {
            return self.hindered(context, item);
        }
        Page::Capture {
            title: Say::Words(item.name.clone()),
            lead: self.lead(),
            stage: self.stage(),
            qr: self.qr(),
            number: self.at + 1,
            total: self.items.len(),
            next: self.next(),
            others: self.others(context, item),
        }
    }

    fn stage(&self) -> CaptureStage {
        match self.phase {
            Phase::Taken(_) => CaptureStage::Taken,
            Phase::Telephone { .. } => CaptureStage::Telephone,
            Phase::Sending(_) => CaptureStage::Sending,
            Phase::Told | Phase::Received => CaptureStage::Received,
            _ => CaptureStage::Live,
        }
    }

    fn qr(&self) -> Option<String> {
        let telephone = matches!(self.phase, Phase::Telephone { .. });
        self.upload
            .as_ref()
            .filter(|_| telephone)
            .map(|upload| upload.qr.clone())
    }

    /// What is wrong comes before what is to be done.
    fn lead(&self) -> Say {
        let usual = Say::id(match &self.phase {
            Phase::Told => "capture.told",
            Phase::Taking(_) => "capture.taking",
            Phase::Taken(quality) => quality_words(*quality),
            Phase::Sending(_) => "capture.sending",
            Phase::Telephone { .. } => "capture.telephone",
            Phase::Received => "capture.received",
            _ => "capture.live",
        });
        match &self.problem {
            Some(problem) => Say::All(vec![problem.clone(), usual]),
            None => usual,
        }
    }

    fn next(&self) -> Button {
        let wait = |text| Some(Say::id(text));
        let (icon, text, off) = match &self.phase {
            Phase::Live(_) => ("camera", "capture.take", None),
            Phase::Taking(_) => ("camera", "capture.take", wait("capture.taking")),
            Phase::Taken(PictureQuality::Good) => ("check", "capture.use", None),
            Phase::Taken(_) => ("refresh", "capture.again", None),
            Phase::Sending(_) => ("check", "capture.use", wait("capture.sending")),
            Phase::Telephone { .. } => ("check", "capture.go", wait("capture.telephone.wait")),
            _ => ("check", "capture.go", None),
        };
        button_off(Action::Next, icon, Say::id(text), off)
    }

    fn others(&self, context: &Context, item: &Item) -> Vec<Button> {
        let choose = |id: &str, icon, text| button(Action::Choose(id.to_owned()), icon, Say::id(text));
        let again = button(Action::TryAgain, "refresh", Say::id("capture.again"));
        let mut others = match &self.phase {
            Phase::Taken(PictureQuality::Good) | Phase::Received => vec![again],
            Phase::Taken(PictureQuality::Empty) => Vec::new(),
            Phase::Taken(_) => vec![choose(USE, "check", "capture.use_anyway")],
            _ => Vec::new(),
        };
        if matches!(self.phase, Phase::Live(_) | Phase::Taken(_)) && item.ways.contains(&Acquire::QrUpload) {
            others.push(choose(TELEPHONE, "device-mobile", "capture.by_telephone"));
        }
        if matches!(self.phase, Phase::Telephone { .. }) && item.ways.contains(&Acquire::DocCamera) {
            others.push(button_off(
                Action::Choose(CAMERA.to_owned()),
                "camera",
                Say::id("capture.by_camera"),
                super::off(context, Acquire::DocCamera),
            ));
        }
        let waiting = matches!(
            self.phase,
            Phase::Live(_) | Phase::Taken(_) | Phase::Telephone { .. }
        );
        if waiting && self.may_skip(context) {
            others.push(button(Action::Decline, "x", Say::id("capture.skip")));
        }
        others
    }

    fn hindered(&self, context: &Context, item: &Item) -> Page {
        let reason = self.problem.clone().or_else(|| item.hindrance(context));
        let mut others = vec![button(Action::CallStaff, "headset", Say::id("action.call_staff"))];
        if self.may_skip(context) {
            others.push(button(Action::Decline, "x", Say::id("capture.skip")));
        }
        Page::Problem {
            title: Say::id("capture.hindered.title"),
            part: None,
            happened: reason.unwrap_or_else(|| Say::id("capture.hindered.title")),
            kept: Say::id("trouble.kept.answers"),
            now: Say::id("capture.hindered.now"),
            code: String::new(),
            next: button(Action::TryAgain, "refresh", Say::id("action.try_again")),
            others,
        }
    }
}

fn quality_words(quality: PictureQuality) -> &'static str {
    match quality {
        PictureQuality::Good => "capture.taken",
        PictureQuality::Blurred => "capture.blurred",
        PictureQuality::TooDark => "capture.too_dark",
        PictureQuality::TooBright => "capture.too_bright",
        PictureQuality::Empty => "capture.empty",
    }
}
