#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs
)]
//! What a touch repaints with the software renderer: the control, not the window. The times are printed
//! (`cargo test -p kiosk-ui --test frame -- --nocapture`), not asserted: they are the machine's, not the code's.

mod sample;

use kiosk_ui::*;
use sample::{look, pages::PAGES, window};
use slint::platform::software_renderer::{MinimalSoftwareWindow, PremultipliedRgbaColor, RepaintBufferType};
use slint::platform::{Platform, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};
use std::rc::Rc;
use std::time::{Duration, Instant};

struct Screen {
    window: Rc<MinimalSoftwareWindow>,
    start: Instant,
}

impl Platform for Screen {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, slint::PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.start.elapsed()
    }
}

struct Bench {
    app: App,
    window: Rc<MinimalSoftwareWindow>,
    pixels: Vec<PremultipliedRgbaColor>,
}

impl Bench {
    fn new(page: &str) -> Self {
        let window_adapter = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        slint::platform::set_platform(Box::new(Screen {
            window: window_adapter.clone(),
            start: Instant::now(),
        }))
        .unwrap();
        let app = window(look("light"));
        PAGES.iter().find(|(name, _)| *name == page).unwrap().1(&app);
        let mut bench = Self {
            app,
            window: window_adapter,
            pixels: vec![PremultipliedRgbaColor::default(); 1080 * 1920],
        };
        for _ in 0..3 {
            bench.paint("first");
        }
        bench
    }

    /// Size of what was repainted.
    fn paint(&mut self, what: &str) -> (u32, u32) {
        slint::platform::update_timers_and_animations();
        let mut size = (0, 0);
        let start = Instant::now();
        let pixels = &mut self.pixels;
        self.window.draw_if_needed(|renderer| {
            let dirty = renderer.render(pixels, 1080).bounding_box_size();
            size = (dirty.width, dirty.height);
        });
        println!("{what}: {size:?} in {:?}", start.elapsed());
        size
    }

    fn send(&self, x: f32, y: f32, down: Option<bool>) {
        let (position, button) = (LogicalPosition::new(x, y), PointerEventButton::Left);
        let event = match down {
            Some(true) => WindowEvent::PointerPressed { position, button },
            Some(false) => WindowEvent::PointerReleased { position, button },
            None => WindowEvent::PointerMoved { position },
        };
        self.app.window().dispatch_event(event);
    }
}

#[test]
fn a_touched_tile_repaints_no_more_than_itself() {
    let mut bench = Bench::new("02-home");
    bench.send(200.0, 760.0, Some(true));
    std::thread::sleep(Duration::from_millis(130));
    let (width, height) = bench.paint("tile pressed");
    assert!(
        width > 0 && width <= 304 + 2 && height <= 264 + 2,
        "{width}x{height}"
    );
    bench.send(200.0, 760.0, Some(false));
    std::thread::sleep(Duration::from_millis(130));
    bench.paint("tile released");
}

#[test]
fn a_camera_frame_repaints_no_more_than_its_oval() {
    let mut bench = Bench::new("06-face");
    bench.app.global::<Live>().set_camera(sample::picture(640, 480));
    let (width, height) = bench.paint("camera frame");
    assert!(width > 0 && width <= 760 && height <= 900, "{width}x{height}");
}

#[test]
fn a_stroke_repaints_no_more_than_its_box() {
    let mut bench = Bench::new("10-signature");
    bench.send(400.0, 900.0, Some(true));
    bench.paint("stroke begins");
    bench.send(420.0, 940.0, None);
    let (width, height) = bench.paint("stroke goes on");
    assert!(width > 0 && width <= 960 && height <= 800, "{width}x{height}");
}

#[test]
fn a_typed_letter_repaints_no_more_than_its_field() {
    let mut bench = Bench::new("07-form-typing");
    bench.app.global::<Page>().set_value("青禾区柳河街道东".into());
    let (width, height) = bench.paint("typed");
    assert!(width > 0 && width <= 960 && height <= 120, "{width}x{height}");
}
