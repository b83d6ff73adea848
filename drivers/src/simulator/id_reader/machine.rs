//! The state machine of the simulated reader: which answer a command gets. No I/O and no time.

use super::card::{Chip, SimulatedCard};
use super::settings::{ForeignCard, Module, Refind, Settings};
use crate::wire::sdt::{Answer, Command};
use crate::wire::sdt_status::Status;

/// Bytes of the management numbers: IIN and SN are zeros on every published capture.
const MANAGEMENT: [u8; 28] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A,
    0x1B, 0x1C, 0x1D, 0x1E, 0x1F,
];

/// How far the reader has come with the card in its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Placed and not yet found.
    New,
    /// 20 01 answered 9F.
    Found,
    /// 20 02 answered 90.
    Selected,
    /// A read command answered 90.
    Read,
    /// Was selected before a reset that did not wake it.
    Halted,
}

/// The reader's field and module.
pub(super) struct Machine {
    card: Option<(SimulatedCard, Progress)>,
    /// Counts placements and removals, so that a change during a long command is noticed.
    pub(super) changes: u64,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self {
            card: None,
            changes: 0,
        }
    }

    pub(super) fn place(&mut self, card: SimulatedCard) {
        self.card = Some((card, Progress::New));
        self.changes += 1;
    }

    pub(super) fn remove(&mut self) {
        self.card = None;
        self.changes += 1;
    }

    pub(super) fn has_card(&self) -> bool {
        self.card.is_some()
    }

    /// Power came back: nothing is found or selected any more.
    pub(super) fn power_up(&mut self) {
        if let Some((_, progress)) = &mut self.card {
            *progress = Progress::New;
        }
    }

    /// Whether a search would find a card.
    pub(super) fn would_find(&self, settings: &Settings) -> bool {
        match self.seen(settings) {
            Some((_, Progress::New | Progress::Found)) => true,
            Some(_) => settings.refind == Refind::RfReset,
            None => false,
        }
    }

    /// Carries out a command.
    pub(super) fn respond(&mut self, command: Command, settings: &Settings) -> Answer {
        match settings.module {
            Module::SelfTestFailed if command != Command::Reset => {
                return Answer::bare(Status::SelfTestFailed);
            }
            Module::Unauthorised if command != Command::Reset => return Answer::bare(Status::Unauthorised),
            _ => {}
        }
        match command {
            Command::Reset => self.reset(settings),
            Command::Status | Command::SetBaud(_) | Command::SetRfFrame(_) => Answer::bare(Status::Success),
            Command::SamNumber => Answer::with(Status::Success, settings.sam.bytes()),
            Command::Find => self.find(settings),
            Command::Select => self.select(settings),
            Command::Read => self.read(false, settings),
            Command::ReadWithFingerprints if settings.knows_fingerprints => self.read(true, settings),
            Command::ReadAddresses if settings.knows_addresses => self.read_addresses(settings),
            Command::ReadWithFingerprints | Command::ReadAddresses => Answer::bare(Status::UnknownCommand),
            Command::ReadManagement => match self.selected(settings) {
                Some(_) => Answer::with(Status::Success, MANAGEMENT.to_vec()),
                None => Answer::bare(Status::ReadFailed),
            },
        }
    }

    /// The card, unless it is of a kind that this reader does not see.
    fn seen(&self, settings: &Settings) -> Option<(&SimulatedCard, Progress)> {
        let (card, progress) = self.card.as_ref()?;
        let hidden = card.chip == Chip::Foreign && settings.foreign_card == ForeignCard::NotSeen;
        (!hidden).then_some((card, *progress))
    }

    /// The card when it is selected.
    fn selected(&self, settings: &Settings) -> Option<&SimulatedCard> {
        match self.seen(settings)? {
            (card, Progress::Selected | Progress::Read) => Some(card),
            _ => None,
        }
    }

    fn advance(&mut self, to: Progress) {
        if let Some((_, progress)) = &mut self.card {
            *progress = to;
        }
    }

    fn reset(&mut self, settings: &Settings) -> Answer {
        match self.card.as_ref().map(|(_, progress)| *progress) {
            Some(Progress::Selected | Progress::Read | Progress::Halted) if !settings.refind_after_reset => {
                self.advance(Progress::Halted);
            }
            _ => self.advance(Progress::New),
        }
        Answer::bare(Status::Success)
    }

    fn find(&mut self, settings: &Settings) -> Answer {
        if !self.would_find(settings) {
            return Answer::bare(Status::NoCard);
        }
        self.advance(Progress::Found);
        Answer::with(Status::Found, vec![0; 4])
    }

    fn select(&mut self, settings: &Settings) -> Answer {
        if !matches!(self.seen(settings), Some((_, Progress::Found))) {
            return Answer::bare(Status::SelectFailed);
        }
        self.advance(Progress::Selected);
        Answer::with(Status::Success, vec![0; 8])
    }

    fn read(&mut self, fingerprints: bool, settings: &Settings) -> Answer {
        let Some(card) = self.selected(settings) else {
            return Answer::bare(Status::ReadFailed);
        };
        let refusal = match card.chip {
            Chip::Sound => None,
            Chip::Unreadable => Some(Status::SamRefusedCard),
            Chip::Forged => Some(Status::Verification),
            Chip::Foreign => Some(Status::UnknownCard),
        };
        if let Some(status) = refusal {
            return Answer::bare(status);
        }
        match card.read_answer(settings.padding, fingerprints) {
            Ok(data) => {
                self.advance(Progress::Read);
                Answer::with(Status::Success, data)
            }
            // A card whose text does not fit its fields cannot exist.
            Err(_) => Answer::bare(Status::Unspecified),
        }
    }

    fn read_addresses(&self, settings: &Settings) -> Answer {
        let Some(card) = self.selected(settings) else {
            return Answer::bare(settings.presence_lost);
        };
        if card.chip == Chip::Foreign {
            return Answer::bare(Status::ReadFailed);
        }
        if card.addresses.is_empty() {
            return Answer::bare(Status::Empty);
        }
        match card.address_answer(settings.padding) {
            Ok(data) => Answer::with(Status::Success, data),
            Err(_) => Answer::bare(Status::Unspecified),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::id_reader::CardKind;
    use crate::wire::id_text::CardText;

    const ALL: [Command; 6] = [
        Command::Find,
        Command::Select,
        Command::Read,
        Command::ReadAddresses,
        Command::ReadManagement,
        Command::Reset,
    ];

    fn card() -> SimulatedCard {
        SimulatedCard::new(CardText::new(CardKind::Resident), vec![0; 1024])
    }

    fn run(machine: &mut Machine, settings: &Settings, commands: &[Command]) -> Vec<u8> {
        let answers = commands.iter().map(|command| machine.respond(*command, settings));
        answers.map(|answer| answer.status.byte()).collect()
    }

    /// SW3 of every command after the given preparation, each on a fresh machine.
    fn column(settings: &Settings, with_card: bool, preparation: &[Command]) -> Vec<u8> {
        let one = |command: &Command| {
            let mut machine = Machine::new();
            if with_card {
                machine.place(card());
            }
            run(&mut machine, settings, preparation);
            run(&mut machine, settings, &[*command])[0]
        };
        ALL.iter().map(one).collect()
    }

    #[test]
    fn every_command_in_every_state_answers_as_the_table_says() {
        use Command::{Find, Read, Select};
        let halted = Settings::default();
        assert_eq!(column(&halted, false, &[]), [0x80, 0x81, 0x41, 0x41, 0x41, 0x90]);
        assert_eq!(column(&halted, true, &[]), [0x9F, 0x81, 0x41, 0x41, 0x41, 0x90]);
        assert_eq!(
            column(&halted, true, &[Find]),
            [0x9F, 0x90, 0x41, 0x41, 0x41, 0x90]
        );
        let selected = [0x80, 0x81, 0x90, 0x91, 0x90, 0x90];
        assert_eq!(column(&halted, true, &[Find, Select]), selected);
        assert_eq!(column(&halted, true, &[Find, Select, Read]), selected);
        let reset = halted.in_mode(Refind::RfReset);
        let found_again = [0x9F, 0x81, 0x90, 0x91, 0x90, 0x90];
        assert_eq!(column(&reset, true, &[Find, Select, Read]), found_again);
    }

    #[test]
    fn whether_a_reset_wakes_a_lying_card_is_a_switch() {
        use Command::{Find, Read, Reset, Select};
        for (wakes, expected) in [(true, 0x9F), (false, 0x80)] {
            let settings = Settings {
                refind_after_reset: wakes,
                ..Settings::default()
            };
            let mut machine = Machine::new();
            machine.place(card());
            let answers = run(&mut machine, &settings, &[Find, Select, Read, Reset, Find]);
            assert_eq!(answers.last(), Some(&expected));
        }
    }

    #[test]
    fn a_foreign_card_is_not_seen_or_refused_when_read() {
        use Command::{Find, Read, Select};
        for (foreign_card, expected) in [
            (ForeignCard::NotSeen, [0x80, 0x81, 0x41]),
            (ForeignCard::Refused, [0x9F, 0x90, 0x40]),
        ] {
            let settings = Settings {
                foreign_card,
                ..Settings::default()
            };
            let mut machine = Machine::new();
            machine.place(card().with_chip(Chip::Foreign));
            assert_eq!(run(&mut machine, &settings, &[Find, Select, Read]), expected);
        }
    }

    #[test]
    fn a_dead_module_answers_everything_but_reset_with_its_fault() {
        for (module, byte) in [(Module::SelfTestFailed, 0x60), (Module::Unauthorised, 0x66)] {
            let settings = Settings {
                module,
                ..Settings::default()
            };
            assert_eq!(column(&settings, true, &[]), [byte, byte, byte, byte, byte, 0x90]);
        }
    }
}
