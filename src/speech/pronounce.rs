//! What the engine would read wrongly, written so that it reads it rightly: Chinese words with a
//! second reading become characters that sound the same, and characters it does not know become
//! pinyin. Each word of the table was heard wrongly before it came here; a test sees to it that the
//! engine reads the two columns differently.

use pinyin::ToPinyin as _;
use zeroize::Zeroizing;

use super::engine::Voice;
use super::words::is_han;

/// Words that the Mandarin voice reads wrongly, and what sounds right.
const WORDS: [(&str, &str); 58] = [
    ("重庆", "虫庆"),
    ("重阳", "虫阳"),
    ("重新", "虫新"),
    ("重复", "虫复"),
    ("重名", "虫名"),
    ("重试", "虫试"),
    ("重做", "虫做"),
    ("重签", "虫签"),
    ("重拍", "虫拍"),
    ("银行", "银航"),
    ("支行", "支航"),
    ("分行", "分航"),
    ("行业", "航业"),
    ("行号", "航号"),
    ("长者", "掌者"),
    ("长辈", "掌辈"),
    ("家长", "家掌"),
    ("校长", "校掌"),
    ("市长", "市掌"),
    ("成长", "成掌"),
    ("生长", "生掌"),
    ("更改", "耕改"),
    ("变更", "变耕"),
    ("更新", "耕新"),
    ("更正", "耕正"),
    ("更换", "耕换"),
    ("还款", "环款"),
    ("归还", "归环"),
    ("退还", "退环"),
    ("返还", "返环"),
    ("交还", "交环"),
    ("会计", "快计"),
    ("给付", "己付"),
    ("供给", "供己"),
    ("参与", "参预"),
    ("累计", "垒计"),
    ("要求", "腰求"),
    ("调解", "条解"),
    ("调整", "条整"),
    ("空调", "空条"),
    ("处理", "储理"),
    ("处方", "储方"),
    ("处罚", "储罚"),
    ("照相", "照象"),
    ("作为", "作唯"),
    ("称为", "称唯"),
    ("请假", "请架"),
    ("假期", "架期"),
    ("丧葬", "桑葬"),
    ("校对", "较对"),
    ("校验", "较验"),
    ("测量", "测良"),
    ("音乐", "音月"),
    ("西藏", "西葬"),
    ("厦门", "下门"),
    ("番禺", "潘禺"),
    ("成都", "成嘟"),
    ("首都", "首嘟"),
];

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
    let surnames = with_surnames(&known);
    WORDS
        .iter()
        .filter(|(word, _)| surnames.contains(word))
        .fold(surnames.clone(), |text, (word, sounds)| {
            Zeroizing::new(text.replace(word, sounds))
        })
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

    /// The engine's letters with tones that depend on what follows taken for one.
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
