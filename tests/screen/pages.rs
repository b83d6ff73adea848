//! Views on the screen.

use std::collections::BTreeSet;

use kiosk::presenter::{Subject, live as picture, preview};
use kiosk::session::view::*;
use kiosk_drivers::port::camera::Frame;
use kiosk_ui as ui;
use slint::{ComponentHandle, Model};

use crate::sample::{Stage, button, capture, choice, choose, pages, pin, record, say, submitted, view};

#[test]
fn every_page_of_the_session_has_its_page_on_the_screen() {
    let stage = Stage::new();
    let mut seen = BTreeSet::new();
    for (page, kind) in pages() {
        stage.show(page);
        assert_eq!(stage.presenter.app().global::<ui::Page<'_>>().get_kind(), kind);
        seen.insert(format!("{kind:?}"));
    }
    assert_eq!(seen.len(), 33, "a page has no sample");
}

#[test]
fn nothing_of_a_page_stays_on_the_next() {
    let stage = Stage::new();
    for (page, _) in pages() {
        stage.show(page);
        stage.show(Page::Attract);
        let page = stage.presenter.app().global::<ui::Page<'_>>();
        let words = [
            page.get_title(),
            page.get_lead(),
            page.get_number(),
            page.get_who(),
            page.get_error(),
            page.get_value(),
            page.get_document(),
            page.get_fingerprint(),
            page.get_query(),
            page.get_happened(),
            page.get_note(),
            page.get_amount(),
            page.get_code_text(),
            page.get_ink(),
            page.get_next().text,
        ];
        assert!(words.iter().all(slint::SharedString::is_empty), "{words:?}");
        let lengths = [
            page.get_rows().row_count(),
            page.get_fields().row_count(),
            page.get_sections().row_count(),
            page.get_table().row_count(),
            page.get_tiles().row_count(),
            page.get_others().row_count(),
            page.get_choices().row_count(),
            page.get_members().row_count(),
            page.get_paragraphs().row_count(),
            page.get_nodes().row_count(),
            page.get_pins().row_count(),
            page.get_times().row_count(),
        ];
        assert_eq!(lengths, [0; 12]);
        assert_eq!(page.get_code().size().width, 0);
    }
}

#[test]
fn the_words_of_a_page_are_to_be_read() {
    let stage = Stage::new();
    stage.show(submitted(Paper::Done));
    for words in ["申请已经收到", "现在还没有批准。", "SQ20261123000042"] {
        let whole = stage.find(words).is_some();
        let number = stage.presenter.app().global::<ui::Page<'_>>().get_number() == words;
        assert!(whole || number, "{words}");
    }
}

#[test]
fn a_paper_on_the_screen_brings_its_code() {
    let stage = Stage::new();
    stage.show(submitted(Paper::OnScreen {
        reason: say("没有纸"),
        qr: "https://example.gov.cn/1".into(),
    }));
    let paper = stage.presenter.app().global::<ui::Page<'_>>().get_paper();
    assert_eq!(
        (paper.kind, paper.reason.as_str()),
        (ui::PaperKind::OnScreen, "没有纸")
    );
    assert!(paper.qr.size().width > 20);
    stage.show(submitted(Paper::Failed {
        reason: say("打印机没有接上"),
    }));
    assert!(stage.find("打印机没有接上").is_some());
}

#[test]
fn a_form_marks_one_choice_and_keeps_the_others() {
    let stage = Stage::new();
    let options = |chosen: &str| ["甲", "乙"].map(|id| choice(id, id, id == chosen)).to_vec();
    for chosen in ["甲", "乙"] {
        let mut field = crate::sample::field("kind", "种类", None);
        field.options = options(chosen);
        stage.show(crate::sample::form(vec![field], ""));
        let fields = stage.presenter.app().global::<ui::Page<'_>>().get_fields();
        let shown: Vec<_> = fields
            .row_data(0)
            .unwrap()
            .options
            .iter()
            .map(|o| (o.id, o.chosen))
            .collect();
        assert_eq!(
            shown,
            [("甲".into(), chosen == "甲"), ("乙".into(), chosen == "乙")]
        );
    }
}

#[test]
fn the_surroundings_follow_the_visit() {
    let stage = Stage::new();
    let mut view = view(Page::Working {
        what: say("提交"),
        sub: say("请等"),
    });
    view.chrome.progress = Some(Progress {
        now: 3,
        total: 6,
        minutes_left: 4,
    });
    (view.chrome.size, view.chrome.high_contrast, view.chrome.online) = (TextSize::Care, true, false);
    stage.show_view(&view);
    let chrome = stage.presenter.app().global::<ui::Chrome<'_>>();
    assert_eq!(
        (chrome.get_step(), chrome.get_steps(), chrome.get_minutes_left()),
        (3, 6, 4)
    );
    assert_eq!(chrome.get_size(), ui::TextSize::Care);
    assert!(chrome.get_flow() && chrome.get_high_contrast() && !chrome.get_online());
    assert_eq!(
        (chrome.get_who().as_str(), chrome.get_place().as_str()),
        ("张*", "示例街道")
    );
    view.chrome.who = None;
    stage.show_view(&view);
    assert!(chrome.get_who().is_empty());
}

#[test]
fn the_fixed_words_change_with_the_language() {
    let stage = Stage::new();
    let mut view = view(Page::Attract);
    stage.show_view(&view);
    let chinese = stage
        .presenter
        .app()
        .global::<ui::Tx<'_>>()
        .invoke_get("dock.staff".into(), 0, 0);
    assert!(stage.find(&chinese).is_some());
    view.chrome.language = "en".into();
    stage.show_view(&view);
    let english = stage
        .presenter
        .app()
        .global::<ui::Tx<'_>>()
        .invoke_get("dock.staff".into(), 0, 0);
    assert_ne!(chinese, english);
    assert!(stage.find(&english).is_some() && stage.find(&chinese).is_none());
}

#[test]
fn clock_and_date_are_in_words() {
    let stage = Stage::new();
    let moment: jiff::Zoned = "2026-11-23T09:05:00[Asia/Shanghai]".parse().unwrap();
    stage.presenter.show_time(&moment);
    let chrome = stage.presenter.app().global::<ui::Chrome<'_>>();
    assert_eq!(chrome.get_clock(), "09:05");
    assert_eq!(chrome.get_date(), "11月23日 星期一");
    let mut view = view(Page::Attract);
    view.chrome.language = "en".into();
    stage.show_view(&view);
    stage.presenter.show_time(&moment);
    assert_eq!(chrome.get_date(), "Mon 23 November");
}

#[test]
fn the_camera_picture_goes_with_the_mark() {
    let stage = Stage::new();
    let frame = Frame {
        width: 4,
        height: 2,
        rgb: vec![9; 24],
    };
    let live = stage.presenter.app().global::<ui::Live<'_>>();
    stage.presenter.show_camera(picture(&frame, Subject::Person));
    assert_eq!(live.get_camera().size().width, 0, "no picture without the mark");
    let mut view = view(Page::Scan {
        camera: true,
        problem: None,
        seconds_left: 9,
        others: vec![],
    });
    view.chrome.camera_on = true;
    stage.show_view(&view);
    stage.presenter.show_camera(picture(&frame, Subject::Person));
    assert_eq!(live.get_camera().size().width, 4);
    view.chrome.camera_on = false;
    stage.show_view(&view);
    assert_eq!(live.get_camera().size().width, 0);
}

#[test]
fn the_preview_goes_with_its_page() {
    let stage = Stage::new();
    let live = stage.presenter.app().global::<ui::Live<'_>>();
    stage.show(Page::Working {
        what: say("正在取证明"),
        sub: say(""),
    });
    stage.presenter.show_preview(preview(&[255; 16], 2, 2));
    let next = button(kiosk::session::action::Action::Next, "打印");
    stage.show(Page::Certificate {
        title: say("证明"),
        pages: 1,
        paper: Paper::None,
        next,
        others: vec![],
    });
    assert_eq!(live.get_preview_large().size().width, 2);
    assert_eq!(live.get_preview().size().width, 1);
    stage.show(Page::Rating {
        level: None,
        tags: vec![],
    });
    assert_eq!(live.get_preview().size().width, 0);
    assert_eq!(live.get_preview_large().size().width, 0);
}

#[test]
fn the_countdown_ring_starts_where_the_countdown_starts() {
    let stage = Stage::new();
    let mut view = view(Page::Attract);
    for left in [20, 19, 18] {
        view.dialog = Some(Dialog::Idle {
            seconds_left: left,
            kept: say("草稿留 7 天"),
        });
        stage.show_view(&view);
    }
    let dialog = stage.presenter.app().global::<ui::Dialog<'_>>();
    assert_eq!((dialog.get_seconds_left(), dialog.get_seconds()), (18, 20));
    view.dialog = None;
    stage.show_view(&view);
    assert_eq!(
        (dialog.get_kind(), dialog.get_text().as_str()),
        (ui::DialogKind::None, "")
    );
}

#[test]
fn a_line_has_the_number_of_its_pin() {
    let stage = Stage::new();
    let things = ["甲", "乙", "丙"].map(|id| choice(id, id, false)).to_vec();
    stage.show(choose(things, vec![pin(1, 0.3, 0.0), pin(3, -1.0, 1.2)], None));
    let page = stage.presenter.app().global::<ui::Page<'_>>();
    let numbers: Vec<_> = page.get_choices().iter().map(|choice| choice.number).collect();
    assert_eq!(numbers, [1, 0, 3]);
    assert_eq!(page.get_plan_radius(), 2_000);
}

#[test]
fn a_code_for_the_telephone_goes_with_its_record() {
    let stage = Stage::new();
    stage.show(record(Some((
        "https://example.gov.cn/1".into(),
        say("扫一扫报名"),
    ))));
    let page = stage.presenter.app().global::<ui::Page<'_>>();
    assert!(page.get_code().size().width > 20);
    assert!(stage.find("扫一扫报名").is_some());
    stage.show(record(None));
    assert_eq!(page.get_code().size().width, 0);
    assert!(stage.find("扫一扫报名").is_none());
}

#[test]
fn the_picture_of_a_paper_goes_with_its_page() {
    let stage = Stage::new();
    let live = stage.presenter.app().global::<ui::Live<'_>>();
    stage.show(capture(CaptureStage::Live));
    stage.presenter.show_preview(preview(&[255; 16], 2, 2));
    for step in [CaptureStage::Taken, CaptureStage::Sending] {
        stage.show(capture(step));
        assert_eq!(live.get_preview_large().size().width, 2);
    }
    stage.show(Page::Attract);
    assert_eq!(live.get_preview_large().size().width, 0);
}

#[test]
fn the_languages_of_most_residents_are_offered_first() {
    let stage = Stage::new();
    let chrome = stage.presenter.app().global::<ui::Chrome<'_>>();
    let tags: Vec<String> = chrome.get_languages().iter().map(|one| one.tag.into()).collect();
    assert_eq!(tags, ["zh-Hans", "zh-Hant", "en"]);
}
