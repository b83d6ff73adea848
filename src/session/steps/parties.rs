//! The members of a household: listed, added with their card or by typing, changed, taken out. The
//! screen is shared, so names are masked and numbers are not seen at all.

use crate::catalogue::model::{Party, Service, Step};
use crate::protocol::body::Subject;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::{DeviceRole, Event};
use crate::session::flow::Flow;
use crate::session::members;
use crate::session::party::{Asked, role_words};
use crate::session::plan::Stop;
use crate::session::stage::{Stage, Turn, button_off, say};
use crate::session::view::{Button, Choice, Member, Page, Row, Say};
use crate::text::format;

use super::card::Card;
use super::form::options_words;
use super::member::MemberForm;

/// How a member is added.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Card,
    Typing,
}

impl How {
    const ALL: [Self; 2] = [Self::Card, Self::Typing];

    fn id(self) -> &'static str {
        match self {
            Self::Card => "add_by_card",
            Self::Typing => "add_by_typing",
        }
    }
}

/// The list.
pub(in crate::session) struct Parties {
    step: usize,
    page: usize,
}

impl Parties {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self { step, page: 0 }
    }

    fn act(&mut self, context: &mut Context, id: &str) -> Turn {
        if let Some(how) = How::ALL.into_iter().find(|how| how.id() == id) {
            return self.add(context, how);
        }
        match place_of(context, self.step, id) {
            Some((role, place)) => Turn::To(Box::new(OneMember {
                step: self.step,
                role,
                place,
            })),
            None => Turn::Stay,
        }
    }

    fn add(&self, context: &mut Context, how: How) -> Turn {
        let open = open_roles(context, self.step);
        match open.as_slice() {
            [] => Turn::Stay,
            _ if how == How::Card && context.device_fault(DeviceRole::IdReader).is_some() => Turn::Stay,
            [role] => add(context, self.step, role, how),
            _ => Turn::To(Box::new(ChooseRole { step: self.step, how })),
        }
    }

    fn others(&self, context: &Context) -> Vec<Button> {
        let full = open_roles(context, self.step)
            .is_empty()
            .then(|| Say::id("parties.full"));
        let by_card = step_of(context, self.step).is_some_and(|step| step.tap_card_to_add);
        let mut others = Vec::new();
        if by_card {
            others.push(button_off(
                Action::Choose(How::Card.id().to_owned()),
                "id",
                Say::id("parties.add_by_card"),
                full.clone().or_else(|| context.device_off(DeviceRole::IdReader)),
            ));
        }
        others.push(button_off(
            Action::Choose(How::Typing.id().to_owned()),
            "keyboard",
            Say::id("parties.add_by_typing"),
            full,
        ));
        others
    }

    fn pages(&self, context: &Context) -> usize {
        let lines = lines(context, self.step).len();
        lines.div_ceil(context.settings.list_rows.max(1)).max(1)
    }
}

pub(super) fn step_of(context: &Context, step: usize) -> Option<&Step> {
    context.service()?.steps.get(step)
}

/// Roles that the step lists.
pub(super) fn roles_of(context: &Context, step: usize) -> Vec<String> {
    step_of(context, step)
        .map(|step| step.roles.clone())
        .unwrap_or_default()
}

fn parties(context: &Context, step: usize) -> Vec<&Party> {
    let Some(service) = context.service() else {
        return Vec::new();
    };
    let roles = step_of(context, step).map(|step| step.roles.as_slice());
    let roles = roles.unwrap_or_default().iter();
    roles.filter_map(|role| service.party(role)).collect()
}

fn count(context: &Context, role: &str) -> u32 {
    u32::try_from(context.members(role).len()).unwrap_or(u32::MAX)
}

/// Roles in which there is room for one more.
fn open_roles(context: &Context, step: usize) -> Vec<String> {
    let parties = parties(context, step).into_iter();
    let open = parties.filter(|party| count(context, &party.role) < party.max);
    open.map(|party| party.role.clone()).collect()
}

/// How many are still missing.
fn missing(context: &Context, step: usize) -> u32 {
    let parties = parties(context, step).into_iter();
    parties
        .map(|party| party.min.saturating_sub(count(context, &party.role)))
        .sum()
}

fn line_id(role: &str, place: usize) -> String {
    format!("{role}/{place}")
}

/// The member that a line of the list stands for.
fn place_of(context: &Context, step: usize, id: &str) -> Option<(String, usize)> {
    let (role, place) = id.split_once('/')?;
    let place: usize = place.parse().ok()?;
    let listed = roles_of(context, step).iter().any(|listed| listed == role);
    let there = listed && place < context.members(role).len();
    there.then(|| (role.to_owned(), place))
}

fn name_of(member: &members::Member) -> String {
    let name = member.get("name").and_then(serde_json::Value::as_str);
    format::mask_name(name.unwrap_or_default())
}

/// Relation and role in words.
fn role_line(context: &Context, role: &str, member: &members::Member) -> Say {
    let title = role_words(context.service(), role);
    let field = context
        .service()
        .and_then(|service| service.field(&format!("{role}.relation")));
    let code = member.get("relation").and_then(serde_json::Value::as_str);
    match field
        .zip(code)
        .and_then(|(field, code)| options_words(context, field, code))
    {
        Some(relation) => Say::All(vec![Say::Words(relation), Say::Verbatim(" · ".to_owned()), title]),
        None => title,
    }
}

/// A guardian signs for this member.
fn by_guardian(context: &Context, service: &Service, role: &str, member: &members::Member) -> bool {
    let rules = service
        .parties
        .iter()
        .filter_map(|party| party.signs_for.as_ref());
    rules
        .into_iter()
        .any(|when| context.judge_member(role, member, when) == Some(true))
}

fn lines(context: &Context, step: usize) -> Vec<Member> {
    let Some(service) = context.service() else {
        return Vec::new();
    };
    let own = context.who_masked().map(|name| Member {
        id: String::new(),
        name,
        role: Say::id("parties.oneself"),
        signed: None,
        sub: None,
        act: None,
    });
    let others = roles_of(context, step).into_iter().flat_map(|role| {
        let members = context.members(&role).into_iter().enumerate();
        let lines: Vec<Member> = members
            .map(|(place, member)| Member {
                id: line_id(&role, place),
                name: name_of(member),
                role: role_line(context, &role, member),
                signed: None,
                sub: by_guardian(context, service, &role, member).then(|| Say::id("parties.by_guardian")),
                act: Some(Say::id("parties.change")),
            })
            .collect();
        lines
    });
    own.into_iter().chain(others).collect()
}

/// The step's title.
pub(super) fn step_title(step: &Step) -> Say {
    let title = step.title.as_ref();
    title.map_or_else(|| Say::id("parties.title"), |title| Say::Words((**title).clone()))
}

/// The members for the review: relation and masked name, no numbers.
pub(super) fn member_rows(context: &Context, step: usize) -> Vec<Row> {
    let rows = roles_of(context, step).into_iter().flat_map(|role| {
        let members = context.members(&role).into_iter();
        let rows: Vec<Row> = members
            .map(|member| Row {
                label: role_line(context, &role, member),
                value: Say::Verbatim(name_of(member)),
                source: None,
            })
            .collect();
        rows
    });
    rows.collect()
}

/// Begins to add a member in this role.
fn add(context: &mut Context, step: usize, role: &str, how: How) -> Turn {
    context.open_member(role, None);
    match how {
        How::Typing => Turn::To(Box::new(MemberForm::new(step, role, None))),
        How::Card => {
            let who = role_words(context.service(), role);
            let asked = Asked {
                refuse: refuse_listed,
                read: read_member,
                // Nobody is identified here: the card only spares the typing.
                identified: |context, _| back_to_list(context),
                cancelled: back_to_list,
            };
            context.ask_for(role, who, &asked);
            Turn::To(Box::new(Card::default()))
        }
    }
}

/// Each person stands in the list once.
fn refuse_listed(context: &Context, subject: &Subject) -> Option<Say> {
    let roles = roles_of(context, step_here(context));
    context
        .is_listed(&roles, &subject.id_no, None)
        .then(|| Say::id("parties.twice"))
}

fn read_member(context: &mut Context) -> Turn {
    let step = step_here(context);
    let asked = step_of(context, step).map(|step| step.fields.clone());
    let Some(candidate) = context.person.candidate.take() else {
        return back_to_list(context);
    };
    if let Some(card) = &candidate.card {
        context.fill_member(&candidate.role, card, &asked.unwrap_or_default());
    }
    Turn::To(Box::new(MemberForm::new(step, &candidate.role, None)))
}

fn step_here(context: &Context) -> usize {
    match context.flow.as_ref().map(Flow::stop) {
        Some(Stop::Parties(step)) => step,
        _ => 0,
    }
}

/// The list again.
pub(super) fn back_to_list(context: &mut Context) -> Turn {
    context.person.candidate = None;
    Turn::To(Box::new(Parties::new(step_here(context))))
}

impl Stage for Parties {
    fn enter(&mut self, context: &mut Context) -> Turn {
        for role in roles_of(context, self.step) {
            context.close_member(&role);
        }
        context.party_facts();
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Choose(id)) => self.act(context, id),
            Event::Action(Action::TurnPage(page)) => {
                self.page = (*page).min(self.pages(context) - 1);
                Turn::Stay
            }
            Event::Action(Action::Next) if missing(context, self.step) == 0 => Turn::Next,
            Event::Action(Action::Back) => Turn::Back,
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let step = step_of(context, self.step);
        let text = step.and_then(|step| step.text.as_ref());
        let rows = context.settings.list_rows.max(1);
        let missing = missing(context, self.step);
        let off = (missing > 0).then(|| say("parties.missing", [("n", missing.to_string())]));
        let alone = count_all(context, self.step) == 0;
        Page::Household {
            title: step.map_or_else(|| Say::id("parties.title"), step_title),
            lead: text.map_or_else(|| Say::id("parties.lead"), |text| Say::Words((**text).clone())),
            members: lines(context, self.step)
                .into_iter()
                .skip(self.page * rows)
                .take(rows)
                .collect(),
            page: self.page,
            pages: self.pages(context),
            note: None,
            next: button_off(
                Action::Next,
                "chevron-right",
                Say::id(if alone { "parties.alone" } else { "parties.go" }),
                off,
            ),
            others: self.others(context),
        }
    }
}

fn count_all(context: &Context, step: usize) -> u32 {
    let roles = roles_of(context, step);
    roles.iter().map(|role| count(context, role)).sum()
}

/// Which role a new member has.
struct ChooseRole {
    step: usize,
    how: How,
}

impl Stage for ChooseRole {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Choose(id)) if open_roles(context, self.step).contains(id) => {
                add(context, self.step, id, self.how)
            }
            Event::Action(Action::Back | Action::Decline) => back_to_list(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let open = open_roles(context, self.step);
        let choices = parties(context, self.step).into_iter().map(|party| Choice {
            id: party.role.clone(),
            icon: "users".to_owned(),
            title: role_words(context.service(), &party.role),
            sub: party.definition.as_ref().map_or_else(
                || Say::Verbatim(String::new()),
                |definition| Say::Words((**definition).clone()),
            ),
            chosen: false,
            off: (!open.contains(&party.role)).then(|| Say::id("parties.full")),
        });
        choose(Say::id("parties.which_role"), None, choices.collect())
    }
}

/// What is to be done with one member.
struct OneMember {
    step: usize,
    role: String,
    place: usize,
}

impl Stage for OneMember {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Choose(id)) if id == "edit" => {
                context.open_member(&self.role, Some(self.place));
                Turn::To(Box::new(MemberForm::new(self.step, &self.role, Some(self.place))))
            }
            Event::Action(Action::Choose(id)) if id == "remove" => {
                context.remove_member(&self.role, self.place);
                back_to_list(context)
            }
            Event::Action(Action::Back | Action::Decline) => back_to_list(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let name = context
            .members(&self.role)
            .get(self.place)
            .map(|member| name_of(member));
        let choice = |id: &str, icon: &str, title: &'static str, sub: &'static str| Choice {
            id: id.to_owned(),
            icon: icon.to_owned(),
            title: Say::id(title),
            sub: Say::id(sub),
            chosen: false,
            off: None,
        };
        choose(
            Say::Verbatim(name.unwrap_or_default()),
            Some(role_words(context.service(), &self.role)),
            vec![
                choice("edit", "pencil", "parties.edit", "parties.edit.sub"),
                choice("remove", "trash", "parties.remove", "parties.remove.sub"),
            ],
        )
    }
}

/// A page of equal things that are opened by one touch.
pub(super) fn choose(title: Say, lead: Option<Say>, choices: Vec<Choice>) -> Page {
    Page::Choose {
        title,
        lead,
        choices,
        empty: Say::Verbatim(String::new()),
        pins: Vec::new(),
        note: None,
        page: 0,
        pages: 1,
        next: None,
        others: Vec::new(),
    }
}
