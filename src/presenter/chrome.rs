//! What surrounds every page, and the dialog above it.

use jiff::Zoned;
use kiosk_ui as ui;
use slint::{ComponentHandle, SharedString};

use crate::session::view::{Board, Chrome, Dialog, TextSize};
use crate::text::format;

use super::words::Words;

/// Shows the surroundings.
pub(super) fn chrome(app: &ui::App, chrome: &Chrome) {
    let global = app.global::<ui::Chrome<'_>>();
    global.set_who(chrome.who.as_deref().unwrap_or_default().into());
    global.set_staff(chrome.staff.as_deref().unwrap_or_default().into());
    global.set_flow(chrome.progress.is_some());
    if let Some(progress) = &chrome.progress {
        global.set_step(count(progress.now));
        global.set_steps(count(progress.total));
        global.set_minutes_left(count(progress.minutes_left));
    }
    global.set_language(chrome.language.as_str().into());
    global.set_size(match chrome.size {
        TextSize::Standard => ui::TextSize::Standard,
        TextSize::Large => ui::TextSize::Large,
        TextSize::Care => ui::TextSize::Care,
        TextSize::Extra => ui::TextSize::Extra,
    });
    global.set_high_contrast(chrome.high_contrast);
    global.set_low_reach(chrome.low_reach);
    global.set_scan(i64::from(chrome.scan_ms));
    global.set_curtain(chrome.curtain);
    global.set_aloud(chrome.aloud);
    global.set_voice(chrome.voice.into());
    global.set_volume(i32::from(chrome.volume));
    global.set_online(chrome.online);
    global.set_camera_on(chrome.camera_on);
    global.set_home_dock(chrome.home_dock);
}

/// Shows what works here now.
pub(super) fn board(app: &ui::App, words: &Words, board: &Board) {
    let off: Vec<String> = board.off.iter().map(|name| words.say(name).into()).collect();
    let off = match off.as_slice() {
        [] => SharedString::new(),
        names => {
            let names = names.join(&words.text("punctuation.comma", []));
            words.text("attract.off", [("names", names.as_str())])
        }
    };
    let global = app.global::<ui::Chrome<'_>>();
    global.set_board(ui::BoardData {
        works: words.say(&board.works),
        all_well: board.all_well,
        off,
        hours: words.say(&board.hours),
        elsewhere: words.maybe(board.elsewhere.as_ref()),
    });
}

/// Shows time and date, in the words of the language.
pub(super) fn time(app: &ui::App, words: &Words, wall: &Zoned) {
    let global = app.global::<ui::Chrome<'_>>();
    let today = wall.date();
    let date = format::date(today, today, &words.language);
    let weekday = words.text(&format!("weekday.{}", today.weekday().to_monday_one_offset()), []);
    global.set_clock(wall.strftime("%H:%M").to_string().into());
    global.set_date(words.text(
        "chrome.date",
        [("date", date.as_str()), ("weekday", weekday.as_str())],
    ));
    global.set_hour(i32::from(wall.hour()));
}

/// Shows the dialog, or none.
pub(super) fn dialog(app: &ui::App, words: &Words, dialog: Option<&Dialog>) {
    let global = app.global::<ui::Dialog<'_>>();
    let was_idle = global.get_kind() == ui::DialogKind::Idle;
    let (kind, text, confirmed) = match dialog {
        None => (ui::DialogKind::None, None, false),
        Some(Dialog::Idle { seconds_left, kept }) => {
            global.set_seconds_left(count(*seconds_left));
            if !was_idle {
                // The ring is full where the countdown begins.
                global.set_seconds(count(*seconds_left));
            }
            (ui::DialogKind::Idle, Some(kept), false)
        }
        Some(Dialog::Comfort) => (ui::DialogKind::Comfort, None, false),
        Some(Dialog::StaffCalled { confirmed }) => (ui::DialogKind::StaffCalled, None, *confirmed),
        Some(Dialog::Leave { what }) => (ui::DialogKind::Leave, Some(what), false),
    };
    global.set_text(words.maybe(text));
    global.set_confirmed(confirmed);
    global.set_kind(kind);
}

fn count(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
