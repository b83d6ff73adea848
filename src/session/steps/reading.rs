//! Text in pages: no page holds more than can be read on it without scrolling.

use crate::protocol::body::Words;
use crate::session::context::Context;
use crate::session::view::{Say, TextSize};
use crate::text::{in_language, is_chinese};

/// Lines of one page.
const LINES: usize = 15;
/// Ends of a sentence, where a long paragraph may be parted.
const ENDS: [char; 6] = ['。', '；', '？', '.', ';', '?'];

/// Characters of one line: large type has half as many.
fn line(context: &Context) -> usize {
    let standard = if is_chinese(&context.preferences.language) {
        28
    } else {
        60
    };
    match context.preferences.size {
        TextSize::Standard | TextSize::Large => standard,
        TextSize::Care | TextSize::Extra => standard / 2,
    }
}

/// Lines that a text takes.
pub(super) fn lines(context: &Context, text: &str) -> usize {
    text.chars().count().div_ceil(line(context)).max(1)
}

/// Paragraphs in pages, at least one.
pub(super) fn pages(context: &Context, paragraphs: &[Words]) -> Vec<Vec<Say>> {
    let mut pages = vec![Vec::new()];
    let mut used = 0;
    for paragraph in paragraphs {
        for (piece, lines) in pieces(context, paragraph) {
            if used + lines > LINES && used > 0 {
                pages.push(Vec::new());
                used = 0;
            }
            used += lines;
            if let Some(page) = pages.last_mut() {
                page.push(piece);
            }
        }
    }
    pages
}

/// A paragraph, parted where it is longer than a page; each piece with its lines.
fn pieces(context: &Context, paragraph: &Words) -> Vec<(Say, usize)> {
    let text = in_language(paragraph, &context.preferences.language);
    let whole = lines(context, &text);
    if whole <= LINES {
        return vec![(Say::Words(paragraph.clone()), whole)];
    }
    let most = LINES * line(context);
    let mut parts: Vec<String> = vec![String::new()];
    for sentence in text.split_inclusive(ENDS) {
        for char in sentence_start(&mut parts, sentence, most).chars() {
            match parts.last_mut() {
                Some(part) if part.chars().count() < most => part.push(char),
                _ => parts.push(char.to_string()),
            }
        }
    }
    let counted = parts.into_iter().map(|part| {
        let lines = lines(context, &part);
        (Say::Verbatim(part), lines)
    });
    counted.collect()
}

/// Begins a new part where the sentence would not fit into the present one.
fn sentence_start<'a>(parts: &mut Vec<String>, sentence: &'a str, most: usize) -> &'a str {
    let used = parts.last().map_or(0, |part| part.chars().count());
    if used > 0 && used + sentence.chars().count() > most {
        parts.push(String::new());
    }
    sentence
}
