//! Traditional characters, for words that a catalogue or a backend writes in simplified ones only.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use zhconv::{Variant, ZhConverter, ZhConverterBuilder, zhconv};

/// Tag of Chinese in traditional characters.
pub const TAG: &str = "zh-Hant";

/// Built in like the library's own dictionary, which it corrects: it belongs to the version of that.
/// A catalogue that wants other words writes them itself, as `"zh-Hant" = "…"`.
const CORRECTIONS: &str = include_str!("traditional.toml");

static CORRECTED: LazyLock<ZhConverter> =
    LazyLock::new(|| ZhConverterBuilder::new().conv_pairs(corrections()).build());

/// What the library writes, and what stands here instead. A test reads them all.
fn corrections() -> BTreeMap<String, String> {
    toml::from_str(CORRECTIONS).unwrap_or_default()
}

/// The same words in traditional characters: letters and digits, and what is traditional already,
/// stay. Not for names of persons, which are as the identity card writes them.
pub fn traditional(words: &str) -> String {
    CORRECTED.convert(&zhconv(words, Variant::ZhHant))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn the_corrections_can_be_read() {
        let read: BTreeMap<String, String> = toml::from_str(CORRECTIONS).unwrap();
        assert!(read.keys().all(|from| !from.is_empty()));
        assert_eq!(read, corrections());
    }

    #[test]
    fn one_simplified_character_becomes_the_traditional_one_of_its_word() {
        for (simplified, expected) in [
            ("发短信，理发", "發短信，理髮"),
            ("后台，三天后，天后宫", "後台，三天後，天后宮"),
            ("领结婚证 30 天后发证", "領結婚證 30 天後發證"),
            ("只有一只", "只有一隻"),
            ("干部，干净，若干", "幹部，乾淨，若干"),
            ("面条，全面", "麵條，全面"),
            ("征收，特征", "徵收，特徵"),
            ("制作，制度，刻制", "製作，制度，刻制"),
            ("批准，准备，标准", "批准，準備，標準"),
            ("系统，联系，关系", "系統，聯繫，關係"),
            ("签字，抽签", "簽字，抽籤"),
            ("余额，其余，多余", "餘額，其餘，多餘"),
            ("复印，恢复，复核，回复", "複印，恢復，覆核，回覆"),
            ("采取，身份证，办理", "採取，身份證，辦理"),
        ] {
            assert_eq!(traditional(simplified), expected);
        }
    }

    #[test]
    fn within_is_written_in_one_way_and_a_mile_stays_a_mile() {
        for (simplified, expected) in [
            ("这里", "這裏"),
            ("卡里的钱", "卡裏的錢"),
            ("名录里", "名錄裏"),
            ("约 3 公里", "約 3 公里"),
            ("邻里互助", "鄰里互助"),
            ("里程", "里程"),
        ] {
            assert_eq!(traditional(simplified), expected);
        }
    }

    #[test]
    fn traditional_words_numbers_and_placeholders_stay() {
        for words in ["請在這裏簽字", "{date} 前，共 12 項", "A4 · 12345", ""] {
            assert_eq!(traditional(words), words);
        }
    }

    #[test]
    fn a_page_is_converted_while_nobody_notices() {
        let page = "请把身份证平放在感应区上，先不要拿走。发证日期在卡里。".repeat(40);
        traditional(&page);
        let fastest = (0..20)
            .map(|_| {
                let start = Instant::now();
                assert_eq!(traditional(&page).chars().count(), page.chars().count());
                start.elapsed()
            })
            .min();
        assert!(fastest.unwrap() < Duration::from_millis(1), "{fastest:?}");
    }
}
