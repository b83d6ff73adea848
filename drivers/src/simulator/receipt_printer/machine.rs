//! The simulated printer without its wire: bytes in, replies out, time from outside.

use std::sync::Arc;
use std::time::{Duration, Instant};

use image::GrayImage;

use super::paper::{Paper, Slip};
use crate::raster::Typeface;
use crate::wire::escpos::realtime::{RealTime, Received};
use crate::wire::escpos::{CLEARED, Command, DecodeError, Decoder, Query, RealTimeFilter};

/// A slip that left the printer.
#[derive(Clone)]
pub struct PrintedReceipt {
    /// The paper at 203 dpi, black on white.
    pub image: GrayImage,
    /// The words; pictures and codes in brackets.
    pub text: String,
    /// The bytes that made it.
    pub bytes: Vec<u8>,
    /// False when a person tore off an unfinished slip.
    pub cut: bool,
}

/// What is wrong with the printer, set from outside.
#[derive(Default)]
pub struct Faults {
    /// No paper.
    pub paper_out: bool,
    /// Paper near its end.
    pub paper_low: bool,
    /// Cover open.
    pub cover_open: bool,
    /// The cutter will jam at the next cut.
    pub cutter_blocked: bool,
    /// The print head is too hot.
    pub overheated: bool,
    /// Lines until the paper ends.
    pub lines_left: Option<usize>,
    /// Time a line takes.
    pub line_time: Duration,
    /// Replies are noise.
    pub garbled: bool,
    /// Nothing is answered.
    pub mute: bool,
    /// The next reply comes so late.
    pub late: Option<Duration>,
}

/// The printer.
pub struct Machine {
    /// Switches of the control handle.
    pub faults: Faults,
    /// Slips that lie in the tray.
    pub receipts: Vec<PrintedReceipt>,
    /// What was no command.
    pub errors: Vec<DecodeError>,
    filter: RealTimeFilter,
    decoder: Decoder,
    paper: Paper,
    bytes: Vec<u8>,
    /// A cut that the cutter could not finish.
    cut_waiting: Option<Option<u8>>,
    busy_until: Option<Instant>,
    held_replies: Vec<(Instant, u8)>,
}

impl Machine {
    /// A ready printer with a roll of so many printable dots.
    pub fn new(typeface: Arc<Typeface>, dots: usize) -> Self {
        Self {
            faults: Faults::default(),
            receipts: Vec::new(),
            errors: Vec::new(),
            filter: RealTimeFilter::default(),
            decoder: Decoder::default(),
            paper: Paper::new(typeface, dots),
            bytes: Vec::new(),
            cut_waiting: None,
            busy_until: None,
            held_replies: Vec::new(),
        }
    }

    /// Power came: the buffers are empty, the paper is where it was.
    pub fn power_on(&mut self) {
        self.filter = RealTimeFilter::default();
        self.decoder = Decoder::default();
        self.held_replies.clear();
        self.busy_until = None;
        self.paper.initialise();
    }

    /// Takes bytes; gives the replies.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) -> Vec<u8> {
        let mut replies = Vec::new();
        for received in self.filter.push(bytes) {
            match received {
                Received::Data(byte) => self.decoder.push(&[byte]),
                Received::RealTime(RealTime::Status(query)) => {
                    let status = self.status(query);
                    self.reply(status, now, &mut replies);
                }
                Received::RealTime(RealTime::ClearBuffer) => {
                    self.decoder.clear();
                    self.paper.initialise();
                    self.cut_waiting = None;
                    replies.extend(CLEARED);
                }
            }
        }
        replies.extend(self.run(now));
        replies
    }

    /// Works on what is in the buffer as long as the printer can; gives the replies.
    pub fn run(&mut self, now: Instant) -> Vec<u8> {
        let mut replies = self.due_replies(now);
        if let Some(feed) = self.cut_waiting
            && !self.faults.cutter_blocked
        {
            self.cut_waiting = None;
            self.eject(feed);
        }
        while !self.is_offline() && self.busy_until.is_none_or(|until| until <= now) {
            let command = self.decoder.next_command();
            self.bytes.extend_from_slice(self.decoder.last());
            match command {
                Ok(None) => break,
                Ok(Some(command)) => self.carry_out(&command, now, &mut replies),
                Err(error) => self.errors.push(error),
            }
        }
        replies
    }

    /// Whether lines of a slip hang out uncut.
    pub fn is_printing(&self) -> bool {
        self.paper.is_printed()
    }

    /// New paper: a person takes the unfinished slip away with the old roll's end.
    pub fn load_paper(&mut self) {
        self.faults.paper_out = false;
        self.faults.paper_low = false;
        self.faults.lines_left = None;
    }

    /// A person tears off what hangs out.
    pub fn tear_off(&mut self) {
        if self.paper.is_printed() {
            let slip = self.paper.cut(Some(0));
            self.deliver(slip, false);
        }
    }

    fn is_offline(&self) -> bool {
        let faults = &self.faults;
        faults.paper_out || faults.cover_open || faults.overheated || self.cut_waiting.is_some()
    }

    /// The reply to DLE EOT n: fixed bits 1 and 4, and what is so.
    fn status(&self, query: Query) -> u8 {
        let bit = |is: bool, mask: u8| if is { mask } else { 0 };
        let faults = &self.faults;
        let cutter = self.cut_waiting.is_some();
        0x12 | match query {
            Query::Printer => bit(self.is_offline(), 0x08),
            Query::Offline => {
                bit(faults.cover_open, 0x04)
                    | bit(faults.paper_out, 0x20)
                    | bit(cutter || faults.overheated, 0x40)
            }
            Query::Error => bit(cutter, 0x08) | bit(faults.overheated, 0x40),
            Query::Paper => bit(faults.paper_low || faults.paper_out, 0x0C) | bit(faults.paper_out, 0x60),
        }
    }

    fn reply(&mut self, status: u8, now: Instant, replies: &mut Vec<u8>) {
        if self.faults.mute {
            return;
        }
        let status = if self.faults.garbled { !status } else { status };
        match self.faults.late.take() {
            Some(delay) => self.held_replies.push((now + delay, status)),
            None => replies.push(status),
        }
    }

    fn due_replies(&mut self, now: Instant) -> Vec<u8> {
        let held = std::mem::take(&mut self.held_replies);
        let (due, later): (Vec<_>, Vec<_>) = held.into_iter().partition(|(at, _)| *at <= now);
        self.held_replies = later;
        due.into_iter().map(|(_, status)| status).collect()
    }

    fn carry_out(&mut self, command: &Command, now: Instant, replies: &mut Vec<u8>) {
        match command {
            Command::Cut { feed, .. } if self.faults.cutter_blocked => self.cut_waiting = Some(*feed),
            Command::Cut { feed, .. } => self.eject(*feed),
            Command::TransmitStatus(_) => {
                let faults = &self.faults;
                let low = if faults.paper_low { 0x03 } else { 0 };
                let out = if faults.paper_out { 0x0C } else { 0 };
                self.reply(low | out, now, replies);
            }
            command => {
                let lines = self.paper.apply(command);
                self.wear(lines, now);
            }
        }
    }

    /// A line takes its time and its paper.
    fn wear(&mut self, lines: usize, now: Instant) {
        if lines == 0 {
            return;
        }
        if !self.faults.line_time.is_zero() {
            self.busy_until = Some(now + self.faults.line_time);
        }
        if let Some(left) = &mut self.faults.lines_left {
            *left = left.saturating_sub(lines);
            self.faults.paper_out = *left == 0;
        }
    }

    fn eject(&mut self, feed: Option<u8>) {
        let is_blank = !self.paper.is_printed();
        let slip = self.paper.cut(feed);
        if is_blank {
            // A blank scrap is no slip.
            self.bytes.clear();
        } else {
            self.deliver(slip, true);
        }
    }

    fn deliver(&mut self, slip: Slip, cut: bool) {
        self.receipts.push(PrintedReceipt {
            image: slip.image,
            text: slip.text,
            bytes: std::mem::take(&mut self.bytes),
            cut,
        });
    }
}
