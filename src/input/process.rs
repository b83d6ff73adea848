//! The terminal's end: the engine as a child process, with a deadline for every answer.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use zeroize::Zeroize;

use super::command::EngineArgs;
use super::handwriting::Point;
use super::message::{Reply, Request};
use super::{Composition, InputEngine, InputError, InputMethods, Method};

/// A key takes about 50 µs; a person notices 100 ms; a process that takes this long has hung.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);
/// Loading takes about 20 ms.
const READY_WITHIN: Duration = Duration::from_secs(3);
/// Compiling the schemas takes about a second, on a slow machine many.
const PREPARED_WITHIN: Duration = Duration::from_secs(120);

/// A running engine. Dropping it ends the process.
pub struct EngineProcess {
    child: Child,
    input: ChildStdin,
    replies: Receiver<Reply>,
}

impl EngineProcess {
    /// Starts `program input-engine …` and waits until it can be used.
    fn start(program: &PathBuf, args: &EngineArgs, ready_within: Duration) -> Result<Self, InputError> {
        let mut command = Command::new(program);
        command.arg("input-engine").arg("--staging").arg(&args.staging);
        command
            .arg("--source")
            .arg(&args.source)
            .arg("--data")
            .arg(&args.data)
            .arg("--handwriting")
            .arg(&args.handwriting);
        if args.prepare {
            command.arg("--prepare");
        }
        // librime's own messages could hold what was typed.
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(InputError::Start)?;
        let missing = || InputError::Start(io::ErrorKind::BrokenPipe.into());
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let mut process = Self {
            child,
            input,
            replies: read_replies(output),
        };
        match process.reply(ready_within)? {
            Reply::Ready => Ok(process),
            other => Err(refusal(other)),
        }
    }

    /// Process id, for tests that look whether it has ended.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn ask(&mut self, request: &Request) -> Result<Reply, InputError> {
        let mut line = serde_json::to_vec(request).map_err(|_| InputError::BadRequest)?;
        line.push(b'\n');
        let sent = self.input.write_all(&line).and_then(|()| self.input.flush());
        line.zeroize();
        sent.map_err(|_| InputError::Ended)?;
        self.reply(ANSWER_WITHIN)
    }

    fn reply(&mut self, within: Duration) -> Result<Reply, InputError> {
        self.replies.recv_timeout(within).map_err(|error| match error {
            RecvTimeoutError::Disconnected => InputError::Ended,
            RecvTimeoutError::Timeout => {
                // A late answer would belong to an earlier key: this engine is of no more use.
                self.end();
                InputError::TimedOut(within)
            }
        })
    }

    fn composition(&mut self, request: &Request) -> Result<Composition, InputError> {
        match self.ask(request)? {
            Reply::Composition(composition) => Ok(composition),
            other => Err(refusal(other)),
        }
    }

    fn ready(&mut self, request: &Request) -> Result<(), InputError> {
        match self.ask(request)? {
            Reply::Ready => Ok(()),
            other => Err(refusal(other)),
        }
    }

    /// Kills rather than asks: nothing is to be saved, and memory goes with the process.
    fn end(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for EngineProcess {
    fn drop(&mut self) {
        self.end();
    }
}

impl InputEngine for EngineProcess {
    fn key(&mut self, key: char) -> Result<Composition, InputError> {
        self.composition(&Request::Key(key))
    }

    fn write(&mut self, strokes: &[Vec<Point>]) -> Result<Composition, InputError> {
        self.composition(&Request::write(strokes))
    }

    fn choose(&mut self, index: usize) -> Result<Composition, InputError> {
        self.composition(&Request::Choose(index))
    }

    fn page(&mut self) -> Result<Composition, InputError> {
        self.composition(&Request::Page)
    }

    fn clear(&mut self) -> Result<(), InputError> {
        self.ready(&Request::Clear)
    }
}

impl InputMethods for EngineProcess {
    fn begin(&mut self, method: Method, names: bool) -> Result<(), InputError> {
        self.ready(&Request::Begin { method, names })
    }
}

fn refusal(reply: Reply) -> InputError {
    match reply {
        Reply::Refused(refusal) => refusal.into(),
        Reply::Off(reason) => InputError::MethodOff(reason),
        Reply::Unusable(reason) => InputError::Refused(reason),
        Reply::Ready | Reply::Composition(_) => InputError::BadRequest,
    }
}

/// A thread turns lines into replies, so that waiting for one can have a deadline. It ends with
/// the child's output.
fn read_replies(output: impl Read + Send + 'static) -> Receiver<Reply> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let reply = serde_json::from_slice(&line);
            line.zeroize();
            let Ok(reply) = reply else { break };
            if sender.send(reply).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Whether pinyin can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// The schemas are being compiled; the keyboard says so.
    Preparing,
    /// Yes.
    Ready,
    /// No; the reason for a technician. Digits and letters still work.
    Off(String),
}

/// Starts an engine for each visit that needs one.
#[derive(Clone)]
pub struct PinyinSupply {
    program: PathBuf,
    args: EngineArgs,
    readiness: Arc<Mutex<Readiness>>,
}

impl PinyinSupply {
    /// Looks in the background whether the schema is compiled, and compiles it if not.
    /// `program` is the `kiosk` executable.
    #[must_use]
    pub fn prepare(program: PathBuf, args: EngineArgs) -> Self {
        let supply = Self {
            program,
            args,
            readiness: Arc::new(Mutex::new(Readiness::Preparing)),
        };
        let (background, args) = (
            supply.clone(),
            EngineArgs {
                prepare: true,
                ..supply.args.clone()
            },
        );
        thread::spawn(move || {
            let prepared = EngineProcess::start(&background.program, &args, PREPARED_WITHIN);
            background.set(match prepared {
                Ok(_) => Readiness::Ready,
                Err(error) => Readiness::Off(error.to_string()),
            });
        });
        supply
    }

    /// The present state.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.readiness
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, readiness: Readiness) {
        *self.readiness.lock().unwrap_or_else(PoisonError::into_inner) = readiness;
    }

    /// Starts an engine (about 20 ms).
    ///
    /// # Errors
    /// [`InputError::Preparing`] until the schema is compiled; the reason when there is no engine.
    pub fn open(&self) -> Result<EngineProcess, InputError> {
        match self.readiness() {
            Readiness::Preparing => Err(InputError::Preparing),
            Readiness::Off(reason) => Err(InputError::Refused(reason)),
            Readiness::Ready => EngineProcess::start(&self.program, &self.args, READY_WITHIN),
        }
    }
}
