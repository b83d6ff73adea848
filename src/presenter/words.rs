//! Words for the screen: texts by id, catalogue words and data, in the present language.

use std::sync::Arc;

use kiosk_ui as ui;
use slint::SharedString;

use crate::session::view::{Button, Choice, Fact, Node, Row, Say, Section, Tile};
use crate::text::Texts;

use super::screen;

/// Texts in one language.
#[derive(Clone)]
pub(super) struct Words {
    texts: Arc<Texts>,
    pub(super) language: String,
}

impl Words {
    pub fn new(texts: Arc<Texts>, language: &str) -> Self {
        Self {
            texts,
            language: language.to_owned(),
        }
    }

    /// Family of the language's font, where it has its own.
    pub fn font(&self) -> Option<&str> {
        let mut packs = self.texts.packs();
        packs.find(|(tag, _)| *tag == self.language)?.1.font.as_deref()
    }

    pub fn say(&self, say: &Say) -> SharedString {
        self.texts.resolve(say, &self.language).into()
    }

    pub fn maybe(&self, say: Option<&Say>) -> SharedString {
        say.map(|say| self.say(say)).unwrap_or_default()
    }

    /// A text of `ui.toml` with its two numbers.
    pub fn fixed(&self, id: &str, n: i32, m: i32) -> SharedString {
        let (n, m) = (n.to_string(), m.to_string());
        self.texts
            .text(id, [("n", n.as_str()), ("m", m.as_str())], &self.language)
            .into()
    }

    /// A text with named arguments.
    pub fn text<'a>(
        &self,
        id: &str,
        arguments: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> SharedString {
        self.texts.text(id, arguments, &self.language).into()
    }

    pub fn button(&self, button: &Button) -> ui::ButtonData {
        ui::ButtonData {
            icon: button.icon.into(),
            text: self.say(&button.text),
            off: self.maybe(button.off.as_ref()),
        }
    }

    pub fn tiles(&self, tiles: &[Tile]) -> Vec<ui::TileData> {
        let tile = |tile: &Tile| ui::TileData {
            id: tile.id.as_str().into(),
            icon: tile.icon.as_str().into(),
            title: self.say(&tile.title),
            sub: self.say(&tile.sub),
            off: self.maybe(tile.off.as_ref()),
            strong: tile.strong,
        };
        tiles.iter().map(tile).collect()
    }

    pub fn facts(&self, facts: &[Fact]) -> Vec<ui::FactData> {
        let fact = |fact: &Fact| ui::FactData {
            icon: fact.icon.into(),
            label: self.say(&fact.label),
            text: self.say(&fact.text),
            sub: self.maybe(fact.sub.as_ref()),
        };
        facts.iter().map(fact).collect()
    }

    pub fn choices(&self, choices: &[Choice]) -> Vec<ui::ChoiceData> {
        let choice = |choice: &Choice| ui::ChoiceData {
            id: choice.id.as_str().into(),
            icon: choice.icon.as_str().into(),
            title: self.say(&choice.title),
            sub: self.say(&choice.sub),
            chosen: choice.chosen,
            off: self.maybe(choice.off.as_ref()),
            number: 0,
        };
        choices.iter().map(choice).collect()
    }

    pub fn sections(&self, sections: &[Section]) -> Vec<screen::Section> {
        let section = |section: &Section| screen::Section {
            edit: section.edit.as_str().into(),
            title: self.say(&section.title),
            rows: self.rows(&section.rows),
        };
        sections.iter().map(section).collect()
    }

    pub fn nodes(&self, nodes: &[Node]) -> Vec<ui::NodeData> {
        let node = |node: &Node| ui::NodeData {
            state: match (node.done, node.now) {
                (_, true) => ui::StepState::Now,
                (true, false) => ui::StepState::Done,
                (false, false) => ui::StepState::Later,
            },
            title: self.say(&node.title),
            sub: self.maybe(node.sub.as_ref()),
        };
        nodes.iter().map(node).collect()
    }

    pub fn paragraphs(&self, paragraphs: &[Say]) -> Vec<SharedString> {
        paragraphs.iter().map(|paragraph| self.say(paragraph)).collect()
    }

    pub fn rows(&self, rows: &[Row]) -> Vec<ui::RowData> {
        let row = |row: &Row| ui::RowData {
            label: self.say(&row.label),
            value: self.say(&row.value),
            source: self.maybe(row.source.as_ref()),
        };
        rows.iter().map(row).collect()
    }
}
