use proptest::prelude::*;

use super::*;

fn chinese(text: &str) -> String {
    spoken(text, Language::Chinese).to_string()
}

fn english(text: &str) -> String {
    spoken(text, Language::English).to_string()
}

/// Compares all of them before it fails, so that one run shows everything that is wrong.
fn table(read: fn(&str) -> String, rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(text, said)| read(text) != *said)
        .map(|(text, said)| format!("{text}: wanted {said}, said {}", read(text)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn codes_are_read_digit_by_digit_in_groups() {
    table(
        chinese,
        &[
            ("电话 13800138000", "电话一三八，零零一三，八零零零"),
            (
                "440104195001012334",
                "四四零，一零四，一九五零，零一零一，二三三四",
            ),
            (
                "44010419500101233X",
                "四四零，一零四，一九五零，零一零一，二三三X",
            ),
            (
                "受理编号 SQ20261123000042",
                "受理编号S Q二零二六，一一二三，零零零零，四二",
            ),
            ("验证码 482913", "验证码四八二，九一三"),
            ("请拨打 12345", "请拨打一二三四五"),
            ("拨 110", "拨一一零"),
            ("8-1203 室", "八杠一二零三室"),
            ("3-2-501", "三杠二杠五零一"),
            ("020-83331234", "零二零，八三三三，一二三四"),
            ("400-123-4567", "四零零，一二三，四五六七"),
            ("A203 号窗口", "A二零三号窗口"),
        ],
    );
}

#[test]
fn amounts_are_read_as_money() {
    table(
        chinese,
        &[
            ("¥1,234.50", "一千二百三十四元五角"),
            ("1,234.50 元", "一千二百三十四元五角"),
            ("¥0.05", "五分"),
            ("¥0.00", "零元"),
            ("2 元", "两元"),
            ("¥12.05", "十二元零五分"),
            ("3.5 万元", "三点五万元"),
            ("￥-20.00", "负二十元"),
            ("10005 元", "一万零五元"),
            ("每月 100–300 元", "每月一百到三百元"),
        ],
    );
}

#[test]
fn quantities_are_read_as_numbers() {
    table(
        chinese,
        &[
            ("3-5 个工作日", "三到五个工作日"),
            ("共 12 页", "共十二页"),
            ("2 份材料", "两份材料"),
            ("第 2 项", "第二项"),
            ("2 年级", "二年级"),
            ("还剩 1005 人", "还剩一千零五人"),
            ("35%", "百分之三十五"),
            ("99.5%", "百分之九十九点五"),
            ("第 3 步，共 6 步", "第三步，共六步"),
            ("距离 1.2km", "距离一点二公里"),
            ("1,200,000", "一百二十万"),
        ],
    );
}

#[test]
fn dates_and_times_are_read_as_such() {
    table(
        chinese,
        &[
            ("2026-11-23", "二零二六年十一月二十三日"),
            ("11月23日", "十一月二十三日"),
            ("2026年11月23日", "二零二六年十一月二十三日"),
            ("2026-11", "二零二六年十一月"),
            ("09:05", "九点零五分"),
            ("2:00", "两点"),
            ("8:30–12:00", "八点三十分到十二点"),
            ("2026-11-23 14:30", "二零二六年十一月二十三日十四点三十分"),
            ("1月1日-3月31日", "一月一日到三月三十一日"),
        ],
    );
}

#[test]
fn what_is_masked_is_said_to_be_left_out() {
    table(
        chinese,
        &[
            ("138****5678", "一三八，中间不读，五六七八"),
            ("张*", "张某"),
            ("欧阳**", "欧阳某某"),
            ("110***********1234", "一一零，中间不读，一二三四"),
            ("尾号 ****1234", "尾号尾号一二三四"),
            ("******", "内容不读"),
        ],
    );
}

#[test]
fn signs_become_pauses_words_or_nothing() {
    table(
        chinese,
        &[
            ("买买提·吐尔逊", "买买提吐尔逊"),
            ("营业执照（副本）", "营业执照，副本"),
            ("首页 → 社保 → 查询", "首页，社保，查询"),
            ("请访问 https://www.example.gov.cn/case/1 办理", "请访问网址办理"),
            ("发到 zhang@example.com。", "发到邮箱地址。"),
            ("是/否", "是或否"),
            ("20 元/月", "二十元每月"),
            ("用 APP 扫码", "用A P P扫码"),
            ("用 Alipay 付款", "用Alipay付款"),
            ("「身份证」", "身份证"),
        ],
    );
}

#[test]
fn english_is_read_the_english_way() {
    table(
        english,
        &[
            ("¥1,234.50", "1,234 yuan 50 fen"),
            ("2026-11-23", "23 November 2026"),
            ("09:05", "9 oh 5"),
            ("8:30–12:00", "8 30 to 12 o'clock"),
            ("138****5678", "1 3 8, then not read, 5 6 7 8"),
            ("Case SQ20261123000042", "Case S Q 2 0 2 6, 1 1 2 3, 0 0 0 0, 4 2"),
            ("35%", "35 percent"),
            ("Step 3 of 6.", "Step 3 of 6."),
            ("see www.example.gov.cn", "see a web address"),
        ],
    );
}

#[test]
fn a_long_text_is_parted_at_the_ends_of_its_sentences() {
    let parts = sentences("请放好身份证。不要移动！读卡要三秒");
    let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
    assert_eq!(parts, ["请放好身份证。", "不要移动！", "读卡要三秒"]);
}

#[test]
fn a_sentence_without_an_end_is_parted_all_the_same() {
    let parts = sentences(&"读".repeat(500));
    assert!(parts.iter().all(|part| part.chars().count() <= 120));
    assert_eq!(parts.iter().map(|part| part.chars().count()).sum::<usize>(), 500);
}

/// Longest row of ASCII digits.
fn digits_in_a_row(text: &str) -> usize {
    let rows = text.split(|char: char| !char.is_ascii_digit());
    rows.map(str::len).max().unwrap_or(0)
}

/// Texts as they come up: numbers, stars, signs and words in any order.
fn anything() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[0-9]{1,20}",
        "[*＊]{1,6}",
        "[A-Za-z]{1,6}",
        "[-–~:/.,，。¥元月日年 ·()（）%@]{1,3}",
        "[张欧阳第共步号电话编号]{1,3}",
        any::<String>(),
    ];
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_leaves_a_star_or_a_row_of_digits(text in anything()) {
        for language in [Language::Chinese, Language::English] {
            let said = spoken(&text, language);
            prop_assert!(!said.contains('*'), "{}", *said);
            prop_assert!(digits_in_a_row(&said) < 5, "{}", *said);
            prop_assert!(language == Language::English || digits_in_a_row(&said) == 0, "{}", *said);
        }
    }

    #[test]
    fn sentences_leave_no_word_out(text in anything()) {
        let said = spoken(&text, Language::Chinese);
        let joined: String = sentences(&said).iter().map(|part| part.to_string()).collect();
        let letters = |text: &str| text.chars().filter(|char| char.is_alphanumeric()).collect::<String>();
        prop_assert_eq!(letters(&joined), letters(&said));
    }
}
