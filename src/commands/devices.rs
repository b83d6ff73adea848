//! `kiosk devices` and `kiosk self-test`: what is attached, does it work, with a result code.

use std::time::{Duration, Instant};

use kiosk_drivers::device::camera_list;
use kiosk_drivers::health::{Health, Link};
use kiosk_drivers::port::code_scanner::CodeScanner;
use kiosk_drivers::port::id_reader::IdReader;

use super::{complain, say};
use crate::config::Configuration;
use crate::face::engine::FaceEngine;
use crate::remote::Remote;
use crate::runtime::fitting::{self, Fitted, FittingError};
use crate::runtime::{reason, remote_config, speaker_health};
use crate::store::{AuditVerdict, Store};

/// One line of the report. The code is `0` when all is well.
struct Finding {
    name: &'static str,
    code: u8,
    words: String,
}

impl Finding {
    fn new(name: &'static str, code: u8, words: impl Into<String>) -> Self {
        Self {
            name,
            code,
            words: words.into(),
        }
    }

    fn of_health(name: &'static str, health: Option<Health>) -> Self {
        let Some(health) = health else {
            return Self::new(name, 0, "not fitted");
        };
        let reasons: Vec<String> = health
            .reasons
            .iter()
            .map(|reason| format!("{reason:?}"))
            .collect();
        let words = [format!("{:?}", health.link), reasons.join(" "), health.detail].join(" ");
        let code = match health.link {
            Link::Online => 0,
            Link::Opening => 1,
            Link::Absent => 2,
            Link::Faulted => 3,
        };
        Self::new(name, code, words.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// Lists the devices, and the cameras that could be configured; `true` when every fitted one works.
pub(super) fn list(configuration: &Configuration) -> bool {
    match look(configuration) {
        Ok(mut findings) => {
            findings.extend(found_cameras());
            report(&findings)
        }
        Err(error) => complain(error),
    }
}

/// The addresses for `devices.toml`.
fn found_cameras() -> Vec<Finding> {
    match camera_list::list() {
        Ok(cameras) => cameras
            .into_iter()
            .map(|camera| Finding::new("found_camera", 0, format!("{}  {}", camera.address, camera.name)))
            .collect(),
        Err(error) => vec![Finding::new("found_camera", 1, reason::detail_of(&error))],
    }
}

/// The devices, the store, the audit log, the backend and the face models.
pub(super) fn self_test(configuration: &Configuration) -> bool {
    let started = Instant::now();
    let mut findings = match look(configuration) {
        Ok(findings) => findings,
        Err(error) => return complain(error),
    };
    findings.push(store(configuration));
    findings.push(backend(configuration));
    findings.push(match FaceEngine::load(&configuration.kiosk.face.models) {
        Ok(_) => Finding::new("face_models", 0, "complete"),
        Err(error) => Finding::new("face_models", 1, format!("face login is off: {error}")),
    });
    let good = report(&findings);
    say(format_args!(
        "self-test took {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    good
}

fn look(configuration: &Configuration) -> Result<Vec<Finding>, FittingError> {
    let fitted = Fitted::new(&configuration.devices)?;
    let Fitted {
        id_reader,
        camera,
        receipt_printer,
        a4_printer,
        qr_scanner,
        doc_camera,
        speaker,
        transit_card,
        ..
    } = fitted;
    let opened = |error| reason::health_of(&error);
    Ok(vec![
        reader(id_reader),
        photo_decoder(configuration),
        Finding::of_health("camera", camera.map(|mut camera| camera.health())),
        Finding::of_health(
            "receipt_printer",
            receipt_printer.map(|mut printer| printer.open().map_or_else(opened, |()| printer.health())),
        ),
        Finding::of_health("a4_printer", a4_printer.map(|mut printer| printer.health())),
        Finding::of_health("qr_scanner", qr_scanner.map(scanner)),
        Finding::of_health("doc_camera", doc_camera.map(|mut camera| camera.health())),
        Finding::of_health("speaker", speaker.map(|speaker| speaker_health(&speaker))),
        Finding::of_health(
            "transit_card",
            transit_card.map(|(mut reader, _)| reader.open().map_or_else(opened, |()| reader.health())),
        ),
    ])
}

fn reader(reader: Option<Box<dyn IdReader>>) -> Finding {
    let Some(mut reader) = reader else {
        return Finding::of_health("id_reader", None);
    };
    match reader.open() {
        Ok(module) => Finding::new("id_reader", 0, format!("Online, secure module {module}")),
        // The driver knows why its module refuses to work, the error has the causes.
        Err(error) => {
            let health = Health {
                detail: reason::detail_of(&error),
                ..reader.health()
            };
            Finding::of_health("id_reader", Some(health))
        }
    }
}

fn photo_decoder(configuration: &Configuration) -> Finding {
    match fitting::photo_decoder(&configuration.devices.id_reader) {
        None => Finding::new("photo_decoder", 0, "not fitted"),
        Some(Ok(_)) => Finding::new("photo_decoder", 0, "loaded"),
        Some(Err(error)) => {
            let cause = reason::detail_of(&error);
            Finding::new(
                "photo_decoder",
                1,
                format!("faces are compared by the backend: {cause}"),
            )
        }
    }
}

fn scanner(mut scanner: Box<dyn CodeScanner>) -> Health {
    scanner
        .open()
        .map_or_else(|error| reason::health_of(&error), |()| scanner.health())
}

fn store(configuration: &Configuration) -> Finding {
    let verdict = Store::open(&configuration.kiosk.store.dir).and_then(|store| {
        store.probe()?;
        store.verify_audit()
    });
    match verdict {
        Ok(AuditVerdict::Whole { entries, .. }) => Finding::new(
            "store",
            0,
            format!("can be written; audit log unbroken, {entries} entries"),
        ),
        Ok(AuditVerdict::Broken { entry, .. }) => {
            Finding::new("store", 3, format!("audit log broken at entry {entry}"))
        }
        Err(error) => Finding::new("store", 3, error.to_string()),
    }
}

fn backend(configuration: &Configuration) -> Finding {
    let tasks = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (remote, tasks) = match (Remote::new(&remote_config(&configuration.kiosk.backend)), tasks) {
        (Ok(remote), Ok(tasks)) => (remote, tasks),
        (Err(error), _) => return Finding::new("backend", 3, error.to_string()),
        (_, Err(error)) => return Finding::new("backend", 3, error.to_string()),
    };
    let started = Instant::now();
    match tasks.block_on(remote.probe()) {
        Ok(()) => Finding::new("backend", 0, format!("answers in {}", words(started.elapsed()))),
        Err(failure) => Finding::new("backend", 2, format!("{failure:?}")),
    }
}

fn words(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}

fn report(findings: &[Finding]) -> bool {
    for finding in findings {
        say(format_args!(
            "{:<16} {}  {}",
            finding.name, finding.code, finding.words
        ));
    }
    let worst = findings.iter().map(|finding| finding.code).max().unwrap_or(0);
    say(format_args!("result {worst}"));
    worst < 2
}
