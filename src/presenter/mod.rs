//! The only module that names Slint types: what is to be seen goes to the screen, what is touched
//! comes back as actions.
//!
//! A [`Presenter`] lives on the screen's thread. [`crate::window`] joins it to the runtime's
//! threads; headless visits ([`crate::screenshot`]) call it directly.

mod actions;
mod chrome;
mod keyboard;
mod list;
mod map;
mod path;
mod picture;
mod screen;
mod signature;
mod words;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use jiff::Zoned;
use kiosk_ui::{self as ui, typography};
use slint::platform::WindowEvent;
use slint::{ComponentHandle, Image, ModelRc, Rgb8Pixel, Rgba8Pixel, SharedPixelBuffer, VecModel};

use crate::config::Screen;
use crate::input::PinyinSupply;
use crate::session::action::{Action, Drawing};
use crate::session::view::View;
use crate::text::pack::Pack;
use crate::text::{BASE, Texts, is_chinese};

use keyboard::Keyboard;
use screen::PageGlobal;
use signature::Signature;
use words::Words;

/// The font of the screens where a language has none of its own.
const FAMILY: &str = "Noto Sans CJK SC";

pub use picture::{Subject, live, page as preview};

/// What the presenter has to know once.
pub struct Options {
    /// All visible words.
    pub texts: Arc<Texts>,
    /// Name of the place, for the top bar.
    pub place: String,
    /// Language until the first view.
    pub language: String,
    /// The touchscreen.
    pub screen: Screen,
    /// There is a voice: "read aloud" can be pressed.
    pub can_speak: bool,
    /// Show a pointer (desktop demo); a kiosk has none.
    pub pointer: bool,
    /// Pinyin; without it the keyboard says that there is none.
    pub pinyin: Option<PinyinSupply>,
}

struct State {
    page: PageGlobal,
    keyboard: Keyboard,
    signature: Signature,
    next: Option<Action>,
    others: Vec<Action>,
}

/// What the callbacks need.
#[derive(Clone)]
struct Shared {
    app: slint::Weak<ui::App>,
    state: Rc<RefCell<State>>,
    words: Rc<RefCell<Words>>,
    send: Rc<dyn Fn(Action)>,
}

impl Shared {
    fn send(&self, action: Action) {
        (self.send)(action);
    }

    /// The state must not be borrowed here: an action may bring a new view at once.
    fn send_all(&self, actions: impl IntoIterator<Item = Action>) {
        actions.into_iter().for_each(|action| self.send(action));
    }

    /// Lets the keyboard act, shows it, then sends what it typed.
    fn type_with<Typed: IntoIterator<Item = Action>>(&self, act: impl FnOnce(&mut Keyboard) -> Typed) {
        let typed = act(&mut self.state.borrow_mut().keyboard);
        if let Some(app) = self.app.upgrade() {
            let words = self.words.borrow().clone();
            self.state.borrow().keyboard.show(&app, &words);
        }
        self.send_all(typed);
    }
}

/// The screen of one terminal.
pub struct Presenter {
    app: ui::App,
    shared: Shared,
    screen: Screen,
}

impl Presenter {
    /// Makes the window (not yet shown). `send` gets what the person does.
    ///
    /// # Errors
    /// When there is no display, or no platform was installed.
    pub fn new(options: Options, send: impl Fn(Action) + 'static) -> Result<Self, slint::PlatformError> {
        let app = ui::App::new()?;
        app.set_pointer(options.pointer);
        let chrome = app.global::<ui::Chrome<'_>>();
        chrome.set_place(options.place.as_str().into());
        chrome.set_bottom_mm(options.screen.bottom_mm);
        chrome.set_can_speak(options.can_speak);
        chrome.set_language(options.language.as_str().into());
        let state = State {
            page: PageGlobal::new(&app.global::<ui::Page<'_>>()),
            keyboard: Keyboard::new(&app, options.pinyin),
            signature: Signature::new(options.screen.px_per_mm),
            next: None,
            others: Vec::new(),
        };
        chrome.set_languages(languages(&options.texts));
        let words = Rc::new(RefCell::new(Words::new(options.texts, &options.language)));
        let (texts, fixed) = (app.global::<ui::Tx<'_>>(), words.clone());
        texts.on_get(move |id, n, m| fixed.borrow().fixed(&id, n, m));
        texts.on_kept(|words| typography::kept(&words));
        let shared = Shared {
            app: app.as_weak(),
            state: Rc::new(RefCell::new(state)),
            words,
            send: Rc::new(send),
        };
        actions::wire(&app, &shared);
        let presenter = Self {
            app,
            shared,
            screen: options.screen,
        };
        presenter.follow_font();
        Ok(presenter)
    }

    /// Fits the layout to the panel; call it when the window may have another size. Millimetres stay what they are.
    pub fn fit(&self) {
        let window = self.app.window();
        let wide = window.size().width as f32;
        let scale_factor = wide / self.screen.orientation.layout().0 as f32;
        if wide == 0.0 {
            return;
        }
        if (window.scale_factor() - scale_factor).abs() > 0.005 {
            window.dispatch_event(WindowEvent::ScaleFactorChanged { scale_factor });
        }
        let px_per_mm = self.screen.px_per_mm / scale_factor;
        self.app.global::<ui::Chrome<'_>>().set_px_per_mm(px_per_mm);
        let mut state = self.shared.state.borrow_mut();
        state.signature.fit(px_per_mm);
        state.keyboard.fit(px_per_mm);
    }

    /// The window.
    #[must_use]
    pub fn app(&self) -> &ui::App {
        &self.app
    }

    /// Shows a view. Only what differs from before is repainted.
    pub fn show(&self, view: &View) {
        self.follow_language(&view.chrome.language);
        let words = self.shared.words.borrow().clone();
        chrome::chrome(&self.app, &view.chrome);
        if let Some(board) = &view.chrome.board {
            chrome::board(&self.app, &words, board);
        }
        let screen = map::page(&words, &view.page);
        let kind = screen.kind;
        {
            let mut state = self.shared.state.borrow_mut();
            state.next = screen.next.clone();
            state.others = screen.others.clone();
            state.keyboard.follow(screen.keyboard.clone());
            if state.page.show(&self.app.global::<ui::Page<'_>>(), screen) {
                state.signature.clear();
            }
            if ends_visit(kind) {
                state.keyboard.end_visit();
            }
            state.keyboard.show(&self.app, &words);
        }
        self.forget_pictures(kind, view.chrome.camera_on);
        chrome::dialog(&self.app, &words, view.dialog.as_ref());
    }

    /// Shows time and date; call it once a second. A keyboard that waits for pinyin looks again.
    pub fn show_time(&self, wall: &Zoned) {
        let words = self.shared.words.borrow().clone();
        chrome::time(&self.app, &words, wall);
        self.shared.state.borrow().keyboard.show(&self.app, &words);
    }

    /// Shows a camera picture (see [`live`]) while the camera's mark is on.
    pub fn show_camera(&self, picture: SharedPixelBuffer<Rgb8Pixel>) {
        if self.app.global::<ui::Chrome<'_>>().get_camera_on() {
            self.app
                .global::<ui::Live<'_>>()
                .set_camera(Image::from_rgb8(picture));
        }
    }

    /// Shows the first page of a document, or the picture that was taken of a paper (see [`preview`]).
    pub fn show_preview(&self, picture: SharedPixelBuffer<Rgba8Pixel>) {
        let live = self.app.global::<ui::Live<'_>>();
        live.set_preview(Image::from_rgba8(picture::halved(&picture)));
        live.set_preview_large(Image::from_rgba8(picture));
    }

    /// Draws strokes that were not written on this screen, for the pictures of scripted visits.
    pub fn show_ink(&self, drawing: &Drawing) {
        let ink = self.shared.state.borrow().signature.ink(&drawing.strokes);
        self.app.global::<ui::Page<'_>>().set_ink(ink.into());
    }

    fn follow_language(&self, language: &str) {
        if self.shared.words.borrow().language != language {
            self.shared.words.borrow_mut().language = language.to_owned();
            self.follow_font();
            let fixed = self.app.global::<ui::Tx<'_>>();
            fixed.set_rev(fixed.get_rev().wrapping_add(1).max(0));
        }
    }

    /// Every language is set in its own font.
    fn follow_font(&self) {
        let words = self.shared.words.borrow();
        let family = words.font().unwrap_or(FAMILY);
        self.app.global::<ui::Chrome<'_>>().set_family(family.into());
    }

    /// A picture stays no longer than the page that needs it.
    fn forget_pictures(&self, kind: ui::PageKind, camera_on: bool) {
        let live = self.app.global::<ui::Live<'_>>();
        if !camera_on {
            live.set_camera(Image::default());
        }
        // It comes while the page before is still shown, and stays through a paper fault.
        let kept = [
            ui::PageKind::Certificate,
            ui::PageKind::Capture,
            ui::PageKind::Working,
            ui::PageKind::Problem,
        ];
        if !kept.contains(&kind) {
            live.set_preview(Image::default());
            live.set_preview_large(Image::default());
        }
    }
}

/// Gives a further window its fixed words, in one language.
pub fn fill_words(fixed: &ui::Tx<'_>, texts: Arc<Texts>, language: &str) {
    let words = Words::new(texts, language);
    fixed.on_get(move |id, n, m| words.fixed(&id, n, m));
    fixed.on_kept(|words| typography::kept(&words));
}

/// The languages that are offered, each by its own name: those of most residents first.
fn languages(texts: &Texts) -> ModelRc<ui::LanguageData> {
    let language = |(tag, pack): (&str, &Pack)| ui::LanguageData {
        tag: tag.into(),
        name: pack.name.as_str().into(),
    };
    let mut offered: Vec<_> = texts.offered().collect();
    offered.sort_by_key(|(tag, _)| (!is_chinese(tag), *tag != BASE));
    ModelRc::new(VecModel::from_iter(offered.into_iter().map(language)))
}

/// On these pages nobody is signed in any more.
fn ends_visit(kind: ui::PageKind) -> bool {
    matches!(
        kind,
        ui::PageKind::Attract | ui::PageKind::Goodbye | ui::PageKind::OutOfService
    )
}
