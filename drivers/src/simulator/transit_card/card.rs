//! A simulated transit card: an electronic purse that keeps its money wherever the card is.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::port::transit_card::{CardNumber, LoadChallenge, LoadPermit};
use crate::wire::pboc::{self, Command, LINGNAN, Response, T_UNION};
use crate::wire::pboc_mac::{Load, LoadKey, MacKey};
use crate::wire::pboc_status::Status;

/// The number of the sample card. No such card was issued.
pub const SAMPLE_CARD_NO: &str = "3100000000000000012";
/// The number of another sample card.
pub const OTHER_CARD_NO: &str = "3100000000000000038";
/// The load key of every simulated card: a sample, known to all who read this, for no real card.
pub const SAMPLE_LOAD_KEY: [u8; 16] = *b"SAMPLE-LOAD-KEY!";
/// The sixteen bytes of the TAC key of every simulated card: a sample likewise.
pub const SAMPLE_TAC_KEY: [u8; 16] = *b"SAMPLE-TAC-KEY-!";
/// The most that a purse holds: 1000 yuan.
pub const LIMIT_FEN: u32 = 100_000;

/// The only key index that the card knows.
const KEY_INDEX: u8 = 1;

/// What kind of card it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// With the purse of 交通联合.
    TUnion,
    /// With the purse of 羊城通.
    Lingnan,
    /// A card without a purse.
    Foreign,
    /// A card that does not answer: torn coil, no chip card.
    Mute,
}

impl Kind {
    fn application(self) -> Option<&'static [u8]> {
        match self {
            Self::TUnion => Some(T_UNION),
            Self::Lingnan => Some(LINGNAN),
            Self::Foreign | Self::Mute => None,
        }
    }
}

/// What goes wrong in the chip, once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ChipFaults {
    /// MAC1 of the next challenge is wrong.
    pub(super) wrong_mac1: bool,
    /// The next write answers this and does not take.
    pub(super) refuse_write: Option<Status>,
    /// The next write is confirmed and does not take.
    pub(super) lose_write: bool,
}

/// A load that INITIALIZE FOR LOAD has begun.
struct Begun {
    load: Load,
    session: MacKey,
    new_fen: u32,
}

struct Chip {
    kind: Kind,
    number: Zeroizing<String>,
    balance_fen: u32,
    counter: u16,
    /// Commands so far; makes the random numbers differ.
    drawn: u32,
    selected: bool,
    begun: Option<Begun>,
}

/// A card that can be put on the simulated reader. Clones are the same card.
#[derive(Clone)]
pub struct SimulatedTransitCard(Arc<Mutex<Chip>>);

impl fmt::Debug for SimulatedTransitCard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chip = self.chip();
        let number = CardNumber(chip.number.to_string());
        write!(formatter, "SimulatedTransitCard({:?}, {number:?})", chip.kind)
    }
}

impl SimulatedTransitCard {
    /// The sample card with 12.50 yuan.
    pub fn sample() -> Self {
        Self::new(Kind::TUnion, SAMPLE_CARD_NO, 1250)
    }

    /// A card of this kind with this number (19 digits, or 20 without a leading zero) and so many fen.
    pub fn new(kind: Kind, number: &str, balance_fen: u32) -> Self {
        Self(Arc::new(Mutex::new(Chip {
            kind,
            number: Zeroizing::new(number.to_owned()),
            balance_fen,
            counter: 0,
            drawn: 0,
            selected: false,
            begun: None,
        })))
    }

    fn chip(&self) -> MutexGuard<'_, Chip> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is in the purse, in fen.
    pub fn balance_fen(&self) -> u32 {
        self.chip().balance_fen
    }

    /// Sets what is in the purse, as a ride would.
    pub fn set_balance_fen(&self, balance_fen: u32) {
        self.chip().balance_fen = balance_fen;
    }

    /// Loads that were written so far.
    pub fn loads(&self) -> u16 {
        self.chip().counter
    }

    /// Power comes or goes: nothing is selected or begun. Returns whether the card answers.
    pub(super) fn reset(&self) -> bool {
        let mut chip = self.chip();
        chip.selected = false;
        chip.begun = None;
        chip.kind != Kind::Mute
    }

    /// Carries out a command.
    pub(super) fn execute(&self, command: &Command, faults: &mut ChipFaults) -> Response {
        let result = self.chip().execute(command, faults);
        let (data, status) = match result {
            Ok(data) => (data, Status::GOOD),
            Err(status) => (Zeroizing::default(), status),
        };
        Response { data, status }
    }
}

type Done = Result<Zeroizing<Vec<u8>>, Status>;

impl Chip {
    fn execute(&mut self, command: &Command, faults: &mut ChipFaults) -> Done {
        // A write must follow its challenge at once.
        let begun = self.begun.take();
        if let Command::Select(name) = command {
            return self.select(name);
        }
        if !self.selected {
            return Err(Status::WRONG_STATE);
        }
        match command {
            Command::ReadPublicInfo(length) => self.read_public_info(*length),
            Command::GetBalance => Ok(Zeroizing::new(self.balance_fen.to_be_bytes().to_vec())),
            Command::InitializeForLoad {
                key_index,
                amount_fen,
                terminal_no,
            } => self.initialize(
                *key_index,
                Load {
                    amount_fen: *amount_fen,
                    terminal_no: *terminal_no,
                },
                faults,
            ),
            Command::CreditForLoad(permit) => self.credit(begun, permit, faults),
            Command::GetResponse(_) | Command::Select(_) => Err(Status::WRONG_STATE),
        }
    }

    fn select(&mut self, name: &[u8]) -> Done {
        self.selected = self.kind.application() == Some(name);
        if !self.selected {
            return Err(Status::NOT_FOUND);
        }
        let info = pboc::public_info(&self.number);
        let inner = element(&[0x9F, 0x0C], &info);
        let fci = [element(&[0x84], name), element(&[0xA5], &inner)].concat();
        Ok(Zeroizing::new(element(&[0x6F], &fci)))
    }

    fn read_public_info(&self, length: u8) -> Done {
        let info = pboc::public_info(&self.number);
        if usize::from(length) > info.len() {
            return Err(Status(0x6C00 | u16::try_from(info.len()).unwrap_or(0)));
        }
        let part = info.get(..usize::from(length)).unwrap_or_default();
        Ok(Zeroizing::new(part.to_vec()))
    }

    fn initialize(&mut self, key_index: u8, load: Load, faults: &mut ChipFaults) -> Done {
        if key_index != KEY_INDEX {
            return Err(Status::KEY_INDEX);
        }
        if self.counter == u16::MAX {
            return Err(Status::COUNTER);
        }
        let new = self.balance_fen.checked_add(load.amount_fen);
        let new_fen = new.filter(|new| *new <= LIMIT_FEN).ok_or(Status::CONDITIONS)?;
        let random = self.draw();
        let session = LoadKey::new(SAMPLE_LOAD_KEY).session(random, self.counter);
        let mut challenge = LoadChallenge {
            old_balance_fen: self.balance_fen,
            counter: self.counter,
            key_version: 1,
            algorithm: 0,
            random,
            mac1: load.mac1(&session, self.balance_fen),
        };
        if std::mem::take(&mut faults.wrong_mac1) {
            challenge.mac1 = challenge.mac1.map(|byte| !byte);
        }
        self.begun = Some(Begun {
            load,
            session,
            new_fen,
        });
        Ok(Zeroizing::new(pboc::challenge_bytes(&challenge)))
    }

    fn credit(&mut self, begun: Option<Begun>, permit: &LoadPermit, faults: &mut ChipFaults) -> Done {
        let begun = begun.ok_or(Status::WRONG_STATE)?;
        let LoadPermit { date, time, mac2 } = *permit;
        if begun.load.mac2(&begun.session, date, time) != mac2 {
            return Err(Status::MAC);
        }
        if let Some(status) = faults.refuse_write.take() {
            return Err(status);
        }
        let key = MacKey::of_tac(&SAMPLE_TAC_KEY);
        let tac = begun.load.tac(&key, begun.new_fen, self.counter, date, time);
        if !std::mem::take(&mut faults.lose_write) {
            self.balance_fen = begun.new_fen;
            self.counter += 1;
        }
        Ok(Zeroizing::new(tac.to_vec()))
    }

    /// Not random for an attacker, but never the same twice.
    fn draw(&mut self) -> [u8; 4] {
        self.drawn += 1;
        let mut digest = Sha256::new();
        digest.update(self.number.as_bytes());
        digest.update(self.drawn.to_be_bytes());
        match digest.finalize()[..] {
            [a, b, c, d, ..] => [a, b, c, d],
            _ => [0; 4],
        }
    }
}

/// One BER-TLV element of less than 128 bytes.
fn element(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(0);
    [tag, &[length], value].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOAD: Load = Load {
        amount_fen: 500,
        terminal_no: [0, 0, 0, 0, 0, 1],
    };

    fn run(card: &SimulatedTransitCard, command: Command) -> Response {
        card.execute(&command, &mut ChipFaults::default())
    }

    fn initialize(card: &SimulatedTransitCard, amount_fen: u32) -> Response {
        run(
            card,
            Command::InitializeForLoad {
                key_index: 1,
                amount_fen,
                terminal_no: LOAD.terminal_no,
            },
        )
    }

    fn selected() -> SimulatedTransitCard {
        let card = SimulatedTransitCard::sample();
        assert_eq!(run(&card, Command::Select(T_UNION.to_vec())).status, Status::GOOD);
        card
    }

    fn permit(card: &SimulatedTransitCard) -> LoadPermit {
        let challenge = pboc::challenge(&initialize(card, LOAD.amount_fen).data).unwrap();
        let key = LoadKey::new(SAMPLE_LOAD_KEY);
        LOAD.permit(&key, &challenge, [0x20, 0x26, 0x01, 0x01], [0x12, 0x00, 0x00])
            .unwrap()
    }

    #[test]
    fn a_permitted_load_is_written_once() {
        let card = selected();
        let permit = permit(&card);
        let answer = run(&card, Command::CreditForLoad(permit));
        assert_eq!((answer.status, answer.data.len()), (Status::GOOD, 4));
        assert_eq!((card.balance_fen(), card.loads()), (1750, 1));
        let again = run(&card, Command::CreditForLoad(permit));
        assert_eq!(again.status, Status::WRONG_STATE);
        assert_eq!(card.balance_fen(), 1750);
    }

    #[test]
    fn a_command_between_the_halves_ends_the_load() {
        let card = selected();
        let permit = permit(&card);
        run(&card, Command::GetBalance);
        assert_eq!(
            run(&card, Command::CreditForLoad(permit)).status,
            Status::WRONG_STATE
        );
        assert_eq!(card.balance_fen(), 1250);
    }

    #[test]
    fn refusals_have_the_cards_status_words() {
        let card = SimulatedTransitCard::sample();
        assert_eq!(run(&card, Command::GetBalance).status, Status::WRONG_STATE);
        assert_eq!(
            run(&card, Command::Select(LINGNAN.to_vec())).status,
            Status::NOT_FOUND
        );
        let card = selected();
        assert_eq!(initialize(&card, LIMIT_FEN).status, Status::CONDITIONS);
        assert_eq!(run(&card, Command::ReadPublicInfo(0x40)).status, Status(0x6C1E));
        let other_key = Command::InitializeForLoad {
            key_index: 7,
            amount_fen: 1,
            terminal_no: [0; 6],
        };
        assert_eq!(run(&card, other_key).status, Status::KEY_INDEX);
        let forged = LoadPermit {
            mac2: [0; 4],
            ..permit(&card)
        };
        assert_eq!(run(&card, Command::CreditForLoad(forged)).status, Status::MAC);
        assert_eq!(card.balance_fen(), 1250);
    }

    #[test]
    fn no_random_number_comes_twice() {
        let card = selected();
        let first = pboc::challenge(&initialize(&card, 1).data).unwrap().random;
        card.reset();
        run(&card, Command::Select(T_UNION.to_vec()));
        assert_ne!(pboc::challenge(&initialize(&card, 1).data).unwrap().random, first);
    }
}
