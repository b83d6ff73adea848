//! The household's letter: one letter, many who sign, at this terminal, at another, or by telephone.
//! With `POST` the letter of the present application is made; with `GET` those that wait for the
//! session's person are looked up, days later and anywhere.

use crate::protocol::authorisation::{AuthorisationRequest, AuthorisationState, MyAuthorisations, Signatory};
use crate::protocol::body::Subject;
use crate::protocol::call::{CallFailure, CallResult, IdempotencyKey, Method};
use crate::session::action::Action;
use crate::session::context::{Context, Keyed};
use crate::session::event::{Event, Instant};
use crate::session::letter::{Letter, Signing};
use crate::session::link::{Readiness, parse};
use crate::session::party::{Asked, role_words};
use crate::session::stage::{Stage, Turn, button, button_off, say};
use crate::session::ticket::Ticket;
use crate::session::view::{Button, Member, Page, Say};
use crate::text::format;

use super::card::Card;
use super::draft::{self, Saving};
use super::letter_page::{Guardian, LetterPage};
use super::letters::{Letters, NoLetters};
use super::party_ways::PartyWays;
use super::pending::Pending;
use super::trouble::{Trouble, session_ended};

/// Id of the button that leaves the others for later.
const LATER: &str = "later";

/// What is waited for.
enum Phase {
    Begin,
    Saving(Saving),
    Making(Ticket),
    Listing(Ticket),
    /// Taken back before anybody has signed, to change what it says.
    Withdrawing(Ticket),
    Shown,
}

/// The list of those who sign.
pub(in crate::session) struct Authorise {
    step: usize,
    phase: Phase,
    /// The same letter however often it is asked for.
    key: Option<IdempotencyKey>,
    page: usize,
    look: Option<Ticket>,
    look_at: Instant,
}

impl Authorise {
    /// For the step with this index.
    pub fn new(step: usize) -> Self {
        Self {
            step,
            phase: Phase::Begin,
            key: None,
            page: 0,
            look: None,
            look_at: Instant::default(),
        }
    }

    /// The step of the present stop.
    pub fn here(context: &Context) -> Self {
        Self::new(
            context
                .flow
                .as_ref()
                .and_then(|flow| flow.stop().step())
                .unwrap_or_default(),
        )
    }

    fn again(&self) -> Box<dyn Stage> {
        Box::new(Self {
            key: self.key,
            ..Self::new(self.step)
        })
    }

    fn begin(&mut self, context: &mut Context) -> Turn {
        match context.link_ready(&[]) {
            Readiness::Waiting => return Turn::Stay,
            Readiness::Failed(failure) => return self.trouble(&failure),
            Readiness::Ready => {}
        }
        if context.person.letter.is_some() {
            self.phase = Phase::Shown;
            self.look(context);
            return Turn::Stay;
        }
        let Some(op) = context.step_op(self.step).cloned() else {
            return Turn::Next;
        };
        if op.call.starts_with("GET ") {
            self.phase = Phase::Listing(context.call_op(&op, &(), Keyed::No));
            return Turn::Stay;
        }
        match draft::save(context) {
            Some(saving) => {
                self.phase = Phase::Saving(saving);
                Turn::Stay
            }
            None => self.make(context),
        }
    }

    fn make(&mut self, context: &mut Context) -> Turn {
        let body = request(context, self.step);
        let (Some(op), Some(body)) = (context.step_op(self.step).cloned(), body) else {
            return Turn::Home;
        };
        let new_key = context.new_key();
        let key = *self.key.get_or_insert(new_key);
        self.phase = Phase::Making(context.call_op(&op, &body, Keyed::With(key)));
        Turn::Stay
    }

    fn answered(&mut self, context: &mut Context, ticket: Ticket, result: &CallResult) -> Turn {
        match std::mem::replace(&mut self.phase, Phase::Shown) {
            Phase::Saving(saving) if saving.answers(ticket) => match saving.ended(context, result) {
                Ok(()) => self.make(context),
                Err(failure) => self.trouble(&failure),
            },
            Phase::Making(asked) if asked == ticket => match parse::<AuthorisationState>(result) {
                Ok(state) => {
                    take(context, state);
                    Turn::Stay
                }
                Err(failure) => self.trouble(&failure),
            },
            Phase::Listing(asked) if asked == ticket => match parse::<MyAuthorisations>(result) {
                Ok(mine) => self.listed(context, mine),
                Err(failure) => self.trouble(&failure),
            },
            Phase::Withdrawing(asked) if asked == ticket => match parse::<AuthorisationState>(result) {
                Ok(_) => {
                    forget(context);
                    Turn::Back
                }
                Err(failure) => self.trouble(&failure),
            },
            phase => {
                self.phase = phase;
                self.looked(context, ticket, result)
            }
        }
    }

    fn listed(&mut self, context: &mut Context, mine: MyAuthorisations) -> Turn {
        let mut letters = mine.authorisations;
        match letters.pop() {
            None => Turn::To(Box::new(NoLetters)),
            Some(one) if letters.is_empty() => {
                take(context, one);
                Turn::Stay
            }
            Some(last) => {
                letters.push(last);
                Turn::To(Box::new(Letters::new(self.step, letters)))
            }
        }
    }

    /// Looks whether somebody has signed elsewhere.
    fn look(&mut self, context: &mut Context) {
        let id = context.person.letter.as_ref();
        let id = id.map(|letter| letter.state.authorisation_id.clone());
        let Some(id) = id else { return };
        let path = format!("/v1/authorisations/{id}");
        self.look = Some(context.call(Method::Get, &path, &(), Keyed::No));
    }

    /// A look that found nothing out is repeated; the list stands meanwhile.
    fn looked(&mut self, context: &mut Context, ticket: Ticket, result: &CallResult) -> Turn {
        if self.look != Some(ticket) {
            return Turn::Stay;
        }
        self.look = None;
        self.look_at = context.after(context.settings.poll_s);
        match parse::<AuthorisationState>(result) {
            Ok(state) => {
                take(context, state);
                Turn::Stay
            }
            Err(failure) if session_ended(&failure) => self.trouble(&failure),
            Err(_) => Turn::Stay,
        }
    }

    fn trouble(&self, failure: &CallFailure) -> Turn {
        Turn::To(Box::new(Trouble::of_call(
            failure,
            Say::id("trouble.kept.answers"),
            self.again(),
        )))
    }

    fn act(&mut self, context: &mut Context, action: &Action) -> Turn {
        let Some(letter) = &context.person.letter else {
            return Turn::Stay;
        };
        match action {
            Action::Choose(id) if id == LATER && letter.open() => Turn::To(Box::new(Pending::new(self.step))),
            Action::Choose(id) => {
                let signatory = letter.waiting().find(|one| one.signatory_id == *id).cloned();
                match signatory.filter(|_| letter.open()) {
                    Some(signatory) => sign(context, &signatory),
                    None => Turn::Stay,
                }
            }
            Action::TurnPage(page) => {
                self.page = (*page).min(pages(context, letter) - 1);
                Turn::Stay
            }
            Action::Next if may_go_on(context, letter, self.step) => Turn::Next,
            Action::Back if !makes(context, self.step) => {
                forget(context);
                Turn::Back
            }
            Action::Back if letter.begun() || !letter.open() => Turn::Home,
            // Nobody has signed yet: what the letter says can still be changed.
            Action::Back => {
                let id = letter.state.authorisation_id.clone();
                let path = format!("/v1/authorisations/{id}/withdrawal");
                self.phase = Phase::Withdrawing(context.call(Method::Post, &path, &(), Keyed::Yes));
                Turn::Stay
            }
            _ => Turn::Stay,
        }
    }
}

fn request(context: &Context, step: usize) -> Option<AuthorisationRequest> {
    Some(AuthorisationRequest {
        application_id: context.flow.as_ref()?.application_id.clone()?,
        authorisation: context.service()?.steps.get(step)?.authorisation.clone()?,
    })
}

/// The step makes the letter; otherwise it looks for one that was made before.
fn makes(context: &Context, step: usize) -> bool {
    context
        .step_op(step)
        .is_some_and(|op| op.call.starts_with("POST "))
}

/// With one's own application, once the letter is complete. Who only came to sign is done when they
/// have signed.
fn may_go_on(context: &Context, letter: &Letter, step: usize) -> bool {
    if makes(context, step) {
        letter.complete()
    } else {
        letter.complete() || !letter.waiting().any(|one| one.mine)
    }
}

/// There is no letter any more that this visit is about.
fn forget(context: &mut Context) {
    context.person.letter = None;
    if let Some(flow) = &mut context.flow {
        flow.submission.drafted = false;
    }
}

/// Keeps what the backend says of the letter, and the facts that later steps are judged by.
pub(super) fn take(context: &mut Context, state: AuthorisationState) {
    let mut letter = Letter::new(state);
    letter.signing = context
        .person
        .letter
        .take()
        .and_then(|mut old| old.signing.take());
    let ready = letter.state.own && letter.complete() && letter.state.state != "used";
    let status = if letter.complete() {
        "draft"
    } else {
        "awaiting_signatures"
    };
    let facts = &mut context.person.facts;
    facts.insert(
        "authorisation.state".to_owned(),
        letter.state.state.clone().into(),
    );
    facts.insert("authorisation.ready".to_owned(), ready.into());
    facts.insert("application.status".to_owned(), status.into());
    if let Some(flow) = &mut context.flow {
        flow.application_id = Some(letter.state.application_id.clone());
        flow.submission.drafted = true;
    }
    context.person.letter = Some(letter);
}

/// Begins a signature: who writes has to be known first.
fn sign(context: &mut Context, signatory: &Signatory) -> Turn {
    if signatory.by_guardian {
        return Turn::To(Box::new(Guardian::of(signatory)));
    }
    if signatory.mine {
        return sign_oneself(context, signatory);
    }
    if let Some((verification, writer)) = known(context, signatory) {
        expect(context, signatory);
        return written_by(context, verification, writer);
    }
    let who = Say::All(vec![
        role_words(context.service(), &signatory.role),
        Say::Verbatim(format!(" {}", signatory.name_masked)),
    ]);
    expect(context, signatory);
    let asked = Asked {
        refuse: refuse_other,
        ..identification()
    };
    context.ask_for(&signatory.role, who, &asked);
    Turn::To(Box::new(Card::default()))
}

/// Somebody who was identified in this matter already, in a role that only one person has.
fn known(context: &Context, signatory: &Signatory) -> Option<(String, String)> {
    let single = context.service()?.party(&signatory.role)?.max == 1;
    let verification = context.person.parties.get(&signatory.role).filter(|_| single)?;
    let card = context.person.cards.get(&signatory.role)?;
    let writer = format::mask_name(&card.subject.name);
    (writer == signatory.name_masked).then(|| (verification.clone(), writer))
}

/// The session's person writes: no further identification.
pub(super) fn sign_oneself(context: &mut Context, signatory: &Signatory) -> Turn {
    let Some(verification) = context.person.verification.clone() else {
        return Turn::Stay;
    };
    let writer = context.who_masked().unwrap_or_default();
    expect(context, signatory);
    written_by(context, verification, writer)
}

/// A guardian's card is asked for, to sign in this person's place.
pub(super) fn ask_guardian(context: &mut Context, signatory: &Signatory) -> Turn {
    expect(context, signatory);
    let who = role_words(context.service(), "guardian");
    context.ask_for("guardian", who, &identification());
    Turn::To(Box::new(Card::default()))
}

/// This person has to sign next.
pub(super) fn expect(context: &mut Context, signatory: &Signatory) {
    let key = context.new_key();
    if let Some(letter) = &mut context.person.letter {
        letter.signing = Some(Signing {
            signatory: signatory.clone(),
            verification: String::new(),
            writer: String::new(),
            key,
        });
    }
}

/// Who writes is known: on to the letter.
pub(super) fn written_by(context: &mut Context, verification: String, writer: String) -> Turn {
    let Some(letter) = &mut context.person.letter else {
        return Turn::Home;
    };
    if let Some(signing) = &mut letter.signing {
        signing.verification = verification;
        signing.writer = writer;
    }
    Turn::To(Box::new(LetterPage::default()))
}

fn identification() -> Asked {
    Asked {
        refuse: |_, _| None,
        read: |_| Turn::To(Box::new(PartyWays)),
        identified: |context, verification| {
            let candidate = context.person.candidate.as_ref();
            let writer = candidate.and_then(|candidate| candidate.card.as_ref());
            let writer = writer.map(|card| format::mask_name(&card.subject.name));
            let guardian = candidate.is_some_and(|candidate| candidate.role == "guardian");
            if guardian {
                // The same guardian may sign for another child without a further check.
                context.keep_party(verification.clone());
            }
            context.person.candidate = None;
            written_by(context, verification, writer.unwrap_or_default())
        },
        cancelled: back_to_list,
    }
}

/// The list again; nobody is asked for any more.
pub(super) fn back_to_list(context: &mut Context) -> Turn {
    context.person.candidate = None;
    if let Some(letter) = &mut context.person.letter {
        letter.signing = None;
    }
    Turn::To(Box::new(Authorise::here(context)))
}

/// A card whose name is another than the one on the list is not the signatory's.
fn refuse_other(context: &Context, subject: &Subject) -> Option<Say> {
    let signing = context.person.letter.as_ref()?.signing.as_ref()?;
    let same = format::mask_name(&subject.name) == signing.signatory.name_masked;
    let own = context.subject().is_some_and(|own| own.id_no == subject.id_no);
    (own || !same).then(|| {
        say(
            "letter.card.other",
            [("name", signing.signatory.name_masked.clone())],
        )
    })
}

fn pages(context: &Context, letter: &Letter) -> usize {
    let rows = context.settings.list_rows.max(1);
    letter.state.signatories.len().div_ceil(rows).max(1)
}

/// Relation and role in words.
pub(super) fn role_line(context: &Context, signatory: &Signatory) -> Say {
    let role = role_words(context.service(), &signatory.role);
    if signatory.relation.is_empty() {
        return role;
    }
    Say::All(vec![
        Say::Words(signatory.relation.clone()),
        Say::Verbatim(" · ".to_owned()),
        role,
    ])
}

fn line(context: &Context, letter: &Letter, signatory: &Signatory) -> Member {
    let signed = signatory.state == "signed";
    let may = letter.open() && !signed;
    let at = signatory.signed_at.as_deref().filter(|_| signed);
    let when = at.map(|at| say("letter.signed_at", [("date", context.words_date(at))]));
    Member {
        id: if may {
            signatory.signatory_id.clone()
        } else {
            String::new()
        },
        name: signatory.name_masked.clone(),
        role: role_line(context, signatory),
        signed: Some(signed),
        sub: when.or_else(|| signatory.by_guardian.then(|| Say::id("parties.by_guardian"))),
        act: may.then(|| Say::id("letter.sign")),
    }
}

fn lead(letter: &Letter) -> Say {
    Say::id(match letter.state.state.as_str() {
        "sealed" | "used" => "letter.sealed",
        "complete" => "letter.complete",
        "expired" => "letter.expired",
        "withdrawn" => "letter.withdrawn",
        _ => "letter.open",
    })
}

impl Stage for Authorise {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if matches!(context.link_ready(&[]), Readiness::Failed(_)) {
            context.retry_link();
        }
        self.begin(context)
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match (event, &self.phase) {
            (Event::Answer { ticket, result }, _) => self.answered(context, *ticket, result),
            (Event::Action(action), Phase::Shown) => self.act(context, action),
            (_, Phase::Begin) => self.begin(context),
            (Event::Tick { .. }, Phase::Shown) if self.look.is_none() && context.now >= self.look_at => {
                self.look(context);
                Turn::Stay
            }
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let (Phase::Shown, Some(letter)) = (&self.phase, &context.person.letter) else {
            return Page::Working {
                what: Say::id("letter.working"),
                sub: Say::id("letter.working.sub"),
            };
        };
        let step = context.service().and_then(|service| service.steps.get(self.step));
        let title = step.and_then(|step| step.title.as_ref());
        let rows = context.settings.list_rows.max(1);
        let left = letter.waiting().count();
        let off = (!may_go_on(context, letter, self.step))
            .then(|| say("letter.missing", [("n", left.to_string())]));
        let until = context.words_date(&letter.state.sign_until);
        Page::Household {
            title: title.map_or_else(|| Say::id("letter.title"), |title| Say::Words((**title).clone())),
            lead: lead(letter),
            members: letter
                .state
                .signatories
                .iter()
                .skip(self.page * rows)
                .take(rows)
                .map(|signatory| line(context, letter, signatory))
                .collect(),
            page: self.page,
            pages: pages(context, letter),
            note: letter.open().then(|| say("letter.until", [("date", until)])),
            next: button_off(Action::Next, "chevron-right", Say::id("letter.go"), off),
            others: self.others(context, letter),
        }
    }

    fn busy(&self, _context: &Context) -> bool {
        !matches!(self.phase, Phase::Shown)
    }
}

impl Authorise {
    fn others(&self, context: &Context, letter: &Letter) -> Vec<Button> {
        let later = makes(context, self.step) && letter.open();
        let later = later.then(|| button(Action::Choose(LATER.to_owned()), "clock", Say::id("letter.later")));
        later.into_iter().collect()
    }
}
