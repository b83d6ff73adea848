//! Touches as actions.

use kiosk::session::action::Action;
use kiosk::session::view::*;
use kiosk_ui as ui;
use slint::ComponentHandle;

use crate::sample::{
    Stage, button, choice, choose, household, member, say, slots, submitted, texts, tile, view,
};

fn words(id: &str) -> String {
    texts().text(id, [], "zh-Hans")
}

#[test]
fn the_main_button_does_what_its_page_says() {
    let stage = Stage::new();
    stage.show(Page::FaceAgain {
        hint: say("太暗"),
        again: button(Action::TryAgain, "再试一次"),
        others: vec![],
    });
    stage.touch("再试一次");
    assert_eq!(stage.actions(), [Action::TryAgain]);
}

#[test]
fn a_button_that_is_off_does_nothing_and_says_why() {
    let stage = Stage::new();
    let mut next = button(Action::Next, "继续");
    next.off = Some(say("请先选一种"));
    stage.show(Page::LoginWays {
        ways: vec![choice("face", "刷脸", false)],
        points: vec![],
        next,
    });
    assert_eq!(
        stage.find("继续").unwrap().accessible_description().unwrap(),
        "请先选一种"
    );
    stage.touch("继续");
    assert_eq!(stage.actions(), []);
}

#[test]
fn second_actions_are_those_of_their_buttons() {
    let stage = Stage::new();
    stage.show(submitted(Paper::Done));
    stage.touch("不打了");
    stage.touch("再办一件");
    assert_eq!(stage.actions(), [Action::Decline, Action::AnotherMatter]);
}

#[test]
fn tiles_and_shortcuts_open_what_they_name() {
    let stage = Stage::new();
    stage.show(Page::Home {
        tiles: vec![tile("old", "养老")],
        shortcuts: vec![tile("verify", "核验证明")],
    });
    stage.touch("养老");
    stage.touch("核验证明");
    stage.show(Page::List {
        title: say("养老"),
        query: None,
        services: vec![tile("d01", "高龄津贴")],
        page: 0,
        pages: 1,
    });
    stage.touch("高龄津贴");
    let expected = [
        Action::OpenCategory("old".into()),
        Action::OpenService("verify".into()),
        Action::OpenService("d01".into()),
    ];
    assert_eq!(stage.actions(), expected);
}

#[test]
fn the_dock_works_on_every_page() {
    let stage = Stage::new();
    for (page, kind) in crate::sample::pages() {
        stage.show(page);
        for id in ["dock.back", "dock.home", "dock.read", "dock.bigger", "dock.staff"] {
            stage.touch(&words(id));
        }
        let expected = [
            Action::Back,
            Action::Home,
            Action::ReadAloud,
            Action::BiggerText,
            Action::CallStaff,
        ];
        assert_eq!(stage.actions(), expected, "{kind:?}");
    }
}

#[test]
fn an_idle_person_asks_for_more_time_while_the_page_behind_takes_no_touch() {
    let stage = Stage::new();
    let mut view = view(submitted(Paper::Done));
    view.dialog = Some(Dialog::Idle {
        seconds_left: 20,
        kept: say("草稿留 7 天"),
    });
    stage.show_view(&view);
    assert!(
        stage.find("办好了").is_none(),
        "the page behind is out of the tree"
    );
    stage.touch(&words("idle.stay"));
    stage.touch(&words("idle.leave"));
    stage.touch(&words("dock.staff"));
    assert_eq!(
        stage.actions(),
        [Action::MoreTime, Action::Leave, Action::CallStaff]
    );
}

#[test]
fn a_rating_is_chosen_sent_or_skipped() {
    let stage = Stage::new();
    stage.show(Page::Rating {
        level: None,
        tags: vec![("rating.tag.clear", false)],
    });
    stage.touch(&words("rating.5"));
    stage.touch(&words("rating.tag.clear"));
    stage.touch(&words("rating.skip"));
    stage.show(Page::Rating {
        level: Some(5),
        tags: vec![],
    });
    stage.touch(&words("rating.send"));
    let expected = [
        Action::Rate(5),
        Action::RateTag("rating.tag.clear".into()),
        Action::SkipRating,
        Action::Next,
    ];
    assert_eq!(stage.actions(), expected);
}

#[test]
fn the_declaration_is_ticked_and_a_part_is_edited() {
    let stage = Stage::new();
    let section = Section {
        edit: "form".into(),
        title: say("申请人"),
        rows: vec![],
    };
    let next = button(Action::Next, "提交");
    stage.show(Page::Review {
        sections: vec![section],
        declaration: say("以上属实"),
        declared: false,
        next,
    });
    stage.touch("以上属实");
    stage.touch(&words("review.edit"));
    stage.touch("提交");
    assert_eq!(
        stage.actions(),
        [
            Action::Toggle("declaration".into()),
            Action::Edit("form".into()),
            Action::Next
        ]
    );
}

#[test]
fn a_finger_in_the_signature_box_gives_strokes() {
    let stage = Stage::new();
    let next = button(Action::Next, "签好了");
    stage.show(Page::Signature {
        who: "张*".into(),
        document: say("申请表"),
        fingerprint: "0a1b2c3d".into(),
        written: false,
        next,
    });
    let pad = stage.find(&words("signature.box")).unwrap();
    let middle = pad.absolute_position();
    let to = slint::LogicalPosition::new(middle.x + 100.0, middle.y + 100.0);
    pad.mock_drag(to, slint::platform::PointerEventButton::Left);
    let actions = stage.actions();
    let Some(Action::Sign(drawing)) = actions.last() else {
        panic!("{actions:?}")
    };
    assert_eq!(drawing.strokes.len(), 1);
    // 2.71 px are one millimetre here.
    assert_eq!(drawing.strokes[0].last().unwrap()[..2], [3690, 3690]);
    let size = pad.size();
    let mm = |px: f32| (px / 2.71 * 100.0).round() as i32;
    assert_eq!(drawing.size, [mm(size.width), mm(size.height)]);
    assert!(
        drawing.size[0] >= 12_000 && drawing.size[1] >= 6000,
        "{:?}",
        drawing.size
    );
    let page = stage.presenter.app().global::<ui::Page<'_>>();
    assert!(!page.get_ink().is_empty());
    stage.touch(&words("signature.again"));
    assert_eq!(stage.actions(), [Action::SignAgain]);
    assert!(page.get_ink().is_empty());
}

#[test]
fn a_thing_is_opened_by_its_line_or_chosen_before_one_goes_on() {
    let stage = Stage::new();
    let things = || vec![choice("a", "甲院", false), choice("b", "乙院", true)];
    stage.show(choose(things(), vec![], None));
    stage.touch("甲院");
    assert_eq!(stage.actions(), [Action::Choose("a".into())]);
    assert!(
        stage.find("继续").is_none(),
        "there is a main action without words"
    );
    stage.show(choose(things(), vec![], Some(button(Action::Next, "继续"))));
    let chosen = stage.find("乙院").unwrap();
    assert_eq!(chosen.accessible_checked(), Some(true));
    stage.touch("乙院");
    stage.touch("继续");
    assert_eq!(stage.actions(), [Action::Choose("b".into()), Action::Next]);
}

#[test]
fn a_thing_that_is_off_says_why_and_is_not_chosen() {
    let stage = Stage::new();
    let mut full = choice("a", "甲院", false);
    full.off = Some(say("住满了"));
    stage.show(choose(vec![full], vec![], None));
    let why = stage.find("甲院").unwrap().accessible_description().unwrap();
    assert!(why.contains("住满了"), "{why}");
    stage.touch("甲院");
    assert_eq!(stage.actions(), []);
}

#[test]
fn a_day_and_a_time_are_chosen_by_their_ids() {
    let stage = Stage::new();
    stage.show(slots(
        vec![choice("d1", "11月23日", true), choice("d2", "11月24日", false)],
        vec![choice("t1", "09:00–09:30", false)],
    ));
    stage.touch("11月24日");
    stage.touch("09:00–09:30");
    assert_eq!(
        stage.actions(),
        [Action::Choose("d2".into()), Action::Choose("t1".into())]
    );
}

#[test]
fn only_a_member_who_can_act_has_a_button() {
    let stage = Stage::new();
    stage.show(household(vec![
        member("m1", "张*", Some(true), None),
        member("m2", "李*", Some(false), Some("签字")),
    ]));
    for state in ["household.signed", "household.missing"] {
        assert!(stage.find(&words(state)).is_some(), "{state}");
    }
    stage.touch("签字 李*");
    assert_eq!(stage.actions(), [Action::Choose("m2".into())]);
    assert!(stage.find("签字 张*").is_none());
}
