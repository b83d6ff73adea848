//! Starts one thread per device.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use kiosk_drivers::port::camera::Camera;
use kiosk_drivers::port::code_scanner::CodeScanner;
use kiosk_drivers::port::document_camera::DocumentCamera;
use kiosk_drivers::port::document_printer::DocumentPrinter;
use kiosk_drivers::port::id_reader::{IdReader, PhotoDecoder};
use kiosk_drivers::port::receipt_printer::ReceiptPrinter;
use kiosk_drivers::port::transit_card::TransitCard;

use super::backend::Backend;
use super::carriers::Workers;
use super::clock::Clock;
use super::device::camera::{CameraWorker, Engine, FrameWatch, Order as CameraOrder};
use super::device::code_scanner::{ScannerWorker, Waiting};
use super::device::doc_camera::{DocumentCameraWorker, Order as PictureOrder};
use super::device::document_printer::{DocumentWorker, Order as DocumentOrder};
use super::device::id_reader::ReaderWorker;
use super::device::receipt_printer::{ReceiptWorker, Slip};
use super::device::spawn;
use super::device::speaker::{Order as SpeakerOrder, SpeakerWorker};
use super::device::transit_card::{Order as TransitOrder, TransitWorker};
use super::fitting::Fitted;
use super::outlet::{Outlet, Stop};
use super::settlement::{Order as SettlementOrder, Settlement, left_open};
use super::vault::Vault;
use crate::config::Configuration;
use crate::face::engine::FaceEngine;
use crate::session::event::DeviceRole;
use crate::speech::Loudspeaker;
use crate::store::Store;

/// What the workers share.
pub(super) struct Starter {
    pub outlet: Outlet,
    pub stop: Stop,
    pub vault: Vault,
    pub backend: Backend,
    pub clock: Arc<dyn Clock>,
    pub store: Store,
    pub frames: FrameWatch,
    pub camera_open: Arc<AtomicBool>,
    pub waiting: Waiting,
    pub threads: Vec<JoinHandle<()>>,
}

impl Starter {
    /// Starts a worker for every device that is fitted.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start_all(&mut self, devices: Fitted, configuration: &Configuration) -> io::Result<Workers> {
        self.tell_what_is_not_fitted(&devices);
        if let Some(reader) = devices.id_reader {
            self.id_reader(reader, devices.photo_decoder)?;
        }
        if let Some(scanner) = devices.qr_scanner {
            self.code_scanner(scanner)?;
        }
        Ok(Workers {
            camera: devices
                .camera
                .map(|camera| self.camera(camera, configuration))
                .transpose()?,
            receipts: devices
                .receipt_printer
                .map(|printer| self.receipt_printer(printer))
                .transpose()?,
            documents: devices
                .a4_printer
                .map(|printer| self.document_printer(printer))
                .transpose()?,
            speaker: devices
                .speaker
                .map(|loudspeaker| self.speaker(loudspeaker, configuration))
                .transpose()?,
            pictures: devices
                .doc_camera
                .map(|camera| self.doc_camera(camera))
                .transpose()?,
            transit: devices
                .transit_card
                .map(|(reader, terminal_no)| self.transit_card(reader, terminal_no))
                .transpose()?,
            payments: Some(self.settlement()?),
        })
    }

    fn id_reader(
        &mut self,
        reader: Box<dyn IdReader>,
        decoder: Option<Arc<dyn PhotoDecoder>>,
    ) -> io::Result<()> {
        let worker = ReaderWorker {
            reader,
            decoder,
            vault: self.vault.clone(),
            clock: Arc::clone(&self.clock),
            outlet: self.outlet.clone(),
            stop: self.stop.clone(),
        };
        self.run("id-reader", move || worker.run())
    }

    fn code_scanner(&mut self, scanner: Box<dyn CodeScanner>) -> io::Result<()> {
        let (waiting, outlet, stop) = (self.waiting.clone(), self.outlet.clone(), self.stop.clone());
        let worker = ScannerWorker {
            scanner,
            waiting,
            outlet,
            stop,
        };
        self.run("code-scanner", move || worker.run())
    }

    fn camera(
        &mut self,
        camera: Box<dyn Camera>,
        configuration: &Configuration,
    ) -> io::Result<Sender<CameraOrder>> {
        let (sender, orders) = channel();
        let worker = CameraWorker {
            camera,
            engine: self.load_models(configuration)?,
            thresholds: configuration.kiosk.face.thresholds.clone(),
            orders,
            frames: self.frames.clone(),
            open: Arc::clone(&self.camera_open),
            vault: self.vault.clone(),
            outlet: self.outlet.clone(),
            stop: self.stop.clone(),
            told_off: None,
        };
        self.run("camera", move || worker.run())?;
        Ok(sender)
    }

    fn receipt_printer(&mut self, printer: Box<dyn ReceiptPrinter>) -> io::Result<Sender<Slip>> {
        let (sender, slips) = channel();
        let worker = ReceiptWorker {
            printer,
            slips,
            vault: self.vault.clone(),
            outlet: self.outlet.clone(),
            stop: self.stop.clone(),
        };
        self.run("receipt-printer", move || worker.run())?;
        Ok(sender)
    }

    fn document_printer(&mut self, printer: Box<dyn DocumentPrinter>) -> io::Result<Sender<DocumentOrder>> {
        let (sender, orders) = channel();
        let backend = self.backend.clone();
        let worker = DocumentWorker {
            printer,
            orders,
            call: Box::new(move |call| backend.call_and_wait(call)),
            store: self.store.clone(),
            vault: self.vault.clone(),
            clock: Arc::clone(&self.clock),
            outlet: self.outlet.clone(),
            stop: self.stop.clone(),
        };
        self.run("a4-printer", move || worker.run())?;
        Ok(sender)
    }

    fn speaker(
        &mut self,
        loudspeaker: Loudspeaker,
        configuration: &Configuration,
    ) -> io::Result<Sender<SpeakerOrder>> {
        let (sender, orders) = channel();
        let worker = SpeakerWorker {
            loudspeaker,
            prompts: configuration.kiosk.store.dir.join("speech"),
            orders,
            outlet: self.outlet.clone(),
        };
        self.run("speaker", move || worker.run())?;
        Ok(sender)
    }

    fn doc_camera(&mut self, camera: Box<dyn DocumentCamera>) -> io::Result<Sender<PictureOrder>> {
        let (sender, orders) = channel();
        let worker = DocumentCameraWorker {
            camera,
            orders,
            frames: self.frames.clone(),
            vault: self.vault.clone(),
            outlet: self.outlet.clone(),
            stop: self.stop.clone(),
        };
        self.run("doc-camera", move || worker.run())?;
        Ok(sender)
    }

    fn transit_card(
        &mut self,
        reader: Box<dyn TransitCard>,
        terminal_no: [u8; 6],
    ) -> io::Result<Sender<TransitOrder>> {
        let (sender, orders) = channel();
        let worker = TransitWorker {
            reader,
            terminal_no,
            orders,
            outlet: self.outlet.clone(),
            stop: self.stop.clone(),
        };
        self.run("transit-card", move || worker.run())?;
        Ok(sender)
    }

    fn settlement(&mut self) -> io::Result<Sender<SettlementOrder>> {
        let (sender, orders) = channel();
        let backend = self.backend.clone();
        let worker = Settlement {
            orders,
            // Read here, before anybody can pay.
            left: left_open(&self.store),
            call: Box::new(move |call| backend.call_and_wait(call)),
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            outlet: self.outlet.clone(),
            stop: self.stop.clone(),
        };
        self.run("settlement", move || worker.run())?;
        Ok(sender)
    }

    /// Starts one named thread.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn run(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        self.threads.push(spawn(name, work)?);
        Ok(())
    }

    /// The session hears of every role that is not there.
    fn tell_what_is_not_fitted(&self, devices: &Fitted) {
        let roles = [
            (DeviceRole::IdReader, devices.id_reader.is_some()),
            (DeviceRole::Camera, devices.camera.is_some()),
            (DeviceRole::ReceiptPrinter, devices.receipt_printer.is_some()),
            (DeviceRole::A4Printer, devices.a4_printer.is_some()),
            (DeviceRole::QrScanner, devices.qr_scanner.is_some()),
            (DeviceRole::DocCamera, devices.doc_camera.is_some()),
            (DeviceRole::Speaker, devices.speaker.is_some()),
            (DeviceRole::TransitCard, devices.transit_card.is_some()),
        ];
        roles
            .iter()
            .filter(|(_, fitted)| !fitted)
            .for_each(|(role, _)| self.outlet.not_fitted(*role));
    }

    /// In the background: the screen does not wait for the models.
    fn load_models(&mut self, configuration: &Configuration) -> io::Result<Engine> {
        let engine: Engine = Arc::new(OnceLock::new());
        let (slot, folder) = (Arc::clone(&engine), configuration.kiosk.face.models.clone());
        self.run("face-models", move || {
            let loaded = FaceEngine::load(&folder);
            if let Err(error) = &loaded {
                tracing::warn!(event = "face.models", cause = %error);
            }
            let _ = slot.set(loaded);
        })?;
        Ok(engine)
    }
}
