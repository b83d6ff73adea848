//! The child with the real window, from both sides. Each line of its input names a look and a page; it answers `shown`
//! and then says what that page is asked to do.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};

use kiosk_ui::{Api, App};
use slint::ComponentHandle as _;

use crate::PATIENCE;
use crate::sample::{self, Look, dress, pages::PAGES};
use crate::session::Session;

/// The environment variable that makes this program the child.
pub const ROLE: &str = "KIOSK_TEST_SCREEN";

/// The child as its parent has it. Ends when dropped.
pub struct Screen {
    child: Child,
    hand: ChildStdin,
    answers: Receiver<String>,
}

impl Screen {
    pub fn start(session: &Session) -> Self {
        let mut child = session
            .command(std::env::current_exe().unwrap())
            .env(ROLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let hand = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (say, answers) = mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| say.send(line)));
        Self { child, hand, answers }
    }

    /// Returns when the page is in the window; the accessibility bus may have it a little later.
    pub fn show(&mut self, look: Look, page: &str) {
        writeln!(self.hand, "{} {page}", look.name).unwrap();
        assert_eq!(self.answer(), "shown", "{} {page}", look.name);
    }

    /// The next thing that it says.
    pub fn answer(&self) -> String {
        self.answers
            .recv_timeout(PATIENCE)
            .expect("an answer of the screen")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

thread_local! {
    static WINDOW: RefCell<Option<App>> = const { RefCell::new(None) };
}

/// The child: shows pages until its input ends.
pub fn run() {
    slint::BackendSelector::new().select().unwrap();
    std::thread::spawn(|| {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            slint::invoke_from_event_loop(move || show(&line)).unwrap();
        }
        slint::quit_event_loop().unwrap();
    });
    slint::run_event_loop_until_quit().unwrap();
}

/// Every page has a window of its own, as in the other tests.
fn show(line: &str) {
    let (look, page) = line.split_once(' ').unwrap();
    if let Some(last) = WINDOW.take() {
        last.hide().unwrap();
    }
    let app = App::new().unwrap();
    dress(&app, sample::look(look));
    let (_, fill) = PAGES.iter().find(|(name, _)| *name == page).unwrap();
    fill(&app);
    app.global::<Api>()
        .on_open_category(|id| println!("category {id}"));
    app.show().unwrap();
    WINDOW.set(Some(app));
    println!("shown");
}
