//! What a scripted visit leaves in its folder: pictures, slips, certificates and the transcript.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::commands::world::DemoWorld;
use crate::document::preview::Certificate;
use crate::runtime::note::{Note, Observer};

/// Width of a certificate's picture: A4 at about 100 dpi.
const CERTIFICATE_WIDTH: u32 = 830;

/// One line of the transcript.
#[derive(Debug, Clone, Serialize)]
struct Entry {
    /// Milliseconds of the terminal's clock.
    at_ms: u64,
    #[serde(flatten)]
    note: Note,
}

/// Everything that happened, by name; holds no personal data.
#[derive(Clone, Default)]
pub struct Transcript(Arc<Mutex<Vec<Entry>>>);

impl Transcript {
    /// Hears of everything. A page that only counts down is noted once.
    pub fn observer(&self) -> Observer {
        let entries = Arc::clone(&self.0);
        Box::new(move |at, note| {
            let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
            let last_page = entries
                .iter()
                .rev()
                .find(|entry| matches!(entry.note, Note::Page(_)));
            if matches!(note, Note::Page(_)) && last_page.is_some_and(|entry| entry.note == note) {
                return;
            }
            entries.push(Entry { at_ms: at.0, note });
        })
    }

    /// Pages in the order in which they were seen.
    pub fn pages(&self) -> Vec<String> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pages = entries.iter().filter_map(|entry| match &entry.note {
            Note::Page(name) => Some(name.clone()),
            _ => None,
        });
        pages.collect()
    }

    /// Touches that the terminal has taken so far.
    pub fn actions(&self) -> usize {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let actions = entries
            .iter()
            .filter(|entry| matches!(entry.note, Note::Action(_)));
        actions.count()
    }

    /// Pages of which nothing was said while they stood there.
    pub fn silent_pages(&self) -> Vec<String> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_page = |entry: &&Entry| matches!(entry.note, Note::Page(_));
        let said = |entry: &Entry| entry.note == Note::Effect("speak".to_owned());
        let mut silent = Vec::new();
        let mut rest = entries.as_slice();
        let mut spoken_before = false;
        while let Some(place) = rest.iter().position(|entry| is_page(&entry)) {
            // What a page brings is asked for in the same moment, just before the page is noted or after.
            spoken_before |= rest.iter().take(place).any(said);
            let (page, after) = (rest.get(place), rest.get(place + 1..).unwrap_or_default());
            let until = after
                .iter()
                .position(|entry| is_page(&entry))
                .unwrap_or(after.len());
            let spoken = after.iter().take(until).any(said);
            if let Some(Entry {
                note: Note::Page(name),
                ..
            }) = page
                && !spoken
                && !spoken_before
            {
                silent.push(name.clone());
            }
            spoken_before = false;
            rest = after;
        }
        silent
    }

    /// How often this was begun.
    pub fn effects(&self, name: &str) -> usize {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .filter(|entry| entry.note == Note::Effect(name.to_owned()))
            .count()
    }
}

/// The folder of one visit.
pub(super) struct Output {
    dir: PathBuf,
    shots: usize,
}

impl Output {
    /// Makes the folder; what an earlier run left in it goes.
    pub fn new(dir: &Path) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            let ours = ["png", "txt", "bin", "pdf", "json"];
            if path
                .extension()
                .is_some_and(|kind| ours.iter().any(|one| kind == *one))
            {
                fs::remove_file(path)?;
            }
        }
        Ok(Self {
            dir: dir.to_owned(),
            shots: 0,
        })
    }

    /// Keeps a picture of the screen as `NN-name.png`.
    pub fn shot(&mut self, name: &str, png: &[u8]) -> io::Result<()> {
        self.shots += 1;
        let name = name.replace('/', "-");
        fs::write(self.dir.join(format!("{:02}-{name}.png", self.shots)), png)
    }

    /// Keeps slips, certificates and the transcript.
    pub fn finish(&self, title: &str, world: &DemoWorld, transcript: &Transcript) -> io::Result<()> {
        for (number, receipt) in (1..).zip(world.receipts()) {
            let name = |kind: &str| self.dir.join(format!("receipt-{number}.{kind}"));
            fs::write(name("png"), receipt.png().map_err(io::Error::other)?)?;
            fs::write(name("txt"), &receipt.text)?;
            fs::write(name("bin"), &receipt.bytes)?;
        }
        for (number, document) in (1..).zip(world.documents()) {
            fs::write(self.dir.join(format!("certificate-{number}.pdf")), &document.pdf)?;
            let picture = Certificate::open(document.pdf).and_then(|page| page.render(0, CERTIFICATE_WIDTH));
            let picture = picture.map_err(io::Error::other)?;
            let file = self.dir.join(format!("certificate-{number}.png"));
            image::save_buffer(
                file,
                &picture.rgba,
                picture.width,
                picture.height,
                image::ColorType::Rgba8,
            )
            .map_err(io::Error::other)?;
        }
        let entries = transcript
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let json = serde_json::json!({ "title": title, "entries": entries });
        fs::write(
            self.dir.join("transcript.json"),
            serde_json::to_vec_pretty(&json).map_err(io::Error::other)?,
        )
    }
}
