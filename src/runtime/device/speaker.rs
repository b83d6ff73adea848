//! Spoken guidance through the `espeak-ng` program. Where it is not installed the terminal is
//! silent and says so in its health.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;

use kiosk_drivers::health::Health;

use crate::config::{self, Devices};
use crate::runtime::outlet::Outlet;
use crate::session::event::DeviceRole;

const ROLE: DeviceRole = DeviceRole::Speaker;
const PROGRAM: &str = "espeak-ng";

/// What the worker is asked for.
pub(crate) enum Order {
    /// Say this, dropping what is being said.
    Say { text: String, language: String },
    /// Silence.
    Silence,
}

/// The worker of the loudspeaker.
pub(crate) struct SpeakerWorker {
    pub orders: Receiver<Order>,
    pub outlet: Outlet,
}

/// A loudspeaker is configured, and the program that speaks is installed.
pub fn can_speak(devices: &Devices) -> bool {
    devices.speaker == (config::Speaker::EspeakNg {}) && is_installed()
}

fn is_installed() -> bool {
    let asked = Command::new(PROGRAM)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

impl SpeakerWorker {
    /// Runs until its orders end.
    pub fn run(self) {
        if !is_installed() {
            return self.outlet.not_fitted(ROLE);
        }
        self.outlet.health(ROLE, Health::online());
        let mut speaking: Option<Child> = None;
        while let Ok(order) = self.orders.recv() {
            silence(&mut speaking);
            if let Order::Say { text, language } = order {
                speaking = say(&text, &language);
            }
        }
        silence(&mut speaking);
    }
}

fn silence(speaking: &mut Option<Child>) {
    if let Some(mut child) = speaking.take() {
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The text goes through standard input: arguments of a process can be read by others.
fn say(text: &str, language: &str) -> Option<Child> {
    let voice = if language == "en" { "en" } else { "cmn-latn-pinyin" };
    let mut child = Command::new(PROGRAM)
        .args(["-v", voice, "-s", "150", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| tracing::warn!(event = "speech.failed", cause = %error))
        .ok()?;
    if let Some(mut input) = child.stdin.take() {
        let _ = std::io::Write::write_all(&mut input, text.as_bytes());
    }
    Some(child)
}
