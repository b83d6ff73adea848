//! `kiosk check`: configuration, catalogue and texts, every finding with file, line and remedy.

use std::path::Path;

use super::{complain, say};
use crate::catalogue::{Catalogue, Severity, coverage, load};
use crate::config::Configuration;
use crate::face::engine::FaceEngine;
use crate::runtime::materials::slips;
use crate::runtime::reason;
use crate::text::Texts;

/// Looks at everything; `true` when nothing stops the terminal, and, with `coverage`, when no row of
/// the mission is left out.
pub(super) fn run(dir: &Path, coverage: bool) -> bool {
    let configuration = match Configuration::load(dir) {
        Ok(configuration) => configuration,
        Err(error) => {
            let count = error.findings.len();
            return complain(format_args!(
                "{error}\n\n{count} found; the terminal does not start"
            ));
        }
    };
    let good = catalogue(&configuration, coverage) & texts(&configuration);
    face_models(&configuration);
    if good {
        say("no error found");
    }
    good
}

fn catalogue(configuration: &Configuration, coverage: bool) -> bool {
    let dir = &configuration.kiosk.catalogue.dir;
    let bundle = match configuration.bundle() {
        Ok(bundle) => bundle,
        Err(error) => return complain(format_args!("{}: cannot be read: {error}", dir.display())),
    };
    let checked = load::check(&bundle.files);
    for finding in &checked.findings {
        let line = format!("{}/{finding}", dir.display());
        match finding.severity {
            Severity::Error => drop(complain(line)),
            Severity::Warning => say(line),
        }
    }
    let slips = slips(&bundle).map_err(|errors| {
        for error in errors {
            complain(format_args!("{}/{error}", dir.display()));
        }
    });
    let (Some(catalogue), Ok(_)) = (checked.catalogue, slips) else {
        return false;
    };
    say(format_args!(
        "catalogue {}: {} services",
        bundle.version,
        catalogue.services.len()
    ));
    !coverage || rows(&catalogue)
}

/// The rows of the mission, one a line; `true` when something stands for each.
fn rows(catalogue: &Catalogue) -> bool {
    let table = coverage::table(&catalogue.coverage, catalogue);
    for covered in &table {
        let by = match (covered.is_gap(), &covered.row.counterpart) {
            (true, _) => "NOTHING".to_owned(),
            (false, Some(counterpart)) if covered.services.is_empty() => counterpart.clone(),
            (false, _) => covered.services.join(" "),
        };
        let row = covered.row;
        say(format_args!("{} {:?} {}: {by}", row.id, row.fit, row.title));
    }
    let gaps = table.iter().filter(|covered| covered.is_gap()).count();
    say(format_args!(
        "{} of {} rows covered",
        table.len() - gaps,
        table.len()
    ));
    gaps == 0
}

fn texts(configuration: &Configuration) -> bool {
    let dir = &configuration.kiosk.texts.dir;
    let files = match configuration.text_files() {
        Ok(files) => files,
        Err(error) => return complain(format_args!("{}: cannot be read: {error}", dir.display())),
    };
    let known = Texts::load(&files).and_then(|texts| {
        texts.require(reason::TEXT_IDS.iter().copied())?;
        Ok(texts.languages().map(str::to_owned).collect::<Vec<_>>())
    });
    match known {
        Ok(languages) => {
            say(format_args!("texts: {}", languages.join(", ")));
            true
        }
        Err(error) => complain(format_args!("{}: {error}", dir.display())),
    }
}

/// Missing models are no error: face login is off and the other ways stay.
fn face_models(configuration: &Configuration) {
    match FaceEngine::load(&configuration.kiosk.face.models) {
        Ok(_) => say("face models: complete"),
        Err(error) => say(format_args!("face models: face login is off: {error}")),
    }
}
