//! The far end of a serial line: a pseudo-terminal behind a stable symbolic link.
//!
//! A simulated serial device is a handler that receives what the driver sends and answers on the
//! [`Wire`]. The link plays the part of `/dev/serial/by-id/…`: it vanishes on [`SerialPeer::unplug`]
//! and comes back, over another terminal, on [`SerialPeer::replug`].

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::openpty;
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd;

use crate::wire::serial::wire_time;

/// How often a quiet line calls the handler with [`Incoming::Idle`].
pub const TICK: Duration = Duration::from_millis(20);

/// After so long without a reader the rest of a sent message is lost, as on a real line.
const OVERRUN: Duration = Duration::from_secs(1);

/// How long [`SerialPeer::unplug`] waits for a handler that does not watch its [`Wire`].
const UNPLUG_LIMIT: Duration = Duration::from_secs(2);

/// What reaches the simulated device.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// Power came: forget half-received messages and volatile state.
    Plugged,
    /// Bytes from the driver, at least one.
    Bytes(&'a [u8]),
    /// Nothing arrived for one [`TICK`].
    Idle,
}

/// The cable was pulled (or the simulator is being dropped) while the handler was at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the line was unplugged")]
pub struct Unplugged;

/// A pseudo-terminal: the simulator's end, and the driver's end held open so that bytes wait for a
/// driver that has not opened it yet.
struct Line {
    master: OwnedFd,
    slave: OwnedFd,
}

impl Line {
    fn open() -> io::Result<(Self, PathBuf)> {
        let pair = openpty(None, None)?;
        let mut settings = tcgetattr(&pair.slave)?;
        cfmakeraw(&mut settings);
        tcsetattr(&pair.slave, SetArg::TCSANOW, &settings)?;
        fcntl(&pair.master, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        let path = unistd::ttyname(&pair.slave)?;
        let line = Self {
            master: pair.master,
            slave: pair.slave,
        };
        Ok((line, path))
    }

    fn wait(&self, flags: PollFlags, limit: Duration) -> bool {
        let timeout = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
        let mut entries = [PollFd::new(self.master.as_fd(), flags)];
        matches!(poll(&mut entries, timeout), Ok(count) if count > 0)
    }
}

#[derive(Default)]
struct State {
    /// A fresh terminal for the thread to take over.
    pending: Option<Line>,
    /// The cable is meant to be in.
    plugged: bool,
    /// The thread holds a terminal.
    live: bool,
    stop: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// Bytes that the device has sent.
    sent: AtomicUsize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, act: impl FnOnce(&mut State)) {
        act(&mut self.lock());
        self.changed.notify_all();
    }
}

/// The simulated device's end of the line, lent to the handler.
pub struct Wire<'a> {
    shared: &'a Shared,
    line: &'a Line,
}

impl Wire<'_> {
    /// Sends bytes as fast as the terminal takes them.
    ///
    /// # Errors
    /// [`Unplugged`] when the cable is out.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Unplugged> {
        let mut rest = bytes;
        let mut progress = Instant::now();
        while !rest.is_empty() {
            self.check()?;
            match unistd::write(&self.line.master, rest) {
                Ok(count) => {
                    self.shared.sent.fetch_add(count, Ordering::Relaxed);
                    rest = rest.get(count..).unwrap_or_default();
                    progress = Instant::now();
                }
                Err(Errno::EAGAIN | Errno::EINTR) if progress.elapsed() < OVERRUN => {
                    self.line.wait(PollFlags::POLLOUT, TICK);
                }
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Sends bytes at the pace of a line with ten bits a byte, in pieces of at most 16 bytes as a
    /// USB-serial bridge delivers them.
    ///
    /// # Errors
    /// [`Unplugged`] when the cable is out.
    pub fn send_paced(&self, bytes: &[u8], baud: u32) -> Result<(), Unplugged> {
        let start = Instant::now();
        let mut sent = 0_usize;
        for piece in bytes.chunks(16) {
            sent += piece.len();
            let due = start + wire_time(sent, baud);
            self.wait(due.saturating_duration_since(Instant::now()))?;
            self.send(piece)?;
        }
        Ok(())
    }

    /// Thinks for a while; ends at once when the cable is pulled.
    ///
    /// # Errors
    /// [`Unplugged`] when the cable is out.
    pub fn wait(&self, time: Duration) -> Result<(), Unplugged> {
        let state = self.shared.lock();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, time, |state| state.plugged && !state.stop)
            .unwrap_or_else(PoisonError::into_inner);
        drop(state);
        self.check()
    }

    /// The speed that the driver has set on its end, in baud.
    pub fn baud(&self) -> Option<u32> {
        line_speed(self.line.slave.as_fd())
    }

    /// Pulls the cable from inside the handler.
    pub fn unplug(&self) -> Unplugged {
        self.shared.change(|state| state.plugged = false);
        Unplugged
    }

    fn check(&self) -> Result<(), Unplugged> {
        let state = self.shared.lock();
        if state.plugged && !state.stop {
            Ok(())
        } else {
            Err(Unplugged)
        }
    }
}

/// A simulated serial device behind a pseudo-terminal. Dropping it unplugs and ends its thread.
pub struct SerialPeer {
    path: PathBuf,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl SerialPeer {
    /// Plugs in a device at `path`, a symbolic link that is made (or, if it is a symbolic link
    /// already, replaced). The handler runs on a thread of its own, one message at a time.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had, or `path` cannot be made or is no symbolic link.
    pub fn spawn<H>(path: impl Into<PathBuf>, handler: H) -> io::Result<Self>
    where
        H: FnMut(Incoming<'_>, &Wire<'_>) -> Result<(), Unplugged> + Send + 'static,
    {
        let shared = Arc::new(Shared::default());
        let peer_shared = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("serial-peer".into())
            .spawn(move || run(&peer_shared, handler))?;
        let peer = Self {
            path: path.into(),
            shared,
            thread: Some(thread),
        };
        peer.replug()?;
        Ok(peer)
    }

    /// The stable name, to be configured as the driver's device.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the cable is in.
    pub fn is_plugged(&self) -> bool {
        self.shared.lock().plugged
    }

    /// Bytes that the device has sent so far: with [`wire_time`] the least time they take.
    pub fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::Relaxed)
    }

    /// Pulls the cable: the link vanishes, the driver's reads end and its writes fail. Harmless when
    /// already out. Not for use inside the handler (see [`Wire::unplug`]).
    pub fn unplug(&self) {
        remove_link(&self.path);
        self.shared.change(|state| {
            state.plugged = false;
            state.pending = None;
        });
        let state = self.shared.lock();
        drop(
            self.shared
                .changed
                .wait_timeout_while(state, UNPLUG_LIMIT, |state| state.live),
        );
    }

    /// Plugs the cable in again: a new terminal under the same name. Harmless when in.
    ///
    /// # Errors
    /// As [`SerialPeer::spawn`].
    pub fn replug(&self) -> io::Result<()> {
        if self.is_plugged() {
            return Ok(());
        }
        let (line, terminal) = Line::open()?;
        make_link(&terminal, &self.path)?;
        self.shared.change(|state| {
            state.pending = Some(line);
            state.plugged = true;
        });
        Ok(())
    }
}

impl Drop for SerialPeer {
    fn drop(&mut self) {
        remove_link(&self.path);
        self.shared.change(|state| state.stop = true);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Leaves anything that is no symbolic link alone.
fn remove_link(path: &Path) {
    if fs::symlink_metadata(path).is_ok_and(|data| data.file_type().is_symlink()) {
        drop(fs::remove_file(path));
    }
}

fn make_link(terminal: &Path, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    remove_link(path);
    symlink(terminal, path)
}

/// The thread: takes over each new terminal, feeds the handler, lets go when unplugged.
fn run<H>(shared: &Shared, mut handler: H)
where
    H: FnMut(Incoming<'_>, &Wire<'_>) -> Result<(), Unplugged>,
{
    let mut buffer = [0_u8; 4096];
    while let Some(line) = next_line(shared) {
        let wire = Wire { shared, line: &line };
        let mut incoming = handler(Incoming::Plugged, &wire);
        while incoming.is_ok() && wire.check().is_ok() {
            incoming = turn(&wire, &mut buffer, &mut handler);
        }
        buffer.fill(0);
        drop(line);
        shared.change(|state| {
            state.live = false;
            state.plugged = state.pending.is_some();
        });
    }
}

/// Waits for a terminal to serve; `None` ends the thread.
fn next_line(shared: &Shared) -> Option<Line> {
    let state = shared.lock();
    let mut state = shared
        .changed
        .wait_while(state, |state| state.pending.is_none() && !state.stop)
        .unwrap_or_else(PoisonError::into_inner);
    if state.stop {
        return None;
    }
    state.live = true;
    state.pending.take()
}

fn turn<H>(wire: &Wire<'_>, buffer: &mut [u8], handler: &mut H) -> Result<(), Unplugged>
where
    H: FnMut(Incoming<'_>, &Wire<'_>) -> Result<(), Unplugged>,
{
    if !wire.line.wait(PollFlags::POLLIN, TICK) {
        return handler(Incoming::Idle, wire);
    }
    match unistd::read(&wire.line.master, buffer) {
        Ok(count) if count > 0 => {
            let bytes = buffer.get(..count).unwrap_or_default();
            handler(Incoming::Bytes(bytes), wire)
        }
        Ok(_) => Ok(()),
        Err(Errno::EAGAIN | Errno::EINTR) => Ok(()),
        Err(_) => Err(wire.unplug()),
    }
}

/// Reads the speed with `TCGETS2`, since drivers set it as `BOTHER`, which the classic call hides.
#[allow(unsafe_code)]
fn line_speed(terminal: BorrowedFd<'_>) -> Option<u32> {
    let mut settings = std::mem::MaybeUninit::<libc::termios2>::uninit();
    // SAFETY: the descriptor is open, and TCGETS2 fills exactly one termios2.
    let result = unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TCGETS2, settings.as_mut_ptr()) };
    if result != 0 {
        return None;
    }
    // SAFETY: the call succeeded, so the structure is filled.
    Some(unsafe { settings.assume_init() }.c_ospeed)
}
