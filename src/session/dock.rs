//! What the person does: on the page, in the dock, in a dialog.

use super::action::Action;
use super::browse::{self, Browse};
use super::event::Event;
use super::idle::Idle;
use super::view::TextSize;
use super::{Open, Place, Session};

impl Session {
    pub(super) fn act(&mut self, event: &Event, action: &Action) {
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
            Action::BiggerText => self.bigger(),
            Action::CareMode(on) => {
                self.context.preferences.care = *on;
                self.context.preferences.size = if *on { TextSize::Care } else { TextSize::Standard };
            }
            Action::HighContrast(on) => self.context.preferences.high_contrast = *on,
            Action::Language(tag) => {
                self.context.preferences.language.clone_from(tag);
                self.spoken = None;
            }
            Action::Leave => self.leave(false),
            Action::Home => self.leave(true),
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
