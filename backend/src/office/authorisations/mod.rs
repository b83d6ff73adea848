//! The household's letter (以家庭为单位授权): one letter, many signatories, several days and terminals.
//!
//! Its text is fixed when it is made. Each signature is bound to that text and to who wrote it; when
//! all who are needed have signed, the letter is sealed, and only then can the application go in.

mod letter;
mod paper;
mod signing;

use jiff::ToSpan as _;
use kiosk::catalogue::bundle::LetterText;
use kiosk::catalogue::model::{Authorisation, RemoteSign, Service};
use kiosk::catalogue::predicate::Facts;
use kiosk::protocol::authorisation::{
    AddSignature, AuthorisationRequest, AuthorisationState, MyAuthorisations, Signatory as Shown,
};
use rusqlite::params;
use serde_json::{Value, json};

pub use letter::{Letter, Signatory, by_token, find, of_application};
pub use paper::{kept, verdict};
pub use signing::{Hand, add, may_sign};

use super::applications::{self, Stored};
use super::household::{self, Member};
use super::judge;
use super::states::{self, State, Told};
use super::{day, masked_name, new_id, number, parties, rfc3339_ms, sample, secret_token};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::chinese;

/// `POST /v1/authorisations`: makes the letter of a draft. As long as the same people are asked, the
/// letter that is there stays.
pub fn create(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: AuthorisationRequest = request.json()?;
    let stored = applications::owned(request, &body.application_id)?;
    let service = &applications::began_under(request, &stored)?;
    let rule = rule(service, &body.authorisation)?;
    let editable = stored.state.is_editable() || stored.state == State::AwaitingSignatures;
    if !editable {
        return Err(Case::ApplicationSubmitted.into());
    }
    household::check(request, service, &stored.id_no, &stored.answers)?;
    let people = people(service, rule, &stored);
    if let Some(letter) = of_application(request, &stored.id)?
        && (letter.is_open() || letter.is_complete())
    {
        if same_people(&letter, &people) {
            return Answer::created(&shown(request, &letter)?);
        }
        letter::set_state(request, &letter.id, "withdrawn")?;
    }
    let id = write(request, service, rule, &stored, &people)?;
    if stored.state == State::Draft {
        let now = request.now_ms();
        states::enter(
            request,
            &stored.id,
            State::AwaitingSignatures,
            now,
            &Told::default(),
        )?;
    }
    Answer::created(&shown(request, &find(request, &id)?)?)
}

/// The service's rule of this id.
fn rule<'a>(service: &'a Service, id: &str) -> Result<&'a Authorisation, Refusal> {
    service
        .authorisations
        .iter()
        .find(|rule| rule.id == id)
        .ok_or_else(|| Refusal::invalid("/authorisation", "unknown"))
}

/// Who signs: the applicant, then the members of the rule's roles.
fn people(service: &Service, rule: &Authorisation, stored: &Stored) -> Vec<Member> {
    let own = service.own_role();
    let applicant = Member::applicant(own, &stored.name, &stored.id_no);
    let members = household::members(service, &stored.answers);
    std::iter::once(applicant)
        .chain(members)
        .filter(|member| rule.parties.contains(&member.role))
        .collect()
}

fn same_people(letter: &Letter, people: &[Member]) -> bool {
    letter.signatories.len() == people.len()
        && letter
            .signatories
            .iter()
            .zip(people)
            .all(|(one, other)| one.id_no == other.id_no && one.role == other.role && one.name == other.name)
}

fn template<'a>(request: &Request<'a>, rule: &Authorisation) -> Result<&'a LetterText, Refusal> {
    let template = request.office.services.catalogue.letters.get(&rule.template);
    template
        .filter(|template| template.version == rule.version)
        .ok_or_else(|| {
            tracing::error!(template = rule.template, version = rule.version, "no such letter");
            Case::Internal.into()
        })
}

/// Writes letter and signatories; answers its id.
fn write(
    request: &Request<'_>,
    service: &Service,
    rule: &Authorisation,
    stored: &Stored,
    people: &[Member],
) -> Result<String, Refusal> {
    let today = day(request.now);
    let sign_until = today
        .checked_add(i64::from(rule.wait_for_signatures_days).days())
        .map_err(|_| Refusal::from(Case::Internal))?;
    let wording = letter::wording(
        request,
        service,
        rule,
        template(request, rule)?,
        people,
        sign_until,
    );
    let id = new_id();
    request.db.execute(
        "INSERT INTO authorisation (id, application_id, rule, number, state, token, letter, sha256, sign_until, created_at)
         VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6, ?7, ?8, ?9)",
        params![
            id,
            stored.id,
            rule.id,
            number(request.db, "L", request.now)?,
            secret_token(),
            serde_json::to_string(&wording)?,
            letter::sha256(&wording),
            sign_until.to_string(),
            request.now_ms()
        ],
    )?;
    for (place, member) in (0u32..).zip(people) {
        request.db.execute(
            "INSERT INTO signatory (id, authorisation_id, place, role, person_hash, id_no, name, relation, by_guardian)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                new_id(),
                id,
                place,
                member.role,
                request.office.person_hash(&member.id_no),
                member.id_no,
                member.name,
                member.relation,
                rule.guardian_signs && member.needs_guardian(service, today)
            ],
        )?;
    }
    Ok(id)
}

/// The letter as a terminal shows it: names masked among the signatories, no number of anybody.
fn shown(request: &Request<'_>, letter: &Letter) -> Result<AuthorisationState, Refusal> {
    let stored = applications::find(request, &letter.application_id)?;
    let service = &applications::began_under(request, &stored)?;
    let me = request
        .session()?
        .subject
        .as_ref()
        .map(|(id_no, _)| id_no.clone());
    let signatories = letter.signatories.iter().map(|signatory| {
        let waiting = signatory.signed_at.is_none();
        let mine = me
            .as_ref()
            .is_some_and(|me| may_sign(request, letter, signatory, me));
        Shown {
            signatory_id: signatory.id.clone(),
            role: signatory.role.clone(),
            name_masked: masked_name(&signatory.name),
            relation: letter::relation(request, service, &signatory.role, &signatory.relation),
            by_guardian: signatory.by_guardian,
            state: if waiting { "waiting" } else { "signed" }.to_owned(),
            signed_at: signatory.signed_at.map(rfc3339_ms),
            mine: mine && waiting && letter.is_open(),
        }
    });
    Ok(AuthorisationState {
        authorisation_id: letter.id.clone(),
        application_id: letter.application_id.clone(),
        own: applications::owned(request, &letter.application_id).is_ok(),
        number: letter.number.clone(),
        state: letter.state.clone(),
        letter: letter.wording.paragraphs.clone(),
        sha256: letter.sha256.clone(),
        signatories: signatories.collect(),
        sign_until: letter.sign_until.clone(),
        qr: request.office.web_address("s", &letter.token),
    })
}

/// A letter that concerns the session's person: the applicant, who acts for them, who signs. For
/// everyone else it does not exist.
fn visible(request: &Request<'_>) -> Result<Letter, Refusal> {
    let (id_no, _) = request.session()?.person(2)?;
    let letter = find(request, request.param("authorisation_id"))?;
    let signs = letter
        .signatories
        .iter()
        .any(|signatory| signatory.id_no == id_no || may_sign(request, &letter, signatory, id_no));
    if signs || applications::owned(request, &letter.application_id).is_ok() {
        Ok(letter)
    } else {
        Err(Case::NotFound.into())
    }
}

/// Letters that a person has something to do with: those that wait for their hand, and their own that all
/// have signed and no submission has used.
pub fn of_person(request: &Request<'_>, id_no: &str) -> Result<Vec<Letter>, Refusal> {
    let mut letters = waiting_for(request, id_no)?;
    for id in letter::complete_of(request, id_no)? {
        letters.push(find(request, &id)?);
    }
    Ok(letters)
}

fn waiting_for(request: &Request<'_>, id_no: &str) -> Result<Vec<Letter>, Refusal> {
    let mut ids = letter::open_for(request, &request.office.person_hash(id_no))?;
    for ward in request.office.guardians.wards(id_no) {
        ids.extend(letter::open_for(request, &request.office.person_hash(ward))?);
    }
    // Ids are in order of time: oldest first.
    ids.sort();
    ids.dedup();
    let mut letters = Vec::new();
    for id in ids {
        let letter = find(request, &id)?;
        let waits = letter
            .signatories
            .iter()
            .any(|signatory| signatory.signed_at.is_none() && may_sign(request, &letter, signatory, id_no));
        if waits {
            letters.push(letter);
        }
    }
    Ok(letters)
}

/// `GET /v1/authorisations`: see [`of_person`].
pub fn mine(request: &Request<'_>) -> Result<Answer, Refusal> {
    let (id_no, _) = request.session()?.person(2)?;
    let authorisations = of_person(request, id_no)?
        .iter()
        .map(|letter| shown(request, letter))
        .collect::<Result<_, _>>()?;
    Answer::ok(&MyAuthorisations { authorisations })
}

/// `GET /v1/authorisations/{authorisation_id}`.
pub fn read(request: &Request<'_>) -> Result<Answer, Refusal> {
    Answer::ok(&shown(request, &visible(request)?)?)
}

/// `POST /v1/authorisations/{authorisation_id}/signatures`, by somebody who was verified in this visit.
pub fn sign(request: &Request<'_>) -> Result<Answer, Refusal> {
    let letter = visible(request)?;
    let body: AddSignature = request.json()?;
    refuse_other_terminal(request, &letter)?;
    let signer = parties::verified(request, &body.verification_id)?
        .ok_or_else(|| Refusal::from(Case::PartyNotVerified))?;
    let hand = Hand {
        id_no: &signer.id_no,
        name: &signer.name,
        channel: "terminal",
        verification_id: Some(&signer.verification_id),
    };
    add(request, &letter, &body.signatory_id, &hand, &body.signature)?;
    Answer::created(&shown(request, &find(request, &letter.id)?)?)
}

/// Another terminal takes signatures where the service says so.
fn refuse_other_terminal(request: &Request<'_>, letter: &Letter) -> Result<(), Refusal> {
    let first: String = request.db.query_row(
        "SELECT terminal FROM application WHERE id = ?1",
        [&letter.application_id],
        |row| row.get(0),
    )?;
    if first == request.received.terminal || allows(request, letter, RemoteSign::OtherTerminal)? {
        return Ok(());
    }
    Err(Case::AuthorisationClosed.into())
}

/// Whether the letter may be signed from there.
pub fn allows(request: &Request<'_>, letter: &Letter, place: RemoteSign) -> Result<bool, Refusal> {
    let stored = applications::find(request, &letter.application_id)?;
    let service = &applications::began_under(request, &stored)?;
    Ok(rule(service, &letter.rule)?.remote_sign.contains(&place))
}

/// `POST /v1/authorisations/{authorisation_id}/withdrawal`, by anyone who signs (PIPL art. 15): nothing
/// more is checked. Before the submission the application becomes a draft again.
pub fn withdraw(request: &Request<'_>) -> Result<Answer, Refusal> {
    let letter = visible(request)?;
    if !letter.is_open() && !letter.is_complete() {
        return Err(Case::AuthorisationClosed.into());
    }
    letter::set_state(request, &letter.id, "withdrawn")?;
    let stored = applications::find(request, &letter.application_id)?;
    if stored.state == State::AwaitingSignatures {
        states::enter(
            request,
            &stored.id,
            State::Draft,
            request.now_ms(),
            &Told::default(),
        )?;
    }
    tell_applicant(request, &letter, "sms.letter_withdrawn")?;
    Answer::created(&shown(request, &find(request, &letter.id)?)?)
}

/// `GET /v1/authorisations/{authorisation_id}/document`: the sealed letter, once it is complete.
pub fn document(request: &Request<'_>) -> Result<Answer, Refusal> {
    let letter = visible(request)?;
    if !letter.is_complete() {
        return Err(incomplete(&letter));
    }
    Ok(Answer::pdf(paper::kept(request, &letter)?))
}

/// `authorisation-incomplete` with who is missing.
fn incomplete(letter: &Letter) -> Refusal {
    let missing: Vec<Value> = letter
        .signatories
        .iter()
        .filter(|signatory| signatory.signed_at.is_none())
        .map(|signatory| json!({ "role": signatory.role, "name": masked_name(&signatory.name) }))
        .collect();
    Refusal::from(Case::AuthorisationIncomplete).with("missing", missing)
}

/// Refuses a submission without the letters that the service asks for, and uses them up. Where the step
/// that asks for one fell away, as in an emergency, it is signed later.
pub fn use_for(request: &Request<'_>, service: &Service, stored: &Stored) -> Result<(), Refusal> {
    let facts = judge::facts(request, &stored.id_no, &[], &stored.answers);
    let known = Facts {
        answers: &stored.answers,
        facts: &facts,
        today: day(request.now),
    };
    let asked = |rule: &&Authorisation| {
        judge::reached(service, known, |step| {
            step.authorisation.as_ref() == Some(&rule.id)
        })
    };
    for rule in service.authorisations.iter().filter(asked) {
        let people = people(service, rule, stored);
        let letter = of_application(request, &stored.id)?.filter(|letter| same_people(letter, &people));
        let Some(letter) = letter else {
            let missing: Vec<Value> = people
                .iter()
                .map(|member| json!({ "role": member.role, "name": masked_name(&member.name) }))
                .collect();
            return Err(Refusal::from(Case::AuthorisationIncomplete).with("missing", missing));
        };
        if letter.is_open() {
            return Err(incomplete(&letter));
        }
        let today = day(request.now).to_string();
        let valid = letter.expires_on.as_ref().is_none_or(|last| *last >= today);
        if !letter.is_complete() || !valid {
            return Err(Case::AuthorisationClosed.into());
        }
        letter::set_state(request, &letter.id, "used")?;
    }
    Ok(())
}

/// Ends the letters whose days for signing are over, and tells the applicants.
pub fn expire(request: &Request<'_>) -> Result<(), Refusal> {
    let mut query = request
        .db
        .prepare("SELECT id FROM authorisation WHERE state = 'open' AND sign_until < ?1")?;
    let over: Vec<String> = query
        .query_map([day(request.now).to_string()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in over {
        let letter = find(request, &id)?;
        letter::set_state(request, &id, "expired")?;
        let stored = applications::find(request, &letter.application_id)?;
        if stored.state == State::AwaitingSignatures {
            states::enter(
                request,
                &stored.id,
                State::Expired,
                request.now_ms(),
                &Told::default(),
            )?;
        }
        tell_applicant(request, &letter, "sms.letter_expired")?;
    }
    Ok(())
}

/// A message to the applicant's registered telephone, with the number of the letter.
fn tell_applicant(request: &Request<'_>, letter: &Letter, words: &str) -> Result<(), Refusal> {
    let resident = letter
        .applicant()
        .and_then(|applicant| request.office.register.find(&applicant.id_no));
    let Some(resident) = resident else { return Ok(()) };
    let text = chinese(words).replace("{number}", &letter.number);
    sample::send_sms(request, &resident.phone, &text)
}
