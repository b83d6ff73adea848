//! A service as data. Every key that is not here is an error of the file.

use serde::Deserialize;
use serde_json::Value;

use crate::protocol::body::Source;

pub use super::bundle::*;
use super::predicate::Predicate;
pub use super::vocabulary::*;

/// The only version of the format.
pub const SCHEMA: &str = "kiosk.catalogue/1";

/// `services/*.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// [`SCHEMA`].
    pub schema: String,
    /// What it is.
    pub service: About,
    /// The page that describes it.
    pub page: ServicePage,
    /// Where and when.
    pub availability: Availability,
    /// How people are identified.
    pub login: Login,
    /// Devices.
    pub devices: Devices,
    /// Separate consents.
    #[serde(default, rename = "consent")]
    pub consents: Vec<ConsentUse>,
    /// People involved.
    #[serde(default, rename = "party")]
    pub parties: Vec<Party>,
    /// Values.
    #[serde(default, rename = "field")]
    pub fields: Vec<Field>,
    /// Conditions.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Calls to the backend.
    #[serde(default, rename = "op")]
    pub ops: Vec<Operation>,
    /// Steps in their order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// Papers.
    #[serde(default, rename = "output")]
    pub outputs: Vec<Output>,
    /// Proof of life.
    pub attest: Option<Attest>,
    /// Times.
    #[serde(default)]
    pub sla: Sla,
    /// What is kept and logged.
    pub privacy: Privacy,
    /// What comes afterwards.
    #[serde(default)]
    pub after: After,
}

/// `[service]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Stable, dotted.
    pub id: String,
    /// Grows with each change.
    pub rev: u32,
    /// Archetype.
    pub kind: Kind,
    /// Id of `categories.toml`.
    pub category: String,
    /// Name.
    pub title: Text,
    /// What it is, in one or two sentences.
    pub summary: Text,
    /// Who is responsible.
    pub authority: Authority,
    /// 实施编码, per region.
    #[serde(default)]
    pub item_code: String,
    /// Rows of the list of services.
    #[serde(default)]
    pub covers: Vec<String>,
    /// `natural_person`, `public`, `proxy`, `staff`.
    pub audience: Vec<String>,
    /// Further words for the search.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Only `active` and `pilot` are offered.
    pub status: Status,
}

/// Responsible body.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: Option<String>,
    /// `province`, `city`, `county`, `street` or `community`.
    pub level: Level,
}

/// `[page]`: what the service page says before one starts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicePage {
    /// Icon name.
    pub icon: String,
    /// Second line in lists.
    pub sub: Text,
    /// Minutes from start to end, about.
    pub minutes: u32,
    /// Who decides.
    pub decides: Remark,
    /// How long it takes.
    pub duration: Remark,
    /// What it costs.
    pub cost: Remark,
    /// What one needs.
    #[serde(default, rename = "need")]
    pub needs: Vec<Need>,
    /// What the receipt of a finished matter says first, e.g. "not approved yet".
    pub done: Option<Remark>,
}

/// A text with a second line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// First line.
    pub text: Text,
    /// Second line.
    pub sub: Option<Text>,
}

/// Something one needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Icon name.
    pub icon: String,
    /// What.
    pub text: Text,
    /// What for.
    pub sub: Option<Text>,
}

/// `[availability]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// GB/T 2260 codes; `440100` serves every district of the city.
    pub regions: Vec<String>,
    /// Excepted regions.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// `00:00-24:00`.
    #[serde(default)]
    pub hours: String,
    /// Tags of terminals; empty for all.
    #[serde(default)]
    pub terminals: Vec<String>,
    /// What happens without a network.
    pub offline: Offline,
}

/// `[login]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// 0 anonymous, 1 identified, 2 real name and real person, 3 fresh before submission.
    pub level: u8,
    /// Ways; all members of one way are needed.
    pub methods: Vec<Vec<Factor>>,
    /// The live person is checked.
    #[serde(default)]
    pub liveness: bool,
    /// Age of the identification before a submission, in seconds.
    pub refresh_before_submit_s: Option<u32>,
}

/// `[devices]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Devices {
    /// Without one of these the service is greyed.
    pub required: Vec<DeviceRole>,
    /// Alternatives of `required`: one of these must be usable.
    #[serde(default)]
    pub any_of: Vec<DeviceRole>,
    /// Used when there.
    #[serde(default)]
    pub optional: Vec<DeviceRole>,
}

/// `[[consent]]`: where a service uses a consent of `consents/`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentUse {
    /// Within the service.
    pub id: String,
    /// Id in `consents/`.
    pub template: String,
    /// Version that must be shown.
    pub version: u32,
    /// Purpose within this service.
    pub purpose: Text,
    /// Kinds of data.
    pub data: Vec<String>,
    /// `session` or a period.
    pub retention: String,
    /// Asked apart from everything else.
    pub separate: bool,
    /// Asked of each person.
    #[serde(default)]
    pub per_party: bool,
    /// What refusing leads to.
    pub on_refuse: OnRefuse,
}

/// `[[party]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// `applicant`, `elder`, `relative`, …
    pub role: String,
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
    /// How the person is known.
    pub identity: PartyIdentity,
}

/// `[[field]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `party.name`.
    pub id: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Label.
    pub label: Text,
    /// Hint below the box.
    pub hint: Option<Text>,
    /// Must be filled.
    #[serde(default)]
    pub required: bool,
    /// Must be filled when this holds.
    pub required_when: Option<Predicate>,
    /// Where the value may come from, in this order.
    #[serde(default)]
    pub source: Vec<Source>,
    /// The person may change it.
    #[serde(default = "yes")]
    pub editable: bool,
    /// Further rules.
    #[serde(default)]
    pub validate: Limits,
    /// How it is masked on the screen.
    pub mask: Option<Mask>,
    /// Sensitivity.
    pub sensitivity: Option<Sensitivity>,
    /// Input method.
    pub ime: Option<Ime>,
    /// Options by code.
    #[serde(default)]
    pub options: Vec<String>,
    /// Id in `codes/`.
    pub code_list: Option<String>,
    /// Value at the start.
    pub default: Option<Value>,
}

fn yes() -> bool {
    true
}

/// `validate` of a field.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Code points, at least.
    pub min_len: Option<usize>,
    /// Code points, at most.
    pub max_len: Option<usize>,
    /// Numbers, at least.
    pub min: Option<f64>,
    /// Numbers, at most.
    pub max: Option<f64>,
    /// Luhn check digit.
    #[serde(default)]
    pub luhn: bool,
    /// The holder must be the person of this field; the backend checks it.
    pub holder_equals: Option<String>,
}

/// `[[rule]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Within the service.
    pub id: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: RuleType,
    /// Condition.
    pub when: Predicate,
    /// When the condition does not hold.
    pub else_outcome: Option<ElseOutcome>,
    /// What happened.
    pub message: Option<Text>,
    /// Where the person can go instead.
    pub route: Option<Text>,
    /// When nobody can tell: an officer looks at it.
    #[serde(default)]
    pub unknown: OnUnknown,
}

/// `[[op]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Within the service.
    pub id: String,
    /// Method and path, `POST /v1/queries/{service_id}`.
    pub call: String,
    /// Fields that are sent.
    #[serde(default)]
    pub params: Vec<String>,
    /// Deadline of one attempt.
    pub timeout_s: u32,
    /// Further attempts.
    #[serde(default)]
    pub retries: u32,
    /// A read by POST.
    #[serde(default)]
    pub idempotent: bool,
    /// Carries an idempotency key.
    #[serde(default)]
    pub idempotency_key: bool,
}

/// `[[step]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Within the service.
    pub id: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: StepType,
    /// Title of the page.
    pub title: Option<Text>,
    /// Only then.
    pub when: Option<Predicate>,
    /// May be skipped.
    #[serde(default)]
    pub optional: bool,
    /// Fields of a form.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Call.
    pub op: Option<String>,
    /// Papers.
    #[serde(default)]
    pub outputs: Vec<String>,
    /// Consents.
    #[serde(default)]
    pub consents: Vec<String>,
    /// Rules that are judged at this step.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Form of a result.
    pub view: Option<ResultView>,
    /// Columns of a table.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// Shown instead of an empty table.
    pub empty: Option<Text>,
    /// Words for each verdict on a document, by `genuine`, `revoked`, `unknown`.
    pub verdicts: Option<Verdicts>,
    /// Words of the step: what is declared or signed.
    pub text: Option<Text>,
    /// Who acts.
    pub party: Option<String>,
    /// How it can be done.
    #[serde(default)]
    pub methods: Vec<SignMethod>,
    /// What is waited for.
    #[serde(rename = "for")]
    pub wait_for: Option<WaitFor>,
    /// Longest wait.
    pub max_wait_s: Option<u32>,
    /// How the matter can be taken up again.
    #[serde(default)]
    pub resume: Vec<Resume>,
    /// Read aloud without being asked.
    #[serde(default)]
    pub read_aloud: bool,
}

/// Words for the verdicts of a verification.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdicts {
    /// Issued and valid.
    pub genuine: Remark,
    /// Issued, no longer valid.
    pub revoked: Remark,
    /// Not issued by us, or altered.
    pub unknown: Remark,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Key in the answer's rows.
    pub id: String,
    /// Name.
    pub title: Text,
}

/// `[[output]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Within the service.
    pub id: String,
    /// Kind.
    pub kind: OutputKind,
    /// `receipts/<template>.toml`, or `backend_pdf`.
    pub template: String,
    /// Device.
    pub printer: Option<DeviceRole>,
    /// What happens when the printer cannot.
    #[serde(default)]
    pub fallback: Vec<Fallback>,
    /// What the code on it leads to.
    pub qr: Option<String>,
    /// `required` or `none`.
    #[serde(default)]
    pub seal: Seal,
    /// How it can be verified.
    pub verify: Option<Verify>,
    /// Copies of one print.
    #[serde(default = "one")]
    pub copies: u32,
    /// Prints in all.
    pub max_prints: Option<u32>,
    /// `same_job_free`: a job that stopped may be taken up again without counting twice.
    pub reprint: Option<Reprint>,
    /// Seconds after which one is reminded to take it.
    pub pickup_reminder_s: Option<u32>,
    /// Printed at the foot.
    pub note: Option<Text>,
}

fn one() -> u32 {
    1
}

/// Verification of a document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// Place on the net.
    pub portal: Option<Text>,
    /// A code is on it.
    #[serde(default)]
    pub qr: bool,
}

/// `[attest]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// Who may attest.
    pub modes: Vec<AttestMode>,
    /// Days until the next one.
    pub valid_days: u32,
    /// Days before the end at which one is reminded.
    pub remind_days_before: Option<u32>,
}

/// `[sla]`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sla {
    /// Working days by law.
    pub legal_days: Option<u32>,
    /// Working days promised.
    pub promise_days: Option<u32>,
    /// Minutes at the terminal.
    pub target_minutes: Option<u32>,
}

/// `[privacy]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// `none` or a period.
    pub draft_retention: String,
    /// White list of the log.
    pub log_fields: Vec<String>,
}

/// `[after]`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// The person is asked to rate.
    #[serde(default)]
    pub evaluation: bool,
    /// Progress can be asked for.
    #[serde(default)]
    pub progress: bool,
    /// Where help is.
    #[serde(default)]
    pub help: Vec<String>,
}
