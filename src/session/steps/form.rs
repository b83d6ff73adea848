//! A form: what is known already stands there with its source, the rest is typed or chosen.

use serde_json::Value;

use crate::catalogue::model::{self, FieldType, Ime, Mask, Service};
use crate::catalogue::validate::{self, Fault};
use crate::protocol::body::{Source, Words};
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::party::role_words;
use crate::session::person::{Answer, scrub};
use crate::session::stage::{Stage, Turn, button, say};
use crate::session::view::{Choice, Field, Keyboard, Page, Row, Say};
use crate::text::format;

/// The page of a form.
pub(in crate::session) struct Form {
    step: usize,
    /// Only the fields of this role: those of one member of a household.
    role: Option<String>,
    focus: String,
    /// Fields whose fault is shown.
    faults: Vec<(String, Fault)>,
}

impl Form {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            role: None,
            focus: String::new(),
            faults: Vec::new(),
        }
    }

    /// For those fields of the step that are of one role.
    pub fn of_role(step: usize, role: &str) -> Self {
        Self {
            role: Some(role.to_owned()),
            ..Self::new(step)
        }
    }

    fn fields<'a>(&self, service: &'a Service) -> impl Iterator<Item = &'a model::Field> {
        let ids = service
            .steps
            .get(self.step)
            .map(|step| step.fields.as_slice())
            .unwrap_or_default();
        let role = self.role.clone();
        ids.iter()
            .filter_map(|id| service.field(id))
            .filter(move |field| role.as_deref().is_none_or(|role| role_of(field) == role))
    }

    /// The focused field, when it can be typed into.
    fn focused<'a>(&self, context: &'a Context) -> Option<&'a model::Field> {
        let service = context.service()?;
        self.fields(service)
            .find(|field| field.id == self.focus && keyboard(field).is_some())
    }

    fn type_text(&mut self, context: &mut Context, text: &str) {
        let Some(field) = self.focused(context) else {
            return;
        };
        let digits = keyboard(field) == Some(Keyboard::Digits);
        let limit = field.validate.max_len.unwrap_or(100);
        let mut value = context.person.text(&field.id);
        let room = limit.saturating_sub(value.chars().count());
        let fits =
            |char: &char| !char.is_control() && (!digits || char.is_ascii_digit() || "Xx-.".contains(*char));
        value.extend(text.chars().filter(fits).take(room));
        self.put(context, value);
    }

    fn erase(&mut self, context: &mut Context, all: bool) {
        let Some(field) = self.focused(context) else {
            return;
        };
        let mut value = context.person.text(&field.id);
        if all {
            value.clear();
        } else {
            value.pop();
        }
        self.put(context, value);
    }

    /// What the person typed is the person's, whoever gave the value before.
    fn put(&mut self, context: &mut Context, value: String) {
        let id = self.focus.clone();
        self.faults.retain(|(field, _)| *field != id);
        store(context, id, Value::String(value));
    }

    fn choose(&mut self, context: &mut Context, id: &str) {
        let Some((field_id, code)) = id.split_once('=') else {
            return;
        };
        let Some(service) = context.service() else { return };
        let offered = self
            .fields(service)
            .find(|field| field.id == field_id && field.editable)
            .is_some_and(|field| {
                context
                    .catalogue
                    .options(field)
                    .iter()
                    .any(|(option, _)| option == code)
            });
        if offered {
            self.faults.retain(|(field, _)| field != field_id);
            self.focus.clear();
            store(context, field_id.to_owned(), Value::String(code.to_owned()));
        }
    }

    fn fault(context: &Context, field: &model::Field) -> Option<Fault> {
        let by_rule = field
            .required_when
            .as_ref()
            .is_some_and(|when| context.judge(|facts| when.judge(facts)) != Some(false));
        let options: Vec<String> = context
            .catalogue
            .options(field)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        let value = context.person.answers.get(&field.id).map(|answer| &answer.value);
        validate::check(field, value, field.required || by_rule, &options).err()
    }

    /// With the keyboard open the main action goes to the next field that still needs something;
    /// with the keyboard closed it goes on, once every field is right.
    fn next(&mut self, context: &mut Context) -> Turn {
        let Some(service) = context.service() else {
            return Turn::Home;
        };
        let asked: Vec<model::Field> = self
            .fields(service)
            .filter(|field| field.editable)
            .cloned()
            .collect();
        if !self.focus.is_empty() {
            let here = asked.iter().find(|field| field.id == self.focus);
            if let Some((field, fault)) = here.and_then(|field| Some((field, Self::fault(context, field)?))) {
                self.faults = vec![(field.id.clone(), fault)];
                return Turn::Stay;
            }
            let open = asked.iter().find(|field| {
                field.id != self.focus && keyboard(field).is_some() && Self::fault(context, field).is_some()
            });
            self.focus = open.map(|field| field.id.clone()).unwrap_or_default();
            return Turn::Stay;
        }
        self.faults = asked
            .iter()
            .filter_map(|field| Some((field.id.clone(), Self::fault(context, field)?)))
            .collect();
        if self.faults.is_empty() {
            Turn::Next
        } else {
            Turn::Stay
        }
    }

    fn title(&self, context: &Context, step: Option<&model::Step>) -> Say {
        if let Some(role) = &self.role {
            return role_words(context.service(), role);
        }
        let title = step.and_then(|step| step.title.as_ref());
        title.map_or_else(|| Say::id("form.title"), |title| Say::Words((**title).clone()))
    }

    fn field_view(&self, context: &Context, field: &model::Field) -> Field {
        let answer = context.person.answers.get(&field.id);
        let focused = self.focus == field.id;
        let value = context.person.text(&field.id);
        let options: Vec<Choice> = context
            .catalogue
            .options(field)
            .into_iter()
            .map(|(code, words)| Choice {
                id: format!("{}={code}", field.id),
                icon: String::new(),
                title: Say::Words(words),
                sub: Say::Verbatim(String::new()),
                chosen: value == code,
                off: None,
            })
            .collect();
        let fault = self
            .faults
            .iter()
            .find(|(id, _)| *id == field.id)
            .map(|(_, fault)| *fault);
        Field {
            id: field.id.clone(),
            label: Say::Words((*field.label).clone()),
            value: if focused || !options.is_empty() {
                value
            } else {
                masked(field, &value)
            },
            source: answer
                .filter(|answer| answer.source != Source::User)
                .and_then(|answer| source(answer.source)),
            editable: field.editable,
            error: fault.map(fault_words),
            hint: field.hint.as_ref().map(|hint| Say::Words((**hint).clone())),
            keyboard: keyboard(field),
            options,
        }
    }
}

/// Role, or group, to which a field belongs.
fn role_of(field: &model::Field) -> &str {
    field.id.split('.').next().unwrap_or_default()
}

fn store(context: &mut Context, id: String, value: Value) {
    if let Some(old) = context.person.answers.get_mut(&id) {
        scrub(&mut old.value);
    }
    context.person.answers.insert(
        id,
        Answer {
            value,
            source: Source::User,
        },
    );
    if let Some(flow) = &mut context.flow {
        flow.filled = true;
    }
}

fn fault_words(fault: Fault) -> Say {
    match fault.count() {
        Some(count) => say(fault.text_id(), [("n", count.to_string())]),
        None => Say::id(fault.text_id()),
    }
}

/// Keyboard of a typed field; `None` for what is chosen or cannot be changed.
fn keyboard(field: &model::Field) -> Option<Keyboard> {
    if !field.editable {
        return None;
    }
    match (field.ime, field.kind) {
        (Some(Ime::Pinyin | Ime::PinyinHandwriting), _) => Some(Keyboard::Pinyin),
        (Some(Ime::Latin), _) => Some(Keyboard::Latin),
        (Some(Ime::Digits), _) => Some(Keyboard::Digits),
        (None, kind) => match kind {
            FieldType::Text | FieldType::Name | FieldType::Address => Some(Keyboard::Pinyin),
            FieldType::Uscc | FieldType::Plate | FieldType::CardNo => Some(Keyboard::Latin),
            FieldType::IdNumber
            | FieldType::Phone
            | FieldType::Date
            | FieldType::YearMonth
            | FieldType::Int
            | FieldType::Decimal
            | FieldType::Money
            | FieldType::BankAccount => Some(Keyboard::Digits),
            _ => None,
        },
    }
}

/// A value as the screen may show it.
pub(in crate::session) fn masked(field: &model::Field, value: &str) -> String {
    match field.mask {
        Some(Mask::Name) => format::mask_name(value),
        Some(Mask::Id) => format::mask_id(value),
        Some(Mask::Phone) => format::mask_phone(value),
        Some(Mask::Tail) => format::mask_tail(value),
        None => value.to_owned(),
    }
}

/// Words of an option.
pub(in crate::session) fn options_words(
    context: &Context,
    field: &model::Field,
    code: &str,
) -> Option<Words> {
    let options = context.catalogue.options(field).into_iter();
    options
        .into_iter()
        .find(|(option, _)| option == code)
        .map(|(_, words)| words)
}

/// A value in words for review and known rows: masked, and options by their name.
pub(in crate::session) fn shown(context: &Context, field: &model::Field) -> Say {
    let value = context.person.text(&field.id);
    match options_words(context, field, &value) {
        Some(words) => Say::Words(words),
        None => Say::Verbatim(masked(field, &value)),
    }
}

/// Words for a source.
pub(in crate::session) fn source(source: Source) -> Option<Say> {
    let id = match source {
        Source::Card => "source.card",
        Source::Registry => "source.registry",
        Source::ECertificate => "source.e_certificate",
        Source::SocialSecurityCard => "source.social_security_card",
        Source::LastTime => "source.last_time",
        Source::User => return None,
    };
    Some(Say::id(id))
}

/// A row with label, value and source.
pub(in crate::session) fn row(context: &Context, field: &model::Field) -> Row {
    let answer = context.person.answers.get(&field.id);
    Row {
        label: Say::Words((*field.label).clone()),
        value: shown(context, field),
        source: answer.and_then(|answer| source(answer.source)),
    }
}

impl Stage for Form {
    fn enter(&mut self, context: &mut Context) -> Turn {
        context.fill_from_card();
        let Some(service) = context.service() else {
            return Turn::Home;
        };
        let defaults: Vec<(String, Value)> = self
            .fields(service)
            .filter_map(|field| Some((field.id.clone(), field.default.clone()?)))
            .filter(|(id, _)| !context.person.answers.contains_key(id))
            .collect();
        for (id, value) in defaults {
            context.person.answers.insert(
                id,
                Answer {
                    value,
                    source: Source::User,
                },
            );
        }
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        let Event::Action(action) = event else {
            return Turn::Stay;
        };
        match action {
            Action::Focus(id) => {
                self.focus.clone_from(id);
                if self.focused(context).is_none() {
                    self.focus.clear();
                }
            }
            Action::Type(text) => self.type_text(context, text),
            Action::Erase => self.erase(context, false),
            Action::Clear => self.erase(context, true),
            Action::Choose(id) => self.choose(context, id),
            Action::Next => return self.next(context),
            Action::Back if !self.focus.is_empty() => self.focus.clear(),
            Action::Back => return Turn::Back,
            _ => {}
        }
        Turn::Stay
    }

    fn page(&self, context: &Context) -> Page {
        let Some(service) = context.service() else {
            return Page::Attract;
        };
        let step = service.steps.get(self.step);
        let roles = match &self.role {
            Some(role) => vec![role.clone()],
            None => context.known_roles(),
        };
        let own = service.fields.iter().filter(|field| {
            let listed = self.role.is_none() && step.is_some_and(|step| step.fields.contains(&field.id));
            let of_person = roles.iter().any(|role| role_of(field) == role);
            !field.editable && (listed || of_person) && context.person.answers.contains_key(&field.id)
        });
        let text = if self.focus.is_empty() {
            "form.next"
        } else {
            "form.next_field"
        };
        Page::Form {
            title: self.title(context, step),
            known: own.map(|field| row(context, field)).collect(),
            fields: self
                .fields(service)
                .filter(|field| field.editable)
                .map(|field| self.field_view(context, field))
                .collect(),
            focus: self.focus.clone(),
            next: button(Action::Next, "chevron-right", Say::id(text)),
        }
    }
}
