#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
//! Fixed words live in `config/texts/`, in every language, and nowhere else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn screens() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "slint") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), &mut found);
    found
}

fn texts(language: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../config/texts/{language}/ui.toml"));
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Every string literal of the form `area.name` in the screens.
fn used() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (_, text) in screens() {
        for line in text
            .lines()
            .filter(|l| !l.trim_start().starts_with("//") && !l.contains(" from \""))
        {
            for literal in line.split('"').skip(1).step_by(2) {
                let plain = literal
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
                if plain && literal.contains('.') && !literal.starts_with('.') || literal == "seconds-left" {
                    ids.insert(literal.to_owned());
                }
            }
        }
    }
    ids
}

#[test]
fn every_text_of_the_screens_stands_in_every_language() {
    let ids = used();
    assert!(ids.len() > 150, "only {} ids found", ids.len());
    for language in ["zh-Hans", "zh-Hant", "en"] {
        let texts = texts(language);
        let missing: Vec<_> = ids.iter().filter(|id| !texts.contains_key(id.as_str())).collect();
        assert!(missing.is_empty(), "{language} lacks {missing:?}");
        let unused: Vec<_> = texts.keys().filter(|id| !ids.contains(id.as_str())).collect();
        assert!(
            unused.is_empty(),
            "{language} has words that no screen shows: {unused:?}"
        );
    }
}

#[test]
fn no_screen_holds_chinese_words_of_its_own() {
    for (path, text) in screens() {
        let line = text.lines().find(|l| {
            !l.trim_start().starts_with("//")
                && l.chars()
                    .any(|c| ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c))
        });
        assert!(line.is_none(), "{}: {}", path.display(), line.unwrap());
    }
}

#[test]
fn chinese_words_keep_the_house_rules() {
    for (id, text) in texts("zh-Hans").into_iter().chain(texts("zh-Hant")) {
        let text = text.as_str().unwrap().to_owned();
        for word in [
            "！",
            "!",
            "确定",
            "確定",
            "失败",
            "失敗",
            "非法",
            "异常",
            "異常",
            "用户",
            "用戶",
            "稍后",
            "稍後",
            "请您耐心",
            "請您耐心",
        ] {
            assert!(!text.contains(word), "{id}: {text} holds {word}");
        }
        let sentence = text
            .split(['。', '，', '\n'])
            .map(|s| s.chars().count())
            .max()
            .unwrap_or(0);
        assert!(
            sentence <= 24,
            "{id}: a sentence of {sentence} characters: {text}"
        );
    }
}

#[test]
fn all_languages_take_the_same_numbers() {
    for language in ["zh-Hant", "en"] {
        let others = texts(language);
        for (id, text) in texts("zh-Hans") {
            for number in ["{n}", "{m}"] {
                let other = others[&id].as_str().unwrap();
                assert_eq!(
                    text.as_str().unwrap().contains(number),
                    other.contains(number),
                    "{language} {id} {number}"
                );
            }
        }
    }
}
