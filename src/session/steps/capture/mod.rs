//! Pictures of papers: by the document camera, or with one's own telephone. The pictures themselves
//! never come here: the runtime sends them, and the matter names their place at the backend.

mod item;
mod page;

use crate::catalogue::model::Acquire;
use crate::protocol::call::{CallFailure, CallResult, Method};
use crate::protocol::handover::{UploadRequest, UploadState};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, Event, Instant, PictureQuality};
use crate::session::link::{Readiness, parse};
use crate::session::stage::{Stage, Turn};
use crate::session::ticket::Ticket;
use crate::session::view::{Page, Say};

use super::trouble::Trouble;
use item::{Item, items, off};

/// Between two looks whether the telephone's picture has come.
const ASK_EVERY_S: u32 = 2;
/// A telephone is awaited for so long.
const TELEPHONE_S: u32 = 300;

enum Phase {
    /// It comes by itself: the person is told.
    Told,
    /// A place at the backend is made for the picture.
    Opening(Option<Ticket>),
    Live(Ticket),
    Taking(Ticket),
    Taken(PictureQuality),
    Sending(Ticket),
    Telephone {
        until: Instant,
        ask_at: Instant,
        asked: Option<Ticket>,
    },
    Received,
    /// None of its ways can be taken now.
    Hindered,
}

/// The pictures of one step, one after another.
pub(in crate::session) struct Capture {
    step: usize,
    items: Vec<Item>,
    at: usize,
    way: Option<Acquire>,
    upload: Option<UploadState>,
    /// Why the last picture will not do.
    problem: Option<Say>,
    phase: Phase,
}

impl Capture {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            items: Vec::new(),
            at: 0,
            way: None,
            upload: None,
            problem: None,
            phase: Phase::Opening(None),
        }
    }

    fn item(&self) -> Option<&Item> {
        self.items.get(self.at)
    }

    fn may_skip(&self, context: &Context) -> bool {
        let optional = context
            .service()
            .and_then(|service| service.steps.get(self.step))
            .is_some_and(|step| step.optional);
        optional || self.item().is_some_and(|item| !item.required)
    }

    // From one to the next.

    fn begin(&mut self, context: &mut Context) -> Turn {
        (self.problem, self.upload) = (None, None);
        let Some(item) = self.item() else {
            return Turn::Next;
        };
        if item.comes_by_itself() {
            self.phase = Phase::Told;
            return Turn::Stay;
        }
        if context.person.materials.contains_key(&item.id) {
            self.phase = Phase::Received;
            return Turn::Stay;
        }
        self.open(context)
    }

    fn following(&mut self, context: &mut Context) -> Turn {
        self.at += 1;
        self.begin(context)
    }

    fn back(&mut self, context: &mut Context) -> Turn {
        self.stop(context);
        match self.at.checked_sub(1) {
            Some(at) => {
                self.at = at;
                self.begin(context)
            }
            None => Turn::Back,
        }
    }

    // The place at the backend.

    fn open(&mut self, context: &mut Context) -> Turn {
        let Some(item) = self.item() else {
            return Turn::Next;
        };
        let usable = item.usable(context);
        self.way = self
            .way
            .filter(|way| usable.contains(way))
            .or(usable.first().copied());
        if self.way.is_none() {
            self.phase = Phase::Hindered;
            return Turn::Stay;
        }
        if self.upload.is_some() {
            return self.use_way(context);
        }
        context.open_link();
        self.phase = Phase::Opening(None);
        self.ask_place(context)
    }

    fn ask_place(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        let (Some(item), Some(service)) = (self.item(), context.service()) else {
            return Turn::Next;
        };
        let body = UploadRequest {
            service_id: service.service.id.clone(),
            about: item.id.clone(),
        };
        let ticket = context.call(Method::Post, "/v1/uploads", &body, Keyed::Yes);
        self.phase = Phase::Opening(Some(ticket));
        Turn::Stay
    }

    fn opened(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        match parse::<UploadState>(result) {
            Ok(upload) => {
                self.upload = Some(upload);
                self.use_way(context)
            }
            Err(failure) => self.trouble(&failure),
        }
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        let again = Box::new(Self::new(self.step));
        let kept = Say::id("trouble.kept.answers");
        Turn::To(Box::new(Trouble::of_call(failure, kept, again)))
    }

    // The ways.

    fn use_way(&mut self, context: &mut Context) -> Turn {
        self.phase = match self.way {
            Some(Acquire::DocCamera) => {
                Phase::Live(context.ask_with(|ticket| Effect::StartPicture { ticket }))
            }
            _ => Phase::Telephone {
                until: context.after(context.patience(TELEPHONE_S)),
                ask_at: context.after(ASK_EVERY_S),
                asked: None,
            },
        };
        Turn::Stay
    }

    /// The other way, if the person can take it now.
    fn switch(&mut self, context: &mut Context, way: Acquire) -> Turn {
        let usable = self
            .item()
            .is_some_and(|item| item.usable(context).contains(&way));
        if !usable || self.way == Some(way) {
            return Turn::Stay;
        }
        self.stop(context);
        self.problem = None;
        self.way = Some(way);
        self.open(context)
    }

    /// Closes the camera and throws away what it took.
    fn stop(&mut self, context: &mut Context) {
        if matches!(
            self.phase,
            Phase::Live(_) | Phase::Taking(_) | Phase::Taken(_) | Phase::Sending(_)
        ) {
            context.ask(Effect::StopPicture);
        }
        self.phase = Phase::Hindered;
    }

    fn take(&mut self, context: &mut Context) -> Turn {
        self.problem = None;
        self.phase = Phase::Taking(context.ask_with(|ticket| Effect::TakePicture { ticket }));
        Turn::Stay
    }

    fn taken(&mut self, context: &mut Context, result: Result<PictureQuality, &'static str>) -> Turn {
        match result {
            Ok(quality) => {
                self.phase = Phase::Taken(quality);
                Turn::Stay
            }
            Err(_) => self.camera_lost(context),
        }
    }

    /// The telephone is as good a way; without it the person is told.
    fn camera_lost(&mut self, context: &mut Context) -> Turn {
        self.stop(context);
        self.problem = Some(Say::id("capture.camera_lost"));
        let telephone = self
            .item()
            .is_some_and(|item| item.ways.contains(&Acquire::QrUpload));
        if telephone && self.upload.is_some() {
            self.way = Some(Acquire::QrUpload);
            return self.use_way(context);
        }
        Turn::Stay
    }

    fn send(&mut self, context: &mut Context) -> Turn {
        let Some(upload_id) = self.upload.as_ref().map(|upload| upload.upload_id.clone()) else {
            return self.open(context);
        };
        let ask = |ticket| Effect::SendPicture { ticket, upload_id };
        self.phase = Phase::Sending(context.ask_with(ask));
        Turn::Stay
    }

    fn sent(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        match parse::<UploadState>(result) {
            Ok(upload) if upload.state == "received" => self.received(context),
            Ok(upload) => {
                self.refused(&upload);
                self.use_way(context)
            }
            Err(failure) => {
                self.stop(context);
                self.trouble(&failure)
            }
        }
    }

    fn refused(&mut self, upload: &UploadState) {
        self.problem = Some(if upload.problem.is_empty() {
            Say::id("capture.refused")
        } else {
            Say::Words(upload.problem.clone())
        });
    }

    fn received(&mut self, context: &mut Context) -> Turn {
        self.stop(context);
        self.problem = None;
        if let (Some(item), Some(upload)) = (self.item(), &self.upload) {
            let (id, upload_id) = (item.id.clone(), upload.upload_id.clone());
            context.person.materials.insert(id, upload_id);
        }
        if let Some(flow) = &mut context.flow {
            flow.filled = true;
        }
        self.phase = Phase::Received;
        Turn::Stay
    }

    // The telephone.

    fn telephone_tick(&mut self, context: &mut Context) -> Turn {
        let Phase::Telephone { until, ask_at, asked } = &mut self.phase else {
            return Turn::Stay;
        };
        if context.now >= *until {
            return self.telephone_over();
        }
        if asked.is_none() && context.now >= *ask_at {
            let id = self.upload.as_ref().map(|upload| upload.upload_id.as_str());
            let path = format!("/v1/uploads/{}", id.unwrap_or_default());
            *asked = Some(context.call(Method::Get, &path, &(), Keyed::No));
        }
        Turn::Stay
    }

    fn telephone_over(&mut self) -> Turn {
        self.problem = Some(Say::id("capture.telephone.over"));
        self.upload = None;
        self.phase = Phase::Hindered;
        Turn::Stay
    }

    /// No answer is asked for again: the wait ends by its own clock.
    fn looked(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        let found = parse::<UploadState>(result);
        match found.as_ref().map(|upload| upload.state.as_str()) {
            Ok("received") => return self.received(context),
            Ok("expired") => return self.telephone_over(),
            Ok("refused") => {
                if let Ok(upload) = &found {
                    self.refused(upload);
                }
            }
            _ => {}
        }
        if let Phase::Telephone { ask_at, asked, .. } = &mut self.phase {
            (*ask_at, *asked) = (context.after(ASK_EVERY_S), None);
        }
        Turn::Stay
    }

    fn act(&mut self, context: &mut Context, action: &Action) -> Turn {
        match (&self.phase, action) {
            (Phase::Sending(_) | Phase::Taking(_) | Phase::Opening(_), _) => Turn::Stay,
            (_, Action::Back) => self.back(context),
            (_, Action::Decline) if self.may_skip(context) => {
                self.stop(context);
                self.following(context)
            }
            (_, Action::Choose(id)) if id == page::CAMERA => self.switch(context, Acquire::DocCamera),
            (_, Action::Choose(id)) if id == page::TELEPHONE => self.switch(context, Acquire::QrUpload),
            (Phase::Told | Phase::Received, Action::Next) => self.following(context),
            (Phase::Received, Action::TryAgain) => self.open(context),
            (Phase::Live(_), Action::Next) => self.take(context),
            (Phase::Taken(PictureQuality::Good), Action::Next) => self.send(context),
            (Phase::Taken(PictureQuality::Empty), Action::Choose(_)) => Turn::Stay,
            (Phase::Taken(_), Action::Choose(id)) if id == page::USE => self.send(context),
            (Phase::Taken(_), Action::Next | Action::TryAgain) => self.use_way(context),
            (Phase::Hindered, Action::Next | Action::TryAgain) => self.open(context),
            _ => Turn::Stay,
        }
    }

    fn answered(&mut self, context: &mut Context, ticket: Ticket, result: &CallResult) -> Turn {
        match &self.phase {
            Phase::Opening(mine) if *mine == Some(ticket) => self.opened(context, result),
            Phase::Sending(mine) if *mine == ticket => self.sent(context, result),
            Phase::Telephone { asked, .. } if *asked == Some(ticket) => self.looked(context, result),
            Phase::Opening(None) => self.ask_place(context),
            _ => Turn::Stay,
        }
    }
}

impl Stage for Capture {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        self.items = items(context, self.step);
        self.at = 0;
        self.begin(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match (event, &self.phase) {
            (Event::Action(action), _) => self.act(context, action),
            (Event::Answer { ticket, result }, _) => self.answered(context, *ticket, result),
            (Event::PictureTaken { ticket, result }, Phase::Live(mine) | Phase::Taking(mine))
                if ticket == mine =>
            {
                self.taken(context, *result)
            }
            (Event::Device(DeviceRole::DocCamera, _), Phase::Live(_))
                if off(context, Acquire::DocCamera).is_some() =>
            {
                self.camera_lost(context)
            }
            (Event::Tick { .. }, Phase::Telephone { .. }) => self.telephone_tick(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        self.draw(context)
    }

    fn busy(&self, _context: &Context) -> bool {
        matches!(
            self.phase,
            Phase::Opening(_) | Phase::Taking(_) | Phase::Sending(_) | Phase::Telephone { .. }
        )
    }

    fn leave(&mut self, context: &mut Context) {
        self.stop(context);
    }
}
