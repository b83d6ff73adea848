//! A reference backend in this process, and visits against it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kiosk::commands::visit::{Script, Visit, VisitError};
use kiosk::config::Configuration;
use kiosk_backend::{Options, Running, serve};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A running reference backend with a folder of its own.
pub struct Backend {
    running: Option<Running>,
    tasks: tokio::runtime::Runtime,
    _dir: tempfile::TempDir,
}

impl Backend {
    /// Listens on a free port of loopback.
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut options = Options::new(
            dir.path(),
            root().join("config/catalogue"),
            root().join("config/demo/people/people.toml"),
        );
        options.review = Duration::from_secs(1);
        options.models = root().join("models");
        let running = tasks.block_on(serve(options)).unwrap();
        Self {
            running: Some(running),
            tasks,
            _dir: dir,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().addr
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.tasks.block_on(running.stop());
        }
    }
}

/// The demo's configuration.
pub fn configuration() -> Configuration {
    Configuration::load(&root().join("config/demo")).unwrap()
}

/// Plays a script; `then` looks at the world afterwards. Says so plainly when the face models that
/// the script needs are not there.
pub fn play(name: &str, then: impl FnOnce(&Visit)) {
    let script = Script::load(&root().join(format!("tests/visits/{name}.toml"))).unwrap();
    let backend = Backend::start();
    let out: Option<PathBuf> = std::env::var_os("KIOSK_VISITS_OUT").map(|dir| PathBuf::from(dir).join(name));
    if let Some(out) = &out {
        fs::create_dir_all(out).unwrap();
    }
    let people = root().join("config/demo/people");
    let prepared = Visit::prepare(
        &script,
        configuration(),
        &people,
        backend.address(),
        out.as_deref(),
    );
    let mut visit = match prepared {
        Ok(visit) => visit,
        Err(VisitError::NoFaceModels) => {
            eprintln!("{name}: not played, the face models are absent (scripts/fetch-models.sh)");
            return;
        }
        Err(error) => panic!("{name}: {error}"),
    };
    if let Err(error) = visit.play(&script, None) {
        panic!("{name}: {error}");
    }
    then(&visit);
}
