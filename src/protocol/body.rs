//! Bodies of requests and answers. Times are RFC 3339 with offset, dates `YYYY-MM-DD`,
//! regions GB/T 2260 (6 or 12 digits). `Debug` is not derived where a body holds personal data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// Text by language tag (`zh-Hans`, `en`); `zh-Hans` is always there. A terminal makes `zh-Hant` of it
/// where it is not sent. So data, such as a name, are the same in every language, and words that hold
/// a person's name come with their `zh-Hant`: names keep the characters of the identity card.
pub type Words = BTreeMap<String, String>;

/// `POST /v1/terminals`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// One-time code given to the technician.
    pub enrolment_code: String,
    /// PKCS #10 request, PEM.
    pub csr: String,
    /// Free description of the hardware.
    #[serde(default)]
    pub hardware: Value,
}

/// Answer to [`Enrolment`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Identity of the terminal.
    pub terminal_id: String,
    /// The terminal's certificate, PEM.
    pub certificate: String,
    /// The issuing authority's certificate, PEM.
    pub ca: String,
    /// Name of the place, shown in the top bar.
    pub place: String,
    /// Region of the place.
    pub region: String,
}

/// `GET /v1/catalogue?region=`: the files of the bundle by path (`services/….toml`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogueBundle {
    /// Version of the bundle; also the ETag.
    pub version: String,
    /// Region it is for.
    pub region: String,
    /// Text of each file.
    pub files: BTreeMap<String, String>,
    /// The issuer's Ed25519 signature, base64; empty where nobody has signed.
    #[serde(default)]
    pub signature: String,
}

/// `POST /v1/sessions`: opens a visit at the backend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenSession {
    /// Language tag.
    pub language: String,
}

/// Answer to [`OpenSession`]. The token travels as `Authorization: Bearer`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionOpened {
    /// For `DELETE /v1/sessions/{id}`.
    pub session_id: String,
    /// Secret; ends with the session.
    pub token: String,
    /// Latest end.
    pub expires_at: String,
}

/// `POST /v1/consents`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Template of the catalogue, e.g. `face_login`.
    pub template: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 (hex) of the text that was shown.
    pub text_sha256: String,
    /// Language tag of that text.
    pub language: String,
    /// Kinds of data agreed to, e.g. `face_image`.
    pub data: Vec<String>,
    /// Service for which it was given.
    pub service_id: String,
    /// Time of the tap.
    pub at: String,
}

/// Answer to [`Consent`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentRecorded {
    /// For the withdrawal and for calls that need the consent.
    pub consent_id: String,
    /// Number for the person.
    pub receipt_number: String,
}

/// The person as the chip says.
#[derive(Clone, PartialEq, Serialize, Deserialize, Zeroize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Name.
    pub name: String,
    /// Card number.
    pub id_no: String,
    /// `resident`, `hk_mo_tw`, `foreign_2017`, `foreign_2023`.
    pub card: String,
    /// `YYYY-MM-DD` or `long_term`.
    pub valid_to: String,
}

/// How a person was identified. Names are those of the catalogue's `login.methods`, joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationMethod {
    /// Card and face, compared one to one.
    #[serde(rename = "card_face_1v1")]
    CardFace,
    /// Card and a code sent to the registered telephone.
    CardSmsOtp,
    /// Card and a member of staff who looks at card and person.
    CardStaffWitness,
}

/// Band of a face comparison. Scores never leave the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreBand {
    /// Same person.
    Pass,
    /// Undecided: a member of staff decides.
    Low,
    /// Not the same person.
    Fail,
}

/// Result of the active challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Liveness {
    /// All actions were seen.
    Pass,
    /// Not passed.
    Fail,
    /// No challenge (other way of login).
    NotDone,
}

/// `POST /v1/identity-verifications`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityVerification {
    /// How.
    pub method: VerificationMethod,
    /// Role of the party in the service, e.g. `applicant`.
    pub subject_role: String,
    /// The card.
    pub subject: Subject,
    /// Band, with `card_face_1v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score_band: Option<ScoreBand>,
    /// Challenge, with `card_face_1v1`.
    pub liveness: Liveness,
    /// The separate consent, with `card_face_1v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_id: Option<String>,
    /// From [`SmsCodeSent`], with `card_sms_otp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otp_challenge_id: Option<String>,
    /// The six digits, with `card_sms_otp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otp_code: Option<String>,
    /// From [`StaffSessionOpened`], with `card_staff_witness`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_session_id: Option<String>,
    /// Why a witness was needed, with `card_staff_witness`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_reason: Option<String>,
}

/// Outcome of an identity verification; never says which feature failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationResult {
    /// Identified.
    Verified,
    /// Not this person, or the card is not valid.
    Rejected,
    /// A member of staff must decide.
    Inconclusive,
}

/// Answer to [`IdentityVerification`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IdentityVerified {
    /// For later calls.
    pub verification_id: String,
    /// Outcome.
    pub result: VerificationResult,
    /// Assurance reached, 0 to 3.
    pub level: u8,
}

/// `POST /v1/sms-codes`: the backend knows the telephone, the terminal does not.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsCodeRequest {
    /// The card.
    pub subject: Subject,
}

/// Answer to [`SmsCodeRequest`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SmsCodeSent {
    /// For the verification.
    pub otp_challenge_id: String,
    /// `138****5678`.
    pub phone_masked: String,
    /// The code ends after so many seconds.
    pub expires_in_s: u32,
    /// A further code may be asked for after so many seconds.
    pub resend_after_s: u32,
}

/// `POST /v1/face-comparisons`: one to one against the register's portrait, for cards whose photo
/// no decoder can read. Only a template of the live face travels, never a picture.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaceComparison {
    /// The card.
    pub subject: Subject,
    /// SHA-256 (hex) of the model that made the template: both sides must use the same.
    pub model_sha256: String,
    /// Template of the live face, unit length.
    pub template: Vec<f32>,
    /// The second, separate consent.
    pub consent_id: String,
}

/// Answer to [`FaceComparison`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceCompared {
    /// Cosine of the two templates; judged by the terminal's thresholds, then forgotten.
    pub cosine: f32,
}

/// `POST /v1/staff-sessions`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffLogin {
    /// Number of the member of staff.
    pub staff_number: String,
    /// PIN.
    pub pin: String,
}

/// Answer to [`StaffLogin`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffSessionOpened {
    /// For the verification.
    pub staff_session_id: String,
    /// Masked name.
    pub name_masked: String,
    /// `helper`, `technician`, `operator`, `officer`, as the catalogue's `[staff]` names them.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// `POST /v1/prefill`: a read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefill {
    /// Service.
    pub service_id: String,
    /// Its revision.
    pub service_rev: u32,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The chip of the card.
    Card,
    /// A register of a public body.
    Registry,
    /// An electronic certificate.
    ECertificate,
    /// The social-security card.
    SocialSecurityCard,
    /// What the person gave last time.
    LastTime,
    /// The person, now.
    User,
}

/// One pre-filled value.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct PrefilledField {
    /// Value, as a string, bool, number or list of strings.
    pub value: Value,
    /// Source.
    pub source: Source,
    /// When the source recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Answer to [`Prefill`].
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Prefilled {
    /// By field id.
    #[serde(default)]
    pub fields: BTreeMap<String, PrefilledField>,
    /// Facts for the predicates, e.g. `registry.residence_region`.
    #[serde(default)]
    pub facts: BTreeMap<String, Value>,
}

/// `POST /v1/queries/{service_id}`: a read.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Values of the operation's `params`.
    pub params: BTreeMap<String, Value>,
}

/// Answer to [`Query`]: cells are masked by the backend.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryRows {
    /// One map a row, by column id; at most 200 rows.
    pub rows: Vec<BTreeMap<String, String>>,
    /// State of the register.
    pub as_of: String,
    /// Who keeps it.
    pub office: Words,
}

/// A signature by finger, bound to what was signed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Format version, 1.
    pub version: u32,
    /// Width of the box in millimetres.
    pub w_mm: f32,
    /// Height of the box in millimetres.
    pub h_mm: f32,
    /// Strokes of points `[x, y, t]`: x and y in 0.01 mm from the upper left corner, t in ms.
    pub strokes: Vec<Vec<[i32; 3]>>,
    /// SHA-256 (hex) of the document, fixed before the first stroke.
    pub document_sha256: String,
}

/// `POST /v1/applications`, and every other call that opens a matter at once: appointments, enrolments,
/// reports, searches, packages, deliveries, confirmations. All answer with [`ApplicationState`].
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Service.
    pub service_id: String,
    /// Its revision: the application ends under the rules it began with.
    pub service_rev: u32,
    /// Region whose rules apply.
    pub region: String,
    /// Answers by field id.
    pub answers: BTreeMap<String, Value>,
    /// Signature, where the service asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// People who act beside the session's person: verification by role (`proxy`, `guardian`). Where
    /// the session's person may have one role or another, theirs is among them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parties: BTreeMap<String, String>,
    /// Pictures by the id of their material or field: the upload.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub materials: BTreeMap<String, String>,
}

impl Application {
    /// SHA-256 (hex) of what is signed: this body as JSON with sorted keys, without the signature.
    pub fn content_sha256(&self) -> String {
        let content = BTreeMap::from([
            ("answers", serde_json::to_value(&self.answers).unwrap_or_default()),
            (
                "materials",
                serde_json::to_value(&self.materials).unwrap_or_default(),
            ),
            ("parties", serde_json::to_value(&self.parties).unwrap_or_default()),
            ("region", Value::from(self.region.as_str())),
            ("service_id", Value::from(self.service_id.as_str())),
            ("service_rev", Value::from(self.service_rev)),
        ]);
        let json = serde_json::to_string(&content).unwrap_or_default();
        Sha256::digest(json.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// A step on the way of an application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Name of the state machine in services.md 4.6, e.g. `submitted`.
    pub state: String,
    /// When it was reached, or is due.
    pub at: Option<String>,
    /// Reached.
    pub done: bool,
    /// Words for the person.
    pub words: Words,
    /// Office.
    pub office: Words,
}

/// Answer to [`Application`] and to `POST /v1/applications/{id}/submission`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApplicationState {
    /// For later calls.
    pub application_id: String,
    /// 受理编号, once submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// State, e.g. `draft`, `submitted`, `approved`.
    pub state: String,
    /// Version of a draft, for the next `PUT …/draft`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<u32>,
    /// What happened and what comes.
    #[serde(default)]
    pub timeline: Vec<TimelineEntry>,
    /// What came of it, where that is known at once, e.g. `formerly_sheltered`, `complete`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// What the person must know: time and place of an appointment, telephone of an office.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<super::information::Line>,
    /// Cases of a package, each with its number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<PackageCase>,
}

/// One case of a package (一件事).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackageCase {
    /// Its number.
    pub number: String,
    /// What it is.
    pub title: Words,
    /// Who decides.
    pub office: Words,
}

/// `POST /v1/attestations` (生存认证).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Service.
    pub service_id: String,
    /// Its revision.
    pub service_rev: u32,
    /// `self`, `guardian`, `helper`, `staff` or `home_visit`.
    pub mode: String,
    /// Verification of the person who is alive, where that is not the session's person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_id: Option<String>,
    /// Answers by field id, where the mode needs them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Value>,
}

/// Answer to [`Attestation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attested {
    /// Number for the slip.
    pub number: String,
    /// Date.
    pub valid_until: String,
    /// Earliest date of the next attestation.
    pub next_from: String,
    /// What it is for.
    pub benefit: Words,
}

/// Answer to `GET /v1/applications`: one's own, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MyApplications {
    /// At most fifty.
    pub applications: Vec<MyApplication>,
}

/// One of [`MyApplications`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MyApplication {
    /// For later calls.
    pub application_id: String,
    /// 受理编号, once submitted.
    pub number: Option<String>,
    /// Service.
    pub service_id: String,
    /// State of services.md 4.6, e.g. `approved`.
    pub state: String,
}

/// One entry of `GET /v1/applications/{id}/certificates` (`{"certificates": […]}`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// For the print job.
    pub certificate_id: String,
    /// Title.
    pub title: Words,
    /// Number of pages.
    pub pages: u32,
    /// Copies delivered so far.
    pub printed: u32,
    /// Copies allowed.
    pub max_prints: u32,
}

/// Answer to `GET /v1/applications/{id}/certificates`; empty while the review goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificates {
    /// Issued certificates.
    pub certificates: Vec<Certificate>,
}

/// Answer to `POST /v1/certificates/{id}/print-jobs`. The document is fetched once from
/// `GET /v1/print-jobs/{job_id}/document` (`application/pdf`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrintJob {
    /// Job.
    pub job_id: String,
    /// Serial of this copy, printed on it.
    pub copy_serial: String,
    /// SHA-256 (hex) of the PDF: preview and print must match it.
    pub sha256: String,
    /// Pages.
    pub pages: u32,
}

/// How a print ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// All pages came out; only this counts.
    Delivered,
    /// Some pages came out.
    Partial,
    /// Nothing came out.
    Failed,
    /// Nobody can tell.
    Unknown,
}

/// `PUT /v1/print-jobs/{job_id}/outcome`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintReport {
    /// Outcome.
    pub outcome: Delivery,
    /// Pages known to be out.
    pub pages: u32,
}

/// `POST /v1/verifications`: the text of the QR code, as scanned.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentVerification {
    /// Payload.
    pub code: String,
}

/// Verdict on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Genuineness {
    /// Issued by us and valid.
    Genuine,
    /// Issued by us, no longer valid.
    Revoked,
    /// Not ours, or altered.
    Unknown,
}

/// Answer to [`DocumentVerification`]; names are masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentVerified {
    /// Verdict.
    pub result: Genuineness,
    /// Title of the document.
    #[serde(default)]
    pub title: Words,
    /// `张*`.
    #[serde(default)]
    pub holder_masked: String,
    /// Date of issue.
    #[serde(default)]
    pub issued_on: String,
    /// Last day of validity, empty for none.
    #[serde(default)]
    pub valid_until: String,
    /// Issuing office.
    #[serde(default)]
    pub office: Words,
}

/// `POST /v1/evaluations` (好差评).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Service.
    pub service_id: String,
    /// 1 非常不满意 to 5 非常满意.
    pub level: u8,
    /// Chosen remarks, by text id.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// `POST /v1/tickets`: a call for staff, a complaint, a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// `call_staff`, `card_left`, `device_fault`, `print_unknown`.
    pub kind: String,
    /// Device role or service id; never personal data.
    #[serde(default)]
    pub about: String,
}

/// Answer to [`Ticket`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketOpened {
    /// Number.
    pub number: String,
}
