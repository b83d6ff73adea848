//! Plays a script, step by step, each with its deadline.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Zoned;
use kiosk_drivers::health::Link;
use kiosk_drivers::port::camera::Frame;

use super::errand::{Deed, Errand, Resident};
use super::output::{Output, Transcript};
use super::script::{Script, Step, signature, tapped};
use crate::catalogue::Catalogue;
use crate::commands::world::{Act, DemoWorld, WorldError};
use crate::config::{Camera, Configuration, DocCamera};
use crate::document::preview::PagePicture;
use crate::face::engine::FaceEngine;
use crate::protocol::body::CatalogueBundle;
use crate::runtime::clock::RealClock;
use crate::runtime::{Deps, StartError, Terminal, note};
use crate::session::action::{Action, Drawing};
use crate::session::event::DeviceRole;
use crate::session::view::{Page, View};

/// Visits are played at this hour of the day, so that services with hours are open.
const OFFICE_HOUR: i8 = 10;
/// Longest wait for a page.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest wait for the devices and the face models.
const READY_WITHIN: Duration = Duration::from_secs(90);
/// Longest errand.
const ERRAND_WITHIN: Duration = Duration::from_secs(120);
/// As often as this a resident tries the same on a page that does not change.
const TRIES: u32 = 10;
/// Seconds of the terminal's clock that a resident waits on a page that does not change.
const WAITS: u32 = 600;
/// Longest time until a touch is taken, on a machine that is busy with other things.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);
/// Between two actions, so that the loop has answered the first.
const BEAT: Duration = Duration::from_millis(30);

/// How often the same was tried, or waited for, on a page that did not change.
#[derive(Default)]
struct Patience {
    last: Option<(Page, Deed)>,
    times: u32,
}

impl Patience {
    fn is_over(&mut self, view: &View, deed: &Deed) -> bool {
        let limit = if matches!(deed, Deed::Wait | Deed::Pause) {
            WAITS
        } else {
            TRIES
        };
        let now = Some((view.page.clone(), deed.clone()));
        self.times = if now == self.last { self.times + 1 } else { 0 };
        self.last = now;
        self.times >= limit
    }
}

/// What a picture of the screen shows.
pub struct Scene<'a> {
    /// The view.
    pub view: &'a View,
    /// The open camera's picture.
    pub frame: Option<Arc<Frame>>,
    /// The document's first page.
    pub preview: Option<Arc<PagePicture>>,
    /// What was signed last.
    pub ink: &'a Drawing,
    /// The time.
    pub wall: Zoned,
}

/// Paints the screen without a display.
pub trait Painter {
    /// A PNG file of the scene.
    ///
    /// # Errors
    /// What went wrong, for the person who plays the script.
    fn paint(&mut self, scene: &Scene<'_>) -> Result<Vec<u8>, String>;
}

/// Why a visit did not go as its script says.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The world cannot be set up.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The terminal does not start.
    #[error("the terminal does not start: {0}")]
    Start(#[from] StartError),
    /// A step did not end as expected.
    #[error("step {number} {step:?}: {problem}\npages so far: {pages}")]
    Step {
        /// From 1.
        number: usize,
        /// The step.
        step: Box<Step>,
        /// What happened instead.
        problem: String,
        /// Names of the pages.
        pages: String,
    },
    /// A resident could not go on.
    #[error("{service}: {problem}\npages so far: {pages}")]
    Errand {
        /// Id of the service.
        service: String,
        /// Where and why.
        problem: String,
        /// Names of the pages.
        pages: String,
    },
    /// The catalogue cannot be read.
    #[error("the catalogue cannot be read: {0}")]
    Bundle(#[source] io::Error),
    /// The folder cannot be written.
    #[error("the visit's folder cannot be written: {0}")]
    Output(#[from] io::Error),
    /// A device is still being opened.
    #[error("the devices are not ready after {} s", READY_WITHIN.as_secs())]
    NotReady,
    /// The script needs the face models.
    #[error("this visit needs the face models; run scripts/fetch-models.sh")]
    NoFaceModels,
}

/// How what the person does comes to the terminal: by way of a screen. Without, actions come at once.
pub trait Hands {
    /// Does this on the screen that shows `view`.
    ///
    /// # Errors
    /// When nothing on the screen does it.
    fn act(&mut self, view: &View, action: &Action) -> Result<(), String>;
}

/// A visit that is being played.
pub struct Visit {
    /// The world around.
    pub world: DemoWorld,
    /// The terminal.
    pub terminal: Terminal,
    /// What happened so far.
    pub transcript: Transcript,
    output: Option<Output>,
    /// What the services ask for; loaded when somebody walks.
    bundle: CatalogueBundle,
    /// A real camera's pictures are never kept.
    keeps_frames: bool,
    /// Strokes of the signature on the present page.
    ink: Drawing,
    hands: Option<RefCell<Box<dyn Hands>>>,
}

impl Visit {
    /// Sets the scene: simulators, the line to `backend`, the terminal, all devices ready.
    ///
    /// # Errors
    /// When something cannot be set up.
    pub fn prepare(
        script: &Script,
        configuration: Configuration,
        people: &Path,
        backend: SocketAddr,
        out: Option<&Path>,
    ) -> Result<Self, VisitError> {
        if script.needs_face && FaceEngine::load(&configuration.kiosk.face.models).is_err() {
            return Err(VisitError::NoFaceModels);
        }
        Self::set_scene(&script.before, configuration, people, backend, out)
    }

    /// The same for a visit without a script, with what is so `before` the terminal starts.
    ///
    /// # Errors
    /// When something cannot be set up.
    pub fn set_scene(
        before: &[String],
        mut configuration: Configuration,
        people: &Path,
        backend: SocketAddr,
        out: Option<&Path>,
    ) -> Result<Self, VisitError> {
        let bundle = configuration.bundle().map_err(VisitError::Bundle)?;
        let real_paper = matches!(configuration.devices.doc_camera, DocCamera::V4l2 { .. });
        let keeps_frames = configuration.devices.camera == Camera::Simulator {} && !real_paper;
        let (world, devices) = DemoWorld::start(&mut configuration, people, backend)?;
        for act in before {
            world.perform(&Act::parse(act).map_err(WorldError::Act)?)?;
        }
        let transcript = Transcript::default();
        let deps = Deps {
            observer: Some(transcript.observer()),
            clock: Arc::new(RealClock::from_hour(OFFICE_HOUR)),
            ..Deps::new(devices)
        };
        let terminal = Terminal::start(&configuration, deps)?;
        world.follow(&terminal);
        let ready = |health: &crate::runtime::HealthMap| {
            let opening = |role| health.get(role).is_none_or(|health| health.link == Link::Opening);
            ![
                DeviceRole::IdReader,
                DeviceRole::Camera,
                DeviceRole::ReceiptPrinter,
                DeviceRole::A4Printer,
                DeviceRole::DocCamera,
                DeviceRole::TransitCard,
            ]
            .iter()
            .any(opening)
        };
        terminal
            .health
            .wait_for(READY_WITHIN, ready)
            .ok_or(VisitError::NotReady)?;
        let output = out.map(Output::new).transpose()?;
        Ok(Self {
            world,
            terminal,
            transcript,
            output,
            bundle,
            keeps_frames,
            ink: Drawing::default(),
            hands: None,
        })
    }

    /// From here on everything is done with these hands.
    pub fn by(&mut self, hands: Box<dyn Hands>) {
        self.hands = Some(RefCell::new(hands));
    }

    /// Plays all steps and writes the folder, also when a step fails. Without a painter there
    /// are no pictures of the screen.
    ///
    /// # Errors
    /// The first step that did not end as expected.
    pub fn play(&mut self, script: &Script, painter: Option<&mut dyn Painter>) -> Result<(), VisitError> {
        let played = self.play_steps(script, painter);
        if let Some(output) = &self.output {
            output.finish(&script.title, &self.world, &self.transcript)?;
        }
        played
    }

    /// Walks a service from its tile to the end of the visit, or to the page where the errand ends.
    /// Returns the names of the pages.
    ///
    /// # Errors
    /// The page on which the resident was stuck.
    pub fn run(&mut self, service: &str, errand: &Errand) -> Result<Vec<String>, VisitError> {
        let walked = self.walk(service, errand, None);
        if let Some(output) = &self.output {
            output.finish(service, &self.world, &self.transcript)?;
        }
        let pages = self.transcript.pages();
        walked
            .map(|()| pages.clone())
            .map_err(|problem| VisitError::Errand {
                service: service.to_owned(),
                problem,
                pages: pages.join(" "),
            })
    }

    /// Each page that comes is painted once.
    fn walk(
        &mut self,
        service: &str,
        errand: &Errand,
        mut painter: Option<&mut dyn Painter>,
    ) -> Result<(), String> {
        let catalogue = Catalogue::load(&self.bundle).map_err(|findings| format!("{findings:?}"))?;
        let mut resident = Resident::new(service, errand, &catalogue);
        let end = Instant::now() + ERRAND_WITHIN;
        let mut seen = BTreeSet::new();
        let mut patience = Patience::default();
        while Instant::now() < end {
            let view = self.terminal.view.get();
            let name = note::page_name(&view.page);
            if resident.is_back(name) {
                return Ok(());
            }
            if seen.insert(name) {
                if let Some(painter) = painter.as_deref_mut() {
                    self.shot(&format!("{service}-{name}"), painter)?;
                }
                for act in errand.world.get(name).into_iter().flatten() {
                    self.perform(act)?;
                }
            }
            if errand.ends_at.as_deref().is_some_and(|page| is_page(&view, page)) {
                return Ok(());
            }
            let deed = resident.deed(&view);
            if patience.is_over(&view, &deed) {
                return Err(format!("{deed:?} does not help on {:?}", view.page));
            }
            self.do_deed(deed)
                .map_err(|problem| format!("{name}: {problem}"))?;
        }
        let view = self.terminal.view.get();
        Err(format!(
            "not done after {} s: {:?}",
            ERRAND_WITHIN.as_secs(),
            view.page
        ))
    }

    fn do_deed(&mut self, deed: Deed) -> Result<(), String> {
        match deed {
            Deed::Act(Action::Sign(drawing)) => {
                self.ink.clone_from(&drawing);
                self.act(Action::Sign(drawing))?;
            }
            Deed::Act(action) => self.act(action)?,
            Deed::Acts(actions) => actions.into_iter().try_for_each(|action| self.act(action))?,
            Deed::TypeCode => {
                self.act(Action::Clear)?;
                self.act(Action::Type(self.world.sms_code()?))?;
                self.act(Action::Next)?;
            }
            Deed::World(act) => self.perform(&act)?,
            Deed::Wait => {
                self.terminal.advance(Duration::from_secs(1));
                std::thread::sleep(BEAT);
            }
            Deed::Pause => std::thread::sleep(BEAT),
            Deed::Stuck(why) => return Err(why),
        }
        Ok(())
    }

    fn perform(&self, act: &str) -> Result<(), String> {
        let act = Act::parse(act)?;
        self.world.perform(&act).map_err(|error| error.to_string())
    }

    fn play_steps(
        &mut self,
        script: &Script,
        mut painter: Option<&mut dyn Painter>,
    ) -> Result<(), VisitError> {
        for (number, step) in (1..).zip(&script.steps) {
            let played = match step {
                Step::Walk(walk) => self.walk(
                    &walk.service,
                    &walk.errand,
                    painter.as_deref_mut().map(|one| one as _),
                ),
                _ => self.step(step),
            };
            let played = played.and_then(|()| match (picture_of(step), painter.as_deref_mut()) {
                (Some(name), Some(painter)) => self.shot(name, painter),
                _ => Ok(()),
            });
            if let Err(problem) = played {
                let pages = self.transcript.pages().join(" ");
                let step = Box::new(step.clone());
                return Err(VisitError::Step {
                    number,
                    step,
                    problem,
                    pages,
                });
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Tap(name) => self.act(tapped(name)?)?,
            Step::Open(id) if self.hands.is_some() => self.look_for(id)?,
            Step::Open(id) => self.act(Action::OpenService(id.clone()))?,
            Step::Category(id) => self.act(Action::OpenCategory(id.clone()))?,
            Step::Choose(id) => self.act(Action::Choose(id.clone()))?,
            Step::ChooseNth(place) => self.choose_nth(*place)?,
            Step::Focus(id) => self.act(Action::Focus(id.clone()))?,
            Step::Type(words) => self.act(Action::Type(words.clone()))?,
            Step::TypeSmsCode(_) => self.act(Action::Type(self.world.sms_code()?))?,
            Step::Toggle(id) => self.act(Action::Toggle(id.clone()))?,
            Step::Sign(_) => {
                self.ink = signature();
                self.act(Action::Sign(self.ink.clone()))?;
            }
            Step::Rate(level) => self.act(Action::Rate(*level))?,
            Step::Language(tag) => self.act(Action::Language(tag.clone()))?,
            Step::World(act) => self.perform(act)?,
            Step::Advance(seconds) => self.terminal.advance(Duration::from_secs(*seconds)),
            Step::WaitFor(page) => {
                self.wait(&format!("page {page}"), |view| is_page(view, page))?;
            }
            Step::WaitText(words) => self.wait(words, |view| shows(view, words))?,
            Step::ExpectPage(page) => self.expect(|view| is_page(view, page), "another page")?,
            Step::ExpectText(words) => self.expect(|view| shows(view, words), "these words are not seen")?,
            Step::ExpectNoText(words) => self.expect(|view| !shows(view, words), "these words are seen")?,
            Step::ExpectReceipts(count) => {
                self.until(
                    |world| world.receipts().len() == *count,
                    || "another number of slips".to_owned(),
                )?;
            }
            Step::ExpectOnReceipt(words) => {
                let text = self.world.last_slip();
                if !text.contains(words.as_str()) {
                    return Err(format!("the last slip says:\n{text}"));
                }
            }
            Step::ExpectNotOnReceipt(words) => {
                let text = self.world.last_slip();
                if text.contains(words.as_str()) {
                    return Err(format!("the last slip says:\n{text}"));
                }
            }
            Step::ExpectCertificates(count) => {
                let all_out = |world: &DemoWorld| {
                    let documents = world.documents();
                    documents.len() == *count && documents.iter().all(|one| one.pages_out == one.pages)
                };
                self.until(all_out, || "another number of certificates".to_owned())?;
            }
            Step::ExpectCameraUnused(_) => {
                let frames = self.world.frames_delivered();
                if frames > 0 {
                    return Err(format!("the camera has delivered {frames} pictures"));
                }
            }
            // Walked by the caller, who holds the painter.
            Step::Shot(_) | Step::Walk(_) => {}
        }
        Ok(())
    }

    /// Opens a service as somebody does who looks for it: category by category, page by page.
    fn look_for(&self, id: &str) -> Result<(), String> {
        let Page::Home { tiles, .. } = self.terminal.view.get().page.clone() else {
            return Err(format!("{id} is looked for, and this is not the home page"));
        };
        for tile in tiles {
            self.act(Action::OpenCategory(tile.id))?;
            while let Page::List {
                services,
                page,
                pages,
                ..
            } = self.terminal.view.get().page.clone()
            {
                if services.iter().any(|service| service.id == id) {
                    return self.act(Action::OpenService(id.to_owned()));
                }
                if page + 1 >= pages {
                    self.act(Action::Back)?;
                    break;
                }
                self.act(Action::TurnPage(page + 1))?;
            }
        }
        Err(format!("no category has {id}"))
    }

    fn choose_nth(&self, place: usize) -> Result<(), String> {
        let view = self.terminal.view.get();
        let Page::Choose { choices, .. } = &view.page else {
            return Err(format!("there is nothing to choose: {:?}", view.page));
        };
        let thing = place.checked_sub(1).and_then(|index| choices.get(index));
        let thing = thing.ok_or_else(|| format!("there are only {} things", choices.len()))?;
        self.act(Action::Choose(thing.id.clone()))
    }

    fn act(&self, action: Action) -> Result<(), String> {
        if let Some(hands) = &self.hands {
            hands.borrow_mut().act(&self.terminal.view.get(), &action)?;
        }
        let before = self.transcript.actions();
        self.terminal.act(action);
        let end = Instant::now() + TAKEN_WITHIN;
        while self.transcript.actions() == before && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(2));
        }
        // The view is published before the next input is taken.
        std::thread::sleep(BEAT);
        Ok(())
    }

    fn wait(&self, what: &str, suits: impl FnMut(&Arc<View>) -> bool) -> Result<(), String> {
        let seen = self.terminal.view.wait_for(PATIENCE, suits);
        seen.map(drop).ok_or_else(|| {
            let view = self.terminal.view.get();
            format!(
                "{what} did not come within {} s; now: {:?}",
                PATIENCE.as_secs(),
                view.page
            )
        })
    }

    fn expect(&self, suits: impl Fn(&View) -> bool, problem: &str) -> Result<(), String> {
        let view = self.terminal.view.get();
        if suits(&view) {
            Ok(())
        } else {
            Err(format!("{problem}: {:?}", view.page))
        }
    }

    fn until(&self, suits: impl Fn(&DemoWorld) -> bool, problem: impl Fn() -> String) -> Result<(), String> {
        let end = Instant::now() + Duration::from_secs(10);
        while !suits(&self.world) {
            if Instant::now() > end {
                let (slips, sheets) = (self.world.receipts().len(), self.world.documents().len());
                return Err(format!("{}: {slips} slips, {sheets} certificates", problem()));
            }
            std::thread::sleep(BEAT);
        }
        Ok(())
    }

    fn shot(&mut self, name: &str, painter: &mut dyn Painter) -> Result<(), String> {
        let Some(output) = &mut self.output else {
            return Ok(());
        };
        let view = self.terminal.view.get();
        let scene = Scene {
            view: &view,
            frame: self.terminal.frames.get().filter(|_| self.keeps_frames),
            preview: self.terminal.preview.get(),
            ink: &self.ink,
            wall: self.terminal.clock.wall(),
        };
        let png = painter.paint(&scene)?;
        output.shot(name, &png).map_err(|error| error.to_string())
    }
}

/// Every page that was waited for is kept as a picture.
fn picture_of(step: &Step) -> Option<&str> {
    match step {
        Step::WaitFor(name) | Step::Shot(name) => Some(name),
        _ => None,
    }
}

/// `name` is a page, or a page with its dialog after a slash.
fn is_page(view: &View, name: &str) -> bool {
    let Some((page, dialog)) = name.split_once('/') else {
        return note::page_name(&view.page) == name && view.dialog.is_none();
    };
    note::page_name(&view.page) == page && note::dialog_name(view) == Some(dialog)
}

/// The words or the text id are part of what is seen, or of why something is off.
pub fn shows(view: &View, words: &str) -> bool {
    format!("{:?}", view.page).contains(words) || format!("{:?}", view.chrome).contains(words)
}

/// All scripts of a folder, by name.
pub(crate) fn scripts_in(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir)?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "toml"));
    files.sort();
    Ok(files)
}
