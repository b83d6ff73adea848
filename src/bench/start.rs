//! The start of the process, its memory, and what it does while nobody is there.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::everything::Everything;
use super::{Failure, Figure};
use crate::commands::play::Server;
use crate::commands::screen_options;
use crate::commands::world::DemoWorld;
use crate::config::Configuration;
use crate::runtime::note::page_name;
use crate::runtime::{Deps, Terminal};
use crate::screenshot::Headless;
use crate::session::action::Action;

const STARTS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(30);
/// After the start: face models are loaded, devices have been looked for.
const SETTLES: Duration = Duration::from_secs(8);
const IDLE: Duration = Duration::from_secs(10);
/// A start that keeps a train of thought (Nielsen, Usability Engineering, 1993).
const KEEPS_A_THOUGHT: Duration = Duration::from_secs(1);
/// `USER_HZ` of Linux on every architecture we build for.
const TICKS_A_SECOND: f64 = 100.0;
const PAGE_BYTES: f64 = 4096.0;
const MIB: f64 = 1024.0 * 1024.0;
const FRAME_BUFFER: f64 = 1080.0 * 1920.0 * 4.0;

pub(super) fn figures(configuration: &Configuration) -> Result<Vec<Figure>, Failure> {
    let server = Server::start(configuration)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Home::start(configuration, server.address())?.painted);
    }
    let mut home = Home::start(configuration, server.address())?;
    thread::sleep(SETTLES);
    let (memory, busy) = (home.resident()?, home.processor()?);
    thread::sleep(IDLE);
    let busy = (home.processor()? - busy) / IDLE.as_secs_f64() * 100.0;
    let full = home.everything()?;
    let floor = (model_bytes(&configuration.kiosk.face.models) + FRAME_BUFFER) / MIB;
    Ok(vec![
        Figure::of_times(
            "process start to painted home",
            starts,
            KEEPS_A_THOUGHT,
            "keeps a thought",
        ),
        Figure::single(
            "resident memory on home, with simulators",
            "MiB",
            memory / MIB,
            floor,
            "models and one frame as bytes",
        ),
        Figure::single(
            "the same with every mode on, all processes",
            "MiB",
            full / MIB,
            floor,
            "models and one frame as bytes",
        ),
        Figure::single(
            "processor while home stands, with simulators",
            "%",
            busy,
            100.0,
            "one core",
        ),
    ])
}

fn model_bytes(models: &Path) -> f64 {
    let entries = fs::read_dir(models).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .map(|file| file.len() as f64)
        .sum()
}

/// A terminal in a process of its own, with its simulators, painted into memory.
struct Home {
    child: Child,
    out: BufReader<ChildStdout>,
    painted: Duration,
}

impl Home {
    fn start(configuration: &Configuration, backend: SocketAddr) -> Result<Self, Failure> {
        let begin = Instant::now();
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--config")
            .arg(&configuration.dir)
            .args(["serve-home", "--backend", &backend.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = BufReader::new(child.stdout.take().ok_or("the child has no output")?);
        let mut home = Self {
            child,
            out,
            painted: Duration::ZERO,
        };
        home.hear(PAINTED)?;
        home.painted = begin.elapsed();
        Ok(home)
    }

    /// Waits for a word of the other side.
    fn hear(&mut self, word: &str) -> Result<(), Failure> {
        let mut line = String::new();
        self.out.read_line(&mut line)?;
        if line.trim() == word {
            Ok(())
        } else {
            Err(format!("not {word}: {line}").into())
        }
    }

    /// Turns everything on. Bytes of resident memory of the terminal and of the processes it started.
    fn everything(&mut self) -> Result<f64, Failure> {
        let input = self.child.stdin.as_mut().ok_or("the child has no input")?;
        writeln!(input, "{EVERYTHING}")?;
        self.hear(EVERYTHING)?;
        Ok(self.resident()?
            + children(self.child.id())
                .into_iter()
                .map(resident)
                .sum::<Result<f64, _>>()?)
    }

    /// Bytes of resident memory.
    fn resident(&self) -> Result<f64, Failure> {
        resident(self.child.id())
    }

    /// Seconds of processor time so far.
    fn processor(&self) -> Result<f64, Failure> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = text.rsplit(')').next().unwrap_or_default();
        let ticks = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / TICKS_A_SECOND)
    }
}

/// Bytes of resident memory of a process.
fn resident(process: u32) -> Result<f64, Failure> {
    let text = fs::read_to_string(format!("/proc/{process}/statm"))?;
    let pages: f64 = text
        .split_whitespace()
        .nth(1)
        .ok_or("no resident pages")?
        .parse()?;
    Ok(pages * PAGE_BYTES)
}

/// The processes that a process has started, whichever of its threads did.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let lists = lists.collect::<Vec<_>>().join(" ");
    lists
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect()
}

impl Drop for Home {
    fn drop(&mut self) {
        // Its end of input is its end.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What the two sides say to each other.
const PAINTED: &str = "painted";
const EVERYTHING: &str = "everything";

/// The other side: a terminal with simulators that paints home, says so, and goes on as the
/// window does until its input ends. A line of input turns everything on.
///
/// # Errors
/// When the terminal does not start or does not come home, or when something is not installed.
pub fn serve_home(configuration: &Configuration, people: &Path, backend: SocketAddr) -> Result<(), Failure> {
    let mut configuration = configuration.clone();
    let (world, devices) = DemoWorld::start(&mut configuration, people, backend)?;
    let terminal = Terminal::start(&configuration, Deps::new(devices))?;
    world.follow(&terminal);
    let screen = Headless::new(screen_options(&configuration)?, |_| ())?;
    terminal.act(Action::Start);
    let home = terminal
        .view
        .wait_for(PATIENCE, |view| page_name(&view.page) == "home")
        .ok_or("home does not come")?;
    screen.presenter().show(&home);
    screen.frame();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{PAINTED}")?;
    out.flush()?;
    let (sender, lines) = channel();
    thread::spawn(move || {
        std::io::stdin()
            .lines()
            .try_for_each(|line| sender.send(line).ok())
    });
    let mut in_use = Vec::new();
    loop {
        let asked = match lines.try_recv() {
            Ok(_) => true,
            Err(TryRecvError::Empty) => false,
            Err(TryRecvError::Disconnected) => return Ok(()),
        };
        if asked {
            in_use.push(Everything::on(&terminal, &configuration)?);
        }
        screen.presenter().show(&terminal.view.get());
        screen.presenter().show_time(&terminal.clock.wall());
        screen.frame();
        if asked {
            writeln!(out, "{EVERYTHING}")?;
            out.flush()?;
        }
        thread::sleep(Duration::from_secs(1));
    }
}
