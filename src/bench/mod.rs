//! Measurements, each beside its peer or limit, taken in the same run.

mod card;
mod catalogue;
mod everything;
mod face;
mod handwriting;
mod input;
mod screen;
mod speech;
mod start;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::config::Configuration;

pub use screen::figures as screen_figures;
pub use start::serve_home;

/// The templates of handwriting, and drawings of other hands than those they were made from.
const TEMPLATES: &str = "models/handwriting/templates.bin";
const DRAWINGS: &str = "tests/fixtures/handwriting/strokes.json";

/// One measured number and what it is held against, both in the same unit.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What was measured.
    pub name: &'static str,
    /// Unit of all these numbers.
    pub unit: &'static str,
    /// The median.
    pub median: f64,
    /// What 99 of a hundred keep to.
    pub late: f64,
    /// The largest.
    pub worst: f64,
    /// What that is held against.
    pub peer: &'static str,
    /// Its number.
    pub limit: f64,
}

impl Figure {
    /// A figure of times, in milliseconds.
    fn of_times(name: &'static str, mut times: Vec<Duration>, limit: Duration, peer: &'static str) -> Self {
        times.sort();
        Self {
            name,
            unit: "ms",
            median: ms(times.get(times.len() / 2).copied().unwrap_or_default()),
            late: ms(percentile(&mut times, 99)),
            worst: ms(times.last().copied().unwrap_or_default()),
            peer,
            limit: ms(limit),
        }
    }

    /// A number that was read once.
    fn single(name: &'static str, unit: &'static str, value: f64, limit: f64, peer: &'static str) -> Self {
        Self {
            name,
            unit,
            median: value,
            late: value,
            worst: value,
            peer,
            limit,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            unit,
            median,
            late,
            worst,
            peer,
            limit,
        } = self;
        let ratio = median / limit;
        write!(
            formatter,
            "{name:<50} {median:>8.2} {unit:<3} p99 {late:>8.2} worst {worst:>8.2} | {ratio:>6.2} of {limit:>8.2} {unit:<3} {peer}"
        )
    }
}

/// What a share of the times, in hundredths, keep to.
fn percentile(times: &mut [Duration], share: usize) -> Duration {
    times.sort();
    let place = times.len().saturating_sub(1) * share / 100;
    times.get(place).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A measurement that could not be taken.
pub type Failure = Box<dyn std::error::Error>;

/// Takes all measurements with the demo's configuration and hands each on as it comes.
///
/// # Errors
/// When the world of the demo cannot be set up. What is not installed is one line of `say`.
pub fn run(configuration: &Configuration, people: &Path, say: &mut dyn FnMut(String)) -> Result<(), Failure> {
    let mut all = |figures: Vec<Figure>| figures.iter().for_each(|figure| say(figure.to_string()));
    all(start::figures(configuration)?);
    all(card::figures(configuration, people)?);
    all(catalogue::figures(configuration)?);
    all(screen::figures(crate::commands::screen_options(configuration)?)?);
    let models = [
        (
            "handwriting",
            handwriting::figures(Path::new(TEMPLATES), Path::new(DRAWINGS)),
        ),
        ("typing", typing(configuration)),
        (
            "face login",
            face::figures(&configuration.kiosk.face.models, people),
        ),
        ("speech", speech::figures()),
    ];
    for (what, figures) in models {
        match figures {
            Ok(figures) => figures.iter().for_each(|figure| say(figure.to_string())),
            Err(error) => say(format!("{what} is not measured: {error}")),
        }
    }
    Ok(())
}

/// Every way to type, where it is installed.
fn typing(configuration: &Configuration) -> Result<Vec<Figure>, Failure> {
    input::figures(schemas(configuration)?, Path::new(TEMPLATES), Path::new(DRAWINGS))
}

/// Where our schemas of the input engine are.
fn schemas(configuration: &Configuration) -> Result<&Path, Failure> {
    let input = configuration.kiosk.input.as_ref();
    Ok(&input.ok_or("no [input] is configured")?.dir)
}
