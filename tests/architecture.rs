//! The arrows between the modules go one way. This test reads the sources and fails on any other.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules of `src/` a module may name. A module that is not listed is not restricted
/// (`commands` and `main` stand above all others).
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("catalogue", &["protocol"] as &[_]),
        ("session", &["catalogue", "protocol", "text"]),
        ("protocol", &[]),
        ("text", &["protocol", "session"]),
        ("document", &["session", "text", "protocol"]),
        ("face", &["session", "protocol"]),
        ("input", &[]),
        ("speech", &["session"]),
        ("store", &["protocol", "session", "document"]),
        ("remote", &["protocol"]),
        ("config", &["catalogue", "face", "protocol", "session"]),
        (
            "runtime",
            &[
                "catalogue",
                "config",
                "document",
                "face",
                "input",
                "protocol",
                "remote",
                "session",
                "speech",
                "store",
                "text",
            ],
        ),
        (
            "presenter",
            &["config", "input", "protocol", "runtime", "session", "text"],
        ),
    ])
}

/// Modules without I/O, clock, thread, device or Slint type.
const PURE: [&str; 4] = ["catalogue", "session", "protocol", "text"];

const FORBIDDEN_IN_PURE: [&str; 15] = [
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "Timestamp::now",
    "tokio",
    "slint",
    "rusqlite",
    "reqwest",
    "kiosk_drivers",
    "Uuid::now",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file without comments, and without what is compiled for tests only.
fn code(path: &Path) -> String {
    // `tests.rs`, and what lies in a folder `tests/`, is compiled for tests only.
    let inside = path.strip_prefix(root()).unwrap_or(path);
    if inside
        .components()
        .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
    {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let product = text.split("\n#[cfg(test)]\nmod ").next().unwrap().to_owned();
    product
        .lines()
        .map(|line| line.split("//").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Our modules that a piece of code names as `crate::module`.
fn named_modules(code: &str) -> Vec<String> {
    let after = code.split("crate::").skip(1);
    after
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

fn module_files(module: &str) -> Vec<PathBuf> {
    let directory = root().join("src").join(module);
    let single = root().join("src").join(format!("{module}.rs"));
    let mut files = if directory.is_dir() {
        rust_files(&directory)
    } else {
        Vec::new()
    };
    files.extend(single.is_file().then_some(single));
    files
}

#[test]
fn modules_name_only_what_stands_below_them() {
    let allowed = allowed();
    for (module, may_name) in &allowed {
        for path in module_files(module) {
            for name in named_modules(&code(&path)) {
                let ours = allowed.contains_key(name.as_str());
                let fine = name == *module || may_name.contains(&name.as_str());
                assert!(
                    !ours || fine,
                    "{}: `{module}` must not name `{name}`",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn pure_modules_touch_neither_clock_nor_files_nor_threads() {
    for module in PURE {
        for path in module_files(module) {
            let code = code(&path);
            for word in FORBIDDEN_IN_PURE {
                assert!(
                    !code.contains(word),
                    "{}: `{word}` in a pure module",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn drivers_and_screens_import_nothing_of_ours() {
    for package in ["drivers", "ui"] {
        let manifest = fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
        let ours = ["kiosk.workspace", "kiosk-backend", "kiosk-ui.", "kiosk-drivers."];
        assert!(
            !ours.iter().any(|name| manifest.contains(name)),
            "{package} depends on a package of ours"
        );
    }
}

#[test]
fn only_the_presenter_and_the_window_name_slint() {
    for path in rust_files(&root().join("src")) {
        let shown = path.strip_prefix(root()).unwrap().display().to_string();
        let may = ["src/presenter", "src/screenshot", "src/window", "src/bench"]
            .iter()
            .any(|p| shown.starts_with(p));
        let code = code(&path);
        assert!(
            may || !(code.contains("slint::") || code.contains("kiosk_ui::")),
            "{shown} names a Slint type"
        );
    }
}

/// Chinese with punctuation, or longer than a name or a code list's entry can be.
fn is_sentence(text: &str) -> bool {
    let chinese = text
        .chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        .count();
    chinese > 10 || (chinese > 2 && text.contains(['，', '。', '？', '：']))
}

#[test]
fn no_rust_file_holds_a_visible_chinese_sentence() {
    for directory in ["src", "drivers/src"] {
        for path in rust_files(&root().join(directory)) {
            for (number, line) in code(&path).lines().enumerate() {
                let sentence = line.split('"').skip(1).step_by(2).any(is_sentence);
                assert!(
                    !sentence,
                    "{}:{}: a sentence belongs into config/texts",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}
