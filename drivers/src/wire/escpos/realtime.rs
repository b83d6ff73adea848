//! Real-time commands: obeyed the moment they arrive, even when they stand inside a picture. A
//! printer takes them out of the stream, and so does this filter.

use super::status::Query;
use super::{CLEAR_BUFFER, DLE};

const EOT: u8 = 0x04;

/// A real-time command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RealTime {
    /// DLE EOT n: answer at once.
    Status(Query),
    /// DLE DC4 8: forget all data.
    ClearBuffer,
}

/// One thing that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// A byte for the buffer.
    Data(u8),
    /// A command for now.
    RealTime(RealTime),
}

/// Takes the real-time commands out of a stream of bytes.
#[derive(Default)]
pub struct RealTimeFilter {
    held: Vec<u8>,
}

impl RealTimeFilter {
    /// Takes bytes, gives what they are, in order. A command's beginning is held back until its
    /// end arrives.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Received> {
        let mut out = Vec::with_capacity(bytes.len());
        for byte in bytes {
            self.held.push(*byte);
            self.settle(&mut out);
        }
        out
    }

    fn settle(&mut self, out: &mut Vec<Received>) {
        while !self.held.is_empty() {
            match recognise(&self.held) {
                Some(Ok(command)) => {
                    self.held.clear();
                    out.push(Received::RealTime(command));
                }
                Some(Err(Incomplete)) => return,
                None => out.push(Received::Data(self.held.remove(0))),
            }
        }
    }
}

struct Incomplete;

fn recognise(held: &[u8]) -> Option<Result<RealTime, Incomplete>> {
    match held {
        [DLE] | [DLE, EOT] => Some(Err(Incomplete)),
        [DLE, EOT, n] => Query::from_number(*n).map(|query| Ok(RealTime::Status(query))),
        _ if held == CLEAR_BUFFER => Some(Ok(RealTime::ClearBuffer)),
        _ if CLEAR_BUFFER.starts_with(held) => Some(Err(Incomplete)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(received: &[Received]) -> Vec<u8> {
        let bytes = received.iter().filter_map(|one| match one {
            Received::Data(byte) => Some(*byte),
            Received::RealTime(_) => None,
        });
        bytes.collect()
    }

    #[test]
    fn a_query_inside_a_picture_is_answered_and_taken_out() {
        let mut filter = RealTimeFilter::default();
        let received = filter.push(&[0xFF, 0x10, 0x04, 0x02, 0xFF]);
        assert!(received.contains(&Received::RealTime(RealTime::Status(Query::Offline))));
        assert_eq!(data(&received), [0xFF, 0xFF]);
    }

    #[test]
    fn a_query_in_pieces_is_still_one_query() {
        let mut filter = RealTimeFilter::default();
        assert!(filter.push(&[0x10]).is_empty());
        assert!(filter.push(&[0x04]).is_empty());
        let received = filter.push(&[0x04]);
        assert_eq!(received, [Received::RealTime(RealTime::Status(Query::Paper))]);
    }

    #[test]
    fn what_only_begins_like_a_command_is_data() {
        let mut filter = RealTimeFilter::default();
        let bytes = [0x10, 0x10, 0x04, 0x09, 0x10, 0x14, 0x01, 0x41];
        assert_eq!(data(&filter.push(&bytes)), bytes);
    }

    #[test]
    fn clearing_the_buffer_is_recognised_as_a_whole() {
        let received = RealTimeFilter::default().push(&CLEAR_BUFFER);
        assert_eq!(received, [Received::RealTime(RealTime::ClearBuffer)]);
    }

    proptest::proptest! {
        #[test]
        fn no_byte_is_lost_or_made_up(bytes: Vec<u8>) {
            let mut filter = RealTimeFilter::default();
            let received = filter.push(&bytes);
            let commands: usize = received.iter().map(|one| match one {
                Received::RealTime(RealTime::Status(_)) => 3,
                Received::RealTime(RealTime::ClearBuffer) => CLEAR_BUFFER.len(),
                Received::Data(_) => 1,
            }).sum();
            proptest::prop_assert_eq!(commands + filter.held.len(), bytes.len());
        }
    }
}
