//! Nobody is offered a rude word for harmless letters.

use std::fs;

use kiosk::input::{InputEngine, InputMethods, Method};

use super::{Stage, root};

/// What must not come up, whatever the block list says.
const RUDE: [&str; 12] = [
    "他妈的",
    "傻逼",
    "牛逼",
    "鸡巴",
    "婊子",
    "贱人",
    "王八蛋",
    "强奸",
    "做爱",
    "操你",
    "屌",
    "弱智",
];

/// The lines of the block list, without stars.
fn blocked() -> Vec<String> {
    let text = fs::read_to_string(root().join("config/input/blocked.txt")).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.trim_matches('*').to_owned()).collect()
}

/// What three pages offer for these keys.
fn offered(stage: &mut Stage, keys: &str) -> Vec<String> {
    let mut words = stage.compose(keys).candidates.clone();
    for _ in 0..2 {
        words.extend_from_slice(&stage.engine.page().unwrap().candidates);
    }
    words
}

#[test]
fn one_or_two_letters_offer_no_rude_word() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    let blocked = blocked();
    for names in [false, true] {
        stage.engine.begin(Method::Pinyin, names).unwrap();
        for first in 'a'..='z' {
            for keys in ('a'..='z')
                .map(|second| format!("{first}{second}"))
                .chain([first.to_string()])
            {
                for word in offered(&mut stage, &keys) {
                    assert!(!blocked.contains(&word), "{keys} offers a blocked word");
                    assert!(
                        !RUDE.iter().any(|rude| word.contains(rude)),
                        "{keys} offers a rude word"
                    );
                }
            }
        }
    }
}

#[test]
fn a_rude_word_is_not_offered_when_it_is_spelled() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    for keys in [
        "tmd",
        "nmb",
        "cnm",
        "tamade",
        "shabi",
        "niubi",
        "dashabi",
        "jianrende",
        "wangbadan",
        "jiba",
    ] {
        let words = offered(&mut stage, keys);
        assert!(!words.is_empty(), "{keys}");
        assert!(
            !words
                .iter()
                .any(|word| RUDE.iter().any(|rude| word.contains(rude))),
            "{keys}: {words:?}"
        );
    }
}

#[test]
fn ordinary_words_with_a_blocked_one_inside_are_offered() {
    let Some(mut stage) = Stage::begin(Method::Pinyin, false) else {
        return;
    };
    for (keys, word) in [
        ("mamade", "妈妈的"),
        ("tamama", "他妈妈"),
        ("aihao", "爱好"),
        ("rufang", "乳房"),
    ] {
        assert!(
            offered(&mut stage, keys).iter().any(|offer| offer == word),
            "{keys}"
        );
    }
}

#[test]
fn a_rude_character_is_not_offered_for_its_strokes() {
    let Some(mut stage) = Stage::begin(Method::Strokes, false) else {
        return;
    };
    assert!(!offered(&mut stage, "zhpszhszs").contains(&"屌".to_owned()));
    assert!(!offered(&mut stage, "zhpszh*zs").contains(&"屌".to_owned()));
}
