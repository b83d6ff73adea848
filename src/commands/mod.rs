//! The words after `kiosk` on the command line.

mod audit;
mod check;
mod describe;
mod devices;
pub(crate) mod play;
#[cfg(feature = "gui")]
mod screen;
pub mod visit;
pub mod world;

use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Configuration;

/// The terminal's program. Without a command it starts the terminal itself.
#[derive(Debug, Parser)]
#[command(name = "kiosk", version, about)]
pub struct Arguments {
    /// Folder with kiosk.toml and devices.toml; the demo and visits use config/demo.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look for mistakes in configuration, catalogue and texts.
    Check {
        /// Print every row of the mission with what covers it, and fail on a gap.
        #[arg(long)]
        coverage: bool,
    },
    /// Write a page for each service of the catalogue: needs, who decides, how long, how to object.
    Describe {
        /// Folder for the pages.
        #[arg(long)]
        out: PathBuf,
    },
    /// What is attached, and whether it works.
    Devices,
    /// Devices, store, audit log, backend and face models, with a result code.
    SelfTest,
    /// Play a scripted visit without a display; keep pictures, slips, certificates, transcript.
    Visit {
        /// The script.
        script: PathBuf,
        /// Folder for what comes out.
        #[arg(long)]
        out: PathBuf,
    },
    /// The terminal with simulators, a reference server and a dock; without a display the
    /// scripted visits.
    Demo {
        /// Folder of the scripted visits.
        #[arg(long, default_value = "tests/visits")]
        scripts: PathBuf,
        /// Folder for what comes out of them.
        #[arg(long, default_value = "out/visits")]
        out: PathBuf,
    },
    /// Show every widget in every theme and size, for who builds on.
    #[cfg(feature = "gui")]
    Gallery {
        /// Tag of any language pack, also of a sample.
        #[arg(long)]
        language: Option<String>,
    },
    /// Measure start, memory, card, screen, typing, speech and models, each beside its peer or limit.
    #[cfg(feature = "gui")]
    Bench,
    /// The measured child of `bench`: paints home without a display, until its input ends.
    #[cfg(feature = "gui")]
    #[command(hide = true)]
    ServeHome {
        /// Where the reference backend listens.
        #[arg(long)]
        backend: std::net::SocketAddr,
    },
    /// The audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// The child process that composes pinyin; started by the terminal itself.
    #[command(hide = true)]
    InputEngine(crate::input::EngineArgs),
    /// Makes the handwriting templates out of a package's strokes; `scripts/handwriting-templates.sh`.
    #[command(hide = true)]
    HandwritingTemplates {
        /// Folder with one JSON file for each character.
        strokes: PathBuf,
        /// The file to write.
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Walk the whole chain and say whether it is unbroken.
    Verify,
}

/// Where the configuration is unless `--config` says otherwise.
const INSTALLED: &str = "/etc/bianmin-kiosk";
/// The same for the demo and for visits.
const DEMO: &str = "config/demo";

/// Carries out the command line; the exit code is 0 when all is well.
pub fn run(arguments: Arguments) -> ExitCode {
    no_core_dump();
    if arguments.command.is_some() {
        log("warn");
    }
    let installed = arguments
        .config
        .clone()
        .unwrap_or_else(|| PathBuf::from(INSTALLED));
    let demo = arguments.config.unwrap_or_else(|| PathBuf::from(DEMO));
    let good = match arguments.command {
        None => terminal(&installed),
        Some(Command::Check { coverage }) => check::run(&installed, coverage),
        Some(Command::Describe { out }) => {
            with_configuration(&installed, |configuration| describe::run(configuration, &out))
        }
        Some(Command::Devices) => with_configuration(&installed, devices::list),
        Some(Command::SelfTest) => with_configuration(&installed, devices::self_test),
        Some(Command::Visit { script, out }) => {
            with_configuration(&demo, |configuration| play::visit(configuration, &script, &out))
        }
        Some(Command::Demo { scripts, out }) => with_configuration(&demo, |configuration| {
            demo_or_visits(configuration, &scripts, &out)
        }),
        #[cfg(feature = "gui")]
        Some(Command::Gallery { language }) => with_configuration(&demo, |configuration| {
            screen::gallery(configuration, language.as_deref())
        }),
        #[cfg(feature = "gui")]
        Some(Command::Bench) => with_configuration(&demo, |configuration| {
            let people = play::people_of(configuration);
            done(crate::bench::run(configuration, &people, &mut |line| say(line)))
        }),
        #[cfg(feature = "gui")]
        Some(Command::ServeHome { backend }) => with_configuration(&demo, |configuration| {
            let people = play::people_of(configuration);
            done(crate::bench::serve_home(configuration, &people, backend))
        }),
        Some(Command::Audit(Audit::Verify)) => with_configuration(&installed, audit::verify),
        Some(Command::InputEngine(engine)) => crate::input::run(&engine).is_ok(),
        Some(Command::HandwritingTemplates { strokes, out }) => {
            done(crate::input::handwriting::templates::build(&strokes, &out).map(|_| ()))
        }
    };
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The terminal itself. A configuration that cannot be used is said on the screen too: nobody
/// stands before a black one.
#[cfg(feature = "gui")]
fn terminal(dir: &Path) -> bool {
    match Configuration::load(dir) {
        Ok(configuration) => {
            log(&configuration.kiosk.log.level);
            screen::terminal(&configuration)
        }
        Err(error) => {
            complain(error);
            screen::unconfigured(dir)
        }
    }
}

#[cfg(not(feature = "gui"))]
fn terminal(_: &Path) -> bool {
    complain("this program was built without its window (feature `gui`)")
}

/// The demo's window; without a display the scripted visits, and where their pictures are.
fn demo_or_visits(configuration: &Configuration, scripts: &Path, out: &Path) -> bool {
    #[cfg(feature = "gui")]
    if screen::has_display() {
        return screen::demo(configuration);
    }
    say("no display: playing the scripted visits");
    play::all(configuration, scripts, out)
}

/// No crash may write a resident's data to disk. The input engine is this program too.
fn no_core_dump() {
    if let Err(error) = nix::sys::prctl::set_dumpable(false) {
        complain(format_args!("core dumps cannot be switched off: {error}"));
    }
}

/// Technicians read the log on standard error, from `level` on unless `RUST_LOG` says otherwise.
fn log(level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A test may have installed its own.
    let _ = log.try_init();
}

fn with_configuration(dir: &Path, work: impl FnOnce(&Configuration) -> bool) -> bool {
    match Configuration::load(dir) {
        Ok(configuration) => work(&configuration),
        Err(error) => complain(error),
    }
}

/// What went wrong is said.
fn done(result: Result<(), impl Display>) -> bool {
    result.map_or_else(complain, |()| true)
}

/// What the screen has to know, without a pointer and without pinyin.
#[cfg(feature = "gui")]
pub(crate) fn screen_options(configuration: &Configuration) -> Result<crate::presenter::Options, String> {
    screen::still_options(configuration)
}

/// A line on standard output; a closed pipe is no error of ours.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A line on standard error; always `false`, the command's result.
fn complain(line: impl Display) -> bool {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
    false
}
