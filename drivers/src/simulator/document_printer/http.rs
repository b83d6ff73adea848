//! A small blocking HTTP/1.1 server on loopback: one handler, bodies with a length or in chunks,
//! `Expect: 100-continue`, connections that stay. It can be unplugged and plugged in again at the
//! same port.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Most bytes of a request's head and of its body.
const MAX_HEAD: u64 = 16 * 1024;
const MAX_BODY: u64 = 64 * 1024 * 1024;
/// How often a waiting thread looks whether it should end.
const TICK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(10);

/// What to do after a request was handled.
pub enum Reply {
    /// Answer with this status line's end (`200 OK`), content type and body.
    Answer(&'static str, &'static str, Vec<u8>),
    /// Close without an answer.
    Drop,
}

type Handler = Arc<dyn Fn(&[u8]) -> Reply + Send + Sync>;

/// The server; dropping it unplugs it.
pub struct Server {
    address: SocketAddr,
    handler: Handler,
    running: Mutex<Option<Running>>,
}

struct Running {
    stop: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Starts at a free port of loopback; the handler gets each request's body.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(handler: impl Fn(&[u8]) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let server = Self {
            address: listener.local_addr()?,
            handler: Arc::new(handler),
            running: Mutex::new(None),
        };
        server.run(listener)?;
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Refuses connections and breaks those that are open.
    pub fn unplug(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            running.stop.store(true, Ordering::Relaxed);
            for stream in running
                .open
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .drain(..)
            {
                drop(stream.shutdown(std::net::Shutdown::Both));
            }
            drop(running.thread.join());
        }
    }

    /// Listens again at the same port.
    ///
    /// # Errors
    /// When the port was taken meanwhile.
    pub fn replug(&self) -> io::Result<()> {
        if self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
        {
            return Ok(());
        }
        self.run(TcpListener::bind(self.address)?)
    }

    fn run(&self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let stop = Arc::new(AtomicBool::new(false));
        let open = Arc::new(Mutex::new(Vec::new()));
        let (handler, ended, connections) = (Arc::clone(&self.handler), Arc::clone(&stop), Arc::clone(&open));
        let thread = thread::Builder::new()
            .name("ipp-simulator".into())
            .spawn(move || accept(&listener, &handler, &ended, &connections))?;
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(Running { stop, open, thread });
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.unplug();
    }
}

fn accept(listener: &TcpListener, handler: &Handler, stop: &Arc<AtomicBool>, open: &Mutex<Vec<TcpStream>>) {
    while !stop.load(Ordering::Relaxed) {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(TICK);
            continue;
        };
        if let Ok(copy) = stream.try_clone() {
            open.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
        }
        let (handler, stop) = (Arc::clone(handler), Arc::clone(stop));
        // A connection ends by itself when its stream is shut down.
        drop(
            thread::Builder::new()
                .name("ipp-connection".into())
                .spawn(move || {
                    drop(serve(&stream, &handler, &stop));
                    drop(stream.shutdown(std::net::Shutdown::Both));
                }),
        );
    }
}

fn serve(stream: &TcpStream, handler: &Handler, stop: &AtomicBool) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    while let Some(head) = read_head(&mut reader)? {
        if header(&head, "expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let body = read_body(&mut reader, &head)?;
        let reply = if head.starts_with("POST ") {
            handler(&body)
        } else {
            Reply::Answer("405 Method Not Allowed", "text/plain", b"POST only".to_vec())
        };
        let Reply::Answer(status, kind, content) = reply else {
            return Ok(());
        };
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            content.len()
        );
        (&*stream).write_all(&[head.as_bytes(), &content].concat())?;
    }
    Ok(())
}

/// The request line and headers; `None` when the client has gone.
fn read_head(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut head = String::new();
    let mut limited = reader.take(MAX_HEAD);
    loop {
        let before = head.len();
        if limited.read_line(&mut head)? == 0 {
            return if head.is_empty() {
                Ok(None)
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
        if head.get(before..).is_some_and(|line| line.trim_end().is_empty()) {
            return Ok(Some(head));
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn read_body(reader: &mut impl BufRead, head: &str) -> io::Result<Vec<u8>> {
    if header(head, "transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return read_chunks(reader);
    }
    let length = header(head, "content-length").map_or(Ok(0), str::parse::<u64>);
    let length = length
        .ok()
        .filter(|length| *length <= MAX_BODY)
        .ok_or(io::ErrorKind::InvalidData)?;
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    if body.len() as u64 == length {
        Ok(body)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.take(64).read_line(&mut line)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| io::ErrorKind::InvalidData)?;
        if body.len() as u64 + size > MAX_BODY {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let got = reader.take(size).read_to_end(&mut body)? as u64;
        reader.take(64).read_line(&mut String::new())?;
        if got < size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if size == 0 {
            return Ok(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mirror() -> Server {
        Server::start(|body| Reply::Answer("200 OK", "text/plain", body.to_vec())).unwrap()
    }

    fn exchange(stream: &mut TcpStream, request: &[u8], answer_end: &str) -> String {
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = String::new();
        while !answer.ends_with(answer_end) {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(char::from(byte[0]));
        }
        answer
    }

    #[test]
    fn bodies_come_with_a_length_or_in_chunks_on_one_connection() {
        let server = mirror();
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let plain = exchange(
            &mut stream,
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
            "hello",
        );
        assert!(plain.starts_with("HTTP/1.1 200 OK"));
        let chunks =
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        assert!(exchange(&mut stream, chunks, "abcde").contains("Content-Length: 5"));
    }

    #[test]
    fn a_client_that_waits_for_permission_gets_it() {
        let server = mirror();
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        assert_eq!(
            exchange(&mut stream, head, "\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n"
        );
        assert!(exchange(&mut stream, b"ok", "ok").starts_with("HTTP/1.1 200 OK"));
    }

    #[test]
    fn unplugged_it_refuses_and_plugged_in_again_it_listens_at_the_same_port() {
        let server = mirror();
        server.unplug();
        assert!(TcpStream::connect(server.address()).is_err());
        server.replug().unwrap();
        assert!(TcpStream::connect(server.address()).is_ok());
    }

    #[test]
    fn a_body_beyond_the_limit_closes_the_connection() {
        let server = mirror();
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream
            .write_all(b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n")
            .unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty());
    }
}
