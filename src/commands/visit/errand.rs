//! A resident without a script: walks a service from its tile to its paper, doing on each page what
//! the page asks for. One such walk is generated for every service file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::catalogue::Catalogue;
use crate::catalogue::model::FieldType;
use crate::session::action::Action;
use crate::session::view::{
    Button, CallStage, CaptureStage, CardPrompt, Choice, Dialog, Field, Page, Paper, PayStage, Say, View,
};

use super::script::signature;

/// What one goes to the terminal for, and what one would say there. Everything has a usual answer,
/// so that a new service needs none of this.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Errand {
    /// Whose cards are placed: the applicant's, then those of the others in the order in which they are asked
    /// for; `d1`, then `d2`, … without.
    pub people: Vec<String>,
    /// Members of the household who came along with their cards.
    pub household: Vec<String>,
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
    /// A device is at work, in its own time.
    Pause,
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
    errand: &'a Errand,
    service: &'a str,
    catalogue: &'a Catalogue,
    /// Other people whose cards were placed.
    others: usize,
    /// Members of the household who were added.
    added: usize,
    /// The one who is being added.
    adding: Option<String>,
    /// A card lies on the reader.
    card_lies: bool,
    /// A card was placed, and the page has not noticed yet.
    card_placed: bool,
    /// Strokes were written on the present page.
    signed: bool,
    /// Things of lists that were looked at.
    looked_at: BTreeSet<String>,
    /// What others have done once already.
    world_done: BTreeSet<&'static str>,
    /// The service was opened: back at home there is nothing left to do.
    opened: bool,
}

impl<'a> Resident<'a> {
    /// At the beginning of an errand.
    pub fn new(service: &'a str, errand: &'a Errand, catalogue: &'a Catalogue) -> Self {
        Self {
            errand,
            service,
            catalogue,
            others: 0,
            added: 0,
            adding: None,
            card_lies: false,
            card_placed: false,
            signed: false,
            looked_at: BTreeSet::new(),
            world_done: BTreeSet::new(),
            opened: false,
        }
    }

    /// The visit is over: the attract screen is there again.
    pub fn is_back(&mut self, page: &str) -> bool {
        self.opened |= !matches!(page, "attract" | "home");
        self.opened && page == "attract"
    }

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
            Page::Home { .. } => Deed::Act(Action::OpenService(self.service.to_owned())),
            Page::Service { start, .. } => match &start.off {
                Some(reason) => Deed::Stuck(format!("the service cannot be started: {reason:?}")),
                None => Deed::Act(Action::Next),
            },
            Page::LoginWays { ways, next, .. } if next.off.is_some() => self.way(ways),
            Page::Card { prompt, .. } => self.card(prompt),
            Page::SmsCode { .. } => Deed::TypeCode,
            Page::StaffWitness { .. } => {
                let (number, pin) = self
                    .errand
                    .staff
                    .as_ref()
                    .map_or(WITNESS, |(number, pin)| (number, pin));
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
            Page::Household {
                members,
                next,
                others,
                ..
            } => {
                if let Some(way) = self.adds(others, next.off.is_some()) {
                    return Deed::Act(Action::Choose(way.to_owned()));
                }
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
            Page::Capture { others, .. } if offers(others, "use") => {
                Deed::Act(Action::Choose("use".to_owned()))
            }
            Page::Capture { .. } if !self.world_done.contains(PAPER) && self.usual_paper() => {
                self.once(PAPER)
            }
            Page::Capture { stage, .. } => match stage {
                CaptureStage::Live | CaptureStage::Taken | CaptureStage::Received => Deed::Act(Action::Next),
                CaptureStage::Sending | CaptureStage::Telephone => Deed::Wait,
            },
            Page::Review { declared: false, .. } => Deed::Act(Action::Toggle("declaration".to_owned())),
            Page::Signature { written: false, .. } if !self.signed => Deed::Act(Action::Sign(signature())),
            Page::Signature { written: false, .. } | Page::Working { .. } => Deed::Wait,
            Page::Pay {
                stage: PayStage::Paying,
                ..
            } => self.once("telephone:pay"),
            Page::Pay { next, .. } if next.off.is_none() => Deed::Act(Action::Next),
            // The card is written in its own time.
            Page::Pay { .. } => Deed::Pause,
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
            Page::Goodbye { card_left: true, .. } => self.once("card:remove"),
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
            // The simulated person does what is asked.
            Page::Face { .. } => Deed::Pause,
            Page::FaceAgain { .. } | Page::List { .. } | Page::OutOfService { .. } => {
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
            return Deed::Pause;
        }
        if self.card_lies {
            self.card_lies = false;
            return Deed::World("card:remove".to_owned());
        }
        self.card_lies = true;
        self.card_placed = true;
        Deed::World(format!("card:{}", self.whose(prompt)))
    }

    fn whose(&mut self, prompt: &CardPrompt) -> String {
        if let Some(member) = self.adding.take() {
            return member;
        }
        let place = if matches!(prompt, CardPrompt::Other(_)) {
            self.others += 1;
            self.others
        } else {
            0
        };
        let usual = || format!("d{}", place + 1);
        self.errand.people.get(place).cloned().unwrap_or_else(usual)
    }

    /// A list in which nothing has to be chosen: one thing is looked at, and that was it.
    fn look(&mut self, choices: &[Choice], others: &[Button]) -> Deed {
        let wanted = |choice: &&Choice| self.errand.choose.contains(&choice.id);
        let thing = choices.iter().find(wanted).or_else(|| first(choices));
        let leave = others
            .iter()
            .find(|button| button.action == Action::AnotherMatter);
        match (thing, leave) {
            (Some(thing), _) if self.looked_at.insert(thing.id.clone()) => {
                Deed::Act(Action::Choose(thing.id.clone()))
            }
            (_, Some(_)) => Deed::Act(Action::AnotherMatter),
            (Some(thing), None) => Deed::Act(Action::Choose(thing.id.clone())),
            (None, None) => Deed::Stuck("there is nothing to choose".to_owned()),
        }
    }

    /// How one more person is added: by card those of the household who came along, by typing whoever is
    /// needed beside them.
    fn adds(&mut self, others: &[Button], needed: bool) -> Option<&'static str> {
        let member = self.errand.household.get(self.added);
        if let Some(member) = member.filter(|_| offers(others, "add_by_card")) {
            self.added += 1;
            self.adding = Some(member.clone());
            return Some("add_by_card");
        }
        (needed && offers(others, "add_by_typing")).then_some("add_by_typing")
    }

    fn way(&self, ways: &[Choice]) -> Deed {
        let wanted = |way: &&Choice| way.off.is_none() && self.errand.choose.contains(&way.id);
        match ways.iter().find(wanted).or_else(|| usual_way(ways)) {
            Some(way) => Deed::Act(Action::Choose(way.id.clone())),
            None => Deed::Stuck("no way of login can be used".to_owned()),
        }
    }

    fn choose(&self, choices: &[Choice], ready: bool) -> Deed {
        let can = |choice: &&Choice| choice.off.is_none();
        let wanted = choices
            .iter()
            .filter(can)
            .find(|choice| self.errand.choose.contains(&choice.id));
        let wanted = wanted.or_else(|| usual_way(choices));
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

/// The way to show who one is that every test machine has: without a camera.
fn usual_way(ways: &[Choice]) -> Option<&Choice> {
    let way = |id: &&str| ways.iter().find(|way| way.id == **id && way.off.is_none());
    ["sms", "witness"].iter().find_map(way)
}

fn offers(buttons: &[Button], id: &str) -> bool {
    let wanted = Action::Choose(id.to_owned());
    buttons
        .iter()
        .any(|button| button.off.is_none() && button.action == wanted)
}

fn first(choices: &[Choice]) -> Option<&Choice> {
    choices.iter().find(|choice| choice.off.is_none())
}

/// Leaves a page once its paper is in hand.
fn when_out(paper: &Paper) -> Deed {
    match paper {
        Paper::Printing { .. } => Deed::Wait,
        Paper::Unknown => Deed::Stuck("nobody knows whether the paper came out".to_owned()),
        Paper::OnScreen { reason, .. } | Paper::Failed { reason } => {
            Deed::Stuck(format!("the paper did not come out: {reason:?}"))
        }
        Paper::None | Paper::Done => Deed::Act(Action::Next),
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
