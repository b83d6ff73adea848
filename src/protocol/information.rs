//! Lists of the backend: institutions, policies, courses, entitlements, cases, tasks. One shape, so
//! that one page shows them all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::body::{TimelineEntry, Words};

/// Answer to a `GET` of a list, and to a search.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Listing {
    /// At most 200.
    pub items: Vec<Item>,
    /// State of the register, RFC 3339.
    pub as_of: String,
    /// Who keeps it.
    pub office: Words,
}

/// One thing of a [`Listing`], complete: its page needs no further call.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// For later calls, and for the answer of a choice.
    pub id: String,
    /// Name. Names of people leave masked.
    pub title: Words,
    /// Second line of the list.
    #[serde(default)]
    pub sub: Words,
    /// Icon name; empty for that of the service.
    #[serde(default)]
    pub icon: String,
    /// State, where the thing has one, e.g. `granted`, `open`, `full`.
    #[serde(default)]
    pub state: String,
    /// Why it cannot be chosen now.
    #[serde(default)]
    pub off: Words,
    /// Details.
    #[serde(default)]
    pub sections: Vec<Part>,
    /// Text to read.
    #[serde(default)]
    pub paragraphs: Vec<Words>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Payload of a code to scan with one's own telephone; empty for none.
    #[serde(default)]
    pub qr: String,
    /// Service of the catalogue that goes on from here; empty for none.
    #[serde(default)]
    pub service_id: String,
    /// Number of a case, for people.
    #[serde(default)]
    pub number: String,
    /// States of a case.
    #[serde(default)]
    pub timeline: Vec<TimelineEntry>,
}

/// Lines under one heading.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Heading.
    pub title: Words,
    /// Lines.
    pub lines: Vec<Line>,
}

/// A value with its name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Name of the value.
    pub label: Words,
    /// Value, masked where it is a person's.
    pub value: Words,
}

/// A place on the city's plan: kilometres east and north of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Kilometres to the east.
    pub east_km: f32,
    /// Kilometres to the north.
    pub north_km: f32,
}

/// Answer to `GET /v1/slots?resource=&item=`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Slots {
    /// Where.
    pub place: Words,
    /// Days with at least one time, in order; at most sixty.
    pub days: Vec<SlotDay>,
}

/// A day of [`Slots`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SlotDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Times of the day.
    pub times: Vec<SlotTime>,
}

/// A time of a [`SlotDay`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SlotTime {
    /// For the appointment.
    pub id: String,
    /// `09:00`.
    pub from: String,
    /// `09:30`.
    pub to: String,
    /// Places left; 0 is full.
    pub left: u32,
}

/// `POST /v1/assistant/questions`, `POST /v1/guidance`: a read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Values of the operation's `params` by field id.
    pub params: BTreeMap<String, serde_json::Value>,
}
