use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Instant;

use kiosk_drivers::health::Link;
use zeroize::Zeroizing;

use super::*;
use crate::runtime::outlet::Input;
use crate::speech::{Clip, Ears, Output, Playing};

const PATIENCE: Duration = Duration::from_secs(30);

/// A worker with its orders, and what it tells the loop.
struct World {
    orders: Sender<Order>,
    inputs: Receiver<Input>,
    worker: thread::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl World {
    fn with(output: impl Output + 'static, recordings: Option<PathBuf>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (orders, taken) = channel();
        let (sender, inputs) = channel();
        let worker = SpeakerWorker {
            loudspeaker: Loudspeaker {
                output: Box::new(output),
                recordings,
            },
            prompts: folder.path().join("speech"),
            orders: taken,
            outlet: Outlet::new(sender),
        };
        let worker = thread::spawn(move || worker.run());
        Self {
            orders,
            inputs,
            worker,
            _folder: folder,
        }
    }

    fn say(&self, text: &str) {
        let part = Part {
            id: None,
            text: Zeroizing::new(text.to_owned()),
        };
        let (parts, voice, volume) = (vec![part], "cmn", 3);
        self.orders.send(Order::Say { parts, voice, volume }).unwrap();
    }

    fn health(&self) -> Health {
        match self.inputs.recv_timeout(PATIENCE).unwrap() {
            Input::Health(DeviceRole::Speaker, health, _) => health,
            _ => panic!("no health"),
        }
    }

    fn end(self) {
        drop(self.orders);
        self.worker.join().unwrap();
    }
}

fn until_heard(ears: &Ears, text: &str) {
    let begin = Instant::now();
    while !ears.heard().iter().any(|heard| *heard.text == text) {
        assert!(begin.elapsed() < PATIENCE, "{text} is not heard");
        thread::yield_now();
    }
}

#[test]
fn what_is_ordered_is_heard_and_the_loudspeaker_is_well() {
    let ears = Ears::default();
    let world = World::with(ears.clone(), None);
    assert_eq!(world.health(), Health::online());
    world.say("您好。");
    until_heard(&ears, "您好。");
    world.end();
}

/// Fails some times before it works.
struct Flaky {
    failures: usize,
    ears: Ears,
}

impl Output for Flaky {
    fn check(&self) -> Result<(), SpeechError> {
        Ok(())
    }

    fn play(&mut self, clip: Clip) -> Result<Box<dyn Playing>, SpeechError> {
        let playing = self.ears.play(clip);
        if self.failures == 0 {
            return playing;
        }
        self.failures -= 1;
        Err(SpeechError::Player {
            program: "aplay",
            reason: "unplugged".to_owned(),
        })
    }
}

#[test]
fn a_loudspeaker_that_fails_is_told_once_and_tried_again_until_it_works() {
    let ears = Ears::default();
    let flaky = Flaky {
        failures: 2,
        ears: ears.clone(),
    };
    let world = World::with(flaky, None);
    assert_eq!(
        world.health(),
        Health::online(),
        "nobody knows before it is tried"
    );
    let faulted = Health::faulted(Reason::Hardware, "aplay failed: unplugged");
    world.say("第一句。");
    assert_eq!(world.health(), faulted);
    world.say("第二句。");
    until_heard(&ears, "第二句。");
    world.say("第三句。");
    assert_eq!(world.health(), Health::online(), "the second failure was no news");
    world.end();
}

#[test]
fn a_recording_that_cannot_be_played_is_named_and_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("cmn")).unwrap();
    let file = folder.path().join("cmn/home.spoken.wav");
    std::fs::write(&file, b"OggS").unwrap();
    let world = World::with(Ears::default(), Some(folder.path().to_owned()));
    let health = world.health();
    assert_eq!((health.link, health.reasons.len()), (Link::Online, 0));
    assert_eq!(health.detail, format!("{}: not a WAV file", file.display()));
    world.end();
}
