//! CUPS' reference printer (Debian: cups-ipp-utils and dbus) as an independent peer.
//!
//! Debian's build insists on DNS-SD and aborts without a system bus; a bus of its own is enough.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kiosk_drivers::conformance::document_printer::Hands;
use tempfile::TempDir;

/// Waits while there is no paper, as a printer does in the middle of a job.
const PRINT_COMMAND: &str = r#"#!/bin/sh
if [ -e "$PAPER_OUT" ]; then
  echo "STATE: +media-empty-error" >&2
  while [ -e "$PAPER_OUT" ]; do sleep 0.05; done
  echo "STATE: -media-empty-error" >&2
fi
exit 0
"#;

pub struct IppEvePrinter {
    folder: TempDir,
    port: u16,
    bus: Child,
    printer: Option<Child>,
}

/// Starts the printer; `None`, said plainly, when the programs are not installed. On the build
/// server (`CI=true`) that is a failure.
pub fn start() -> Option<IppEvePrinter> {
    let (Some(program), Some(bus)) = (program("ippeveprinter"), program("dbus-daemon")) else {
        let missing = "ippeveprinter or dbus-daemon is not installed (apt-get install cups-ipp-utils dbus)";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
        eprintln!("SKIPPED: {missing}; the contract was checked on the simulator only");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("spool")).unwrap();
    fs::write(at("print.sh"), PRINT_COMMAND).unwrap();
    fs::set_permissions(at("print.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let address = format!("unix:path={}", at("bus").display());
    let bus = Command::new(bus)
        .args(["--session", "--nofork", "--nopidfile", "--address", &address])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait(|| at("bus").exists());
    let port = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut peer = IppEvePrinter {
        folder,
        port,
        bus,
        printer: None,
    };
    peer.power_on(&program);
    Some(peer)
}

impl IppEvePrinter {
    pub fn uri(&self) -> String {
        format!("ipp://localhost:{}/ipp/print", self.port)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn power_on(&mut self, program: &Path) {
        let child = Command::new(program)
            .env(
                "DBUS_SYSTEM_BUS_ADDRESS",
                format!("unix:path={}", self.at("bus").display()),
            )
            .env("PAPER_OUT", self.at("paper-out"))
            .args(["-p", &self.port.to_string(), "-r", "off", "-n", "localhost", "-k"])
            .args(["-f", "application/pdf,image/pwg-raster"])
            .arg("-d")
            .arg(self.at("spool"))
            .arg("-c")
            .arg(self.at("print.sh"))
            .arg("Conformance")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.printer = Some(child);
        wait(|| TcpStream::connect(("localhost", self.port)).is_ok());
    }

    fn power_off(&mut self) {
        if let Some(mut child) = self.printer.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Hands for IppEvePrinter {
    fn take_paper(&mut self) {
        fs::write(self.at("paper-out"), "").unwrap();
    }
    fn load_paper(&mut self) {
        fs::remove_file(self.at("paper-out")).unwrap();
    }
    fn unplug(&mut self) {
        self.power_off();
    }
    fn replug(&mut self) {
        self.power_on(&program("ippeveprinter").unwrap());
    }
    fn documents(&mut self) -> Option<Vec<(String, Vec<u8>)>> {
        let mut documents = Vec::new();
        for entry in fs::read_dir(self.at("spool")).unwrap() {
            let path = entry.unwrap().path();
            // Beside the document lies what the print command wrote.
            if path.extension().is_none_or(|extension| extension != "pdf") {
                continue;
            }
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            // <job-id>-<job-name>.pdf
            let key = name
                .split_once('-')
                .map_or(name.clone(), |(_, key)| key.to_owned());
            documents.push((key, fs::read(path).unwrap()));
        }
        Some(documents)
    }
}

impl Drop for IppEvePrinter {
    fn drop(&mut self) {
        self.power_off();
        drop(self.bus.kill());
        drop(self.bus.wait());
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&folders).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    folders
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

fn wait(is: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !is() {
        assert!(Instant::now() < deadline, "the printer did not start");
        std::thread::sleep(Duration::from_millis(10));
    }
}
