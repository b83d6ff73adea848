//! Touches on the screen as actions of the person.

use std::time::Instant;

use kiosk_ui as ui;
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};

use crate::session::action::Action;

use super::Shared;

/// Connects everything a person can do.
pub(super) fn wire(app: &ui::App, shared: &Shared) {
    simple(app, shared);
    chosen(app, shared);
    page_buttons(app, shared);
    focus(app);
    reached(app, shared);
    keyboard(app, shared);
    signature(app, shared);
}

/// Touches that always mean the same.
fn simple(app: &ui::App, shared: &Shared) {
    let api = app.global::<ui::Api<'_>>();
    let act = |action: Action| {
        let shared = shared.clone();
        move || shared.send(action.clone())
    };
    api.on_start(act(Action::Start));
    api.on_back(act(Action::Back));
    api.on_home(act(Action::Home));
    api.on_leave(act(Action::Leave));
    api.on_call_staff(act(Action::CallStaff));
    api.on_close_dialog(act(Action::CloseDialog));
    api.on_more_time(act(Action::MoreTime));
    api.on_read_aloud(act(Action::ReadAloud));
    api.on_bigger_text(act(Action::BiggerText));
    api.on_comfort(act(Action::Comfort));
    api.on_hush(act(Action::Hush));
    api.on_keypad(act(Action::Keypad));
    api.on_open_search(act(Action::OpenSearch));
    api.on_decline(act(Action::Decline));
    api.on_send_code_again(act(Action::SendCodeAgain));
    api.on_try_again(act(Action::TryAgain));
    api.on_skip_rating(act(Action::SkipRating));
}

/// Touches with a value.
fn chosen(app: &ui::App, shared: &Shared) {
    let api = app.global::<ui::Api<'_>>();
    macro_rules! send {
        ($on:ident, $value:ident => $action:expr) => {{
            let shared = shared.clone();
            api.$on(move |$value| shared.send($action));
        }};
    }
    send!(on_care_mode, on => Action::CareMode(on));
    send!(on_high_contrast, on => Action::HighContrast(on));
    send!(on_low_reach, on => Action::LowReach(on));
    send!(on_curtain, on => Action::Curtain(on));
    send!(on_scan, ms => Action::Scan(u32::try_from(ms).unwrap_or(0)));
    send!(on_aloud, on => Action::Aloud(on));
    send!(on_louder, more => Action::Louder(more));
    send!(on_voice, tag => Action::Voice(if tag == "yue" { "yue" } else { "cmn" }));
    send!(on_language, tag => Action::Language(tag.into()));
    send!(on_open_category, id => Action::OpenCategory(id.into()));
    send!(on_open_service, id => Action::OpenService(id.into()));
    send!(on_turn_page, page => Action::TurnPage(usize::try_from(page).unwrap_or(0)));
    send!(on_choose, id => Action::Choose(id.into()));
    send!(on_toggle, id => Action::Toggle(id.into()));
    send!(on_edit, id => Action::Edit(id.into()));
    send!(on_paper_came_out, yes => Action::PaperCameOut(yes));
    send!(on_rate, level => Action::Rate(u8::try_from(level).unwrap_or(0)));
    send!(on_rate_tag, id => Action::RateTag(id.into()));
}

/// Buttons whose meaning comes with the page.
fn page_buttons(app: &ui::App, shared: &Shared) {
    let api = app.global::<ui::Api<'_>>();
    let next = shared.clone();
    api.on_next(move || {
        let action = next.state.borrow().next.clone();
        next.send_all(action);
    });
    let other = |shared: Shared| {
        move |index: i32| {
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            let action = shared.state.borrow().others.get(index).cloned();
            shared.send_all(action);
        }
    };
    api.on_other(other(shared.clone()));
    api.on_shortcut(other(shared.clone()));
}

/// The focus has come to a control: its label, the reason why it is off, what it stands at.
fn reached(app: &ui::App, shared: &Shared) {
    let shared = shared.clone();
    app.global::<ui::Api<'_>>().on_reached(move |label, detail, at| {
        let said = [label, detail, at].map(String::from);
        let said: Vec<String> = said.into_iter().filter(|part| !part.is_empty()).collect();
        shared.send(Action::Reached(said.join("，")));
    });
}

/// The tactile keypad's "on" and "back" are Tab and Shift+Tab, which the screen's own order of focus follows.
fn focus(app: &ui::App) {
    let window = app.as_weak();
    app.global::<ui::Api<'_>>().on_step(move |on| {
        if let Some(app) = window.upgrade() {
            let text: SharedString = if on { Key::Tab } else { Key::Backtab }.into();
            let window = app.window();
            window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
            window.dispatch_event(WindowEvent::KeyReleased { text });
        }
    });
}

fn keyboard(app: &ui::App, shared: &Shared) {
    let api = app.global::<ui::Api<'_>>();
    let keys = shared.clone();
    api.on_key(move |text| keys.type_with(|keyboard| keyboard.key(&text)));
    let keys = shared.clone();
    api.on_erase(move || keys.type_with(|keyboard| keyboard.erase()));
    let keys = shared.clone();
    api.on_clear(move || keys.type_with(|keyboard| keyboard.clear()));
    let keys = shared.clone();
    api.on_candidate(move |index| {
        keys.type_with(|keyboard| keyboard.candidate(usize::try_from(index).unwrap_or(usize::MAX)));
    });
    let keys = shared.clone();
    api.on_more_candidates(move || keys.type_with(|keyboard| keyboard.more()));
    let keys = shared.clone();
    api.on_switch_keyboard(move |kind| {
        keys.type_with(|keyboard| {
            keyboard.switch(kind);
            None
        });
    });
    let keys = shared.clone();
    api.on_draw(move |phase, x, y| keys.type_with(|keyboard| keyboard.draw(phase, x, y)));
    let keys = shared.clone();
    api.on_keyboard_done(move || keys.type_with(|keyboard| keyboard.done()));
    let keys = shared.clone();
    api.on_focus(move |field| {
        keys.type_with(|keyboard| {
            keyboard.reopen();
            Some(Action::Focus(field.into()))
        });
    });
}

fn signature(app: &ui::App, shared: &Shared) {
    let api = app.global::<ui::Api<'_>>();
    let pen = shared.clone();
    api.on_stroke(move |phase, x, y, wide, high| {
        let mut state = pen.state.borrow_mut();
        let action = state
            .signature
            .stroke(phase, [x, y], [wide, high], Instant::now());
        drop(state);
        pen.send_all(action);
    });
    let pen = shared.clone();
    api.on_sign_again(move || {
        pen.state.borrow_mut().signature.clear();
        pen.send(Action::SignAgain);
    });
}
