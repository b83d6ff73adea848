//! Files that are not as they should be.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::super::HandwritingError;
use super::{GLYPHS, Recogniser, build, built, folder};

fn load(bytes: &[u8]) -> Result<Recogniser, HandwritingError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("templates.bin");
    fs::write(&file, bytes).unwrap();
    Recogniser::load(&file)
}

fn good() -> Vec<u8> {
    let (_folder, file) = built();
    fs::read(file).unwrap()
}

/// Where the numbers begin.
fn after_mark(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1
}

fn build_error(glyphs: &[(&str, &str)]) -> String {
    let folder = folder(glyphs);
    let out = folder.path().join("out/templates.bin");
    fs::create_dir(folder.path().join("out")).unwrap();
    let error = build(folder.path(), &out).unwrap_err().to_string();
    assert!(
        fs::read_dir(out.parent().unwrap()).unwrap().next().is_none(),
        "something was written"
    );
    error.replace(&folder.path().display().to_string(), "")
}

#[test]
fn a_built_file_has_the_glyphs_digits_and_letters() {
    let recogniser = Recogniser::load(&built().1).unwrap();
    let characters: String = recogniser.characters.iter().collect();
    assert_eq!(characters, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ〇二人十口");
}

#[test]
fn building_again_gives_the_same_bytes() {
    assert_eq!(good(), good());
}

#[test]
fn a_missing_file_is_named() {
    let error = Recogniser::load(Path::new("no/such.bin")).unwrap_err();
    assert!(matches!(&error, HandwritingError::Missing { .. }));
    assert!(error.to_string().contains("no/such.bin"), "{error}");
}

#[test]
fn another_file_is_not_taken_for_templates() {
    for bytes in [b"".as_slice(), b"hanzi", b"{\"medians\": []}"] {
        assert!(
            matches!(load(bytes), Err(HandwritingError::NotTemplates(_))),
            "{bytes:?}"
        );
    }
}

#[test]
fn another_version_is_refused() {
    let mut bytes = good();
    let version = after_mark(&bytes);
    bytes[version] += 1;
    let error = load(&bytes).unwrap_err();
    assert!(
        matches!(
            error,
            HandwritingError::OtherVersion {
                found: 2,
                expected: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_file_with_a_longer_end_is_refused() {
    let mut bytes = good();
    bytes.push(0);
    assert!(matches!(load(&bytes), Err(HandwritingError::OtherSize { .. })));
}

#[test]
fn an_absurd_number_of_characters_is_damage() {
    let mut bytes = good();
    let version = after_mark(&bytes);
    bytes[version + 4..version + 8].fill(0xff);
    assert!(matches!(load(&bytes), Err(HandwritingError::Damaged(_))));
}

#[test]
fn a_bad_glyph_is_named_with_the_reason() {
    let cases = [
        ("", "/张.json: EOF while parsing a value at line 1 column 0"),
        ("{}", "/张.json: missing field `medians` at line 1 column 2"),
        (
            r#"{"medians": [[[1, "2"]]]}"#,
            r#"/张.json: invalid type: string "2", expected f32 at line 1 column 21"#,
        ),
        (r#"{"medians": []}"#, "/张.json: the medians have no stroke"),
        (
            r#"{"medians": [[[1, 2], [1, 2]]]}"#,
            "/张.json: the medians have no stroke",
        ),
    ];
    for (json, message) in cases {
        assert_eq!(build_error(&[GLYPHS[0], ("张", json)]), message);
    }
}

#[test]
fn a_folder_without_glyphs_is_refused() {
    let others = [("package", "{}"), ("⺮", GLYPHS[0].1)];
    assert_eq!(build_error(&others), " has no file of strokes");
}

#[test]
fn a_missing_folder_is_named() {
    let out = tempfile::tempdir().unwrap();
    let error = build(Path::new("no/such"), &out.path().join("templates.bin")).unwrap_err();
    assert!(error.to_string().starts_with("no/such: "), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_truncated_file_is_refused(share in 0.0..1.0_f64) {
        let bytes = good();
        let length = (bytes.len() as f64 * share) as usize;
        prop_assert!(load(&bytes[..length]).is_err());
    }

    #[test]
    fn one_changed_byte_is_noticed(place in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let mut bytes = good();
        let place = place.index(bytes.len());
        bytes[place] ^= change;
        prop_assert!(load(&bytes).is_err());
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        prop_assert!(load(&bytes).is_err());
    }
}
