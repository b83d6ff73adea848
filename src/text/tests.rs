//! Packs of languages, and words of others in a language.

use super::*;

const PACK: &str = "name = \"X\"\ndirection = \"ltr\"\nstatus = \"complete\"\n";
const SAMPLE: &str = "name = \"X\"\ndirection = \"rtl\"\nfont = \"F\"\nstatus = \"sample\"\n";

/// A language after Chinese, with its pack.
fn files(zh: &str, language: &str, pack: &str, texts: &str) -> BTreeMap<String, String> {
    BTreeMap::from(
        [
            ("zh-Hans/pack.toml".to_owned(), PACK),
            ("zh-Hans/session.toml".to_owned(), zh),
            (format!("{language}/pack.toml"), pack),
            (format!("{language}/session.toml"), texts),
        ]
        .map(|(path, text)| (path, text.to_owned())),
    )
}

fn english(zh: &str, en: &str) -> BTreeMap<String, String> {
    files(zh, "en", PACK, en)
}

fn words(zh: &str, en: &str) -> Words {
    [("zh-Hans", zh), ("en", en)]
        .map(|(tag, text)| (tag.to_owned(), text.to_owned()))
        .into()
}

#[test]
fn a_text_is_filled_in() {
    let texts = Texts::load(&english(
        "\"a.b\" = \"还有 {n} 秒\"",
        "\"a.b\" = \"{n} seconds left\"",
    ))
    .unwrap();
    let say = Say::Id("a.b", vec![("n", "5".to_owned())]);
    assert_eq!(texts.resolve(&say, "zh-Hans"), "还有 5 秒");
    assert_eq!(texts.resolve(&say, "en"), "5 seconds left");
}

#[test]
fn catalogue_words_fall_back_to_chinese() {
    let words = Words::from([("zh-Hans".to_owned(), "房产".to_owned())]);
    assert_eq!(Texts::default().resolve(&Say::Words(words), "en"), "房产");
}

#[test]
fn a_text_that_one_language_lacks_is_named() {
    let error = Texts::load(&english("\"a\" = \"甲\"\n\"b\" = \"乙\"", "\"a\" = \"A\"")).unwrap_err();
    assert!(matches!(error, TextError::Missing { language, ids } if language == "en" && ids == ["b"]));
}

#[test]
fn a_text_that_the_base_lacks_is_refused_in_samples_too() {
    for (language, pack) in [("en", PACK), ("ug", SAMPLE)] {
        let error = Texts::load(&files(
            "\"a\" = \"甲\"",
            language,
            pack,
            "\"a\" = \"A\"\n\"c\" = \"C\"",
        ))
        .unwrap_err();
        assert!(
            matches!(error, TextError::Unknown { language: wrong, ids } if wrong == language && ids == ["c"])
        );
    }
}

#[test]
fn other_arguments_are_refused_in_samples_too() {
    for pack in [PACK, SAMPLE] {
        let files = files("\"a\" = \"{n} 秒\"", "en", pack, "\"a\" = \"{m} seconds\"");
        let error = Texts::load(&files).unwrap_err();
        assert!(matches!(error, TextError::Arguments { id, .. } if id == "a"));
    }
}

#[test]
fn a_sample_may_lack_texts_and_is_not_offered() {
    let texts = Texts::load(&files(
        "\"a\" = \"甲\"\n\"b\" = \"乙\"",
        "ug",
        SAMPLE,
        "\"a\" = \"A\"",
    ))
    .unwrap();
    assert_eq!(texts.languages().collect::<Vec<_>>(), ["zh-Hans"]);
    assert_eq!(texts.text("a", [], "ug"), "A");
    assert_eq!(texts.text("b", [], "ug"), "乙");
    let (_, pack) = texts.packs().find(|(language, _)| *language == "ug").unwrap();
    assert_eq!(pack.direction, pack::Direction::Rtl);
    assert_eq!((pack.font.as_deref(), pack.voice), (Some("F"), None));
}

#[test]
fn a_language_without_a_pack_is_told_what_to_write() {
    let mut files = english("\"a\" = \"甲\"", "\"a\" = \"A\"");
    files.remove("en/pack.toml");
    let error = Texts::load(&files).unwrap_err().to_string();
    assert!(error.contains("config/texts/en: no pack.toml"), "{error}");
    assert!(error.contains("status = \"complete\""), "{error}");
}

#[test]
fn a_wrong_pack_is_told_with_file_line_and_example() {
    for (pack, expected) in [
        (
            "name = \"X\"\ndirection = \"down\"\nstatus = \"sample\"",
            "line 2",
        ),
        ("name = \"X\"\nstatus = \"sample\"", "direction"),
        (
            "name = \"X\"\ndirection = \"ltr\"\nstatus = \"sample\"\ncolour = 1",
            "line 4",
        ),
        (
            "name = \"X\"\ndirection = \"ltr\"\nvoice = \"xx\"\nstatus = \"sample\"",
            "line 3",
        ),
        (
            "name = \" \"\ndirection = \"ltr\"\nstatus = \"sample\"",
            "`name` is empty",
        ),
        (
            "name = \"X\"\ndirection = \"ltr\"\nfont = \"\"\nstatus = \"sample\"",
            "`font` is empty",
        ),
    ] {
        let error = Texts::load(&files("", "ug", pack, "")).unwrap_err().to_string();
        assert!(error.starts_with("ug/pack.toml: "), "{error}");
        assert!(error.contains(expected), "{error}");
        assert!(error.contains("name = \"English\""), "{error}");
    }
}

#[test]
fn the_base_cannot_be_a_sample() {
    let mut files = english("\"a\" = \"甲\"", "\"a\" = \"A\"");
    files.insert("zh-Hans/pack.toml".to_owned(), SAMPLE.to_owned());
    assert!(matches!(Texts::load(&files), Err(TextError::BaseIncomplete)));
}

#[test]
fn traditional_words_are_made_where_nobody_wrote_them() {
    let mut both = words("发短信给您", "We send a text message");
    assert_eq!(in_language(&both, "zh-Hant"), "發短信給您");
    assert_eq!(in_language(&both, "zh-Hans"), "发短信给您");
    assert_eq!(in_language(&both, "en"), "We send a text message");
    both.insert("zh-Hant".to_owned(), "會有短訊".to_owned());
    assert_eq!(in_language(&both, "zh-Hant"), "會有短訊");
    let backend = Words::from([("zh".to_owned(), "后台".to_owned())]);
    assert_eq!(in_language(&backend, "zh-Hant"), "後台");
}

#[test]
fn names_of_persons_are_never_converted() {
    let zh = "\"who\" = \"{name} 说的\"";
    let texts = Texts::load(&files(zh, "zh-Hant", PACK, "\"who\" = \"{name} 說的\"")).unwrap();
    for name in [
        "后羿",
        "范丹",
        "于谦",
        "叶云",
        "云中鹤",
        "郁达",
        "万只干",
        "沈从云",
    ] {
        let verbatim = Say::Verbatim(name.to_owned());
        assert_eq!(texts.resolve(&verbatim, "zh-Hant"), name);
        let argument = Say::Id("who", vec![("name", name.to_owned())]);
        assert_eq!(texts.resolve(&argument, "zh-Hant"), format!("{name} 說的"));
        assert_eq!(in_language(&words(name, name), "zh-Hant"), name);
    }
}

#[test]
fn chinese_sentences_follow_each_other_without_a_space() {
    let parts = ["甲。", "乙。"].map(|part| Say::Verbatim(part.to_owned()));
    let all = Say::All(parts.to_vec());
    assert_eq!(Texts::default().resolve(&all, "zh-Hans"), "甲。乙。");
    assert_eq!(Texts::default().resolve(&all, "zh-Hant"), "甲。乙。");
    assert_eq!(Texts::default().resolve(&all, "en"), "甲。 乙。");
}
