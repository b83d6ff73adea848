//! The letter, to be read to its end before it is signed, and who signs for whom.

use crate::protocol::authorisation::Signatory;
use crate::session::action::Action;
use crate::session::context::Context;
use crate::session::event::Event;
use crate::session::letter::Signing;
use crate::session::stage::{Stage, Turn, button, say};
use crate::session::view::{Choice, Page, Say};
use crate::text::format;

use super::authorise::{ask_guardian, back_to_list, sign_oneself, written_by};
use super::letter_sign::LetterSign;
use super::parties::choose;
use super::reading;

/// The words of the letter.
#[derive(Default)]
pub(in crate::session) struct LetterPage {
    page: usize,
}

/// The signature that is under way.
pub(super) fn signing(context: &Context) -> Option<&Signing> {
    context.person.letter.as_ref()?.signing.as_ref()
}

impl LetterPage {
    fn pages(context: &Context) -> Vec<Vec<Say>> {
        let letter = context.person.letter.as_ref();
        let words = letter.map(|letter| letter.state.letter.as_slice());
        reading::pages(context, words.unwrap_or_default())
    }
}

/// What is signed, and in whose name.
pub(super) fn title(context: &Context) -> Say {
    match signing(context) {
        Some(Signing { signatory, .. }) if signatory.by_guardian => {
            say("letter.read.guardian", [("name", signatory.name_masked.clone())])
        }
        _ => Say::id("letter.read.title"),
    }
}

impl Stage for LetterPage {
    fn enter(&mut self, context: &mut Context) -> Turn {
        if signing(context).is_some() {
            Turn::Stay
        } else {
            back_to_list(context)
        }
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        let last = Self::pages(context).len().saturating_sub(1);
        match event {
            Event::Action(Action::TurnPage(page)) => {
                self.page = (*page).min(last);
                Turn::Stay
            }
            Event::Action(Action::Next) if self.page < last => {
                self.page += 1;
                Turn::Stay
            }
            Event::Action(Action::Next) => Turn::To(Box::new(LetterSign::default())),
            Event::Action(Action::Back) if self.page > 0 => {
                self.page -= 1;
                Turn::Stay
            }
            Event::Action(Action::Back | Action::Decline) => back_to_list(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let mut pages = Self::pages(context);
        let count = pages.len();
        // Larger type makes more pages, smaller type fewer.
        let shown = self.page.min(count.saturating_sub(1));
        let text = if shown + 1 < count {
            "letter.read.more"
        } else {
            "letter.read.go"
        };
        let number = context.person.letter.as_ref();
        let number = number.map(|letter| letter.state.number.clone());
        Page::Reading {
            title: title(context),
            paragraphs: pages.swap_remove(shown),
            source: number.map(|number| say("letter.number", [("number", number)])),
            page: shown,
            pages: count,
            next: button(Action::Next, "chevron-right", Say::id(text)),
            others: Vec::new(),
        }
    }
}

/// Who signs in the place of a minor, or of somebody without full capacity, who is never asked for a
/// face.
pub(super) struct Guardian {
    signatory: Signatory,
}

impl Guardian {
    pub fn of(signatory: &Signatory) -> Self {
        Self {
            signatory: signatory.clone(),
        }
    }

    /// A guardian who was identified before in this matter.
    fn known(context: &Context) -> Option<(String, String)> {
        let verification = context.person.parties.get("guardian")?.clone();
        let card = context.person.cards.get("guardian")?;
        Some((verification, format::mask_name(&card.subject.name)))
    }
}

impl Stage for Guardian {
    fn enter(&mut self, _context: &mut Context) -> Turn {
        Turn::Stay
    }

    fn on(&mut self, context: &mut Context, event: &Event) -> Turn {
        match event {
            Event::Action(Action::Choose(id)) => match (id.as_str(), Self::known(context)) {
                ("oneself", _) => sign_oneself(context, &self.signatory),
                ("other", _) => ask_guardian(context, &self.signatory),
                ("known", Some((verification, writer))) => {
                    super::authorise::expect(context, &self.signatory);
                    written_by(context, verification, writer)
                }
                _ => Turn::Stay,
            },
            Event::Action(Action::Back | Action::Decline) => back_to_list(context),
            _ => Turn::Stay,
        }
    }

    fn page(&self, context: &Context) -> Page {
        let choice = |id: &str, title: Say, sub: &'static str| Choice {
            id: id.to_owned(),
            icon: "user-check".to_owned(),
            title,
            sub: Say::id(sub),
            chosen: false,
            off: None,
        };
        let oneself = context.who_masked().map(|name| {
            let title = say("letter.guardian.oneself", [("name", name)]);
            choice("oneself", title, "letter.guardian.oneself.sub")
        });
        let known = Self::known(context).map(|(_, name)| {
            let title = say("letter.guardian.known", [("name", name)]);
            choice("known", title, "letter.guardian.known.sub")
        });
        let other = choice(
            "other",
            Say::id("letter.guardian.other"),
            "letter.guardian.other.sub",
        );
        let name = self.signatory.name_masked.clone();
        choose(
            say("letter.guardian.title", [("name", name)]),
            Some(Say::id("letter.guardian.lead")),
            oneself.into_iter().chain(known).chain([other]).collect(),
        )
    }
}
