//! The world around a terminal on a desk: simulators at the far end of every wire, a network that
//! can be cut, and people with cards. The dock, scripted visits and tests all act through
//! [`DemoWorld::perform`].

mod act;
mod browser;
mod cards;
mod line;
mod officer;
mod server;
mod sheet;
mod telephone;
mod transit;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use image::RgbImage;
use kiosk_drivers::device::code_reader::read_codes;
use kiosk_drivers::device::document_camera::SheetCamera;
use kiosk_drivers::device::receipt_printer::PaperWidth;
use kiosk_drivers::photo::SimulatedPhotoDecoder;
use kiosk_drivers::port::camera::{Camera, Frame};
use kiosk_drivers::simulator::camera::{Asked, CameraControl, NotInFolder, Pace, SimulatedCamera};
use kiosk_drivers::simulator::code_scanner::CodeScannerSimulator;
use kiosk_drivers::simulator::document_camera::{
    DocumentCameraControl, Pace as DocumentPace, SimulatedDocumentCamera,
};
use kiosk_drivers::simulator::document_printer::{PrintedDocument, SimulatedDocumentPrinter};
use kiosk_drivers::simulator::id_reader::{IdReaderSimulator, Settings};
use kiosk_drivers::simulator::people::{People, PeopleError};
use kiosk_drivers::simulator::receipt_printer::{PrintedReceipt, SimulatedReceiptPrinter};

pub use act::{Act, Device, Face, Officer, Page, Phone, Sheet, Slip, Transit};
pub use cards::Flaw;
pub use line::{Line, Mode};
pub use server::BackendProcess;

use crate::config::{
    A4Printer, Configuration, DocCamera, IdReader, QrScanner, ReceiptPrinter, Speaker, TransitCard,
};
use crate::document::preview::{Certificate, PagePicture};
use crate::runtime::Terminal;
use crate::runtime::fitting::{Fitted, FittingError};
use crate::session::event::Challenge;
use crate::session::view;
use crate::speech::{Ears, Heard, Loudspeaker};

/// Width of the picture that a scanner takes of a sheet, in pixels. It looks again, and nearer, until it sees the code.
const SCAN_WIDTHS: [u32; 3] = [1600, 2400, 3200];
/// Width of a certificate's picture on the dock.
const PICTURE_WIDTH: u32 = 600;
/// Time of an answer and of a sheet of the simulated page printer.
const PAGE_PACE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(600));

/// The world cannot be set up, or something cannot happen in it.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A folder or a pseudo-terminal cannot be made.
    #[error("the simulated world cannot be set up: {0}")]
    Folder(#[source] io::Error),
    /// The demo's people cannot be read.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The camera has no such pictures.
    #[error(transparent)]
    Pictures(#[from] NotInFolder),
    /// A device cannot be made.
    #[error(transparent)]
    Fitting(#[from] FittingError),
    /// The reference backend is not built.
    #[error("there is no {0}; build it with `cargo build --workspace --bins`")]
    NoBackend(PathBuf),
    /// The reference backend cannot be started.
    #[error("{program} cannot be started: {cause}")]
    Program {
        /// Path.
        program: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The reference backend ended at once.
    #[error("the reference backend ended: {0}; its own message stands above")]
    BackendEnded(ExitStatus),
    /// The reference backend does not listen.
    #[error("the reference backend does not listen after 30 seconds")]
    BackendSilent,
    /// No such thing in this world.
    #[error("{0}")]
    Act(String),
}

/// The simulated world. Dropping it unplugs everything and removes its folder.
pub struct DemoWorld {
    dir: PathBuf,
    people: People,
    reader: IdReaderSimulator,
    scanner: CodeScannerSimulator,
    receipts: SimulatedReceiptPrinter,
    documents: SimulatedDocumentPrinter,
    camera: CameraControl,
    sheets: DocumentCameraControl,
    transit: transit::Desk,
    ears: Ears,
    line: Line,
    backend: SocketAddr,
    /// Whose card was put down last.
    owner: Mutex<Option<String>>,
    newest: Mutex<Newest>,
    /// The code on the screen, for a telephone.
    screen_code: Arc<Mutex<Option<String>>>,
}

/// The last paper, and how many there were then.
#[derive(Default)]
struct Newest {
    receipts: usize,
    documents: usize,
    name: Option<String>,
}

impl DemoWorld {
    /// Starts the simulators in a new folder and puts their addresses, the line's and the folder
    /// of the store into the configuration.
    ///
    /// # Errors
    /// When something cannot be made.
    pub fn start(
        configuration: &mut Configuration,
        people: &Path,
        backend: SocketAddr,
    ) -> Result<(Self, Fitted), WorldError> {
        let dir = std::env::temp_dir().join(format!("bianmin-kiosk-{}", uuid::Uuid::new_v4()));
        fs::create_dir_all(&dir).map_err(WorldError::Folder)?;
        let (camera_device, camera) = SimulatedCamera::new(People::load(people)?, Pace::RealTime)?;
        let mut settings = Settings::fast();
        settings.pacing = true;
        let reader = IdReaderSimulator::spawn(dir.join("id-reader"), settings).map_err(WorldError::Folder)?;
        let scanner = CodeScannerSimulator::spawn(dir.join("scanner"), b"\r").map_err(WorldError::Folder)?;
        let receipts = SimulatedReceiptPrinter::spawn(dir.join("receipt-printer"), PaperWidth::Mm80);
        let receipts = receipts.map_err(WorldError::Folder)?;
        let documents = SimulatedDocumentPrinter::start().map_err(WorldError::Folder)?;
        documents.slow_down(PAGE_PACE.0, PAGE_PACE.1);
        let (sheet_camera, sheets) = SimulatedDocumentCamera::new(DocumentPace::RealTime);
        let transit = transit::Desk::spawn(dir.join("transit-card")).map_err(WorldError::Folder)?;
        let line = Line::start(backend).map_err(WorldError::Folder)?;
        let people = People::load(people)?;
        let (owner, newest) = (Mutex::new(None), Mutex::default());
        let world = Self {
            dir,
            people,
            reader,
            scanner,
            receipts,
            documents,
            camera,
            sheets,
            transit,
            ears: Ears::default(),
            line,
            backend,
            owner,
            newest,
            screen_code: Arc::default(),
        };
        let fitted = world.wire(configuration, camera_device, sheet_camera)?;
        Ok((world, fitted))
    }

    /// Puts real drivers before the simulators wherever the configuration asks for a simulator.
    fn wire(
        &self,
        configuration: &mut Configuration,
        camera: SimulatedCamera,
        sheet_camera: SimulatedDocumentCamera,
    ) -> Result<Fitted, WorldError> {
        configuration.kiosk.backend.url = format!("http://{}", self.line.address());
        configuration.kiosk.store.dir = self.dir.join("data");
        let devices = &mut configuration.devices;
        let path = |path: &Path| path.display().to_string();
        if devices.id_reader == (IdReader::Simulator {}) {
            devices.id_reader = IdReader::Serial {
                address: path(self.reader.path()),
                photo_decoder: None,
            };
        }
        if devices.receipt_printer == (ReceiptPrinter::Simulator {}) {
            let address = path(self.receipts.path());
            devices.receipt_printer = ReceiptPrinter::Serial {
                address,
                baud: None,
                paper: None,
            };
        }
        if devices.qr_scanner == (QrScanner::Simulator {}) {
            devices.qr_scanner = QrScanner::Serial {
                address: path(self.scanner.path()),
                baud: None,
            };
        }
        if devices.a4_printer == (A4Printer::Simulator {}) {
            devices.a4_printer = A4Printer::Ipp {
                address: self.documents.uri(),
            };
        }
        if devices.transit_card == (TransitCard::Simulator {}) {
            devices.transit_card = self.transit.device();
        }
        let simulated = devices.camera == crate::config::Camera::Simulator {};
        if simulated {
            devices.camera = crate::config::Camera::None;
        }
        let sheets = devices.doc_camera == DocCamera::Simulator {};
        if sheets {
            devices.doc_camera = DocCamera::None;
        }
        // The configuration keeps its loudspeaker: the screen asks there whether it can speak.
        let listens = devices.speaker == Speaker::Simulator {};
        let mut wired = devices.clone();
        if listens {
            wired.speaker = Speaker::None;
        }
        let mut fitted = Fitted::new(&wired)?;
        fitted
            .photo_decoder
            .get_or_insert_with(|| Arc::new(SimulatedPhotoDecoder));
        if sheets {
            fitted.doc_camera = Some(Box::new(SheetCamera::new(Box::new(sheet_camera))));
        }
        if listens {
            fitted.speaker = Some(Loudspeaker {
                output: Box::new(self.ears.clone()),
                recordings: None,
            });
        }
        if simulated {
            fitted.camera = Some(Box::new(camera) as Box<dyn Camera>);
        }
        Ok(fitted)
    }

    /// From now on the simulated person does what the screen asks, unless told otherwise.
    pub fn follow(&self, terminal: &Terminal) {
        let camera = self.camera.clone();
        let code = Arc::clone(&self.screen_code);
        terminal.view.listen(move |view| {
            *code.lock().unwrap_or_else(PoisonError::into_inner) = code_of(&view.page);
            if let view::Page::Face { now, .. } = &view.page {
                camera.asked(match now {
                    Challenge::LookAhead => Asked::LookAhead,
                    Challenge::Blink => Asked::Blink,
                    Challenge::TurnLeft => Asked::TurnLeft,
                    Challenge::TurnRight => Asked::TurnRight,
                });
            }
        });
    }

    /// What the loudspeaker has said so far.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.ears.heard()
    }

    fn code_on_screen(&self) -> Result<String, String> {
        let code = self.screen_code.lock().unwrap_or_else(PoisonError::into_inner);
        code.clone().ok_or_else(|| "the screen shows no code".to_owned())
    }

    /// Makes something happen.
    ///
    /// # Errors
    /// When there is no such person, picture or code.
    pub fn perform(&self, act: &Act) -> Result<(), WorldError> {
        match act {
            Act::PlaceCard(id, flaw) => self.place(id, *flaw),
            Act::PullCard(id, after) => {
                self.reader.remove_card_mid_read(*after);
                self.place(id, Flaw::None)
            }
            Act::RemoveCard => {
                self.reader.remove_card();
                Ok(())
            }
            Act::Face(face) => self.face(face),
            Act::Receipt(slip) => {
                self.receipt(*slip);
                Ok(())
            }
            Act::Page(page) => {
                self.page(*page);
                Ok(())
            }
            Act::Sheet(sheet) => self.sheet(sheet),
            Act::Transit(what) => {
                self.transit.perform(*what);
                Ok(())
            }
            Act::Telephone(what) => self.telephone(what).map_err(WorldError::Act),
            Act::Officer(what) => self.officer(what).map_err(WorldError::Act),
            Act::Network(mode) => {
                self.line.set(mode.clone());
                Ok(())
            }
            Act::Unplug(device) => {
                self.unplug(*device);
                Ok(())
            }
            Act::Plug(device) => self.plug(*device).map_err(WorldError::Folder),
            Act::Scan(words) => {
                self.scanner.scan(&self.code(words)?);
                Ok(())
            }
            Act::ShowCode(words) => Ok(self.camera.show_code(&self.code(words)?)?),
        }
    }

    /// Slips that came out so far.
    pub fn receipts(&self) -> Vec<PrintedReceipt> {
        self.receipts.receipts()
    }

    /// The words of the last slip; empty before there is one.
    pub fn last_slip(&self) -> String {
        self.receipts().pop().map(|slip| slip.text).unwrap_or_default()
    }

    /// Documents that came out so far.
    pub fn documents(&self) -> Vec<PrintedDocument> {
        self.documents.documents()
    }

    /// What is in the purse of the sample transit card, in fen.
    pub fn transit_balance_fen(&self) -> u32 {
        self.transit.balance_fen()
    }

    /// Frames that the camera has delivered so far.
    pub fn frames_delivered(&self) -> u64 {
        self.camera.frames_delivered()
    }

    /// Bytes that the card reader has sent so far.
    pub fn reader_sent(&self) -> usize {
        self.reader.sent()
    }

    /// Folder of pseudo-terminals, journal and audit log.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The cards and faces of this world.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// What the world is like now, several lines.
    pub fn state(&self) -> String {
        let owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let card = match owner.filter(|_| self.reader.has_card()) {
            Some(owner) => owner,
            None => "-".to_owned(),
        };
        let network = match self.line.mode() {
            Mode::On => "on",
            Mode::Off => "off",
            Mode::Stalled => "stalled",
            Mode::LosesAnswerTo(_) => "loses one answer",
        };
        let camera = if self.camera.is_open() { "on" } else { "off" };
        format!("card {card} | camera {camera} | network {network}")
    }

    /// Name of the last paper that came out: `receipt-N` or `certificate-N`.
    pub fn newest_paper(&self) -> Option<String> {
        let (receipts, documents) = (self.receipts().len(), self.documents().len());
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if receipts > newest.receipts {
            newest.name = Some(format!("receipt-{receipts}"));
        } else if documents > newest.documents {
            newest.name = Some(format!("certificate-{documents}"));
        }
        (newest.receipts, newest.documents) = (receipts, documents);
        newest.name.clone()
    }

    /// The picture of a paper, by the name that [`Self::newest_paper`] gave.
    pub fn paper_picture(&self, name: &str) -> Option<RgbImage> {
        let (kind, number) = name.split_once('-')?;
        let index = number.parse::<usize>().ok()?.checked_sub(1)?;
        if kind == "receipt" {
            let receipt = self.receipts().into_iter().nth(index)?;
            return Some(image::DynamicImage::ImageLuma8(receipt.image).to_rgb8());
        }
        let document = self.documents().into_iter().nth(index)?;
        let page = Certificate::open(document.pdf)
            .ok()?
            .render(0, PICTURE_WIDTH)
            .ok()?;
        RgbImage::from_raw(page.width, page.height, opaque(&page))
    }

    fn place(&self, id: &str, flaw: Flaw) -> Result<(), WorldError> {
        self.reader.place_card(cards::card_of(&self.people, id, flaw)?);
        let mut owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        if owner.as_deref() != Some(id) {
            self.camera.present(id)?;
            *owner = Some(id.to_owned());
        }
        Ok(())
    }

    fn face(&self, face: &Face) -> Result<(), WorldError> {
        let owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let first = || self.people.all().first().map(|person| person.id.clone());
        let owner = owner.or_else(first).unwrap_or_default();
        match face {
            Face::Same => self.camera.present(&owner)?,
            Face::Other => {
                let other = self.people.all().iter().find(|person| person.id != owner);
                self.camera.present(other.map_or("", |person| &person.id))?;
            }
            Face::Person(id) => self.camera.present(id)?,
            Face::Nobody => self.camera.nobody(),
            Face::Perform(sequence) => self.camera.perform(sequence)?,
        }
        Ok(())
    }

    fn receipt(&self, slip: Slip) {
        match slip {
            Slip::Ok => {
                self.receipts.load_paper();
                self.receipts.close_cover();
                self.receipts.clear_jam();
                self.receipts.mute(false);
            }
            Slip::Low => self.receipts.paper_low(),
            Slip::Out => self.receipts.paper_out(),
            Slip::Cover => self.receipts.open_cover(),
            Slip::Jam => self.receipts.jam_cutter(),
            Slip::Mute => self.receipts.mute(true),
        }
    }

    fn page(&self, page: Page) {
        match page {
            Page::Ok => {
                self.documents.load_paper();
                self.documents.jam(false);
                self.documents.close_cover();
            }
            Page::Out => self.documents.paper_out(),
            Page::OutAfter(sheets) => self.documents.paper_out_after(sheets),
            Page::Jam => self.documents.jam(true),
            Page::Cover => self.documents.open_cover(),
            Page::Restart => self.documents.restart(),
        }
    }

    fn unplug(&self, device: Device) {
        match device {
            Device::IdReader => self.reader.unplug(),
            Device::Camera => self.camera.unplug(),
            Device::ReceiptPrinter => self.receipts.unplug(),
            Device::DocumentPrinter => self.documents.unplug(),
            Device::CodeScanner => self.scanner.unplug(),
            Device::DocumentCamera => self.sheets.unplug(),
            Device::TransitCard => self.transit.reader.unplug(),
        }
    }

    fn plug(&self, device: Device) -> io::Result<()> {
        match device {
            Device::IdReader => self.reader.replug(),
            Device::Camera => {
                self.camera.replug();
                Ok(())
            }
            Device::ReceiptPrinter => self.receipts.replug(),
            Device::DocumentPrinter => self.documents.replug(),
            Device::CodeScanner => self.scanner.replug(),
            Device::DocumentCamera => {
                self.sheets.replug();
                Ok(())
            }
            Device::TransitCard => self.transit.reader.replug(),
        }
    }

    /// The words, or the code on the last certificate that came out.
    fn code(&self, words: &str) -> Result<Vec<u8>, WorldError> {
        if !words.is_empty() {
            return Ok(words.as_bytes().to_vec());
        }
        let none = |what: &str| WorldError::Act(format!("no code to scan: {what}"));
        let document = self
            .documents()
            .pop()
            .ok_or_else(|| none("nothing was printed"))?;
        let certificate = Certificate::open(document.pdf).map_err(|error| none(&error.to_string()))?;
        SCAN_WIDTHS
            .iter()
            .find_map(|width| look(&certificate, *width))
            .ok_or_else(|| none("the certificate shows none"))
    }
}

/// The code that a scanner sees on the first page.
fn look(certificate: &Certificate, width: u32) -> Option<Vec<u8>> {
    let page = certificate.render(0, width).ok()?;
    let picture = Frame {
        width: page.width,
        height: page.height,
        rgb: opaque(&page),
    };
    read_codes(&picture).into_iter().next()
}

/// The page's pixels without their transparency.
fn opaque(page: &PagePicture) -> Vec<u8> {
    let pixels = page.rgba.chunks_exact(4);
    pixels.flat_map(|pixel| pixel.iter().take(3).copied()).collect()
}

/// What a telephone is to open.
fn code_of(page: &view::Page) -> Option<String> {
    match page {
        view::Page::Pay { qr, .. } => Some(qr.clone()).filter(|code| !code.is_empty()),
        view::Page::Capture { qr, .. } => qr.clone(),
        _ => None,
    }
}

impl Drop for DemoWorld {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}
