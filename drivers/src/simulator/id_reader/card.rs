//! A simulated identity card. It must carry invented persons only.

use zeroize::Zeroizing;

use crate::wire::id_text::{CardText, Padding, TextError, encode_addresses};
use crate::wire::sdt_card::CardData;

/// What the chip does when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chip {
    /// Gives its data.
    #[default]
    Sound,
    /// Cannot be read (32).
    Unreadable,
    /// Its data fail verification (33).
    Forged,
    /// No identity card: a bank or transport card.
    Foreign,
}

/// A card that can be placed on the simulated reader.
#[derive(Clone)]
pub struct SimulatedCard {
    /// The printed fields.
    pub text: CardText,
    /// Photo block of at most 1024 bytes, see [`crate::photo::encode_simulated_photo`]; may be empty.
    pub photo: Vec<u8>,
    /// No, one or two records of 512 bytes.
    pub fingerprints: Vec<u8>,
    /// Additional addresses, oldest first, at most four.
    pub addresses: Vec<String>,
    /// What the chip does.
    pub chip: Chip,
}

impl SimulatedCard {
    /// A sound card without fingerprints and additional addresses.
    pub fn new(text: CardText, photo: Vec<u8>) -> Self {
        Self {
            text,
            photo,
            fingerprints: Vec::new(),
            addresses: Vec::new(),
            chip: Chip::Sound,
        }
    }

    /// The same card with another chip.
    pub fn with_chip(self, chip: Chip) -> Self {
        Self { chip, ..self }
    }

    /// The data of the answer to 30 01, or 30 10 with fingerprints.
    pub(super) fn read_answer(&self, padding: Padding, fingerprints: bool) -> Result<Vec<u8>, TextError> {
        let data = CardData {
            text: self.text.encode(padding)?,
            photo: Zeroizing::new(self.photo.clone()),
            fingerprints: fingerprints.then(|| Zeroizing::new(self.fingerprints.clone())),
        };
        Ok(data.encode())
    }

    /// The data of the answer to 30 03.
    pub(super) fn address_answer(&self, padding: Padding) -> Result<Vec<u8>, TextError> {
        encode_addresses(&self.addresses, padding)
    }
}
