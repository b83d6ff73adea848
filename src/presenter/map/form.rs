//! Form, signature, review, and waiting for the backend.

use kiosk_ui as ui;

use crate::session::view::{Field, Keyboard, Page};
use crate::text::rare;

use super::super::screen::{self, KeyboardWish, Rows, Screen, Values};
use super::Mapping;

impl Mapping<'_> {
    pub(super) fn form(&self, page: &Page) -> Screen {
        match page {
            Page::Form { .. } => self.fields(page),
            Page::Signature { .. } => self.signature(page),
            Page::Review { .. } => self.review(page),
            Page::Working { what, sub } => Screen {
                kind: ui::PageKind::Working,
                values: Values {
                    title: self.words.say(what),
                    lead: self.words.say(sub),
                    ..Values::default()
                },
                ..Screen::default()
            },
            _ => Screen::default(),
        }
    }

    fn fields(&self, page: &Page) -> Screen {
        let Page::Form {
            title,
            known,
            fields,
            focus,
            next,
        } = page
        else {
            return Screen::default();
        };
        let focused = fields.iter().find(|field| field.id == *focus);
        let mut screen = Screen {
            kind: ui::PageKind::Form,
            values: Values {
                title: self.words.say(title),
                focus: focus.as_str().into(),
                value: focused
                    .map(|field| rare::shown(&field.value).as_ref().into())
                    .unwrap_or_default(),
                ..Values::default()
            },
            rows: Rows {
                rows: self.words.rows(known),
                fields: fields.iter().map(|field| self.field(field, focus)).collect(),
                ..Rows::default()
            },
            keyboard: keyboard(fields, focus),
            ..Screen::default()
        };
        self.next(&mut screen, next);
        screen
    }

    fn field(&self, field: &Field, focus: &str) -> screen::Field {
        // The focused field's text is a value of its own, so that typing rebuilds no row.
        let value = if field.id == focus { "" } else { &field.value };
        screen::Field {
            data: ui::FieldData {
                id: field.id.as_str().into(),
                label: self.words.say(&field.label),
                value: value.into(),
                source: self.words.maybe(field.source.as_ref()),
                editable: field.editable,
                error: self.words.maybe(field.error.as_ref()),
                hint: self.words.maybe(field.hint.as_ref()),
                typed: field.keyboard.is_some(),
                ..ui::FieldData::default()
            },
            options: self.words.choices(&field.options),
        }
    }

    fn signature(&self, page: &Page) -> Screen {
        let Page::Signature {
            who,
            document,
            fingerprint,
            written,
            next,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Signature,
            values: Values {
                who: who.as_str().into(),
                document: self.words.say(document),
                fingerprint: fingerprint.as_str().into(),
                written: *written,
                ..Values::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, next);
        screen
    }

    fn review(&self, page: &Page) -> Screen {
        let Page::Review {
            sections,
            declaration,
            declared,
            next,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Review,
            values: Values {
                declaration: self.words.say(declaration),
                declared: *declared,
                ..Values::default()
            },
            rows: Rows {
                sections: self.words.sections(sections),
                ..Rows::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, next);
        screen
    }
}

/// The focused field's keyboard, and the typed field after it.
fn keyboard(fields: &[Field], focus: &str) -> KeyboardWish {
    let typed = |field: &&Field| field.editable && field.keyboard.is_some();
    let Some(place) = fields.iter().position(|field| field.id == focus && typed(&field)) else {
        return KeyboardWish::default();
    };
    let after = fields.iter().skip(place + 1).find(typed);
    let kind = fields.get(place).and_then(|field| field.keyboard);
    KeyboardWish {
        field: focus.to_owned(),
        kind,
        card_number: kind == Some(Keyboard::Digits) && focus.ends_with("id_no"),
        after: after.map(|field| field.id.clone()).unwrap_or_default(),
    }
}
