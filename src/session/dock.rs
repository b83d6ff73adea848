//! What the person does: on the page, in the dock, in a dialog.

use super::action::Action;
use super::browse::{self, Browse};
use super::context::LOUDEST;
use super::effect::{Effect, Tone};
use super::event::Event;
use super::idle::Idle;
use super::view::{Say, TextSize};
use super::{Open, Place, Session};

impl Session {
    /// Who listens hears whether a key did something. What was typed is not said: it may be a secret.
    pub(super) fn act_and_tell(&mut self, event: &Event, action: &Action) {
        let typed = matches!(action, Action::Type(_) | Action::Erase);
        let before = (typed && self.context.preferences.aloud).then(|| self.view().page);
        self.act(event, action);
        if let Some(before) = before {
            let same = self.view().page == before;
            self.context
                .sound(if same { Tone::Refused } else { Tone::Accepted });
        }
    }

    fn act(&mut self, event: &Event, action: &Action) {
        if let Place::Goodbye(_) = self.place {
            return self.act_at_goodbye(action);
        }
        let first = self.idle.is_none();
        let idle = self.idle.get_or_insert_with(|| Idle::start(&self.context));
        if !matches!(self.open, Some(Open::Idle)) {
            idle.touch(&self.context);
        }
        if first {
            self.context.audit("visit.started", &[]);
        }
        if self.act_anywhere(action) {
            return;
        }
        match &mut self.place {
            Place::Attract => {
                if matches!(action, Action::Start | Action::Next) {
                    self.place = Place::Browse(Browse::Home);
                }
            }
            Place::Browse(browse) => match browse.act(&self.context, &self.index, action) {
                browse::Step::Stay => {}
                browse::Step::Out => self.end("left"),
                browse::Step::Begin(id) => self.begin(&id),
                browse::Step::Region(id) => self.context.chosen_region = Some(id),
            },
            Place::Stage(_) => self.pass(event),
            Place::Goodbye(_) => {}
        }
    }

    fn act_at_goodbye(&mut self, action: &Action) {
        match action {
            Action::Next | Action::Leave | Action::Home | Action::Start if !self.context.card_lies => {
                self.rest()
            }
            Action::ReadAloud => self.context.preferences.aloud = true,
            Action::BiggerText => self.bigger(),
            Action::CallStaff => {
                self.context.staff_ticket("call_staff", "");
            }
            _ => {}
        }
    }

    /// Actions of the dock and of the dialogs; true when the action is spent.
    fn act_anywhere(&mut self, action: &Action) -> bool {
        match action {
            Action::CallStaff => self.call_staff(),
            Action::MoreTime => self.more_time(),
            Action::CloseDialog => {
                if matches!(self.open, Some(Open::Idle)) {
                    self.more_time();
                } else {
                    self.open = None;
                }
            }
            Action::ReadAloud => {
                self.context.preferences.aloud = true;
                self.spoken = None;
            }
            Action::Leave => self.leave(false),
            Action::Home => self.leave(true),
            Action::BiggerText => self.bigger(),
            Action::CareMode(on) => {
                self.context.preferences.care = *on;
                self.context.preferences.size = if *on { TextSize::Care } else { TextSize::Standard };
            }
            Action::HighContrast(on) => self.context.preferences.high_contrast = *on,
            Action::LowReach(on) => self.context.preferences.low_reach = *on,
            Action::Scan(0) => self.context.preferences.scan_ms = 0,
            Action::Scan(ms) => self.context.preferences.scan_ms = (*ms).clamp(500, 5000),
            Action::Comfort => self.open = Some(Open::Comfort),
            Action::Language(tag) => {
                self.context.preferences.language.clone_from(tag);
                self.context.preferences.voice = None;
                self.spoken = None;
            }
            _ => return self.hear(action),
        }
        true
    }

    /// Actions of who listens; true when the action is spent.
    fn hear(&mut self, action: &Action) -> bool {
        let preferences = &mut self.context.preferences;
        match action {
            Action::Curtain(on) => preferences.curtain = *on,
            Action::Aloud(on) => {
                (preferences.aloud, self.spoken) = (*on, None);
                if !on {
                    preferences.curtain = false;
                    self.context.ask(Effect::StopSpeaking);
                }
            }
            Action::Hush => self.context.ask(Effect::StopSpeaking),
            Action::Louder(more) => {
                let volume = preferences
                    .volume
                    .saturating_add_signed(if *more { 1 } else { -1 });
                preferences.volume = volume.clamp(1, LOUDEST);
                let said = vec![("n", preferences.volume.to_string())];
                self.context.speak(Say::Id("comfort.volume_now", said));
            }
            Action::Voice(tag) => (preferences.voice, self.spoken) = (Some(*tag), None),
            // Who begins with the keypad may not see the screen.
            Action::Keypad => preferences.aloud |= matches!(self.place, Place::Attract),
            Action::Reached(words) if preferences.aloud => {
                self.context.speak(Say::Verbatim(words.clone()));
            }
            Action::Reached(_) => {}
            // The page behind a dialog takes no touch.
            _ => return self.open.is_some(),
        }
        true
    }

    fn call_staff(&mut self) {
        let about = self
            .context
            .flow
            .as_ref()
            .map_or_else(String::new, |flow| flow.service.clone());
        let ticket = self.context.staff_ticket("call_staff", &about);
        self.open = Some(Open::Staff {
            ticket,
            confirmed: false,
        });
        self.context.audit("staff.called", &[]);
    }

    fn more_time(&mut self) {
        let Some(idle) = &mut self.idle else { return };
        if matches!(self.open, Some(Open::Idle)) && idle.more_time(&self.context) {
            self.open = None;
        }
    }

    fn bigger(&mut self) {
        let preferences = &mut self.context.preferences;
        preferences.size = match (preferences.size, preferences.care) {
            (TextSize::Standard, _) => TextSize::Large,
            (TextSize::Care, _) | (TextSize::Large, _) => TextSize::Extra,
            (TextSize::Extra, true) => TextSize::Care,
            (TextSize::Extra, false) => TextSize::Standard,
        };
    }

    /// Home or out. What would be lost is named first; the same again, or `Leave`, confirms.
    fn leave(&mut self, home: bool) {
        let home = match self.open {
            Some(Open::Leave { home: asked, .. }) => asked,
            Some(Open::Idle) => return self.end("left"),
            _ => match self.lost() {
                Some(what) => {
                    self.open = Some(Open::Leave { home, what });
                    return;
                }
                None => home,
            },
        };
        self.open = None;
        match self.place {
            Place::Browse(_) | Place::Stage(_) if home => self.home(),
            _ => self.end("left"),
        }
    }
}
