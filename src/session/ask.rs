//! Calls of the catalogue that ask for something: a read carries its values in the address when they
//! are nobody's, and in the body when they may be.

use serde_json::Value;

use crate::catalogue::model::{Field, FieldType, Operation};
use crate::protocol::information::Question;

use super::context::{Context, Keyed};
use super::ticket::Ticket;

impl Context {
    /// Asks for a list: by GET with its values in the address, by POST with a [`Question`].
    pub fn ask_list(&mut self, op: &Operation) -> Ticket {
        if op.call.starts_with("GET ") {
            let op = self.addressed(op, &[]);
            return self.call_op(&op, &(), Keyed::No);
        }
        let params = self
            .params(op)
            .map(|(id, value)| (id.to_owned(), value))
            .collect();
        self.call_op(op, &Question { params }, Keyed::No)
    }

    /// The call with its query: `further` values, those of its `params`, and the region. A value of a
    /// person never gets into an address.
    pub fn addressed(&self, op: &Operation, further: &[(&str, String)]) -> Operation {
        let mut values: Vec<(String, String)> = further
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        for (id, value) in self.params(op) {
            if !self.is_personal(id) {
                let name = id.rsplit('.').next().unwrap_or(id);
                values.push((name.to_owned(), in_address(&value)));
            }
        }
        values.push(("region".to_owned(), self.region().to_owned()));
        let mut call = op.call.clone();
        for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
            let mark = if call.contains('?') { '&' } else { '?' };
            call.push_str(&format!("{mark}{name}={}", percent_encoded(value)));
        }
        Operation { call, ..op.clone() }
    }

    /// A public call whose answer is the same for everyone who asks: nothing was typed for it.
    pub fn is_for_everyone(&self, op: &Operation) -> bool {
        let chosen = |id: &str| {
            let kind = self
                .service()
                .and_then(|service| service.field(id))
                .map(|field| field.kind);
            kind.is_none_or(|kind| matches!(kind, FieldType::Choice | FieldType::Region | FieldType::Bool))
        };
        let public = self.service().is_some_and(|service| service.login.level == 0);
        public && op.call.starts_with("GET ") && op.params.iter().all(|id| chosen(id))
    }

    /// The answers that a call wants.
    pub fn params<'a>(&'a self, op: &'a Operation) -> impl Iterator<Item = (&'a str, Value)> + 'a {
        let answered = |id: &'a String| Some((id.as_str(), self.person.answers.get(id)?.value.clone()));
        op.params.iter().filter_map(answered)
    }

    fn is_personal(&self, id: &str) -> bool {
        let field = self.service().and_then(|service| service.field(id));
        field.is_some_and(|Field { sensitivity, .. }| sensitivity.is_some())
    }
}

/// A value as one word of an address.
fn in_address(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(in_address).collect::<Vec<_>>().join(","),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Everything but letters, digits and `-_.~` as `%XX`.
pub(super) fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_no_sign_that_could_change_it() {
        assert_eq!(percent_encoded("a b/?&=路"), "a%20b%2F%3F%26%3D%E8%B7%AF");
        assert_eq!(in_address(&serde_json::json!(["a", 2, true, null])), "a,2,true,");
    }
}
