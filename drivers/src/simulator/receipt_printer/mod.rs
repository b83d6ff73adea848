//! A receipt printer behind a pseudo-terminal: reads ESC/POS strictly, answers DLE EOT at once and
//! GS r in order, draws the paper, and fails in every way that a printer does.

mod machine;
mod paper;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::machine::Machine;
pub use self::machine::PrintedReceipt;
use super::pty::{Incoming, SerialPeer};
use crate::device::receipt_printer::PaperWidth;
use crate::raster::Typeface;
use crate::wire::escpos::DecodeError;

/// The printer; dropping it unplugs it.
pub struct SimulatedReceiptPrinter {
    peer: SerialPeer,
    machine: Arc<Mutex<Machine>>,
}

impl PrintedReceipt {
    /// The picture as a PNG file.
    ///
    /// # Errors
    /// When the picture cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, image::ImageError> {
        let mut file = io::Cursor::new(Vec::new());
        self.image.write_to(&mut file, image::ImageFormat::Png)?;
        Ok(file.into_inner())
    }
}

impl SimulatedReceiptPrinter {
    /// Plugs a printer in at `path`, a symbolic link that is made.
    ///
    /// # Errors
    /// When no pseudo-terminal or no font can be had.
    pub fn spawn(path: impl Into<PathBuf>, width: PaperWidth) -> io::Result<Self> {
        let typeface = Typeface::system().map_err(io::Error::other)?;
        let machine = Arc::new(Mutex::new(Machine::new(typeface, width.dots())));
        let shared = Arc::clone(&machine);
        let peer = SerialPeer::spawn(path, move |incoming, wire| {
            let replies = {
                let mut machine = lock(&shared);
                let now = Instant::now();
                match incoming {
                    Incoming::Plugged => {
                        machine.power_on();
                        Vec::new()
                    }
                    Incoming::Bytes(bytes) => machine.receive(bytes, now),
                    Incoming::Idle => machine.run(now),
                }
            };
            wire.send(&replies)
        })?;
        Ok(Self { peer, machine })
    }

    /// The stable name, to be configured as the driver's device.
    pub fn path(&self) -> &Path {
        self.peer.path()
    }

    /// Takes the paper away. It stops at once.
    pub fn paper_out(&self) {
        self.machine().faults.paper_out = true;
    }

    /// The roll nears its end.
    pub fn paper_low(&self) {
        self.machine().faults.paper_low = true;
    }

    /// The paper ends after so many more lines.
    pub fn paper_out_after(&self, lines: usize) {
        self.machine().faults.lines_left = Some(lines);
    }

    /// A full roll; what hung out unfinished is torn off.
    pub fn load_paper(&self) {
        let mut machine = self.machine();
        machine.tear_off();
        machine.load_paper();
    }

    /// Opens the cover: printing stops.
    pub fn open_cover(&self) {
        self.machine().faults.cover_open = true;
    }

    /// Closes the cover: printing goes on.
    pub fn close_cover(&self) {
        self.machine().faults.cover_open = false;
    }

    /// The next cut gets stuck.
    pub fn jam_cutter(&self) {
        self.machine().faults.cutter_blocked = true;
    }

    /// Frees the cutter; a cut that was stuck is finished, unless it was cleared.
    pub fn clear_jam(&self) {
        self.machine().faults.cutter_blocked = false;
    }

    /// The print head is too hot, or has cooled down.
    pub fn overheat(&self, hot: bool) {
        self.machine().faults.overheated = hot;
    }

    /// Every line takes this long.
    pub fn slow_down(&self, line: Duration) {
        self.machine().faults.line_time = line;
    }

    /// Replies become noise, or are right again.
    pub fn garble(&self, on: bool) {
        self.machine().faults.garbled = on;
    }

    /// Nothing is answered, or all is again.
    pub fn mute(&self, on: bool) {
        self.machine().faults.mute = on;
    }

    /// The next reply comes so late.
    pub fn delay_reply(&self, delay: Duration) {
        self.machine().faults.late = Some(delay);
    }

    /// Pulls the cable.
    pub fn unplug(&self) {
        self.peer.unplug();
    }

    /// Plugs the cable in again; the printer starts with empty buffers.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had.
    pub fn replug(&self) -> io::Result<()> {
        self.peer.replug()
    }

    /// The slips in the tray, oldest first; they stay there.
    pub fn receipts(&self) -> Vec<PrintedReceipt> {
        self.machine().receipts.clone()
    }

    /// Empties the tray.
    pub fn take_receipts(&self) -> Vec<PrintedReceipt> {
        std::mem::take(&mut self.machine().receipts)
    }

    /// Whether a slip is under way: lines of it hang out uncut.
    pub fn is_printing(&self) -> bool {
        self.machine().is_printing()
    }

    /// What was no command of ESC/POS; empty for a correct driver.
    pub fn errors(&self) -> Vec<DecodeError> {
        self.machine().errors.clone()
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        lock(&self.machine)
    }
}

fn lock(machine: &Mutex<Machine>) -> MutexGuard<'_, Machine> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}
