//! From the words of a page to what is rendered and played one after another.

use zeroize::Zeroizing;

use super::Part;
use super::cache::Key;
use super::clip::Sound;
use super::engine::Voice;
use super::pronounce::readable;
use super::recordings::Recordings;
use super::words::{Language, is_han, sentences, spoken};

/// What is played without a pause in it.
pub(super) enum Piece {
    /// A recording.
    Recorded { text: Zeroizing<String>, sound: Sound },
    /// A sentence for the engine.
    Sentence(Sentence),
}

/// A sentence for the engine.
pub(super) struct Sentence {
    /// As it is spoken.
    pub text: Zeroizing<String>,
    /// By whom.
    pub voice: Voice,
    /// It is of a fixed message and may be kept.
    pub fixed: bool,
}

impl Sentence {
    /// What the engine is given.
    pub fn for_engine(&self) -> Zeroizing<String> {
        readable(&self.text, self.voice)
    }

    /// Under which it is kept; `None` when it must not be.
    pub fn key(&self) -> Option<Key> {
        self.fixed.then(|| Key::of_fixed(&self.for_engine(), self.voice))
    }
}

/// The pieces of some parts in a voice (a tag such as `cmn`). Parts without an id are read together,
/// with the marks between them, so that a label and its value are one sentence.
pub(super) fn pieces(parts: &[Part], voice: &str, recordings: Option<&Recordings>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut running = Zeroizing::new(String::new());
    for part in parts {
        let is_mark = !part.text.chars().any(char::is_alphanumeric);
        match part.id.filter(|_| !is_mark) {
            None => {
                // Silent between characters, and keeps Latin words apart.
                running.push(' ');
                running.push_str(&part.text);
            }
            Some(id) => {
                pieces.extend(of_engine(&running, voice, false));
                running = Zeroizing::default();
                match recording(recordings, voice, id) {
                    Some(sound) => pieces.push(Piece::Recorded {
                        text: part.text.clone(),
                        sound,
                    }),
                    None => pieces.extend(of_engine(&part.text, voice, true)),
                }
            }
        }
    }
    pieces.extend(of_engine(&running, voice, false));
    pieces
}

/// A recording that cannot be played is as good as none.
fn recording(recordings: Option<&Recordings>, voice: &str, id: &str) -> Option<Sound> {
    recordings?.find(voice, id).unwrap_or_else(|error| {
        tracing::warn!(event = "speech.recording", cause = %error);
        None
    })
}

/// Silent in a voice that the engine does not have.
fn of_engine(text: &str, tag: &str, fixed: bool) -> Vec<Piece> {
    let Some(voice) = Voice::of_tag(tag).map(|voice| suited(voice, text)) else {
        return Vec::new();
    };
    let language = match voice {
        Voice::English => Language::English,
        Voice::Mandarin | Voice::Cantonese => Language::Chinese,
    };
    let sentences = sentences(&spoken(text, language)).into_iter();
    sentences
        .map(|text| Piece::Sentence(Sentence { text, voice, fixed }))
        .collect()
}

/// The English voice cannot read characters, nor the Chinese ones an English sentence.
fn suited(voice: Voice, text: &str) -> Voice {
    let characters = text.chars().any(is_han);
    let english = text.split_whitespace().filter(|word| is_english(word)).count() > 1;
    match voice {
        Voice::English if characters => Voice::Mandarin,
        Voice::Mandarin | Voice::Cantonese if english && !characters => Voice::English,
        _ => voice,
    }
}

/// Letters, most of them small: no code and no abbreviation.
fn is_english(word: &str) -> bool {
    let small = word.chars().filter(char::is_ascii_lowercase).count();
    small > 1
        && word
            .chars()
            .all(|char| char.is_ascii_alphabetic() || char.is_ascii_punctuation())
}

#[cfg(test)]
mod tests {
    use super::super::wav;
    use super::*;

    fn part(id: Option<&'static str>, text: &str) -> Part {
        Part {
            id,
            text: Zeroizing::new(text.to_owned()),
        }
    }

    /// Text, voice, and whether it may be kept.
    fn sentences_of(parts: &[Part], voice: &str) -> Vec<(String, Option<Voice>, bool)> {
        let pieces = pieces(parts, voice, None).into_iter();
        pieces
            .map(|piece| match piece {
                Piece::Recorded { text, .. } => (text.to_string(), None, false),
                Piece::Sentence(sentence) => {
                    (sentence.text.to_string(), Some(sentence.voice), sentence.fixed)
                }
            })
            .collect()
    }

    #[test]
    fn fixed_messages_may_be_kept_and_what_is_said_to_one_person_may_not() {
        let parts = [
            part(Some("review.spoken"), "请核对。"),
            part(Some("punctuation.stop"), "。"),
            part(None, "姓名"),
            part(Some("punctuation.stop"), "。"),
            part(None, "张*"),
        ];
        let mandarin = Some(Voice::Mandarin);
        let wanted = [
            ("请核对。".to_owned(), mandarin, true),
            ("姓名。".to_owned(), mandarin, false),
            ("张某".to_owned(), mandarin, false),
        ];
        assert_eq!(sentences_of(&parts, "cmn"), wanted);
    }

    #[test]
    fn a_text_in_another_language_is_read_by_a_voice_that_can() {
        let voice = |tag, text| {
            sentences_of(&[part(None, text)], tag)
                .first()
                .and_then(|(_, voice, _)| *voice)
        };
        assert_eq!(voice("en", "张某"), Some(Voice::Mandarin));
        assert_eq!(voice("yue", "Place your card."), Some(Voice::English));
        assert_eq!(voice("yue", "SQ20261123000042"), Some(Voice::Cantonese));
        assert_eq!(voice("cmn", "用 Alipay 付款"), Some(Voice::Mandarin));
    }

    #[test]
    fn a_voice_of_recordings_alone_is_silent_where_there_is_none() {
        assert!(sentences_of(&[part(Some("home.spoken"), "首页"), part(None, "张某")], "bo").is_empty());
    }

    #[test]
    fn a_recording_takes_the_place_of_the_engine() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bo")).unwrap();
        let sound = Sound {
            samples: Zeroizing::new(vec![5; 10]),
            rate: 8000,
        };
        std::fs::write(folder.path().join("bo/home.spoken.wav"), &*wav::write(&sound)).unwrap();
        let recordings = Recordings::new(folder.path().to_owned());
        let pieces = pieces(&[part(Some("home.spoken"), "首页")], "bo", Some(&recordings));
        assert!(matches!(pieces.as_slice(), [Piece::Recorded { sound: found, .. }] if *found == sound));
    }
}
