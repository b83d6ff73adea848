//! One control or text of a page, from the screens and from AT-SPI.

use atspi_proxies::common::{CacheItem, Interface, Role, State};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery, mock_elapsed_time};
use std::time::Duration;

use crate::sample::{Look, pages::Fill, window};

/// What a screen reader makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// In the words of AT-SPI.
    pub role: &'static str,
    pub name: String,
    pub description: String,
    pub enabled: bool,
    /// Chosen, ticked or switched on.
    pub on: bool,
    /// It can be pressed.
    pub action: bool,
}

impl Node {
    /// As told over AT-SPI. `None` for the program and its window.
    pub fn told(item: &CacheItem) -> Option<Self> {
        if matches!(item.role, Role::Application | Role::Frame) {
            return None;
        }
        Some(Self {
            role: item.role.name(),
            name: item.short_name.clone(),
            description: item.name.clone(),
            enabled: item.states.contains(State::Enabled),
            on: item.states.contains(State::Checked) || item.states.contains(State::Pressed),
            action: item.ifaces.contains(Interface::Action),
        })
    }

    fn of(element: &ElementHandle) -> Option<Self> {
        let checkable = element.accessible_checkable() == Some(true);
        let role = match element.accessible_role()? {
            AccessibleRole::None => return None,
            AccessibleRole::Button if !checkable => Role::Button,
            AccessibleRole::Button | AccessibleRole::Switch => Role::ToggleButton,
            AccessibleRole::RadioButton => Role::RadioButton,
            AccessibleRole::Checkbox => Role::CheckBox,
            AccessibleRole::TextInput => Role::Entry,
            AccessibleRole::Text => Role::Label,
            AccessibleRole::Image => Role::Image,
            AccessibleRole::ProgressIndicator => Role::ProgressBar,
            other => panic!("{other:?} is new to this test: say what AT-SPI calls it"),
        };
        Some(Self {
            role: role.name(),
            name: element.accessible_label().unwrap_or_default().into(),
            description: element.accessible_description().unwrap_or_default().into(),
            enabled: element.accessible_enabled().unwrap_or(true),
            on: element.accessible_checked() == Some(true),
            action: !matches!(role, Role::Label | Role::Image | Role::ProgressBar),
        })
    }
}

/// What the page says in the testing backend, in the order in which it is read.
pub fn page(look: Look, fill: Fill) -> Vec<Node> {
    let app = window(look);
    fill(&app);
    mock_elapsed_time(Duration::from_millis(400));
    let elements = ElementQuery::from_root(&app).match_descendants().find_all();
    let mut placed = Vec::new();
    for element in &elements {
        let Some(node) = Node::of(element) else { continue };
        // The query comes several times upon an element that lies deep.
        let once = (node, place(element));
        if !placed.contains(&once) {
            placed.push(once);
        }
    }
    placed.into_iter().map(|(node, _)| node).collect()
}

/// Where it is, in whole pixels.
fn place(element: &ElementHandle) -> [i32; 4] {
    let (at, size) = (element.absolute_position(), element.size());
    [at.x, at.y, size.width, size.height].map(|length| length as i32)
}

/// Each node that only one side has, a line each; or the first that stands at another place.
pub fn difference(page: &str, expected: &[Node], told: &[Node]) -> Vec<String> {
    let mut besides = told.to_vec();
    let mut lines = Vec::new();
    for node in expected {
        match besides.iter().position(|other| other == node) {
            Some(at) => drop(besides.remove(at)),
            None => lines.push(format!("{page}: not told: {node:?}")),
        }
    }
    lines.extend(
        besides
            .iter()
            .map(|node| format!("{page}: told besides: {node:?}")),
    );
    if lines.is_empty() {
        let moved = expected.iter().zip(told).find(|(node, other)| node != other);
        lines.extend(moved.map(|(node, other)| format!("{page}: instead of {node:?} comes {other:?}")));
    }
    lines
}
