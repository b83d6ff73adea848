//! Line breaks as good print has them: no number in pieces or apart from its measure word, and no character
//! alone on the last line.

use slint::SharedString;

/// Prohibits a break between its neighbours; drawn as nothing.
const WORD_JOINER: char = '\u{2060}';
const NO_BREAK_SPACE: char = '\u{a0}';
/// As many characters come to the last line, at least.
const LAST: usize = 3;

/// The words with their breaks guarded. Only what is drawn passes here: labels and speech stay as they are.
#[must_use]
pub fn kept(words: &str) -> SharedString {
    let lines: Vec<String> = words.split('\n').map(kept_line).collect();
    lines.join("\n").into()
}

fn kept_line(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let guarded = end_of(&letters);
    let mut kept = String::with_capacity(line.len() + 4 * LAST);
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let measured = before.is_some_and(char::is_ascii_digit)
            && letters
                .get(at + 1)
                .is_some_and(|&next| is_ideograph(next) || next.is_ascii_digit());
        if at > guarded && is_ideograph(letter) && before.is_some_and(|&before| is_ideograph(before)) {
            kept.push(WORD_JOINER);
        }
        kept.push(if letter == ' ' && measured {
            NO_BREAK_SPACE
        } else {
            letter
        });
    }
    kept
}

/// Where the end begins that stays together: three ideographs, and no more than half of a short text.
fn end_of(letters: &[char]) -> usize {
    let all = letters.iter().filter(|&&letter| is_ideograph(letter)).count();
    let ideographs = letters
        .iter()
        .enumerate()
        .filter(|&(_, &letter)| is_ideograph(letter));
    let end = LAST.min(all / 2);
    ideographs
        .map(|(at, _)| at)
        .nth(all - end)
        .unwrap_or(letters.len())
}

/// The blocks of CJK ideographs (Unicode 16, table 18-1).
fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the invisible made visible.
    fn shown(words: &str) -> String {
        kept(words).replace(WORD_JOINER, "+").replace(NO_BREAK_SPACE, "_")
    }

    #[test]
    fn no_character_stands_alone_on_the_last_line() {
        assert_eq!(shown("下次要重新填。"), "下次要重+新+填。");
        assert_eq!(shown("点这里，找一件事"), "点这里，找一+件+事");
    }

    #[test]
    fn a_number_stays_with_its_measure_word() {
        assert_eq!(shown("还可以试 2 次。"), "还可以试 2_次。");
        assert_eq!(shown("大约 3 分钟"), "大约 3_分+钟");
        assert_eq!(shown("020-0000 0000"), "020-0000_0000");
    }

    #[test]
    fn a_short_text_keeps_a_place_to_break() {
        assert_eq!(shown("工作人员"), "工作人+员");
        assert_eq!(shown("返回"), "返回");
    }

    #[test]
    fn lines_that_are_broken_on_purpose_and_other_scripts_stay_as_they_are() {
        assert_eq!(shown("呼叫\n工作人员"), "呼叫\n工作人+员");
        assert_eq!(shown("Print 2 copies, please"), "Print 2 copies, please");
        assert_eq!(shown(""), "");
    }
}
