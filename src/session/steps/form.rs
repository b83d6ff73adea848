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
use crate::session::plan::{Stop, form_part, form_parts};
use crate::session::stage::{Stage, Turn, button, say};
use crate::session::view::{Choice, Field, Keyboard, Page, Row, Say};
use crate::text::format;

use super::rules;
use super::typing::{erased, typed};

/// Codes of yes and no.
const YES: &str = "true";
const NO: &str = "false";

/// The page of a form.
pub(in crate::session) struct Form {
    step: usize,
    part: usize,
    /// Only the fields of this role: those of one member of a household.
    role: Option<String>,
    focus: String,
    /// Fields whose fault is shown.
    faults: Vec<(String, Fault)>,
}

impl Form {
    /// For a part of the step with this index.
    pub fn new(step: usize, part: usize) -> Self {
        Self {
            step,
            part,
            role: None,
            focus: String::new(),
            faults: Vec::new(),
        }
    }

    /// For those fields of the step that are of one role.
    pub fn of_role(step: usize, role: &str) -> Self {
        Self {
            role: Some(role.to_owned()),
            ..Self::new(step, 0)
        }
    }

    /// Fields of this part, whether or not they are to be seen.
    fn ids<'a>(&self, service: &'a Service) -> Vec<&'a String> {
        let Some(step) = service.steps.get(self.step) else {
            return Vec::new();
        };
        match &self.role {
            Some(role) => step.fields.iter().filter(|id| role_of(id) == role).collect(),
            None => form_part(step, self.part).iter().collect(),
        }
    }

    /// Fields that are to be seen.
    fn fields<'a>(
        &self,
        context: &'a Context,
        service: &'a Service,
    ) -> impl Iterator<Item = &'a model::Field> {
        let fields = self.ids(service).into_iter().filter_map(|id| service.field(id));
        fields.filter(|field| context.asked(field))
    }

    /// The focused field, when it can be typed into.
    fn focused<'a>(&self, context: &'a Context) -> Option<&'a model::Field> {
        let service = context.service()?;
        self.fields(context, service)
            .find(|field| field.id == self.focus && keyboard(field).is_some())
    }

    fn type_text(&mut self, context: &mut Context, text: &str) {
        let Some(field) = self.focused(context) else {
            return;
        };
        let value = typed(field, context.person.text(&field.id), text);
        self.put(context, value);
    }

    fn erase(&mut self, context: &mut Context, all: bool) {
        let Some(field) = self.focused(context) else {
            return;
        };
        let value = if all {
            String::new()
        } else {
            erased(field, context.person.text(&field.id))
        };
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
        let Some(value) = self.with_option(context, field_id, code) else {
            return;
        };
        self.faults.retain(|(field, _)| field != field_id);
        self.focus.clear();
        store(context, field_id.to_owned(), value);
    }

    /// The answer with this option touched; `None` when the field does not offer it.
    fn with_option(&self, context: &Context, id: &str, code: &str) -> Option<Value> {
        let mut fields = self.fields(context, context.service()?);
        let field = fields.find(|field| field.id == id && field.editable)?;
        let offered = options(context, field).iter().any(|(option, _)| option == code);
        let present = context.person.answers.get(id).map(|answer| &answer.value);
        offered.then(|| match field.kind {
            FieldType::MultiChoice => toggled(present, code),
            FieldType::Bool => Value::Bool(code == YES),
            _ => Value::from(code),
        })
    }

    fn fault(context: &Context, field: &model::Field) -> Option<Fault> {
        // A field with a condition is seen only while it holds, and is required then.
        let by_rule = field.required_when.is_some();
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
            .fields(context, service)
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
        if !self.faults.is_empty() {
            return Turn::Stay;
        }
        if self.role.is_some() {
            return Turn::Next;
        }
        // Rules of the step look at all of its fields.
        let parts = context.step(self.step).map_or(1, form_parts);
        if (self.part + 1..parts).any(|part| context.applies(Stop::Form(self.step, part))) {
            Turn::Next
        } else {
            rules::judged(context, self.step)
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
        let options: Vec<Choice> = options(context, field)
            .into_iter()
            .map(|(code, title)| Choice {
                id: format!("{}={code}", field.id),
                icon: String::new(),
                title,
                sub: Say::Verbatim(String::new()),
                chosen: answer.is_some_and(|answer| is_chosen(&answer.value, &code)),
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
            hint: hint(field),
            keyboard: keyboard(field),
            options,
        }
    }
}

/// Role, or group, to which a field belongs.
fn role_of(id: &str) -> &str {
    id.split('.').next().unwrap_or_default()
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

/// Options of a field with their words.
pub(super) fn options(context: &Context, field: &model::Field) -> Vec<(String, Say)> {
    if field.kind == FieldType::Bool {
        let both = [(YES, "form.yes"), (NO, "form.no")];
        return both.map(|(code, text)| (code.to_owned(), Say::id(text))).into();
    }
    let options = context.catalogue.options(field).into_iter();
    options.map(|(code, words)| (code, Say::Words(words))).collect()
}

/// An option that is part of the answer.
fn is_chosen(answer: &Value, code: &str) -> bool {
    match answer {
        Value::Bool(yes) => (code == YES) == *yes,
        Value::Array(chosen) => chosen.iter().any(|one| one == code),
        other => other == code,
    }
}

/// Several answers, with one more or one less.
fn toggled(present: Option<&Value>, code: &str) -> Value {
    let mut chosen = present.and_then(Value::as_array).cloned().unwrap_or_default();
    match chosen.iter().position(|one| one == code) {
        Some(place) => drop(chosen.remove(place)),
        None => chosen.push(Value::from(code)),
    }
    Value::Array(chosen)
}

/// The hint of the catalogue; dates say how they are typed.
fn hint(field: &model::Field) -> Option<Say> {
    let own = field.hint.as_ref().map(|hint| Say::Words((**hint).clone()));
    own.or_else(|| match field.kind {
        FieldType::Date => Some(Say::id("form.hint.date")),
        FieldType::YearMonth => Some(Say::id("form.hint.month")),
        _ => None,
    })
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
        (Some(Ime::Pinyin | Ime::PinyinHandwriting) | None, FieldType::Name) => Some(Keyboard::Name),
        (Some(Ime::Pinyin | Ime::PinyinHandwriting), _) => Some(Keyboard::Pinyin),
        (Some(Ime::Latin), _) => Some(Keyboard::Latin),
        (Some(Ime::Digits), _) => Some(Keyboard::Digits),
        (None, kind) => match kind {
            // A number plate begins with the short name of its province.
            FieldType::Text | FieldType::Address | FieldType::Plate => Some(Keyboard::Pinyin),
            FieldType::Uscc | FieldType::CardNo => Some(Keyboard::Latin),
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
        None => without_numbers(value),
    }
}

/// Words of one's own with the identity numbers in them masked: others may stand before the screen.
fn without_numbers(words: &str) -> String {
    let mut shown = words.to_owned();
    for (start, _) in words.char_indices() {
        let number = words.get(start..start + 18);
        if let Some(number) = number.filter(|number| validate::id_number(number).is_ok()) {
            shown = shown.replace(number, &format::mask_id(number));
        }
    }
    shown
}

/// Words of an option of the catalogue.
pub(super) fn option_words(context: &Context, field: &model::Field, code: &str) -> Option<Words> {
    let mut options = context.catalogue.options(field).into_iter();
    options.find(|(option, _)| option == code).map(|(_, words)| words)
}

/// A value in words for review and known rows: masked, and options by their name.
pub(in crate::session) fn shown(context: &Context, field: &model::Field) -> Say {
    let answer = context.person.answers.get(&field.id).map(|answer| &answer.value);
    let mut words: Vec<Say> = Vec::new();
    for (code, title) in options(context, field) {
        if answer.is_some_and(|value| is_chosen(value, &code)) {
            if !words.is_empty() {
                words.push(Say::id("punctuation.comma"));
            }
            words.push(title);
        }
    }
    if words.is_empty() {
        return Say::Verbatim(masked(field, &context.person.text(&field.id)));
    }
    Say::All(words)
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
        let ids: Vec<String> = self.ids(service).into_iter().cloned().collect();
        let defaults: Vec<(String, Value)> = ids
            .iter()
            .filter_map(|id| service.field(id))
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
        context.apply_default_rules(&ids);
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
            let of_person = roles.iter().any(|role| role_of(&field.id) == role) && self.part == 0;
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
                .fields(context, service)
                .filter(|field| field.editable)
                .map(|field| self.field_view(context, field))
                .collect(),
            focus: self.focus.clone(),
            next: button(Action::Next, "chevron-right", Say::id(text)),
        }
    }
}
