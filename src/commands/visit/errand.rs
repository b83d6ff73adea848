//! A resident without a script: walks a service from its tile to its paper, doing on each page what
//! the page asks for. One such walk is generated for every service file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::catalogue::Catalogue;
use crate::catalogue::model::FieldType;
use crate::session::action::Action;
use crate::session::view::{Button, CallStage, CaptureStage, CardPrompt, Choice, Dialog, Field, Page, Paper, PayStage, Say, View};

use super::script::signature;

/// What one goes to the terminal for, and what one would say there. Everything has a usual answer,
/// so that a new service needs none of this.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Errand {
    /// Whose cards are placed: the applicant's, then those of the others in the order in which they are asked
    /// for; `d1`, then `d2`, … without.
    pub people: Vec<String>,
    /// Answers by field id, where the usual one of the field's type will not do.
    pub answers: BTreeMap<String, String>,
    /// Things to choose by id, before all others.
    pub choose: Vec<String>,
    /// What happens around the terminal when a page comes for the first time, by the page's name.
    pub world: BTreeMap<String, Vec<String>>,
    /// Number and PIN of the member of staff, where not every one will do.
    pub staff: Option<(String, String)>,
    /// The page at which the errand is over, instead of the end of the visit.
    pub ends_at: Option<String>,
}

/// What the resident does next.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    /// Touches the screen.
    Act(Action),
    /// Several touches at once: focus, type, next.
    Acts(Vec<Action>),
    /// Types the code of the message.
    TypeCode,
    /// Something happens around the terminal.
    World(String),
    /// Time passes.
    Wait,
    /// Nothing can be done here.
    Stuck(String),
}

/// The sample member of staff who looks at card and person.
const WITNESS: (&str, &str) = ("1001", "246810");
/// What is laid under the document camera.
const PAPER: &str = "doc:paper";
/// Words for every text.
const WORDS: &str = "需要帮助办这件事";

/// A resident on an errand.
pub(super) struct Resident<'a> {
    pub errand: &'a Errand,
    pub service: &'a str,
    pub catalogue: &'a Catalogue,
    /// Other people whose cards were placed.
    pub others: usize,
    /// A card lies on the reader.
    pub card_lies: bool,
    /// A card was placed, and the page has not noticed yet.
    pub card_placed: bool,
    /// Strokes were written on the present page.
    pub signed: bool,
    /// Things of lists that were looked at.
    pub looked_at: BTreeSet<String>,
    /// What others have done once already.
    pub world_done: BTreeSet<&'static str>,
    /// The service was opened: back at home there is nothing left to do.
    pub opened: bool,
}

impl Resident<'_> {
    /// What this view asks for.
    pub fn deed(&mut self, view: &View) -> Deed {
        let deed = match view.dialog {
            // Waiting for others is not being away.
            Some(Dialog::Idle { .. }) => Deed::Act(Action::MoreTime),
            _ => self.deed_on(&view.page),
        };
        self.signed = matches!(deed, Deed::Act(Action::Sign(_)));
        self.card_placed &= matches!(view.page, Page::Card { .. });
        deed
    }

    fn deed_on(&mut self, page: &Page) -> Deed {
        match page {
            Page::Attract => Deed::Act(Action::Start),
            Page::Home { .. } if self.opened => Deed::Act(Action::Leave),
            Page::Home { .. } => {
                self.opened = true;
                Deed::Act(Action::OpenService(self.service.to_owned()))
            }
            Page::Service { start, .. } => match &start.off {
                Some(reason) => Deed::Stuck(format!("the service cannot be started: {reason:?}")),
                None => Deed::Act(Action::Next),
            },
            Page::LoginWays { ways, next, .. } if next.off.is_some() => way(ways),
            Page::Card { prompt, .. } => self.card(prompt),
            Page::SmsCode { .. } => Deed::TypeCode,
            Page::StaffWitness { .. } => {
                let (number, pin) = self.errand.staff.as_ref().map_or(WITNESS, |(number, pin)| (number, pin));
                Deed::Acts(vec![
                    Action::Focus("number".to_owned()),
                    Action::Clear,
                    Action::Type(number.to_owned()),
                    Action::Focus("pin".to_owned()),
                    Action::Clear,
                    Action::Type(pin.to_owned()),
                    Action::Next,
                ])
            }
            Page::Reading {
                page, pages, next, ..
            } => match &next.off {
                Some(_) if page + 1 < *pages => Deed::Act(Action::TurnPage(page + 1)),
                Some(_) => Deed::Wait,
                None => Deed::Act(Action::Next),
            },
            Page::Choose {
                choices,
                next: Some(next),
                ..
            } => self.choose(choices, next.off.is_none()),
            Page::Choose { choices, others, .. } => self.look(choices, others),
            Page::Slots {
                days, times, next, ..
            } => match (&next.off, first(times), first(days)) {
                (None, ..) => Deed::Act(Action::Next),
                (_, Some(time), _) => Deed::Act(Action::Choose(time.id.clone())),
                (_, None, Some(day)) => Deed::Act(Action::Choose(day.id.clone())),
                _ => Deed::Stuck("no time is free".to_owned()),
            },
            Page::Form { fields, .. } => self.form(fields),
            Page::Household { next, others, .. } if next.off.is_some() && self.adds(others).is_some() => {
                Deed::Act(Action::Choose(self.adds(others).unwrap_or_default()))
            }
            Page::Household { members, next, .. } => {
                let waiting = members
                    .iter()
                    .find(|member| member.signed == Some(false) && member.act.is_some());
                match (waiting, &next.off) {
                    (Some(member), _) => Deed::Act(Action::Choose(member.id.clone())),
                    (None, None) => Deed::Act(Action::Next),
                    (None, Some(reason)) => Deed::Stuck(format!("the household is not complete: {reason:?}")),
                }
            }
            Page::Capture { next, .. } if next.off.is_some() => Deed::Wait,
            // What can still be read is used though it is not sharp.
            Page::Capture { others, .. } if offers(others, "use") => Deed::Act(Action::Choose("use".to_owned())),
            Page::Capture { .. } if !self.world_done.contains(PAPER) && self.usual_paper() => self.once(PAPER),
            Page::Capture { stage, .. } => match stage {
                CaptureStage::Live | CaptureStage::Taken | CaptureStage::Received => Deed::Act(Action::Next),
                CaptureStage::Sending | CaptureStage::Telephone => Deed::Wait,
            },
            Page::Review { declared: false, .. } => Deed::Act(Action::Toggle("declaration".to_owned())),
            Page::Signature { written: false, .. } if !self.signed => Deed::Act(Action::Sign(signature())),
            Page::Signature { written: false, .. } | Page::Working { .. } => Deed::Wait,
            Page::Pay {
                stage: PayStage::Card,
                next,
                ..
            } if next.off.is_none() => Deed::Act(Action::Next),
            Page::Pay { stage, .. } => match stage {
                PayStage::Done | PayStage::Reversed => Deed::Act(Action::Next),
                PayStage::Manual => Deed::Stuck("staff must clear the payment up".to_owned()),
                PayStage::Paying => self.once("telephone:pay"),
                _ => Deed::Wait,
            },
            Page::Call { stage, .. } => match stage {
                CallStage::Ended => Deed::Act(Action::Next),
                CallStage::Waiting => self.once("officer:answer"),
                CallStage::Connected => self.once("officer:end=都说清楚了"),
            },
            Page::Certificate { paper, .. } => when_out(paper),
            Page::Submitted { receipt, .. }
            | Page::Table { receipt, .. }
            | Page::Outcome { receipt, .. }
            | Page::Record { receipt, .. }
            | Page::Timeline { receipt, .. } => when_out(receipt),
            Page::Scan { .. } => Deed::Wait,
            Page::Rating { .. } => Deed::Act(Action::SkipRating),
            Page::Goodbye { .. } if self.card_lies => {
                self.card_lies = false;
                Deed::World("card:remove".to_owned())
            }
            Page::Goodbye { .. } => Deed::Wait,
            Page::LoginWays { .. } | Page::Consent { .. } | Page::Review { .. } | Page::Signature { .. } => {
                Deed::Act(Action::Next)
            }
            // The rules advise against it, and one may go on.
            Page::Problem {
                kept: Say::Id("warning.kept", _),
                ..
            } => Deed::Act(Action::Next),
            Page::Problem {
                happened, kept, code, ..
            } => Deed::Stuck(format!("{happened:?} {kept:?} {code}")),
            Page::Face { .. } | Page::FaceAgain { .. } | Page::List { .. } | Page::OutOfService { .. } => {
                Deed::Stuck("this page has no place in an errand".to_owned())
            }
        }
    }

    /// Others do something once; then it takes its time.
    fn once(&mut self, act: &'static str) -> Deed {
        if self.world_done.insert(act) {
            Deed::World(act.to_owned())
        } else {
            Deed::Wait
        }
    }

    /// Nothing else is laid under the document camera.
    fn usual_paper(&self) -> bool {
        !self.errand.world.contains_key("capture")
    }

    /// The applicant's card, or that of the next of the others; the one before is taken away first.
    fn card(&mut self, prompt: &CardPrompt) -> Deed {
        if self.card_placed || *prompt == CardPrompt::Reading {
            return Deed::Wait;
        }
        if self.card_lies {
            self.card_lies = false;
            return Deed::World("card:remove".to_owned());
        }
        let whose = if matches!(prompt, CardPrompt::Other(_)) {
            self.others += 1;
            self.others
        } else {
            0
        };
        self.card_lies = true;
        self.card_placed = true;
        let usual = || format!("d{}", whose + 1);
        let person = self.errand.people.get(whose).cloned().unwrap_or_else(usual);
        Deed::World(format!("card:{person}"))
    }

    /// A list in which nothing has to be chosen: one thing is looked at, and that was it.
    fn look(&mut self, choices: &[Choice], others: &[Button]) -> Deed {
        let wanted = |choice: &&Choice| self.errand.choose.contains(&choice.id);
        let thing = choices.iter().find(wanted).or_else(|| first(choices));
        let leave = others.iter().find(|button| button.action == Action::AnotherMatter);
        match (thing, leave) {
            (Some(thing), _) if self.looked_at.insert(thing.id.clone()) => {
                Deed::Act(Action::Choose(thing.id.clone()))
            }
            (_, Some(_)) => Deed::Act(Action::AnotherMatter),
            (Some(thing), None) => Deed::Act(Action::Choose(thing.id.clone())),
            (None, None) => Deed::Stuck("there is nothing to choose".to_owned()),
        }
    }

    /// How one more person is added, where one can be: by card, with as many cards as there are people.
    fn adds(&self, others: &[Button]) -> Option<String> {
        let cards = self.others + 1 < self.errand.people.len();
        let ways = if cards { ["add_by_card", "add_by_typing"] } else { ["add_by_typing", "add_by_card"] };
        ways.into_iter().find(|way| offers(others, way)).map(str::to_owned)
    }

    fn choose(&self, choices: &[Choice], ready: bool) -> Deed {
        let can = |choice: &&Choice| choice.off.is_none();
        let wanted = choices
            .iter()
            .filter(can)
            .find(|choice| self.errand.choose.contains(&choice.id));
        match wanted.filter(|choice| !choice.chosen) {
            Some(choice) => Deed::Act(Action::Choose(choice.id.clone())),
            None if ready => Deed::Act(Action::Next),
            None => match first(choices) {
                Some(choice) => Deed::Act(Action::Choose(choice.id.clone())),
                None => Deed::Stuck("there is nothing to choose".to_owned()),
            },
        }
    }

    fn form(&self, fields: &[Field]) -> Deed {
        let open = |field: &&Field| {
            let chosen = field.options.iter().any(|option| option.chosen);
            field.editable
                && if field.options.is_empty() {
                    field.value.is_empty()
                } else {
                    !chosen
                }
        };
        match fields.iter().find(open) {
            Some(field) => self.fill(field),
            None => Deed::Acts(vec![Action::Focus(String::new()), Action::Next]),
        }
    }

    fn fill(&self, field: &Field) -> Deed {
        let wanted = self.errand.answers.get(&field.id);
        if !field.options.is_empty() {
            let id = wanted.map(|code| format!("{}={code}", field.id));
            let id = id.or_else(|| first(&field.options).map(|option| option.id.clone()));
            return id.map_or_else(
                || Deed::Stuck(format!("{} has no option", field.id)),
                |id| Deed::Act(Action::Choose(id)),
            );
        }
        let kind = self
            .catalogue
            .service(self.service)
            .and_then(|service| service.field(&field.id))
            .map(|field| field.kind);
        let words = wanted.map_or_else(|| usual(kind), String::as_str).to_owned();
        Deed::Acts(vec![
            Action::Focus(field.id.clone()),
            Action::Type(words),
            Action::Focus(String::new()),
        ])
    }
}

/// A way of login that needs no camera.
fn way(ways: &[Choice]) -> Deed {
    let usable = |id: &str| ways.iter().any(|way| way.id == id && way.off.is_none());
    match ["sms", "witness"].into_iter().find(|id| usable(id)) {
        Some(id) => Deed::Act(Action::Choose(id.to_owned())),
        None => Deed::Stuck("no way of login can be used".to_owned()),
    }
}

fn offers(buttons: &[Button], id: &str) -> bool {
    let wanted = Action::Choose(id.to_owned());
    buttons.iter().any(|button| button.off.is_none() && button.action == wanted)
}

fn first(choices: &[Choice]) -> Option<&Choice> {
    choices.iter().find(|choice| choice.off.is_none())
}

/// Leaves a page once its paper is in hand.
fn when_out(paper: &Paper) -> Deed {
    match paper {
        Paper::Printing { .. } => Deed::Wait,
        Paper::Unknown => Deed::Stuck("nobody knows whether the paper came out".to_owned()),
        Paper::None | Paper::Done | Paper::OnScreen { .. } | Paper::Failed { .. } => Deed::Act(Action::Next),
    }
}

/// The usual answer for a type of field.
fn usual(kind: Option<FieldType>) -> &'static str {
    match kind {
        Some(FieldType::Name) => "样例人",
        Some(FieldType::IdNumber) => "440104199003074413",
        Some(FieldType::Uscc) => "91440101MA59XQKU2P",
        Some(FieldType::Phone) => "13800138000",
        Some(FieldType::Date) => "20261101",
        Some(FieldType::YearMonth) => "202610",
        Some(FieldType::Int) => "2",
        Some(FieldType::Decimal | FieldType::Money) => "100",
        Some(FieldType::BankAccount) => "6222021234567890128",
        Some(FieldType::Plate) => "粤A12345",
        Some(FieldType::CardNo) => "5100000012345678",
        _ => WORDS,
    }
}
