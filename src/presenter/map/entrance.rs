//! Home, lists, a service's page, and the terminal that cannot serve.

use kiosk_ui as ui;

use crate::session::action::Action;
use crate::session::view::{Keyboard, Page, Tile};

use super::super::screen::{KeyboardWish, Rows, Screen, Values};
use super::{Mapping, number};

impl Mapping<'_> {
    pub(super) fn entrance(&self, page: &Page) -> Screen {
        match page {
            Page::Home { tiles, shortcuts } => self.home(tiles, shortcuts),
            Page::List { .. } => self.list(page),
            Page::Service { .. } => self.service(page),
            Page::OutOfService { reason, code } => Screen {
                kind: ui::PageKind::OutOfService,
                values: Values {
                    happened: self.words.say(reason),
                    number: code.as_str().into(),
                    ..Values::default()
                },
                ..Screen::default()
            },
            _ => Screen::default(),
        }
    }

    fn home(&self, tiles: &[Tile], shortcuts: &[Tile]) -> Screen {
        Screen {
            kind: ui::PageKind::Home,
            rows: Rows {
                tiles: self.words.tiles(tiles),
                shortcuts: self.words.tiles(shortcuts),
                ..Rows::default()
            },
            others: shortcuts
                .iter()
                .map(|tile| Action::OpenService(tile.id.clone()))
                .collect(),
            ..Screen::default()
        }
    }

    fn list(&self, page: &Page) -> Screen {
        let Page::List {
            title,
            query,
            services,
            page,
            pages,
        } = page
        else {
            return Screen::default();
        };
        let keyboard = KeyboardWish {
            field: query.as_ref().map(|_| "query".to_owned()).unwrap_or_default(),
            kind: query.as_ref().map(|_| Keyboard::Pinyin),
            ..KeyboardWish::default()
        };
        Screen {
            kind: ui::PageKind::List,
            values: Values {
                title: self.words.say(title),
                searching: query.is_some(),
                query: query.as_deref().unwrap_or_default().into(),
                page: number(*page),
                pages: number(*pages),
                ..Values::default()
            },
            rows: Rows {
                tiles: self.words.tiles(services),
                ..Rows::default()
            },
            keyboard,
            ..Screen::default()
        }
    }

    fn service(&self, page: &Page) -> Screen {
        let Page::Service {
            category,
            title,
            summary,
            facts,
            needs,
            start,
        } = page
        else {
            return Screen::default();
        };
        let mut screen = Screen {
            kind: ui::PageKind::Service,
            values: Values {
                category: self.words.say(category),
                title: self.words.say(title),
                lead: self.words.say(summary),
                ..Values::default()
            },
            rows: Rows {
                facts: self.words.facts(facts),
                needs: self.words.facts(needs),
                ..Rows::default()
            },
            ..Screen::default()
        };
        self.next(&mut screen, start);
        screen
    }
}
