//! CCID on a serial line as the GemPC Twin frames it: `03 | 06 | MESSAGE | LRC`, where LRC is the XOR of
//! all bytes before it; `03 15 16` asks the other side for its last frame again.
//!
//! A reader also sends `50 02` and `50 03` outside of frames when a card leaves or comes, and single
//! bytes from 80 on when a card asks for more time. The GemPC Twin echoes each command before its answer.

use zeroize::{Zeroize, Zeroizing};

use super::ccid::{HEADER, MAX_DATA, declared_length};

/// Starts a frame.
const SYNC: u8 = 0x03;
const ACK: u8 = 0x06;
const NAK: u8 = 0x15;
/// RDR_to_PC_NotifySlotChange.
const SLOT_CHANGE: u8 = 0x50;
/// From here on a single byte asks for more time.
const MORE_TIME: u8 = 0x80;

/// Asks the other side to send its last frame again.
pub const REPEAT: [u8; 3] = [SYNC, NAK, SYNC ^ NAK];

/// The longest frame: SYNC, control, message, LRC.
pub const LONGEST: usize = 2 + HEADER + MAX_DATA + 1;

/// Bytes taken in at a time, so that the buffer never outgrows its first allocation.
const CHUNK: usize = 256;

/// Puts a message into a frame.
pub fn encode(message: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut frame = Zeroizing::new(Vec::with_capacity(message.len() + 3));
    frame.extend_from_slice(&[SYNC, ACK]);
    frame.extend_from_slice(message);
    let check = xor(&frame);
    frame.push(check);
    frame
}

/// The reader's message that a card came or left.
pub fn slot_change(present: bool) -> [u8; 2] {
    [SLOT_CHANGE, 0x02 | u8::from(present)]
}

fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// What a receiver made of the bytes so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The CCID message of a sound frame. Zeroed when dropped.
    Message(Zeroizing<Vec<u8>>),
    /// The other side asks for the last frame again.
    Repeat,
    /// A card came (`true`) or left.
    Slot(bool),
    /// The card asks for more time.
    MoreTime(u8),
    /// What cannot be a frame. Everything that was at hand is dropped, since its length is not to be
    /// trusted: let the line fall silent, then ask for the frame again.
    Damaged,
}

/// Finds frames in a stream of bytes.
#[derive(Debug)]
pub struct Receiver {
    buffer: Zeroizing<Vec<u8>>,
    /// The other side is a reader, which also sends bytes outside of frames.
    from_reader: bool,
}

impl Receiver {
    /// The host's receiver.
    pub fn of_answers() -> Self {
        Self::new(true)
    }

    /// The reader's receiver.
    pub fn of_commands() -> Self {
        Self::new(false)
    }

    fn new(from_reader: bool) -> Self {
        Self {
            buffer: Zeroizing::new(Vec::with_capacity(LONGEST + CHUNK)),
            from_reader,
        }
    }

    /// Takes bytes in and returns what they completed, in order.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Heard> {
        let mut heard = Vec::new();
        for chunk in bytes.chunks(CHUNK) {
            self.buffer.extend_from_slice(chunk);
            while let Some((one, used)) = self.next() {
                let used = used.min(self.buffer.len());
                self.buffer.drain(..used);
                heard.push(one);
            }
        }
        heard
    }

    /// The line fell silent: a frame that is still incomplete never ends.
    pub fn silence(&mut self) -> Option<Heard> {
        let torn = self.in_frame().then_some(Heard::Damaged);
        self.clear();
        torn
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.buffer.zeroize();
    }

    /// Whether a frame has begun that is still incomplete.
    pub fn in_frame(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// The next decision and the bytes that it uses up; `None` when more bytes are needed.
    fn next(&self) -> Option<(Heard, usize)> {
        let damaged = Some((Heard::Damaged, usize::MAX));
        match *self.buffer.first()? {
            SYNC => {}
            SLOT_CHANGE if self.from_reader => {
                return match *self.buffer.get(1)? {
                    state @ 0..=3 => Some((Heard::Slot(state & 1 == 1), 2)),
                    _ => damaged,
                };
            }
            byte if self.from_reader && byte >= MORE_TIME => return Some((Heard::MoreTime(byte), 1)),
            _ => return damaged,
        }
        match *self.buffer.get(1)? {
            ACK => {}
            NAK if *self.buffer.get(2)? == SYNC ^ NAK => return Some((Heard::Repeat, 3)),
            _ => return damaged,
        }
        let message = self.buffer.get(2..).unwrap_or_default();
        let length = declared_length(message)?;
        if length > MAX_DATA {
            return damaged;
        }
        let end = 2 + HEADER + length;
        let whole = self.buffer.get(..=end)?;
        if xor(whole) != 0 {
            return damaged;
        }
        let message = self.buffer.get(2..end)?.to_vec();
        Some((Heard::Message(Zeroizing::new(message)), end + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A message with so much data.
    fn message(data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x6F];
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend([0, 7, 0, 0, 0]);
        bytes.extend(data);
        bytes
    }

    fn heard(data: &[u8]) -> Heard {
        Heard::Message(Zeroizing::new(message(data)))
    }

    #[test]
    fn a_frame_is_written_as_the_reader_expects_it() {
        let frame = encode(&[0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(frame.to_vec(), [3, 6, 0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x60]);
        assert_eq!(REPEAT, [0x03, 0x15, 0x16]);
        assert_eq!(slot_change(false), [0x50, 0x02]);
        assert_eq!(slot_change(true), [0x50, 0x03]);
    }

    #[test]
    fn what_comes_outside_of_frames_is_told_in_order() {
        let mut bytes = slot_change(true).to_vec();
        bytes.extend([0x9C]);
        bytes.extend_from_slice(&encode(&message(b"ab")));
        bytes.extend(REPEAT);
        let expected = [
            Heard::Slot(true),
            Heard::MoreTime(0x9C),
            heard(b"ab"),
            Heard::Repeat,
        ];
        assert_eq!(Receiver::of_answers().push(&bytes), expected);
    }

    #[test]
    fn a_reader_takes_no_notices_from_its_host() {
        for bytes in [&[0x50, 0x03][..], &[0x90]] {
            assert_eq!(Receiver::of_commands().push(bytes), [Heard::Damaged]);
        }
    }

    #[test]
    fn damage_drops_what_is_at_hand_and_the_next_frame_is_heard() {
        let mut receiver = Receiver::of_answers();
        let mut bytes = encode(&message(&[0x50, 0x90, 0x03])).to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        bytes.extend([0x50, 0x02]);
        assert_eq!(receiver.push(&bytes), [Heard::Damaged]);
        assert_eq!(receiver.push(&encode(&message(b"next"))), [heard(b"next")]);
    }

    #[test]
    fn an_impossible_length_is_not_waited_for() {
        let mut receiver = Receiver::of_answers();
        assert_eq!(receiver.push(&[3, 6, 0x80, 0x06, 0x01, 0, 0]), [Heard::Damaged]);
        assert_eq!(receiver.push(&[3, 6, 0x80, 0, 0, 0, 0xFF]), [Heard::Damaged]);
        assert!(!receiver.in_frame());
    }

    #[test]
    fn a_torn_frame_is_damage_once_the_line_is_silent() {
        let mut receiver = Receiver::of_answers();
        assert_eq!(receiver.silence(), None);
        assert!(receiver.push(&encode(&message(b"torn"))[..12]).is_empty());
        assert!(receiver.in_frame());
        assert_eq!(receiver.silence(), Some(Heard::Damaged));
        assert_eq!(receiver.silence(), None);
    }

    #[test]
    fn the_buffer_is_never_reallocated() {
        let mut receiver = Receiver::of_answers();
        let capacity = receiver.buffer.capacity();
        let long = vec![0x5A; MAX_DATA];
        assert_eq!(receiver.push(&encode(&message(&long))), [heard(&long)]);
        receiver.push(&[0x03; 5000]);
        assert_eq!(receiver.buffer.capacity(), capacity);
    }

    proptest! {
        #[test]
        fn frames_in_any_pieces_are_put_together(
            datas in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..=MAX_DATA), 1..5),
            size in 1_usize..60,
        ) {
            let bytes: Vec<u8> = datas.iter().flat_map(|data| encode(&message(data)).to_vec()).collect();
            let mut receiver = Receiver::of_answers();
            let found: Vec<_> = bytes.chunks(size).flat_map(|piece| receiver.push(piece)).collect();
            prop_assert_eq!(found, datas.iter().map(|data| heard(data)).collect::<Vec<_>>());
            prop_assert!(!receiver.in_frame());
        }

        #[test]
        fn one_flipped_bit_never_gives_another_message(
            data in prop::collection::vec(any::<u8>(), 0..40), at: prop::sample::Index, bit in 0_u8..8,
        ) {
            let mut bytes = encode(&message(&data)).to_vec();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let mut receiver = Receiver::of_answers();
            let found = receiver.push(&bytes);
            prop_assert!(!found.iter().any(|one| matches!(one, Heard::Message(_))), "{:?}", found);
        }

        #[test]
        fn any_bytes_are_taken_without_growing(
            bytes in prop::collection::vec(any::<u8>(), 0..2000), size in 1_usize..300, from_reader: bool,
        ) {
            let mut receiver = Receiver::new(from_reader);
            for piece in bytes.chunks(size) {
                for one in receiver.push(piece) {
                    if let Heard::Message(message) = one {
                        prop_assert_eq!(declared_length(&message), Some(message.len() - HEADER));
                    }
                }
            }
            prop_assert!(receiver.buffer.len() < LONGEST);
        }
    }
}
