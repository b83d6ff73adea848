//! A separate consent. Refusing is as easy as agreeing; what it leads to is said beforehand.

use serde_json::Value;

use crate::catalogue::model::{ConsentUse, OnRefuse};
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::stage::{Stage, Turn, button};
use crate::session::view::{Page, Row, Say};

use super::login::consent_points;
use super::party_ways::who;
use super::trouble::Trouble;

/// Where an answer leads.
type Leads = Box<dyn Fn(&mut Context) -> Turn + Send>;

/// What agreeing and refusing lead to.
pub(in crate::session) struct Consent {
    pub template: String,
    pub agreed: Leads,
    pub refused: Leads,
    pub back: Leads,
    /// What the button says that refuses.
    pub decline: &'static str,
}

/// The consents of a step, one page each, from the `nth` on; `None` when the step has no more.
pub(in crate::session) fn of_step(context: &Context, step: usize, nth: usize) -> Option<Box<dyn Stage>> {
    let consent = nth_of(context, step, nth)?;
    let (id, on_refuse) = (consent.id.clone(), consent.on_refuse);
    let agreed_id = id.clone();
    Some(Box::new(Consent {
        template: consent.template.clone(),
        agreed: Box::new(move |context| {
            note(context, &agreed_id, "agreed");
            following(context, step, nth)
        }),
        refused: Box::new(move |context| {
            note(context, &id, "refused");
            match on_refuse {
                OnRefuse::Alternative => following(context, step, nth),
                OnRefuse::Exit => Turn::To(Box::new(refusal())),
            }
        }),
        back: Box::new(|_| Turn::Back),
        decline: match on_refuse {
            OnRefuse::Alternative => "consent.decline",
            OnRefuse::Exit => "consent.decline_exit",
        },
    }))
}

fn nth_of(context: &Context, step: usize, nth: usize) -> Option<ConsentUse> {
    let id = context.step(step)?.consents.get(nth)?;
    let consents = &context.service()?.consents;
    consents.iter().find(|consent| consent.id == *id).cloned()
}

fn following(context: &Context, step: usize, nth: usize) -> Turn {
    of_step(context, step, nth + 1).map_or(Turn::Next, Turn::To)
}

/// How it was answered, for the conditions of later steps.
fn note(context: &mut Context, id: &str, answer: &str) {
    let fact = format!("consents.{id}");
    context.person.facts.insert(fact, Value::from(answer));
}

fn refusal() -> Trouble {
    Trouble {
        title: Say::id("consent.refused.title"),
        ..Trouble::refusal(
            Say::id("consent.refused.happened"),
            Say::id("consent.refused.now"),
        )
    }
}

impl Stage for Consent {
    fn enter(&mut self, context: &mut Context) -> Turn {
        // Whoever agreed in this visit already is not asked again.
        if context.gave_consent(&self.template) {
            (self.agreed)(context)
        } else {
            Turn::Stay
        }
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Next) => {
                context.give_consent(&self.template);
                (self.agreed)(context)
            }
            Event::Action(Action::Decline) => {
                context.audit("consent.refused", &[("template", &self.template)]);
                (self.refused)(context)
            }
            Event::Action(Action::Back) => (self.back)(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let text = context.catalogue.consents.get(&self.template);
        let mut points = consent_points(context, &self.template);
        if let Some(text) = text {
            let further = [
                ("consent.processor", &text.processor),
                ("consent.method", &text.method),
                ("consent.necessity", &text.necessity),
                ("consent.effect", &text.effect),
                ("consent.rights", &text.rights),
            ];
            points.extend(further.into_iter().map(|(label, words)| Row {
                label: Say::id(label),
                value: Say::Words((**words).clone()),
                source: None,
            }));
        }
        let title = text.map_or_else(
            || Say::id("consent.title"),
            |text| Say::Words((*text.title).clone()),
        );
        Page::Consent {
            // Each person agrees for themselves: the page says who is asked.
            title: match &context.person.candidate {
                Some(candidate) => Say::All(vec![who(candidate), Say::Verbatim(" · ".to_owned()), title]),
                None => title,
            },
            points,
            agree: button(Action::Next, "check", Say::id("consent.agree")),
            decline: button(Action::Decline, "x", Say::id(self.decline)),
        }
    }
}
