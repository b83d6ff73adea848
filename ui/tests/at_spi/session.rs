//! A graphical session of the test's own: display, session bus and accessibility bus.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use atspi_proxies::bus::{BusProxy, StatusProxy};
use tempfile::TempDir;
use zbus::Connection;
use zbus::fdo::DBusProxy;

use crate::{PATIENCE, until};

const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";

/// The Debian packages of the programs that are not here.
pub fn missing() -> Vec<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = |program| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let needed = [
        ("xvfb", on_path("Xvfb")),
        ("dbus", on_path("dbus-daemon")),
        ("at-spi2-core", Path::new(LAUNCHER).is_file()),
    ];
    needed
        .into_iter()
        .filter_map(|(package, here)| (!here).then_some(package))
        .collect()
}

/// Ends with all its processes when dropped.
pub struct Session {
    home: TempDir,
    display: Child,
    display_name: String,
    bus: Child,
    bus_address: String,
    launcher: Child,
}

impl Session {
    /// Starts the three, and says on this bus alone that a screen reader is there: nothing is published otherwise.
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (display, number) = announced(
            within(&home, "Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1080x1920x24"])
                .args(["-nolisten", "tcp", "-noreset"])
                .stderr(Stdio::null()), // its keyboard map has warnings
        );
        let address = format!("--address=unix:path={}", home.path().join("bus").display());
        let (bus, bus_address) = announced(
            within(&home, "dbus-daemon")
                .args([
                    "--session",
                    "--nofork",
                    "--nosyslog",
                    "--print-address=1",
                    &address,
                ])
                .stderr(Stdio::null()), // it may not raise its number of files
        );
        let display_name = format!(":{number}");
        let launcher = within(&home, LAUNCHER)
            .env("DISPLAY", &display_name)
            .env("DBUS_SESSION_BUS_ADDRESS", &bus_address)
            .stdout(Stdio::null())
            .stderr(Stdio::null()) // the same of its own bus
            .spawn()
            .unwrap();
        let session = Self {
            home,
            display,
            display_name,
            bus,
            bus_address,
            launcher,
        };
        zbus::block_on(session.switch_on());
        session
    }

    async fn switch_on(&self) {
        let connection = connect(&self.bus_address).await;
        let bus = DBusProxy::new(&connection).await.unwrap();
        let owned = || zbus::block_on(bus.name_has_owner("org.a11y.Bus".try_into().unwrap())).unwrap();
        until(|| owned().then_some(())).expect("the launcher takes its name");
        let status = StatusProxy::new(&connection).await.unwrap();
        status.set_is_enabled(true).await.unwrap();
    }

    /// The program with this session around it and nothing of the machine's.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = within(&self.home, program);
        command
            .env("DISPLAY", &self.display_name)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address);
        command
    }

    /// A connection to the accessibility bus.
    pub async fn accessibility(&self) -> Connection {
        let session = connect(&self.bus_address).await;
        let bus = BusProxy::new(&session).await.unwrap();
        connect(&bus.get_address().await.unwrap()).await
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Without the session bus the launcher ends by itself, and takes the accessibility bus along.
        end(&mut self.bus);
        if until(|| self.launcher.try_wait().unwrap_or_default()).is_none() {
            end(&mut self.launcher);
        }
        end(&mut self.display);
    }
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

async fn connect(address: &str) -> Connection {
    let builder = zbus::connection::Builder::address(address).unwrap();
    builder.method_timeout(PATIENCE).build().await.unwrap()
}

fn within(home: &TempDir, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("GSETTINGS_BACKEND", "memory")
        .stdin(Stdio::null());
    command
}

/// Starts a program that writes on its first line where it is to be found.
fn announced(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(!line.trim().is_empty(), "{command:?} ended at once");
    (child, line.trim().to_owned())
}
