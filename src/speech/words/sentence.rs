//! Long texts in pieces: the first is heard while the next is being rendered.

use zeroize::Zeroizing;

/// Characters of a piece, about twenty seconds of Chinese: a sentence that is longer is parted
/// at a pause, or where it must be.
const LONGEST: usize = 60;

/// The sentences of a spoken text, in order, none of them empty.
pub(in crate::speech) fn sentences(spoken: &str) -> Vec<Zeroizing<String>> {
    let mut sentences = Vec::new();
    let mut current = Zeroizing::new(String::new());
    let mut chars = spoken.chars().peekable();
    while let Some(char) = chars.next() {
        current.push(char);
        let length = current.chars().count();
        let space = chars.peek().is_none_or(|next| *next == ' ');
        let ends = match char {
            '。' | '！' | '？' | '；' => true,
            // A point inside 3.5 is no end.
            '.' | '!' | '?' | ';' => space,
            '，' | '、' | '：' => length >= LONGEST / 2,
            ',' | ' ' => length >= LONGEST,
            _ => length >= LONGEST * 2,
        };
        if ends {
            push(&mut sentences, &current);
            current = Zeroizing::default();
        }
    }
    push(&mut sentences, &current);
    sentences
}

fn push(sentences: &mut Vec<Zeroizing<String>>, sentence: &str) {
    let sentence = sentence.trim();
    if sentence.chars().any(char::is_alphanumeric) {
        sentences.push(Zeroizing::new(sentence.to_owned()));
    }
}
