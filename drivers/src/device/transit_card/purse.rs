//! The purse on the card: finding it, reading it.

use super::SerialTransitCard;
use super::chip::torn;
use crate::port::transit_card::{CardNumber, CardSeen, TransitCardError};
use crate::wire::pboc::{self, Command, PUBLIC_INFO, Response};
use crate::wire::pboc_status::{Meaning, Status};
use crate::wire::tlv;

impl SerialTransitCard {
    /// Powers the card on and reads its number and balance.
    pub(super) fn meet(&mut self) -> Result<CardSeen, TransitCardError> {
        self.lose_card();
        self.power_on()?;
        self.select()?;
        let card_no = self.read_number()?;
        let balance_fen = self.get_balance()?;
        self.connected = true;
        Ok(CardSeen { card_no, balance_fen })
    }

    /// Selects the first of the configured purses that the card has.
    fn select(&mut self) -> Result<(), TransitCardError> {
        for name in self.config.applications.clone() {
            let response = self.transmit(&Command::Select(name.clone()))?;
            match response.status.meaning() {
                Meaning::Good if names_another(&response.data, &name) => {}
                Meaning::Good => return Ok(()),
                Meaning::Locked => return Err(TransitCardError::Refused(response.status.0)),
                _ => {}
            }
        }
        Err(TransitCardError::WrongCard)
    }

    fn read_number(&mut self) -> Result<CardNumber, TransitCardError> {
        let length = u8::try_from(PUBLIC_INFO).unwrap_or(0);
        let command = Command::ReadPublicInfo(length);
        let response = self.transmit(&command)?;
        match response.status.meaning() {
            Meaning::Good => pboc::card_number(&response.data).ok_or(TransitCardError::WrongCard),
            Meaning::NotFound => Err(TransitCardError::WrongCard),
            _ => Err(TransitCardError::Refused(response.status.0)),
        }
    }

    pub(super) fn get_balance(&mut self) -> Result<u32, TransitCardError> {
        let command = Command::GetBalance;
        let response = self.transmit(&command)?;
        let data = good(&response)?;
        pboc::balance(data).ok_or_else(|| torn(command.name()))
    }
}

/// The data of an answer that is good.
pub(super) fn good(response: &Response) -> Result<&[u8], TransitCardError> {
    match response.status {
        Status::GOOD => Ok(&response.data),
        status => Err(TransitCardError::Refused(status.0)),
    }
}

/// Whether the answer to a selection names another application. Some cards answer without a name, or
/// with one that the asked name is the beginning of.
fn names_another(answer: &[u8], asked: &[u8]) -> bool {
    tlv::find(answer, 0x6F)
        .and_then(|template| tlv::find(template, 0x84))
        .is_some_and(|name| !name.starts_with(asked))
}

#[cfg(test)]
mod tests {
    use super::names_another;

    #[test]
    fn only_another_name_is_another_application() {
        let answer = b"\x6F\x0A\x84\x08PAY.APPY";
        assert!(!names_another(answer, b"PAY.APPY"));
        assert!(!names_another(answer, b"PAY."));
        assert!(names_another(answer, b"PAY.TICL"));
        assert!(!names_another(b"", b"PAY.APPY"));
        assert!(!names_another(b"\x6F\x0A\x84\x08PAY", b"PAY.APPY"));
    }
}
