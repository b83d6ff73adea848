//! Views by hand, with fictitious people.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use i_slint_backend_testing::{ElementHandle, mock_elapsed_time};
use kiosk::config::{Orientation, Screen};
use kiosk::input::PinyinSupply;
use kiosk::presenter::{Options, Presenter};
use kiosk::session::action::Action;
use kiosk::session::event::{Challenge, FaceHint};
use kiosk::session::view::*;
use kiosk::text::Texts;
use kiosk_ui::PageKind;
use slint::ComponentHandle;

pub fn texts() -> Arc<Texts> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/texts");
    let mut files = BTreeMap::new();
    for language in fs::read_dir(root).unwrap() {
        for file in fs::read_dir(language.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            files.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
        }
    }
    Arc::new(Texts::load(&files).unwrap())
}

/// A 32" panel, hung as usual.
pub fn panel(orientation: Orientation) -> Screen {
    let px_per_mm = if orientation == Orientation::FiveFour {
        3.4
    } else {
        2.71
    };
    Screen {
        orientation,
        px_per_mm,
        bottom_mm: 900.0,
        full_screen: false,
    }
}

/// The options for another panel.
pub fn on(orientation: Orientation) -> Options {
    Options {
        screen: panel(orientation),
        ..options(None)
    }
}

pub fn options(pinyin: Option<PinyinSupply>) -> Options {
    Options {
        texts: texts(),
        place: "示例街道".into(),
        language: "zh-Hans".into(),
        screen: panel(Orientation::Portrait),
        can_speak: true,
        pointer: false,
        pinyin,
    }
}

/// A presenter on the testing platform, and what was touched.
pub struct Stage {
    pub presenter: Presenter,
    actions: Rc<RefCell<Vec<Action>>>,
}

impl Stage {
    pub fn new() -> Self {
        Self::with_pinyin(None)
    }

    pub fn with_pinyin(pinyin: Option<PinyinSupply>) -> Self {
        Self::with(options(pinyin))
    }

    /// Another panel.
    pub fn with(options: Options) -> Self {
        i_slint_backend_testing::init_no_event_loop();
        let actions = Rc::new(RefCell::new(Vec::new()));
        let sent = actions.clone();
        let (width, height) = options.screen.orientation.panel();
        let presenter = Presenter::new(options, move |action| sent.borrow_mut().push(action)).unwrap();
        let window = presenter.app().window();
        window.set_size(slint::PhysicalSize::new(width, height));
        presenter.fit();
        presenter.app().show().unwrap();
        Self { presenter, actions }
    }

    pub fn show(&self, page: Page) {
        self.show_view(&view(page));
    }

    pub fn show_view(&self, view: &View) {
        self.presenter.show(view);
        mock_elapsed_time(Duration::from_millis(16));
    }

    pub fn find(&self, label: &str) -> Option<ElementHandle> {
        ElementHandle::find_by_accessible_label(self.presenter.app(), label).next()
    }

    pub fn touch(&self, label: &str) {
        let element = self
            .find(label)
            .unwrap_or_else(|| panic!("nothing is labelled {label}"));
        element.mock_single_click(slint::platform::PointerEventButton::Left);
        // Who strikes again at once has struck once.
        mock_elapsed_time(Duration::from_millis(600));
    }

    /// What was touched since the last look.
    pub fn actions(&self) -> Vec<Action> {
        std::mem::take(&mut self.actions.borrow_mut())
    }
}

pub fn view(page: Page) -> View {
    View {
        chrome: Chrome {
            who: Some("张*".into()),
            language: "zh-Hans".into(),
            online: true,
            ..Chrome::default()
        },
        page,
        dialog: None,
    }
}

pub fn say(text: &str) -> Say {
    Say::Verbatim(text.into())
}

pub fn button(action: Action, text: &str) -> Button {
    Button {
        action,
        icon: "check",
        text: say(text),
        off: None,
    }
}

pub fn tile(id: &str, title: &str) -> Tile {
    Tile {
        id: id.into(),
        icon: "home".into(),
        title: say(title),
        sub: say("说明"),
        off: None,
        strong: false,
    }
}

pub fn choice(id: &str, title: &str, chosen: bool) -> Choice {
    Choice {
        id: id.into(),
        icon: "id".into(),
        title: say(title),
        sub: say(""),
        chosen,
        off: None,
    }
}

pub fn row(label: &str, value: &str) -> Row {
    Row {
        label: say(label),
        value: say(value),
        source: None,
    }
}

pub fn fact(label: &str, text: &str) -> Fact {
    Fact {
        icon: "clock",
        label: say(label),
        text: say(text),
        sub: None,
    }
}

pub fn field(id: &str, label: &str, keyboard: Option<Keyboard>) -> Field {
    Field {
        id: id.into(),
        label: say(label),
        value: String::new(),
        source: None,
        editable: true,
        error: None,
        hint: None,
        keyboard,
        options: Vec::new(),
    }
}

pub fn form(fields: Vec<Field>, focus: &str) -> Page {
    let next = button(Action::Next, "去核对");
    Page::Form {
        title: say("请填写"),
        known: Vec::new(),
        fields,
        focus: focus.into(),
        next,
    }
}

pub fn submitted(receipt: Paper) -> Page {
    Page::Submitted {
        title: say("申请已经收到"),
        lead: say("现在还没有批准。"),
        number: "SQ20261123000042".into(),
        nodes: vec![Node {
            done: true,
            now: false,
            title: say("收到"),
            sub: None,
        }],
        receipt,
        next: button(Action::Next, "办好了"),
        others: vec![
            button(Action::AnotherMatter, "再办一件"),
            button(Action::Decline, "不打了"),
        ],
    }
}

fn public_pages() -> Vec<(Page, PageKind)> {
    let next = || button(Action::Next, "继续");
    vec![
        (Page::Attract, PageKind::Attract),
        (
            Page::Home {
                tiles: vec![tile("old", "养老")],
                shortcuts: vec![tile("verify", "核验证明")],
            },
            PageKind::Home,
        ),
        (
            Page::List {
                title: say("养老"),
                query: None,
                services: vec![tile("d01", "高龄津贴")],
                page: 0,
                pages: 2,
            },
            PageKind::List,
        ),
        (
            Page::Service {
                category: say("养老"),
                title: say("高龄津贴"),
                summary: say("满 80 周岁可以领。"),
                facts: vec![fact("多久", "15 个工作日")],
                needs: vec![fact("身份证", "")],
                start: next(),
            },
            PageKind::Service,
        ),
        (
            Page::OutOfService {
                reason: say("请联系技术人员"),
                code: "C-03".into(),
            },
            PageKind::OutOfService,
        ),
    ]
}

fn login_pages() -> Vec<(Page, PageKind)> {
    let next = || button(Action::Next, "继续");
    let witness = Page::StaffWitness {
        number: "1024".into(),
        pin_length: 3,
        focus: "pin",
        error: None,
        reason: say("请工作人员看一下"),
        next: next(),
    };
    let face = Page::Face {
        now: Challenge::Blink,
        hint: FaceHint::TooFar,
        challenges: vec![(Challenge::TurnLeft, true), (Challenge::Blink, false)],
        seconds_left: 20,
        attempt: 2,
    };
    let code = Page::SmsCode {
        phone_masked: "138****5678".into(),
        digits: "12".into(),
        error: None,
        resend_in: 30,
        next: next(),
    };
    let consent = Page::Consent {
        title: say("同意比对"),
        points: vec![row("用来做什么", "核对是您本人")],
        agree: next(),
        decline: button(Action::Decline, "不同意"),
    };
    let again = Page::FaceAgain {
        hint: say("请到亮一点的地方"),
        again: button(Action::TryAgain, "再试一次"),
        others: vec![button(Action::Choose("sms".into()), "用短信")],
    };
    vec![
        (
            Page::LoginWays {
                ways: vec![choice("face", "刷脸", false)],
                points: Vec::new(),
                next: next(),
            },
            PageKind::LoginWays,
        ),
        (consent, PageKind::Consent),
        (
            Page::Card {
                prompt: CardPrompt::Problem(say("请再放一次")),
                seconds_left: 9,
            },
            PageKind::Card,
        ),
        (face, PageKind::Face),
        (again, PageKind::FaceAgain),
        (code, PageKind::SmsCode),
        (witness, PageKind::StaffWitness),
    ]
}

fn filling_pages() -> Vec<(Page, PageKind)> {
    let next = || button(Action::Next, "继续");
    let signature = Page::Signature {
        who: "张*".into(),
        document: say("申请表"),
        fingerprint: "0a1b2c3d".into(),
        written: false,
        next: next(),
    };
    let section = Section {
        edit: "form".into(),
        title: say("申请人"),
        rows: vec![row("姓名", "张*")],
    };
    let review = Page::Review {
        sections: vec![section],
        declaration: say("以上属实"),
        declared: false,
        next: next(),
    };
    vec![
        (
            form(vec![field("phone", "手机号", Some(Keyboard::Digits))], ""),
            PageKind::Form,
        ),
        (signature, PageKind::Signature),
        (review, PageKind::Review),
        (
            Page::Working {
                what: say("正在提交"),
                sub: say("还要约 10 秒"),
            },
            PageKind::Working,
        ),
    ]
}

fn outcome_pages() -> Vec<(Page, PageKind)> {
    let next = || button(Action::Next, "继续");
    let table = Page::Table {
        title: say("不动产"),
        columns: vec![say("坐落"), say("面积")],
        rows: vec![vec!["示例路 1 号".into(), "88".into()]],
        empty: say("没有查到"),
        note: say("11月23日的记录"),
        page: 0,
        pages: 1,
        receipt: Paper::Unknown,
        next: next(),
        others: Vec::new(),
    };
    let scan = Page::Scan {
        camera: false,
        problem: None,
        seconds_left: 50,
        others: Vec::new(),
    };
    let outcome = Page::Outcome {
        tone: Tone::Warn,
        title: say("已经作废"),
        lead: say("请用新的"),
        rows: vec![row("编号", "1")],
        receipt: Paper::None,
        next: next(),
        others: Vec::new(),
    };
    let certificate = Page::Certificate {
        title: say("证明做好了"),
        pages: 2,
        paper: Paper::Printing { page: 1, pages: 2 },
        next: next(),
        others: Vec::new(),
    };
    let problem = Page::Problem {
        title: say("没有纸了"),
        part: Some(MachinePart::PaperOut),
        happened: say("打到一半没纸了"),
        kept: say("您的证明还在"),
        now: say("请等工作人员加纸"),
        code: "P-07".into(),
        next: next(),
        others: Vec::new(),
    };
    vec![
        (submitted(Paper::Done), PageKind::Submitted),
        (table, PageKind::Table),
        (scan, PageKind::Scan),
        (outcome, PageKind::Outcome),
        (certificate, PageKind::Certificate),
        (problem, PageKind::Problem),
        (
            Page::Rating {
                level: None,
                tags: vec![("rating.tag.clear", false)],
            },
            PageKind::Rating,
        ),
        (
            Page::Goodbye {
                card_left: true,
                slips: 1,
                sheets: 2,
                seconds_left: 9,
            },
            PageKind::Goodbye,
        ),
    ]
}

pub fn pin(number: usize, east_km: f32, north_km: f32) -> Pin {
    Pin {
        number,
        east_km,
        north_km,
    }
}

pub fn choose(choices: Vec<Choice>, pins: Vec<Pin>, next: Option<Button>) -> Page {
    Page::Choose {
        title: say("附近的养老院"),
        lead: None,
        choices,
        empty: say("没有查到"),
        pins,
        note: Some(say("11月20日的登记")),
        page: 0,
        pages: 2,
        next,
        others: Vec::new(),
    }
}

pub fn record(code: Option<(String, Say)>) -> Page {
    Page::Record {
        title: say("示例养老院"),
        lead: say("登记在册"),
        sections: vec![Section {
            edit: String::new(),
            title: say("联系"),
            rows: vec![row("电话", "020-0000 0000")],
        }],
        pins: vec![pin(1, 0.2, 0.1)],
        code,
        note: None,
        page: 0,
        pages: 1,
        receipt: Paper::None,
        next: button(Action::Next, "看完了"),
        others: Vec::new(),
    }
}

pub fn slots(days: Vec<Choice>, times: Vec<Choice>) -> Page {
    Page::Slots {
        title: say("选一个时间"),
        place: say("示例登记处"),
        days,
        page: 0,
        pages: 1,
        times,
        next: button(Action::Next, "就约这个时间"),
        others: Vec::new(),
    }
}

fn lookup_pages() -> Vec<(Page, PageKind)> {
    let reading = Page::Reading {
        title: say("授权书"),
        paragraphs: vec![say("我同意核对。")],
        source: Some(say("示例民政局")),
        page: 0,
        pages: 2,
        next: button(Action::Next, "看完了"),
        others: vec![button(Action::Decline, "不同意")],
    };
    let timeline = Page::Timeline {
        title: say("高龄津贴"),
        number: "SQ20261123000042".into(),
        lead: say("正在核对"),
        nodes: vec![Node {
            done: false,
            now: true,
            title: say("核对"),
            sub: None,
        }],
        rows: vec![row("办理的人", "示例街道")],
        receipt: Paper::Done,
        next: button(Action::Next, "看完了"),
        others: Vec::new(),
    };
    let code = ("https://example.gov.cn/1".into(), say("扫一扫"));
    vec![
        (reading, PageKind::Reading),
        (
            choose(vec![choice("a", "甲", false)], vec![pin(1, 0.5, 0.5)], None),
            PageKind::Choose,
        ),
        (record(Some(code)), PageKind::Record),
        (
            slots(
                vec![choice("d1", "11月23日", true)],
                vec![choice("t1", "09:00", false)],
            ),
            PageKind::Slots,
        ),
        (timeline, PageKind::Timeline),
    ]
}

pub fn household(members: Vec<Member>) -> Page {
    Page::Household {
        title: say("请家人签字"),
        lead: say("签了才能核对"),
        members,
        page: 0,
        pages: 1,
        note: Some(say("10 个工作日内补签")),
        next: button(Action::Next, "继续"),
        others: Vec::new(),
    }
}

pub fn member(id: &str, name: &str, signed: Option<bool>, act: Option<&str>) -> Member {
    Member {
        id: id.into(),
        name: name.into(),
        role: say("妻子"),
        signed,
        sub: None,
        act: act.map(say),
    }
}

pub fn capture(stage: CaptureStage) -> Page {
    Page::Capture {
        title: say("拍诊断证明"),
        lead: say("放平"),
        stage,
        qr: Some("https://example.gov.cn/u/1".into()),
        number: 2,
        total: 3,
        next: button(Action::Next, "拍照"),
        others: vec![button(Action::Decline, "以后再补")],
    }
}

fn handover_pages() -> Vec<(Page, PageKind)> {
    let pay = Page::Pay {
        title: say("充值"),
        stage: PayStage::Paying,
        amount: say("50.00 元"),
        qr: "https://example.gov.cn/p/1".into(),
        rows: vec![row("卡号", "****8810")],
        receipt: Paper::None,
        seconds_left: 60,
        next: button(Action::Next, "付好了"),
        others: Vec::new(),
    };
    let call = Page::Call {
        title: say("远程办"),
        stage: CallStage::Connected,
        lead: say("3 号工作人员"),
        lines: vec![say("您好")],
        seconds: 75,
        next: button(Action::Leave, "挂断"),
        others: Vec::new(),
    };
    vec![
        (
            household(vec![member("m1", "李*", Some(false), Some("签字"))]),
            PageKind::Household,
        ),
        (capture(CaptureStage::Telephone), PageKind::Capture),
        (pay, PageKind::Pay),
        (call, PageKind::Call),
    ]
}

/// Every page with its kind on the screen.
pub fn pages() -> Vec<(Page, PageKind)> {
    [
        public_pages(),
        login_pages(),
        filling_pages(),
        outcome_pages(),
        lookup_pages(),
        handover_pages(),
    ]
    .concat()
}
