//! Every text of the engine exists in every language that is offered and keeps to the rules of good words.

use std::fs;
use std::path::{Path, PathBuf};

use crate::catalogue::tests::config_files;
use crate::text::Texts;

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Texts of a visit that stand in the sources as `"area.name"`; audit ids and names of facts are no texts.
fn used_ids() -> Vec<String> {
    const AUDIT: [&str; 16] = [
        "card.accepted",
        "card.left",
        "consent.given",
        "consent.refused",
        "consent.withdrawn",
        "face.ended",
        "login.ended",
        "party.ended",
        "payment.ended",
        "print.ended",
        "receipt.ended",
        "signature.added",
        "rule.broken",
        "service.ended",
        "service.started",
        "staff.called",
    ];
    let root = Path::new(file!()).ancestors().nth(3).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let mut files = Vec::new();
    sources(&root.join("session"), &mut files);
    files.push(root.join("catalogue/validate.rs"));
    let mut ids = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        let product = text
            .split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap()
            .to_owned();
        for word in product.split('"').skip(1).step_by(2) {
            let shaped = word.contains('.') && !word.starts_with('.') && !word.ends_with('.');
            let plain = word
                .chars()
                .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || "._".contains(char));
            let audit =
                AUDIT.contains(&word) || word.starts_with("visit.") || word.starts_with("submission.");
            let fact = ["session.", "authorisation.", "application.", "answers."];
            let fact = fact.iter().any(|group| word.starts_with(group));
            if shaped && plain && !audit && !fact {
                ids.push(word.to_owned());
            }
        }
    }
    ids
}

#[test]
fn every_text_that_a_visit_says_exists_in_every_language_that_is_offered() {
    let texts = Texts::load(&config_files("texts")).unwrap();
    let ids = used_ids();
    assert!(ids.len() > 150, "only {} found", ids.len());
    texts.require(ids.iter().map(String::as_str)).unwrap();
    assert_eq!(
        texts.languages().collect::<Vec<_>>(),
        ["en", "zh-Hans", "zh-Hant"]
    );
}

#[test]
fn no_text_of_a_visit_is_unused() {
    let files = config_files("texts");
    let table: std::collections::BTreeMap<String, String> =
        toml::from_str(&files["zh-Hans/session.toml"]).unwrap();
    let used = used_ids();
    let unused: Vec<_> = table.keys().filter(|id| !used.contains(id)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn chinese_sentences_are_short_and_calm() {
    let files = config_files("texts");
    let tables = ["zh-Hans", "zh-Hant"].map(|language| {
        let file = format!("{language}/session.toml");
        toml::from_str::<std::collections::BTreeMap<String, String>>(&files[&file]).unwrap()
    });
    for (id, words) in tables.into_iter().flatten() {
        for wrong in [
            "!", "！", "用户", "用戶", "失败", "失敗", "非法", "异常", "異常", "稍后", "稍後",
        ] {
            assert!(!words.contains(wrong), "{id}: {words}");
        }
        for sentence in words.split(['。', '？']) {
            assert!(
                sentence.chars().count() <= 24 || sentence.contains('{'),
                "{id}: {sentence}"
            );
        }
    }
}
