#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
//! Every page in every look: what can be touched is large enough, labelled, inside the window and covers nothing. With
//! `KIOSK_SHOTS=1` the pictures go to `target/ui-shots/` to be looked at.

mod sample;

use i_slint_backend_testing::{AccessibleRole as Role, ElementHandle, ElementQuery, mock_elapsed_time};
use sample::{Look, look, pages::PAGES, window};
use slint::ComponentHandle;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
struct Area {
    what: String,
    role: Role,
    x: f32,
    y: f32,
    w: f32,
    h: f32,
}

impl Area {
    fn of(element: &ElementHandle) -> Self {
        let (p, s) = (element.absolute_position(), element.size());
        let what = element.accessible_label().unwrap_or_default().into();
        Self {
            what,
            role: element.accessible_role().unwrap_or(Role::None),
            x: p.x,
            y: p.y,
            w: s.width,
            h: s.height,
        }
    }

    fn touchable(&self) -> bool {
        matches!(
            self.role,
            Role::Button | Role::RadioButton | Role::Checkbox | Role::Switch | Role::TextInput
        )
    }

    /// Free room between two that stand side by side or one above the other.
    fn gap(&self, other: &Self) -> Option<f32> {
        let x = self.x.max(other.x) - (self.x + self.w).min(other.x + other.w);
        let y = self.y.max(other.y) - (self.y + self.h).min(other.y + other.h);
        (x.min(y) < 0.0 && x.max(y) >= 0.0).then(|| x.max(y))
    }

    fn has_middle_of(&self, other: &Self) -> bool {
        let (x, y) = (other.x + other.w / 2.0, other.y + other.h / 2.0);
        x > self.x && x < self.x + self.w && y > self.y && y < self.y + self.h
    }

    /// Depth of the overlap, 0 when apart.
    fn overlap(&self, other: &Self) -> f32 {
        let x = (self.x + self.w).min(other.x + other.w) - self.x.max(other.x);
        let y = (self.y + self.h).min(other.y + other.h) - self.y.max(other.y);
        x.min(y).max(0.0)
    }

    fn within(&self, other: &Self) -> bool {
        self.x >= other.x
            && self.y >= other.y
            && self.x + self.w <= other.x + other.w
            && self.y + self.h <= other.y + other.h
    }
}

fn areas(app: &kiosk_ui::App) -> Vec<Area> {
    let all = ElementQuery::from_root(app)
        .match_descendants()
        .match_predicate(|e| e.accessible_role().is_some_and(|r| r != Role::None))
        .find_all();
    let mut areas: Vec<Area> = Vec::new();
    for area in all.iter().map(Area::of) {
        // Elements that share one item come several times.
        let again = |a: &Area| a.role == area.role && a.what == area.what && a.x == area.x && a.y == area.y;
        if !areas.iter().any(again) {
            areas.push(area);
        }
    }
    areas
}

/// What there is to see and to touch. The page behind a dialog is still there, but neither seen nor touched.
fn seen(app: &kiosk_ui::App) -> Vec<Area> {
    let dialog = app.global::<kiosk_ui::Dialog>();
    let kind = dialog.get_kind();
    let mut seen = areas(app);
    if kind != kiosk_ui::DialogKind::None {
        dialog.set_kind(kiosk_ui::DialogKind::None);
        let behind = areas(app);
        dialog.set_kind(kind);
        seen.retain(|area| !behind.contains(area));
    }
    seen
}

/// All elements of a component and of those made of it, also what has no role of its own.
fn all_of(app: &kiosk_ui::App, component: &str) -> Vec<Area> {
    let all = ElementQuery::from_root(app)
        .match_descendants()
        .match_inherits(component)
        .find_all();
    all.iter().map(Area::of).collect()
}

/// Words that leave their control.
fn word_faults(page: &str, look: Look, areas: &[Area], cards: &[Area], words: &[Area]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |text: String| faults.push(format!("{page} {}: {text}", look.name));
    let controls: Vec<&Area> = areas
        .iter()
        .filter(|area| area.touchable())
        .chain(cards)
        .collect();
    for word in words {
        let around = controls.iter().filter(|control| control.has_middle_of(word));
        if let Some(control) = around.min_by(|a, b| a.h.total_cmp(&b.h))
            && (word.y < control.y - WORDS_LEAVE
                || word.y + word.h > control.y + control.h + WORDS_LEAVE
                || word.x < control.x - 0.5
                || word.x + word.w > control.x + control.w + 0.5)
        {
            fault(format!("words leave their control: {word:?} of {control:?}"));
        }
    }
    faults
}

/// A finger that misses one control must not meet the next.
const LEAST_GAP_MM: f32 = 2.5;

/// What is pressed keeps away from the dock, px.
const LEAST_ABOVE_DOCK: f32 = 12.0;

/// A line's box is higher than its letters: so much of it may leave its control, px.
const WORDS_LEAVE: f32 = 2.0;

/// The main action of a portrait page in the standard size (visual.md, section 5), px.
const MAIN_TOP: f32 = 1584.0;
const MAIN_SIZE: (f32, f32) = (960.0, 132.0);

fn faults(page: &str, look: Look, areas: &[Area]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |text: String| faults.push(format!("{page} {}: {text}", look.name));
    let (width, height) = (look.size.0 as f32, look.size.1 as f32);
    for area in areas {
        if area.x < -0.5 || area.y < -0.5 || area.x + area.w > width + 0.5 || area.y + area.h > height + 0.5 {
            fault(format!("outside the window: {area:?}"));
        }
        // 12.7 mm, in care mode 15 mm, on the panel with the finest dots (21.5", 4.03 px on a millimetre).
        let narrowest = if matches!(look.text, kiosk_ui::TextSize::Care | kiosk_ui::TextSize::Extra) {
            60.5
        } else {
            51.2
        };
        if area.touchable() && (area.h < 95.5 || area.w < narrowest || area.what.is_empty()) {
            fault(format!("too small or without label: {area:?}"));
        }
        if area.role != Role::Image
            && area.y < look.dock() - 0.5
            && area.y + area.h > look.dock() + 0.5
            && !page.starts_with("01-")
        {
            fault(format!("reaches into the dock: {area:?}"));
        }
        let edge = area.y + area.h;
        if area.touchable() && area.y < look.dock() && edge > look.dock() - LEAST_ABOVE_DOCK {
            fault(format!("too near to the dock: {area:?}"));
        }
        if area.touchable() && area.y < look.reach() - 0.5 {
            fault(format!("out of reach: {area:?}"));
        }
    }
    // The main action stands where it always stands: hands remember it.
    let main = areas
        .iter()
        .filter(|area| area.role == Role::Button && area.w == MAIN_SIZE.0 && area.h == MAIN_SIZE.1)
        .max_by(|a, b| a.y.total_cmp(&b.y));
    if let Some(main) = main.filter(|main| main.y != MAIN_TOP)
        && matches!(look.name, "light" | "low")
        && page != "01-attract"
    {
        fault(format!("not at the place of the main action: {main:?}"));
    }
    for (i, a) in areas.iter().enumerate() {
        for b in areas.iter().skip(i + 1) {
            let pair = (a.touchable(), b.touchable());
            let nested = a.within(b) || b.within(a);
            if pair == (true, true) && a.gap(b).is_some_and(|gap| gap < look.px(LEAST_GAP_MM)) {
                fault(format!("too near to each other: {a:?} and {b:?}"));
            }
            if (pair == (true, true) && a.overlap(b) > 1.0 && !nested)
                || (pair.0 != pair.1 && a.overlap(b) > 9.0 && a.role != Role::Image && b.role != Role::Image)
            {
                fault(format!("one over the other: {a:?} and {b:?}"));
            }
        }
    }
    faults
}

fn check(name: &str) {
    let look = look(name);
    let mut found = Vec::new();
    for (name, fill) in PAGES {
        let app = window(look);
        fill(&app);
        mock_elapsed_time(Duration::from_millis(400));
        let seen = seen(&app);
        found.extend(faults(name, look, &seen));
        found.extend(word_faults(
            name,
            look,
            &seen,
            &all_of(&app, "Card"),
            &all_of(&app, "T"),
        ));
        if std::env::var_os("KIOSK_SHOTS").is_some() {
            keep(&app, look, name);
        }
        app.hide().unwrap();
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Writes the picture of the page to `target/ui-shots/<look>/`.
fn keep(app: &kiosk_ui::App, look: Look, name: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/ui-shots")
        .join(look.name);
    std::fs::create_dir_all(&folder).unwrap();
    let shot = app.window().take_snapshot().unwrap();
    let path = folder.join(format!("{name}.png"));
    image::save_buffer(
        path,
        shot.as_bytes(),
        shot.width(),
        shot.height(),
        image::ColorType::Rgba8,
    )
    .unwrap();
}

#[test]
fn every_page_keeps_the_rules_in_portrait() {
    check("light");
}

#[test]
fn every_page_keeps_the_rules_in_care_mode() {
    check("care");
}

#[test]
fn every_page_keeps_the_rules_in_high_contrast() {
    check("contrast");
}

#[test]
fn every_page_keeps_the_rules_in_landscape() {
    check("wide");
}

#[test]
fn every_page_keeps_the_rules_in_landscape_and_care_mode() {
    check("wide-care");
}

#[test]
fn every_page_keeps_the_rules_in_english() {
    check("english");
}

#[test]
fn every_page_keeps_the_rules_in_the_largest_type() {
    check("extra");
}

#[test]
fn every_page_keeps_the_rules_in_landscape_and_the_largest_type() {
    check("wide-extra");
}

#[test]
fn every_page_keeps_the_rules_in_large_type() {
    check("large");
}

#[test]
fn every_page_keeps_the_rules_in_landscape_high_contrast_and_english() {
    check("wide-english");
}

#[test]
fn every_page_keeps_the_rules_in_low_reach() {
    check("low");
}

#[test]
fn every_page_keeps_the_rules_in_low_reach_care_mode_and_high_contrast() {
    check("low-care");
}

#[test]
fn every_page_keeps_the_rules_in_low_reach_and_large_type() {
    check("low-large");
}

#[test]
fn every_page_keeps_the_rules_in_low_reach_and_the_largest_type() {
    check("low-extra");
}

#[test]
fn every_page_keeps_the_rules_in_low_reach_and_english() {
    check("low-english");
}

#[test]
fn every_page_keeps_the_rules_in_landscape_and_low_reach() {
    check("wide-low");
}

#[test]
fn every_page_keeps_the_rules_in_landscape_low_reach_and_care_mode() {
    check("wide-low-care");
}

#[test]
fn every_page_keeps_the_rules_in_five_four() {
    check("five");
}

#[test]
fn every_page_keeps_the_rules_in_five_four_and_care_mode() {
    check("five-care");
}

#[test]
fn every_page_keeps_the_rules_in_five_four_high_contrast_and_english() {
    check("five-english");
}

#[test]
fn every_page_keeps_the_rules_in_five_four_and_low_reach() {
    check("five-low");
}

#[test]
fn every_page_keeps_the_rules_in_five_four_low_reach_and_care_mode() {
    check("five-low-care");
}

#[test]
fn every_page_keeps_the_rules_in_five_four_and_large_type() {
    check("five-large");
}
