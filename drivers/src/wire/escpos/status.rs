//! Replies of one byte. Bits that never change tell the kinds of reply apart: DLE EOT is
//! `0xx1xx10`, GS r 1 is `0000xxxx`, the first byte of an automatic status is `0xx1xx00`. The four
//! DLE EOT replies look alike, so only one query may be under way at a time.

use serde::Deserialize;

use super::DLE;
use crate::health::{Health, Link, Reason};

/// DLE EOT n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// n = 1: the printer.
    Printer,
    /// n = 2: why it is offline.
    Offline,
    /// n = 3: which error.
    Error,
    /// n = 4: the paper sensors.
    Paper,
}

impl Query {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Printer, Self::Offline, Self::Error, Self::Paper];

    /// n.
    pub fn number(self) -> u8 {
        match self {
            Self::Printer => 1,
            Self::Offline => 2,
            Self::Error => 3,
            Self::Paper => 4,
        }
    }

    /// The query of this n.
    pub fn from_number(n: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|query| query.number() == n)
    }

    /// The bytes to send.
    pub fn bytes(self) -> [u8; 3] {
        [DLE, 0x04, self.number()]
    }
}

/// Kind of a reply, by its fixed bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// To DLE EOT.
    RealTime(u8),
    /// To GS r.
    Fence(u8),
    /// Neither.
    Other(u8),
}

/// Tells a reply's kind.
pub fn classify(byte: u8) -> Reply {
    if byte & 0b1001_0011 == 0b0001_0010 {
        Reply::RealTime(byte)
    } else if byte & 0b1111_0000 == 0 {
        Reply::Fence(byte)
    } else {
        Reply::Other(byte)
    }
}

/// Which bits mean what: dialects differ, so a model may change them. A mask of 0 means that the
/// model does not tell. The defaults are those of Epson's TM series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusTable {
    /// n = 1: offline.
    pub offline: u8,
    /// n = 2: cover open.
    pub cover_open: u8,
    /// n = 2: printing stopped at the end of the paper.
    pub paper_stop: u8,
    /// n = 2: an error, which n = 3 names.
    pub error: u8,
    /// n = 3: mechanical error, e.g. a jam.
    pub mechanical: u8,
    /// n = 3: cutter.
    pub cutter: u8,
    /// n = 3: needs repair.
    pub unrecoverable: u8,
    /// n = 3: recovers by itself (head too hot).
    pub overheated: u8,
    /// n = 4: paper near its end.
    pub paper_low: u8,
    /// n = 4: no paper.
    pub paper_out: u8,
}

impl Default for StatusTable {
    fn default() -> Self {
        Self {
            offline: 0x08,
            cover_open: 0x04,
            paper_stop: 0x20,
            error: 0x40,
            mechanical: 0x04,
            cutter: 0x08,
            unrecoverable: 0x20,
            overheated: 0x40,
            paper_low: 0x0C,
            paper_out: 0x60,
        }
    }
}

/// The four replies together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Reply to n = 1.
    pub printer: u8,
    /// Reply to n = 2.
    pub offline: u8,
    /// Reply to n = 3.
    pub error: u8,
    /// Reply to n = 4.
    pub paper: u8,
}

impl Status {
    /// What the replies mean on a model with this table. Offline without a reason that is known
    /// is a fault of its own.
    pub fn health(&self, table: &StatusTable) -> Health {
        let set = |byte: u8, mask: u8| byte & mask != 0;
        let facts = [
            (
                set(self.paper, table.paper_out) || set(self.offline, table.paper_stop),
                Reason::PaperOut,
            ),
            (set(self.paper, table.paper_low), Reason::PaperLow),
            (set(self.error, table.mechanical), Reason::PaperJam),
            (set(self.offline, table.cover_open), Reason::CoverOpen),
            (set(self.error, table.cutter), Reason::CutterError),
            (set(self.error, table.overheated), Reason::Overheated),
            (set(self.error, table.unrecoverable), Reason::Hardware),
        ];
        let mut reasons: Vec<Reason> = facts
            .into_iter()
            .filter(|(is, _)| *is)
            .map(|(_, reason)| reason)
            .collect();
        let blocked = reasons.iter().any(|reason| *reason != Reason::PaperLow);
        let stopped = set(self.printer, table.offline) || set(self.offline, table.error);
        if stopped && !blocked {
            reasons.push(Reason::Unknown);
        }
        reasons.sort_unstable();
        Health {
            link: if blocked || stopped {
                Link::Faulted
            } else {
                Link::Online
            },
            reasons,
            detail: format!(
                "DLE EOT 1..4 = {:02X} {:02X} {:02X} {:02X}",
                self.printer, self.offline, self.error, self.paper
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(printer: u8, offline: u8, error: u8, paper: u8) -> Health {
        let status = Status {
            printer,
            offline,
            error,
            paper,
        };
        status.health(&StatusTable::default())
    }

    #[test]
    fn fixed_bits_tell_the_kinds_of_reply_apart() {
        assert_eq!(classify(0x12), Reply::RealTime(0x12));
        assert_eq!(classify(0x7E), Reply::RealTime(0x7E));
        assert_eq!(classify(0x00), Reply::Fence(0x00));
        assert_eq!(classify(0x0F), Reply::Fence(0x0F));
        assert_eq!(classify(0x0C), Reply::Fence(0x0C));
        assert_eq!(classify(0x10), Reply::Other(0x10));
        assert_eq!(classify(0xFF), Reply::Other(0xFF));
    }

    #[test]
    fn a_ready_printer_has_no_reasons() {
        let ready = health(0x12, 0x12, 0x12, 0x12);
        assert_eq!((ready.link, ready.reasons), (Link::Online, vec![]));
    }

    #[test]
    fn each_fault_has_its_reason() {
        let cases = [
            (
                health(0x1A, 0x32, 0x12, 0x7E),
                vec![Reason::PaperOut, Reason::PaperLow],
            ),
            (health(0x1A, 0x16, 0x12, 0x12), vec![Reason::CoverOpen]),
            (health(0x1A, 0x52, 0x1A, 0x12), vec![Reason::CutterError]),
            (health(0x1A, 0x52, 0x16, 0x12), vec![Reason::PaperJam]),
            (health(0x1A, 0x52, 0x52, 0x12), vec![Reason::Overheated]),
            (health(0x1A, 0x52, 0x32, 0x12), vec![Reason::Hardware]),
            (health(0x1A, 0x12, 0x12, 0x12), vec![Reason::Unknown]),
        ];
        for (health, reasons) in cases {
            assert_eq!(health.link, Link::Faulted, "{health:?}");
            assert_eq!(health.reasons, reasons, "{health:?}");
        }
    }

    #[test]
    fn paper_near_its_end_is_a_warning_only() {
        let low = health(0x12, 0x12, 0x12, 0x1E);
        assert_eq!((low.link, low.reasons), (Link::Online, vec![Reason::PaperLow]));
    }

    #[test]
    fn a_model_without_a_paper_sensor_is_not_misread() {
        let table = StatusTable {
            paper_out: 0,
            ..StatusTable::default()
        };
        let status = Status {
            printer: 0x12,
            offline: 0x12,
            error: 0x12,
            paper: 0x72,
        };
        assert_eq!(status.health(&table).link, Link::Online);
    }
}
