//! The shipped services load without a finding, and a resident walks each of them from its tile to
//! its paper, on real drivers, simulators and the reference backend; `tests/errands.toml` says what they answer
//! where the usual answers will not do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use common::{Backend, configuration, root};
use kiosk::catalogue::model::{OutputKind, Service, StepType};
use kiosk::catalogue::{Catalogue, load};
use kiosk::commands::visit::{Errand, Visit};
use libtest_mimic::{Arguments, Failed, Trial};

const WALKS_AT_ONCE: usize = 4;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // A walk mostly waits for devices and answers, so that four fit on two cores.
    arguments.test_threads.get_or_insert(WALKS_AT_ONCE);
    let files = configuration().bundle().unwrap().files;
    let checked = load::check(&files);
    let findings: Vec<String> = checked.findings.iter().map(ToString::to_string).collect();
    let catalogue = checked.catalogue.map(Arc::new);
    let mut trials = vec![Trial::test("the_catalogue_has_no_finding", move || {
        no_finding(&findings)
    })];
    if let Some(catalogue) = catalogue {
        trials.extend(walks(&catalogue));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn no_finding(findings: &[String]) -> Result<(), Failed> {
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings.join("\n").into())
    }
}

/// One walk for each service, and one trial that says that no errand is for nothing.
fn walks(catalogue: &Arc<Catalogue>) -> Vec<Trial> {
    let text = std::fs::read_to_string(root().join("tests/errands.toml")).unwrap();
    let mut errands: BTreeMap<String, Errand> = toml::from_str(&text).unwrap();
    let mut trials: Vec<Trial> = catalogue
        .services
        .iter()
        .map(|service| {
            let id = service.service.id.clone();
            let errand = errands.remove(&id).unwrap_or_default();
            let catalogue = Arc::clone(catalogue);
            Trial::test(format!("errand::{id}"), move || walk(&catalogue, &id, &errand))
        })
        .collect();
    let strangers: Vec<String> = errands.into_keys().collect();
    trials.push(Trial::test("every_errand_is_for_a_service", move || {
        no_finding(&strangers)
    }));
    trials
}

fn walk(catalogue: &Catalogue, id: &str, errand: &Errand) -> Result<(), Failed> {
    let backend = Backend::start();
    let out = std::env::var_os("KIOSK_VISITS_OUT").map(|dir| PathBuf::from(dir).join(id));
    let people = root().join("config/demo/people");
    let mut visit = Visit::set_scene(&[], configuration(), &people, backend.address(), out.as_deref())?;
    let pages = visit.run(id, errand)?;
    let service = catalogue.service(id).ok_or("no such service")?;
    papers_came_out(service, errand, &visit)?;
    if service.login.level == 0 && pages.iter().any(|page| page == "login_ways") {
        return Err("a public service asked who one is".into());
    }
    Ok(())
}

/// What must be printed was printed.
fn papers_came_out(service: &Service, errand: &Errand, visit: &Visit) -> Result<(), Failed> {
    if errand.ends_at.is_some() {
        return Ok(());
    }
    let printed = service
        .steps
        .iter()
        .filter(|step| step.kind == StepType::Print && !step.optional && step.when.is_none())
        .flat_map(|step| &step.outputs)
        .filter_map(|id| service.output(id))
        .filter(|output| output.when.is_none());
    for output in printed {
        let out = match output.kind {
            OutputKind::Certificate => visit.world.documents().len(),
            _ => visit.world.receipts().len(),
        };
        if out == 0 {
            return Err(format!("`{}` was not printed", output.id).into());
        }
    }
    Ok(())
}
