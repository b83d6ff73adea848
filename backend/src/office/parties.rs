//! People who act together in one visit: whom the matter is about, and who acts beside.
//!
//! The session's person is who was identified first. Whoever is identified in another role later
//! is a party of the visit and never takes the session's person's place. A matter is about the
//! person in the service's own role, so an elder beside a proxy is the one who applies.

use std::collections::BTreeMap;

use kiosk::catalogue::model::{PartyIdentity, Service};
use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};

use super::applications::Stored;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};

/// A person with the verification that identified them.
#[derive(Clone)]
pub struct Party {
    /// Role in the service.
    pub role: String,
    /// Card number.
    pub id_no: String,
    /// Name.
    pub name: String,
    /// Of this session.
    pub verification_id: String,
}

/// Everyone of a matter.
pub struct People {
    /// Whom it is about.
    pub principal: Party,
    /// Who acts beside.
    pub others: Vec<Party>,
}

impl People {
    /// All, the principal first.
    pub fn iter(&self) -> impl Iterator<Item = &Party> {
        std::iter::once(&self.principal).chain(&self.others)
    }

    fn has(&self, role: &str) -> bool {
        self.iter().any(|party| party.role == role)
    }
}

/// Whether this is the session's own person in the role of the login. Somebody else never takes the
/// session over, whatever the role is called.
pub fn is_own(request: &Request<'_>, role: &str, id_no: &str) -> Result<bool, Refusal> {
    let session = request.session()?;
    Ok(match &session.subject {
        None => true,
        Some((own, _)) => own == id_no && session.role.as_deref() == Some(role),
    })
}

/// Refuses one person in two roles of a visit that the catalogue wants to be two people.
pub fn refuse_same_person(request: &Request<'_>, role: &str, id_no: &str) -> Result<(), Refusal> {
    let mut query = request.db.prepare(
        "SELECT DISTINCT role FROM verification
         WHERE session_id = ?1 AND id_no = ?2 AND result = 'verified' AND role <> ?3",
    )?;
    let others: Vec<String> = query
        .query_map(params![request.session()?.id, id_no, role], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let services = &request.office.services.catalogue.services;
    let clash = others
        .iter()
        .any(|other| services.iter().any(|service| must_differ(service, role, other)));
    if clash {
        Err(Case::SamePerson.into())
    } else {
        Ok(())
    }
}

fn must_differ(service: &Service, one: &str, other: &str) -> bool {
    let says = |role: &str, from: &str| {
        service
            .party(role)
            .is_some_and(|party| party.must_differ_from.as_deref() == Some(from))
    };
    says(one, other) || says(other, one)
}

/// Who the matter is about: the person in the service's own role, or the session's person where
/// that one is in no other role of the service.
pub fn principal(request: &Request<'_>, service: &Service) -> Result<Party, Refusal> {
    let own = service.own_role();
    if let Some(party) = latest(request, own, service.login.level)? {
        return Ok(party);
    }
    let session = request.session()?;
    let (id_no, name) = session.person(service.login.level)?;
    let role = session.role.clone().unwrap_or_default();
    if role != own && service.party(&role).is_some() {
        return Err(missing(own));
    }
    let verification_id = latest(request, &role, 0)?.map(|party| party.verification_id);
    Ok(Party {
        role: own.to_owned(),
        id_no: id_no.to_owned(),
        name: name.to_owned(),
        verification_id: verification_id.unwrap_or_default(),
    })
}

fn missing(role: &str) -> Refusal {
    Refusal::from(Case::PartyNotVerified).with("role", role)
}

/// The person of the newest verification in `role`, when it succeeded at `level`.
fn latest(request: &Request<'_>, role: &str, level: u8) -> Result<Option<Party>, Refusal> {
    let newest = request
        .db
        .query_row(
            "SELECT id, id_no, name, result = 'verified' AND level >= ?3 FROM verification
             WHERE session_id = ?1 AND role = ?2 ORDER BY rowid DESC LIMIT 1",
            params![request.session()?.id, role, level],
            |row| {
                let party = Party {
                    verification_id: row.get(0)?,
                    role: role.to_owned(),
                    id_no: row.get(1)?,
                    name: row.get(2)?,
                };
                Ok((party, row.get::<_, bool>(3)?))
            },
        )
        .optional()?;
    Ok(newest.and_then(|(party, good)| good.then_some(party)))
}

/// A verified person of this session by verification.
pub fn verified(request: &Request<'_>, verification_id: &str) -> Result<Option<Party>, Refusal> {
    Ok(request
        .db
        .query_row(
            "SELECT id, role, id_no, name FROM verification
             WHERE id = ?1 AND session_id = ?2 AND result = 'verified'",
            params![verification_id, request.session()?.id],
            |row| {
                Ok(Party {
                    verification_id: row.get(0)?,
                    role: row.get(1)?,
                    id_no: row.get(2)?,
                    name: row.get(3)?,
                })
            },
        )
        .optional()?)
}

/// Everyone of a matter: the principal, the parties that the body names, and the session's person
/// where that is another.
pub fn of_matter(
    request: &Request<'_>,
    service: &Service,
    named: &BTreeMap<String, String>,
) -> Result<People, Refusal> {
    let mut people = People {
        principal: principal(request, service)?,
        others: others(request, service, named)?,
    };
    add_session_person(request, &mut people)?;
    refuse_absent(service, &people)?;
    refuse_doubles(service, &people)?;
    Ok(people)
}

/// Everyone of a draft that is taken up again: it stays about the person who began it.
pub fn of_draft(
    request: &Request<'_>,
    service: &Service,
    stored: &Stored,
    named: &BTreeMap<String, String>,
) -> Result<People, Refusal> {
    let people = People {
        principal: Party {
            role: service.own_role().to_owned(),
            id_no: stored.id_no.clone(),
            name: stored.name.clone(),
            verification_id: String::new(),
        },
        others: others(request, service, named)?,
    };
    refuse_doubles(service, &people)?;
    Ok(people)
}

/// The parties that a body names, each verified in this session in its role.
fn others(
    request: &Request<'_>,
    service: &Service,
    named: &BTreeMap<String, String>,
) -> Result<Vec<Party>, Refusal> {
    let mut others = Vec::new();
    for (role, verification_id) in named {
        let pointer = format!("/parties/{role}");
        if service.party(role).is_none() {
            return Err(Refusal::invalid(&pointer, "unknown_role"));
        }
        let party = verified(request, verification_id)?.ok_or_else(|| missing(role))?;
        // Who logged in for an earlier matter may act for somebody else in this one.
        let own = request.session()?.subject.as_ref().map(|(id_no, _)| id_no);
        let acts = own == Some(&party.id_no) && named.contains_key(service.own_role());
        if party.role != *role && !acts {
            return Err(Refusal::invalid(&pointer, "other_role"));
        }
        if role != service.own_role() {
            others.push(party);
        }
    }
    Ok(others)
}

/// Who is signed in and acts for another is part of the matter, named or not.
fn add_session_person(request: &Request<'_>, people: &mut People) -> Result<(), Refusal> {
    let session = request.session()?;
    let Some((id_no, _)) = &session.subject else {
        return Ok(());
    };
    let role = session.role.as_deref().unwrap_or_default();
    let there = people
        .iter()
        .any(|party| party.role == role || party.id_no == *id_no);
    if !there && let Some(party) = latest(request, role, 0)? {
        people.others.push(party);
    }
    Ok(())
}

fn refuse_absent(service: &Service, people: &People) -> Result<(), Refusal> {
    let absent = service
        .parties
        .iter()
        .find(|party| party.min > 0 && party.identity == PartyIdentity::CardFace && !people.has(&party.role));
    absent.map_or(Ok(()), |party| Err(missing(&party.role)))
}

fn refuse_doubles(service: &Service, people: &People) -> Result<(), Refusal> {
    let clash = people.iter().enumerate().any(|(index, one)| {
        people
            .iter()
            .skip(index + 1)
            .any(|other| one.id_no == other.id_no && must_differ(service, &one.role, &other.role))
    });
    if clash {
        Err(Case::SamePerson.into())
    } else {
        Ok(())
    }
}

/// Answers that their cards give: name and number of each person, where the service has the fields.
pub fn known_answers(service: &Service, people: &People) -> BTreeMap<String, Value> {
    let mut known = BTreeMap::new();
    for party in people.iter() {
        for (part, value) in [("name", &party.name), ("id_no", &party.id_no)] {
            let id = format!("{}.{part}", party.role);
            if service.field(&id).is_some() {
                known.insert(id, json!(value));
            }
        }
    }
    known
}

/// Keeps who takes part in an application beside the one that it is about.
pub fn record(request: &Request<'_>, application: &str, people: &People) -> Result<(), Refusal> {
    for party in &people.others {
        request.db.execute(
            "INSERT OR REPLACE INTO application_party (application_id, role, id_no, name, verification_id)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                application,
                party.role,
                party.id_no,
                party.name,
                party.verification_id
            ],
        )?;
    }
    Ok(())
}
