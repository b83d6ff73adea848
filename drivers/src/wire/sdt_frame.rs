//! Frames of the secure-module protocol: `AA AA AA 96 69 | LEN_HI LEN_LO | BODY | CHK`.
//!
//! LEN counts BODY and CHK; CHK is the XOR of the two LEN bytes and BODY.

use zeroize::{Zeroize, Zeroizing};

/// Starts every frame.
pub const PREAMBLE: [u8; 5] = [0xAA, 0xAA, 0xAA, 0x96, 0x69];

/// The longest LEN that a receiver believes.
pub const MAX_LEN: usize = 4096;

/// Preamble and LEN.
const HEADER: usize = 7;

/// Bytes taken in at a time, so that the buffer never outgrows its first allocation (a second one
/// would leave personal data behind in freed memory).
const CHUNK: usize = 1024;

/// Puts a body (command and parameter with data, or status with data) into a frame.
///
/// # Panics
/// Never; a body above [`MAX_LEN`] - 1 bytes makes a frame that no receiver accepts.
pub fn encode(body: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = u16::try_from(body.len() + 1).unwrap_or(u16::MAX).to_be_bytes();
    let mut frame = Zeroizing::new(Vec::with_capacity(HEADER + body.len() + 1));
    frame.extend_from_slice(&PREAMBLE);
    frame.extend_from_slice(&length);
    frame.extend_from_slice(body);
    frame.push(xor(&length) ^ xor(body));
    frame
}

fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// What a receiver made of the bytes so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The body of a sound frame. Zeroed when dropped.
    Frame(Zeroizing<Vec<u8>>),
    /// A whole frame whose CHK is wrong. Hunting went on one byte after its first AA.
    BadChecksum,
}

/// Finds frames in a stream of bytes. Noise, overlong runs of AA and false preambles are skipped:
/// after any failed match the hunt goes on one byte after the start of that match.
#[derive(Debug)]
pub struct Receiver {
    /// What is not yet decided; starts at a possible preamble.
    buffer: Zeroizing<Vec<u8>>,
    min_len: usize,
}

impl Receiver {
    /// A receiver of requests (LEN at least 3).
    pub fn of_requests() -> Self {
        Self::new(3)
    }

    /// A receiver of answers (LEN at least 4).
    pub fn of_answers() -> Self {
        Self::new(4)
    }

    fn new(min_len: usize) -> Self {
        Self {
            buffer: Zeroizing::new(Vec::with_capacity(HEADER + MAX_LEN + CHUNK)),
            min_len,
        }
    }

    /// Takes bytes in and returns what they completed, in order.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for chunk in bytes.chunks(CHUNK) {
            self.buffer.extend_from_slice(chunk);
            self.take_all(&mut heard);
        }
        heard
    }

    /// The line fell silent: a frame that is still incomplete never ends. Frames hidden behind its
    /// false start are returned, everything else is dropped.
    pub fn silence(&mut self) -> Vec<Heard> {
        let mut heard = Vec::new();
        while !self.buffer.is_empty() {
            self.skip(1);
            self.take_all(&mut heard);
        }
        heard
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.buffer.zeroize();
    }

    /// Whether a preamble has come whose frame is still incomplete.
    pub fn in_frame(&self) -> bool {
        self.buffer.len() >= PREAMBLE.len()
    }

    fn take_all(&mut self, heard: &mut Vec<Heard>) {
        while let Some(one) = self.next() {
            heard.push(one);
        }
    }

    /// The next decision; `None` when more bytes are needed.
    fn next(&mut self) -> Option<Heard> {
        loop {
            self.hunt();
            let length = self.length()?;
            if length < self.min_len || length > MAX_LEN {
                self.skip(1);
                continue;
            }
            let end = HEADER + length;
            let checked = self.buffer.get(PREAMBLE.len()..end)?;
            if xor(checked) != 0 {
                self.skip(1);
                return Some(Heard::BadChecksum);
            }
            let body = Zeroizing::new(self.buffer.get(HEADER..end - 1)?.to_vec());
            self.skip(end);
            return Some(Heard::Frame(body));
        }
    }

    fn length(&self) -> Option<usize> {
        let high = *self.buffer.get(PREAMBLE.len())?;
        let low = *self.buffer.get(PREAMBLE.len() + 1)?;
        Some(usize::from(u16::from_be_bytes([high, low])))
    }

    /// Drops what cannot be the start of a preamble.
    fn hunt(&mut self) {
        let start = (0..self.buffer.len())
            .find(|&at| {
                let rest = self.buffer.get(at..).unwrap_or_default();
                rest.iter()
                    .zip(&PREAMBLE)
                    .all(|(byte, expected)| byte == expected)
            })
            .unwrap_or(self.buffer.len());
        self.skip(start);
    }

    fn skip(&mut self, count: usize) {
        if count >= self.buffer.len() {
            self.buffer.zeroize();
        } else {
            self.buffer.drain(..count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(body: &[u8]) -> Heard {
        Heard::Frame(Zeroizing::new(body.to_vec()))
    }

    /// The text's own reference, for comparison: a byte machine that goes back on failure.
    fn reference(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at + HEADER < bytes.len() {
            let rest = &bytes[at..];
            let length = usize::from(rest[5]) << 8 | usize::from(rest[6]);
            let sound = rest.starts_with(&PREAMBLE)
                && (4..=MAX_LEN).contains(&length)
                && rest.len() >= HEADER + length
                && xor(&rest[5..HEADER + length]) == 0;
            if sound {
                found.push(rest[HEADER..HEADER + length - 1].to_vec());
                at += HEADER + length;
            } else {
                at += 1;
            }
        }
        found
    }

    #[test]
    fn a_run_of_extra_preamble_bytes_still_matches() {
        let mut bytes = vec![0xAA; 9];
        bytes.extend_from_slice(&encode(&[0, 0, 0x90]));
        assert_eq!(Receiver::of_answers().push(&bytes), [frame(&[0, 0, 0x90])]);
    }

    #[test]
    fn a_wrong_checksum_is_told_and_the_next_frame_is_heard() {
        let mut bytes = encode(&[0, 0, 0x90]).to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        bytes.extend_from_slice(&encode(&[0, 0, 0x80]));
        let heard = Receiver::of_answers().push(&bytes);
        assert_eq!(heard, [Heard::BadChecksum, frame(&[0, 0, 0x80])]);
    }

    #[test]
    fn impossible_lengths_are_skipped_without_waiting_for_their_bytes() {
        for length in [0_u16, 3, 4097, 0xFFFF, 0xAAAA] {
            let mut bytes = PREAMBLE.to_vec();
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(&encode(&[0, 0, 0x91]));
            assert_eq!(
                Receiver::of_answers().push(&bytes),
                [frame(&[0, 0, 0x91])],
                "{length}"
            );
        }
    }

    #[test]
    fn requests_may_be_one_byte_shorter_than_answers() {
        let bytes = encode(&[0x11, 0xFF]);
        assert_eq!(Receiver::of_requests().push(&bytes), [frame(&[0x11, 0xFF])]);
        assert!(Receiver::of_answers().push(&bytes).is_empty());
    }

    #[test]
    fn silence_frees_the_frame_that_a_false_start_had_swallowed() {
        let mut bytes = PREAMBLE.to_vec();
        bytes.extend_from_slice(&[0x05, 0x08, 0x12]);
        bytes.extend_from_slice(&encode(&[0, 0, 0x9F]));
        let mut receiver = Receiver::of_answers();
        assert!(receiver.push(&bytes).is_empty());
        assert!(receiver.in_frame());
        assert_eq!(receiver.silence(), [frame(&[0, 0, 0x9F])]);
        assert!(!receiver.in_frame());
    }

    #[test]
    fn the_buffer_is_never_reallocated_and_holds_nothing_after_a_frame() {
        let mut receiver = Receiver::of_answers();
        let capacity = receiver.buffer.capacity();
        let mut long = vec![0; 3];
        long.extend(std::iter::repeat_n(0xAA, MAX_LEN - 4));
        assert_eq!(receiver.push(&encode(&long)), [frame(&long)]);
        assert!(receiver.buffer.is_empty());
        receiver.push(&[0xAA; 50_000]);
        assert_eq!(receiver.buffer.capacity(), capacity);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_give_what_the_reference_finds(
            mut parts in prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..20),
                    prop::collection::vec(prop::sample::select(vec![0xAA_u8, 0x96, 0x69, 0x00, 0x05]), 0..20),
                    prop::collection::vec(any::<u8>(), 3..60).prop_map(|body| encode(&body).to_vec()),
                ],
                0..8,
            ),
            size in 1_usize..40,
        ) {
            let bytes = parts.drain(..).flatten().collect::<Vec<_>>();
            let mut receiver = Receiver::of_answers();
            let mut heard = Vec::new();
            for piece in bytes.chunks(size) {
                heard.extend(receiver.push(piece));
            }
            heard.extend(receiver.silence());
            let bodies: Vec<_> = heard
                .into_iter()
                .filter_map(|one| match one {
                    Heard::Frame(body) => Some(body.to_vec()),
                    Heard::BadChecksum => None,
                })
                .collect();
            prop_assert_eq!(bodies, reference(&bytes));
        }

        #[test]
        fn a_frame_after_noise_is_found_again(
            noise in prop::collection::vec(any::<u8>().prop_filter("no preamble", |byte| *byte != 0x96), 0..300),
            body in prop::collection::vec(any::<u8>(), 3..1400),
        ) {
            let mut receiver = Receiver::of_answers();
            prop_assert!(receiver.push(&noise).is_empty());
            prop_assert_eq!(receiver.push(&encode(&body)), vec![frame(&body)]);
        }
    }
}
