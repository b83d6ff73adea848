//! Characters that no font here can draw: shown by their codes, never as a box or a question mark.
//!
//! What Noto Sans CJK and Hanazono lack of the assigned ideographs, of private use too. `tests/fonts.rs`
//! holds this list to the fonts.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with `〔U+31350〕` for each character that cannot be drawn.
pub fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_drawn) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_drawn(character) {
            shown.push(character);
        } else {
            let _ = write!(shown, "〔U+{:X}〕", u32::from(character));
        }
    }
    Cow::Owned(shown)
}

/// A font has a glyph for it, as far as ideographs and private use go.
#[must_use]
pub fn is_drawn(character: char) -> bool {
    match u32::from(character) {
        // The four of extension G that Hanazono has.
        0x30729 | 0x30edd | 0x30ede | 0x3106c => true,
        0x4db6..=0x4dbf | 0x9ff0..=0x9fff | 0xe000..=0xf8ff => false,
        0x2a6d7..=0x2a6df | 0x2b735..=0x2b73f | 0x2ebf0..=0x2ee5d => false,
        0x30000..=0x323af | 0xf0000.. => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_they_are_and_what_no_font_has_by_its_code() {
        assert!(matches!(shown("㛃𬭊𠮷·阿卜杜拉"), Cow::Borrowed(_)));
        assert_eq!(shown("王\u{31350}三"), "王〔U+31350〕三");
        assert_eq!(shown("\u{e123}"), "〔U+E123〕");
    }
}
