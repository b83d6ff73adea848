//! The people of a matter beside the one who is signed in: whose card is asked for, who has been
//! identified, and in which role each of them is.
//!
//! The session's person is whoever logged in. The steps that say who somebody is (`login` for the
//! party with `identity = "session"`, `identify_party` for any other) are looked at in their order: the
//! first one that applies takes the session's person, without a further card, and every later one asks
//! for somebody else's. So a proxy's step under a condition, before that of the one the matter is for,
//! makes the person who logged in the proxy when the condition holds, and the other one when not.

use serde_json::Value;

use crate::catalogue::model::{Party, PartyAlternative, Service, Step, StepType};
use crate::protocol::body::{Source, Subject};

use super::context::Context;
use super::event::CardData;
use super::login::Way;
use super::person::{Answer, scrub};
use super::stage::Turn;
use super::view::Say;

/// Somebody beside the session's person whose card is asked for at present.
pub(super) struct Candidate {
    /// Role, as the backend gets it.
    pub role: String,
    /// Whose card it is, in words.
    pub who: Say,
    /// Equal ways to be identified.
    pub ways: Vec<Way>,
    /// Somebody can come home instead.
    pub home_visit: bool,
    pub card: Option<CardData>,
    pub way: Option<Way>,
    pub face_tries: u8,
    /// Each person's consents are their own: this number keeps them apart.
    number: u64,
    /// Why a card is not the one that is waited for.
    pub refuse: fn(&Context, &Subject) -> Option<Say>,
    /// The card was read.
    pub read: fn(&mut Context) -> Turn,
    /// Identified by the verification with this id.
    pub identified: fn(&mut Context, String) -> Turn,
    /// Turned away.
    pub cancelled: fn(&mut Context) -> Turn,
}

/// What the steps decide about a [`Candidate`].
pub(super) struct Asked {
    pub refuse: fn(&Context, &Subject) -> Option<Say>,
    pub read: fn(&mut Context) -> Turn,
    pub identified: fn(&mut Context, String) -> Turn,
    pub cancelled: fn(&mut Context) -> Turn,
}

impl Service {
    /// Steps that say who somebody is, with the role.
    fn identifying(&self) -> impl Iterator<Item = (&Step, &str)> {
        let steps = self.steps.iter();
        steps.filter_map(|step| Some((step, self.role_of(step)?)))
    }

    /// Role of the person whom a step identifies.
    pub(super) fn role_of<'a>(&'a self, step: &'a Step) -> Option<&'a str> {
        match step.kind {
            StepType::Login => Some(self.own_role()),
            StepType::IdentifyParty => step.party.as_deref(),
            _ => None,
        }
    }

    /// Who logs in may have one role or another.
    fn role_is_open(&self) -> bool {
        let mut identifying = self.identifying();
        identifying.next().is_some_and(|(step, _)| step.when.is_some())
    }

    /// The login with this index may be that of a second person: somebody else is identified before it.
    pub(super) fn may_come_second(&self, login: usize) -> bool {
        let mut before = self.steps.iter().take(login);
        before.any(|step| step.kind == StepType::IdentifyParty)
    }
}

/// A role in words.
pub(super) fn role_words(service: Option<&Service>, role: &str) -> Say {
    let party = service.and_then(|service| service.party(role));
    let id = match role {
        "applicant" => "role.applicant",
        "household_member" => "role.household_member",
        "supporter" => "role.supporter",
        "guardian" => "role.guardian",
        "proxy" => "role.proxy",
        "elder" => "role.elder",
        _ => "role.other",
    };
    match party.and_then(|party| party.title.as_ref()) {
        Some(title) => Say::Words((**title).clone()),
        None => Say::id(id),
    }
}

/// Each must be somebody else than the other.
fn must_differ(service: &Service, one: &str, other: &str) -> bool {
    let names = |role: &str, rival: &str| {
        let party = service.party(role);
        party.and_then(|party| party.must_differ_from.as_deref()) == Some(rival)
    };
    names(one, other) || names(other, one)
}

impl Context {
    // Whose card, face or code is asked for now.

    /// The candidate's, or else the session's person's.
    pub fn asked_card(&self) -> Option<&CardData> {
        match &self.person.candidate {
            Some(candidate) => candidate.card.as_ref(),
            None => self.person.card.as_ref(),
        }
    }

    /// The same, as the backend gets it.
    pub fn asked_subject(&self) -> Option<&Subject> {
        self.asked_card().map(|card| &card.subject)
    }

    /// Role of the person who is being identified.
    pub fn asked_role(&self) -> String {
        match &self.person.candidate {
            Some(candidate) => candidate.role.clone(),
            None => self.own_role(),
        }
    }

    /// Ways that this person has.
    pub fn ways(&self) -> Vec<Way> {
        match &self.person.candidate {
            Some(candidate) => candidate.ways.clone(),
            None => self.service().map(Way::of).unwrap_or_default(),
        }
    }

    pub fn choose_way(&mut self, way: Way) {
        match &mut self.person.candidate {
            Some(candidate) => candidate.way = Some(way),
            None => self.way = Some(way),
        }
    }

    /// Tries of this person with the face.
    pub fn face_tries(&mut self) -> &mut u8 {
        match &mut self.person.candidate {
            Some(candidate) => &mut candidate.face_tries,
            None => &mut self.face_tries,
        }
    }

    /// The same, to look at.
    pub fn tried_faces(&self) -> u8 {
        let candidate = self.person.candidate.as_ref();
        candidate.map_or(self.face_tries, |candidate| candidate.face_tries)
    }

    /// Under which name a consent of this person is kept.
    pub fn consent_key(&self, template: &str) -> String {
        match &self.person.candidate {
            Some(candidate) => format!("{template}/{}", candidate.number),
            None => template.to_owned(),
        }
    }

    /// From here on the card of somebody in this role is asked for.
    pub fn ask_for(&mut self, role: &str, who: Say, asked: &Asked) {
        let party = self.service().and_then(|service| service.party(role)).cloned();
        let candidate = Candidate {
            role: role.to_owned(),
            who,
            ways: self.ways_of(party.as_ref()),
            home_visit: party.is_some_and(|party| party.alternatives.contains(&PartyAlternative::HomeVisit)),
            card: None,
            way: None,
            face_tries: 0,
            number: self.ticket().sequence,
            refuse: asked.refuse,
            read: asked.read,
            identified: asked.identified,
            cancelled: asked.cancelled,
        };
        self.person.candidate = Some(Box::new(candidate));
    }

    /// A party's own ways; those of the login where it names none.
    fn ways_of(&self, party: Option<&Party>) -> Vec<Way> {
        let alternatives = party
            .map(|party| party.alternatives.as_slice())
            .unwrap_or_default();
        if alternatives.is_empty() {
            return self.service().map(Way::of).unwrap_or_default();
        }
        let others = alternatives.iter().filter_map(|alternative| match alternative {
            PartyAlternative::SmsOtp => Some(Way::Sms),
            PartyAlternative::StaffWitness => Some(Way::Witness),
            PartyAlternative::HomeVisit => None,
        });
        std::iter::once(Way::Face).chain(others).collect()
    }

    // Who is who in this matter.

    /// Role of the session's person: see the head of this file.
    pub fn own_role(&self) -> String {
        let Some(service) = self.service() else {
            return String::new();
        };
        let first = service.identifying().find(|(step, _)| self.holds(step));
        first
            .map_or_else(|| service.own_role(), |(_, role)| role)
            .to_owned()
    }

    /// The condition of a step holds; a condition that nobody can judge yet does not.
    pub fn holds(&self, step: &Step) -> bool {
        let when = step.when.as_ref();
        when.is_none_or(|when| self.judge(|facts| when.judge(facts)) == Some(true))
    }

    /// The card of the person in a role.
    pub fn card_of(&self, role: &str) -> Option<&CardData> {
        match self.person.cards.get(role) {
            Some(card) => Some(card),
            None if self.own_role() == role => self.person.card.as_ref(),
            None => None,
        }
    }

    /// Roles of those whose card was read, the session's person first.
    pub fn known_roles(&self) -> Vec<String> {
        let own = self.person.card.is_some().then(|| self.own_role());
        own.into_iter().chain(self.person.cards.keys().cloned()).collect()
    }

    /// Whose matter it is: the first party of the service, where that is another person than the one
    /// who is signed in.
    pub fn principal(&self) -> Option<&Subject> {
        let first = self.service()?.parties.first()?;
        self.person.cards.get(&first.role).map(|card| &card.subject)
    }

    /// Somebody else was identified: role, card and verification are kept, and the candidate is done.
    pub fn keep_party(&mut self, verification: String) {
        let Some(mut candidate) = self.person.candidate.take() else {
            return;
        };
        if let Some(card) = candidate.card.take() {
            self.person.parties.insert(candidate.role.clone(), verification);
            self.person.cards.insert(candidate.role, card);
        }
        self.fill_from_card();
    }

    /// The card is that of somebody who must be another person than the one in this role.
    pub fn is_rival(&self, role: &str, subject: &Subject) -> bool {
        let Some(service) = self.service() else {
            return false;
        };
        self.known_roles().iter().any(|known| {
            known != role
                && must_differ(service, role, known)
                && self
                    .card_of(known)
                    .is_some_and(|card| card.subject.id_no == subject.id_no)
        })
    }

    /// People whose part fell away because an earlier answer was changed are forgotten.
    pub fn settle_parties(&mut self) {
        let own = self.own_role();
        let Some(service) = self.service() else { return };
        let applying: Vec<&str> = service
            .identifying()
            .filter(|(step, _)| self.holds(step))
            .map(|(_, role)| role)
            .collect();
        let gone: Vec<String> = service
            .identifying()
            .map(|(_, role)| role)
            .filter(|role| !applying.contains(role))
            .map(str::to_owned)
            .collect();
        self.person.parties.remove(&own);
        self.person.cards.remove(&own);
        for role in gone {
            self.person.parties.remove(&role);
            self.person.cards.remove(&role);
            self.person.forget_answers(&format!("{role}."));
        }
    }

    /// Puts what the cards say into the fields of the people they belong to.
    pub fn fill_from_card(&mut self) {
        for role in self.known_roles() {
            let Some(card) = self.card_of(&role).cloned() else {
                continue;
            };
            for (name, value) in values_of(&card) {
                let id = format!("{role}.{name}");
                let wanted = self.service().and_then(|service| service.field(&id)).is_some();
                if wanted {
                    let answer = Answer {
                        value: Value::String(value),
                        source: Source::Card,
                    };
                    if let Some(mut old) = self.person.answers.insert(id, answer) {
                        scrub(&mut old.value);
                    }
                }
            }
        }
        self.party_facts();
    }

    /// `parties.<role>` for everyone who is known, and whether two of them are two people.
    pub fn party_facts(&mut self) {
        let known = self.known_roles();
        let lists = self.service().map(|service| service.parties.as_slice());
        let listed: Vec<String> = lists
            .unwrap_or_default()
            .iter()
            .map(|party| party.role.clone())
            .filter(|role| !self.members(role).is_empty())
            .collect();
        let mut facts: Vec<(String, Value)> = known
            .iter()
            .chain(&listed)
            .map(|role| (format!("parties.{role}"), Value::Bool(true)))
            .collect();
        for one in &known {
            for other in known.iter().filter(|other| *other != one) {
                let number = |role: &String| self.card_of(role).map(|card| card.subject.id_no.as_str());
                let differs = number(one) != number(other);
                facts.push((
                    format!("parties.{one}_differs_from_{other}"),
                    Value::Bool(differs),
                ));
            }
        }
        let held = &mut self.person.facts;
        held.retain(|name, _| !name.starts_with("parties."));
        held.extend(facts);
    }

    /// Verification by role, for the backend: those beside the session's person, and the session's own
    /// where it is in another role than the file's, or could be.
    pub fn verifications(&self) -> std::collections::BTreeMap<String, String> {
        let mut verifications = self.person.parties.clone();
        let own = self.person.verification.clone();
        if let Some(own) = own.filter(|_| self.service().is_some_and(Service::role_is_open)) {
            verifications.insert(self.own_role(), own);
        }
        verifications
    }
}

/// Values of a card by field name without the party.
pub(super) fn values_of(card: &CardData) -> std::collections::BTreeMap<String, String> {
    let mut values = card.fields.clone();
    values.insert("name".to_owned(), card.subject.name.clone());
    values.insert("id_no".to_owned(), card.subject.id_no.clone());
    values
}
