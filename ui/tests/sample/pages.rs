//! Fictitious contents of every page.
use super::{handover, matters, *};

pub type Fill = fn(&App);

/// Name and contents; the number is that of the drawn screen, where there is one.
pub const PAGES: &[(&str, Fill)] = &[
    ("01-attract", attract),
    ("01-attract-paused", attract_paused),
    ("02-home", home),
    ("02-home-offline", home_offline),
    ("02-list", category),
    ("02-search", search),
    ("03-service", service),
    ("04-login-ways", login_ways),
    ("04-consent", consent),
    ("05-card", card),
    ("05-card-problem", card_problem),
    ("06-face", face),
    ("06-face-again", face_again),
    ("06-sms-code", sms_code),
    ("06-staff-witness", staff_witness),
    ("07-form", form),
    ("07-form-many", form_many),
    ("07-form-typing", form_typing),
    ("07-form-nine", form_nine),
    ("07-form-strokes", form_strokes),
    ("07-form-writing", form_writing),
    ("07-form-code", form_code),
    ("07-form-digits", form_digits),
    ("10-signature", signature),
    ("11-review", review),
    ("11-working", working),
    ("12-submitted", submitted),
    ("12-submitted-on-screen", submitted_on_screen),
    ("12-table", table),
    ("12-scan", scan),
    ("12-outcome", outcome),
    ("12-outcome-bad", outcome_bad),
    ("12-reading", matters::reading),
    ("12-choose", matters::choose),
    ("12-choose-opens", matters::choose_opens),
    ("12-choose-places", matters::choose_places),
    ("12-choose-none", matters::choose_none),
    ("12-record", matters::record),
    ("12-record-place", matters::record_place),
    ("12-record-code", matters::record_code),
    ("12-slots", matters::slots),
    ("12-slots-time", matters::slots_time),
    ("12-timeline", matters::timeline),
    ("12-timeline-refused", matters::timeline_refused),
    ("09-household", handover::household),
    ("09-household-members", handover::household_members),
    ("09-capture", handover::capture),
    ("09-capture-taken", handover::capture_taken),
    ("09-capture-telephone", handover::capture_telephone),
    ("09-pay-card", handover::pay_card),
    ("09-pay", handover::pay),
    ("09-pay-done", handover::pay_done),
    ("09-pay-manual", handover::pay_manual),
    ("09-call-waiting", handover::call_waiting),
    ("09-call", handover::call),
    ("13-certificate", certificate),
    ("13-certificate-unknown", certificate_unknown),
    ("14-rating", rating),
    ("15-goodbye", goodbye),
    ("16-idle", idle),
    ("16-staff-called", staff_called),
    ("16-leave", leave),
    ("16-comfort", comfort),
    ("17-problem", problem),
    ("17-problem-network", problem_network),
    ("30-out-of-service", out_of_service),
];

pub fn kind(app: &App, kind: PageKind) -> Page<'_> {
    let page = app.global::<Page>();
    page.set_kind(kind);
    let chrome = app.global::<Chrome>();
    chrome.set_home_dock(matches!(
        kind,
        PageKind::Attract | PageKind::Home | PageKind::Goodbye | PageKind::OutOfService
    ));
    page
}

pub fn flow(app: &App, step: i32, minutes: i32, who: &str) {
    let chrome = app.global::<Chrome>();
    chrome.set_flow(true);
    chrome.set_step(step);
    chrome.set_steps(6);
    chrome.set_minutes_left(minutes);
    chrome.set_who(who.into());
}

fn attract(app: &App) {
    kind(app, PageKind::Attract);
    app.global::<Chrome>().set_board(BoardData {
        works: "66 项服务现在都能办".into(),
        all_well: true,
        hours: "24 小时开放".into(),
        ..BoardData::default()
    });
}

fn attract_paused(app: &App) {
    kind(app, PageKind::Attract);
    app.global::<Chrome>().set_board(BoardData {
        works: "66 项服务，现在能办 41 项".into(),
        all_well: false,
        off: "暂停：婚姻登记、社会组织、证明打印".into(),
        hours: "每天 08:30–17:30 开放".into(),
        elsewhere: "另一台：天河区政务服务中心，1.2 公里".into(),
    });
}

fn home(app: &App) {
    let page = kind(app, PageKind::Home);
    let mut tiles = vec![
        tile("heart-handshake", "社会救助", "低保、临时救助", ""),
        tile("old", "养老服务", "高龄津贴、助餐", ""),
        tile("wheelchair", "残疾人服务", "两项补贴、辅具", ""),
        tile("mood-kid", "儿童福利", "孤儿、困境儿童", ""),
        tile("hearts", "婚姻登记", "预约、补领证件", ""),
        tile("users-group", "社会组织", "查询、年检", ""),
        tile("file-certificate", "证明打印", "亲属关系等证明", ""),
        tile("file-search", "查询服务", "房产、政策、机构", ""),
        tile("stack-2", "一件事", "几件事一次办好", ""),
    ];
    tiles[8].strong = true;
    if app.global::<Chrome>().get_size() == TextSize::Care
        || app.global::<Chrome>().get_size() == TextSize::Extra
    {
        tiles.truncate(6);
    }
    page.set_tiles(list(tiles));
    page.set_shortcuts(list([
        tile("route", "进度查询", "办到哪一步了", ""),
        tile("printer", "打印证明", "今天就能拿走", ""),
    ]));
}

fn home_offline(app: &App) {
    home(app);
    app.global::<Chrome>().set_online(false);
    let page = app.global::<Page>();
    let mut tiles: Vec<_> = page.get_tiles().iter().collect();
    for tile in tiles.iter_mut().skip(4) {
        tile.off = "要联网办理".into();
    }
    page.set_tiles(list(tiles));
}

fn category(app: &App) {
    let page = kind(app, PageKind::List);
    page.set_title("养老服务".into());
    page.set_tiles(list([
        tile("old", "高龄老人津贴申请", "80 岁以上，每月发到卡里", ""),
        tile("face-id", "待遇领取资格认证", "一年一次，大约 3 分钟", ""),
        tile("umbrella", "助餐服务申请", "社区食堂吃饭有补贴", "要联网办理"),
        tile("home-heart", "居家照护申请", "请人上门帮忙", ""),
        tile("bed", "养老机构查询", "看看附近有哪些", ""),
    ]));
    page.set_pages(2);
}

fn search(app: &App) {
    category(app);
    let page = app.global::<Page>();
    page.set_title("找一件事".into());
    page.set_searching(true);
    page.set_query("津贴".into());
    page.set_pages(1);
    page.set_tiles(list(page.get_tiles().iter().take(3)));
    pinyin(app);
}

fn pinyin(app: &App) {
    let keys = app.global::<Keys>();
    keys.set_kind(KeyboardKind::Pinyin);
    keys.set_composition("dong feng".into());
    keys.set_candidates(list(["东风".into(), "东丰".into(), "东峰".into(), "冬".into()]));
    keys.set_more(true);
}

fn typing(app: &App, kind: KeyboardKind, composition: &str, candidates: &str) {
    form_typing(app);
    let keys = app.global::<Keys>();
    keys.set_kind(kind);
    keys.set_composition(composition.into());
    keys.set_candidates(list(
        candidates
            .split(' ')
            .filter(|c| !c.is_empty())
            .map(slint::SharedString::from),
    ));
    keys.set_more(kind != KeyboardKind::Code);
}

fn form_nine(app: &App) {
    typing(app, KeyboardKind::Nine, "dong feng", "东风 东丰 东峰 冬");
}

fn form_strokes(app: &App) {
    typing(app, KeyboardKind::Strokes, "一丨丿", "木 杨 林 村 李 材 杜");
}

fn form_writing(app: &App) {
    typing(
        app,
        KeyboardKind::Handwriting,
        "",
        "张 弦 弘 驰 强 弛 弥 弧 弹 引 弟 弓",
    );
    let ink = "M120 60 l0.1 0L200 60L196 120L124 124L120 180L204 184L180 260M300 50 l0.1 0L280 240M260 130 l0.1 0L360 110";
    app.global::<Keys>().set_ink(ink.into());
}

fn form_code(app: &App) {
    typing(app, KeyboardKind::Code, "20BB7", "𠮷");
}

fn service(app: &App) {
    let page = kind(app, PageKind::Service);
    page.set_category("养老服务".into());
    page.set_title("高龄老人津贴申请".into());
    page.set_lead("满 80 岁的老人，可以申请每月的高龄津贴。批准后，按月发到您的银行卡。".into());
    page.set_facts(list([
        fact("building-bank", "谁来决定", "区民政局", "街道办事处先受理、核对"),
        fact(
            "clock",
            "要等多久",
            "20 个工作日内",
            "情况复杂的，最长 30 个工作日",
        ),
        fact("coin-yuan", "要交钱吗", "不收费", ""),
    ]));
    page.set_needs(list([
        fact("id", "本人身份证", "现在就要用", ""),
        fact("credit-card", "银行卡号", "批准后收钱用", ""),
        fact("device-mobile", "手机号", "有结果发短信", ""),
        fact("signature", "本人签名", "在屏幕上签", ""),
    ]));
    page.set_next(button("chevron-right", "开始申请，大约 10 分钟"));
}

fn consent_rows() -> ModelRc<RowData> {
    list([
        row("用来做什么", "只比对您和身份证照片是不是同一人", ""),
        row("拍什么", "一小段面部画面，不录声音", ""),
        row("存多久", "比对完马上删除，不留照片", ""),
        row("能反悔吗", "能，随时按“返回”改选别的办法", ""),
    ])
}

fn login_ways(app: &App) {
    flow(app, 2, 9, "张* ");
    let page = kind(app, PageKind::LoginWays);
    page.set_choices(list([
        choice("face-id", "刷脸核对", "对着摄像头，大约 20 秒", true),
        choice("device-mobile", "短信核对", "发到登记的手机，大约 1 分钟", false),
        choice("headset", "请工作人员核对", "工作人员来看，大约 3 分钟", false),
    ]));
    page.set_rows(consent_rows());
    page.set_next(button("chevron-right", "同意刷脸，继续"));
}

fn consent(app: &App) {
    flow(app, 2, 9, "张*");
    let page = kind(app, PageKind::Consent);
    page.set_title("可以请系统比对吗？".into());
    page.set_rows(consent_rows());
    page.set_next(button("check", "同意，请系统比对"));
    page.set_others(list([button("x", "不同意，换一种办法")]));
}

fn card(app: &App) {
    flow(app, 1, 10, "");
    let page = kind(app, PageKind::Card);
    page.set_seconds_left(56);
}

fn card_problem(app: &App) {
    card(app);
    let page = app.global::<Page>();
    page.set_card(CardState::Problem);
    page.set_error("身份证拿开得早了一点。请再放一次，出现姓名再拿走。".into());
}

fn face(app: &App) {
    flow(app, 2, 9, "张*");
    app.global::<Chrome>().set_camera_on(true);
    let page = kind(app, PageKind::Face);
    page.set_challenge(Challenge::Blink);
    page.set_challenges(list([
        ChallengeData {
            challenge: Challenge::LookAhead,
            done: true,
        },
        ChallengeData {
            challenge: Challenge::Blink,
            done: false,
        },
        ChallengeData {
            challenge: Challenge::TurnLeft,
            done: false,
        },
    ]));
    page.set_seconds_left(24);
    app.global::<Live>().set_camera(picture(640, 480));
}

fn face_again(app: &App) {
    flow(app, 2, 9, "张*");
    let page = kind(app, PageKind::FaceAgain);
    page.set_lead("光线有点暗，脸没有看清楚。还可以试 2 次。".into());
    page.set_next(button("refresh", "再试一次"));
    page.set_others(list([
        button("device-mobile", "用短信核对"),
        button("headset", "请工作人员核对"),
    ]));
}

fn sms_code(app: &App) {
    flow(app, 2, 9, "张*");
    let page = kind(app, PageKind::SmsCode);
    page.set_who("138****5678".into());
    page.set_number("052".into());
    page.set_seconds_left(42);
    page.set_error("数字不对，请再看一下短信。还可以试 2 次。".into());
    page.set_next(ButtonData {
        off: "要填满 6 位".into(),
        ..button("check", "核对")
    });
}

fn staff_witness(app: &App) {
    flow(app, 2, 9, "张*");
    let page = kind(app, PageKind::StaffWitness);
    page.set_lead("您选了请工作人员核对，请等工作人员过来。".into());
    page.set_number("T-118".into());
    page.set_pin_length(4);
    page.set_focus("pin".into());
    page.set_next(button("shield-check", "核对无误，登录"));
}

fn field(id: &str, label: &str, value: &str, source: &str, hint: &str) -> FieldData {
    FieldData {
        id: id.into(),
        label: label.into(),
        value: value.into(),
        source: source.into(),
        editable: true,
        error: "".into(),
        hint: hint.into(),
        typed: true,
        options: ModelRc::default(),
    }
}

fn form(app: &App) {
    flow(app, 3, 7, "张*");
    let page = kind(app, PageKind::Form);
    page.set_title("核对一下您的信息".into());
    page.set_rows(list([
        row("姓名", "张*", "来自身份证"),
        row("身份证号", "110***********1234", "来自身份证"),
        row("户籍地", "青禾区柳河街道", "来自户籍信息"),
    ]));
    let mut kind = field("purpose", "办来做什么用？", "", "", "");
    kind.typed = false;
    kind.options = list([
        choice("", "办理继承", "", false),
        choice("", "出国出境", "", true),
        choice("", "办理银行业务", "", false),
        choice("", "其他用途", "", false),
    ]);
    page.set_fields(list([
        field("phone", "手机号", "138****5678", "上次办事留的，可以改", ""),
        field(
            "address",
            "现在住在哪里",
            "",
            "",
            "写到门牌号，例：东风路 12 号 3 单元 201",
        ),
        kind,
    ]));
    page.set_next(ButtonData {
        off: "还差“现在住在哪里”".into(),
        ..button("chevron-right", "填好了，继续")
    });
}

/// As many answers as a catalogue may offer, and a question that must not be pushed out by them.
fn form_many(app: &App) {
    form(app);
    let page = app.global::<Page>();
    page.set_rows(list([]));
    let district = |name: &str| choice("", name, "", false);
    let mut many = field("district", "查哪个区", "", "", "");
    many.typed = false;
    many.options = list(
        [
            "全市",
            "荔湾区",
            "越秀区",
            "海珠区",
            "天河区",
            "白云区",
            "黄埔区",
            "番禺区",
            "花都区",
            "南沙区",
            "从化区",
            "增城区",
        ]
        .map(district),
    );
    page.set_fields(list([many, field("phone", "手机号", "138****5678", "", "")]));
}

fn form_typing(app: &App) {
    form(app);
    let page = app.global::<Page>();
    page.set_fields(list(page.get_fields().iter().take(2)));
    page.set_focus("address".into());
    page.set_value("青禾区柳河街道".into());
    pinyin(app);
}

fn form_digits(app: &App) {
    form(app);
    let page = app.global::<Page>();
    page.set_focus("phone".into());
    page.set_value("1380".into());
    let mut fields: Vec<_> = page.get_fields().iter().collect();
    fields[0].error = "手机号要 11 位，还差 7 位".into();
    page.set_fields(list(fields));
    app.global::<Keys>().set_kind(KeyboardKind::Digits);
}

fn signature(app: &App) {
    flow(app, 4, 4, "张*");
    let page = kind(app, PageKind::Signature);
    page.set_who("张*".into());
    page.set_document("高龄老人津贴申请书（共 2 页）".into());
    page.set_fingerprint("7F3A-92C1".into());
    page.set_ink("M250 200 l0.1 0 L420 180 L300 330 M360 150 L365 400 L250 390 M520 210 L700 200 M600 140 L600 400 L540 380".into());
    page.set_written(true);
    page.set_next(button("check", "签好了，确认"));
}

fn review(app: &App) {
    flow(app, 5, 2, "张*");
    let page = kind(app, PageKind::Review);
    let section = |edit: &str, title: &str, rows: Vec<RowData>| SectionData {
        edit: edit.into(),
        title: title.into(),
        rows: list(rows),
    };
    page.set_sections(list([
        section(
            "",
            "您的信息",
            vec![
                row("姓名", "张*", ""),
                row("身份证号", "110***********1234", ""),
                row("手机号", "138****5678", ""),
                row("现住址", "青禾区柳河街道东风路 12 号 3 单元 201", ""),
            ],
        ),
        section(
            "card",
            "收款银行卡",
            vec![row("开户银行", "青禾农商银行", ""), row("卡号", "**** 8810", "")],
        ),
        section("sign", "签名", vec![row("本人签名", "已经签好", "")]),
    ]));
    page.set_declaration("我保证填的都是真的。故意填假的，要退回津贴并承担责任。".into());
    page.set_next(ButtonData {
        off: "先勾选上面的保证".into(),
        ..button("send", "提交申请")
    });
}

fn working(app: &App) {
    flow(app, 5, 1, "张*");
    let page = kind(app, PageKind::Working);
    page.set_title("正在提交".into());
    page.set_lead("填好的都存好了，不会丢。大约 5 秒。".into());
}

fn submitted(app: &App) {
    flow(app, 6, 0, "张*");
    let page = kind(app, PageKind::Submitted);
    page.set_title("申请已经收到".into());
    page.set_lead("现在还没有批准。柳河街道办事处会先核对，结果发短信到 138****5678。".into());
    page.set_number("QH-2026-1118-00427".into());
    let node = |state, title: &str, sub: &str| NodeData {
        state,
        title: title.into(),
        sub: sub.into(),
    };
    page.set_nodes(list([
        node(
            StepState::Done,
            "今天 10:24，已提交",
            "材料和签名都已送到柳河街道",
        ),
        node(StepState::Now, "12月2日前，街道核对", "可能会打电话问一问"),
        node(
            StepState::Later,
            "20 个工作日内，区民政局作决定",
            "不管批不批，都会书面告诉您",
        ),
        node(StepState::Later, "批准后，下个月起发到卡里", ""),
    ]));
    page.set_paper(PaperData {
        kind: PaperKind::Printing,
        page: 1,
        pages: 1,
        progress: 0.62,
        reason: "".into(),
        qr: Image::default(),
    });
    page.set_next(button("check", "办好了"));
    page.set_others(list([button("plus", "再办一件事")]));
}

fn submitted_on_screen(app: &App) {
    submitted(app);
    app.global::<Page>().set_paper(PaperData {
        kind: PaperKind::OnScreen,
        page: 0,
        pages: 0,
        progress: 0.,
        reason: "凭条纸用完了，回执放在这个码里。".into(),
        qr: picture(49, 49),
    });
}

fn table(app: &App) {
    let page = kind(app, PageKind::Table);
    app.global::<Chrome>().set_who("张*".into());
    page.set_title("您名下的不动产".into());
    page.set_columns(list([
        "坐落".into(),
        "权证号".into(),
        "用途".into(),
        "面积".into(),
    ]));
    let record = |cells: [&str; 4]| TableRow {
        cells: list(cells.map(Into::into)),
    };
    page.set_table(list([
        record([
            "青禾区东风路 12 号 3 单元 201",
            "青（2019）不动产权第 0012345 号",
            "住宅",
            "88.60 平方米",
        ]),
        record([
            "青禾区柳河巷 5 号",
            "青（2008）不动产权第 0000678 号",
            "车库",
            "14.20 平方米",
        ]),
    ]));
    page.set_note("来自青禾区不动产登记中心，2026年11月18日 10:24 查到。".into());
    page.set_paper(PaperData {
        kind: PaperKind::None,
        ..PaperData::default()
    });
    page.set_pages(2);
    page.set_others(list([button("receipt", "打一张结果单")]));
    page.set_next(button("check", "看完了"));
}

fn scan(app: &App) {
    let page = kind(app, PageKind::Scan);
    app.global::<Chrome>().set_camera_on(true);
    page.set_camera(true);
    page.set_seconds_left(50);
    app.global::<Live>().set_camera(picture(640, 480));
    page.set_others(list([button("keyboard", "码扫不出来")]));
}

fn outcome(app: &App) {
    let page = kind(app, PageKind::Outcome);
    page.set_tone(Tone::Done);
    page.set_title("这份证明是真的".into());
    page.set_lead("由本区开出，现在有效。请再看看纸上的名字对不对。".into());
    page.set_rows(list([
        row("证明名称", "亲属关系证明", ""),
        row("证明编号", "2026-ZM-08813", ""),
        row("本人", "张*", ""),
        row("开出日期", "2026年11月18日", ""),
        row("有效期到", "2026年12月18日", ""),
    ]));
    page.set_next(button("check", "看完了"));
    page.set_others(list([button("qrcode", "再验一份")]));
}

fn outcome_bad(app: &App) {
    flow(app, 4, 3, "张*");
    let page = kind(app, PageKind::Outcome);
    page.set_tone(Tone::Warn);
    page.set_title("有两项还对不上".into());
    page.set_lead("按您填的，暂时不能登记。到窗口可以再核对一次。".into());
    page.set_rows(list([
        row("您的年龄", "已满 22 周岁", ""),
        row("对方的年龄", "还差 3 个月", ""),
        row("婚姻状况", "有登记记录，没有离婚记录", ""),
    ]));
    page.set_paper(PaperData {
        kind: PaperKind::Done,
        ..PaperData::default()
    });
    page.set_next(button("check", "看完了"));
    page.set_others(list([
        button("calendar", "预约窗口"),
        button("receipt", "再打一张"),
    ]));
}

fn certificate(app: &App) {
    let page = kind(app, PageKind::Certificate);
    app.global::<Chrome>().set_who("张*".into());
    page.set_title("正在打印亲属关系证明".into());
    page.set_paper(PaperData {
        kind: PaperKind::Printing,
        page: 1,
        pages: 2,
        progress: 0.45,
        reason: "".into(),
        qr: Image::default(),
    });
    app.global::<Live>().set_preview(picture(428, 605));
    app.global::<Live>().set_preview_large(picture(856, 1210));
    page.set_next(ButtonData {
        off: "正在打印，打完就能点".into(),
        ..button("hourglass", "取好纸了")
    });
}

fn certificate_unknown(app: &App) {
    certificate(app);
    let page = app.global::<Page>();
    page.set_paper(PaperData {
        kind: PaperKind::Unknown,
        ..PaperData::default()
    });
    page.set_others(list([button("history", "以后再来打")]));
}

fn rating(app: &App) {
    let page = kind(app, PageKind::Rating);
    page.set_level(4);
    page.set_choices(list(
        ["看得懂", "步骤少", "字够大", "有人帮忙", "出纸快"].map(|t| choice("", t, "", t == "看得懂")),
    ));
}

fn goodbye(app: &App) {
    let page = kind(app, PageKind::Goodbye);
    page.set_card_left(true);
    page.set_slips(1);
    page.set_sheets(2);
    page.set_seconds_left(15);
}

fn idle(app: &App) {
    form(app);
    let dialog = app.global::<Dialog>();
    dialog.set_kind(DialogKind::Idle);
    dialog.set_seconds_left(18);
    dialog.set_text("已经填好的替您留 7 天，刷身份证接着办".into());
}

fn staff_called(app: &App) {
    form(app);
    let dialog = app.global::<Dialog>();
    dialog.set_kind(DialogKind::StaffCalled);
    dialog.set_confirmed(true);
}

fn comfort(app: &App) {
    form(app);
    app.global::<Chrome>().set_scan(2000);
    app.global::<Dialog>().set_kind(DialogKind::Comfort);
}

fn leave(app: &App) {
    form(app);
    let dialog = app.global::<Dialog>();
    dialog.set_kind(DialogKind::Leave);
    dialog.set_text("填了一半的内容不会留下，下次要重新填。".into());
}

fn problem(app: &App) {
    let page = kind(app, PageKind::Problem);
    flow(app, 6, 1, "张*");
    page.set_part(PartKind::PaperOut);
    page.set_title("纸用完了，还差 1 张".into());
    page.set_happened("第 1 张打好了，第 2 张没打出来。".into());
    page.set_kept("证明还在系统里，编号没变，不用重新申请。".into());
    page.set_now("叫工作人员来加纸，加好后从第 2 张接着打。".into());
    page.set_number("P-204".into());
    page.set_next(button("headset", "叫工作人员来加纸"));
    page.set_others(list([
        button("refresh", "纸加好了，接着打"),
        button("history", "以后再来打"),
    ]));
}

fn problem_network(app: &App) {
    let page = kind(app, PageKind::Problem);
    page.set_title("网络断了，还没交上去".into());
    page.set_happened("刚才提交的时候，网络断了。".into());
    page.set_kept("填好的内容和签名都在，不用重新填。".into());
    page.set_now("等一会儿再点“再交一次”，或者到人工窗口办。".into());
    page.set_number("N-101".into());
    page.set_next(button("refresh", "再交一次"));
    page.set_others(list([
        button("headset", "请人帮忙"),
        button("door-exit", "先不办了"),
    ]));
}

fn out_of_service(app: &App) {
    let page = kind(app, PageKind::OutOfService);
    page.set_happened(
        "事项目录读不出来：config/catalogue/services/proof_of_life.toml 第 12 行。请运行 kiosk check。"
            .into(),
    );
    page.set_number("C-001".into());
}
