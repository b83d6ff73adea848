//! A simulated identity card reader behind a pseudo-terminal, with the habits and the faults of real
//! ones. The real driver talks to it; tests, the demo and scripted visits move the cards.

mod card;
mod machine;
mod settings;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use card::{Chip, SimulatedCard};
pub use settings::{Fault, ForeignCard, Module, Refind, Settings, ThinkTimes};

use super::pty::{Incoming, SerialPeer, Unplugged, Wire};
use crate::wire::sdt::{Answer, Command};
use crate::wire::sdt_frame::{Heard, Receiver};
use crate::wire::sdt_status::Status;
use crate::wire::serial::wire_time;
use machine::Machine;
use settings::Trouble;

/// How often a thinking reader looks whether its card is still there.
const SLICE: Duration = Duration::from_millis(5);
/// Bytes that a busy reader queues.
const QUEUE: usize = 64;

/// What the control handle and the reader share.
struct World {
    settings: Settings,
    machine: Machine,
    troubles: Vec<Trouble>,
    /// The card leaves so long after the next read command came.
    pull_after: Option<Duration>,
    served: Vec<Command>,
    /// Arrivals of bytes at another speed than the reader's.
    misheard: usize,
}

type Shared = Arc<Mutex<World>>;

fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The control handle of a simulated reader. Dropping it unplugs the reader.
pub struct IdReaderSimulator {
    peer: SerialPeer,
    world: Shared,
}

impl IdReaderSimulator {
    /// Plugs in a reader with an empty field at `path`, a symbolic link that is made.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had or the link cannot be made.
    pub fn spawn(path: impl Into<PathBuf>, settings: Settings) -> io::Result<Self> {
        let world = Arc::new(Mutex::new(World {
            settings,
            machine: Machine::new(),
            troubles: Vec::new(),
            pull_after: None,
            served: Vec::new(),
            misheard: 0,
        }));
        let mut reader = Reader::new(Arc::clone(&world));
        let peer = SerialPeer::spawn(path, move |incoming, wire| reader.handle(incoming, wire))?;
        Ok(Self { peer, world })
    }

    /// The stable name, to be configured as the driver's device.
    pub fn path(&self) -> &Path {
        self.peer.path()
    }

    /// Puts a card into the field, in place of one that lies there.
    pub fn place_card(&self, card: SimulatedCard) {
        lock(&self.world).machine.place(card);
    }

    /// Takes the card away; harmless when there is none.
    pub fn remove_card(&self) {
        lock(&self.world).machine.remove();
    }

    /// Takes the card away so long after the next read command has begun.
    pub fn remove_card_mid_read(&self, after: Duration) {
        lock(&self.world).pull_after = Some(after);
    }

    /// Whether a card lies in the field.
    pub fn has_card(&self) -> bool {
        lock(&self.world).machine.has_card()
    }

    /// Spoils the next answer.
    pub fn fault(&self, fault: Fault) {
        self.trouble(fault, None, 1);
    }

    /// Spoils the next `times` answers to this command.
    pub fn fault_on(&self, command: Command, fault: Fault, times: u32) {
        self.trouble(fault, Some(command), times);
    }

    /// Spoils the next `times` answers.
    pub fn fault_times(&self, fault: Fault, times: u32) {
        self.trouble(fault, None, times);
    }

    /// Ends all faults that are still due.
    pub fn heal(&self) {
        lock(&self.world).troubles.clear();
    }

    /// Changes the reader's habits while it runs.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut lock(&self.world).settings);
    }

    /// The present habits.
    pub fn settings(&self) -> Settings {
        lock(&self.world).settings.clone()
    }

    /// How often this command was understood.
    pub fn served(&self, command: Command) -> usize {
        let world = lock(&self.world);
        world.served.iter().filter(|served| **served == command).count()
    }

    /// How often bytes came at another speed than the reader's.
    pub fn misheard(&self) -> usize {
        lock(&self.world).misheard
    }

    /// Bytes that the reader has sent so far.
    pub fn sent(&self) -> usize {
        self.peer.sent()
    }

    /// Pulls the cable. The card stays where it is.
    pub fn unplug(&self) {
        self.peer.unplug();
    }

    /// Plugs the cable in again.
    ///
    /// # Errors
    /// As [`IdReaderSimulator::spawn`].
    pub fn replug(&self) -> io::Result<()> {
        self.peer.replug()
    }

    /// Whether the cable is in.
    pub fn is_plugged(&self) -> bool {
        self.peer.is_plugged()
    }

    fn trouble(&self, fault: Fault, on: Option<Command>, times: u32) {
        lock(&self.world).troubles.push(Trouble { fault, on, times });
    }
}

/// The reader's side of the wire.
struct Reader {
    world: Shared,
    receiver: Receiver,
    last_byte: Instant,
    /// The bytes at hand came while the last command was being served.
    was_busy: bool,
}

impl Reader {
    fn new(world: Shared) -> Self {
        Self {
            world,
            receiver: Receiver::of_requests(),
            last_byte: Instant::now(),
            was_busy: false,
        }
    }

    fn handle(&mut self, incoming: Incoming<'_>, wire: &Wire<'_>) -> Result<(), Unplugged> {
        match incoming {
            Incoming::Plugged => {
                self.receiver.clear();
                lock(&self.world).machine.power_up();
                Ok(())
            }
            Incoming::Bytes(bytes) => self.take(bytes, wire),
            Incoming::Idle => {
                self.was_busy = false;
                let limit = lock(&self.world).settings.inter_byte;
                if self.receiver.in_frame() && self.last_byte.elapsed() > limit {
                    let heard = self.receiver.silence();
                    return self.answer_all(heard, wire);
                }
                Ok(())
            }
        }
    }

    fn take(&mut self, bytes: &[u8], wire: &Wire<'_>) -> Result<(), Unplugged> {
        let (baud, pacing) = {
            let settings = &lock(&self.world).settings;
            (settings.baud.rate(), settings.pacing)
        };
        // At another speed the bytes would arrive as garbage.
        if wire.baud() != Some(baud) {
            lock(&self.world).misheard += 1;
            return Ok(());
        }
        if pacing {
            wire.wait(wire_time(bytes.len(), baud))?;
        }
        let queued = if self.was_busy {
            QUEUE.min(bytes.len())
        } else {
            bytes.len()
        };
        self.was_busy = false;
        self.last_byte = Instant::now();
        let heard = self.receiver.push(bytes.get(..queued).unwrap_or_default());
        self.answer_all(heard, wire)
    }

    fn answer_all(&mut self, heard: Vec<Heard>, wire: &Wire<'_>) -> Result<(), Unplugged> {
        for one in heard {
            self.was_busy = true;
            match one {
                Heard::BadChecksum => self.refuse(Status::RequestChecksum, wire)?,
                Heard::Frame(body) => match Command::parse(&body) {
                    Ok(command) => self.serve(command, wire)?,
                    Err(error) => self.refuse(error.status(), wire)?,
                },
            }
        }
        Ok(())
    }

    fn refuse(&self, status: Status, wire: &Wire<'_>) -> Result<(), Unplugged> {
        let (time, faults) = {
            let mut world = lock(&self.world);
            (
                world.settings.think.status,
                settings::due(&mut world.troubles, None),
            )
        };
        wire.wait(time)?;
        self.send(&Answer::bare(status), &faults, wire)
    }

    fn serve(&self, command: Command, wire: &Wire<'_>) -> Result<(), Unplugged> {
        let faults = {
            let mut world = lock(&self.world);
            world.served.push(command);
            settings::due(&mut world.troubles, Some(command))
        };
        let there = self.think(command, wire)?;
        let forced = faults.iter().find_map(|fault| match fault {
            Fault::Status(status) => Some(Answer::bare(*status)),
            _ => None,
        });
        let Some(answer) = forced.or_else(|| self.decide(command, there)) else {
            return Ok(());
        };
        self.send(&answer, &faults, wire)?;
        if let (Command::SetBaud(baud), Status::Success) = (command, answer.status) {
            lock(&self.world).settings.baud = baud;
        }
        Ok(())
    }

    /// The answer, or none when the card was pulled and this reader keeps silent about it.
    fn decide(&self, command: Command, there: bool) -> Option<Answer> {
        let mut world = lock(&self.world);
        let World {
            settings, machine, ..
        } = &mut *world;
        if there {
            Some(machine.respond(command, settings))
        } else {
            let answers = settings.answers_pulled_card;
            answers.then(|| Answer::bare(Status::ReadFailed))
        }
    }

    /// Takes the command's time. `false` when a card being read was moved meanwhile.
    fn think(&self, command: Command, wire: &Wire<'_>) -> Result<bool, Unplugged> {
        let reading = matches!(command, Command::Read | Command::ReadWithFingerprints);
        let (time, changes, pull) = {
            let mut world = lock(&self.world);
            let hit = world.machine.would_find(&world.settings);
            let pull = if reading { world.pull_after.take() } else { None };
            (world.settings.think.of(command, hit), world.machine.changes, pull)
        };
        if !reading {
            wire.wait(time)?;
            return Ok(true);
        }
        let start = Instant::now();
        while start.elapsed() < time {
            wire.wait(SLICE.min(time))?;
            let mut world = lock(&self.world);
            if pull.is_some_and(|after| start.elapsed() >= after.min(time)) {
                world.machine.remove();
            }
            if world.machine.changes != changes {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn send(&self, answer: &Answer, faults: &[Fault], wire: &Wire<'_>) -> Result<(), Unplugged> {
        let frame = answer.frame();
        let mut bytes = frame.to_vec();
        let mut pieces = None;
        let mut unplug = false;
        for fault in faults {
            match fault {
                Fault::Drop => return Ok(()),
                Fault::Cut(at) => bytes.truncate(*at),
                Fault::Flip(at) => bytes.iter_mut().skip(*at).take(1).for_each(|byte| *byte = !*byte),
                Fault::BadChecksum => bytes.iter_mut().last().into_iter().for_each(|byte| *byte ^= 0x55),
                Fault::Noise(noise) => drop(bytes.splice(0..0, noise.iter().copied())),
                Fault::ExtraPreamble(count) => drop(bytes.splice(0..0, vec![0xAA; *count])),
                Fault::Chunks { size, gap } => pieces = Some((*size, *gap)),
                Fault::Late(time) => wire.wait(*time)?,
                Fault::Status(_) => {}
                Fault::Unplug(at) => {
                    bytes.truncate(*at);
                    unplug = true;
                }
            }
        }
        self.put(&bytes, pieces, wire)?;
        if unplug { Err(wire.unplug()) } else { Ok(()) }
    }

    fn put(&self, bytes: &[u8], pieces: Option<(usize, Duration)>, wire: &Wire<'_>) -> Result<(), Unplugged> {
        let (size, gap) = pieces.unwrap_or((bytes.len(), Duration::ZERO));
        let pace = {
            let settings = &lock(&self.world).settings;
            settings.pacing.then(|| settings.baud.rate())
        };
        for (index, piece) in bytes.chunks(size.max(1)).enumerate() {
            if index > 0 {
                wire.wait(gap)?;
            }
            match pace {
                Some(baud) => wire.send_paced(piece, baud)?,
                None => wire.send(piece)?,
            }
        }
        Ok(())
    }
}
