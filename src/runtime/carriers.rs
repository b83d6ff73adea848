//! Who carries out which effect. Nothing here waits: orders go to the workers, calls to tokio.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::backend::Backend;
use super::device::camera::Order as CameraOrder;
use super::device::code_scanner::Waiting;
use super::device::doc_camera::Order as PictureOrder;
use super::device::document_printer::Order as DocumentOrder;
use super::device::receipt_printer::Slip;
use super::device::speaker::Order as SpeakerOrder;
use super::device::transit_card::Order as TransitOrder;
use super::outlet::Outlet;
use super::paper::Paper;
use super::settlement::Order as SettlementOrder;
use super::vault::{Token, Vault};
use crate::protocol::call::{Call, CallFailure, Method};
use crate::protocol::handover::UploadContent;
use crate::session::effect::{Effect, ReceiptOrder};
use crate::session::event::{Event, FaceOutcome, PrintEnd};
use crate::session::ticket::Ticket;
use crate::session::view::Say;

/// The workers that are there. A role without a worker answers at once that it is not.
#[derive(Default)]
pub(crate) struct Workers {
    pub camera: Option<Sender<CameraOrder>>,
    pub receipts: Option<Sender<Slip>>,
    pub documents: Option<Sender<DocumentOrder>>,
    pub speaker: Option<Sender<SpeakerOrder>>,
    pub pictures: Option<Sender<PictureOrder>>,
    pub transit: Option<Sender<TransitOrder>>,
    /// Settles payments; always there.
    pub payments: Option<Sender<SettlementOrder>>,
}

pub(crate) struct Carriers {
    pub workers: Workers,
    pub waiting: Waiting,
    pub backend: Backend,
    pub paper: Paper,
    pub vault: Vault,
    pub outlet: Outlet,
    /// Ends what the camera does now.
    pub camera_cancel: Arc<AtomicBool>,
    /// The camera's stream is open, or about to be.
    pub camera_open: Arc<AtomicBool>,
    /// Ends the wait for a transit card.
    pub transit_cancel: Arc<AtomicBool>,
    /// The vault holds nothing: it need not be wiped again at rest.
    pub clean: bool,
}

impl Carriers {
    /// Carries one effect out. Words that are spoken are in `language`.
    pub fn carry_out(&mut self, effect: Effect, language: &str) {
        self.clean = false;
        match effect {
            Effect::Call { ticket, call } => {
                self.backend.call(ticket, call, self.vault.token(ticket.session));
            }
            Effect::StartFace {
                ticket,
                chip_photo,
                seconds,
            } => self.start_face(ticket, chip_photo, seconds),
            Effect::StartScan { ticket, camera } => self.start_scan(ticket, camera),
            Effect::StopFace => self.stop_camera(),
            Effect::StopScan => {
                self.waiting.stop();
                self.stop_camera();
            }
            Effect::PrintReceipt { ticket, order } => self.print_receipt(ticket, &order),
            Effect::FetchDocument {
                ticket,
                job_id,
                sha256,
            } => {
                let token = self.vault.token(ticket.session);
                self.backend.fetch_document(ticket, job_id, sha256, token);
            }
            Effect::PrintDocument { ticket, job_id } => {
                self.document(ticket, DocumentOrder::Print { ticket, job_id });
            }
            Effect::ResumePrint { ticket, job_id } => {
                self.document(ticket, DocumentOrder::Resume { ticket, job_id });
            }
            Effect::EndPrint { job_id, all_out } => {
                self.tell_documents(DocumentOrder::End { job_id, all_out })
            }
            Effect::StartPicture { ticket } => self.picture(ticket, PictureOrder::Start { ticket }),
            Effect::TakePicture { ticket } => self.picture(ticket, PictureOrder::Take { ticket }),
            Effect::StopPicture => self.stop_picture(),
            Effect::SendPicture { ticket, upload_id } => self.send_picture(ticket, &upload_id),
            Effect::WaitTransitCard { ticket, known } => self.wait_transit_card(ticket, known),
            Effect::StopTransit => self.stop_transit(),
            Effect::BeginLoad { ticket, amount_fen } => {
                self.transit(TransitOrder::Begin { ticket, amount_fen });
            }
            Effect::FinishLoad { ticket, permit } => self.transit(TransitOrder::Finish { ticket, permit }),
            Effect::KeepPayment { ticket, payment } => {
                // The ledger has written it before anything began.
                self.tell_payments(SettlementOrder::Kept { ticket, payment });
                self.outlet.event(Event::PaymentKept { ticket, kept: true });
            }
            Effect::Speak { say, voice, volume } => self.speak(&say, language, voice, volume),
            Effect::Tone { tone, volume } => self.tell_speaker(SpeakerOrder::Tone { tone, volume }),
            Effect::StopSpeaking => self.silence(),
            // Written by the ledger before anything began.
            Effect::Audit(_) => {}
            Effect::Wipe { session } => {
                self.vault.end(session);
                self.wipe();
            }
        }
    }

    /// Keeps the bearer token of a visit.
    pub fn keep_token(&mut self, session: u64, token: Token) {
        self.clean = false;
        self.vault.set_token(session, token);
    }

    /// Nobody is being served: a card that was put down and taken away again leaves nothing.
    pub fn at_rest(&mut self) {
        if !self.clean {
            self.clean = true;
            self.vault.wipe();
        }
    }

    /// The end of a visit: everything that belongs to it goes.
    pub fn wipe(&mut self) {
        self.stop_camera();
        self.waiting.stop();
        self.silence();
        self.tell_documents(DocumentOrder::Wipe);
        self.stop_picture();
        self.stop_transit();
        self.tell_payments(SettlementOrder::Wipe);
        self.backend.forget_preview();
        self.vault.wipe();
    }

    fn stop_camera(&mut self) {
        self.camera_cancel.store(true, Ordering::Relaxed);
    }

    /// A new order ends the one before it.
    fn new_cancel(&mut self) -> Arc<AtomicBool> {
        self.stop_camera();
        self.camera_cancel = Arc::default();
        Arc::clone(&self.camera_cancel)
    }

    fn start_face(&mut self, ticket: Ticket, chip_photo: Option<Zeroizing<String>>, seconds: u32) {
        let cancel = self.new_cancel();
        let limit = Duration::from_secs(u64::from(seconds));
        let order = CameraOrder::Face {
            ticket,
            chip_photo,
            limit,
            cancel,
        };
        let sent = self
            .workers
            .camera
            .as_ref()
            .is_some_and(|camera| camera.send(order).is_ok());
        if !sent {
            self.outlet.event(Event::FaceDone {
                ticket,
                outcome: FaceOutcome::CameraLost,
            });
        }
    }

    fn start_scan(&mut self, ticket: Ticket, camera: bool) {
        self.waiting.start(ticket);
        if camera {
            let cancel = self.new_cancel();
            if let Some(worker) = &self.workers.camera {
                let _ = worker.send(CameraOrder::Scan { ticket, cancel });
            }
        }
    }

    fn print_receipt(&mut self, ticket: Ticket, order: &ReceiptOrder) {
        let failed = match self.paper.receipt(order) {
            Ok(receipt) => {
                let slip = Slip { ticket, receipt };
                let printer = self.workers.receipts.as_ref();
                let sent = printer.is_some_and(|printer| printer.send(slip).is_ok());
                (!sent).then_some("device.reason.not_fitted")
            }
            Err(error) => {
                tracing::error!(event = "receipt.unusable", template = order.template, cause = %error);
                Some("device.reason.unknown")
            }
        };
        if let Some(reason) = failed {
            let end = PrintEnd::Failed(reason);
            self.outlet.event(Event::Printed { ticket, end });
        }
    }

    fn document(&mut self, ticket: Ticket, order: DocumentOrder) {
        let sent = self
            .workers
            .documents
            .as_ref()
            .is_some_and(|printer| printer.send(order).is_ok());
        if !sent {
            self.outlet.event(Event::Printed {
                ticket,
                end: PrintEnd::Failed("device.reason.not_fitted"),
            });
        }
    }

    /// An order without an answer: where there is no printer, nothing was ever printed.
    fn tell_documents(&self, order: DocumentOrder) {
        if let Some(printer) = &self.workers.documents {
            let _ = printer.send(order);
        }
    }

    fn picture(&self, ticket: Ticket, order: PictureOrder) {
        let camera = self.workers.pictures.as_ref();
        if camera.is_none_or(|camera| camera.send(order).is_err()) {
            let result = Err("device.reason.not_fitted");
            self.outlet.event(Event::PictureTaken { ticket, result });
        }
    }

    fn stop_picture(&self) {
        if let Some(camera) = &self.workers.pictures {
            let _ = camera.send(PictureOrder::Stop);
        }
    }

    /// From the vault to the backend: the session never has the picture.
    fn send_picture(&self, ticket: Ticket, upload_id: &str) {
        let Some(jpeg) = self.vault.picture(ticket.session) else {
            let result = Err(CallFailure::Malformed("no picture was taken".to_owned()));
            return self.outlet.event(Event::Answer { ticket, result });
        };
        let content = UploadContent {
            jpeg: STANDARD.encode(jpeg.as_slice()),
        };
        let call = Call {
            method: Method::Put,
            path: format!("/v1/uploads/{upload_id}/content"),
            body: serde_json::to_value(content).unwrap_or(Value::Null),
            key: None,
            if_match: None,
            timeout_s: 30,
            retries: 1,
        };
        self.backend.call(ticket, call, self.vault.token(ticket.session));
    }

    fn wait_transit_card(&mut self, ticket: Ticket, known: Option<Zeroizing<String>>) {
        self.stop_transit();
        self.transit_cancel = Arc::default();
        let cancel = Arc::clone(&self.transit_cancel);
        self.transit(TransitOrder::Wait {
            ticket,
            known,
            cancel,
        });
    }

    fn stop_transit(&mut self) {
        self.transit_cancel.store(true, Ordering::Relaxed);
        self.transit(TransitOrder::Release);
    }

    /// Where there is no reader, nothing was ever written.
    fn transit(&mut self, order: TransitOrder) {
        let lost = order.reader_lost();
        let reader = self.workers.transit.as_ref();
        let sent = reader.is_some_and(|reader| reader.send(order).is_ok());
        if let Some(lost) = lost.filter(|_| !sent) {
            self.outlet.event(lost);
        }
    }

    fn tell_payments(&self, order: SettlementOrder) {
        if let Some(payments) = &self.workers.payments {
            let _ = payments.send(order);
        }
    }

    fn speak(&self, say: &Say, language: &str, voice: &'static str, volume: u8) {
        let parts = self.paper.parts(say, language);
        self.tell_speaker(SpeakerOrder::Say { parts, voice, volume });
    }

    /// An order without an answer: where there is no loudspeaker, nothing is heard.
    fn tell_speaker(&self, order: SpeakerOrder) {
        if let Some(speaker) = &self.workers.speaker {
            let _ = speaker.send(order);
        }
    }

    fn silence(&self) {
        self.tell_speaker(SpeakerOrder::Silence);
    }
}
