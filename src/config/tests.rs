//! Every message a technician can get, as it is printed.

use std::path::Path;

use super::{ConfigError, Configuration, Devices, IdReader, Speaker, devices, keys, kiosk};

const KIOSK: &str = r#"region = "440106"
place = "天河区政务服务中心"
language = "zh-Hans"

[backend]
url = "https://gateway.example.gov.cn"

[face]
models = "models"

[catalogue]
dir = "."

[texts]
dir = "."

[store]
dir = "data"

[screen]
orientation = "portrait"
"#;

fn kiosk_messages(text: &str) -> String {
    let findings = kiosk::parse(Path::new("kiosk.toml"), text).unwrap_err();
    ConfigError { findings }.to_string()
}

fn device_messages(text: &str) -> String {
    let findings = devices::parse(Path::new("devices.toml"), text).unwrap_err();
    ConfigError { findings }.to_string()
}

#[test]
fn a_right_file_is_read_with_defaults_and_absolute_paths() {
    let dir = tempfile::tempdir().unwrap();
    let read = kiosk::parse(&dir.path().join("kiosk.toml"), KIOSK).unwrap();
    assert_eq!(read.session.idle_s, 60);
    assert_eq!(read.store.dir, dir.path().join("data"));
    assert!((read.face.thresholds.matched - 0.60).abs() < f32::EPSILON);
}

#[test]
fn an_unknown_key_gets_place_suggestion_and_example() {
    let text = KIOSK.replace("region = ", "regoin = ");
    assert_eq!(
        kiosk_messages(&text),
        "kiosk.toml:1:1: `regoin`: unknown key\n  \
         did you mean: region\n  \
         expected: one of region, place, terminal, hours, tags, sample, language, elsewhere, backend, session, face, catalogue, texts, input, store, screen, log\n  \
         example: region = \"440106\"\n\n\
         kiosk.toml:1:1: `region`: is missing\n  \
         expected: text of at least 6 digits in quotation marks: region code of GB/T 2260\n  \
         example: region = \"440106\""
    );
}

#[test]
fn a_wrong_type_gets_place_expectation_and_example() {
    let text = KIOSK.replace("\"https://gateway.example.gov.cn\"", "443");
    assert_eq!(
        kiosk_messages(&text),
        "kiosk.toml:6:7: `backend.url`: wrong type: integer\n  \
         expected: text in quotation marks: address without path\n  \
         example: url = \"https://gateway.example.gov.cn\""
    );
}

#[test]
fn a_wrong_word_gets_the_word_that_was_meant() {
    let text = KIOSK.replace("\"portrait\"", "\"potrait\"");
    assert_eq!(
        kiosk_messages(&text),
        "kiosk.toml:21:15: `screen.orientation`: unknown word \"potrait\"\n  \
         did you mean: portrait\n  \
         expected: one of \"portrait\", \"landscape\", \"five_four\": how the screen hangs\n  \
         example: orientation = \"portrait\""
    );
}

#[test]
fn a_number_out_of_bounds_names_the_bounds() {
    let text = format!("{KIOSK}\n[session]\nidle_s = 5\n");
    assert_eq!(
        kiosk_messages(&text),
        "kiosk.toml:24:10: `session.idle_s`: 5 is out of bounds\n  \
         expected: a whole number from 20 to 600: seconds without a touch on personal pages\n  \
         example: idle_s = 60"
    );
}

#[test]
fn a_missing_table_is_shown_whole() {
    let text = KIOSK.replace("[store]\ndir = \"data\"\n", "");
    assert_eq!(
        kiosk_messages(&text),
        "kiosk.toml: `store`: is missing\n  \
         expected: a table [store]\n  \
         example: [store]\n           dir = \"/var/lib/bianmin-kiosk\""
    );
}

#[test]
fn broken_toml_names_the_place() {
    let message = kiosk_messages("region = \"440106\nplace = 3");
    assert!(message.starts_with("kiosk.toml:1:"), "{message}");
    assert!(
        message.contains("expected: TOML: lines of `key = value`"),
        "{message}"
    );
}

#[test]
fn values_that_contradict_each_other_are_found() {
    let text = KIOSK.replace("models = \"models\"", "models = \"models\"\nundecided = 0.8");
    assert_eq!(
        kiosk_messages(&text),
        "kiosk.toml: `face.undecided`: 0.8 makes no sense\n  \
         expected: from 0.3 to `matched`\n  example: undecided = 0.5"
    );
}

#[test]
fn plain_http_is_taken_on_loopback_only() {
    let plain = KIOSK.replace("https://gateway.example.gov.cn", "http://127.0.0.1.evil.example");
    assert!(kiosk_messages(&plain).contains("plain http leaves this machine"));
    let loopback = KIOSK.replace("https://gateway.example.gov.cn", "http://127.0.0.1:8080");
    assert!(kiosk::parse(Path::new("kiosk.toml"), &loopback).is_ok());
}

#[test]
fn a_missing_file_says_how_to_name_the_folder() {
    let error = Configuration::load(Path::new("/nowhere")).unwrap_err();
    assert_eq!(error.findings.len(), 2);
    assert_eq!(
        error.findings[0].to_string(),
        "/nowhere/kiosk.toml: cannot be read: No such file or directory (os error 2)\n  \
         expected: a readable file; start the program with --config and the folder that holds it"
    );
}

#[test]
fn devices_without_a_table_are_not_fitted() {
    let read = devices::parse(Path::new("devices.toml"), "[id_reader]\nkind = \"simulator\"\n").unwrap();
    assert_eq!(
        read,
        Devices {
            id_reader: IdReader::Simulator {},
            ..Devices::default()
        }
    );
}

#[test]
fn an_unknown_role_kind_or_key_of_a_device_is_explained() {
    assert_eq!(
        device_messages("[id_raeder]\nkind = \"serial\"\n"),
        "devices.toml:1:2: `id_raeder`: unknown role\n  did you mean: id_reader\n  \
         expected: one of id_reader, camera, receipt_printer, a4_printer, qr_scanner, doc_camera, speaker, transit_card\n  \
         example: [id_reader]"
    );
    assert_eq!(
        device_messages("[camera]\nkind = \"v4l\"\n"),
        "devices.toml:2:8: `camera.kind`: unknown kind \"v4l\"\n  did you mean: v4l2\n  \
         expected: kind is one of v4l2, simulator, none\n  example: kind = \"v4l2\""
    );
    assert_eq!(
        device_messages("[id_reader]\nkind = \"serial\"\nadress = \"/dev/ttyUSB0\"\n"),
        "devices.toml:3:1: `id_reader.adress`: unknown key\n  did you mean: address\n  \
         expected: one of address, photo_decoder, kind\n  \
         example: address = \"/dev/serial/by-id/usb-FTDI_FT232R_A1-if00-port0\"\n\n\
         devices.toml:1:2: `id_reader.address`: is missing\n  \
         expected: text in quotation marks: stable name of the serial port\n  \
         example: address = \"/dev/serial/by-id/usb-FTDI_FT232R_A1-if00-port0\""
    );
    assert_eq!(
        device_messages("camera = 3\n"),
        "devices.toml:1:10: `camera`: wrong type: integer\n  \
         expected: a table with `kind` and an address\n  example: [camera]"
    );
}

#[test]
fn recorded_voices_lie_beside_the_file_unless_their_path_is_absolute() {
    let speaker = |recordings: &str| {
        let text = format!("[speaker]\nkind = \"espeak_ng\"\nrecordings = \"{recordings}\"\n");
        devices::parse(Path::new("/etc/kiosk/devices.toml"), &text)
            .unwrap()
            .speaker
    };
    let with = |folder: &str| Speaker::EspeakNg {
        recordings: Some(folder.into()),
        device: None,
    };
    assert_eq!(speaker("voices"), with("/etc/kiosk/voices"));
    assert_eq!(speaker("/srv/voices"), with("/srv/voices"));
}

#[test]
fn a_wrong_key_of_the_loudspeaker_is_explained() {
    assert_eq!(
        device_messages("[speaker]\nkind = \"espeak_ng\"\nrecording = \"voices\"\n"),
        "devices.toml:3:1: `speaker.recording`: unknown key\n  did you mean: recordings\n  \
         expected: one of recordings, device, kind\n  example: recordings = \"voices\""
    );
}

#[test]
fn every_example_line_of_a_device_is_read_by_the_structures() {
    for role in devices::ROLES {
        for kind in role.kinds {
            let keys: Vec<&str> = kind.keys.iter().map(|key| key.example).collect();
            let text = format!("[{}]\nkind = \"{}\"\n{}\n", role.name, kind.name, keys.join("\n"));
            let read: Result<Devices, _> = toml::from_str(&text);
            assert!(read.is_ok(), "{text}{:?}", read.err());
        }
    }
}

/// The table of keys and the structures must not drift apart.
#[test]
fn every_example_line_of_the_schema_is_read_by_the_structures() {
    let mut text = String::new();
    for table in keys::TABLES {
        if !table.name.is_empty() {
            text.push_str(&format!("[{}]\n", table.name));
        }
        for key in table.keys {
            text.push_str(key.example);
            text.push('\n');
        }
    }
    let read: Result<super::Kiosk, _> = toml::from_str(&text);
    assert!(read.is_ok(), "{:?}", read.err());
}
