//! Fictitious contents of what is read, looked up and booked.
use super::pages::{flow, kind};
use super::*;

fn paper(kind: PaperKind) -> PaperData {
    PaperData {
        kind,
        page: 1,
        pages: 1,
        ..PaperData::default()
    }
}

fn section(title: &str, rows: impl IntoIterator<Item = RowData>) -> SectionData {
    SectionData {
        edit: "".into(),
        title: title.into(),
        rows: list(rows),
    }
}

fn node(state: StepState, title: &str, sub: &str) -> NodeData {
    NodeData {
        state,
        title: title.into(),
        sub: sub.into(),
    }
}

/// As many of them as the size holds, as the session cuts its lists.
fn held<T>(app: &App, items: Vec<T>, limits: [usize; 3]) -> Vec<T> {
    let limit = match app.global::<Chrome>().get_size() {
        TextSize::Care => limits[1],
        TextSize::Extra => limits[2],
        _ => limits[0],
    };
    items.into_iter().take(limit).collect()
}

pub fn reading(app: &App) {
    flow(app, 3, 6, "张*");
    let page = kind(app, PageKind::Reading);
    page.set_title("家庭经济状况核对授权书".into());
    page.set_note("广州市民政局，2026年11月1日公布".into());
    let care = matches!(
        app.global::<Chrome>().get_size(),
        TextSize::Care | TextSize::Extra
    );
    let paragraphs = [
        "我和一起生活的家人，同意民政部门核对我们的收入、存款、房产、车辆、养老金和保险。",
        "核对只用于这一次最低生活保障的申请，以及批准以后每年的复核。",
        "核对的结果只给街道办事处和区民政局看，不给别的单位和个人。",
        "我可以随时撤回同意。撤回以后，还没有作出的决定就不再作出。",
        "我填的都是真的。故意填假的，要退回领到的钱，并承担责任。",
    ];
    page.set_paragraphs(list(
        paragraphs
            .into_iter()
            .take(if care { 2 } else { 5 })
            .map(Into::into),
    ));
    page.set_pages(2);
    page.set_next(ButtonData {
        off: "再看 8 秒就能点".into(),
        ..button("check", "看完了，同意")
    });
    page.set_others(list([button("x", "不同意")]));
}

pub fn choose(app: &App) {
    flow(app, 3, 6, "张*");
    let page = kind(app, PageKind::Choose);
    page.set_title("您家遇到了什么困难？".into());
    page.set_lead("选一个最主要的，别的可以后面再说。".into());
    let mut choices = vec![
        choice("heart-plus", "家里有人得了大病", "医药费自己付得太多", false),
        choice("home", "火灾、水灾或者别的意外", "房子、东西受了损失", true),
        choice("coin-yuan", "突然没有了收入", "失业，或者欠了工资", false),
        choice("mood-kid", "孩子上学交不起钱", "高中、大学都算", false),
        choice("old", "老人、残疾人没有人照顾", "要长期请人护理", false),
        choice("help-circle", "别的困难", "下一步可以写清楚", false),
    ];
    choices[3].off = "9 月以后才能申请".into();
    page.set_choices(list(held(app, choices, [6, 4, 3])));
    page.set_pages(2);
    page.set_next(button("chevron-right", "选好了，继续"));
    page.set_others(list([button("headset", "请人帮我选")]));
}

fn institutions() -> Vec<ChoiceData> {
    [
        ("广州市示例区社会福利院颐养中心", "离这里 800 米，还有 12 张床位"),
        ("东风街道长者服务之家", "离这里 1.2 公里，还有 3 张床位"),
        ("柳河养老院", "离这里 1.9 公里，还有 20 张床位"),
        ("青禾区康宁护理院", "离这里 3.4 公里，医养结合"),
        ("示例公益养老服务中心（南区）", "离这里 3.8 公里"),
        ("白鹭湖老年公寓", "离这里 6 公里"),
    ]
    .into_iter()
    .enumerate()
    .map(|(i, (title, sub))| ChoiceData {
        off: if i == 2 { "这个月住满了" } else { "" }.into(),
        number: i as i32 + 1,
        ..choice("building-community", title, sub, false)
    })
    .collect()
}

pub fn choose_opens(app: &App) {
    let page = kind(app, PageKind::Choose);
    page.set_title("附近的养老机构".into());
    page.set_lead("点一家，看地址、电话和床位。".into());
    page.set_choices(list(held(app, institutions(), [6, 4, 3])));
    page.set_note("来自广州市民政局，2026年11月20日的登记".into());
    page.set_pages(3);
    page.set_page(1);
}

pub fn choose_places(app: &App) {
    choose_opens(app);
    let page = app.global::<Page>();
    page.set_choices(list(held(app, institutions(), [4, 3, 3])));
    let pin = |number, east, north| PinData { number, east, north };
    page.set_pins(list([
        pin(1, 0.7, 0.35),
        pin(2, -1.1, 0.5),
        pin(3, 0.9, -1.7),
        pin(4, -2.6, -2.2),
    ]));
    page.set_plan_radius(4000);
    page.set_others(list([button("search", "换一个区看")]));
}

pub fn choose_none(app: &App) {
    let page = kind(app, PageKind::Choose);
    page.set_title("您办过的事".into());
    page.set_empty("没有查到您办过的事。".into());
    page.set_note("来自青禾区政务服务中心，2026年11月18日 10:24 查到".into());
    page.set_others(list([button("file-search", "用受理编号查")]));
}

pub fn record(app: &App) {
    app.global::<Chrome>().set_who("张*".into());
    let page = kind(app, PageKind::Record);
    page.set_title("李家祠堂路养老服务站".into());
    page.set_lead("登记在册，今年已经检查过。".into());
    let sections = vec![
        section(
            "登记的情况",
            [
                row("登记号", "52440100MJ0000000X", ""),
                row("业务主管单位", "广州市民政局", ""),
                row("负责人", "陈*", ""),
                row("成立日期", "2009年6月1日", ""),
            ],
        ),
        section(
            "联系",
            [
                row("地址", "青禾区李家祠堂路 12 号二楼，东风市场对面", ""),
                row("电话", "020-0000 0000", ""),
            ],
        ),
    ];
    page.set_sections(list(held(app, sections, [2, 1, 1])));
    page.set_note("来自广州市社会组织信息，2026年11月20日".into());
    page.set_pages(2);
    page.set_paper(paper(PaperKind::None));
    page.set_next(button("check", "看完了"));
    page.set_others(list([
        button("receipt", "打一张凭条"),
        button("list-details", "看别的"),
    ]));
}

pub fn record_place(app: &App) {
    record(app);
    let page = app.global::<Page>();
    page.set_sections(list(held(
        app,
        vec![section(
            "联系",
            [
                row("地址", "青禾区李家祠堂路 12 号二楼，东风市场对面", ""),
                row("电话", "020-0000 0000", ""),
                row("开放时间", "每天 9:00 到 17:00", ""),
            ],
        )],
        [1, 1, 1],
    )));
    page.set_pages(1);
    page.set_pins(list([PinData {
        number: 1,
        east: 0.6,
        north: -0.5,
    }]));
    page.set_plan_radius(1000);
}

pub fn record_code(app: &App) {
    record_place(app);
    let page = app.global::<Page>();
    page.set_pins(list([]));
    page.set_code(picture(45, 45));
    page.set_code_text("用手机扫一扫，打开报名的网页。".into());
    page.set_paper(paper(PaperKind::Printing));
    page.set_others(list([]));
}

pub fn slots(app: &App) {
    flow(app, 3, 4, "张*");
    let page = kind(app, PageKind::Slots);
    page.set_title("选一个时间来登记".into());
    page.set_lead("青禾区民政局婚姻登记处，东风路 88 号".into());
    let day = |title: &str, sub: &str, off: &str, chosen| ChoiceData {
        off: off.into(),
        ..choice("", title, sub, chosen)
    };
    let days = vec![
        day("11月19日", "星期四\n余 4 个", "", false),
        day("11月20日", "星期五", "约满了", false),
        day("11月23日", "星期一\n余 12 个", "", false),
        day("11月24日", "星期二\n余 16 个", "", false),
        day("11月25日", "星期三\n余 16 个", "", false),
    ];
    page.set_choices(list(held(app, days, [5, 3, 3])));
    page.set_pages(3);
    page.set_next(ButtonData {
        off: "请先选日期和时间".into(),
        ..button("calendar", "就约这个时间")
    });
    page.set_others(list([button("building-community", "换一个地方")]));
}

pub fn slots_time(app: &App) {
    slots(app);
    let page = app.global::<Page>();
    let mut days: Vec<_> = page.get_choices().iter().collect();
    days[2].chosen = true;
    page.set_choices(list(days));
    let times = [
        "09:00–09:30",
        "09:30–10:00",
        "10:00–10:30",
        "10:30–11:00",
        "11:00–11:30",
        "11:30–12:00",
        "14:00–14:30",
        "14:30–15:00",
        "15:00–15:30",
        "15:30–16:00",
        "16:00–16:30",
        "16:30–17:00",
    ];
    page.set_times(list(times.iter().enumerate().map(|(i, time)| ChoiceData {
        off: if i == 1 { "约满了" } else { "" }.into(),
        ..choice("", time, if i == 1 { "" } else { "余 2 个" }, i == 3)
    })));
    page.set_next(button("calendar", "就约这个时间"));
}

pub fn timeline(app: &App) {
    app.global::<Chrome>().set_who("张*".into());
    let page = kind(app, PageKind::Timeline);
    page.set_title("最低生活保障申请".into());
    page.set_number("QH-2026-1018-00219".into());
    page.set_lead("街道已经看完，正在区民政局等决定。".into());
    page.set_nodes(list([
        node(StepState::Done, "10月18日，已经受理", "柳河街道办事处"),
        node(StepState::Done, "10月29日，核对完成", "入户看过，邻居问过"),
        node(
            StepState::Now,
            "12月2日前，区民政局作决定",
            "最晚不过 20 个工作日",
        ),
        node(StepState::Later, "决定会书面告诉您", ""),
    ]));
    page.set_rows(list([row("办理的人", "柳河街道，电话 020-0000 0000", "")]));
    page.set_paper(paper(PaperKind::None));
    page.set_next(button("check", "看完了"));
    page.set_others(list([button("receipt", "打一张凭条")]));
}

pub fn timeline_refused(app: &App) {
    timeline(app);
    let page = app.global::<Page>();
    page.set_lead("区民政局没有批准。不服的，可以提出来。".into());
    page.set_nodes(list([
        node(StepState::Done, "10月18日，已经受理", "柳河街道办事处"),
        node(StepState::Done, "10月29日，核对完成", "入户看过，邻居问过"),
        node(StepState::Now, "11月12日，没有批准", "决定书已经寄出"),
    ]));
    page.set_rows(list([
        row("为什么", "人均月收入 1450 元，超过 1300 元的标准（示例）。", ""),
        row("怎么提出来", "60 日内向区政府申请复议，也可以在这里说。", ""),
    ]));
    page.set_others(list([
        button("receipt", "打一张凭条"),
        button("writing", "提出不同意见"),
    ]));
}
