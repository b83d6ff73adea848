//! The screen without a display: the whole product painted into memory, for scripted visits, tests
//! and measurements. Time stands still until it is let pass, so that the same view always gives
//! the same picture.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use image::RgbImage;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PlatformError, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{ComponentHandle, LogicalPosition, PhysicalSize, Rgb8Pixel, SharedPixelBuffer};

use crate::presenter::{Options, Presenter};
use crate::session::action::Action;

/// One frame of the screen.
const FRAME: Duration = Duration::from_millis(16);
/// The longest transition is 320 ms; the card's arrow moves for longer and is not waited for.
const SETTLED: Duration = Duration::from_millis(800);

struct Memory {
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Platform for Memory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.now.get()
    }
}

/// A presenter that paints into memory. One a thread.
pub struct Headless {
    presenter: Presenter,
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
    pixels: RefCell<SharedPixelBuffer<Rgb8Pixel>>,
}

impl Headless {
    /// The usual panel of the configured screen. `send` gets what is touched.
    ///
    /// # Errors
    /// When this thread has a platform already.
    pub fn new(options: Options, send: impl Fn(Action) + 'static) -> Result<Self, PlatformError> {
        let (width, height) = options.screen.orientation.panel();
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let now = Rc::new(Cell::new(Duration::ZERO));
        slint::platform::set_platform(Box::new(Memory {
            window: window.clone(),
            now: now.clone(),
        }))
        .map_err(|error| PlatformError::Other(error.to_string()))?;
        let presenter = Presenter::new(options, send)?;
        window.set_size(PhysicalSize::new(width, height));
        presenter.fit();
        presenter.app().show()?;
        let pixels = RefCell::new(SharedPixelBuffer::new(width, height));
        Ok(Self {
            presenter,
            window,
            now,
            pixels,
        })
    }

    /// Takes views and pictures.
    #[must_use]
    pub fn presenter(&self) -> &Presenter {
        &self.presenter
    }

    /// Paints what has changed; says whether anything had.
    pub fn frame(&self) -> bool {
        slint::platform::update_timers_and_animations();
        let mut pixels = self.pixels.borrow_mut();
        let width = usize::try_from(pixels.width()).unwrap_or(0);
        self.window.draw_if_needed(|renderer| {
            renderer.render(pixels.make_mut_slice(), width);
        })
    }

    /// Lets time pass, frame by frame.
    pub fn pass(&self, duration: Duration) {
        let end = self.now.get() + duration;
        while self.now.get() < end {
            self.now.set((self.now.get() + FRAME).min(end));
            self.frame();
        }
    }

    /// The picture after all transitions have come to their end.
    #[must_use]
    pub fn picture(&self) -> RgbImage {
        self.frame();
        self.pass(SETTLED);
        let pixels = self.pixels.borrow();
        RgbImage::from_raw(pixels.width(), pixels.height(), pixels.as_bytes().to_vec()).unwrap_or_default()
    }

    /// A finger goes down at this place.
    pub fn press(&self, x: f32, y: f32) {
        let position = LogicalPosition::new(x, y);
        let window = self.window.window();
        window.dispatch_event(WindowEvent::PointerMoved { position });
        window.dispatch_event(WindowEvent::PointerPressed {
            position,
            button: PointerEventButton::Left,
        });
    }

    /// The finger moves on.
    pub fn drag(&self, x: f32, y: f32) {
        self.window.window().dispatch_event(WindowEvent::PointerMoved {
            position: LogicalPosition::new(x, y),
        });
    }

    /// The finger is lifted at this place.
    pub fn release(&self, x: f32, y: f32) {
        let window = self.window.window();
        let position = LogicalPosition::new(x, y);
        window.dispatch_event(WindowEvent::PointerReleased {
            position,
            button: PointerEventButton::Left,
        });
        window.dispatch_event(WindowEvent::PointerExited);
    }

    /// A short touch.
    pub fn tap(&self, x: f32, y: f32) {
        self.press(x, y);
        self.pass(Duration::from_millis(100));
        self.release(x, y);
        self.frame();
    }
}
