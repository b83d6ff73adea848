//! A world around a visit: it answers what the visit asks for, unless told otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::catalogue::Catalogue;
use crate::catalogue::tests::reference;
use crate::protocol::body::{ScoreBand, Subject};
use crate::protocol::call::{Call, CallFailure, CallResult, Method};
use crate::protocol::problem::{Problem, TYPE_BASE};
use crate::session::action::{Action, Drawing};
use crate::session::effect::{Effect, ReceiptOrder};
use crate::session::event::{CardData, DeviceRole, DeviceState, Event, FaceOutcome, Instant, PrintEnd};
use crate::session::payment::Payment;
use crate::session::ticket::Ticket;
use crate::session::view::{Page, View};
use crate::session::{Session, Settings};

pub(super) const NAME: &str = "张三丰";
pub(super) const ELDER_ID: &str = "440104194001010018";
pub(super) const PROPERTY: &str = "gz.terminal.property.query";
pub(super) const KINSHIP: &str = "gz.community.cert.kinship";
pub(super) const ALLOWANCE: &str = "gd.elder.allowance.apply";
pub(super) const ATTEST: &str = "gz.assist.attest";
pub(super) const VERIFY: &str = "gz.document.verify";

pub(super) fn catalogue() -> Arc<Catalogue> {
    static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Arc::new(reference())).clone()
}

/// What the world does when asked.
pub(super) struct World {
    pub session: Session,
    pub now: u64,
    /// Everything that was asked for, in order.
    pub asked: Vec<Effect>,
    pub calls: Vec<Call>,
    pub receipts: Vec<ReceiptOrder>,
    /// Answers by the beginning of the path, before the usual ones; each is used once.
    pub special: Vec<(&'static str, CallResult)>,
    /// Paths that are never answered.
    pub silent: BTreeSet<&'static str>,
    pub face: FaceOutcome,
    pub receipt_end: Option<PrintEnd>,
    pub document_end: Option<PrintEnd>,
    /// How the next documents are found.
    pub document: Result<u32, &'static str>,
    /// Distinct pages in their order.
    pub pages: Vec<&'static str>,
    pub certificate_ready: bool,
    /// Answers by the beginning of the path, instead of the usual ones.
    pub answers: Vec<(&'static str, Value)>,
    /// Own applications at the backend.
    pub mine: Vec<Value>,
    /// Payments as they were written down.
    pub payments: Vec<Payment>,
    /// The disk takes them.
    pub disk: bool,
    last: BTreeMap<&'static str, Ticket>,
}

impl World {
    pub fn new() -> Self {
        Self::with(Settings {
            place: "测试大厅".to_owned(),
            ..Settings::default()
        })
    }

    /// With one more service.
    pub fn serving(service: &str) -> Self {
        let mut catalogue = reference();
        catalogue.services.push(toml::from_str(service).unwrap());
        Self::of(Arc::new(catalogue), Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        Self::of(catalogue(), settings)
    }

    pub fn of(catalogue: Arc<Catalogue>, settings: Settings) -> Self {
        let mut world = Self {
            session: Session::new(catalogue, settings, 1),
            now: 0,
            asked: Vec::new(),
            calls: Vec::new(),
            receipts: Vec::new(),
            special: Vec::new(),
            silent: BTreeSet::new(),
            face: FaceOutcome::Compared(ScoreBand::Pass),
            receipt_end: Some(PrintEnd::Completed),
            document_end: Some(PrintEnd::Completed),
            document: Ok(2),
            pages: Vec::new(),
            certificate_ready: true,
            answers: Vec::new(),
            mine: Vec::new(),
            payments: Vec::new(),
            disk: true,
            last: BTreeMap::new(),
        };
        world.tick(0);
        for role in ROLES
            .into_iter()
            .chain([DeviceRole::DocCamera, DeviceRole::TransitCard])
        {
            world.event(Event::Device(role, DeviceState::Ready));
        }
        world.event(Event::Online(true));
        world.pages.clear();
        world
    }

    /// At the printing of a kinship certificate, which stays under way.
    pub fn printing() -> Self {
        let mut world = Self::new();
        world.document_end = None;
        world.log_in(KINSHIP, "face");
        world.fill_kinship();
        for _ in 0..3 {
            world.act(Action::Next);
        }
        world
    }

    pub fn event(&mut self, event: Event) {
        let effects = self.session.apply(event);
        let page = name_of(&self.session.view().page);
        if self.pages.last() != Some(&page) {
            self.pages.push(page);
        }
        for effect in effects {
            self.asked.push(effect.clone());
            if let Some(answer) = self.answer(effect) {
                self.event(answer);
            }
        }
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Call { ticket, call } => {
                self.calls.push(call.clone());
                self.last.insert("call", ticket);
                let result = self.call_result(&call)?;
                Some(Event::Answer { ticket, result })
            }
            Effect::StartFace { ticket, .. } => {
                self.last.insert("face", ticket);
                (self.face != FaceOutcome::CameraLost).then(|| Event::FaceDone {
                    ticket,
                    outcome: self.face.clone(),
                })
            }
            Effect::StartScan { ticket, .. } => {
                self.last.insert("scan", ticket);
                None
            }
            Effect::PrintReceipt { ticket, order } => {
                self.receipts.push(order);
                self.last.insert("receipt", ticket);
                self.receipt_end.map(|end| Event::Printed { ticket, end })
            }
            Effect::FetchDocument { ticket, .. } => Some(Event::Document {
                ticket,
                result: self.document,
            }),
            Effect::PrintDocument { ticket, .. } | Effect::ResumePrint { ticket, .. } => {
                self.last.insert("print", ticket);
                self.document_end.map(|end| Event::Printed { ticket, end })
            }
            Effect::WaitTransitCard { ticket, .. }
            | Effect::BeginLoad { ticket, .. }
            | Effect::FinishLoad { ticket, .. } => {
                self.last.insert("transit", ticket);
                None
            }
            Effect::StartPicture { ticket }
            | Effect::TakePicture { ticket }
            | Effect::SendPicture { ticket, .. } => {
                self.last.insert("picture", ticket);
                None
            }
            Effect::KeepPayment { ticket, payment } => {
                self.last.insert("payment", ticket);
                self.payments.push(payment);
                let kept = self.disk;
                Some(Event::PaymentKept { ticket, kept })
            }
            _ => None,
        }
    }

    fn call_result(&mut self, call: &Call) -> Option<CallResult> {
        if is_list(call) {
            return Some(Ok(json!({ "applications": self.mine })));
        }
        if self.silent.iter().any(|path| call.path.starts_with(path)) {
            return None;
        }
        if let Some(place) = self
            .special
            .iter()
            .position(|(path, _)| call.path.starts_with(path))
        {
            return Some(self.special.remove(place).1);
        }
        let mut answers = self.answers.iter();
        if let Some((_, answer)) = answers.find(|(path, _)| call.path.starts_with(path)) {
            return Some(Ok(answer.clone()));
        }
        Some(Ok(usual(&call.path, self.certificate_ready)))
    }

    pub fn ticket(&self, what: &'static str) -> Ticket {
        self.last[what]
    }

    pub fn act(&mut self, action: Action) {
        self.event(Event::Action(action));
    }

    pub fn choose(&mut self, id: &str) {
        self.act(Action::Choose(id.to_owned()));
    }

    /// Lets time pass, a second at a time.
    pub fn tick(&mut self, seconds: u64) {
        let end = self.now + seconds * 1000;
        loop {
            let start = jiff::civil::date(2026, 11, 23).at(10, 24, 0, 0);
            let wall = start.to_zoned(TimeZone::fixed(jiff::tz::offset(8))).unwrap();
            let wall = wall
                .checked_add(jiff::SignedDuration::from_millis(self.now as i64))
                .unwrap();
            self.event(Event::Tick {
                now: Instant(self.now),
                wall,
            });
            if self.now >= end {
                return;
            }
            self.now = (self.now + 1000).min(end);
        }
    }

    pub fn view(&self) -> View {
        self.session.view()
    }

    pub fn page(&self) -> Page {
        self.view().page
    }

    pub fn place_card(&mut self) {
        self.event(Event::CardReading);
        self.event(Event::Card(Box::new(card())));
    }

    pub fn open(&mut self, service: &str) {
        self.act(Action::Start);
        self.act(Action::OpenService(service.to_owned()));
        self.act(Action::Next);
    }

    /// From the attract page to the first step after login.
    pub fn log_in(&mut self, service: &str, way: &str) {
        self.open(service);
        self.choose(way);
        self.act(Action::Next);
        self.place_card();
        match way {
            "sms" => {
                self.act(Action::Type("123456".to_owned()));
                self.act(Action::Next);
            }
            "witness" => {
                self.act(Action::Type("0042".to_owned()));
                self.act(Action::Next);
                self.act(Action::Type("135790".to_owned()));
                self.act(Action::Next);
            }
            _ => {}
        }
    }

    pub fn fill_kinship(&mut self) {
        self.act(Action::Focus("request.purpose".to_owned()));
        self.act(Action::Type("子女入学".to_owned()));
        self.act(Action::Next);
        self.act(Action::Next);
        self.act(Action::Toggle("declaration".to_owned()));
    }

    pub fn sign(&mut self) {
        self.act(Action::Sign(Drawing {
            size: [30_000, 15_000],
            strokes: vec![vec![[1000, 1000, 0], [4000, 1500, 300], [2000, 5000, 600]]],
        }));
    }

    pub fn called(&self, path: &str) -> Vec<&Call> {
        self.calls
            .iter()
            .filter(|call| call.path.starts_with(path) && !is_list(call))
            .collect()
    }

    pub fn count(&self, wanted: impl Fn(&Effect) -> bool) -> usize {
        self.asked.iter().filter(|effect| wanted(effect)).count()
    }

    pub fn wipes(&self) -> usize {
        self.count(|effect| matches!(effect, Effect::Wipe { .. }))
    }
}

pub(super) const ROLES: [DeviceRole; 6] = [
    DeviceRole::IdReader,
    DeviceRole::Camera,
    DeviceRole::ReceiptPrinter,
    DeviceRole::A4Printer,
    DeviceRole::QrScanner,
    DeviceRole::Speaker,
];

pub(super) fn card() -> CardData {
    CardData {
        subject: Subject {
            name: NAME.to_owned(),
            id_no: ELDER_ID.to_owned(),
            card: "resident".to_owned(),
            valid_to: "long_term".to_owned(),
        },
        fields: BTreeMap::from([("address".to_owned(), "越秀区东风路 12 号".to_owned())]),
        photo_usable: true,
    }
}

pub(super) fn refusal(case: &str, status: u16) -> CallResult {
    Err(CallFailure::Problem(Box::new(Problem {
        kind: format!("{TYPE_BASE}{case}"),
        title: case.to_owned(),
        status,
        code: "K-4000".to_owned(),
        trace_id: String::new(),
        retryable: status >= 500,
        retry_after_s: None,
        user_message: BTreeMap::new(),
        errors: Vec::new(),
    })))
}

pub(super) fn words(text: &str) -> Value {
    json!({ "zh-Hans": text, "en": text })
}

/// The look for what was approved since the last visit comes before every certificate.
fn is_list(call: &Call) -> bool {
    call.method == Method::Get && call.path == "/v1/applications"
}

/// What a backend answers when all goes well.
fn usual(path: &str, certificate_ready: bool) -> Value {
    match path {
        "/v1/sessions" => {
            json!({ "session_id": "s1", "token": "secret", "expires_at": "2026-11-23T11:00:00+08:00" })
        }
        "/v1/consents" => json!({ "consent_id": "c1", "receipt_number": "T-1" }),
        "/v1/sms-codes" => json!({
            "otp_challenge_id": "o1", "phone_masked": "138****5678", "expires_in_s": 300, "resend_after_s": 60
        }),
        "/v1/staff-sessions" => json!({ "staff_session_id": "w1", "name_masked": "李*" }),
        "/v1/identity-verifications" => json!({ "verification_id": "v1", "result": "verified", "level": 2 }),
        "/v1/face-comparisons" => json!({ "cosine": 0.71 }),
        "/v1/prefill" => json!({
            "fields": {
                "relative.name": { "value": "张小明", "source": "registry" },
                "relative.id_no": { "value": "440104201001010018", "source": "registry" },
                "relative.relation": { "value": "20", "source": "registry" },
                "elder.phone": { "value": "13812345678", "source": "registry" },
                "bank.name": { "value": "abc", "source": "social_security_card" },
                "bank.account": { "value": "6228480402564890018", "source": "social_security_card" },
            },
            "facts": {
                "registry.residence_region": "440104001", "registry.kinship_confirmed": true,
                "bank.holder_matches": true,
            }
        }),
        "/v1/applications" | "/v1/applications/a1/draft" => {
            json!({ "application_id": "a1", "state": "draft", "etag": 3 })
        }
        "/v1/applications/a1/submission" => json!({
            "application_id": "a1", "number": "YX-2026-00427", "state": "submitted",
            "timeline": [
                { "state": "submitted", "at": "2026-11-23T10:24:00+08:00", "done": true,
                  "words": words("已提交"), "office": words("街道办事处") },
                { "state": "approved", "at": null, "done": false, "words": words("作决定"), "office": words("区民政局") },
            ]
        }),
        "/v1/applications/a1/certificates" if certificate_ready => json!({ "certificates": [
            { "certificate_id": "z1", "title": words("证明"), "pages": 2, "printed": 0, "max_prints": 3 }
        ] }),
        "/v1/applications/a1/certificates" => json!({ "certificates": [] }),
        "/v1/certificates/z1/print-jobs" => {
            json!({ "job_id": "j1", "copy_serial": "1", "sha256": "00", "pages": 2 })
        }
        "/v1/attestations" => json!({
            "number": "RZ-1", "valid_until": "2027-02-21", "next_from": "2027-02-07", "benefit": words("低保")
        }),
        "/v1/verifications" => json!({
            "result": "genuine", "title": words("亲属关系证明"), "holder_masked": "张**", "issued_on": "2026-11-23",
            "valid_until": "", "office": words("街道办事处")
        }),
        "/v1/tickets" => json!({ "number": "G-1" }),
        _ if path.starts_with("/v1/queries/") => json!({
            "rows": (0..7).map(|row| json!({ "address_masked": format!("越秀区**路{row}号"), "area_m2": "88.1",
                "cert_no_masked": "粤(****)", "registered_on": "2019-05-06" })).collect::<Vec<_>>(),
            "as_of": "2026-11-22", "office": words("不动产登记中心")
        }),
        _ => Value::Null,
    }
}

pub(super) fn name_of(page: &Page) -> &'static str {
    match page {
        Page::Attract => "attract",
        Page::Home { .. } => "home",
        Page::List { .. } => "list",
        Page::Service { .. } => "service",
        Page::LoginWays { .. } => "ways",
        Page::Consent { .. } => "consent",
        Page::Card { .. } => "card",
        Page::Face { .. } => "face",
        Page::FaceAgain { .. } => "face again",
        Page::SmsCode { .. } => "sms",
        Page::StaffWitness { .. } => "witness",
        Page::Form { .. } => "form",
        Page::Signature { .. } => "sign",
        Page::Review { .. } => "review",
        Page::Working { .. } => "working",
        Page::Submitted { .. } => "submitted",
        Page::Table { .. } => "table",
        Page::Scan { .. } => "scan",
        Page::Outcome { .. } => "outcome",
        Page::Reading { .. } => "reading",
        Page::Choose { .. } => "choose",
        Page::Record { .. } => "record",
        Page::Slots { .. } => "slots",
        Page::Household { .. } => "household",
        Page::Capture { .. } => "capture",
        Page::Pay { .. } => "pay",
        Page::Call { .. } => "call",
        Page::Timeline { .. } => "timeline",
        Page::Certificate { .. } => "certificate",
        Page::Problem { .. } => "problem",
        Page::Rating { .. } => "rating",
        Page::Goodbye { .. } => "goodbye",
        Page::OutOfService { .. } => "out of service",
    }
}

/// A device that cannot be used any more.
pub fn unusable(world: &mut World, role: DeviceRole) {
    world.event(Event::Device(
        role,
        DeviceState::Unusable("device.reason.paper_out"),
    ));
}
