//! The terminal's window, the demo's window with its dock, and pictures without a display.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::complain;
use super::play::{Server, people_of};
use super::visit::{Painter, Scene};
use super::world::{Act, DemoWorld};
use crate::config::{Configuration, Orientation, Screen, toml_files};
use crate::input::{EngineArgs, PinyinSupply, Readiness};
use crate::presenter::{Options, Subject, live, preview};
use crate::runtime::fitting::Fitted;
use crate::runtime::{Deps, StartError, Terminal, out_of_service};
use crate::screenshot::Headless;
use crate::session::view::Page;
use crate::text::{BASE, Texts};
use crate::window::{Feed, Frameless, World, run_gallery, run_window};

/// Compiling the schema takes about half a second, on a slow machine many.
const PINYIN_WITHIN: Duration = Duration::from_secs(120);

/// There is a display to open a window on.
pub(super) fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The terminal itself. When it cannot serve, the screen says what a technician must do.
pub(super) fn terminal(configuration: &Configuration) -> bool {
    let started = Fitted::new(&configuration.devices)
        .map_err(|error| (error.to_string(), "terminal.config_unusable"))
        .and_then(|devices| {
            let started = Terminal::start(configuration, Deps::new(devices));
            started.map_err(|error: StartError| (error.to_string(), error.text_id()))
        });
    match started {
        Ok(terminal) => show(configuration, &terminal, None),
        Err((problem, text_id)) => {
            complain(problem);
            show_out_of_service(configuration, text_id)
        }
    }
}

/// The terminal with simulators, a reference server and a dock.
pub(super) fn demo(configuration: &Configuration) -> bool {
    match set_up(configuration) {
        Ok((mut configuration, world, terminal, _server)) => {
            configuration.kiosk.screen.full_screen = false;
            let dock = Dock {
                world,
                problem: Mutex::default(),
                paper: Mutex::default(),
            };
            show(&configuration, &terminal, Some(Arc::new(dock)))
        }
        Err(error) => complain(error),
    }
}

type DemoParts = (Configuration, Arc<DemoWorld>, Terminal, Server);

fn set_up(configuration: &Configuration) -> Result<DemoParts, Box<dyn std::error::Error>> {
    let mut configuration = configuration.clone();
    let server = Server::start(&configuration)?;
    configuration.kiosk.catalogue.issuer = Some(server.issuer());
    let people = people_of(&configuration);
    let (world, devices) = DemoWorld::start(&mut configuration, &people, server.address())?;
    let terminal = Terminal::start(&configuration, Deps::new(devices))?;
    world.follow(&terminal);
    Ok((configuration, Arc::new(world), terminal, server))
}

fn show(configuration: &Configuration, terminal: &Terminal, world: Option<Arc<dyn World>>) -> bool {
    let pinyin = pinyin(configuration, configuration.kiosk.store.dir.join("input"));
    let options = options(
        configuration,
        Arc::clone(&terminal.texts),
        world.is_some(),
        pinyin,
    );
    let connect = |feed: Feed| {
        let (views, frames, previews) = (feed.clone(), feed.clone(), feed);
        terminal.view.listen(move |view| views.view(Arc::clone(view)));
        terminal
            .frames
            .listen(move |frame| frames.camera(frame.as_deref()));
        terminal
            .preview
            .listen(move |page| previews.preview(page.as_deref()));
    };
    closed(run_window(
        options,
        frameless(&configuration.kiosk.screen),
        world,
        terminal.hand(),
        connect,
    ))
}

fn show_out_of_service(configuration: &Configuration, text_id: &'static str) -> bool {
    let options = options(
        configuration,
        texts_of(&configuration.kiosk.texts.dir),
        false,
        None,
    );
    show_page(options, &configuration.kiosk.screen, text_id)
}

/// Every widget in every theme and size, in a language, or in that of the configuration.
pub(super) fn gallery(configuration: &Configuration, language: Option<&str>) -> bool {
    let texts = texts_of(&configuration.kiosk.texts.dir);
    closed(run_gallery(
        texts,
        language.unwrap_or(&configuration.kiosk.language),
    ))
}

/// The terminal's files cannot be read: a usual screen, with the words that are installed beside them.
pub(super) fn unconfigured(dir: &Path) -> bool {
    let screen = Screen {
        orientation: Orientation::Portrait,
        px_per_mm: 2.71,
        bottom_mm: 900.0,
        full_screen: true,
    };
    let options = Options {
        texts: texts_of(&dir.join("texts")),
        place: String::new(),
        language: BASE.to_owned(),
        screen: screen.clone(),
        can_speak: false,
        pointer: false,
        pinyin: None,
    };
    show_page(options, &screen, "terminal.config_unusable")
}

/// The words of a folder; none when it cannot be read.
fn texts_of(dir: &Path) -> Arc<Texts> {
    let texts = toml_files(dir).ok().and_then(|files| Texts::load(&files).ok());
    Arc::new(texts.unwrap_or_default())
}

fn show_page(options: Options, screen: &Screen, text_id: &'static str) -> bool {
    let view = Arc::new(out_of_service(&options.language, text_id));
    closed(run_window(
        options,
        frameless(screen),
        None,
        |_| {},
        |feed| feed.view(view),
    ))
}

fn closed<E: std::fmt::Display>(result: Result<(), E>) -> bool {
    match result {
        Ok(()) => true,
        Err(error) => complain(format_args!("the window cannot be opened: {error}")),
    }
}

fn frameless(screen: &Screen) -> Frameless {
    Frameless {
        full_screen: screen.full_screen,
        panel: screen.orientation.panel(),
    }
}

fn options(
    configuration: &Configuration,
    texts: Arc<Texts>,
    pointer: bool,
    pinyin: Option<PinyinSupply>,
) -> Options {
    let kiosk = &configuration.kiosk;
    Options {
        texts,
        place: kiosk.place.clone(),
        language: kiosk.language.clone(),
        screen: kiosk.screen.clone(),
        can_speak: crate::runtime::can_speak(&configuration.devices),
        pointer,
        pinyin,
    }
}

/// Pinyin whose compiled schema lies in `staging`.
fn pinyin(configuration: &Configuration, staging: PathBuf) -> Option<PinyinSupply> {
    let source = configuration.kiosk.input.as_ref()?.dir.clone();
    let program = std::env::current_exe().ok()?;
    let args = EngineArgs {
        staging,
        source,
        data: PathBuf::from("/usr/share/rime-data"),
        handwriting: configuration.kiosk.face.models.join("handwriting/templates.bin"),
        prepare: false,
    };
    Some(PinyinSupply::prepare(program, args))
}

/// What a screen without a display has to know: no pointer, no pinyin.
pub(super) fn still_options(configuration: &Configuration) -> Result<Options, String> {
    let files = configuration.text_files().map_err(|error| error.to_string())?;
    let texts = Texts::load(&files).map_err(|error| error.to_string())?;
    Ok(options(configuration, Arc::new(texts), false, None))
}

/// Paints the screens of scripted visits into memory.
pub(super) fn painter(configuration: &Configuration) -> Result<Box<dyn Painter>, String> {
    let staging = std::env::temp_dir().join(format!("bianmin-kiosk-input-{}", uuid::Uuid::new_v4()));
    let options = Options {
        pinyin: pinyin(configuration, staging.clone()).inspect(wait_for_pinyin),
        ..still_options(configuration)?
    };
    let screen = Headless::new(options, |_| {}).map_err(|error| error.to_string())?;
    Ok(Box::new(Memory { screen, staging }))
}

/// A picture shows the keyboard as it is once it is ready.
fn wait_for_pinyin(supply: &PinyinSupply) {
    let end = Instant::now() + PINYIN_WITHIN;
    while matches!(supply.readiness(), Readiness::Preparing) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The screen in memory, and the folder of its keyboard.
struct Memory {
    screen: Headless,
    staging: PathBuf,
}

impl Drop for Memory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.staging);
    }
}

impl Painter for Memory {
    fn paint(&mut self, scene: &Scene<'_>) -> Result<Vec<u8>, String> {
        let presenter = self.screen.presenter();
        presenter.show(scene.view);
        presenter.show_time(&scene.wall);
        if let Some(frame) = &scene.frame {
            presenter.show_camera(live(frame, Subject::of(&scene.view.page)));
        }
        if let Some(page) = &scene.preview {
            presenter.show_preview(preview(&page.rgba, page.width, page.height));
        }
        if matches!(scene.view.page, Page::Signature { written: true, .. }) {
            presenter.show_ink(scene.ink);
        }
        let mut file = std::io::Cursor::new(Vec::new());
        let picture = self.screen.picture();
        picture
            .write_to(&mut file, image::ImageFormat::Png)
            .map_err(|error| error.to_string())?;
        Ok(file.into_inner())
    }
}

/// The dock's view of the simulated world.
struct Dock {
    world: Arc<DemoWorld>,
    problem: Mutex<String>,
    /// The last paper, painted once.
    paper: Mutex<Option<(String, Arc<RgbImage>)>>,
}

impl World for Dock {
    fn act(&self, id: &str) {
        let done = Act::parse(id).and_then(|act| self.world.perform(&act).map_err(|error| error.to_string()));
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = done.err().unwrap_or_default();
    }

    fn state(&self) -> String {
        let problem = self
            .problem
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let state = self.world.state();
        if problem.is_empty() {
            state
        } else {
            format!("{state}\n{problem}")
        }
    }

    fn paper(&self) -> Option<(String, Arc<RgbImage>)> {
        let newest = self.world.newest_paper()?;
        let mut kept = self.paper.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|(name, _)| *name != newest) {
            let picture = self.world.paper_picture(&newest)?;
            *kept = Some((newest, Arc::new(picture)));
        }
        kept.clone()
    }
}
