//! The network between terminal and backend: a small TCP proxy that can be cut, stalled, reset, or
//! made to lose one answer.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How the line behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Everything passes.
    On,
    /// Connections are broken and new ones end at once.
    Off,
    /// Connections stay open and nothing passes.
    Stalled,
    /// The next request whose head holds this text reaches the backend; its answer is lost, and
    /// the line is off from then on.
    LosesAnswerTo(String),
}

struct State {
    mode: Mode,
    connections: Vec<TcpStream>,
}

/// The line; dropping it ends it.
pub struct Line {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

impl Line {
    /// A line to `backend`, from a free port of loopback.
    ///
    /// # Errors
    /// When no port or thread can be had.
    pub fn start(backend: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State {
            mode: Mode::On,
            connections: Vec::new(),
        }));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, ended) = (Arc::clone(&state), Arc::clone(&stop));
        thread::Builder::new().name("line".to_owned()).spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                connect(client, backend, &shared);
            }
        })?;
        Ok(Self { address, state, stop })
    }

    /// The backend's address as the terminal sees it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes how the line behaves; cutting it breaks what is open.
    pub fn set(&self, mode: Mode) {
        let mut state = lock(&self.state);
        if mode == Mode::Off {
            state.break_all();
        }
        state.mode = mode;
    }

    /// How it behaves now.
    pub fn mode(&self) -> Mode {
        lock(&self.state).mode.clone()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        lock(&self.state).break_all();
        // Wakes the listener.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(200));
    }
}

impl State {
    fn break_all(&mut self) {
        for connection in self.connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Joins two ends by two threads; a connection that cannot be made ends at once.
fn connect(client: TcpStream, backend: SocketAddr, state: &Arc<Mutex<State>>) {
    if lock(state).mode == Mode::Off {
        let _ = client.shutdown(Shutdown::Both);
        return;
    }
    let Ok(server) = TcpStream::connect(backend) else {
        return;
    };
    let (Ok(client_out), Ok(server_out)) = (client.try_clone(), server.try_clone()) else {
        return;
    };
    {
        let mut state = lock(state);
        state.connections.extend(client.try_clone());
        state.connections.extend(server.try_clone());
    }
    let losing = Arc::new(AtomicBool::new(false));
    let (up, down) = (Arc::clone(state), Arc::clone(state));
    let lost = Arc::clone(&losing);
    thread::spawn(move || pass(client, server_out, |bytes| ask(&up, bytes, &losing)));
    thread::spawn(move || pass(server, client_out, |_| answer(&down, &lost)));
}

/// What to do with a piece of the stream.
enum Fate {
    Pass,
    Hold,
    Break,
}

fn ask(state: &Mutex<State>, bytes: &[u8], losing: &AtomicBool) -> Fate {
    match &lock(state).mode {
        Mode::On => Fate::Pass,
        Mode::Off => Fate::Break,
        Mode::Stalled => Fate::Hold,
        Mode::LosesAnswerTo(text) => {
            if bytes
                .windows(text.len().max(1))
                .any(|window| window == text.as_bytes())
            {
                losing.store(true, Ordering::Relaxed);
            }
            Fate::Pass
        }
    }
}

fn answer(state: &Mutex<State>, losing: &AtomicBool) -> Fate {
    if losing.load(Ordering::Relaxed) {
        lock(state).mode = Mode::Off;
        return Fate::Break;
    }
    match lock(state).mode {
        Mode::On | Mode::LosesAnswerTo(_) => Fate::Pass,
        Mode::Off => Fate::Break,
        Mode::Stalled => Fate::Hold,
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut fate: impl FnMut(&[u8]) -> Fate) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        let passes = loop {
            match fate(bytes) {
                Fate::Pass => break true,
                Fate::Break => break false,
                Fate::Hold => thread::sleep(Duration::from_millis(20)),
            }
        };
        if !passes || to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A backend that answers every piece with the number of pieces so far.
    fn counter() -> (SocketAddr, Arc<Mutex<Vec<Vec<u8>>>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let notes = Arc::clone(&notes);
                thread::spawn(move || {
                    let mut buffer = [0; 256];
                    while let Ok(count @ 1..) = stream.read(&mut buffer) {
                        notes.lock().unwrap().push(buffer[..count].to_vec());
                        if stream.write_all(b"answer").is_err() {
                            return;
                        }
                    }
                });
            }
        });
        (address, heard)
    }

    fn exchange(address: SocketAddr, words: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        stream.write_all(words)?;
        let mut buffer = [0; 64];
        let count = stream.read(&mut buffer)?;
        Ok(buffer[..count].to_vec())
    }

    #[test]
    fn a_line_that_is_on_passes_both_ways() {
        let (backend, _) = counter();
        let line = Line::start(backend).unwrap();
        assert_eq!(exchange(line.address(), b"GET /v1/health").unwrap(), b"answer");
    }

    #[test]
    fn a_cut_line_breaks_what_is_open_and_refuses_what_is_new() {
        let (backend, _) = counter();
        let line = Line::start(backend).unwrap();
        let mut open = TcpStream::connect(line.address()).unwrap();
        open.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        open.write_all(b"x").unwrap();
        assert_eq!(open.read(&mut [0; 16]).unwrap(), 6);
        line.set(Mode::Off);
        assert_eq!(open.read(&mut [0; 16]).unwrap_or(0), 0);
        assert!(exchange(line.address(), b"x").map_or(true, |answer| answer.is_empty()));
        line.set(Mode::On);
        assert_eq!(exchange(line.address(), b"x").unwrap(), b"answer");
    }

    #[test]
    fn an_answer_can_be_lost_after_the_backend_has_heard_the_request() {
        let (backend, heard) = counter();
        let line = Line::start(backend).unwrap();
        line.set(Mode::LosesAnswerTo("/submission".to_owned()));
        assert_eq!(exchange(line.address(), b"GET /v1/health").unwrap(), b"answer");
        let lost = exchange(line.address(), b"POST /v1/applications/A1/submission");
        assert!(lost.map_or(true, |answer| answer.is_empty()));
        assert_eq!(heard.lock().unwrap().len(), 2);
        assert_eq!(line.mode(), Mode::Off);
    }

    #[test]
    fn a_stalled_line_passes_nothing_and_goes_on_afterwards() {
        let (backend, heard) = counter();
        let line = Line::start(backend).unwrap();
        line.set(Mode::Stalled);
        let mut stream = TcpStream::connect(line.address()).unwrap();
        stream.write_all(b"x").unwrap();
        thread::sleep(Duration::from_millis(60));
        assert!(heard.lock().unwrap().is_empty());
        line.set(Mode::On);
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        assert_eq!(stream.read(&mut [0; 16]).unwrap(), 6);
    }
}
