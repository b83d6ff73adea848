//! A running terminal: start, look, touch, stop.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::backend::{Backend, PreviewWatch};
use super::carriers::Carriers;
use super::clock::{Clock, RealClock};
use super::device::camera::FrameWatch;
use super::device::code_scanner::Waiting;
use super::event_loop::{EventLoop, Fault, HealthMap};
use super::fitting::Fitted;
use super::ledger::Ledger;
use super::materials::{MaterialError, Materials, Shelf};
use super::note::Observer;
use super::outlet::{Input, Outlet, Stop};
use super::paper::Paper;
use super::starter::Starter;
use super::vault::Vault;
use super::watch::Watch;
use crate::config::{self, Configuration, Orientation};
use crate::remote::{Remote, RemoteConfig, RemoteError};
use crate::session::action::Action;
use crate::session::event::Event;
use crate::session::view::View;
use crate::session::{Session, Settings};
use crate::store::{Store, StoreError};
use crate::text::Texts;

/// What a test, the demo or a scripted visit gives in place of the usual.
pub struct Deps {
    /// The devices, made but not open.
    pub devices: Fitted,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Hears of everything that happens, by name.
    pub observer: Option<Observer>,
}

impl Deps {
    /// Real time, nobody listening.
    pub fn new(devices: Fitted) -> Self {
        Self {
            devices,
            clock: Arc::new(RealClock::new()),
            observer: None,
        }
    }
}

/// The terminal cannot start; the window shows the text id, the log has the rest.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be used.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// No catalogue or no texts.
    #[error(transparent)]
    Materials(#[from] MaterialError),
    /// The backend's address or certificates cannot be used.
    #[error("backend: {0}")]
    Remote(#[from] RemoteError),
    /// No thread could be started.
    #[error("threads: {0}")]
    Threads(#[from] io::Error),
}

impl StartError {
    /// Text id of what a technician must do.
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::Store(error) => error.text_id(),
            Self::Materials(_) => "catalogue.unusable",
            Self::Remote(_) | Self::Threads(_) => "terminal.config_unusable",
        }
    }
}

/// A running terminal. Dropping it stops it.
pub struct Terminal {
    /// What is to be seen.
    pub view: Watch<Arc<View>>,
    /// The open camera's picture.
    pub frames: FrameWatch,
    /// The fetched document's first page.
    pub preview: PreviewWatch,
    /// Health of every device.
    pub health: Watch<HealthMap>,
    /// The words of the screens.
    pub texts: Arc<Texts>,
    /// Time, as the terminal has it.
    pub clock: Arc<dyn Clock>,
    inputs: Sender<Input>,
    stop: Stop,
    threads: Vec<JoinHandle<()>>,
    tasks: Option<tokio::runtime::Runtime>,
}

impl Terminal {
    /// Starts the loop, a thread per device and the line to the backend. Needs no network and no
    /// device: whatever is missing is seen in the health.
    ///
    /// # Errors
    /// When there is nothing to serve with: no store, no catalogue, no texts.
    pub fn start(configuration: &Configuration, deps: Deps) -> Result<Self, StartError> {
        let store = Store::open(&configuration.kiosk.store.dir)?;
        let materials = Materials::load(configuration, &store, &deps.clock.wall())?;
        let remote = Remote::new(&remote_config(&configuration.kiosk.backend))?;
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let (sender, inputs) = channel();
        let outlet = Outlet::new(sender.clone());
        let vault = Vault::default();
        let preview = Watch::new(None);
        let backend = Backend {
            remote,
            tasks: tasks.handle().clone(),
            vault: vault.clone(),
            preview: preview.clone(),
            outlet: outlet.clone(),
        };
        backend.watch_line();
        let shelf = Shelf {
            region: configuration.kiosk.region.clone(),
            issuer: materials.issuer,
            store: store.clone(),
            clock: Arc::clone(&deps.clock),
        };
        backend.watch_catalogue(shelf, materials.stock.version.clone());
        let mut starter = Starter {
            outlet: outlet.clone(),
            stop: Stop::default(),
            vault: vault.clone(),
            backend: backend.clone(),
            clock: Arc::clone(&deps.clock),
            store: store.clone(),
            frames: Watch::new(None),
            camera_open: Arc::default(),
            waiting: Waiting::default(),
            threads: Vec::new(),
        };
        let workers = starter.start_all(deps.devices, configuration)?;
        let paper = Paper {
            texts: Arc::clone(&materials.texts),
            templates: Arc::clone(&materials.stock.templates),
        };
        let carriers = Carriers {
            workers,
            waiting: starter.waiting.clone(),
            backend,
            paper,
            vault,
            outlet,
            camera_cancel: Arc::new(AtomicBool::new(true)),
            camera_open: Arc::clone(&starter.camera_open),
            transit_cancel: Arc::new(AtomicBool::new(true)),
            clean: true,
        };
        let settings = settings(configuration);
        let catalogue = materials.stock.catalogue;
        let session = Session::new(Arc::clone(&catalogue), settings.clone(), 1);
        let view = Watch::new(Arc::new(session.view()));
        let health = Watch::new(HealthMap::new());
        let clock = Arc::clone(&deps.clock);
        let shown = (view.clone(), health.clone());
        let observer = deps.observer;
        starter.run("loop", move || {
            let event_loop = EventLoop {
                // Made here: a session stays on its thread.
                session: Session::new(catalogue, settings, 1),
                ledger: Ledger::new(store, Arc::clone(&clock)),
                carriers,
                clock,
                inputs,
                view: shown.0,
                health: shown.1,
                observer,
                states: BTreeMap::new(),
                fault: Fault::default(),
                fresh: None,
            };
            event_loop.run();
        })?;
        Ok(Self {
            view,
            frames: starter.frames,
            preview,
            health,
            texts: materials.texts,
            clock: deps.clock,
            inputs: sender,
            stop: starter.stop,
            threads: starter.threads,
            tasks: Some(tasks),
        })
    }

    /// A way to send actions from any thread, for as long as the terminal runs.
    pub fn hand(&self) -> impl Fn(Action) + Clone + Send + 'static {
        let inputs = self.inputs.clone();
        move |action| {
            let _ = inputs.send(Input::Event(Event::Action(action)));
        }
    }

    /// The person does something.
    pub fn act(&self, action: Action) {
        let _ = self.inputs.send(Input::Event(Event::Action(action)));
    }

    /// Lets time pass at once: the clock moves on, tick by tick. Returns when it has.
    pub fn advance(&self, duration: Duration) {
        let (done, confirmed) = channel();
        if self.inputs.send(Input::Advance(duration, done)).is_ok() {
            let _ = confirmed.recv();
        }
    }

    /// Ends the visit, the devices and the line.
    pub fn stop(&mut self) {
        let _ = self.inputs.send(Input::Stop);
        self.stop.stop();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        if let Some(tasks) = self.tasks.take() {
            tasks.shutdown_timeout(Duration::from_secs(1));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The visit's settings from the configuration; everything else as the session has it.
fn settings(configuration: &Configuration) -> Settings {
    let kiosk = &configuration.kiosk;
    Settings {
        landscape: configuration.kiosk.screen.orientation == Orientation::Landscape,
        region: kiosk.region.clone(),
        tags: kiosk.tags.clone(),
        place: kiosk.place.clone(),
        terminal: kiosk.terminal.clone(),
        hours: kiosk.hours.clone(),
        elsewhere: kiosk
            .elsewhere
            .as_ref()
            .map(|other| (other.name.clone(), other.metres)),
        sample: kiosk.sample,
        language: kiosk.language.clone(),
        key_seed: *uuid::Uuid::new_v4().as_bytes(),
        idle_s: kiosk.session.idle_s,
        public_idle_s: kiosk.session.public_idle_s,
        countdown_s: kiosk.session.countdown_s,
        longest_s: kiosk.session.longest_s,
        face_s: kiosk.face.challenge_s,
        face_matched: kiosk.face.thresholds.matched,
        face_undecided: kiosk.face.thresholds.undecided,
        ..Settings::default()
    }
}

/// The line to the backend from the configuration.
pub(crate) fn remote_config(backend: &config::Backend) -> RemoteConfig {
    RemoteConfig {
        url: backend.url.clone(),
        ca: backend.ca.clone(),
        certificate: backend.certificate.clone(),
        key: backend.key.clone(),
    }
}
