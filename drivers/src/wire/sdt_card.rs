//! The data of a read answer: lengths, text block, photo block, fingerprints.

use zeroize::Zeroizing;

use crate::port::id_reader::PhotoBlock;

/// Bytes of the text block.
pub const TEXT_LEN: usize = 256;
/// Bytes of the photo block.
pub const PHOTO_LEN: usize = 1024;
/// Bytes of one fingerprint record; a card holds none, one or two.
pub const FINGERPRINT_LEN: usize = 512;
/// A text block may be this short: the rest is reserved, and is filled with spaces.
const SHORTEST_TEXT: usize = 220;

/// The data of a good answer to 30 01 or 30 10. Zeroed when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct CardData {
    /// 256 bytes, see [`super::id_text`].
    pub text: Zeroizing<Vec<u8>>,
    /// At most 1024 bytes; empty when the card gave none.
    pub photo: Zeroizing<Vec<u8>>,
    /// 0, 512 or 1024 bytes for 30 10; absent for 30 01.
    pub fingerprints: Option<Zeroizing<Vec<u8>>>,
}

/// What is wrong with the data of a read answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardDataError {
    /// Too short to hold the lengths.
    #[error("the lengths of text and photo are missing")]
    NoLengths,
    /// The lengths do not add up to the data.
    #[error("text {text} + photo {photo} + fingerprints {fingerprints} do not make {actual} bytes")]
    Sum {
        /// Announced text length.
        text: usize,
        /// Announced photo length.
        photo: usize,
        /// Announced length of the fingerprints.
        fingerprints: usize,
        /// Bytes that came after the lengths.
        actual: usize,
    },
    /// A part has a length that no card has.
    #[error("impossible length of {part}: {length}")]
    Length {
        /// Which part.
        part: &'static str,
        /// Its announced length.
        length: usize,
    },
}

impl CardData {
    /// Takes the data of an answer apart. A text block of 220 bytes or more is filled up with spaces.
    ///
    /// # Errors
    /// [`CardDataError`] when the lengths are missing, impossible, or do not add up.
    pub fn parse(data: &[u8], with_fingerprints: bool) -> Result<Self, CardDataError> {
        let fields = if with_fingerprints { 3 } else { 2 };
        let (head, rest) = data
            .split_at_checked(2 * fields)
            .ok_or(CardDataError::NoLengths)?;
        let lengths: Vec<usize> = head
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| usize::from(u16::from_be_bytes(*pair)))
            .collect();
        let length = |at: usize| lengths.get(at).copied().unwrap_or(0);
        let (text, photo, fingerprints) = (length(0), length(1), length(2));
        check("text", text, (SHORTEST_TEXT..=TEXT_LEN).contains(&text))?;
        check("photo", photo, photo <= PHOTO_LEN)?;
        let whole = fingerprints.is_multiple_of(FINGERPRINT_LEN) && fingerprints <= 2 * FINGERPRINT_LEN;
        check("fingerprints", fingerprints, whole)?;
        let sum = CardDataError::Sum {
            text,
            photo,
            fingerprints,
            actual: rest.len(),
        };
        let (text, rest) = rest.split_at_checked(text).ok_or(sum)?;
        let (photo, prints) = rest.split_at_checked(photo).ok_or(sum)?;
        if prints.len() != fingerprints {
            return Err(sum);
        }
        Ok(Self {
            text: filled(text),
            photo: Zeroizing::new(photo.to_vec()),
            fingerprints: with_fingerprints.then(|| Zeroizing::new(prints.to_vec())),
        })
    }

    /// The data of the answer that carries this card.
    pub fn encode(&self) -> Vec<u8> {
        let parts = [Some(&self.text), Some(&self.photo), self.fingerprints.as_ref()];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let mut data =
            Vec::with_capacity(2 * parts.len() + parts.iter().map(|part| part.len()).sum::<usize>());
        for part in &parts {
            let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
            data.extend_from_slice(&length.to_be_bytes());
        }
        for part in &parts {
            data.extend_from_slice(part);
        }
        data
    }

    /// The photo for a decoder; `None` when the card gave none.
    pub fn photo_block(&self) -> Option<PhotoBlock> {
        (!self.photo.is_empty()).then(|| PhotoBlock(self.photo.to_vec()))
    }
}

fn check(part: &'static str, length: usize, good: bool) -> Result<(), CardDataError> {
    if good {
        Ok(())
    } else {
        Err(CardDataError::Length { part, length })
    }
}

/// Fills a short text block with UTF-16 spaces.
fn filled(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut block = Zeroizing::new(Vec::with_capacity(TEXT_LEN));
    block.extend_from_slice(text);
    while block.len() < TEXT_LEN {
        let space = if block.len().is_multiple_of(2) { 0x20 } else { 0x00 };
        block.push(space);
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn data(text: usize, photo: usize) -> Vec<u8> {
        let mut data = Vec::new();
        for length in [text, photo] {
            data.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
        }
        data.extend(std::iter::repeat_n(0x41, text + photo));
        data
    }

    #[test]
    fn a_text_block_without_its_reserved_end_is_filled_with_spaces() {
        let card = CardData::parse(&data(220, 1024), false).unwrap();
        assert_eq!(card.text.len(), TEXT_LEN);
        assert_eq!(card.text[218..224], [0x41, 0x41, 0x20, 0x00, 0x20, 0x00]);
    }

    #[test]
    fn a_card_without_a_photo_is_a_card() {
        let card = CardData::parse(&data(256, 0), false).unwrap();
        assert!(card.photo_block().is_none());
    }

    #[test]
    fn impossible_lengths_are_refused() {
        for (text, photo) in [(219, 1024), (257, 1024), (256, 1025), (0, 0)] {
            assert!(
                CardData::parse(&data(text, photo), false).is_err(),
                "{text} {photo}"
            );
        }
        assert!(CardData::parse(&[1, 0], false).is_err());
    }

    #[test]
    fn lengths_that_do_not_add_up_are_refused() {
        let mut long = data(256, 1024);
        long.push(0);
        assert!(matches!(
            CardData::parse(&long, false),
            Err(CardDataError::Sum { .. })
        ));
        assert!(CardData::parse(&long[..900], false).is_err());
    }

    proptest! {
        #[test]
        fn any_card_data_are_parsed_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2400), prints in any::<bool>()) {
            if let Ok(card) = CardData::parse(&bytes, prints) {
                prop_assert_eq!(card.text.len(), TEXT_LEN);
            }
        }

        #[test]
        fn card_data_survive_writing_and_reading(photo in prop::collection::vec(any::<u8>(), 0..=1024), fingers in 0_usize..4) {
            let card = CardData {
                text: Zeroizing::new(vec![0x20; TEXT_LEN]),
                photo: Zeroizing::new(photo),
                fingerprints: (fingers < 3).then(|| Zeroizing::new(vec![7; fingers * FINGERPRINT_LEN])),
            };
            prop_assert!(CardData::parse(&card.encode(), fingers < 3).unwrap() == card);
        }
    }
}
