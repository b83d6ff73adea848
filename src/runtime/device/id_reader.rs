//! The identity card reader: one event per placement, the chip's photo into the vault.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use kiosk_drivers::error::DeviceError;
use kiosk_drivers::health::{Health, Link};
use kiosk_drivers::port::id_reader::{IdCard, IdReader, PhotoDecoder, ReaderEvent};
use zeroize::Zeroizing;

use crate::runtime::clock::Clock;
use crate::runtime::outlet::{BackOff, Outlet, Stop};
use crate::runtime::vault::Vault;
use crate::runtime::{card, reason};
use crate::session::event::{CardProblem, DeviceRole, Event};

const ROLE: DeviceRole = DeviceRole::IdReader;

/// The worker of the reader.
pub(crate) struct ReaderWorker {
    pub reader: Box<dyn IdReader>,
    pub decoder: Option<Arc<dyn PhotoDecoder>>,
    pub vault: Vault,
    pub clock: Arc<dyn Clock>,
    pub outlet: Outlet,
    pub stop: Stop,
}

impl ReaderWorker {
    /// Runs until it is stopped.
    pub fn run(mut self) {
        let opening = Health {
            link: Link::Opening,
            ..Health::absent("")
        };
        self.outlet.health(ROLE, opening);
        let mut back_off = BackOff::default();
        while !self.stop.stopped() {
            if self.serve() {
                back_off.reset();
            }
            if self.stop.sleep(back_off.next()) {
                return;
            }
        }
    }

    /// Opens the reader and polls it until it fails. Whether it worked: one that opens and then does
    /// nothing else is not opened every second.
    fn serve(&mut self) -> bool {
        match self.reader.open() {
            Ok(module) => {
                tracing::info!(event = "id_reader.opened", module);
                self.outlet.health(ROLE, self.reader.health());
                self.poll()
            }
            Err(error) => {
                self.failed(&error);
                false
            }
        }
    }

    /// Polls until the reader fails. A card that lay there counts as taken away then.
    fn poll(&mut self) -> bool {
        let (mut lies_there, mut worked) = (false, false);
        while !self.stop.stopped() {
            match self.reader.poll() {
                Ok(event) => {
                    worked |= self.reader.health().reasons.is_empty();
                    if let Some(event) = event {
                        lies_there = !matches!(event, ReaderEvent::Removed);
                        self.report(event);
                    }
                }
                Err(error) => {
                    tracing::warn!(event = "id_reader.lost", cause = reason::detail_of(&error));
                    self.failed(&error);
                    if lies_there {
                        self.outlet.event(Event::CardRemoved);
                    }
                    break;
                }
            }
        }
        worked
    }

    /// The driver knows why its module refuses to work, the error has the causes.
    fn failed(&self, error: &DeviceError) {
        let health = Health {
            detail: reason::detail_of(error),
            ..self.reader.health()
        };
        self.outlet.health(ROLE, health);
    }

    fn report(&self, event: ReaderEvent) {
        match event {
            ReaderEvent::Reading => self.outlet.event(Event::CardReading),
            ReaderEvent::Removed => self.outlet.event(Event::CardRemoved),
            ReaderEvent::CardFault(fault) => {
                tracing::info!(event = "id_reader.card_fault", ?fault);
                self.outlet.event(Event::CardProblem(reason::card_problem(fault)));
            }
            ReaderEvent::Card(card) => self.outlet.event(self.read(&card)),
        }
    }

    fn read(&self, card: &IdCard) -> Event {
        if !card.warnings.is_empty() {
            tracing::warn!(event = "id_reader.card_warning", warnings = ?card.warnings);
        }
        let today = self.clock.wall().date();
        if card::not_yet_valid(card, today) {
            tracing::warn!(event = "id_reader.card_not_yet_valid");
        }
        if card::expired(card, today) {
            return Event::CardProblem(CardProblem::Expired);
        }
        let photo = self.photo(card);
        let usable = photo.is_some();
        self.vault.set_photo(&card.number, photo);
        Event::Card(Box::new(card::data_of(card, usable)))
    }

    fn photo(&self, card: &IdCard) -> Option<Zeroizing<Vec<u8>>> {
        match self.decoder.as_ref()?.decode(card.photo.as_ref()?) {
            Ok(rgb) => Some(Zeroizing::new(rgb)),
            Err(error) => {
                tracing::warn!(
                    event = "id_reader.photo_undecoded",
                    cause = reason::detail_of(&error)
                );
                None
            }
        }
    }
}
