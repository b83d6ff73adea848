//! Somebody beside the session's person takes a part: a proxy, the elder for whom the proxy acts, a
//! guardian. The session, its level and the name in the top bar stay whose they are.

use crate::protocol::body::Subject;
use crate::session::context::Context;
use crate::session::party::{Asked, role_words};
use crate::session::stage::Turn;
use crate::session::view::Say;

use super::card::Card;
use super::party_ways::PartyWays;

/// Begins the step with this index. The first one takes the session's person; who was identified
/// before is not asked again.
pub(in crate::session) fn begin(context: &mut Context, step: usize) -> Turn {
    context.settle_parties();
    let service = context.service();
    let role = service.and_then(|service| service.role_of(service.steps.get(step)?));
    let Some(role) = role.map(str::to_owned) else {
        return Turn::Next;
    };
    let signed_in = context.identified() && context.own_role() == role;
    if signed_in || context.person.parties.contains_key(&role) {
        context.fill_from_card();
        return Turn::Next;
    }
    let who = role_words(service, &role);
    let asked = Asked {
        refuse: refuse_rival,
        read: |_| Turn::To(Box::new(PartyWays)),
        identified: |context, verification| {
            context.keep_party(verification);
            Turn::Next
        },
        cancelled: |_| Turn::Back,
    };
    context.ask_for(&role, who, &asked);
    Turn::To(Box::new(Card::default()))
}

/// Two people of whom the service wants two are not one.
fn refuse_rival(context: &Context, subject: &Subject) -> Option<Say> {
    let candidate = context.person.candidate.as_ref()?;
    context
        .is_rival(&candidate.role, subject)
        .then(|| Say::id("party.card.same"))
}
