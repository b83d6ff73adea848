#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
//! Rows of the accessibility checklist that the design's own source decides: type, spacing, contrast, gestures, pop-ups.
//! Sizes, gaps, labels and reach are measured on the screens themselves, in `screens.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The panel with the finest dots that is commissioned: 21.5", px on a millimetre.
const FINEST: f64 = 4.03;
/// The fonts' own line is so many em high.
const LINE_EM: f64 = 1.448;

fn screens() -> Vec<(PathBuf, String)> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [ui.to_owned(), ui.join("pages"), ui.join("parts")];
    let files = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        // The demo's dock is no part of the product.
        .filter(|path| path.extension().is_some_and(|end| end == "slint") && !path.ends_with("demo.slint"));
    files
        .map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

/// A file of the screens.
fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// What stands after `name:` up to the semicolon, at every place.
fn values<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!("{name}: ");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split(&mark).skip(1))
        .map(|rest| rest.split([';', '}']).next().unwrap().trim())
        .collect()
}

/// Numbers of px in an expression.
fn pixels(expression: &str) -> Vec<f64> {
    let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    words
        .filter_map(|word| word.strip_suffix("px")?.parse().ok())
        .collect()
}

/// Rows 1, 2 and 4: an em of 6.5 mm, 10 mm in care mode. Tokens have that floor (`Th.least`); a size of its own has to
/// be as large on the finest panel, in every branch.
#[test]
fn no_words_are_smaller_than_can_be_read() {
    let least = 10.0 * FINEST;
    for (path, text) in screens() {
        for size in values(&text, "font-size")
            .into_iter()
            .chain(values(&text, "font"))
        {
            let has_floor = size.contains("Th.least") || size.starts_with("max(Th.");
            let small: Vec<f64> = pixels(size)
                .into_iter()
                .filter(|px| *px < least && *px > 8.0)
                .collect();
            assert!(has_floor || small.is_empty(), "{}: {size}", path.display());
        }
    }
    let theme = file("theme.slint");
    assert!(theme.contains("out property <length> least: (care ? 10 : 6.5) * Chrome.px-per-mm * 1px;"));
    for token in ["lead", "body", "label", "cap", "small"] {
        assert!(
            theme.contains(&format!("out property <length> {token}: max(least, ")),
            "{token} has no floor"
        );
    }
}

/// Row 3: sizes to choose from reach capitals of 8.5 mm, which are 0.733 em.
#[test]
fn sizes_rise_in_steps_to_capitals_of_eight_and_a_half_millimetres() {
    let theme = file("theme.slint");
    let body = values(&theme, "<length> body")[0].to_owned();
    let mut sizes: Vec<f64> = pixels(&body);
    assert!(
        sizes.windows(2).all(|pair| pair[0] > pair[1]),
        "largest first: {sizes:?}"
    );
    sizes.reverse();
    let capital = |px: &f64| px * 0.733 / 2.71;
    assert!(capital(&sizes[0]) >= 4.8, "{sizes:?}");
    assert!(capital(sizes.last().unwrap()) >= 8.5, "{sizes:?}");
}

/// Row 5: lines stand 1.3 em apart.
#[test]
fn lines_have_room_between_them() {
    for (path, text) in screens() {
        for factor in values(&text, "line-height-factor") {
            if let Ok(factor) = factor.parse::<f64>() {
                assert!(factor * LINE_EM >= 1.3, "{}: {factor}", path.display());
            }
        }
    }
}

type Colours = BTreeMap<String, [[f64; 3]; 3]>;

/// Every colour of the theme: high contrast, dark, light.
fn colours() -> Colours {
    let theme = file("theme.slint");
    let mut colours = Colours::new();
    for line in theme.lines() {
        let Some((name, values)) = line
            .split_once("<color> ")
            .and_then(|(_, rest)| rest.split_once(": hc ? "))
        else {
            continue;
        };
        let hex: Vec<[f64; 3]> = values.split('#').skip(1).map(|value| rgb(&value[..6])).collect();
        if let [high_contrast, dark, light] = hex[..] {
            colours.insert(name.to_owned(), [high_contrast, dark, light]);
        }
    }
    colours
}

fn rgb(hex: &str) -> [f64; 3] {
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

/// Relative luminance of WCAG 2.
fn luminance(colour: [f64; 3]) -> f64 {
    let linear = |value: f64| {
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Row 6: words 4.5 to 1, lines and the focus ring (row 19) 3 to 1, everything 10 to 1 in high contrast.
#[test]
fn words_and_lines_stand_out_from_their_ground_in_every_theme() {
    let colours = colours();
    let words = [
        ("ink", "paper surface sunken accent-soft warn-soft danger-soft"),
        ("ink-2", "paper surface sunken accent-soft"),
        ("accent", "paper surface accent-soft"),
        ("on-accent", "accent accent-press"),
        ("accent-ink", "accent-soft"),
        ("warn-ink", "warn-soft"),
        ("danger-ink", "danger-soft surface"),
        ("off-ink", "off-soft paper"),
    ];
    let lines = [("line-strong", "surface paper"), ("focus", "paper surface")];
    let pairs = words
        .map(|pair| (pair, 4.5))
        .into_iter()
        .chain(lines.map(|pair| (pair, 3.0)));
    for ((ink, grounds), normal) in pairs {
        for ground in grounds.split(' ') {
            for (theme, least) in [(0, 10.0), (1, normal), (2, normal)] {
                let found = contrast(colours[ink][theme], colours[ground][theme]);
                assert!(found >= least, "{ink} on {ground}, theme {theme}: {found:.2}");
            }
        }
    }
}

/// Row 9: a tap is all that is ever needed, and it counts when the finger leaves (`touch.rs`).
#[test]
fn no_screen_wants_another_gesture_than_a_tap() {
    for (path, text) in screens() {
        for gesture in [
            "Flickable",
            "ScrollView",
            "SwipeGestureHandler",
            "double-clicked",
            "DragArea",
        ] {
            assert!(!text.contains(gesture), "{}: {gesture}", path.display());
        }
        // Only a finger that draws is followed while it moves.
        assert!(
            !text.contains("moved =>") || path.ends_with("pen.slint"),
            "{}",
            path.display()
        );
    }
}

/// Row 10: a message has its sign beside its colour.
#[test]
fn every_chip_has_an_icon_beside_its_colour() {
    for (path, text) in screens() {
        for chip in text.split(" Chip {").skip(1) {
            let inside = chip.split('}').next().unwrap();
            assert!(inside.contains("icon:"), "{}: {inside}", path.display());
        }
    }
}

/// Row 11: what opens over a page is asked for, or is the warning that the visit ends.
#[test]
fn nothing_pops_up_but_what_one_asked_for() {
    let state = file("state.slint");
    assert!(state.contains("export enum DialogKind { none, idle, comfort, staff-called, leave }"));
}

/// Row 19: the focus ring is at least a millimetre wide on the finest panel.
#[test]
fn the_focus_ring_is_a_millimetre_wide() {
    let control = file("parts/control.slint");
    let ring = control.split("if root.focused: Rectangle").nth(1).unwrap();
    let width = pixels(values(ring, "border-width")[0])[0];
    assert!(width / FINEST >= 1.0, "{width} px");
}
