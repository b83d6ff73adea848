//! The reference backend as a child process.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::WorldError;
use crate::config::Kiosk;

const PROGRAM: &str = "kiosk-backend";
/// The first start makes keys and samples.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// The running backend; dropping it ends the process.
pub struct BackendProcess {
    child: Child,
    address: SocketAddr,
}

impl BackendProcess {
    /// Starts the `kiosk-backend` beside this program on the configuration's catalogue, with its data in `dir`.
    ///
    /// # Errors
    /// When it is not there, or does not listen in time.
    pub fn start(dir: &Path, kiosk: &Kiosk, people: &Path, issuer_key: &Path) -> Result<Self, WorldError> {
        let program = beside_us()?;
        let data = dir.join("backend");
        let port_file = dir.join("port");
        let child = Command::new(&program)
            .arg("--data")
            .arg(&data)
            .arg("--catalogue")
            .arg(&kiosk.catalogue.dir)
            .arg("--people")
            .arg(people)
            .arg("--registers")
            .arg(registers_beside(people))
            .arg("--models")
            .arg(&kiosk.face.models)
            .arg("--issuer-key")
            .arg(issuer_key)
            .arg("--port-file")
            .arg(&port_file)
            .args(["--review-seconds", "2", "--web", "127.0.0.1:0"])
            .env(
                "RUST_LOG",
                std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned()),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|cause| WorldError::Program { program, cause })?;
        let mut process = Self {
            child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        };
        let port = process.wait_for_port(&port_file)?;
        process.address.set_port(port);
        Ok(process)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn wait_for_port(&mut self, file: &Path) -> Result<u16, WorldError> {
        let end = Instant::now() + STARTS_WITHIN;
        while Instant::now() < end {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            if let Ok(port) = text.trim().parse() {
                return Ok(port);
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(WorldError::BackendEnded(status));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(WorldError::BackendSilent)
    }
}

impl Drop for BackendProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The public registers lie beside the folder of the sample people.
fn registers_beside(people: &Path) -> PathBuf {
    let demo = people.parent().and_then(Path::parent);
    demo.unwrap_or(Path::new("config/demo")).join("registers")
}

fn beside_us() -> Result<PathBuf, WorldError> {
    let ours = std::env::current_exe().map_err(WorldError::Folder)?;
    let beside = ours.with_file_name(PROGRAM);
    if beside.is_file() {
        Ok(beside)
    } else {
        Err(WorldError::NoBackend(beside))
    }
}
