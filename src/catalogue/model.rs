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
    /// Papers that the person brings.
    #[serde(default, rename = "material")]
    pub materials: Vec<Material>,
    /// Letters of a household.
    #[serde(default, rename = "authorisation")]
    pub authorisations: Vec<Authorisation>,
    /// What is different in some regions, or from some day on.
    #[serde(default, rename = "variant")]
    pub variants: Vec<Variant>,
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
    /// Appointments.
    pub booking: Option<Booking>,
    /// Remote officer.
    pub video: Option<Video>,
    /// Benefits without application.
    pub entitlement: Option<Entitlement>,
    /// Work of staff.
    pub staff: Option<StaffWork>,
    /// One matter of several services.
    pub package: Option<Package>,
    /// What it costs.
    pub fee: Option<Fee>,
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
    /// Place in lists: the lower, the earlier; the same place is ordered by id.
    #[serde(default = "usual_place")]
    pub place: u32,
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

fn usual_place() -> u32 {
    50
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

/// `[[party]]`. The first one is the person whose matter it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// `applicant`, `elder`, `relative`, …
    pub role: String,
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
    /// How the person is known. The step `login` is that of the party with `session`, an
    /// `identify_party` step that of its `party`. The first of these steps whose `when` holds takes the
    /// person who logged in; every later one asks for another person's card. A proxy's step with
    /// `when`, before the `login`, thus makes the person who logged in the proxy, and the card of the
    /// one they act for is asked for next; when the condition does not hold nobody else is asked.
    pub identity: PartyIdentity,
    /// The role in words, e.g. "代办人".
    pub title: Option<Text>,
    /// Who counts as one.
    pub definition: Option<Text>,
    /// Ways beside card and face, for this party; where there is none, those of the login.
    #[serde(default)]
    pub alternatives: Vec<PartyAlternative>,
    /// Codes of the kinds of such a person, for `<role>.kind`.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// For whom the person acts.
    pub acts_for: Option<String>,
    /// Signs for each member for whom this holds (the member's own fields are its fields).
    pub signs_for: Option<Predicate>,
    /// Role that must be another person.
    pub must_differ_from: Option<String>,
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
    /// Options that belong to this service alone, with their words.
    #[serde(default)]
    pub choices: Vec<CodeEntry>,
    /// Value at the start.
    pub default: Option<Value>,
    /// Rule of type `default` that gives it.
    pub default_rule: Option<String>,
    /// How a photo or a document comes in.
    #[serde(default)]
    pub acquire: Vec<Acquire>,
}

/// `[[material]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Within the service.
    pub id: String,
    /// What it is.
    pub name: Text,
    /// Must be there.
    #[serde(default)]
    pub required: bool,
    /// Must be there when this holds.
    pub required_when: Option<Predicate>,
    /// Not asked for when this holds: what can be had by data sharing must not be asked for (国令716号 art. 7).
    pub unless: Option<Predicate>,
    /// How it comes in.
    pub acquire: Vec<Acquire>,
}

/// `[[authorisation]]`: one letter of the whole household.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorisation {
    /// Within the service.
    pub id: String,
    /// Id in `authorisations/`.
    pub template: String,
    /// Version that must be shown.
    pub version: u32,
    /// Roles that sign.
    pub parties: Vec<String>,
    /// A guardian signs for those who cannot.
    #[serde(default)]
    pub guardian_signs: bool,
    /// Where the others may sign.
    #[serde(default)]
    pub remote_sign: Vec<RemoteSign>,
    /// When it is complete.
    pub complete_when: CompleteWhen,
    /// Electronic seal.
    #[serde(default)]
    pub seal: Seal,
    /// Days of validity once complete.
    pub expires_days: u32,
    /// Days in which all must have signed.
    pub wait_for_signatures_days: u32,
}

/// `[[variant]]`: what is different in some regions, or from some day on. Later ones win.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Within the service.
    pub id: String,
    /// GB/T 2260 codes, as in `[availability]`; empty for everywhere.
    #[serde(default)]
    pub regions: Vec<String>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day.
    pub until: Option<String>,
    /// Where the difference comes from.
    pub note: Text,
    /// Name there.
    pub title: Option<Text>,
    /// What it is, there.
    pub summary: Option<Text>,
    /// Second line in lists, there.
    pub sub: Option<Text>,
    /// Who decides, there.
    pub decides: Option<Remark>,
    /// How long it takes, there.
    pub duration: Option<Remark>,
    /// Fields that are not asked for.
    #[serde(default)]
    pub hide_fields: Vec<String>,
    /// Materials that are not asked for.
    #[serde(default)]
    pub hide_materials: Vec<String>,
    /// Steps that fall away.
    #[serde(default)]
    pub hide_steps: Vec<String>,
    /// Rules that read otherwise.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleVariant>,
    /// Most fields that may be asked for; the check counts them.
    pub fields_asked_max: Option<usize>,
    /// Most materials that may be asked for.
    pub materials_max: Option<usize>,
}

/// A rule as it reads in a [`Variant`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleVariant {
    /// Id of the rule.
    pub id: String,
    /// Condition.
    pub when: Predicate,
    /// What happened.
    pub message: Option<Text>,
    /// Where the person can go instead.
    pub route: Option<Text>,
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
    /// Faces on a photo, exactly.
    pub faces: Option<u32>,
    /// Shorter side of a picture in pixels, at least.
    pub min_px: Option<u32>,
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
    /// What a `route` does when it holds.
    pub outcome: Option<RouteOutcome>,
    /// Label that a `classification` gives.
    pub label: Option<String>,
    /// Who decides upon a label.
    pub decides: Option<Decides>,
    /// Value that a `default` gives.
    pub set: Option<Set>,
    /// Law or notice that the rule comes from.
    pub law: Option<Text>,
}

/// `set` of a `default` rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Field.
    pub field: String,
    /// Value.
    pub value: Value,
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
    /// A public answer may be shown from the cache for so long, e.g. `24h`.
    pub cache: Option<String>,
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
    /// Paragraphs of a notice.
    #[serde(default)]
    pub paragraphs: Vec<Text>,
    /// Shortest time for reading, in seconds; the main action waits for it.
    pub min_read_s: Option<u32>,
    /// Question of a `select`; the answer is the fact `answers.<step id>`.
    pub ask: Option<Text>,
    /// Options of a `select`; with `op` they come from the backend.
    #[serde(default)]
    pub choices: Vec<SelectOption>,
    /// Roles whose members are listed by `parties`.
    #[serde(default)]
    pub roles: Vec<String>,
    /// A card on the reader adds a member.
    #[serde(default)]
    pub tap_card_to_add: bool,
    /// Id of the `[[authorisation]]`.
    pub authorisation: Option<String>,
    /// Call that adds a signature.
    pub sign_op: Option<String>,
    /// Materials that a `capture` takes.
    #[serde(default)]
    pub materials: Vec<String>,
    /// The answers so far are kept at the backend.
    pub save: Option<Save>,
    /// What a submission does that is not complete yet.
    pub on_incomplete: Option<OnIncomplete>,
    /// Words for each outcome of a `result` with `view = "outcome"`.
    #[serde(default, rename = "outcomes")]
    pub outcomes: Vec<OutcomeWords>,
    /// A thing of the list may be chosen to go on with (`answers.<step id>`); otherwise it is only shown.
    #[serde(default)]
    pub choose: bool,
    /// The things of the list are drawn on a plan.
    #[serde(default)]
    pub on_map: bool,
}

/// An option of a `select`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectOption {
    /// Answer.
    pub code: String,
    /// Words.
    pub title: Text,
    /// Second line.
    pub sub: Option<Text>,
    /// Icon name.
    #[serde(default)]
    pub icon: String,
}

/// Words for one outcome of a check or a search.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeWords {
    /// As the backend names it.
    pub code: String,
    /// How it is drawn.
    pub tone: Tone,
    /// Heading.
    pub title: Text,
    /// What it means and what to do now.
    pub lead: Text,
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
    /// Printed only then.
    pub when: Option<Predicate>,
    /// Values that must be on it; nothing else of the person is.
    #[serde(default)]
    pub contains: Vec<String>,
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

/// What a proof of life is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttestedBenefit {
    /// Money of social assistance.
    Assistance,
    /// The old-age allowance.
    Longevity,
}

/// `[attest]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attest {
    /// Who may attest.
    pub modes: Vec<AttestMode>,
    /// The benefit that ends without it.
    pub benefit: AttestedBenefit,
    /// Days until the next one.
    pub valid_days: u32,
    /// Days before the end at which one is reminded.
    pub remind_days_before: Option<u32>,
}

/// `[booking]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Booking {
    /// What is booked: `registry_office`, `cemetery`, `course`, …
    pub resource: String,
    /// Days ahead that can be booked.
    pub days_ahead: u32,
    /// Open bookings of one person, at most.
    pub max_open_per_person: u32,
    /// Hours before the time until which it can be cancelled.
    pub cancel_until_h: u32,
}

/// `[video]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// Queue of the remote officers.
    pub queue: String,
    /// Departments that answer.
    pub departments: Vec<Text>,
    /// The talk is recorded.
    #[serde(default)]
    pub record: bool,
    /// Longest wait for an officer, in seconds.
    pub max_wait_s: u32,
}

/// `[entitlement]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entitlement {
    /// What the person confirms.
    pub confirm: Confirms,
    /// Why one is entitled is shown.
    #[serde(default)]
    pub explain: bool,
}

/// `[staff]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffWork {
    /// Who may.
    pub roles: Vec<StaffRole>,
    /// A PIN beside the number.
    #[serde(default)]
    pub second_factor: bool,
    /// A resident is served with help, and both are known.
    #[serde(default)]
    pub acts_for_resident: bool,
}

/// `[package]`: situation questions choose components; fields are asked once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Components in the order of the receipt.
    pub components: Vec<Component>,
    /// Fields that several components use.
    #[serde(default)]
    pub shared_fields: Vec<String>,
}

/// A component of a package.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Within the package.
    pub id: String,
    /// What it is.
    pub title: Text,
    /// Who decides.
    pub office: Text,
    /// Service of the catalogue with the same matter, where there is one.
    pub service: Option<String>,
    /// Only then.
    pub when: Option<Predicate>,
    /// Begun when these are done.
    #[serde(default)]
    pub after: Vec<String>,
}

/// `[fee]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Field with the amount in yuan.
    pub amount_field: String,
    /// Currency.
    pub currency: Currency,
    /// Ways.
    pub methods: Vec<PayMethod>,
    /// When it goes back.
    pub refund: Refund,
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
    /// Days of public notice.
    pub publicity_days: Option<u32>,
    /// Where the numbers come from.
    pub source: Option<String>,
}

/// `[privacy]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// `none` or a period.
    pub draft_retention: String,
    /// White list of the log.
    pub log_fields: Vec<String>,
    /// Fields whose pictures are deleted at the backend as soon as the matter is answered.
    #[serde(default)]
    pub wipe: Vec<String>,
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
    /// How to object to a refusal.
    pub appeal: Option<Text>,
}
