//! Closed vocabularies of the format: a name that is not here is an error of the file.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::protocol::body::Words;

/// Words by language. Files write `zh` for `zh-Hans`; Chinese is always there.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(try_from = "Words")]
pub struct Text(Words);

impl TryFrom<Words> for Text {
    type Error = &'static str;

    fn try_from(mut words: Words) -> Result<Self, Self::Error> {
        if let Some(text) = words.remove("zh") {
            words.insert("zh-Hans".to_owned(), text);
        }
        if words.contains_key("zh-Hans") {
            Ok(Self(words))
        } else {
            Err("Chinese words are missing; example: { zh = \"…\", en = \"Property\" }")
        }
    }
}

impl Deref for Text {
    type Target = Words;

    fn deref(&self) -> &Words {
        &self.0
    }
}

/// Archetype of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the format")]
pub enum Kind {
    Query,
    Print,
    Apply,
    Report,
    Search,
    Book,
    Verify,
    Attest,
    Info,
    Pay,
    Video,
    Package,
    Entitlement,
    Staff,
}

/// Type of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the format")]
pub enum StepType {
    Notice,
    Consent,
    Login,
    IdentifyParty,
    Select,
    Form,
    Parties,
    Capture,
    Search,
    Prefill,
    Review,
    Classify,
    Sign,
    Authorise,
    Submit,
    Pay,
    Book,
    Map,
    Video,
    Wait,
    Result,
    Print,
    Verify,
    Evaluate,
    Finish,
}

/// Type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the format")]
pub enum FieldType {
    Text,
    Name,
    IdNumber,
    Uscc,
    Phone,
    Date,
    YearMonth,
    Int,
    Decimal,
    Money,
    Bool,
    Choice,
    MultiChoice,
    Region,
    Address,
    BankAccount,
    Photo,
    Document,
    Signature,
    Plate,
    CardNo,
}

/// State of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Offered.
    Active,
    /// Offered.
    Pilot,
    /// Shown grey.
    Suspended,
    /// Not shown.
    Retired,
}

/// Level of a public body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the format")]
pub enum Level {
    Province,
    City,
    County,
    Street,
    Community,
}

/// What happens without a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offline {
    /// Greyed.
    Deny,
    /// The form may be filled.
    Draft,
    /// Queued and sent later.
    Queue,
    /// Answered from the cache.
    Cached,
}

/// Part of a way of login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// Nobody is identified.
    None,
    /// Card on the reader.
    Card,
    /// Face, one to one.
    #[serde(rename = "face_1v1")]
    Face,
    /// Code by SMS.
    SmsOtp,
    /// 国家网络身份认证.
    EidQr,
    /// A member of staff looks at card and person.
    StaffWitness,
    /// A member of staff's card.
    StaffCard,
    /// A member of staff's PIN.
    Pin,
}

/// Role of a device, as `devices.toml` and the catalogue's `[devices]` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRole {
    /// The touchscreen, always there.
    Screen,
    /// Identity card reader.
    IdReader,
    /// Face camera.
    Camera,
    /// Receipt printer.
    ReceiptPrinter,
    /// Page printer.
    A4Printer,
    /// Code scanner.
    QrScanner,
    /// Document camera.
    DocCamera,
    /// Loudspeaker.
    Speaker,
    /// Reader and writer of transit cards.
    TransitCard,
}

/// What refusing a consent leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRefuse {
    /// Another way.
    Alternative,
    /// The end of the service.
    Exit,
}

/// How a party is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyIdentity {
    /// Who is signed in.
    Session,
    /// Own card and face.
    CardFace,
    /// Card, or told.
    CardOrDeclared,
    /// Told.
    Declared,
    /// May stay unknown.
    Optional,
}

/// How a value is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Mask {
    /// `张*`.
    #[serde(rename = "name")]
    Name,
    /// First three and last four of a card number.
    #[serde(rename = "id_3_4", alias = "id_6_4")]
    Id,
    /// `138****5678`.
    #[serde(rename = "phone")]
    Phone,
    /// Last four digits.
    #[serde(rename = "tail_4")]
    Tail,
}

/// Sensitivity of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Personal.
    Pi,
    /// Sensitive personal.
    Spi,
}

/// Input method of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ime {
    /// Pinyin.
    Pinyin,
    /// Pinyin or handwriting.
    PinyinHandwriting,
    /// Latin letters.
    Latin,
    /// Digits.
    Digits,
}

/// Type of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the format")]
pub enum RuleType {
    Eligibility,
    Validation,
    Classification,
    Route,
    Default,
}

/// What a rule does that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElseOutcome {
    /// The matter cannot be handled here.
    Deny,
    /// The person is told and may go on.
    Warn,
}

/// What an unknown condition means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// An officer decides; the person goes on.
    #[default]
    Review,
}

/// Form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultView {
    /// Rows of a query.
    Table,
    /// Verdict on a document, names masked.
    ValidOrNotMasked,
    /// A list of things, each with its page.
    List,
    /// One's own cases with their states.
    Timeline,
    /// What one is entitled to, and why.
    Entitlements,
    /// What a check or a search brought: the words stand in `outcomes`.
    Outcome,
    /// The terminal's own devices, for those who keep the machine. Calls nothing.
    Devices,
}

/// How an outcome is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As hoped.
    Good,
    /// Something is left to do.
    Warn,
    /// Not as hoped.
    Bad,
    /// Neither.
    Info,
}

/// What a step keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Save {
    /// A draft at the backend, of the applicant, for the time of `privacy.draft_retention`.
    Draft,
}

/// A way to know a party beside card and face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyAlternative {
    /// A code by message.
    SmsOtp,
    /// A member of staff looks at card and person.
    StaffWitness,
    /// Somebody comes home.
    HomeVisit,
}

/// How a picture or a paper comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acquire {
    /// The electronic certificate, fetched by the backend.
    ECertificate,
    /// The chip of the card that was read.
    CardChip,
    /// The document camera.
    DocCamera,
    /// One's own telephone, by a code on the screen.
    QrUpload,
}

/// What a `route` rule does when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteOutcome {
    /// The person chooses the accepting office.
    ChooseOffice,
    /// The matter goes before all others, and the person is told what to do at once.
    UrgentQueue,
}

/// Who decides upon a classification: never the machine (PIPL art. 24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decides {
    /// An officer; the label is advice.
    Advisory,
}

/// When a household's letter is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompleteWhen {
    /// Everyone has signed.
    All,
    /// One has signed.
    Any,
    /// The applicant has signed.
    Applicant,
}

/// Where the others may sign a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteSign {
    /// With a telephone, by the code of the slip.
    QrPhone,
    /// At another terminal, with their own card.
    OtherTerminal,
}

/// What a submission does that is not complete yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnIncomplete {
    /// Kept at the backend; the slip names what is missing.
    SaveAndPrintPending,
}

/// What the person confirms of an entitlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirms {
    /// Nothing: it is only shown.
    Nothing,
    /// The bank account.
    Account,
}

/// Role of a member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// Helps residents.
    Helper,
    /// Keeps the machine.
    Technician,
    /// Keeps the fleet and the catalogue.
    Operator,
    /// Decides upon matters.
    Officer,
}

/// Currency of a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Currency {
    /// Yuan.
    CNY,
}

/// How a fee is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayMethod {
    /// A code on the screen, scanned with one's own telephone.
    QrPay,
}

/// When a fee goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refund {
    /// By itself, when the value was not written.
    AutoReversalWhenValueNotWritten,
}

/// How a person signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignMethod {
    /// By finger.
    Handwriting,
}

/// What a `wait` step waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum WaitFor {
    /// The certificate is issued.
    #[serde(rename = "application.approved")]
    ApplicationApproved,
}

/// How a matter is taken up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// With the card.
    Card,
    /// With the receipt's code.
    ReceiptQr,
}

/// Kind of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// Slip.
    Receipt,
    /// Sealed document of the backend.
    Certificate,
    /// File for the archive.
    Record,
    /// Letter.
    Notice,
}

/// What replaces a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// A code on the screen.
    ScreenQr,
    /// A message to the telephone.
    Sms,
    /// Another terminal.
    OtherTerminal,
}

/// Electronic seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seal {
    /// None.
    #[default]
    None,
    /// Put by the backend.
    Required,
}

/// Repeating a print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reprint {
    /// The same job, free.
    SameJobFree,
}

/// Who attests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the format")]
pub enum AttestMode {
    #[serde(rename = "self")]
    Oneself,
    Guardian,
    Helper,
    Staff,
    HomeVisit,
}
