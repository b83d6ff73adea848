//! The contract of a code scanner. Runs on the simulator in every test run, and on hardware with a
//! technician as the hands.

use std::time::{Duration, Instant};

use crate::error::DeviceErrorKind;
use crate::health::Link;
use crate::port::code_scanner::CodeScanner;

/// What is done to the scanner. On hardware these ask a person and wait.
pub trait Hands {
    /// Holds a code with this payload before the scanner.
    fn scan(&mut self, payload: &[u8]);
    /// Pulls the plug.
    fn unplug(&mut self);
    /// Puts it back.
    fn replug(&mut self);
}

/// A point of the contract that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("code scanner: {0}")]
pub struct Violation(String);

const FIRST: &[u8] = b"https://example.invalid/certificates/1";
const SECOND: &[u8] = b"https://example.invalid/certificates/2";
/// For a code to come.
const LIMIT: Duration = Duration::from_secs(5);
/// For a code not to come.
const WATCH: Duration = Duration::from_millis(300);

fn must(kept: bool, what: &str) -> Result<(), Violation> {
    if kept {
        Ok(())
    } else {
        Err(Violation(what.to_owned()))
    }
}

fn read(scanner: &mut dyn CodeScanner, deadline: Duration) -> Result<Option<Vec<u8>>, Violation> {
    let code = scanner
        .read(deadline)
        .map_err(|error| Violation(format!("read: {error}")))?;
    Ok(code.map(|code| code.0))
}

fn open(scanner: &mut dyn CodeScanner) -> Result<(), Violation> {
    scanner
        .open()
        .map_err(|error| Violation(format!("open: {error}")))
}

/// Runs the whole contract on a closed scanner that is plugged in, and leaves it open.
///
/// # Errors
/// The first point that is not kept.
pub fn check(scanner: &mut dyn CodeScanner, hands: &mut dyn Hands) -> Result<(), Violation> {
    a_closed_scanner_says_so(scanner)?;
    open(scanner)?;
    silence_ends_at_the_deadline(scanner)?;
    a_code_is_given_once_and_whole(scanner, hands)?;
    a_pulled_plug_is_absence_and_heals(scanner, hands)
}

fn a_closed_scanner_says_so(scanner: &mut dyn CodeScanner) -> Result<(), Violation> {
    let kind = scanner.read(WATCH).err().map(|error| error.kind);
    must(
        kind == Some(DeviceErrorKind::NotReady),
        "a closed scanner did not say so",
    )
}

fn silence_ends_at_the_deadline(scanner: &mut dyn CodeScanner) -> Result<(), Violation> {
    let start = Instant::now();
    must(read(scanner, WATCH)?.is_none(), "a code from nowhere")?;
    let took = start.elapsed();
    must(took >= WATCH && took < WATCH * 3, "the deadline was not kept")
}

fn a_code_is_given_once_and_whole(
    scanner: &mut dyn CodeScanner,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    hands.scan(FIRST);
    must(
        read(scanner, LIMIT)?.as_deref() == Some(FIRST),
        "the code did not come as it was",
    )?;
    hands.scan(FIRST);
    must(read(scanner, WATCH)?.is_none(), "the same code came twice")?;
    hands.scan(SECOND);
    must(
        read(scanner, LIMIT)?.as_deref() == Some(SECOND),
        "the next code did not come as it was",
    )
}

fn a_pulled_plug_is_absence_and_heals(
    scanner: &mut dyn CodeScanner,
    hands: &mut dyn Hands,
) -> Result<(), Violation> {
    hands.unplug();
    let kind = scanner.read(LIMIT).err().map(|error| error.kind);
    must(
        kind == Some(DeviceErrorKind::Absent),
        "an unplugged scanner was not missed",
    )?;
    must(scanner.health().link == Link::Absent, "unplugged, and not absent")?;
    let again = scanner.open().err().map(|error| error.kind);
    must(again == Some(DeviceErrorKind::Absent), "opened without a device")?;
    hands.replug();
    open(scanner)?;
    must(
        scanner.health().link == Link::Online,
        "plugged in, and not online",
    )?;
    hands.scan(FIRST);
    let code = read(scanner, LIMIT)?;
    must(
        code.as_deref() == Some(FIRST) || code.is_none(),
        "a wrong code after replugging",
    )
}
