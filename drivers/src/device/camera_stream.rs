//! A stream of raw pictures from a thread of its own: reading a camera can hang, and the camera's
//! handle cannot leave the thread that made it. The newest picture wins, older ones are dropped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::error::{DeviceError, DeviceErrorKind};

/// How the bytes of a picture are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// One JPEG a picture, often without Huffman tables.
    Mjpeg,
    /// 4:2:2, two pixels in four bytes.
    Yuyv,
}

/// A picture as it came from the camera. Zeroed when dropped.
pub struct RawPicture {
    /// Of the bytes.
    pub encoding: Encoding,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The bytes.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// What gives pictures; lives in the stream's thread.
pub trait Source {
    /// Waits for the next picture.
    ///
    /// # Errors
    /// Ends the stream.
    fn next(&mut self) -> Result<RawPicture, DeviceError>;
}

/// Makes a source, in the stream's thread.
pub type OpenSource = Box<dyn FnOnce() -> Result<Box<dyn Source>, DeviceError> + Send>;

#[derive(Default)]
struct Slot {
    opened: bool,
    picture: Option<RawPicture>,
    /// Why the stream ended; taken by the first who asks.
    error: Option<DeviceError>,
    ended: bool,
}

#[derive(Default)]
struct Shared {
    slot: Mutex<Slot>,
    changed: Condvar,
    stop: AtomicBool,
}

impl Shared {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Slot)) {
        change(&mut self.slot());
        self.changed.notify_all();
    }
}

/// Marks the end of the stream even when the thread panics.
struct EndMark(Arc<Shared>);

impl Drop for EndMark {
    fn drop(&mut self) {
        self.0.change(|slot| slot.ended = true);
    }
}

/// A running stream.
pub struct Stream {
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

impl Stream {
    /// Opens the source in a new thread and waits until that is done. A stream that does not open
    /// in time is returned beside the error, so that nobody opens the device a second time.
    ///
    /// # Errors
    /// What the source said, or `TimedOut`.
    pub fn start(open: OpenSource, deadline: Duration) -> Result<Self, (DeviceError, Option<Self>)> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("camera".to_owned())
            .spawn(move || run(open, of_thread))
            .map_err(|error| {
                (
                    DeviceError::caused(DeviceErrorKind::Hardware, "start camera thread", error),
                    None,
                )
            })?;
        let stream = Self { shared, thread };
        let end = Instant::now() + deadline;
        let opened = stream.wait(end, |slot| {
            if slot.opened {
                Some(Ok(()))
            } else {
                slot.error.take().map(Err)
            }
        });
        match opened {
            Some(Ok(())) => Ok(stream),
            Some(Err(error)) => Err((error, stream.stop(Duration::from_millis(300)))),
            None if stream.shared.slot().ended => Err((broken("open camera"), None)),
            None => {
                let error = DeviceError::new(DeviceErrorKind::TimedOut, "open camera");
                Err((error, stream.stop(Duration::ZERO)))
            }
        }
    }

    /// The newest picture that was not taken yet.
    ///
    /// # Errors
    /// `TimedOut` after `deadline`; what ended the stream.
    pub fn next(&self, deadline: Duration) -> Result<RawPicture, DeviceError> {
        let end = Instant::now() + deadline;
        let next = self.wait(end, |slot| match slot.picture.take() {
            Some(picture) => Some(Ok(picture)),
            None => slot.error.take().map(Err),
        });
        match next {
            Some(next) => next,
            None if self.shared.slot().ended => Err(broken("read frame")),
            None => Err(DeviceError::new(DeviceErrorKind::TimedOut, "read frame")),
        }
    }

    /// Ends the thread. Returns the stream when its thread still hangs in the camera after
    /// `patience`; ask [`Stream::is_finished`] later.
    pub fn stop(self, patience: Duration) -> Option<Self> {
        self.shared.stop.store(true, Ordering::Relaxed);
        let end = Instant::now() + patience;
        self.wait(end, |slot| slot.ended.then_some(()));
        self.shared.change(|slot| slot.picture = None);
        if self.shared.slot().ended {
            None
        } else {
            Some(self)
        }
    }

    /// The thread has ended and let go of the camera.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    fn wait<T>(&self, end: Instant, mut found: impl FnMut(&mut Slot) -> Option<T>) -> Option<T> {
        let mut slot = self.shared.slot();
        loop {
            if let Some(result) = found(&mut slot) {
                return Some(result);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || slot.ended {
                return None;
            }
            slot = self
                .shared
                .changed
                .wait_timeout(slot, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

fn broken(operation: &str) -> DeviceError {
    DeviceError::caused(
        DeviceErrorKind::Hardware,
        operation,
        "the camera's thread has ended",
    )
}

fn run(open: OpenSource, shared: Arc<Shared>) {
    let _mark = EndMark(Arc::clone(&shared));
    let mut source = match open() {
        Ok(source) => source,
        Err(error) => return shared.change(|slot| slot.error = Some(error)),
    };
    shared.change(|slot| slot.opened = true);
    while !shared.stop.load(Ordering::Relaxed) {
        match source.next() {
            Ok(picture) if shared.stop.load(Ordering::Relaxed) => drop(picture),
            Ok(picture) => shared.change(|slot| slot.picture = Some(picture)),
            Err(error) => return shared.change(|slot| slot.error = Some(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Longer than any machine needs; no test waits it out.
    const PATIENCE: Duration = Duration::from_secs(30);

    type Line = Result<u8, DeviceErrorKind>;

    /// Says when it is asked for a picture, then gives what the script has; hangs while that is nothing.
    struct Scripted {
        asked: Sender<()>,
        script: Receiver<Line>,
    }

    impl Source for Scripted {
        fn next(&mut self) -> Result<RawPicture, DeviceError> {
            self.asked.send(()).ok();
            match self.script.recv() {
                Ok(Ok(value)) => Ok(RawPicture {
                    encoding: Encoding::Yuyv,
                    width: 1,
                    height: 1,
                    bytes: Zeroizing::new(vec![value]),
                }),
                Ok(Err(kind)) => Err(DeviceError::new(kind, "read frame")),
                Err(_) => panic!("the script has ended"),
            }
        }
    }

    /// A running stream, the hand that feeds it, and the signs that it asked for a picture.
    fn scripted() -> (Stream, Sender<Line>, Receiver<()>) {
        let (feed, script) = channel();
        let (asked, asks) = channel();
        let source = Box::new(move || Ok(Box::new(Scripted { asked, script }) as Box<dyn Source>));
        (Stream::start(source, PATIENCE).ok().unwrap(), feed, asks)
    }

    fn kind(result: Result<RawPicture, DeviceError>) -> DeviceErrorKind {
        result.err().unwrap().kind
    }

    #[test]
    fn the_newest_picture_is_given_once() {
        let (stream, feed, asks) = scripted();
        for picture in [1, 2] {
            asks.recv().unwrap();
            feed.send(Ok(picture)).unwrap();
        }
        // Asked again: both pictures were taken in.
        asks.recv().unwrap();
        assert_eq!(stream.next(PATIENCE).unwrap().bytes[0], 2);
        assert_eq!(kind(stream.next(Duration::ZERO)), DeviceErrorKind::TimedOut);
    }

    #[test]
    fn a_source_that_does_not_open_gives_its_reason() {
        let open: OpenSource =
            Box::new(|| Err(DeviceError::new(DeviceErrorKind::Unsupported, "choose format")));
        let (error, left) = Stream::start(open, PATIENCE).err().unwrap();
        assert_eq!(error.kind, DeviceErrorKind::Unsupported);
        assert!(left.is_none_or(|left| left.stop(PATIENCE).is_none()));
    }

    #[test]
    fn a_source_that_hangs_while_opening_is_given_up_and_kept_in_mind() {
        let (release, held) = channel::<()>();
        let open: OpenSource = Box::new(move || {
            held.recv().ok();
            Err(DeviceError::new(DeviceErrorKind::Hardware, "open camera"))
        });
        let (error, left) = Stream::start(open, Duration::ZERO).err().unwrap();
        assert_eq!(error.kind, DeviceErrorKind::TimedOut);
        let left = left.unwrap();
        assert!(!left.is_finished());
        release.send(()).unwrap();
        assert!(left.stop(PATIENCE).is_none());
    }

    #[test]
    fn unplugging_ends_the_stream_with_its_cause() {
        let (stream, feed, _asks) = scripted();
        feed.send(Err(DeviceErrorKind::Absent)).unwrap();
        assert_eq!(kind(stream.next(PATIENCE)), DeviceErrorKind::Absent);
        assert_eq!(kind(stream.next(PATIENCE)), DeviceErrorKind::Hardware);
    }

    #[test]
    fn a_panic_in_the_thread_is_an_error_and_no_hang() {
        let (stream, feed, _asks) = scripted();
        drop(feed);
        assert_eq!(kind(stream.next(PATIENCE)), DeviceErrorKind::Hardware);
    }

    #[test]
    fn a_hanging_camera_does_not_hang_the_end() {
        let (stream, feed, asks) = scripted();
        asks.recv().unwrap();
        let left = stream.stop(Duration::ZERO).unwrap();
        assert!(!left.is_finished());
        feed.send(Ok(1)).unwrap();
        assert!(left.stop(PATIENCE).is_none());
    }
}
