//! A page printer that answers IPP on loopback, keeps what it prints, and fails in every way that a
//! printer does.

mod http;
mod machine;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ipp::model::Operation;

use self::http::{Reply, Server};
use self::machine::Machine;
pub use self::machine::PrintedDocument;

/// How often the sheets move.
const TICK: Duration = Duration::from_millis(2);

/// When the connection breaks, without an answer, although the operation was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// After Create-Job: there is a job without a document.
    CreateJob,
    /// After Send-Document: the job prints.
    SendDocument,
}

/// The printer; dropping it unplugs it.
pub struct SimulatedDocumentPrinter {
    server: Server,
    machine: Arc<Mutex<Machine>>,
    stop: Arc<AtomicBool>,
    mover: Option<JoinHandle<()>>,
}

impl SimulatedDocumentPrinter {
    /// Starts a printer at a free port of loopback.
    ///
    /// # Errors
    /// When no port or thread can be had.
    pub fn start() -> io::Result<Self> {
        let machine = Arc::new(Mutex::new(Machine::new(
            "urn:uuid:6b1f7c2e-0d5a-4c61-9a51-3f0b8e2d7a10".to_owned(),
            Instant::now(),
        )));
        let answering = Arc::clone(&machine);
        let server = Server::start(move |body| answer(&answering, body))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (moving, ended) = (Arc::clone(&machine), Arc::clone(&stop));
        let mover = thread::Builder::new().name("ipp-sheets".into()).spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                lock(&moving).run(Instant::now());
                thread::sleep(TICK);
            }
        })?;
        Ok(Self {
            server,
            machine,
            stop,
            mover: Some(mover),
        })
    }

    /// The URI, to be configured as the driver's printer.
    pub fn uri(&self) -> String {
        format!("ipp://{}/ipp/print", self.server.address())
    }

    /// Takes the paper out; a job that prints waits for more.
    pub fn paper_out(&self) {
        self.machine().faults.paper_out = true;
    }

    /// The paper ends after so many more sheets.
    pub fn paper_out_after(&self, sheets: u32) {
        self.machine().faults.sheets_left = Some(sheets);
    }

    /// A full tray: the job that waited goes on.
    pub fn load_paper(&self) {
        let mut machine = self.machine();
        machine.faults.paper_out = false;
        machine.faults.sheets_left = None;
    }

    /// A sheet gets stuck, or is freed.
    pub fn jam(&self, stuck: bool) {
        self.machine().faults.jam = stuck;
    }

    /// Opens the cover.
    pub fn open_cover(&self) {
        self.machine().faults.cover_open = true;
    }

    /// Closes it.
    pub fn close_cover(&self) {
        self.machine().faults.cover_open = false;
    }

    /// The toner nears its end, or not.
    pub fn toner_low(&self, low: bool) {
        self.machine().faults.toner_low = low;
    }

    /// No toner, or some.
    pub fn toner_out(&self, out: bool) {
        self.machine().faults.toner_out = out;
    }

    /// Power off and on: the same printer, its jobs forgotten.
    pub fn restart(&self) {
        self.machine().restart(Instant::now());
    }

    /// Time of an answer and of a sheet.
    pub fn slow_down(&self, answer: Duration, sheet: Duration) {
        let mut machine = self.machine();
        machine.faults.answer_time = answer;
        machine.faults.page_time = sheet;
    }

    /// The next exchange of this kind is carried out and not answered.
    pub fn break_connection_after(&self, moment: Break) {
        self.machine().faults.drop_after = Some(match moment {
            Break::CreateJob => Operation::CreateJob,
            Break::SendDocument => Operation::SendDocument,
        });
    }

    /// Answers are no IPP, or are again.
    pub fn garble(&self, on: bool) {
        self.machine().faults.garbage = on;
    }

    /// Pulls the network cable: connections are refused.
    pub fn unplug(&self) {
        self.server.unplug();
    }

    /// Puts it back.
    ///
    /// # Errors
    /// When the port was taken meanwhile.
    pub fn replug(&self) -> io::Result<()> {
        self.server.replug()
    }

    /// All documents that came, oldest first, also of jobs that a restart has forgotten.
    pub fn documents(&self) -> Vec<PrintedDocument> {
        self.machine().documents()
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        lock(&self.machine)
    }
}

impl Drop for SimulatedDocumentPrinter {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(mover) = self.mover.take() {
            drop(mover.join());
        }
    }
}

fn answer(machine: &Mutex<Machine>, body: &[u8]) -> Reply {
    let delay = lock(machine).faults.answer_time;
    thread::sleep(delay);
    match lock(machine).answer(body, Instant::now()) {
        Some(answer) => Reply::Answer("200 OK", "application/ipp", answer),
        None => Reply::Drop,
    }
}

fn lock(machine: &Mutex<Machine>) -> MutexGuard<'_, Machine> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}
