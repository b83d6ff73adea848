//! The contract of a receipt printer. Runs on the simulator in every test run, and on hardware
//! with a technician as the hands.

use crate::error::DeviceErrorKind;
use crate::health::{Health, Link, Reason};
use crate::port::receipt_printer::{Line, PrintOutcome, Receipt, ReceiptPrinter};

/// What is done to the printer. On hardware these ask a person and wait.
pub trait Hands {
    /// Takes the paper out.
    fn take_paper(&mut self);
    /// Makes the paper end after a few lines of the next slip.
    fn nearly_take_paper(&mut self);
    /// Puts a full roll in and takes away what hangs out.
    fn load_paper(&mut self);
    /// Opens the cover.
    fn open_cover(&mut self);
    /// Closes it.
    fn close_cover(&mut self);
    /// Makes the next cut get stuck.
    fn jam_cutter(&mut self);
    /// Frees the cutter.
    fn clear_jam(&mut self);
    /// Pulls the cable.
    fn unplug(&mut self);
    /// Puts it back.
    fn replug(&mut self);
    /// Counts the slips that were cut since the start, blank scraps left out.
    fn slips(&mut self) -> usize;
}

/// A point of the contract that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("receipt printer: {0}")]
pub struct Violation(String);

fn must(kept: bool, what: &str) -> Result<(), Violation> {
    if kept {
        Ok(())
    } else {
        Err(Violation(what.to_owned()))
    }
}

/// A slip of a good many lines, so that the paper can end in the middle.
fn slip() -> Receipt {
    let lines = (1..=12).map(|number| Line::Pair {
        label: format!("第 {number} 行"),
        value: "打印测试".to_owned(),
    });
    Receipt {
        lines: lines.collect(),
    }
}

fn expect(printer: &mut dyn ReceiptPrinter, outcome: PrintOutcome, what: &str) -> Result<(), Violation> {
    match printer.print(&slip()) {
        Ok(got) if got == outcome => Ok(()),
        Ok(got) => Err(Violation(format!("{what}: {got:?}, expected {outcome:?}"))),
        Err(error) => Err(Violation(format!("{what}: {error}, expected {outcome:?}"))),
    }
}

fn open(printer: &mut dyn ReceiptPrinter) -> Result<(), Violation> {
    printer
        .open()
        .map_err(|error| Violation(format!("open: {error}")))
}

fn has(health: &Health, reason: Reason) -> bool {
    health.link == Link::Faulted && health.reasons.contains(&reason)
}

/// Runs the whole contract on a closed, ready printer that is plugged in.
///
/// # Errors
/// The first point that is not kept.
pub fn check(printer: &mut dyn ReceiptPrinter, hands: &mut dyn Hands) -> Result<(), Violation> {
    nothing_prints_before_open(printer, hands)?;
    a_slip_comes_out_whole(printer, hands)?;
    without_paper_nothing_is_sent(printer, hands)?;
    paper_that_ends_leaves_no_rest(printer, hands)?;
    an_open_cover_is_named(printer, hands)?;
    a_stuck_cutter_is_named(printer, hands)?;
    unplugging_is_absence_and_can_be_mended(printer, hands)
}

fn nothing_prints_before_open(
    printer: &mut dyn ReceiptPrinter,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    must(
        printer.health().link == Link::Absent,
        "a closed printer is absent",
    )?;
    let refused = matches!(printer.print(&slip()), Err(error) if error.kind == DeviceErrorKind::Absent);
    must(refused, "print before open is refused as absent")?;
    must(hands.slips() == 0, "no slip before open")
}

fn a_slip_comes_out_whole(printer: &mut dyn ReceiptPrinter, hands: &mut dyn Hands) -> Result<(), Violation> {
    open(printer)?;
    must(
        printer.health()
            == Health {
                detail: printer.health().detail,
                ..Health::online()
            },
        "ready after open",
    )?;
    let before = hands.slips();
    expect(printer, PrintOutcome::Completed, "first slip")?;
    must(
        hands.slips() == before + 1,
        "completed means that one slip was cut",
    )
}

fn without_paper_nothing_is_sent(
    printer: &mut dyn ReceiptPrinter,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    let before = hands.slips();
    hands.take_paper();
    must(has(&printer.health(), Reason::PaperOut), "no paper is a state")?;
    expect(
        printer,
        PrintOutcome::Failed(Reason::PaperOut),
        "slip without paper",
    )?;
    hands.load_paper();
    must(printer.health().link == Link::Online, "ready with new paper")?;
    must(hands.slips() == before, "a failed job does not come out later")
}

fn paper_that_ends_leaves_no_rest(
    printer: &mut dyn ReceiptPrinter,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    let before = hands.slips();
    hands.nearly_take_paper();
    expect(
        printer,
        PrintOutcome::Incomplete(Reason::PaperOut),
        "slip on the last of the paper",
    )?;
    hands.load_paper();
    must(printer.health().link == Link::Online, "ready with new paper")?;
    expect(printer, PrintOutcome::Completed, "slip on new paper")?;
    must(
        hands.slips() == before + 1,
        "the rest of an unfinished slip does not come out later",
    )
}

fn an_open_cover_is_named(printer: &mut dyn ReceiptPrinter, hands: &mut dyn Hands) -> Result<(), Violation> {
    hands.open_cover();
    must(
        has(&printer.health(), Reason::CoverOpen),
        "an open cover is a state",
    )?;
    expect(
        printer,
        PrintOutcome::Failed(Reason::CoverOpen),
        "slip with open cover",
    )?;
    hands.close_cover();
    expect(printer, PrintOutcome::Completed, "slip after closing")
}

fn a_stuck_cutter_is_named(printer: &mut dyn ReceiptPrinter, hands: &mut dyn Hands) -> Result<(), Violation> {
    hands.jam_cutter();
    expect(
        printer,
        PrintOutcome::Incomplete(Reason::CutterError),
        "slip with stuck cutter",
    )?;
    hands.clear_jam();
    hands.load_paper();
    expect(printer, PrintOutcome::Completed, "slip after freeing the cutter")
}

fn unplugging_is_absence_and_can_be_mended(
    printer: &mut dyn ReceiptPrinter,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    hands.unplug();
    let refused = matches!(printer.print(&slip()), Err(error) if error.kind == DeviceErrorKind::Absent);
    must(refused, "print without a cable is refused as absent")?;
    must(
        printer.health().link == Link::Absent,
        "without a cable it is absent",
    )?;
    let refused = matches!(printer.open(), Err(error) if error.kind == DeviceErrorKind::Absent);
    must(refused, "open without a cable is refused as absent")?;
    hands.replug();
    open(printer)?;
    expect(printer, PrintOutcome::Completed, "slip after the cable is back")
}
