//! The talk with a remote officer: the queue, what is said and shared, and what came of it. Words and
//! documents travel, moving pictures do not; the page says so.

use std::collections::BTreeMap;

use crate::protocol::call::{CallFailure, CallResult, Method};
use crate::protocol::handover::{VideoMessage, VideoRequest, VideoState};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::{Event, Instant};
use crate::session::link::{Readiness, parse};
use crate::session::stage::{Stage, Turn, button, button_off, say};
use crate::session::ticket::Ticket;
use crate::session::view::{Button, CallStage, Page, Row, Say, Tone};
use crate::text::in_language;

use super::takeaway::{Order, Takeaway};
use super::trouble::{Trouble, Way};

/// Kind of data of the consent to a recording.
const RECORDING: &str = "video";
/// Lines of the talk that are seen at once.
const LINES: usize = 6;
/// Documents that can be opened from the page: the newest ones.
const DOCUMENTS: usize = 2;
/// Paragraphs on one page of a document.
const PARAGRAPHS: usize = 5;
/// Between two looks.
const ASK_EVERY_S: u32 = 1;

/// A shared document that is being read.
struct Reading {
    message: usize,
    page: usize,
}

/// The talk.
pub(in crate::session) struct Video {
    step: usize,
    opening: Option<Ticket>,
    state: Option<VideoState>,
    since: Instant,
    ask_at: Instant,
    asked: Option<Ticket>,
    reading: Option<Reading>,
    takeaway: Takeaway,
}

impl Video {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            opening: None,
            state: None,
            since: Instant::default(),
            ask_at: Instant::default(),
            asked: None,
            reading: None,
            takeaway: Takeaway::default(),
        }
    }

    fn is(&self, state: &str) -> bool {
        self.state.as_ref().is_some_and(|now| now.state == state)
    }

    fn open(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        let service = context.service();
        let op = service.and_then(|service| service.op(service.steps.get(self.step)?.op.as_deref()?));
        let (Some(op), Some(service)) = (op.cloned(), service) else {
            return Turn::Next;
        };
        let body = VideoRequest {
            service_id: service.service.id.clone(),
        };
        self.opening = Some(context.call_op(&op, &body, Keyed::Yes));
        Turn::Stay
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        let again = Box::new(Self::new(self.step));
        let kept = Say::id("trouble.kept.answers");
        Turn::To(Box::new(Trouble::of_call(failure, kept, again)))
    }

    fn opened(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.opening = None;
        match parse::<VideoState>(result) {
            Ok(state) => {
                self.since = context.now;
                self.take(context, state)
            }
            Err(failure) => self.trouble(&failure),
        }
    }

    fn take(&mut self, context: &mut Context, state: VideoState) -> Turn {
        let connected = state.state == "connected" && !self.is("connected");
        if connected {
            self.since = context.now;
        }
        self.ask_at = context.after(ASK_EVERY_S);
        if state.state == "ended" && !state.number.is_empty() {
            let number = state.number.clone();
            if let Some(flow) = &mut context.flow {
                flow.number = Some(number);
            }
        }
        self.state = Some(state);
        Turn::Stay
    }

    fn tick(&mut self, context: &mut Context) -> Turn {
        let Some(id) = self.state.as_ref().map(|state| state.video_id.clone()) else {
            return Turn::Stay;
        };
        if self.is("ended") {
            return Turn::Stay;
        }
        if self.is("waiting") && context.now >= self.latest(context) {
            return self.nobody(context);
        }
        if self.asked.is_none() && context.now >= self.ask_at {
            let path = format!("/v1/video-sessions/{id}");
            self.asked = Some(context.call(Method::Get, &path, &(), Keyed::No));
        }
        Turn::Stay
    }

    /// Nobody is kept waiting longer than this.
    fn latest(&self, context: &Context) -> Instant {
        let video = context.service().and_then(|service| service.video.as_ref());
        let longest = video.map_or(0, |video| video.max_wait_s);
        Instant(self.since.0 + u64::from(longest) * 1000)
    }

    /// An answer that got lost is asked for again; a talk that the backend does not know is over.
    fn looked(&mut self, context: &mut Context, result: &CallResult) -> Turn {
        self.asked = None;
        self.ask_at = context.after(ASK_EVERY_S);
        match parse::<VideoState>(result) {
            Ok(state) => self.take(context, state),
            Err(failure @ CallFailure::Problem(_)) => {
                self.state = None;
                self.trouble(&failure)
            }
            Err(_) => Turn::Stay,
        }
    }

    fn nobody(&mut self, context: &mut Context) -> Turn {
        self.hang_up(context);
        Turn::To(Box::new(Trouble {
            title: Say::id("call.nobody.title"),
            part: None,
            happened: Say::id("call.nobody.happened"),
            kept: Say::id("trouble.kept.answers"),
            now: Say::id("call.nobody.now"),
            code: String::new(),
            main: Say::id("action.try_again"),
            way: Some(Way::Again(Box::new(Self::new(self.step)))),
            edit: false,
        }))
    }

    /// The officer hears that the person has gone.
    fn hang_up(&mut self, context: &mut Context) {
        if !self.is("ended")
            && let Some(state) = self.state.take()
        {
            let path = format!("/v1/video-sessions/{}", state.video_id);
            context.call(Method::Delete, &path, &(), Keyed::No);
        }
    }

    fn act(&mut self, context: &mut Context, action: &Action) -> Turn {
        if let Some(reading) = &mut self.reading {
            match action {
                Action::Next | Action::Back => self.reading = None,
                Action::TurnPage(page) => reading.page = *page,
                _ => {}
            }
            return Turn::Stay;
        }
        match action {
            Action::Next if self.is("ended") => Turn::Next,
            Action::Decline if self.is("waiting") => {
                self.hang_up(context);
                Turn::Back
            }
            Action::Back if self.is("waiting") => Turn::Back,
            Action::Decline if self.is("connected") => {
                self.hang_up(context);
                Turn::Next
            }
            Action::Choose(id) => {
                let messages = self.messages();
                let message = id
                    .parse()
                    .ok()
                    .filter(|at: &usize| messages.get(*at).is_some_and(is_document));
                self.reading = message.map(|message| Reading { message, page: 0 });
                Turn::Stay
            }
            _ => Turn::Stay,
        }
    }

    fn messages(&self) -> &[VideoMessage] {
        self.state
            .as_ref()
            .map(|state| state.messages.as_slice())
            .unwrap_or_default()
    }

    // The page.

    fn lead(&self, state: &VideoState) -> Say {
        match state.state.as_str() {
            "waiting" if state.ahead == 0 => Say::id("call.waiting.next"),
            "waiting" => say("call.waiting", [("n", state.ahead.to_string())]),
            "connected" => Say::Words(state.officer.clone()),
            _ if state.result.is_empty() => Say::id("call.ended"),
            _ => Say::Words(state.result.clone()),
        }
    }

    fn lines(&self, context: &Context, state: &VideoState) -> Vec<Say> {
        let words = |message: &VideoMessage| {
            if is_document(message) {
                let language = &context.preferences.language;
                let title = in_language(&message.words, language).into_owned();
                say("call.document", [("title", title)])
            } else {
                Say::Words(message.words.clone())
            }
        };
        let mut lines = vec![Say::id("call.words_only")];
        if state.state == "waiting" {
            let video = context.service().and_then(|service| service.video.as_ref());
            let minutes = video.map_or(0, |video| video.max_wait_s.div_ceil(60));
            lines.push(say("call.longest", [("n", minutes.to_string())]));
        }
        lines.extend(self.messages().iter().map(words));
        if !state.number.is_empty() {
            lines.push(say("call.number", [("number", state.number.clone())]));
        }
        let old = lines.len().saturating_sub(LINES);
        lines.split_off(old)
    }

    fn next(&self, stage: CallStage) -> Button {
        let off = (stage != CallStage::Ended).then(|| Say::id("call.go.off"));
        button_off(Action::Next, "check", Say::id("call.go"), off)
    }

    fn others(&self, context: &Context, stage: CallStage) -> Vec<Button> {
        let language = &context.preferences.language;
        let documents = self
            .messages()
            .iter()
            .enumerate()
            .filter(|(_, message)| is_document(message));
        let mut others: Vec<Button> = documents
            .rev()
            .take(DOCUMENTS)
            .map(|(at, message)| {
                let title = in_language(&message.words, language).into_owned();
                let text = say("call.read", [("title", title)]);
                button(Action::Choose(at.to_string()), "file-certificate", text)
            })
            .collect();
        match stage {
            CallStage::Waiting => others.push(button(Action::Decline, "x", Say::id("call.give_up"))),
            CallStage::Connected => others.push(button(Action::Decline, "x", Say::id("call.hang_up"))),
            CallStage::Ended => {}
        }
        others
    }

    /// It has ended with a number, and the service has a slip for it.
    fn has_paper(&self) -> bool {
        let numbered = self.state.as_ref().is_some_and(|state| !state.number.is_empty());
        self.is("ended") && numbered && self.takeaway.exists()
    }

    fn ended_page(&self, context: &Context, state: &VideoState) -> Page {
        Page::Outcome {
            tone: Tone::Info,
            title: Say::id("call.ended"),
            lead: self.lead(state),
            rows: vec![Row {
                label: Say::id("pay.row.number"),
                value: Say::Verbatim(state.number.clone()),
                source: None,
            }],
            receipt: self.takeaway.paper(),
            next: self.takeaway.next(),
            others: self.takeaway.others(context),
        }
    }

    fn reading_page(&self, reading: &Reading) -> Option<Page> {
        let message = self.messages().get(reading.message)?;
        let pages = message.paragraphs.len().div_ceil(PARAGRAPHS).max(1);
        let page = reading.page.min(pages - 1);
        Some(Page::Reading {
            title: Say::Words(message.words.clone()),
            paragraphs: message
                .paragraphs
                .iter()
                .skip(page * PARAGRAPHS)
                .take(PARAGRAPHS)
                .map(|words| Say::Words(words.clone()))
                .collect(),
            source: None,
            page,
            pages,
            next: button(Action::Next, "check", Say::id("call.read.done")),
            others: Vec::new(),
        })
    }
}

/// What came of the talk, on paper.
fn paper(context: &Context, state: &VideoState) -> Order {
    let result = in_language(&state.result, &context.preferences.language);
    let row = BTreeMap::from([("label".to_owned(), result.into_owned())]);
    (BTreeMap::new(), vec![row])
}

fn is_document(message: &VideoMessage) -> bool {
    message.kind == "document"
}

/// A talk that is recorded needs its own consent, which a step before has asked for.
fn may_record(context: &Context) -> bool {
    let Some(service) = context.service() else {
        return false;
    };
    let recorded = service.video.as_ref().is_some_and(|video| video.record);
    let agreed = service.consents.iter().any(|consent| {
        let recording = consent.data.iter().any(|data| data == RECORDING);
        recording && context.gave_consent(&consent.template)
    });
    !recorded || agreed
}

impl Stage for Video {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if !may_record(context) {
            let refusal = Trouble::refusal(Say::id("call.not_recorded"), Say::id("refusal.now"));
            return Turn::To(Box::new(refusal));
        }
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        context.open_link();
        self.takeaway = Takeaway::of(context, self.step);
        self.open(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        if self.has_paper() && self.reading.is_none() {
            let order = |context: &Context| self.state.as_ref().map(|state| paper(context, state));
            let order = order(context).unwrap_or_default();
            if let Some(turn) = self.takeaway.on(context, event, &|_| order.clone()) {
                return turn;
            }
        }
        match event {
            Event::Answer { ticket, result } if Some(*ticket) == self.opening => self.opened(context, result),
            Event::Answer { ticket, result } if Some(*ticket) == self.asked => self.looked(context, result),
            Event::Action(action) => self.act(context, action),
            Event::Tick { .. } if self.state.is_some() => self.tick(context),
            _ if self.opening.is_none() && self.state.is_none() => self.open(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let Some(state) = &self.state else {
            return Page::Working {
                what: Say::id("call.opening"),
                sub: Say::id("call.opening.sub"),
            };
        };
        if let Some(page) = self
            .reading
            .as_ref()
            .and_then(|reading| self.reading_page(reading))
        {
            return page;
        }
        if self.has_paper() {
            return self.ended_page(context, state);
        }
        let stage = match state.state.as_str() {
            "waiting" => CallStage::Waiting,
            "connected" => CallStage::Connected,
            _ => CallStage::Ended,
        };
        let title = context
            .service()
            .map(|service| Say::Words((*service.service.title).clone()));
        let seconds = context.now.0.saturating_sub(self.since.0) / 1000;
        Page::Call {
            title: title.unwrap_or_else(|| Say::id("call.opening")),
            stage,
            lead: self.lead(state),
            lines: self.lines(context, state),
            seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
            next: self.next(stage),
            others: self.others(context, stage),
        }
    }

    fn lost(&self) -> Option<Say> {
        if self.takeaway.waits() {
            return Some(Say::id("leave.printing"));
        }
        self.is("connected").then(|| Say::id("leave.call"))
    }

    fn busy(&self, _context: &Context) -> bool {
        !self.is("ended") || self.takeaway.busy()
    }

    fn leave(&mut self, context: &mut Context) {
        self.hang_up(context);
    }
}
