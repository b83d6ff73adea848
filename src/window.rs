//! The window: the screen on the main thread, joined to threads that know nothing of it.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use image::RgbImage;
use jiff::Zoned;
use kiosk_drivers::port::camera::Frame;
use kiosk_ui as ui;
use slint::{ComponentHandle, Image, Rgb8Pixel, Rgba8Pixel, SharedPixelBuffer, Timer, TimerMode};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::document::preview::PagePicture;
use crate::presenter::{Options, Presenter, Subject, fill_words, live, preview};
use crate::session::action::Action;
use crate::session::view::View;
use crate::text::pack::Direction;

/// How often clock and dock are looked after.
const EVERY_SECOND: Duration = Duration::from_secs(1);
const DOCK_LOOKS: Duration = Duration::from_millis(400);

enum Update {
    View(Arc<View>),
    Camera(SharedPixelBuffer<Rgb8Pixel>),
    Preview(SharedPixelBuffer<Rgba8Pixel>),
}

/// The way to the screen, for any thread. None of its functions waits.
#[derive(Clone)]
pub struct Feed {
    updates: UnboundedSender<Update>,
    /// The present page's camera looks at a paper.
    paper: Arc<AtomicBool>,
}

impl Feed {
    /// Shows a view.
    pub fn view(&self, view: Arc<View>) {
        let paper = Subject::of(&view.page) == Subject::Paper;
        self.paper.store(paper, Ordering::Relaxed);
        self.send(Update::View(view));
    }

    /// Shows a camera picture; `None` takes the last one away.
    pub fn camera(&self, frame: Option<&Frame>) {
        let subject = if self.paper.load(Ordering::Relaxed) {
            Subject::Paper
        } else {
            Subject::Person
        };
        let picture = frame.map_or_else(|| SharedPixelBuffer::new(0, 0), |frame| live(frame, subject));
        self.send(Update::Camera(picture));
    }

    /// Shows the first page of a document; `None` takes the last one away.
    pub fn preview(&self, page: Option<&PagePicture>) {
        let picture = page.map_or_else(
            || SharedPixelBuffer::new(0, 0),
            |page| preview(&page.rgba, page.width, page.height),
        );
        self.send(Update::Preview(picture));
    }

    fn send(&self, update: Update) {
        // Fails only while the window closes.
        let _ = self.updates.send(update);
    }
}

/// How the window looks on the desk or in the kiosk.
#[derive(Debug, Clone, Copy)]
pub struct Frameless {
    /// Fills the screen.
    pub full_screen: bool,
    /// Pixels otherwise; `SLINT_SCALE_FACTOR` makes it smaller for a desk.
    pub panel: (u32, u32),
}

/// The simulated world behind the demo's dock.
pub trait World: Send + Sync {
    /// Does what a button of the dock says (`card:d1`, `receipt:out`, `network:off` …). May take
    /// its time; what went wrong is told by [`World::state`].
    fn act(&self, id: &str);

    /// What the world is like now, several lines.
    fn state(&self) -> String;

    /// Name and picture of the last paper that came out.
    fn paper(&self) -> Option<(String, Arc<RgbImage>)>;
}

/// Opens the window and returns when it is closed. `send` gets what the person does; `connect`
/// gets the way to the screen.
///
/// # Errors
/// When there is no display.
pub fn run_window(
    options: Options,
    frameless: Frameless,
    world: Option<Arc<dyn World>>,
    send: impl Fn(Action) + 'static,
    connect: impl FnOnce(Feed),
) -> Result<(), slint::PlatformError> {
    let texts = (options.texts.clone(), options.language.clone());
    let presenter = Rc::new(Presenter::new(options, send)?);
    let window = presenter.app().window();
    window.set_size(slint::LogicalSize::new(
        frameless.panel.0 as f32,
        frameless.panel.1 as f32,
    ));
    window.set_fullscreen(frameless.full_screen);
    let (sender, updates) = unbounded_channel();
    connect(Feed {
        updates: sender,
        paper: Arc::default(),
    });
    let shown = presenter.clone();
    slint::spawn_local(follow(shown, updates))
        .map_err(|error| slint::PlatformError::Other(error.to_string()))?;
    let clock = tick(&presenter);
    let dock = world.map(|world| dock(world, texts)).transpose()?;
    presenter.app().window().on_close_requested(|| {
        // The dock's window would keep the program alive.
        let _ = slint::quit_event_loop();
        slint::CloseRequestResponse::HideWindow
    });
    presenter.app().show()?;
    presenter.fit();
    let result = slint::run_event_loop();
    drop((clock, dock));
    result
}

/// Shows what comes, in its order; of several camera pictures only the newest.
async fn follow(presenter: Rc<Presenter>, mut updates: UnboundedReceiver<Update>) {
    while let Some(first) = updates.recv().await {
        let mut camera = None;
        let mut next = Some(first);
        while let Some(update) = next {
            match update {
                Update::View(view) => presenter.show(&view),
                Update::Camera(picture) => camera = Some(picture),
                Update::Preview(picture) => presenter.show_preview(picture),
            }
            next = updates.try_recv().ok();
        }
        if let Some(picture) = camera {
            presenter.show_camera(picture);
        }
    }
}

fn tick(presenter: &Rc<Presenter>) -> Timer {
    let timer = Timer::default();
    let shown = Rc::downgrade(presenter);
    presenter.show_time(&Zoned::now());
    timer.start(TimerMode::Repeated, EVERY_SECOND, move || {
        if let Some(presenter) = shown.upgrade() {
            presenter.fit();
            presenter.show_time(&Zoned::now());
        }
    });
    timer
}

/// Shows the gallery until its window is closed.
///
/// # Errors
/// When the window cannot be opened.
pub fn run_gallery(texts: Arc<crate::text::Texts>, language: &str) -> Result<(), slint::PlatformError> {
    let window = ui::Gallery::new()?;
    if let Some((_, pack)) = texts.packs().find(|(tag, _)| *tag == language) {
        window.set_rtl(pack.direction == Direction::Rtl);
        if let Some(font) = &pack.font {
            window.global::<ui::Chrome<'_>>().set_family(font.into());
        }
    }
    fill_words(&window.global::<ui::Tx<'_>>(), texts, language);
    window.run()
}

/// The demo's dock with the timer that keeps it true.
struct Dock {
    _window: ui::DemoDock,
    _timer: Timer,
}

fn dock(
    world: Arc<dyn World>,
    (texts, language): (Arc<crate::text::Texts>, String),
) -> Result<Dock, slint::PlatformError> {
    let window = ui::DemoDock::new()?;
    fill_words(&window.global::<ui::Tx<'_>>(), texts, &language);
    let acting = world.clone();
    window.global::<ui::Demo<'_>>().on_act(move |id| {
        let world = acting.clone();
        // Plugging a device in or starting a server takes a moment; the windows must not stand still.
        std::thread::spawn(move || world.act(&id));
    });
    let timer = Timer::default();
    let shown = window.as_weak();
    timer.start(TimerMode::Repeated, DOCK_LOOKS, move || {
        if let Some(dock) = shown.upgrade() {
            look(&dock, world.as_ref());
        }
    });
    window.show()?;
    Ok(Dock {
        _window: window,
        _timer: timer,
    })
}

fn look(dock: &ui::DemoDock, world: &dyn World) {
    let demo = dock.global::<ui::Demo<'_>>();
    demo.set_state(world.state().into());
    let Some((name, paper)) = world.paper() else {
        return;
    };
    if demo.get_paper_name() != name.as_str() {
        demo.set_paper_name(name.into());
        demo.set_paper(Image::from_rgb8(SharedPixelBuffer::clone_from_slice(
            paper.as_raw(),
            paper.width(),
            paper.height(),
        )));
    }
}
