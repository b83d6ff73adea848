//! From stop to stop of a plan, home, and to the one end of a visit.

use crate::protocol::call::Method;

use super::browse::Browse;
use super::context::{Context, Keyed, Papers, Preferences};
use super::duty::may_use;
use super::effect::Effect;
use super::event::Event;
use super::flow::Flow;
use super::goodbye::Goodbye;
use super::person::Person;
use super::plan::Stop;
use super::stage::{Stage, Turn};
use super::view::Say;
use super::{Open, Place, Session, steps};

/// Stages that pass in a row without a page; more would be a circle.
const MOST_TURNS: usize = 32;

impl Session {
    pub(super) fn begin(&mut self, id: &str) {
        let Some(service) = self.context.catalogue.service(id) else {
            return;
        };
        let signed_in = match service.staff {
            Some(_) => may_use(self.context.duty.as_ref(), service),
            None => self.context.identified(),
        };
        let flow = Flow::new(service, signed_in, self.context.now);
        self.context.person.forget_matter();
        self.context.flow = Some(flow);
        self.context.begin_facts();
        self.context.begin_consents();
        self.context.then_home = false;
        self.context.audit("service.started", &[("service_id", id)]);
        self.go_to(0);
    }

    /// Another service goes on from here; the person stays signed in.
    fn begin_instead(&mut self, id: &str) {
        self.leave_stage();
        self.end_matter("left");
        self.begin(id);
    }

    /// Lets the present stage take an event.
    pub(super) fn pass(&mut self, event: &Event) {
        if let Place::Stage(stage) = &mut self.place {
            let turn = stage.on(&mut self.context, event);
            self.turn(turn);
        }
    }

    /// Enters stages until one stays.
    fn turn(&mut self, mut turn: Turn) {
        for _ in 0..MOST_TURNS {
            let at = self.context.flow.as_ref().map_or(0, |flow| flow.at);
            turn = match turn {
                Turn::Stay => return,
                Turn::Next => self.enter_stop(at + 1),
                Turn::Back => match self.earlier() {
                    Some(earlier) => self.enter_stop(earlier),
                    None => return self.leave_flow(),
                },
                Turn::To(stage) => self.enter(stage),
                Turn::Ways if self.context.person.candidate.is_some() => {
                    self.enter(Box::new(steps::party_ways::PartyWays))
                }
                Turn::Ways => self.enter_found(|stop| stop == Stop::Ways),
                Turn::Authorise => self.enter_found(|stop| matches!(stop, Stop::Authorise(_))),
                Turn::Edit(step) => {
                    self.enter_found(|stop| stop.asks() && (step.is_none() || step == stop.step()))
                }
                Turn::Rate => self.enter_found(|stop| matches!(stop, Stop::Rate | Stop::Finish)),
                Turn::Begin(id) => return self.begin_instead(&id),
                Turn::Home => return self.home(),
                Turn::End => return self.finish(),
            };
        }
        // A circle would be a fault of ours: the person gets home rather than stuck.
        self.home();
    }

    fn go_to(&mut self, at: usize) {
        let turn = self.enter_stop(at);
        self.turn(turn);
    }

    fn enter_found(&mut self, wanted: impl Fn(Stop) -> bool) -> Turn {
        let plan = self
            .context
            .flow
            .as_ref()
            .map(|flow| flow.plan.as_slice())
            .unwrap_or_default();
        match plan.iter().position(|stop| wanted(*stop)) {
            Some(at) => self.enter_stop(at),
            None => Turn::End,
        }
    }

    /// Where "back" leads in the present matter.
    fn earlier(&self) -> Option<usize> {
        let context = &self.context;
        context.flow.as_ref()?.earlier(|stop| context.applies(stop))
    }

    /// Enters the first stop from a place on that applies.
    fn enter_stop(&mut self, from: usize) -> Turn {
        let Some(flow) = &self.context.flow else {
            return Turn::Home;
        };
        let at = flow.following(from, |stop| self.context.applies(stop));
        let Some(flow) = &mut self.context.flow else {
            return Turn::Home;
        };
        flow.at = at;
        let stop = flow.stop();
        self.context.person.candidate = None;
        if let Stop::Identify(step) = stop {
            self.leave_stage();
            return steps::identify_party::begin(&mut self.context, step);
        }
        match stage_of(stop, &self.context) {
            Some(stage) => self.enter(stage),
            None => Turn::End,
        }
    }

    fn enter(&mut self, mut stage: Box<dyn Stage>) -> Turn {
        self.leave_stage();
        let turn = stage.enter(&mut self.context);
        self.place = Place::Stage(stage);
        turn
    }

    fn leave_stage(&mut self) {
        if let Place::Stage(stage) = &mut self.place {
            stage.leave(&mut self.context);
        }
    }

    /// What would be lost by leaving now.
    pub(super) fn lost(&self) -> Option<Say> {
        let Place::Stage(stage) = &self.place else {
            return None;
        };
        let flow = self.context.flow.as_ref();
        let kept = self.context.person.letter.is_some();
        let filled = flow.is_some_and(|flow| flow.filled && flow.number.is_none() && !kept);
        stage.lost().or_else(|| filled.then(|| Say::id("leave.what")))
    }

    /// "Back" from the first page of a matter: the service page again, or home once identified in between.
    fn leave_flow(&mut self) {
        let service = self.context.flow.as_ref().map(|flow| flow.service.clone());
        if let Some(what) = self.lost() {
            self.open = Some(Open::Leave { home: true, what });
            return;
        }
        self.home();
        if let Some(id) = service {
            self.place = Place::Browse(Browse::Service {
                id,
                from: Box::new(Browse::Home),
            });
        }
    }

    pub(super) fn home(&mut self) {
        self.leave_stage();
        self.end_matter("left");
        self.context.person.forget_matter();
        self.context.flow = None;
        if !self.context.identified() {
            // Nobody is signed in: only a card that still lies there is known on the home page.
            let card = self.context.person.card.take().filter(|_| self.context.card_lies);
            self.context.person = Person::default();
            // Another card that was put down since then is the one that lies there.
            if self.context.card_data.is_none() {
                self.context.card_data = card.map(Box::new);
            }
        }
        self.place = Place::Browse(Browse::Home);
    }

    /// The plan is done.
    fn finish(&mut self) {
        let assists = self.context.service().and_then(|service| service.staff.as_ref());
        let assists = assists.is_some_and(|work| work.acts_for_resident);
        if std::mem::take(&mut self.context.then_home) || assists {
            self.end_matter("done");
            self.home();
        } else {
            self.end("done");
        }
    }

    fn end_matter(&mut self, outcome: &str) {
        if let Some(flow) = self.context.flow.take() {
            let seconds = self.context.now.0.saturating_sub(flow.started.0) / 1000;
            let (id, seconds) = (flow.service, seconds.to_string());
            self.context.audit(
                "service.ended",
                &[
                    ("service_id", &id),
                    ("outcome", outcome),
                    ("duration_s", &seconds),
                ],
            );
        }
    }

    /// The one end of a visit, whatever ends it.
    pub(super) fn end(&mut self, outcome: &str) {
        self.leave_stage();
        self.place = Place::Attract;
        self.end_matter(outcome);
        if let Some(id) = self.context.link.session_id.take() {
            self.context
                .call(Method::Delete, &format!("/v1/sessions/{id}"), &(), Keyed::No);
        }
        let (papers, known) = (self.context.papers, self.context.identified());
        self.context.audit("visit.ended", &[("outcome", outcome)]);
        self.context.ask(Effect::StopSpeaking);
        self.context.ask(Effect::Wipe {
            session: self.context.number,
        });
        self.context.forget_visit();
        self.idle = None;
        self.open = None;
        self.spoken = None;
        let something_to_take = self.context.card_lies || papers != Papers::default();
        let said_goodbye = known && outcome != "timeout";
        if something_to_take || said_goodbye {
            self.place = Place::Goodbye(Goodbye::new(&self.context, papers));
        } else {
            self.rest();
        }
    }

    /// Back to the attract page, with the settings of nobody.
    pub(super) fn rest(&mut self) {
        self.place = Place::Attract;
        self.spoken = None;
        self.context.preferences = Preferences::start(&self.context.settings);
    }
}

fn stage_of(stop: Stop, context: &Context) -> Option<Box<dyn Stage>> {
    Some(match stop {
        Stop::Ways => Box::new(steps::login::Login::default()),
        Stop::Card => Box::new(steps::card::Card::default()),
        Stop::Check => steps::face::check_stage(context.way?),
        Stop::Duty => Box::new(steps::witness::Witness::on_duty()),
        Stop::Resume(step) => Box::new(steps::resume::Resume::new(step)),
        Stop::Fetch(step) => Box::new(steps::prefill::Fetch::new(step)),
        Stop::Notice(step) => Box::new(steps::notice::Notice::new(step)),
        Stop::Consent(step) => steps::consent::of_step(context, step, 0)?,
        Stop::Form(step, part) => Box::new(steps::form::Form::new(step, part)),
        Stop::Select(step) => Box::new(steps::select::Select::new(step)),
        Stop::Listing(step) => Box::new(steps::listing::Listing::new(step)),
        Stop::Book(step) => Box::new(steps::book::Book::new(step)),
        Stop::Search(step) => steps::search::stage(context, step),
        Stop::Classify(step) => Box::new(steps::classify::Classify::new(step)),
        Stop::Save(_) => Box::new(steps::draft::Save::default()),
        // Begun without a page of its own: see `enter_stop`.
        Stop::Identify(_) => return None,
        Stop::Parties(step) => Box::new(steps::parties::Parties::new(step)),
        Stop::Authorise(step) => Box::new(steps::authorise::Authorise::new(step)),
        Stop::Review(step) => Box::new(steps::review::Review::new(step)),
        Stop::Sign(step) => Box::new(steps::sign::Sign::new(step)),
        Stop::Submit(step) => Box::new(steps::submit::Submit::new(step)),
        Stop::Done(step) => Box::new(steps::submitted::Submitted::new(step)),
        Stop::Wait(step) => Box::new(steps::wait::Wait::new(step)),
        Stop::Certificate(step) => Box::new(steps::print::Certificate::new(step)),
        Stop::Scan(step) => Box::new(steps::verify::Scan::new(step)),
        Stop::Capture(step) => Box::new(steps::capture::Capture::new(step)),
        Stop::Video(step) => Box::new(steps::video::Video::new(step)),
        Stop::Devices(step) => Box::new(steps::devices::Devices::new(step)),
        Stop::Pay(step) => Box::new(steps::pay::Pay::new(step)),
        Stop::Table(step) => Box::new(steps::result::Table::new(step)),
        Stop::Verdict(step) => Box::new(steps::result::Verdict::new(step)),
        Stop::Outcome(step) => Box::new(steps::outcome::Outcome::new(step)),
        Stop::Rate => Box::new(steps::evaluate::Rating::default()),
        Stop::Finish => return None,
    })
}
