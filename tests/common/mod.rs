//! A reference backend in this process, and the demo's configuration.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

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
        options.web = Some("127.0.0.1:0".parse().unwrap());
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
