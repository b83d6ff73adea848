//! From the port's lines to lines of paper: cleaning, widths in columns, breaking.

use crate::port::receipt_printer::{Align, Line, TextSize};
use crate::wire::escpos;

/// Never at the beginning of a line.
const CLOSING: &str = "，。、；：？！）》」』】〉〕｝”’…—·～,.;:?!)]}%％℃";
/// Never at the end of a line.
const OPENING: &str = "（《「『【〈〔｛“‘([{￥$";

/// A line that fits the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperLine {
    /// The words.
    pub text: String,
    /// Placement.
    pub align: Align,
    /// Size.
    pub size: TextSize,
    /// Heavier strokes.
    pub bold: bool,
}

impl PaperLine {
    fn plain(text: String, align: Align) -> Self {
        Self {
            text,
            align,
            size: TextSize::Normal,
            bold: false,
        }
    }

    /// Whether the device lacks a character of it.
    pub fn needs_raster(&self) -> bool {
        self.text
            .chars()
            .any(|character| is_accented(character) || escpos::encode(character).is_none())
    }
}

/// One thing to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A line of text.
    Text(PaperLine),
    /// A rule.
    Rule,
    /// Empty dots.
    Space(u16),
    /// A QR code.
    QrCode(String),
}

/// Breaks lines for paper of so many columns (a Chinese character takes two).
pub fn lay_out(lines: &[Line], columns: usize) -> Vec<Item> {
    let mut items = Vec::new();
    for line in lines {
        match line {
            Line::Text {
                text,
                align,
                size,
                bold,
            } => {
                let room = if *size == TextSize::Double {
                    columns / 2
                } else {
                    columns
                };
                items.extend(break_lines(&clean(text), room).into_iter().map(|text| {
                    Item::Text(PaperLine {
                        text,
                        align: *align,
                        size: *size,
                        bold: *bold,
                    })
                }));
            }
            Line::Pair { label, value } => items.extend(pair(&clean(label), &clean(value), columns)),
            Line::Rule => items.push(Item::Rule),
            Line::Space(dots) => items.push(Item::Space(*dots)),
            Line::QrCode { data } => items.push(Item::QrCode(clean(data))),
        }
    }
    items
}

/// Label at the left, value at the right; a value that does not fit goes below: at the right when
/// it is one line, else as an indented paragraph.
fn pair(label: &str, value: &str, columns: usize) -> Vec<Item> {
    const GAP: usize = 2;
    let (left, right) = (width(label), width(value));
    let text = |text: String, align| Item::Text(PaperLine::plain(text, align));
    if left + GAP + right <= columns {
        let gap = " ".repeat(columns - left - right);
        return vec![text(format!("{label}{gap}{value}"), Align::Left)];
    }
    let mut items: Vec<Item> = break_lines(label, columns)
        .into_iter()
        .map(|line| text(line, Align::Left))
        .collect();
    if right <= columns {
        items.push(text(value.to_owned(), Align::Right));
    } else {
        let indented = break_lines(value, columns - GAP).into_iter();
        items.extend(indented.map(|line| text(format!("{}{line}", " ".repeat(GAP)), Align::Left)));
    }
    items
}

/// Takes out what must not reach a printer: control characters (a name could hold a cut command)
/// and marks without a width of their own.
pub fn clean(text: &str) -> String {
    let keep = |character: &char| {
        !character.is_control()
            && !matches!(*character,
                '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
                | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}' | '\u{AD}')
    };
    let spaced = text.chars().map(|character| match character {
        '\t' | '\n' | '\r' | '\u{A0}' => ' ',
        other => other,
    });
    spaced.filter(keep).collect()
}

/// Latin letters with marks: a device draws them, where it has them, as wide as Chinese characters.
fn is_accented(character: char) -> bool {
    matches!(character, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') && character.is_alphabetic()
}

/// Columns of a character.
pub fn columns_of(character: char) -> usize {
    if character.is_ascii() || is_accented(character) {
        1
    } else {
        2
    }
}

/// Columns of a text.
pub fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Breaks a text into lines of at most so many columns: between Chinese characters or at spaces,
/// never before closing or after opening punctuation, inside a word only when it fills a line.
pub fn break_lines(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for unit in units(text) {
        if width(&line) + width(unit.trim_end()) > columns && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let unit = if line.is_empty() && !lines.is_empty() {
            unit.trim_start()
        } else {
            &unit
        };
        for character in unit.chars() {
            if width(&line) + columns_of(character) > columns {
                if character == ' ' {
                    continue;
                }
                lines.push(std::mem::take(&mut line));
            }
            line.push(character);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// The pieces between which a line may break.
fn units(text: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for character in text.chars() {
        let joined = previous.is_some_and(|previous| !may_break(previous, character));
        match units.last_mut() {
            Some(unit) if joined => unit.push(character),
            _ => units.push(character.to_string()),
        }
        previous = Some(character);
    }
    units
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || CLOSING.contains(after) || OPENING.contains(before) {
        return false;
    }
    before == ' ' || columns_of(before) == 2 || columns_of(after) == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chinese_character_takes_two_columns_and_an_accented_letter_one() {
        assert_eq!(width("政务A1"), 6);
        assert_eq!(width("José"), 4);
    }

    #[test]
    fn no_line_begins_with_closing_punctuation() {
        assert_eq!(break_lines("一二三四五，六七", 10), ["一二三四", "五，六七"]);
    }

    #[test]
    fn no_line_ends_with_opening_punctuation() {
        assert_eq!(break_lines("一二三四（五六）", 10), ["一二三四", "（五六）"]);
    }

    #[test]
    fn english_breaks_at_spaces_and_numbers_stay_whole() {
        assert_eq!(
            break_lines("please keep this slip", 12),
            ["please keep", "this slip"]
        );
        assert_eq!(break_lines("编号440103-2026", 12), ["编号", "440103-2026"]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(break_lines("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    }

    #[test]
    fn control_characters_never_reach_the_paper() {
        assert_eq!(clean("张\u{1D}V\u{0}三\u{10}\u{4}\u{1}\u{7F}\u{9B}"), "张V三");
        assert_eq!(clean("葛\u{E0100}城\u{200F}"), "葛城");
        assert_eq!(clean("一\n二"), "一 二");
    }

    #[test]
    fn a_pair_fills_the_line_and_a_long_value_goes_below() {
        let fits = lay_out(
            &[Line::Pair {
                label: "编号".into(),
                value: "123".into(),
            }],
            12,
        );
        assert_eq!(
            fits,
            [Item::Text(PaperLine::plain("编号     123".into(), Align::Left))]
        );
        let below = lay_out(
            &[Line::Pair {
                label: "编号".into(),
                value: "440103-2026".into(),
            }],
            12,
        );
        assert_eq!(
            below,
            [
                Item::Text(PaperLine::plain("编号".into(), Align::Left)),
                Item::Text(PaperLine::plain("440103-2026".into(), Align::Right)),
            ]
        );
    }

    #[test]
    fn rare_and_accented_characters_ask_for_a_raster() {
        let needs = |text: &str| PaperLine::plain(text.into(), Align::Left).needs_raster();
        assert!(needs("张𠮷") && needs("㐂") && needs("José") && needs("\u{E5E5}"));
        assert!(!needs("朱镕基 〇 䶮 €"));
    }

    proptest! {
        #[test]
        fn lines_fit_and_lose_nothing_but_spaces(text in "[a-z0-9 ，。（）一二三四五六七八九十𠮷é]{0,80}", columns in 4_usize..50) {
            let lines = break_lines(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns));
            let squeeze = |text: &str| text.replace(' ', "");
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }
}
