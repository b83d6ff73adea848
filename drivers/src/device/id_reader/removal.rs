//! Whether a card that was told still lies there.

use std::time::Instant;

use super::state::{Goal, Placement, State};
use super::{SerialIdReader, Turn};
use crate::port::id_reader::ReaderEvent;
use crate::wire::sdt::{Answer, Command};
use crate::wire::sdt_status::Status;

impl SerialIdReader {
    pub(super) fn probed(&mut self, command: Command, answer: &Answer) -> Turn {
        if command == Command::Find {
            if answer.status == Status::Found {
                self.state = State::Select(Goal::Compare);
                return Ok(None);
            }
            return Ok(self.miss());
        }
        match answer.status {
            Status::Success | Status::Empty => Ok(self.still_there()),
            Status::UnknownCommand => {
                self.no_addresses = true;
                self.placement.by_search = true;
                self.wait_removal();
                Ok(None)
            }
            _ => Ok(self.miss()),
        }
    }

    pub(super) fn still_there(&mut self) -> Option<ReaderEvent> {
        self.placement.pulled = false;
        self.placement.misses = 0;
        self.placement.by_search = self.no_addresses;
        self.wait_removal();
        None
    }

    pub(super) fn miss(&mut self) -> Option<ReaderEvent> {
        self.placement.misses += 1;
        if !self.placement.pulled && self.placement.misses < self.config.timing.misses {
            self.wait_removal();
            return None;
        }
        self.placement = Placement::default();
        self.state = State::WaitCard;
        self.due = Instant::now();
        Some(ReaderEvent::Removed)
    }

    pub(super) fn wait_removal(&mut self) {
        self.state = State::WaitRemoval;
        let timing = &self.config.timing;
        self.wait(if self.placement.pulled {
            timing.pulled
        } else {
            timing.presence
        });
    }
}
