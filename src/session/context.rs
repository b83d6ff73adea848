//! What every step may look at and act upon: the world, the person, the matter, and the effects asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::{Date, DateTime};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::catalogue::Catalogue;
use crate::catalogue::model::{Operation, Service, Step};
use crate::catalogue::predicate::Facts;
use crate::protocol::body::Subject;
use crate::protocol::call::{Call, IdempotencyKey, Method};
use crate::text::format;

use super::ask::percent_encoded;
use super::duty::Duty;
use super::effect::{AuditRecord, Effect, Tone};
use super::event::{CardData, DeviceRole, DeviceState, Instant};
use super::flow::Flow;
use super::link::Link;
use super::login::Way;
use super::person::Person;
use super::settings::Settings;
use super::shelf::Shelf;
use super::ticket::Ticket;
use super::view::{Say, TextSize};

/// How the person wants to be served.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Preferences {
    pub language: String,
    pub size: TextSize,
    pub care: bool,
    pub high_contrast: bool,
    /// All that is pressed stands where somebody who sits reaches it.
    pub low_reach: bool,
    /// The focus goes on by itself after so many milliseconds; 0: it does not.
    pub scan_ms: u32,
    /// The screen is dark.
    pub curtain: bool,
    /// Pages and what the keypad comes to are read by themselves.
    pub aloud: bool,
    /// Who speaks; `None` for the voice of the language.
    pub voice: Option<&'static str>,
    /// 1 to [`LOUDEST`].
    pub volume: u8,
}

/// Steps of the loudspeaker.
pub(super) const LOUDEST: u8 = 5;

impl Preferences {
    pub fn start(settings: &Settings) -> Self {
        Self {
            language: settings.language.clone(),
            size: TextSize::Standard,
            care: false,
            high_contrast: false,
            low_reach: false,
            scan_ms: 0,
            curtain: false,
            aloud: false,
            voice: None,
            volume: 3,
        }
    }

    /// Who speaks: as chosen, else as the language is spoken here.
    pub fn voice(&self) -> &'static str {
        // Who reads traditional characters here comes from Hong Kong or Macau.
        let usual = match self.language.as_str() {
            "en" => "en",
            "zh-Hant" => "yue",
            _ => "cmn",
        };
        self.voice.unwrap_or(usual)
    }
}

/// A body or a call without an idempotency key, or with a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyed {
    No,
    Yes,
    With(IdempotencyKey),
}

/// Papers that came out and have to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Papers {
    pub slips: u32,
    pub sheets: u32,
}

pub(super) struct Context {
    pub catalogue: Arc<Catalogue>,
    pub settings: Settings,
    pub now: Instant,
    wall: Option<Zoned>,
    pub online: bool,
    /// Text id of why faces cannot be compared on this terminal.
    pub face_off: Option<&'static str>,
    devices: BTreeMap<DeviceRole, DeviceState>,
    /// Number of the visit.
    pub number: u64,
    sequence: u64,
    pub effects: Vec<Effect>,
    pub preferences: Preferences,
    /// Region that the person chose; `None` for that of the terminal.
    pub chosen_region: Option<String>,
    /// Public lists that were fetched before, for when the network is gone.
    pub shelf: Shelf,
    pub person: Person,
    pub link: Link,
    pub flow: Option<Flow>,
    pub way: Option<Way>,
    /// The member of staff who has the terminal in hand.
    pub duty: Option<Duty>,
    /// Tries with the face in this visit.
    pub face_tries: u8,
    /// A card lies on the reader.
    pub card_lies: bool,
    /// Its data, until it is accepted or taken away.
    pub card_data: Option<Box<CardData>>,
    /// The camera is open.
    pub camera_on: bool,
    pub papers: Papers,
    /// Papers that came out since the program started.
    pub printed: Papers,
    /// After the rating, home instead of goodbye.
    pub then_home: bool,
}

impl Context {
    pub fn new(catalogue: Arc<Catalogue>, settings: Settings, number: u64) -> Self {
        Self {
            preferences: Preferences::start(&settings),
            catalogue,
            settings,
            now: Instant::default(),
            wall: None,
            online: false,
            face_off: None,
            devices: BTreeMap::new(),
            number,
            sequence: 0,
            effects: Vec::new(),
            chosen_region: None,
            shelf: Shelf::default(),
            person: Person::default(),
            link: Link::default(),
            flow: None,
            way: None,
            duty: None,
            face_tries: 0,
            card_lies: false,
            card_data: None,
            camera_on: false,
            papers: Papers::default(),
            printed: Papers::default(),
            then_home: false,
        }
    }

    /// Everything of the visit goes; the world and the preferences of the goodbye page stay.
    pub fn forget_visit(&mut self) {
        self.person = Person::default();
        self.link = Link::default();
        self.flow = None;
        self.chosen_region = None;
        self.way = None;
        self.duty = None;
        self.face_tries = 0;
        self.camera_on = false;
        self.papers = Papers::default();
        self.then_home = false;
        self.card_data = None;
        self.number += 1;
        self.sequence = 0;
    }

    /// The backend has ended the session: login comes again before the present stop. Card and
    /// answers stay.
    pub fn sign_out(&mut self) {
        self.person.forget_identity();
        self.link = Link::default();
        self.duty = None;
        let resident = |service: &Service| service.login.level > 0 && service.staff.is_none();
        if self.service().is_some_and(resident)
            && let Some(flow) = &mut self.flow
        {
            flow.log_in_here();
        }
    }

    /// Region whose rules apply.
    pub fn region(&self) -> &str {
        self.chosen_region.as_deref().unwrap_or(&self.settings.region)
    }

    /// Equal things of one page; large type leaves less room.
    pub fn choices_per_page(&self) -> usize {
        match self.preferences.size {
            TextSize::Standard | TextSize::Large => 6,
            TextSize::Care | TextSize::Extra => 4,
        }
    }

    // Time.

    pub fn tick(&mut self, now: Instant, wall: Zoned) {
        self.now = self.now.max(now);
        self.wall = Some(wall);
    }

    /// Whole seconds from now until `end`, rounded up.
    pub fn seconds_until(&self, end: Instant) -> u32 {
        u32::try_from(end.0.saturating_sub(self.now.0).div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// The instant so many seconds from now; care mode gives more.
    pub fn after(&self, seconds: u32) -> Instant {
        Instant(self.now.0 + u64::from(seconds) * 1000)
    }

    /// Waits for the person are longer in care mode.
    pub fn patience(&self, seconds: u32) -> u32 {
        if self.preferences.care {
            seconds * self.settings.care_factor
        } else {
            seconds
        }
    }

    pub fn today(&self) -> Date {
        self.civil().date()
    }

    pub fn civil(&self) -> DateTime {
        self.wall.as_ref().map_or_else(DateTime::default, Zoned::datetime)
    }

    /// RFC 3339 with offset.
    pub fn wire_time(&self) -> String {
        self.wall.as_ref().map_or_else(String::new, |wall| {
            wall.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        })
    }

    /// `2026年11月23日 10:24` in the person's language, for paper.
    pub fn paper_now(&self) -> String {
        format::full_date_time(self.civil(), &self.preferences.language)
    }

    /// A date of the wire with its year, for paper.
    pub fn paper_date(&self, wire: &str) -> String {
        format::full_wire_date(wire, &self.preferences.language)
    }

    pub fn words_date(&self, wire: &str) -> String {
        format::wire_date(wire, self.today(), &self.preferences.language)
    }

    // Devices.

    /// True when this is news.
    pub fn set_device(&mut self, role: DeviceRole, state: DeviceState) -> bool {
        self.devices.insert(role, state.clone()).as_ref() != Some(&state)
    }

    /// Paper or toner runs low: staff is told before it is out.
    pub fn supply_low(&mut self, role: DeviceRole) {
        let name = device_name(role).rsplit('.').next().unwrap_or_default();
        self.staff_ticket("supply_low", name);
    }

    /// Text id of why a device cannot be used; `None` when it can.
    pub fn device_fault(&self, role: DeviceRole) -> Option<&'static str> {
        match self.devices.get(&role) {
            _ if role == DeviceRole::Screen => None,
            Some(DeviceState::Ready | DeviceState::Low) => None,
            Some(DeviceState::Unusable(reason)) => Some(reason),
            Some(DeviceState::NotFitted) | None => Some("device.reason.not_fitted"),
        }
    }

    /// Every device that the session has heard of, and its state.
    pub fn device_states(&self) -> impl Iterator<Item = (DeviceRole, &DeviceState)> {
        self.devices.iter().map(|(role, state)| (*role, state))
    }

    /// State of one device.
    pub fn device_state(&self, role: DeviceRole) -> Option<&DeviceState> {
        self.devices.get(&role)
    }

    /// Papers came out: to be taken, and counted.
    pub fn came_out(&mut self, slips: u32, sheets: u32) {
        for papers in [&mut self.papers, &mut self.printed] {
            papers.slips += slips;
            papers.sheets += sheets;
        }
    }

    /// Name and reason, in words.
    pub fn device_off(&self, role: DeviceRole) -> Option<Say> {
        let reason = self.device_fault(role)?;
        Some(Say::All(vec![Say::id(device_name(role)), Say::id(reason)]))
    }

    // Effects.

    pub fn ticket(&mut self) -> Ticket {
        self.sequence += 1;
        Ticket {
            session: self.number,
            sequence: self.sequence,
        }
    }

    pub fn ask(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Says something in the person's voice, as loud as the person wants it.
    pub fn speak(&mut self, say: Say) {
        let (voice, volume) = (self.preferences.voice(), self.preferences.volume);
        self.ask(Effect::Speak { say, voice, volume });
    }

    /// Sounds a tone, as loud as the person wants it.
    pub fn sound(&mut self, tone: Tone) {
        let volume = self.preferences.volume;
        self.ask(Effect::Tone { tone, volume });
    }

    /// Asks for something that answers.
    pub fn ask_with(&mut self, effect: impl FnOnce(Ticket) -> Effect) -> Ticket {
        let ticket = self.ticket();
        self.effects.push(effect(ticket));
        ticket
    }

    pub fn audit(&mut self, id: &'static str, members: &[(&'static str, &str)]) {
        let members = members
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        self.ask(Effect::Audit(AuditRecord { id, members }));
    }

    /// A UUIDv7 from the wall clock and the seed of this run.
    pub fn new_key(&mut self) -> IdempotencyKey {
        self.sequence += 1;
        let mut hash = Sha256::new();
        hash.update(self.settings.key_seed);
        hash.update(self.number.to_be_bytes());
        hash.update(self.sequence.to_be_bytes());
        let mut random = [0; 10];
        random
            .iter_mut()
            .zip(hash.finalize())
            .for_each(|(to, from)| *to = from);
        let millis = self
            .wall
            .as_ref()
            .map_or(0, |wall| wall.timestamp().as_millisecond());
        let millis = u64::try_from(millis).unwrap_or_default();
        IdempotencyKey(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    pub fn call(&mut self, method: Method, path: &str, body: &impl Serialize, keyed: Keyed) -> Ticket {
        self.call_with(method, path, body, keyed, 10, 1)
    }

    pub fn call_with(
        &mut self,
        method: Method,
        path: &str,
        body: &impl Serialize,
        keyed: Keyed,
        timeout_s: u32,
        retries: u32,
    ) -> Ticket {
        let key = match keyed {
            Keyed::No => None,
            Keyed::Yes => Some(self.new_key()),
            Keyed::With(key) => Some(key),
        };
        self.send(Call {
            method,
            path: path.to_owned(),
            body: serde_json::to_value(body).unwrap_or(Value::Null),
            key,
            if_match: None,
            timeout_s,
            retries,
        })
    }

    pub fn send(&mut self, call: Call) -> Ticket {
        self.ask_with(|ticket| Effect::Call { ticket, call })
    }

    /// A call of the catalogue: its path is filled in from the present matter.
    pub fn call_op(&mut self, op: &Operation, body: &impl Serialize, keyed: Keyed) -> Ticket {
        let (method, path) = op.call.split_once(' ').unwrap_or(("GET", &op.call));
        let method = match method {
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "DELETE" => Method::Delete,
            _ => Method::Get,
        };
        let mut path = path.to_owned();
        if let Some(letter) = &self.person.letter {
            path = path.replace("{authorisation_id}", &letter.state.authorisation_id);
        }
        if let Some(flow) = &self.flow {
            for (name, value) in flow.path_values() {
                path = path.replace(name, value);
            }
            // Whatever else a path names is the thing that was chosen.
            if let (Some((before, rest)), Some(chosen)) = (path.split_once('{'), &flow.chosen)
                && let Some((_, after)) = rest.split_once('}')
            {
                path = format!("{before}{}{after}", percent_encoded(chosen));
            }
        }
        self.call_with(method, &path, body, keyed, op.timeout_s, op.retries)
    }

    /// A call to the staff, of no visit in particular.
    pub fn staff_ticket(&mut self, kind: &str, about: &str) -> Ticket {
        let body = crate::protocol::body::Ticket {
            kind: kind.to_owned(),
            about: about.to_owned(),
        };
        self.call_with(Method::Post, "/v1/tickets", &body, Keyed::Yes, 10, 3)
    }

    // The person and the matter.

    pub fn service(&self) -> Option<&Service> {
        self.catalogue.service(&self.flow.as_ref()?.service)
    }

    /// A step of the present service.
    pub fn step(&self, index: usize) -> Option<&Step> {
        self.service()?.steps.get(index)
    }

    /// The call of a step of the present service.
    pub fn step_op(&self, index: usize) -> Option<&Operation> {
        self.service()?.op(self.step(index)?.op.as_deref()?)
    }

    pub fn subject(&self) -> Option<&Subject> {
        self.person.card.as_ref().map(|card| &card.subject)
    }

    pub fn identified(&self) -> bool {
        self.person.level >= 2
    }

    pub fn who_masked(&self) -> Option<String> {
        self.subject()
            .filter(|_| self.identified())
            .map(|subject| format::mask_name(&subject.name))
    }

    /// Judges something by the answers and facts of the present matter.
    pub fn judge<T>(&self, judge: impl FnOnce(Facts<'_>) -> T) -> T {
        let answers = self.person.values();
        judge(Facts {
            answers: &answers,
            facts: &self.person.facts,
            today: self.today(),
        })
    }
}

/// Text id of a device's name.
pub(super) fn device_name(role: DeviceRole) -> &'static str {
    match role {
        DeviceRole::Screen => "device.name.screen",
        DeviceRole::IdReader => "device.name.id_reader",
        DeviceRole::Camera => "device.name.camera",
        DeviceRole::ReceiptPrinter => "device.name.receipt_printer",
        DeviceRole::A4Printer => "device.name.a4_printer",
        DeviceRole::QrScanner => "device.name.qr_scanner",
        DeviceRole::DocCamera => "device.name.doc_camera",
        DeviceRole::Speaker => "device.name.speaker",
        DeviceRole::TransitCard => "device.name.transit_card",
    }
}
