//! The reader of transit cards on the desk, and the cards beside it.

use std::io;
use std::path::PathBuf;

use kiosk_drivers::simulator::transit_card::{
    Kind, OTHER_CARD_NO, Settings, SimulatedTransitCard, TransitCardSimulator,
};
use kiosk_drivers::wire::pboc_status::Status;

use super::act::Transit;
use crate::config::{TerminalNo, TransitCard};

/// Number of the demo's terminal at the issuer.
const TERMINAL_NO: [u8; 6] = [0, 0, 0, 0, 0, 1];

/// Reader and cards. A card keeps its money wherever it is.
pub(super) struct Desk {
    pub(super) reader: TransitCardSimulator,
    sample: SimulatedTransitCard,
    other: SimulatedTransitCard,
}

impl Desk {
    pub(super) fn spawn(path: PathBuf) -> io::Result<Self> {
        Ok(Self {
            reader: TransitCardSimulator::spawn(path, Settings::default())?,
            sample: SimulatedTransitCard::sample(),
            other: SimulatedTransitCard::new(Kind::Lingnan, OTHER_CARD_NO, 300),
        })
    }

    /// The real driver's view of it.
    pub(super) fn device(&self) -> TransitCard {
        TransitCard::Serial {
            address: self.reader.path().display().to_string(),
            baud: None,
            terminal_no: TerminalNo(TERMINAL_NO),
        }
    }

    pub(super) fn balance_fen(&self) -> u32 {
        self.sample.balance_fen()
    }

    pub(super) fn perform(&self, what: Transit) {
        match what {
            Transit::Place => self.reader.insert_card(&self.sample),
            Transit::Other => self.reader.insert_card(&self.other),
            Transit::Foreign => {
                let foreign = SimulatedTransitCard::new(Kind::Foreign, OTHER_CARD_NO, 0);
                self.reader.insert_card(&foreign);
            }
            Transit::Remove => self.reader.remove_card(),
            Transit::RemoveBegun => self.reader.remove_after_initialize(),
            Transit::RemoveWriting => self.reader.remove_before_write_is_answered(),
            Transit::Refuse => self.reader.refuse_write(Status::CONDITIONS),
            Transit::LoseAnswer => self.reader.swallow_write_answer(),
            Transit::Ok => self.reader.heal(),
        }
    }
}
