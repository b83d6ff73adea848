//! `kiosk visit` and, where there is no display, `kiosk demo`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use sha2::{Digest, Sha256};

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
        let key = sample_issuer(&dir)?;
        let process = BackendProcess::start(&dir, &configuration.kiosk, &people, &key)?;
        Ok(Self {
            address: process.address(),
            process: Some(process),
            dir,
        })
    }

    /// Public key with which its catalogue is published.
    pub fn issuer(&self) -> PathBuf {
        self.dir.join(ISSUER)
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

/// File of the issuer's public key in the server's folder.
const ISSUER: &str = "issuer.pem";

/// A new pair of keys for the sample issuer; the path of the private one.
fn sample_issuer(dir: &Path) -> Result<PathBuf, WorldError> {
    let random = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    let seed = Sha256::digest(random.map(uuid::Uuid::into_bytes).concat());
    let key = SigningKey::from_bytes(&seed.into());
    let broken = |_| WorldError::Folder(std::io::ErrorKind::InvalidData.into());
    let private = key.to_pkcs8_pem(LineEnding::LF).map_err(broken)?;
    let public = key.verifying_key().to_public_key_pem(LineEnding::LF);
    let public = public.map_err(|_| WorldError::Folder(std::io::ErrorKind::InvalidData.into()))?;
    let path = dir.join("issuer.key");
    std::fs::write(&path, private.as_bytes()).map_err(WorldError::Folder)?;
    std::fs::write(dir.join(ISSUER), public).map_err(WorldError::Folder)?;
    Ok(path)
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
    let mut configuration = configuration.clone();
    configuration.kiosk.catalogue.issuer = Some(server.issuer());
    let mut visit = Visit::prepare(script, configuration, &people, server.address(), Some(out))?;
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
