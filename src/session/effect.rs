//! What a visit asks of the world. The runtime carries effects out; each asynchronous one answers
//! with an event that carries the same ticket.

use zeroize::Zeroizing;

use crate::protocol::call::Call;

use super::payment::Payment;
use super::ticket::Ticket;
use super::transit::LoadPermit;

/// A receipt as data: template and values. `document` makes the paper of it.
///
/// Values that every template gets: `service`, `office`, `place`, `printed_at` (with `submitted_at`,
/// `attested_at` and `verified_at`, the same moment), and where they are known `name` and `id_no`
/// (complete), `number`, `note`, `sample`, and the name of each further person who took a part under
/// their role (`proxy`). Beside them:
///
/// | template | values | rows |
/// |---|---|---|
/// | `query_slip` | `as_of`, `empty` | the columns of the query by id |
/// | `acceptance_receipt` | | `words`, `at` where known, and `office` of each state that comes |
/// | `booking_slip`, and what else a matter gives | `outcome` and `lead` of a check or a search | `label`, `value` of what must be known |
/// | `package_receipt` | | `title`, `number`, `office` of each case |
/// | `report_number_only` | | |
/// | `record_slip` | `title`, `lead`, `as_of` | `label`, `value`; a label alone is a heading or a paragraph |
/// | `attestation_slip` | `valid_until`, `next_from`, `benefit` | |
/// | `topup_receipt` | `amount`, `card_no` (masked), `before`, `after`, and `done`, `reversing`, `reversed` or `manual` | |
/// | `pending_signatures` | `sign_until`; `number` is the letter's, `name` is masked, `id_no` empty | `name` (masked), `relation` of who is missing |
/// | `verification_slip` | `result`, `lead`, `title`, `holder`, `issued_on`, `valid_until` | |
///
/// Rows of a matter have the cells of all these templates, filled from what there is: its cases, else
/// what must be known, else the states that come. Dates are in words of the receipt's language.
#[derive(Clone, PartialEq)]
pub struct ReceiptOrder {
    /// Template of the catalogue bundle, `receipts/<template>.toml`.
    pub template: String,
    /// Language tag.
    pub language: String,
    /// Values by name, unmasked (paper is complete, the screen is masked).
    pub values: std::collections::BTreeMap<String, String>,
    /// Repeated rows, e.g. of a query's table, or of a timeline.
    pub rows: Vec<std::collections::BTreeMap<String, String>>,
    /// Payload of the QR code, if any.
    pub qr: Option<String>,
}

/// Kind of an audit event. The log holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AuditRecord {
    /// Declared id, e.g. `visit.started`, `login.ended`.
    pub id: &'static str,
    /// White-listed members, e.g. `service_id`, `outcome`, `duration_ms`.
    pub members: Vec<(&'static str, String)>,
}

/// A short sound that says that something happened, and not what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A key did something.
    Accepted,
    /// A key did nothing.
    Refused,
    /// Somebody should look at the screen.
    Attention,
}

/// An effect.
#[derive(Clone)]
pub enum Effect {
    /// Send this; answer with [`super::event::Event::Answer`]. `record_token` asks the runtime to
    /// keep the bearer token of a `SessionOpened` for this visit.
    Call {
        /// Ticket.
        ticket: Ticket,
        /// Request.
        call: Call,
    },
    /// Open the camera and run a face check. With `chip_photo` the comparison is made here with
    /// the photo of that card, and with no other's; without, the template is returned.
    StartFace {
        /// Ticket.
        ticket: Ticket,
        /// Number of the card whose photo is compared with.
        chip_photo: Option<Zeroizing<String>>,
        /// Seconds for the whole challenge.
        seconds: u32,
    },
    /// End the face check and close the camera at once.
    StopFace,
    /// Wait for a code: from the scanner, or from the camera when `camera` (after consent).
    StartScan {
        /// Ticket.
        ticket: Ticket,
        /// Use the camera.
        camera: bool,
    },
    /// Stop waiting for a code.
    StopScan,
    /// Print a receipt; answers with `Printed`.
    PrintReceipt {
        /// Ticket.
        ticket: Ticket,
        /// What.
        order: ReceiptOrder,
    },
    /// Fetch the one-time document of a print job, check it, render the preview; answers with `Document`.
    FetchDocument {
        /// Ticket.
        ticket: Ticket,
        /// Job of the backend.
        job_id: String,
        /// SHA-256 (hex) it must have.
        sha256: String,
    },
    /// Print the document that was fetched for this job; answers with `Printing` and `Printed`.
    PrintDocument {
        /// Ticket.
        ticket: Ticket,
        /// Job of the backend.
        job_id: String,
    },
    /// Ask the printer again about a job that stopped, or let it go on.
    ResumePrint {
        /// Ticket.
        ticket: Ticket,
        /// Job of the backend.
        job_id: String,
    },
    /// The visit is done with a fetched document, printed or not: what has not come out is cancelled,
    /// and the backend and, where nobody knows, the staff hear how it ended.
    EndPrint {
        /// Job of the backend.
        job_id: String,
        /// The person has all pages in hand.
        all_out: bool,
    },
    /// Open the document camera; its pictures go beside the page. What was taken before is thrown away.
    StartPicture {
        /// Ticket; answered with `PictureTaken` only when the camera is lost.
        ticket: Ticket,
    },
    /// Take the picture that is seen and close the camera; answers with `PictureTaken`.
    TakePicture {
        /// Ticket.
        ticket: Ticket,
    },
    /// Close the document camera and throw away what was taken.
    StopPicture,
    /// Send what was taken to its place at the backend; answers with `Answer`.
    SendPicture {
        /// Ticket.
        ticket: Ticket,
        /// Place.
        upload_id: String,
    },
    /// Wait for a transit card, or for the one with this number; answers with `TransitCard`. What is
    /// wrong with a card is told while the wait goes on.
    WaitTransitCard {
        /// Ticket.
        ticket: Ticket,
        /// The only card that counts.
        known: Option<Zeroizing<String>>,
    },
    /// The visit is done with the reader of transit cards.
    StopTransit,
    /// Ask the card for its challenge; writes nothing. Answers with `LoadBegun`.
    BeginLoad {
        /// Ticket.
        ticket: Ticket,
        /// So many fen.
        amount_fen: u32,
    },
    /// Write the load that was begun and read the balance again; answers with `LoadEnded`.
    FinishLoad {
        /// Ticket.
        ticket: Ticket,
        /// Of the issuer.
        permit: LoadPermit,
    },
    /// Write down what is certain of a payment; answers with `PaymentKept`. What is no longer in hand
    /// is settled with the backend, however long that takes: `PaymentSettled`.
    KeepPayment {
        /// Ticket.
        ticket: Ticket,
        /// What is certain.
        payment: Payment,
    },
    /// Speak these words in the person's language, dropping what is being said.
    Speak {
        /// The words.
        say: super::view::Say,
        /// Tag of who speaks: `cmn`, `yue`, `en`.
        voice: &'static str,
        /// 1 to 5.
        volume: u8,
    },
    /// A short sound in place of words, dropping what is being said.
    Tone {
        /// Which.
        tone: Tone,
        /// 1 to 5.
        volume: u8,
    },
    /// Silence.
    StopSpeaking,
    /// Write an audit record.
    Audit(AuditRecord),
    /// The one end of a visit: forget token, card, pictures, documents, drafts, spool, input
    /// history, settings of the person. Everything with this session number is void: answers to it
    /// are dropped. Calls that were asked for before it are still sent (the end of the session at the
    /// backend, a rating): they carry the token that they were handed over with.
    Wipe {
        /// The visit that ended.
        session: u64,
    },
}
