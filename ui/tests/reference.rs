#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
//! Every page in the main looks, and every widget in every theme and size, beside the pictures under `tests/reference/`
//! that were looked at one by one. After a wanted change: `UPDATE_PICTURES=1 cargo test -p kiosk-ui --test reference`,
//! and look at what `git diff` shows.

mod sample;

use i_slint_backend_testing::mock_elapsed_time;
use image::{Rgb, RgbImage};
use kiosk_ui::*;
use sample::{look, pages::PAGES, picture, window};
use slint::ComponentHandle;
use std::time::Duration;

/// The looks whose pictures are kept; all others are kept to the rules by `screens.rs`.
const MAIN: &[&str] = &["light", "care", "contrast", "wide"];

fn check(name: &str) {
    assert!(MAIN.contains(&name));
    let look = look(name);
    let differ: Vec<String> = PAGES
        .iter()
        .filter_map(|(name, fill)| {
            let app = window(look);
            fill(&app);
            mock_elapsed_time(Duration::from_millis(400));
            let picture = picture::of(app.window());
            app.hide().unwrap();
            picture::compare(&picture, look.name, name)
        })
        .collect();
    assert!(differ.is_empty(), "\n{}", differ.join("\n"));
}

#[test]
fn pages_look_as_they_were_approved() {
    check("light");
}

#[test]
fn pages_in_care_mode_look_as_they_were_approved() {
    check("care");
}

#[test]
fn pages_in_high_contrast_look_as_they_were_approved() {
    check("contrast");
}

#[test]
fn pages_in_landscape_look_as_they_were_approved() {
    check("wide");
}

#[test]
fn every_widget_in_every_theme_and_size_looks_as_it_was_approved() {
    let sizes = [
        ("standard", TextSize::Standard),
        ("large", TextSize::Large),
        ("care", TextSize::Care),
        ("extra", TextSize::Extra),
    ];
    let themes = [
        ("light", false, false),
        ("dark", true, false),
        ("contrast", false, true),
    ];
    let mut differ = Vec::new();
    for (size_name, size) in sizes {
        for (theme, dark, high_contrast) in themes {
            let gallery = sample::gallery();
            let chrome = gallery.global::<Chrome>();
            chrome.set_size(size);
            chrome.set_dark(dark);
            chrome.set_high_contrast(high_contrast);
            for page in 0..5 {
                gallery.set_page(page);
                mock_elapsed_time(Duration::from_millis(400));
                let name = format!("{theme}-{size_name}-{}", page + 1);
                differ.extend(picture::compare(&picture::of(gallery.window()), "gallery", &name));
            }
            gallery.hide().unwrap();
        }
    }
    assert!(differ.is_empty(), "\n{}", differ.join("\n"));
}

#[test]
fn every_script_looks_as_it_was_approved() {
    let scripts = [
        ("zh-Hant", "Noto Sans CJK HK", false),
        ("ug", "UKIJ Tuz", true),
        ("bo", "DDC Uchen", false),
        ("za", "Noto Sans CJK SC", false),
    ];
    let differ: Vec<String> = scripts
        .into_iter()
        .filter_map(|(language, family, rtl)| {
            let gallery = sample::gallery();
            sample::say(&gallery.global::<Tx>(), language);
            gallery.global::<Chrome>().set_family(family.into());
            gallery.set_rtl(rtl);
            gallery.set_page(5);
            mock_elapsed_time(Duration::from_millis(400));
            let picture = picture::of(gallery.window());
            gallery.hide().unwrap();
            picture::compare(&picture, "gallery", language)
        })
        .collect();
    assert!(differ.is_empty(), "\n{}", differ.join("\n"));
}

#[test]
fn a_missing_button_is_seen_and_a_softer_edge_is_not() {
    let page = RgbImage::from_fn(270, 480, |x, y| Rgb([200, (x / 8) as u8, (y / 8) as u8]));
    let mut softer = page.clone();
    for y in 0..480 {
        softer.put_pixel(100, y, Rgb([170, 12, (y / 8) as u8]));
    }
    assert_eq!(picture::differing(&page, &softer), None);
    let mut without = page.clone();
    for (x, y) in (60..90).flat_map(|x| (300..320).map(move |y| (x, y))) {
        without.put_pixel(x, y, Rgb([255, 255, 255]));
    }
    assert!(picture::differing(&page, &without).is_some());
    assert!(picture::differing(&page, &RgbImage::new(270, 479)).is_some());
}
