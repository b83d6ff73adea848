//! `kiosk visit` and, where there is no display, `kiosk demo`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::visit::{Painter, Script, Visit, VisitError, scripts_in};
use super::world::{BackendProcess, WorldError};
use super::{complain, say};
use crate::config::Configuration;

/// The demo's people, beside its configuration.
pub(crate) fn people_of(configuration: &Configuration) -> PathBuf {
    configuration.dir.join("people")
}

/// The reference backend with a folder of its own, both gone when this is dropped.
pub(crate) struct Server {
    process: Option<BackendProcess>,
    address: SocketAddr,
    dir: PathBuf,
}

impl Server {
    /// Starts it on the configuration's catalogue and people.
    pub fn start(configuration: &Configuration) -> Result<Self, WorldError> {
        let dir = std::env::temp_dir().join(format!("bianmin-kiosk-backend-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).map_err(WorldError::Folder)?;
        let people = people_of(configuration).join("people.toml");
        let kiosk = &configuration.kiosk;
        let process = BackendProcess::start(&dir, &kiosk.catalogue.dir, &people, &kiosk.face.models)?;
        Ok(Self {
            address: process.address(),
            process: Some(process),
            dir,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process = None;
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Plays one script; `true` when everything was as it says.
pub(super) fn visit(configuration: &Configuration, script: &Path, out: &Path) -> bool {
    let mut painter = painter(configuration);
    play(configuration, script, out, painter.as_deref_mut())
}

/// Plays all scripts of a folder, each into its own folder.
pub(super) fn all(configuration: &Configuration, scripts: &Path, out: &Path) -> bool {
    let files = match scripts_in(scripts) {
        Ok(files) => files,
        Err(error) => return complain(format_args!("{}: cannot be read: {error}", scripts.display())),
    };
    let mut painter = painter(configuration);
    let mut good = true;
    for file in files {
        let name = file.file_stem().unwrap_or_default();
        good &= play(configuration, &file, &out.join(name), painter.as_deref_mut());
    }
    say(format_args!("the pictures are in {}", out.display()));
    good
}

fn play(
    configuration: &Configuration,
    file: &Path,
    out: &Path,
    painter: Option<&mut (dyn Painter + 'static)>,
) -> bool {
    let played = Script::load(file).map_err(Into::into).and_then(|script| {
        run(configuration, &script, out, painter)?;
        Ok(script.title)
    });
    match played {
        Ok(title) => {
            say(format_args!("{title}: {}", out.display()));
            true
        }
        Err(error) => {
            let error: Box<dyn std::error::Error> = error;
            // Without the models everything else can still be seen.
            let skipped = matches!(error.downcast_ref(), Some(VisitError::NoFaceModels));
            complain(format_args!("{}: {error}", file.display()));
            skipped
        }
    }
}

fn run(
    configuration: &Configuration,
    script: &Script,
    out: &Path,
    painter: Option<&mut (dyn Painter + 'static)>,
) -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start(configuration)?;
    let people = people_of(configuration);
    let mut visit = Visit::prepare(
        script,
        configuration.clone(),
        &people,
        server.address(),
        Some(out),
    )?;
    Ok(visit.play(script, painter.map(|painter| painter as &mut dyn Painter))?)
}

/// Paints the screen where the program was built with one.
#[cfg(feature = "gui")]
fn painter(configuration: &Configuration) -> Option<Box<dyn Painter>> {
    match super::screen::painter(configuration) {
        Ok(painter) => Some(painter),
        Err(error) => {
            complain(format_args!("no pictures of the screen: {error}"));
            None
        }
    }
}

#[cfg(not(feature = "gui"))]
fn painter(_: &Configuration) -> Option<Box<dyn Painter>> {
    None
}
