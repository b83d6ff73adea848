//! Words of the catalogue, of the backend and of the languages, as they are shipped.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use kiosk::text::traditional::traditional;
use toml::{Table, Value};

fn tables(folder: &str) -> Vec<(PathBuf, Table)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, Table)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let table = fs::read_to_string(&path).unwrap().parse().unwrap();
                found.push((path, table));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found
}

/// All words by language within a value: tables with a Chinese text.
fn words(value: &Value) -> Vec<&Table> {
    match value {
        Value::Array(values) => values.iter().flat_map(words).collect(),
        Value::Table(table) if chinese(table).is_some() => vec![table],
        Value::Table(table) => table.values().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

fn chinese(table: &Table) -> Option<&str> {
    ["zh-Hans", "zh"].iter().find_map(|tag| table.get(*tag)?.as_str())
}

#[test]
fn all_words_of_the_catalogue_and_the_backend_are_there_in_english() {
    let mut seen = 0;
    for folder in ["config", "backend/texts"] {
        for (path, table) in tables(folder) {
            for words in words(&Value::Table(table)) {
                let english = words.get("en").and_then(Value::as_str).unwrap_or_default();
                assert!(
                    !english.trim().is_empty(),
                    "{}: en = \"…\" is missing for {:?}",
                    path.display(),
                    chinese(words)
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 4000, "only {seen} words found");
}

#[test]
fn no_simplified_character_is_left_in_the_traditional_texts() {
    let files = tables("config/texts/zh-Hant");
    assert!(files.len() > 4, "only {} files found", files.len());
    for (path, table) in files {
        for (id, text) in table {
            let text = text.as_str().unwrap();
            assert_eq!(traditional(text), text, "{}: {id}", path.display());
        }
    }
}
