//! A simulated code scanner behind a pseudo-terminal.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::pty::SerialPeer;

/// Something that the scanner sends, and the silence after it.
struct Burst {
    bytes: Vec<u8>,
    gap: Duration,
}

type Queue = Arc<Mutex<VecDeque<Burst>>>;

fn lock(queue: &Queue) -> MutexGuard<'_, VecDeque<Burst>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The control handle of a simulated scanner. Dropping it unplugs the scanner.
pub struct CodeScannerSimulator {
    peer: SerialPeer,
    queue: Queue,
    suffix: Vec<u8>,
}

impl CodeScannerSimulator {
    /// Plugs in a scanner at `path`, a symbolic link that is made. The suffix follows every code: CR on
    /// most scanners, CR LF or nothing on others.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had or the link cannot be made.
    pub fn spawn(path: impl Into<PathBuf>, suffix: &[u8]) -> io::Result<Self> {
        let queue = Queue::default();
        let bursts = Arc::clone(&queue);
        let peer = SerialPeer::spawn(path, move |_, wire| {
            while let Some(burst) = { lock(&bursts).pop_front() } {
                wire.send(&burst.bytes)?;
                wire.wait(burst.gap)?;
            }
            Ok(())
        })?;
        Ok(Self {
            peer,
            queue,
            suffix: suffix.to_vec(),
        })
    }

    /// The stable name, to be configured as the driver's device.
    pub fn path(&self) -> &Path {
        self.peer.path()
    }

    /// Holds a code before the scanner.
    pub fn scan(&self, code: &[u8]) {
        let mut bytes = code.to_vec();
        bytes.extend_from_slice(&self.suffix);
        self.send(&bytes);
    }

    /// The same, in pieces of so many bytes with gaps between them.
    pub fn scan_in_pieces(&self, code: &[u8], size: usize, gap: Duration) {
        let mut bytes = code.to_vec();
        bytes.extend_from_slice(&self.suffix);
        let bursts = bytes.chunks(size.max(1)).map(|piece| Burst {
            bytes: piece.to_vec(),
            gap,
        });
        lock(&self.queue).extend(bursts);
    }

    /// Sends bytes as they are, for instance a torn code or endless noise.
    pub fn send(&self, bytes: &[u8]) {
        lock(&self.queue).push_back(Burst {
            bytes: bytes.to_vec(),
            gap: Duration::ZERO,
        });
    }

    /// Pulls the cable; codes not yet sent are lost.
    pub fn unplug(&self) {
        self.peer.unplug();
        lock(&self.queue).clear();
    }

    /// Plugs the cable in again.
    ///
    /// # Errors
    /// As [`CodeScannerSimulator::spawn`].
    pub fn replug(&self) -> io::Result<()> {
        self.peer.replug()
    }

    /// Whether the cable is in.
    pub fn is_plugged(&self) -> bool {
        self.peer.is_plugged()
    }
}
