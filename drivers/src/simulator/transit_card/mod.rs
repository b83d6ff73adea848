//! A simulated reader of transit cards behind a pseudo-terminal, with a simulated card in it. The real
//! driver talks to it; tests, the demo and scripted visits move the cards and break things.

mod card;
mod machine;
mod settings;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

pub use card::{
    Kind, LIMIT_FEN, OTHER_CARD_NO, SAMPLE_CARD_NO, SAMPLE_LOAD_KEY, SAMPLE_TAC_KEY, SimulatedTransitCard,
};
pub use settings::Settings;

use super::pty::{Incoming, SerialPeer, Unplugged, Wire};
use crate::wire::ccid::{Answer, Command, Outcome, Slot};
use crate::wire::ccid_frame::{Heard, REPEAT, Receiver, encode, slot_change};
use crate::wire::pboc_status::Status;
use machine::Machine;

/// What the control handle and the reader share.
struct World {
    settings: Settings,
    machine: Machine,
    /// So many of the next frames go out garbled.
    garble: u32,
    /// So many of the next commands arrive garbled.
    mishear: u32,
    silent: bool,
    /// How often a frame was asked for again, by either side.
    repeats: usize,
}

type Shared = Arc<Mutex<World>>;

fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The control handle of a simulated reader. Dropping it unplugs the reader.
pub struct TransitCardSimulator {
    peer: SerialPeer,
    world: Shared,
}

impl TransitCardSimulator {
    /// Plugs in a reader without a card at `path`, a symbolic link that is made.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had or the link cannot be made.
    pub fn spawn(path: impl Into<PathBuf>, settings: Settings) -> io::Result<Self> {
        let world = Arc::new(Mutex::new(World {
            settings,
            machine: Machine::default(),
            garble: 0,
            mishear: 0,
            silent: false,
            repeats: 0,
        }));
        let mut reader = Reader::new(Arc::clone(&world));
        let peer = SerialPeer::spawn(path, move |incoming, wire| reader.handle(incoming, wire))?;
        Ok(Self { peer, world })
    }

    /// The stable name, to be configured as the driver's device.
    pub fn path(&self) -> &Path {
        self.peer.path()
    }

    /// Puts a card on the reader, in place of one that lies there.
    pub fn insert_card(&self, card: &SimulatedTransitCard) {
        lock(&self.world).machine.insert(card.clone());
    }

    /// Takes the card away; harmless when there is none.
    pub fn remove_card(&self) {
        lock(&self.world).machine.remove();
    }

    /// The card that lies there.
    pub fn card(&self) -> Option<SimulatedTransitCard> {
        lock(&self.world).machine.card()
    }

    /// What is in the purse of the card that lies there, in fen.
    pub fn balance_fen(&self) -> Option<u32> {
        self.card().map(|card| card.balance_fen())
    }

    /// The card leaves as soon as it has given its next challenge: nothing is written.
    pub fn remove_after_initialize(&self) {
        lock(&self.world).machine.moves.after_initialize = true;
    }

    /// The card carries out the next write and leaves before it has answered.
    pub fn remove_before_write_is_answered(&self) {
        lock(&self.world).machine.moves.before_answer = true;
    }

    /// The card leaves as soon as it has given the receipt of the next write.
    pub fn remove_after_write(&self) {
        lock(&self.world).machine.moves.after_answer = true;
    }

    /// The card carries out the next write, and its answer never comes.
    pub fn swallow_write_answer(&self) {
        lock(&self.world).machine.moves.swallow_answer = true;
    }

    /// The card carries out the next write, and its answer comes so much later.
    pub fn delay_write_answer(&self, late: Duration) {
        lock(&self.world).machine.moves.late = late;
    }

    /// The card carries out the next write, and the cable is pulled before it has answered.
    pub fn unplug_before_write_is_answered(&self) {
        lock(&self.world).machine.moves.unplug = true;
    }

    /// The card carries out the next write, and so many frames of its answer go out with a wrong byte.
    pub fn garble_write_answer(&self, frames: u32) {
        lock(&self.world).machine.moves.garble = frames;
    }

    /// The next write does not take: the card answers this status, and its balance is as before.
    pub fn refuse_write(&self, status: Status) {
        lock(&self.world).machine.faults.refuse_write = Some(status);
    }

    /// The next write is confirmed with a receipt, and does not take all the same.
    pub fn lose_write(&self) {
        lock(&self.world).machine.faults.lose_write = true;
    }

    /// The MAC1 of the next challenge is wrong, as a forged card's: the issuer must not permit the load.
    pub fn wrong_mac1(&self) {
        lock(&self.world).machine.faults.wrong_mac1 = true;
    }

    /// So many of the next frames go out with a wrong byte, repeats counted too.
    pub fn garble(&self, frames: u32) {
        lock(&self.world).garble = frames;
    }

    /// So many of the next commands arrive with a wrong byte, repeats counted too.
    pub fn mishear(&self, commands: u32) {
        lock(&self.world).mishear = commands;
    }

    /// The reader says nothing at all until it is set to false.
    pub fn silence(&self, silent: bool) {
        lock(&self.world).silent = silent;
    }

    /// Ends all faults that are still due.
    pub fn heal(&self) {
        let mut world = lock(&self.world);
        world.machine.faults = Default::default();
        world.machine.moves = Default::default();
        (world.garble, world.mishear, world.silent) = (0, 0, false);
    }

    /// How often the purse's command of this name was carried out ([`crate::wire::pboc::Command::name`]).
    pub fn served(&self, name: &str) -> usize {
        let world = lock(&self.world);
        world
            .machine
            .served
            .iter()
            .filter(|served| **served == name)
            .count()
    }

    /// How often a frame was asked for again, by either side.
    pub fn repeats(&self) -> usize {
        lock(&self.world).repeats
    }

    /// Pulls the cable. The card stays where it is.
    pub fn unplug(&self) {
        self.peer.unplug();
    }

    /// Plugs the cable in again.
    ///
    /// # Errors
    /// As [`TransitCardSimulator::spawn`].
    pub fn replug(&self) -> io::Result<()> {
        self.peer.replug()
    }

    /// Whether the cable is in.
    pub fn is_plugged(&self) -> bool {
        self.peer.is_plugged()
    }
}

/// The reader's side of the wire.
struct Reader {
    world: Shared,
    receiver: Receiver,
    /// The last frame, for a host that has not heard it.
    last: Zeroizing<Vec<u8>>,
}

impl Reader {
    fn new(world: Shared) -> Self {
        Self {
            world,
            receiver: Receiver::of_commands(),
            last: Zeroizing::default(),
        }
    }

    fn handle(&mut self, incoming: Incoming<'_>, wire: &Wire<'_>) -> Result<(), Unplugged> {
        match incoming {
            Incoming::Plugged => {
                self.receiver.clear();
                lock(&self.world).machine.power_up();
                Ok(())
            }
            Incoming::Idle => {
                self.notify(wire)?;
                let torn = self.receiver.silence();
                torn.map_or(Ok(()), |heard| self.answer(heard, wire))
            }
            Incoming::Bytes(bytes) => {
                // At another speed the bytes would arrive as garbage.
                if wire.baud() != Some(lock(&self.world).settings.baud) {
                    return Ok(());
                }
                for heard in self.receiver.push(bytes) {
                    self.answer(heard, wire)?;
                }
                Ok(())
            }
        }
    }

    /// Tells of cards that came and left.
    fn notify(&self, wire: &Wire<'_>) -> Result<(), Unplugged> {
        let (notices, told) = {
            let mut world = lock(&self.world);
            let told = world.settings.notices && !world.silent;
            (world.machine.take_notices(), told)
        };
        for present in notices.into_iter().filter(|_| told) {
            wire.send(&slot_change(present))?;
        }
        Ok(())
    }

    fn answer(&mut self, heard: Heard, wire: &Wire<'_>) -> Result<(), Unplugged> {
        if lock(&self.world).silent {
            return Ok(());
        }
        match heard {
            Heard::Message(message) => match Command::parse(&message) {
                Some(_) if self.misheard() => self.ask_again(wire),
                Some((command, seq)) => self.serve(&message, command, seq, wire),
                None => self.ask_again(wire),
            },
            Heard::Repeat => {
                lock(&self.world).repeats += 1;
                self.send_last(wire)
            }
            Heard::Damaged => self.ask_again(wire),
            Heard::Slot(_) | Heard::MoreTime(_) => Ok(()),
        }
    }

    fn misheard(&self) -> bool {
        let mut world = lock(&self.world);
        let misheard = world.mishear > 0;
        world.mishear = world.mishear.saturating_sub(1);
        misheard
    }

    fn ask_again(&self, wire: &Wire<'_>) -> Result<(), Unplugged> {
        lock(&self.world).repeats += 1;
        wire.send(&REPEAT)
    }

    fn serve(
        &mut self,
        message: &[u8],
        command: Result<Command, u8>,
        seq: u8,
        wire: &Wire<'_>,
    ) -> Result<(), Unplugged> {
        let settings = lock(&self.world).settings.clone();
        if settings.echo {
            wire.send(&encode(message))?;
        }
        self.notify(wire)?;
        if matches!(command, Ok(Command::Transfer(_))) {
            self.ask_for_time(&settings, seq, wire)?;
        }
        wire.wait(settings.think)?;
        let (answer, late) = {
            let mut world = lock(&self.world);
            let answer = world.machine.respond(command, seq, &settings);
            world.garble += world.machine.take_garble();
            if world.machine.take_unplug() {
                return Err(wire.unplug());
            }
            (answer, world.machine.take_late())
        };
        wire.wait(late)?;
        let Some(answer) = answer else {
            return Ok(());
        };
        self.last = encode(&answer.message());
        self.send_last(wire)?;
        lock(&self.world).machine.answered();
        Ok(())
    }

    /// As a T=0 card does (one byte) and as a T=1 card does (a message), in turn.
    fn ask_for_time(&self, settings: &Settings, seq: u8, wire: &Wire<'_>) -> Result<(), Unplugged> {
        let waiting = Answer {
            seq,
            slot: Slot::Active,
            outcome: Outcome::MoreTime(1),
            data: Some(Zeroizing::default()),
        };
        for turn in 0..settings.more_time {
            wire.wait(settings.think)?;
            if turn % 2 == 0 {
                wire.send(&[0x80 | turn])?;
            } else {
                wire.send(&encode(&waiting.message()))?;
            }
        }
        Ok(())
    }

    fn send_last(&self, wire: &Wire<'_>) -> Result<(), Unplugged> {
        let garbled = {
            let mut world = lock(&self.world);
            let garbled = world.garble > 0;
            world.garble = world.garble.saturating_sub(1);
            garbled
        };
        if !garbled {
            return wire.send(&self.last);
        }
        let mut frame = self.last.clone();
        frame.iter_mut().skip(9).take(1).for_each(|byte| *byte ^= 0x10);
        wire.send(&frame)
    }
}
