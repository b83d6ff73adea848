//! The cards of the demo's people.

use image::{ImageBuffer, RgbImage};
use kiosk_drivers::photo::encode_simulated_photo;
use kiosk_drivers::port::id_reader::{CardKind, ValidTo};
use kiosk_drivers::simulator::id_reader::{Chip, SimulatedCard};
use kiosk_drivers::simulator::people::{People, Person};
use kiosk_drivers::wire::id_text::CardText;

use super::WorldError;

/// What is wrong with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// Out of date.
    Expired,
    /// Its photo cannot be decoded: faces are compared at the backend.
    NoPhoto,
    /// The chip cannot be read.
    Unreadable,
    /// Its data fail verification.
    Forged,
    /// A bank card.
    Foreign,
}

/// The card of a person.
///
/// # Errors
/// When there is no such person, or the portrait cannot be read.
pub fn card_of(people: &People, id: &str, flaw: Flaw) -> Result<SimulatedCard, WorldError> {
    let person = people
        .person(id)
        .ok_or_else(|| WorldError::Act(format!("nobody is called `{id}`")))?;
    let photo = if flaw == Flaw::NoPhoto {
        vec![0; 1024]
    } else {
        photo(people, person)?
    };
    let mut text = text_of(person);
    if flaw == Flaw::Expired {
        text.valid_to = ValidTo::Date("20200101".to_owned());
    }
    let card = SimulatedCard::new(text, photo);
    Ok(match flaw {
        Flaw::None | Flaw::Expired | Flaw::NoPhoto => card,
        Flaw::Unreadable => card.with_chip(Chip::Unreadable),
        Flaw::Forged => card.with_chip(Chip::Forged),
        Flaw::Foreign => card.with_chip(Chip::Foreign),
    })
}

fn photo(people: &People, person: &Person) -> Result<Vec<u8>, WorldError> {
    let portrait = people.portrait(&person.portrait)?;
    let picture: Option<RgbImage> = ImageBuffer::from_raw(portrait.width, portrait.height, portrait.rgb);
    let picture = picture.ok_or_else(|| WorldError::Act(format!("the portrait of `{}`", person.id)))?;
    Ok(encode_simulated_photo(&picture).0.clone())
}

fn text_of(person: &Person) -> CardText {
    let plain = |date: &str| date.replace('-', "");
    let mut text = CardText::new(CardKind::Resident);
    text.name.clone_from(&person.name);
    text.sex = person.sex_code;
    text.ethnicity.clone_from(&person.ethnicity_code);
    text.birth = plain(&person.birth);
    text.address.clone_from(&person.address);
    text.number.clone_from(&person.number);
    text.authority.clone_from(&person.authority);
    text.valid_from = plain(&person.valid_from);
    text.valid_to = match person.valid_to.parse::<jiff::civil::Date>() {
        Ok(_) => ValidTo::Date(plain(&person.valid_to)),
        Err(_) => ValidTo::LongTerm,
    };
    text
}
