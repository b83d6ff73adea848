//! Every key of `kiosk.toml`: what it takes, what it is for, an example line.

use super::schema::{Key, Table, Takes};

const fn key(
    name: &'static str,
    takes: Takes,
    required: bool,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key {
        name,
        takes,
        required,
        example,
        meaning,
    }
}

const fn number(
    name: &'static str,
    low: f64,
    high: f64,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    key(name, Takes::Number(low, high), false, example, meaning)
}

const fn count(name: &'static str, most: i64, example: &'static str, meaning: &'static str) -> Key {
    key(name, Takes::Integer(1, most), false, example, meaning)
}

const LANGUAGES: &[&str] = &["zh-Hans", "zh-Hant", "en"];
const LEVELS: &[&str] = &["error", "warn", "info", "debug"];

/// Everything that `kiosk.toml` may hold.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "",
        required: true,
        keys: &[
            key(
                "region",
                Takes::Digits(6),
                true,
                "region = \"440106\"",
                "region code of GB/T 2260",
            ),
            key(
                "place",
                Takes::Text,
                true,
                "place = \"天河政务中心\"",
                "name of the place, shown in the top bar",
            ),
            key(
                "terminal",
                Takes::Text,
                false,
                "terminal = \"3 号机\"",
                "name of the machine, printed on slips",
            ),
            key(
                "hours",
                Takes::Text,
                false,
                "hours = \"08:30-17:30\"",
                "when the terminal can be used, shown before a visit",
            ),
            key(
                "tags",
                Takes::Texts,
                false,
                "tags = [\"booth\"]",
                "words that services of the catalogue may name, to be offered here",
            ),
            key(
                "sample",
                Takes::Bool,
                false,
                "sample = true",
                "all data are fictitious, and every slip says so",
            ),
            key(
                "language",
                Takes::OneOf(LANGUAGES),
                true,
                "language = \"zh-Hans\"",
                "language at the start of a visit",
            ),
        ],
    },
    Table {
        name: "elsewhere",
        required: false,
        keys: &[
            key(
                "name",
                Takes::Text,
                true,
                "name = \"天河区政务服务中心\"",
                "the nearest other terminal, told when something here is out of order",
            ),
            key(
                "metres",
                Takes::Integer(1, 1_000_000),
                true,
                "metres = 1200",
                "how far it is, in metres",
            ),
        ],
    },
    Table {
        name: "backend",
        required: true,
        keys: &[
            key(
                "url",
                Takes::Text,
                true,
                "url = \"https://gateway.example.gov.cn\"",
                "address without path",
            ),
            key(
                "ca",
                Takes::Text,
                false,
                "ca = \"tls/ca.pem\"",
                "PEM file of the trusted authority",
            ),
            key(
                "certificate",
                Takes::Text,
                false,
                "certificate = \"tls/terminal.pem\"",
                "PEM file of the terminal's certificate",
            ),
            key(
                "key",
                Takes::Text,
                false,
                "key = \"tls/terminal.key\"",
                "PEM file of the terminal's key",
            ),
        ],
    },
    Table {
        name: "session",
        required: false,
        keys: &[
            key(
                "idle_s",
                Takes::Integer(20, 600),
                false,
                "idle_s = 60",
                "seconds without a touch on personal pages",
            ),
            key(
                "public_idle_s",
                Takes::Integer(20, 600),
                false,
                "public_idle_s = 120",
                "the same on public pages",
            ),
            key(
                "countdown_s",
                Takes::Integer(10, 60),
                false,
                "countdown_s = 20",
                "seconds of the warning",
            ),
            key(
                "longest_s",
                Takes::Integer(300, 7200),
                false,
                "longest_s = 1800",
                "longest visit",
            ),
        ],
    },
    Table {
        name: "face",
        required: true,
        keys: &[
            key(
                "models",
                Takes::Text,
                true,
                "models = \"/usr/share/bianmin-kiosk/models\"",
                "folder of the model files",
            ),
            key(
                "challenge_s",
                Takes::Integer(10, 120),
                false,
                "challenge_s = 45",
                "seconds for the actions before the camera",
            ),
            number(
                "detection_score",
                0.1,
                0.99,
                "detection_score = 0.65",
                "lowest score of a face",
            ),
            number(
                "bystander_share",
                0.1,
                1.0,
                "bystander_share = 0.5",
                "narrower faces than this share stand in the background",
            ),
            number(
                "min_width_px",
                20.0,
                480.0,
                "min_width_px = 110",
                "narrowest usable face",
            ),
            number(
                "max_width_px",
                20.0,
                640.0,
                "max_width_px = 230",
                "widest usable face",
            ),
            number(
                "centre_margin",
                0.0,
                0.5,
                "centre_margin = 0.30",
                "how far from the middle a face may be",
            ),
            number("min_luma", 0.0, 255.0, "min_luma = 40", "darkest usable face"),
            number(
                "max_blown",
                0.0,
                1.0,
                "max_blown = 0.05",
                "share of a face that may be overexposed",
            ),
            count(
                "rest_frames",
                30,
                "rest_frames = 5",
                "pictures that make the rest position",
            ),
            number(
                "rest_yaw",
                0.0,
                45.0,
                "rest_yaw = 10",
                "turn of the head at rest, degrees",
            ),
            number(
                "same_person",
                0.0,
                1.0,
                "same_person = 0.60",
                "lowest cosine to the rest position",
            ),
            count(
                "lost_frames",
                100,
                "lost_frames = 5",
                "pictures of somebody else before it starts again",
            ),
            number(
                "turn_yaw",
                0.0,
                60.0,
                "turn_yaw = 15",
                "a turn of the head, degrees",
            ),
            number(
                "turn_nose",
                0.0,
                1.0,
                "turn_nose = 0.10",
                "way of the nose in a turn",
            ),
            count(
                "turn_frames",
                30,
                "turn_frames = 3",
                "pictures that a turn is held",
            ),
            number("back_yaw", 0.0, 45.0, "back_yaw = 7", "back from a turn, degrees"),
            number("eye_shut", 0.0, 1.0, "eye_shut = 0.5", "eyes above this are shut"),
            number("eye_open", 0.0, 1.0, "eye_open = 0.3", "eyes below this are open"),
            count(
                "blink_min_frames",
                30,
                "blink_min_frames = 2",
                "shortest blink in pictures",
            ),
            count(
                "blink_max_frames",
                60,
                "blink_max_frames = 10",
                "longest blink in pictures",
            ),
            number(
                "blink_still",
                0.0,
                45.0,
                "blink_still = 10",
                "how still the head is in a blink, degrees",
            ),
            count("actions", 3, "actions = 2", "actions that are asked for"),
            number(
                "passive_live",
                0.0,
                1.0,
                "passive_live = 0.5",
                "below it all actions are asked for",
            ),
            count(
                "wrong_turns",
                10,
                "wrong_turns = 2",
                "turns to the wrong side until it has failed",
            ),
            count(
                "match_frames",
                5,
                "match_frames = 5",
                "pictures that are compared",
            ),
            number(
                "matched",
                0.0,
                1.0,
                "matched = 0.60",
                "from here on the same person",
            ),
            number(
                "undecided",
                0.0,
                1.0,
                "undecided = 0.50",
                "from here on a member of staff decides",
            ),
            count(
                "frame_interval_ms",
                200,
                "frame_interval_ms = 70",
                "pause between two pictures",
            ),
        ],
    },
    Table {
        name: "catalogue",
        required: true,
        keys: &[
            key(
                "dir",
                Takes::Text,
                true,
                "dir = \"catalogue\"",
                "folder of the service catalogue",
            ),
            key(
                "issuer",
                Takes::Text,
                false,
                "issuer = \"issuer.pem\"",
                "public key of whoever publishes the catalogue",
            ),
        ],
    },
    Table {
        name: "texts",
        required: true,
        keys: &[key(
            "dir",
            Takes::Text,
            true,
            "dir = \"texts\"",
            "folder of the texts",
        )],
    },
    Table {
        name: "input",
        required: false,
        keys: &[key(
            "dir",
            Takes::Text,
            true,
            "dir = \"input\"",
            "folder of the pinyin schema and dictionary",
        )],
    },
    Table {
        name: "store",
        required: true,
        keys: &[key(
            "dir",
            Takes::Text,
            true,
            "dir = \"/var/lib/bianmin-kiosk\"",
            "folder of journal and audit log",
        )],
    },
    Table {
        name: "screen",
        required: true,
        keys: &[
            key(
                "orientation",
                Takes::OneOf(&["portrait", "landscape", "five_four"]),
                true,
                "orientation = \"portrait\"",
                "how the screen hangs",
            ),
            key(
                "px_per_mm",
                Takes::Number(1.0, 20.0),
                false,
                "px_per_mm = 2.71",
                "pixels of the panel on one millimetre",
            ),
            key(
                "bottom_mm",
                Takes::Number(0.0, 1100.0),
                false,
                "bottom_mm = 900",
                "lower edge of the panel above the floor",
            ),
            key(
                "full_screen",
                Takes::Bool,
                false,
                "full_screen = true",
                "the window fills the screen",
            ),
        ],
    },
    Table {
        name: "log",
        required: false,
        keys: &[key(
            "level",
            Takes::OneOf(LEVELS),
            false,
            "level = \"info\"",
            "how much is logged",
        )],
    },
];
