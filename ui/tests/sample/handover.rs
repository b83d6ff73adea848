//! Fictitious contents of what several people, a telephone or an officer take part in.
use super::pages::{flow, kind};
use super::*;

fn care(app: &App) -> (bool, bool) {
    let size = app.global::<Chrome>().get_size();
    (
        size == TextSize::Care || size == TextSize::Extra,
        size == TextSize::Extra,
    )
}

fn member(name: &str, role: &str, signed: Signed, sub: &str, act: &str) -> MemberData {
    MemberData {
        id: name.into(),
        name: name.into(),
        role: role.into(),
        signed,
        sub: sub.into(),
        act: act.into(),
    }
}

fn first<T>(app: &App, items: Vec<T>, limits: [usize; 3]) -> Vec<T> {
    let limit = match care(app) {
        (_, true) => limits[2],
        (true, _) => limits[1],
        _ => limits[0],
    };
    items.into_iter().take(limit).collect()
}

pub fn household(app: &App) {
    flow(app, 4, 7, "张*");
    let page = kind(app, PageKind::Household);
    page.set_title("请家人签授权书".into());
    page.set_lead("签了字，部门才能联网核对，不用您跑证明。".into());
    let members = vec![
        member("张*", "本人", Signed::Given, "今天 10:20 签的", ""),
        member("李*", "妻子", Signed::Missing, "", "现在签字"),
        member(
            "张*",
            "儿子，19 岁",
            Signed::Missing,
            "在外地读书，等手机签",
            "发短信",
        ),
        member("欧阳**", "女儿，9 岁", Signed::Unasked, "未成年，父母代签", ""),
    ];
    page.set_members(list(first(app, members, [4, 2, 2])));
    page.set_pages(if care(app).0 { 2 } else { 1 });
    page.set_note("人不齐也能先交，10 个工作日内补签。".into());
    page.set_next(button("signature", "李* 现在签字"));
    page.set_others(list([
        button("file-text", "看授权书"),
        button("clock", "以后再签"),
    ]));
}

pub fn household_members(app: &App) {
    household(app);
    let page = app.global::<Page>();
    page.set_title("和谁一起生活？".into());
    page.set_lead("把一起吃住的家人都加上。".into());
    let members = vec![
        member("张*", "本人", Signed::Unasked, "110***********1234", ""),
        member("李*", "妻子", Signed::Unasked, "110***********5620", "去掉"),
        member("张*", "儿子", Signed::Unasked, "110***********3318", "去掉"),
        member("欧阳**", "母亲", Signed::Unasked, "110***********0021", "去掉"),
    ];
    page.set_members(list(first(app, members, [4, 2, 2])));
    page.set_note("".into());
    page.set_others(list([
        button("id", "刷身份证加人"),
        button("keyboard", "填写加人"),
        button("headset", "请人帮忙"),
    ]));
    page.set_next(button("chevron-right", "都加好了，继续"));
}

pub fn capture(app: &App) {
    flow(app, 4, 5, "张*");
    app.global::<Chrome>().set_camera_on(true);
    app.global::<Live>().set_camera(picture(640, 480));
    let page = kind(app, PageKind::Capture);
    page.set_title("拍医院的诊断证明".into());
    page.set_lead("纸摊平，四个角都在框里。".into());
    page.set_capture(CaptureStage::Live);
    page.set_page(0);
    page.set_pages(3);
    page.set_next(button("camera", "拍照"));
    page.set_others(list([
        button("device-mobile", "用手机拍"),
        button("clock", "以后再补"),
    ]));
}

pub fn capture_taken(app: &App) {
    capture(app);
    app.global::<Chrome>().set_camera_on(false);
    let page = app.global::<Page>();
    page.set_capture(CaptureStage::Taken);
    app.global::<Live>().set_preview_large(picture(1280, 960));
    page.set_next(button("check", "看得清，就用这张"));
    page.set_others(list([button("refresh", "再拍一张")]));
}

pub fn capture_telephone(app: &App) {
    capture(app);
    app.global::<Chrome>().set_camera_on(false);
    let page = app.global::<Page>();
    page.set_capture(CaptureStage::Telephone);
    page.set_code(picture(45, 45));
    page.set_next(ButtonData {
        off: "手机还没有传过来".into(),
        ..button("check", "传好了")
    });
    page.set_others(list([button("camera", "在这里拍")]));
}

fn pay_rows() -> ModelRc<RowData> {
    list([
        row("卡号", "**** **** 8810", ""),
        row("卡里原来有", "3.50 元", ""),
        row("充完以后有", "53.50 元", ""),
    ])
}

pub fn pay_card(app: &App) {
    flow(app, 2, 3, "");
    let page = kind(app, PageKind::Pay);
    page.set_title("公交卡充值".into());
    page.set_pay(PayStage::Card);
    page.set_amount("50.00 元".into());
    page.set_seconds_left(56);
    page.set_next(ButtonData {
        off: "放好卡就能接着办".into(),
        ..button("chevron-right", "去付款")
    });
    page.set_others(list([button("arrow-back-up", "不充了")]));
}

pub fn pay(app: &App) {
    pay_card(app);
    let page = app.global::<Page>();
    page.set_pay(PayStage::Paying);
    page.set_rows(pay_rows());
    page.set_code(picture(45, 45));
    page.set_seconds_left(170);
    page.set_next(ButtonData {
        off: "收到钱就自己往下走".into(),
        ..button("hourglass", "我付好了")
    });
}

pub fn pay_done(app: &App) {
    pay(app);
    let page = app.global::<Page>();
    page.set_pay(PayStage::Done);
    page.set_seconds_left(0);
    page.set_paper(PaperData {
        kind: PaperKind::Done,
        ..PaperData::default()
    });
    page.set_next(button("check", "拿好卡了"));
    page.set_others(list([]));
}

pub fn pay_manual(app: &App) {
    pay_done(app);
    let page = app.global::<Page>();
    page.set_pay(PayStage::Manual);
    page.set_rows(list([
        row("卡号", "**** **** 8810", ""),
        row("单号", "CZ-2026-1118-0042", ""),
    ]));
    page.set_next(button("headset", "叫工作人员"));
}

pub fn call_waiting(app: &App) {
    flow(app, 4, 6, "张*");
    let page = kind(app, PageKind::Call);
    page.set_title("请窗口的人远程办".into());
    page.set_call(CallStage::Waiting);
    page.set_lead("前面还有 2 位，大约 5 分钟".into());
    page.set_seconds(80);
    page.set_next(button("arrow-back-up", "不等了，到窗口办"));
}

pub fn call(app: &App) {
    call_waiting(app);
    let page = app.global::<Page>();
    app.global::<Chrome>().set_camera_on(true);
    page.set_call(CallStage::Connected);
    page.set_lead("番禺区政务中心，3 号工作人员".into());
    page.set_seconds(185);
    let lines = vec![
        "工作人员：您好，听得见吗？",
        "工作人员：请把户口本翻到第二页，放在镜头前。",
        "您：放好了。",
        "工作人员：看清楚了。还差一份房屋租赁合同的复印件。",
        "您：今天没有带，可以以后再补吗？",
        "工作人员：可以，5 个工作日内补上就行。",
    ];
    page.set_paragraphs(list(first(app, lines, [6, 4, 3]).into_iter().map(Into::into)));
    page.set_next(button("phone", "说完了，挂断"));
    page.set_others(list([button("file-text", "给他看一份材料")]));
}
