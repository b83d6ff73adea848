#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
//! Every row of the accessibility checklist has a test that fails when the row is broken: here is which. A test that is
//! renamed or taken away is noticed.

use std::path::Path;

const SCREENS: &str = "ui/tests/screens.rs";
const DESIGN: &str = "ui/tests/checklist.rs";
const TIMES: &str = "src/session/tests/timeouts.rs";
const SESSION: &str = "src/session/tests/accessible.rs";
const KEYPAD: &str = "tests/screen/keypad.rs";

/// Row, file, test.
const ROWS: &[(u8, &str, &str)] = &[
    (1, DESIGN, "no_words_are_smaller_than_can_be_read"),
    (2, DESIGN, "no_words_are_smaller_than_can_be_read"),
    (
        3,
        DESIGN,
        "sizes_rise_in_steps_to_capitals_of_eight_and_a_half_millimetres",
    ),
    (4, DESIGN, "no_words_are_smaller_than_can_be_read"),
    (5, DESIGN, "lines_have_room_between_them"),
    (
        6,
        DESIGN,
        "words_and_lines_stand_out_from_their_ground_in_every_theme",
    ),
    (7, SCREENS, "every_page_keeps_the_rules_in_portrait"),
    (7, SCREENS, "every_page_keeps_the_rules_in_care_mode"),
    (8, SCREENS, "every_page_keeps_the_rules_in_portrait"),
    (9, DESIGN, "no_screen_wants_another_gesture_than_a_tap"),
    (
        9,
        "ui/tests/touch.rs",
        "a_touch_counts_when_the_finger_leaves_where_it_came_down",
    ),
    (10, DESIGN, "every_chip_has_an_icon_beside_its_colour"),
    (11, DESIGN, "nothing_pops_up_but_what_one_asked_for"),
    (
        12,
        TIMES,
        "a_personal_page_warns_after_a_minute_and_ends_after_the_countdown",
    ),
    (
        12,
        TIMES,
        "a_public_page_waits_longer_and_ends_on_the_attract_page",
    ),
    (12, TIMES, "care_mode_waits_three_times_as_long"),
    (12, TIMES, "work_of_devices_and_backend_is_no_idleness"),
    (13, TIMES, "more_time_loses_nothing_and_helps_ten_times_in_a_row"),
    (13, TIMES, "the_warning_sounds_once_for_who_does_not_look"),
    (
        14,
        "src/session/tests/browse.rs",
        "who_asked_to_hear_a_page_hears_all_that_it_shows",
    ),
    (
        14,
        "src/speech/tests.rs",
        "newer_words_end_the_older_ones_at_once",
    ),
    (
        15,
        "src/speech/tests.rs",
        "a_step_of_volume_doubles_what_is_heard",
    ),
    (15, TIMES, "settings_of_one_person_do_not_greet_the_next"),
    (16, SESSION, "a_code_is_typed_with_tones_and_never_spoken"),
    (
        16,
        "src/speech/tests.rs",
        "a_tone_is_heard_and_leaves_no_word_anywhere",
    ),
    (
        16,
        KEYPAD,
        "a_dark_screen_opens_at_a_touch_and_the_keypad_goes_on",
    ),
    (17, SCREENS, "every_page_keeps_the_rules_in_low_reach"),
    (18, KEYPAD, "a_second_strike_at_once_is_none"),
    (18, KEYPAD, "a_key_that_is_held_is_one_strike"),
    (19, KEYPAD, "every_control_of_every_page_is_reached_by_the_keypad"),
    (19, DESIGN, "the_focus_ring_is_a_millimetre_wide"),
    (20, "ui/tests/at_spi/main.rs", "every_page"),
    (
        20,
        "ui/tests/touch.rs",
        "a_main_action_that_is_off_says_why_and_does_nothing",
    ),
    (
        21,
        "src/session/tests/login.rs",
        "who_does_not_choose_the_face_gives_no_consent_and_sees_no_camera",
    ),
    (22, "tests/screen/touches.rs", "the_dock_works_on_every_page"),
    (
        23,
        SESSION,
        "one_switch_is_off_until_asked_for_and_waits_between_half_a_second_and_five",
    ),
    (
        24,
        "tests/input_engine/privacy.rs",
        "no_file_is_opened_for_writing_while_somebody_types",
    ),
    (
        24,
        "tests/input_engine/privacy.rs",
        "what_was_typed_is_in_no_file",
    ),
    (
        25,
        "tests/fonts.rs",
        "every_ideograph_of_gb_18030_2022_can_be_drawn",
    ),
    (26, SESSION, "every_field_of_a_name_has_room_for_fifty_characters"),
    (
        26,
        "src/session/steps/typing.rs",
        "a_name_of_fifty_characters_is_taken_as_it_is_and_erased_one_by_one",
    ),
    (
        27,
        "tests/screen/touches.rs",
        "a_finger_in_the_signature_box_gives_strokes",
    ),
    (
        27,
        "src/session/steps/pad.rs",
        "a_dot_is_no_signature_and_two_centimetres_are",
    ),
    (28, TIMES, "settings_of_one_person_do_not_greet_the_next"),
    (
        28,
        TIMES,
        "settings_chosen_on_the_attract_page_do_not_stay_for_hours",
    ),
];

#[test]
fn every_row_of_the_checklist_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (row, file, test) in ROWS {
        let text =
            std::fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("row {row}: no {file}"));
        assert!(
            text.contains(&format!("fn {test}(")),
            "row {row}: {file} has no {test}"
        );
    }
    for row in 1..=28 {
        assert!(
            ROWS.iter().any(|(known, ..)| *known == row),
            "row {row} has no test"
        );
    }
}
