//! What the engine would read wrongly, written so that it reads it rightly: Chinese words with a
//! second reading become characters that sound the same, and characters it does not know become
//! pinyin.

use pinyin::ToPinyin as _;
use zeroize::Zeroizing;

use super::engine::Voice;
use super::readings::WORDS;
use super::words::is_han;

/// Surnames with a reading of their own, and what sounds like them.
const SURNAMES: [(char, char); 6] = [
    ('曾', '增'),
    ('单', '善'),
    ('解', '谢'),
    ('查', '渣'),
    ('任', '仁'),
    ('区', '欧'),
];

/// What shows that a surname stands before it: 曾某, 曾先生, 曾女士.
const AFTER_SURNAMES: [&str; 3] = ["某", "先生", "女士"];

/// Said for a character that nobody can read out.
const RARE: &str = "生僻字";

/// The text for the engine's voice.
pub(super) fn readable(spoken: &str, voice: Voice) -> Zeroizing<String> {
    let known = without_rare(spoken, voice);
    if voice != Voice::Mandarin {
        return known;
    }
    let names = with_places(&with_surnames(&known));
    WORDS
        .iter()
        .filter(|(word, _)| names.contains(word))
        .fold(names.clone(), |text, (word, sounds)| {
            Zeroizing::new(text.replace(word, sounds))
        })
}

/// 地 is a place and reads like 第, which the engine never takes it for; behind two equal characters
/// (慢慢地) it is the particle that the engine reads.
fn with_places(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let (mut last, mut before) = (None, None);
    for char in text.chars() {
        let particle = last.is_some() && last == before;
        out.push(if char == '地' && !particle { '第' } else { char });
        (before, last) = (last, Some(char));
    }
    out
}

/// The engine spells the hexadecimal number of a character outside the two oldest blocks.
fn without_rare(spoken: &str, voice: Voice) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(spoken.len()));
    for char in spoken.chars() {
        if !is_han(char) || matches!(char, '〇' | '\u{3400}'..='\u{9fff}') {
            text.push(char);
        } else {
            text.push_str(&rare(char, voice));
        }
    }
    text
}

/// Only the Mandarin voice reads pinyin.
fn rare(char: char, voice: Voice) -> String {
    match char.to_pinyin().filter(|_| voice == Voice::Mandarin) {
        Some(pinyin) => format!(" {} ", pinyin.plain()),
        None => RARE.to_owned(),
    }
}

/// A surname before 某 or a title, with no character before it.
fn with_surnames(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut before = None;
    for (at, char) in text.char_indices() {
        let rest = text.get(at + char.len_utf8()..).unwrap_or_default();
        let named = AFTER_SURNAMES.iter().any(|after| rest.starts_with(after));
        let begins = !before.is_some_and(is_han);
        let surname = SURNAMES
            .iter()
            .find(|(surname, _)| named && begins && *surname == char);
        out.push(surname.map_or(char, |(_, sounds)| *sounds));
        before = Some(char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::engine::phonemes;
    use super::*;

    fn mandarin(text: &str) -> String {
        readable(text, Voice::Mandarin).to_string()
    }

    fn heard(text: &str) -> String {
        phonemes(text, Voice::Mandarin).unwrap()
    }

    #[test]
    fn words_with_a_second_reading_are_written_as_they_sound() {
        assert_eq!(mandarin("请到重庆银行重新办理"), "请到虫庆银航虫新办理");
    }

    #[test]
    fn surnames_are_read_as_surnames_and_only_there() {
        assert_eq!(mandarin("曾某，您好"), "增某，您好");
        assert_eq!(mandarin("单女士"), "善女士");
        assert_eq!(mandarin("曾经"), "曾经");
        assert_eq!(mandarin("负责任某"), "负责任某");
    }

    #[test]
    fn a_place_is_no_particle() {
        assert_eq!(mandarin("居住地址"), "居住第址");
        assert_eq!(mandarin("慢慢地走"), "慢慢地走");
    }

    #[test]
    fn characters_that_the_engine_spells_are_read_as_pinyin_or_called_rare() {
        assert_eq!(mandarin("张𬭎"), "张 hong ");
        assert_eq!(mandarin("张𠮷"), "张生僻字");
        assert_eq!(*readable("张𬭎", Voice::Cantonese), "张生僻字");
        assert_eq!(*readable("重庆银行", Voice::Cantonese), "重庆银行");
    }

    #[test]
    fn the_table_changes_what_is_heard() {
        let idle: Vec<&str> = WORDS
            .iter()
            .filter(|(word, sounds)| heard(word) == heard(sounds))
            .map(|(word, _)| *word)
            .collect();
        assert!(idle.is_empty(), "read rightly without the table: {idle:?}");
    }

    #[test]
    fn words_of_the_product_are_heard_rightly() {
        // Syllables without their tones, as the engine writes them.
        let words = [
            ("重庆", "ts.hongtS;hiN"),
            ("银行", "jinXaN"),
            ("行政", "S;iNts.@N"),
            ("便民", "piEnmin"),
            ("一件事", "jitS;iEns.i."),
            ("还有", "Xaijiou"),
            ("长者", "ts.aNts.o-"),
            ("重新", "ts.hongS;in"),
            ("参加", "tshantS;iA"),
            ("曾某", "ts@Nmou"),
            ("地址", "tits.i."),
            ("目的地", "mutiti"),
            ("子女", "tsi[ny"),
        ];
        let plain = |text: &str| -> String {
            let sounds = heard(&mandarin(text));
            sounds
                .chars()
                .filter(|char| !char.is_ascii_digit() && !"'_|\n ".contains(*char))
                .collect()
        };
        let wrong: Vec<String> = words
            .iter()
            .filter(|(word, sounds)| plain(word) != *sounds)
            .map(|(word, sounds)| format!("{word}: wanted {sounds}, heard {}", plain(word)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn no_character_of_two_blocks_is_spelled() {
        let block: String = ('\u{4e00}'..='\u{9fff}')
            .step_by(97)
            .chain(('\u{3400}'..='\u{4dbf}').step_by(61))
            .map(|char| format!("{char}。"))
            .collect();
        for voice in [Voice::Mandarin, Voice::Cantonese] {
            let lines = phonemes(&block, voice).unwrap();
            let spelled = lines.lines().filter(|line| line.matches('|').count() > 2).count();
            assert_eq!(spelled, 0, "{voice:?}");
        }
    }
}
